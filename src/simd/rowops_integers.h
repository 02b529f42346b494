/* rowops_integers.h: the part of rowops_c.c on 8-bit rows in 16-bit sums: integer taps, exact roots. Compiled once for each
 * level. */
#ifndef ROWOPS_INTEGERS_H
#define ROWOPS_INTEGERS_H

#include "simd/rowops_samples.h"
#include "simd/rowops_taps.h"

#include <math.h>
#include <stdlib.h>

static inline int tap_sum(const uint8_t *const *in, const int8_t *taps, int count, int x)
{
    int sum = 0;
    for (int t = 0; t < count; t++)
        sum += taps[t] * in[t][x];
    return sum;
}

static void taps_u8(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n, bool stream)
{
    (void)stream;
    for (int x = 0; x < n; x++)
        out[x] = (int16_t)tap_sum(in, taps, count, x);
}

static void range_s16(const int16_t *in, int n, struct imc_stats *stats)
{
    int16_t low = INT16_MAX, high = INT16_MIN;
    for (int x = 0; x < n; x++) {
        low = in[x] < low ? in[x] : low;
        high = in[x] > high ? in[x] : high;
    }
    if (n > 0) {
        stats->lowest = low < stats->lowest ? low : stats->lowest;
        stats->highest = high > stats->highest ? high : stats->highest;
    }
}

/* Lowest and highest of the squares of a row, and how many of their roots were clipped. */
struct squares_range {
    uint32_t low, high;
    int clipped;
};

/* The root of m, rounded and clipped; it is clipped if m > (max + 1/2)^2, so if m > max^2 + max. */
static inline uint8_t root_sample(uint32_t m, int max, struct squares_range *range)
{
    range->low = m < range->low ? m : range->low;
    range->high = m > range->high ? m : range->high;
    range->clipped += m > (uint32_t)(max * (max + 1));
    return (uint8_t)to_sample(sqrtf((float)m), 0, (float)max);
}

/* The statistics of values that are the roots of squares. */
static void note_squares(struct imc_stats *stats, const struct squares_range *range)
{
    float low = sqrtf((float)range->low), high = sqrtf((float)range->high);
    stats->lowest = low < stats->lowest ? low : stats->lowest;
    stats->highest = high > stats->highest ? high : stats->highest;
    stats->clipped += (uint64_t)range->clipped;
}

static void magnitude_s16(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    struct squares_range range = {UINT32_MAX, 0, 0};
    for (int x = 0; x < n; x++)
        out[x] = root_sample((uint32_t)(a[x] * a[x]) + (uint32_t)(b[x] * b[x]), max, &range);
    if (stats && n > 0)
        note_squares(stats, &range);
}

static void gradient_u8(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                        struct imc_stats *stats, bool stream)
{
    (void)stream;
    const uint8_t *a = rows[0], *b = rows[1], *c = rows[2];
    struct squares_range range = {UINT32_MAX, 0, 0};
    for (int x = 0; x < n; x++) {
        ptrdiff_t y = x + step, z = y + step;
        int dx = taps[0] * (a[z] - a[x] + c[z] - c[x]) + taps[1] * (b[z] - b[x]);
        int dy = taps[0] * (c[x] - a[x] + c[z] - a[z]) + taps[1] * (c[y] - a[y]);
        out[x] = root_sample((uint32_t)(dx * dx + dy * dy), max, &range);
    }
    if (stats && n > 0)
        note_squares(stats, &range);
}

static void max_s16(int16_t *out, const int16_t *const *rows, int count, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = rows[0][x];
    for (int r = 1; r < count; r++)
        for (int x = 0; x < n; x++)
            out[x] = rows[r][x] > out[x] ? rows[r][x] : out[x];
}

static void shift_s16(int16_t *row, int offset, int absolute, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = (int16_t)(row[x] + offset);
    for (int x = 0; absolute && x < n; x++)
        row[x] = (int16_t)(row[x] < 0 ? -row[x] : row[x]);
}

static void clip_s16(uint8_t *restrict out, const int16_t *restrict in, int max, int n, struct imc_stats *stats)
{
    if (stats) {
        int clipped = 0;
        range_s16(in, n, stats);
        for (int x = 0; x < n; x++)
            clipped += (in[x] < 0) + (in[x] > max);
        stats->clipped += (uint64_t)clipped;
    }
    int16_t top = (int16_t)max;
    for (int x = 0; x < n; x++) {
        int16_t value = in[x] > 0 ? in[x] : 0;
        out[x] = (uint8_t)(value < top ? value : top);
    }
}

static void clipped_taps_u8(uint8_t *out, const uint8_t *const *in, const int8_t *taps, int count, int max, int n,
                            struct imc_stats *stats, bool stream)
{
    (void)stream;
    for (int x = 0; x < n; x += BLOCK) {
        int16_t sums[BLOCK];
        int wide = n - x < BLOCK ? n - x : BLOCK;
        for (int k = 0; k < wide; k++)
            sums[k] = (int16_t)tap_sum(in, taps, count, x + k);
        clip_s16(out + x, sums, max, wide, stats);
    }
}

static void widen_s16(float *restrict out, const int16_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x];
}

#endif
