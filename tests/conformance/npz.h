/* npz.h: numpy's .npz archives (a ZIP file of .npy arrays), as far as test data needs: stored or deflated members, C order, this
 * machine's byte order.
 */
#ifndef NPZ_H
#define NPZ_H

#include <stdbool.h>
#include <stddef.h>

enum { NPZ_ARRAYS_MAX = 32, NPZ_DIMS_MAX = 8 };

struct npz_array {
    char name[64]; /* without ".npy" */
    char kind;     /* 'f', 'i', 'u', or 'U' for text of 4-byte characters */
    int bytes;     /* of one number; of one character times their count for 'U' */
    int dims;
    size_t shape[NPZ_DIMS_MAX], count; /* count: the product of shape */
    unsigned char *data;
};

struct npz {
    int arrays;
    struct npz_array array[NPZ_ARRAYS_MAX];
};

/* False where the file cannot be read as such; nothing is then to be freed. */
bool npz_read(const char *path, struct npz *npz);
void npz_free(struct npz *npz);
/* The array called `prefix` + `name`, or NULL. */
const struct npz_array *npz_find(const struct npz *npz, const char *prefix, const char *name);
/* Number `i` of an array of numbers. */
double npz_number(const struct npz_array *array, size_t i);
/* The text of a 'U' array (ASCII), freed by the caller. */
char *npz_text(const struct npz_array *array);

#endif
