/* embedded.h: files built into the program (made by packaging/embed.c from kernels/, samples/ and pages of src/report/). */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;           /* the file's name without folder and suffix; NULL ends a list */
    const unsigned char *bytes; /* a zero byte follows the last one */
    size_t size;
};

extern const struct embedded_file embedded_kernels[], embedded_samples[], embedded_pages[];

#endif
