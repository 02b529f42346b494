/* kernfile.h: the text form of banks: our .kern files, plain matrices, and libvips's matrix files. */
#ifndef KERNFILE_H
#define KERNFILE_H

#include <imgconv/kernel.h>
#include <stddef.h>

enum {
    KERN_WORD_MAX = 128,     /* longer names and notes are cut */
    KERN_FILTERS_MAX = 4096, /* kernels in one file */
    KERN_BYTES_MAX = 64 << 20
};

/* What a file says about a kernel in its metadata. Empty where it says nothing. */
struct kern_note {
    char name[KERN_WORD_MAX], group[KERN_WORD_MAX], answers[KERN_WORD_MAX];
    float bias;
};

/* Makes a bank from the bytes of a file, behind which a zero byte must stand. `name` is its path: it stands in messages, its stem
 * names kernels without a name of their own, and its suffix tells .kern files from matrices, which alone may begin with libvips's
 * line of "width height [scale [offset]]". The bank has no label. If `notes` is not NULL it gets filters + 1 notes, the file's
 * own first, freed by mem_free. Errors: FORMAT with line and column, LIMIT, MEMORY. */
enum imc_status kernfile_parse(const char *bytes, size_t size, const char *name, struct imc_bank **bank, struct kern_note **notes,
                               struct imc_error *error);
/* The same from a file. */
enum imc_status kernfile_read(const char *path, struct imc_bank **bank, struct imc_error *error);

/* "magnitude", "max", "sum", "abs"; "none". */
const char *combine_name(enum imc_combine combine);
/* "clip", "abs", "offset", "fit", "raw"; "auto". */
const char *map_name(enum imc_map map);

/* Copies the stem of a path (no folder, no suffix) into out[size]. */
void path_stem(const char *path, char *out, size_t size);

#endif
