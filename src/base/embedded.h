/* embedded.h: files that were built into the program (made by packaging/embed.c from kernels/ and samples/). */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;           /* the file's name without folder and suffix; NULL ends a list */
    const unsigned char *bytes; /* a zero byte follows the last one */
    size_t size;
};

extern const struct embedded_file embedded_kernels[], embedded_samples[];

#endif
