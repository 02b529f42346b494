/* codec.h: the inside of readers and writers. A codec is one file format: io_png.c, io_jpeg.c, io_pnm.c, io_npy.c each define
 * theirs; reader.c and writer.c choose one from the table in codec.c and do what is common (limits, orientation, counting rows).
 */
#ifndef CODEC_H
#define CODEC_H

#include "base/outfile.h"
#include "image/input.h"
#include <imgconv/image.h>

struct orient;      /* orient.h */
struct writebehind; /* writebehind.h */

struct imc_reader {
    const struct codec *codec;
    struct input *input;
    struct imc_reader_options options;
    struct imc_image_info info;   /* what the caller sees */
    struct imc_image_info stored; /* as in the file, before the orientation */
    struct orient *orient;        /* NULL where rows pass straight through */
    int rows_read;                /* delivered to the caller */
    enum imc_status failed;       /* of an earlier read: there is no way on after a failure */
    void *state;                  /* the codec's own */
};

struct imc_writer {
    const struct codec *codec;
    struct outfile *file;
    struct imc_image_info info;
    struct imc_writer_options options;
    int rows_written;
    struct writebehind *behind; /* NULL where rows go straight to the codec */
    enum imc_status failed;     /* of an earlier call: there is no way on after a failure */
    void *state;
};

/* Functions of a codec may assume that calls come in order and that counts are right: reader.c and writer.c see to it. */
struct codec {
    enum imc_format format;
    const char *name;
    const char *const *suffixes; /* NULL-terminated, lower case, without dot; the first is the usual one */
    /* Does a file that begins with these bytes (up to 16) hold this format? */
    bool (*recognise)(const unsigned char *head, size_t size);

    /* Reads the header: fills reader->info (pixels as they will come from read_row, orientation as stored, metadata, streams and
     * held_bytes by itself) and reader->state. Checks plausibility, but takes memory for no more than a few rows: reader.c checks
     * the limits on info before the first read_row. On failure it leaves nothing behind but the metadata, which reader.c frees with
     * free(); it also takes orientation and resolution from the EXIF where the codec left them 0. */
    enum imc_status (*open)(struct imc_reader *reader, struct imc_error *error);
    /* One packed row. The last one also checks that the file is whole. */
    enum imc_status (*read_row)(struct imc_reader *reader, void *row, struct imc_error *error);
    void (*close)(struct imc_reader *reader);

    /* Checks that the format can hold writer->info and writes the header and options.metadata, which is gone after this call. On
     * failure it leaves nothing behind. */
    enum imc_status (*create)(struct imc_writer *writer, struct imc_error *error);
    enum imc_status (*write_row)(struct imc_writer *writer, const void *row, struct imc_error *error);
    enum imc_status (*finish)(struct imc_writer *writer, struct imc_error *error);
    /* Frees the state, after finish or instead of it. */
    void (*destroy)(struct imc_writer *writer);
    bool encodes; /* write_row takes long enough for a thread of its own, and starts none itself */
};

extern const struct codec codec_png, codec_jpeg, codec_pnm, codec_pam, codec_pfm, codec_npy;

/* NULL-terminated. */
extern const struct codec *const codecs[];

/* The codec that writes `format`. */
const struct codec *codec_of(enum imc_format format);

#endif
