/* treesum.h: sums of rows in a binary tree, whose shape hangs on their number alone (design law 8). */
#ifndef TREESUM_H
#define TREESUM_H

#include <stddef.h>

/* Row 0 becomes the sum of `rows` rows of n floats that lie `pitch` apart; the others are overwritten. Neighbours are added first:
 * number i, a multiple of 2d, takes number i + d, for d = 1, 2, 4 ... */
static inline void tree_sum(float *row, int rows, size_t pitch, size_t n)
{
    for (int apart = 1; apart < rows; apart *= 2)
        for (int i = 0; i + apart < rows; i += 2 * apart) {
            float *sum = row + (size_t)i * pitch;
            const float *term = row + (size_t)(i + apart) * pitch;
            for (size_t k = 0; k < n; k++)
                sum[k] += term[k];
        }
}

#endif
