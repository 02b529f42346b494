/* rowops_png.h: the part of rowops_c.c on the row filters of PNG. Compiled once for each level. */
#ifndef ROWOPS_PNG_H
#define ROWOPS_PNG_H

#include "simd/rowops.h"

#include <math.h>
#include <stdlib.h>

static inline uint8_t distance_u8(uint8_t a, uint8_t b)
{
    return (uint8_t)(a > b ? a - b : b - a);
}

/* Whichever of left, above and corner is nearest to left + above - corner, the first of equals. In bytes: its distances to the
 * first two are |above - corner| and |left - corner|; that to the corner is their difference where those two point opposite ways,
 * else their sum, which cannot win. */
static inline uint8_t predict_paeth(uint8_t left, uint8_t above, uint8_t corner)
{
    uint8_t to_left = distance_u8(above, corner), to_above = distance_u8(left, corner);
    uint8_t to_corner = distance_u8(to_left, to_above);
    to_corner |= (uint8_t) - ((left > corner) == (above > corner));
    uint8_t other = to_above <= to_corner ? above : corner, distance = to_above <= to_corner ? to_above : to_corner;
    return to_left <= distance ? left : other;
}

/* Called with a constant `filter`, so that the choice is made at compile time. */
static inline __attribute__((always_inline)) uint64_t filter_png(enum png_row filter, uint8_t *restrict out,
                                                                 const uint8_t *restrict in, const uint8_t *restrict above,
                                                                 ptrdiff_t step, size_t n)
{
    enum { PART = 4096 }; /* its sum fits 32 bits */
    const uint8_t *left = in - step, *corner = above - step;
    uint64_t total = 0;
    for (size_t x = 0; x < n;) {
        size_t end = n - x < PART ? n : x + PART;
        uint32_t sum = 0;
        for (; x < end; x++) {
            uint8_t guess = 0;
            if (filter == PNG_ROW_LEFT)
                guess = left[x];
            else if (filter == PNG_ROW_ABOVE)
                guess = above[x];
            else if (filter == PNG_ROW_MEAN)
                guess = (uint8_t)((left[x] & above[x]) + ((left[x] ^ above[x]) >> 1));
            else if (filter == PNG_ROW_PAETH)
                guess = predict_paeth(left[x], above[x], corner[x]);
            uint8_t value = (uint8_t)(in[x] - guess);
            out[x] = value;
            sum += (uint32_t)abs((int)(uint8_t)(value ^ 128) - 128); /* in this form it is one instruction of AVX2 */
        }
        total += sum;
    }
    return total;
}

static uint64_t filter_png_plain(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_PLAIN, out, in, above, step, n);
}

static uint64_t filter_png_left(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_LEFT, out, in, above, step, n);
}

static uint64_t filter_png_above(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_ABOVE, out, in, above, step, n);
}

static uint64_t filter_png_mean(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_MEAN, out, in, above, step, n);
}

static uint64_t filter_png_paeth(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_PAETH, out, in, above, step, n);
}

#endif
