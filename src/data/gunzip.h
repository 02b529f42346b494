/* gunzip.h: the bytes of an input that may be gzip'd. */
#ifndef GUNZIP_H
#define GUNZIP_H

#include "image/input.h"

#include <zlib.h>

/* The input is borrowed. */
struct gunzip {
    struct input *input;
    z_stream stream;
    bool zipped, ended;
};

/* Finds out by the first bytes. gunzip_close, also after a failure. */
enum imc_status gunzip_open(struct gunzip *gunzip, struct input *input, struct imc_error *error);
void gunzip_close(struct gunzip *gunzip);

/* The most bytes that the whole input can hold: deflate makes at most 1032 of one. 1 GiB where the size is not known (a pipe). */
uint64_t gunzip_size_max(const struct gunzip *gunzip);
/* All of `size` bytes; `what` is named where the file ends before, or is damaged. */
enum imc_status gunzip_read(struct gunzip *gunzip, void *out, size_t size, const char *what, struct imc_error *error);
/* The file must end here, its checksum right. */
enum imc_status gunzip_end(struct gunzip *gunzip, struct imc_error *error);

#endif
