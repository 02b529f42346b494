/* rowops_unpng.h: the part of rowops_c.c that undoes the row filters of PNG. Each pixel waits for the one to its left, so that the
 * chain from one to the next is the cost: what a step keeps of the last pixel stays in registers, which takes a constant step.
 * Compiled once for each level. */
#ifndef ROWOPS_UNPNG_H
#define ROWOPS_UNPNG_H

#include "simd/rowops.h"

#include <stdlib.h>
#include <string.h>

static inline int guess_paeth(int left, int above, int corner)
{
    int to_left = abs(above - corner), to_above = abs(left - corner), to_corner = abs(left - corner + above - corner);
    int other = to_above <= to_corner ? above : corner, distance = to_above <= to_corner ? to_above : to_corner;
    return to_left <= distance ? left : other;
}

/* From pixel `start` on, a multiple of step. Called with a constant `filter`, and mostly a constant `step`. */
static inline __attribute__((always_inline)) void unfilter_from(enum png_row filter, uint8_t *restrict out, const uint8_t *in,
                                                                const uint8_t *above, ptrdiff_t step, size_t start, size_t n)
{
    enum { STEP_MAX = 8 };
    int left[STEP_MAX] = {0}, corner[STEP_MAX] = {0};
    for (ptrdiff_t k = 0; k < step && start > 0; k++) {
        left[k] = out[(ptrdiff_t)start - step + k];
        corner[k] = above[(ptrdiff_t)start - step + k];
    }
    for (size_t x = start; x < n; x += (size_t)step)
#pragma GCC unroll 4
        for (ptrdiff_t k = 0; k < step; k++) {
            int up = above[x + (size_t)k], guess = left[k];
            if (filter == PNG_ROW_MEAN)
                guess = (left[k] + up) >> 1;
            if (filter == PNG_ROW_PAETH)
                guess = guess_paeth(left[k], up, corner[k]);
            left[k] = (in[x + (size_t)k] + guess) & 255;
            corner[k] = up;
            out[x + (size_t)k] = (uint8_t)left[k];
        }
}

/* The mean of a gray row in two cycles a byte. With v = above + 2 * in, the next byte is (byte + v) / 2 modulo 256: byte + v
 * modulo 512 is held in the highest 9 bits of `sum`, whose halving leaves the byte below bit 31; what it pushes out further down
 * never comes back. */
static void unfilter_mean_gray(uint8_t *restrict out, const uint8_t *in, const uint8_t *above, size_t n)
{
    uint32_t half = 0;
    for (size_t x = 0; x < n; x++) {
        half = (half + ((uint32_t)(above[x] + 2 * in[x]) << 23)) >> 1;
        out[x] = (uint8_t)(half >> 23);
    }
}

static inline __attribute__((always_inline)) void unfilter_serial(enum png_row filter, uint8_t *out, const uint8_t *in,
                                                                  const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 1)
        unfilter_from(filter, out, in, above, 1, 0, n);
    else if (step == 2)
        unfilter_from(filter, out, in, above, 2, 0, n);
    else if (step == 3)
        unfilter_from(filter, out, in, above, 3, 0, n);
    else if (step == 4)
        unfilter_from(filter, out, in, above, 4, 0, n);
    else
        unfilter_from(filter, out, in, above, step, 0, n);
}

static void unfilter_plain(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    (void)above, (void)step;
    memcpy(out, in, n);
}

static void unfilter_left(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    unfilter_serial(PNG_ROW_LEFT, out, in, above, step, n);
}

static void unfilter_above(uint8_t *restrict out, const uint8_t *restrict in, const uint8_t *restrict above, ptrdiff_t step,
                           size_t n)
{
    (void)step;
    for (size_t x = 0; x < n; x++)
        out[x] = (uint8_t)(in[x] + above[x]);
}

static void unfilter_mean(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 1)
        unfilter_mean_gray(out, in, above, n);
    else
        unfilter_serial(PNG_ROW_MEAN, out, in, above, step, n);
}

static void unfilter_paeth(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    unfilter_serial(PNG_ROW_PAETH, out, in, above, step, n);
}

#endif
