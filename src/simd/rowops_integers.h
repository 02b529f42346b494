/* rowops_integers.h: the part of rowops_c.c on 8-bit rows in 16-bit sums: integer taps, boxes, exact roots. Compiled once for each
 * level. */
#ifndef ROWOPS_INTEGERS_H
#define ROWOPS_INTEGERS_H

#include "simd/rowops_samples.h"
#include "simd/rowops_taps.h"

#include <math.h>
#include <stdlib.h>

__attribute__((unused)) static void taps_u8(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n)
{
    for (int x = 0; x < n; x++) {
        int sum = 0;
        for (int t = 0; t < count; t++)
            sum += taps[t] * in[t][x];
        out[x] = (int16_t)sum;
    }
}

static void add_u8(uint16_t *restrict sums, const uint8_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        sums[x] = (uint16_t)(sums[x] + in[x]);
}

static void slide_u8(uint16_t *restrict sums, const uint8_t *in, const uint8_t *out, int n)
{
    for (int x = 0; x < n; x++)
        sums[x] = (uint16_t)(sums[x] + in[x] - out[x]);
}

static void box_u16(float *restrict out, const uint16_t *restrict sums, int k, ptrdiff_t step, float tap, int n)
{
    int x = 0;
    for (; x + BLOCK <= n; x += BLOCK) {
        uint16_t sum[BLOCK] = {0};
        for (int j = 0; j < k; j++)
            for (int i = 0; i < BLOCK; i++)
                sum[i] = (uint16_t)(sum[i] + sums[x + j * step + i]);
        for (int i = 0; i < BLOCK; i++)
            out[x + i] = tap * (float)sum[i];
    }
    for (; x < n; x++) {
        uint16_t sum = 0;
        for (int j = 0; j < k; j++)
            sum = (uint16_t)(sum + sums[x + j * step]);
        out[x] = tap * (float)sum;
    }
}

__attribute__((unused)) static void mean_u16(uint8_t *restrict out, const uint16_t *restrict sums, int k, ptrdiff_t step, float tap,
                                             int n)
{
    for (int x = 0; x < n; x++) {
        uint16_t sum = 0;
        for (int j = 0; j < k; j++)
            sum = (uint16_t)(sum + sums[x + j * step]);
        out[x] = (uint8_t)rintf(tap * (float)sum);
    }
}

__attribute__((unused)) static void mean_u32(uint8_t *restrict out, const uint32_t *restrict prefix, ptrdiff_t width, float tap,
                                             int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (uint8_t)rintf(tap * (float)(int32_t)(prefix[x + width] - prefix[x]));
}

__attribute__((unused)) static void prefix_u16(uint32_t *restrict prefix, const uint16_t *restrict sums, ptrdiff_t step, int n)
{
    for (ptrdiff_t l = 0; l < step; l++)
        prefix[l] = 0;
    for (ptrdiff_t x = 0; x < n; x++)
        prefix[x + step] = prefix[x] + sums[x];
}

static void box_u32(float *restrict out, const uint32_t *restrict prefix, ptrdiff_t width, float tap, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = tap * (float)(int32_t)(prefix[x + width] - prefix[x]);
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

/* The statistics of a row of sums of squares, whose roots are the values. */
static void measure_squares(const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    int low = INT32_MAX, high = 0, clipped = 0,
        limit = max * (max + 1); /* m is clipped if m > (max + 1/2)^2, so if m > max^2 + max */
    for (int x = 0; x < n; x++) {
        int m = a[x] * a[x] + b[x] * b[x];
        low = m < low ? m : low;
        high = m > high ? m : high;
        clipped += m > limit;
    }
    if (n > 0) {
        stats->lowest = sqrtf((float)low) < stats->lowest ? sqrtf((float)low) : stats->lowest;
        stats->highest = sqrtf((float)high) > stats->highest ? sqrtf((float)high) : stats->highest;
        stats->clipped += (uint64_t)clipped;
    }
}

__attribute__((unused)) static void magnitude_s16(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n,
                                                  struct imc_stats *stats)
{
    if (stats)
        measure_squares(a, b, max, n, stats);
    for (int x = 0; x < n; x++)
        out[x] = (uint8_t)to_sample(sqrtf((float)(a[x] * a[x] + b[x] * b[x])), 0, (float)max);
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

static void widen_s16(float *restrict out, const int16_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x];
}

#endif
