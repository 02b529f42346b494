/* image.h: pictures as rows. A reader delivers a picture's rows from top to bottom; a writer takes them.
 *
 * Files are recognised by content. Readers deliver whole samples, interleaved (R,G,B,R,G,B ...), in the machine's byte order:
 * palettes and 1, 2, 4 bit samples arrive as 8 bits, tRNS as an alpha channel, CMYK as RGB, and the EXIF orientation is already
 * applied to the pixels. Rows stream where the format allows it; see imc_image_info.streams.
 */
#ifndef IMGCONV_IMAGE_H
#define IMGCONV_IMAGE_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The type of one sample in memory. IMC_S16 is for the output of plans: no picture file holds it. */
enum imc_type { IMC_U8, IMC_U16, IMC_F32, IMC_S16 };

/* Bytes of one sample: 1, 2, 4 or 2. */
IMC_API size_t imc_type_size(enum imc_type type);

enum imc_format {
    IMC_FORMAT_AUTO,
    IMC_FORMAT_PNG,
    IMC_FORMAT_JPEG,
    IMC_FORMAT_PNM,
    IMC_FORMAT_PAM,
    IMC_FORMAT_PFM,
    IMC_FORMAT_NPY
};

/* "png", "jpeg" ... or "auto". Never NULL. */
IMC_API const char *imc_format_name(enum imc_format format);
/* The format of a name ("png", "jpg", "pgm" ...; letter case ignored), or IMC_FORMAT_AUTO if there is none of that name. */
IMC_API enum imc_format imc_format_from_name(const char *name);
/* The format that the suffix of `path` stands for, or IMC_FORMAT_AUTO where there is no suffix or an unknown one. */
IMC_API enum imc_format imc_format_from_path(const char *path);

struct imc_blob {
    void *data;
    size_t size;
};

/* What travels with the pixels. Blobs hold the bare payload: EXIF begins with the TIFF header, XMP with the packet. */
struct imc_metadata {
    struct imc_blob exif, xmp, icc;
    double x_per_metre, y_per_metre; /* resolution, 0 where unknown */
    double pixel_aspect;             /* width : height of a pixel where only that is known, else 0 */
};

struct imc_image_info {
    int width, height; /* after the orientation was applied */
    int channels; /* interleaved samples a pixel: 1 gray, 2 gray+alpha, 3 RGB, 4 RGB+alpha; without `alpha` 2 or 4 plain ones */
    bool alpha;   /* the last channel is alpha, not premultiplied */
    enum imc_type type; /* of the delivered samples */
    float full_scale;   /* the value of white: 255, 65535, a PNM's maxval; 0 for float samples, which have none */
    enum imc_format format;
    int bits;        /* a sample's bits in the file: 1..16, 32 */
    bool palette;    /* the file stores indices */
    bool interlaced; /* Adam7 or progressive JPEG */
    bool streams;    /* memory does not grow with the height */
    /* Colour model in the file: "gray", "RGB", "palette", "YCbCr", "CMYK", "YCCK"; NULL where the channels are no colours. */
    const char *colour;
    int orientation;                  /* EXIF tag as stored, 1..8; 1 where absent */
    int subsampling_x, subsampling_y; /* JPEG chroma subsampling factors (2,2 = 4:2:0); 1,1 otherwise */
    uint64_t held_bytes;              /* memory that reading takes beyond a few rows (0 where it streams) */
    struct imc_metadata metadata;     /* owned by the reader */
};

struct imc_reader_options {
    uint64_t max_pixels; /* refuse pictures of more pixels, before memory is taken */
    uint64_t max_memory; /* bytes that may be held for pictures that do not stream */
    bool luma;           /* a YCbCr JPEG delivers its decoded Y plane alone; other pictures are not affected */
};

/* max_pixels 2^31, max_memory 4 GiB, luma false. */
IMC_API void imc_reader_options_default(struct imc_reader_options *options);

struct imc_reader;

/* Opens a picture: a path, "-" for standard input, or "sample:NAME" for an embedded one. `options` may be NULL.
 * On success *reader is the caller's, freed by imc_reader_close; on failure it is NULL.
 * Errors: IO, FORMAT, UNSUPPORTED (a known format that imgconv does not read; the message names a program that converts it),
 * LIMIT, MEMORY, ARGUMENT (no sample of that name). */
IMC_API enum imc_status imc_reader_open(const char *path, const struct imc_reader_options *options, struct imc_reader **reader,
                                        struct imc_error *error);
/* The same for `size` bytes in memory, which must outlive the reader. `name` stands in messages. */
IMC_API enum imc_status imc_reader_open_memory(const void *data, size_t size, const char *name,
                                               const struct imc_reader_options *options, struct imc_reader **reader,
                                               struct imc_error *error);
/* Borrowed until the reader is closed. */
IMC_API const struct imc_image_info *imc_reader_info(const struct imc_reader *reader);
/* The next `count` rows, packed: count * width * channels samples. Reading past the last row is IMC_ERR_ARGUMENT. A truncated or
 * damaged file is IMC_ERR_FORMAT at the row where it shows, and at the latest when the last row is read (checksums included). */
IMC_API enum imc_status imc_reader_read(struct imc_reader *reader, void *rows, int count, struct imc_error *error);
/* NULL is allowed. */
IMC_API void imc_reader_close(struct imc_reader *reader);

/* The NULL-terminated names of the embedded pictures: "photo", "gray", "alpha", "16bit". */
IMC_API const char *const *imc_sample_names(void);

struct imc_writer_options {
    enum imc_format format;           /* AUTO: by the suffix of the path, which then must be known */
    int quality;                      /* JPEG, 1..100 */
    int compression;                  /* PNG, 0..9 */
    int subsampling_x, subsampling_y; /* JPEG chroma, 1 or 2 each */
    int threads;                      /* that compress; 0: as many as the machine has */
    bool no_clobber;                  /* an existing file is an error */
    /* NULL: none. What the format cannot hold is left out. EXIF is written with orientation 1. */
    const struct imc_metadata *metadata;
};

/* AUTO, quality 92, compression 6, subsampling 2x2, all threads, no metadata. */
IMC_API void imc_writer_options_default(struct imc_writer_options *options);

struct imc_writer;

/* Opens a picture for writing: a path, or "-" for standard output. Of `info` it takes width, height, channels, alpha, type and
 * full_scale (a PNM's maxval). A regular file is written beside its place and takes its name only in imc_writer_finish; until
 * then, and after any failure, an older file of that name is untouched. A device, FIFO or socket is written directly; a symlink's
 * target is replaced; the mode of an overwritten file is kept.
 * Errors: ARGUMENT (the format cannot hold such samples; the message says which can), IO, MEMORY. */
IMC_API enum imc_status imc_writer_open(const char *path, const struct imc_image_info *info,
                                        const struct imc_writer_options *options, struct imc_writer **writer,
                                        struct imc_error *error);
/* The next `count` rows, packed and interleaved as imc_reader_read delivers them. */
IMC_API enum imc_status imc_writer_write(struct imc_writer *writer, const void *rows, int count, struct imc_error *error);
/* Completes the file and gives it its name. The writer must still be closed. */
IMC_API enum imc_status imc_writer_finish(struct imc_writer *writer, struct imc_error *error);
/* Frees; an unfinished file disappears. NULL is allowed. */
IMC_API void imc_writer_close(struct imc_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
