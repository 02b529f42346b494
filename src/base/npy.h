/* npy.h: the header of NumPy's .npy files, which pictures and kernels share. */
#ifndef NPY_H
#define NPY_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NPY_DIMS_MAX = 4, NPY_HEAD_MAX = 4096, NPY_FIXED = 12 };

struct npy_header {
    int dims;                   /* 1..4 */
    size_t shape[NPY_DIMS_MAX]; /* the product of all, times `bytes`, fits a size_t */
    char kind;                  /* 'u' unsigned, 'i' signed, 'f' float, 'b' bool */
    int bytes;                  /* of one number: 1, 2, 4, 8 */
    bool swap;                  /* the numbers' byte order is not this machine's */
    bool fortran;               /* the first index runs fastest */
    size_t data_offset;         /* where the numbers begin */
};

/* Does a file that begins so hold NPY? */
bool npy_recognise(const unsigned char *head, size_t size);
/* The length of the header (where the numbers begin) from the first NPY_FIXED bytes, for readers of streams, which must not read
 * further; 0 where they begin no NPY file of version 1 to 3. It may exceed NPY_HEAD_MAX: npy_parse refuses that. */
size_t npy_header_size(const unsigned char head[NPY_FIXED]);
/* Parses versions 1 to 3. `head` holds the first `size` bytes of the file (up to NPY_HEAD_MAX are needed). `name` stands in
 * messages. Errors: FORMAT (damaged), UNSUPPORTED (structured, complex or object types, more than 4 dimensions). */
enum imc_status npy_parse(const unsigned char *head, size_t size, const char *name, struct npy_header *header,
                          struct imc_error *error);
/* Writes a version 1 header for C order, machine byte order; returns its length (a multiple of 64, below NPY_HEAD_MAX). */
size_t npy_write_header(unsigned char out[NPY_HEAD_MAX], char kind, int bytes, const size_t *shape, int dims);

#endif
