/* rowops_box.h: the part of rowops_c.c on running sums of 8-bit rows. Compiled once for each level. */
#ifndef ROWOPS_BOX_H
#define ROWOPS_BOX_H

#include "simd/rowops.h"

#include <math.h>

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

static inline uint16_t window_sum(const uint16_t *sums, int k, ptrdiff_t step)
{
    uint16_t sum = 0;
    for (int j = 0; j < k; j++)
        sum = (uint16_t)(sum + sums[j * step]);
    return sum;
}

static void box_u16(float *restrict out, const uint16_t *restrict sums, int k, ptrdiff_t step, float tap, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = tap * (float)window_sum(sums + x, k, step);
}

/* Statistics of values that are tap times sums. */
static void note_sums(struct imc_stats *stats, float tap, int32_t low, int32_t high)
{
    stats->lowest = tap * (float)low < stats->lowest ? tap * (float)low : stats->lowest;
    stats->highest = tap * (float)high > stats->highest ? tap * (float)high : stats->highest;
}

static void mean_u16(uint8_t *restrict out, const uint16_t *restrict sums, int k, ptrdiff_t step, const struct rowop_mean *mean,
                     int n, struct imc_stats *stats, bool stream)
{
    (void)stream;
    int32_t low = INT32_MAX, high = 0;
    for (int x = 0; x < n; x++) {
        uint16_t sum = window_sum(sums + x, k, step);
        low = sum < low ? sum : low;
        high = sum > high ? sum : high;
        out[x] = (uint8_t)((uint32_t)(uint16_t)(sum + mean->add) * mean->factor >> (16 + mean->shift));
    }
    if (stats && n > 0)
        note_sums(stats, mean->tap, low, high);
}

static void columns_u8(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t at, int n)
{
    for (int x = 0; x < n; x++)
        for (int r = 0; r < ROWOP_RUNS; r++) {
            sums[x] = (uint16_t)(sums[x] + in[r][at + x] - out[r][at + x]);
            columns[x * ROWOP_RUNS + r] = (int16_t)(sums[x] ^ 0x8000);
        }
}

/* Adds what enters the windows at sample x, and takes away what leaves them. */
static inline void run_on(int32_t *totals, const int16_t *columns, ptrdiff_t width, int x)
{
    for (int r = 0; r < ROWOP_RUNS; r++)
        totals[r] += columns[(x + width) * ROWOP_RUNS + r] - columns[(ptrdiff_t)x * ROWOP_RUNS + r];
}

static void running_f32(float *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at, int n)
{
    for (int x = 0; x < n; x++) {
        int32_t *total = totals + x % step * ROWOP_RUNS;
        run_on(total, columns, (ptrdiff_t)k * step, x);
        for (int r = 0; r < ROWOP_RUNS; r++)
            out[r][at + x] = tap * (float)total[r];
    }
}

static void running_u8(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                       int n, struct imc_stats *stats)
{
    int32_t low = INT32_MAX, high = 0;
    for (int x = 0; x < n; x++) {
        int32_t *total = totals + x % step * ROWOP_RUNS;
        run_on(total, columns, (ptrdiff_t)k * step, x);
        for (int r = 0; r < ROWOP_RUNS; r++) {
            low = total[r] < low ? total[r] : low;
            high = total[r] > high ? total[r] : high;
            out[r][at + x] = (uint8_t)rintf(tap * (float)total[r]);
        }
    }
    if (stats && n > 0)
        note_sums(stats, tap, low, high);
}

#endif
