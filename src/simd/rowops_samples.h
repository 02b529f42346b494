/* rowops_samples.h: the part of rowops_c.c on between samples and floats: gathering, luma, statistics, rounding. Compiled once for
 * each level. */
#ifndef ROWOPS_SAMPLES_H
#define ROWOPS_SAMPLES_H

#include "simd/rowops.h"

#include <math.h>

/* One op that gathers evenly spaced samples. Packed and every second one get loops of their own, which vectorise. */
#define GATHER(name, to, from)                                                                                                     \
    static void name(to *restrict out, const from *restrict in, ptrdiff_t step, int n)                                             \
    {                                                                                                                              \
        if (step == 1)                                                                                                             \
            for (int x = 0; x < n; x++)                                                                                            \
                out[x] = in[x];                                                                                                    \
        else if (step == 2)                                                                                                        \
            for (int x = 0; x < n; x++)                                                                                            \
                out[x] = in[x * 2];                                                                                                \
        else                                                                                                                       \
            for (int x = 0; x < n; x++)                                                                                            \
                out[x] = in[x * step];                                                                                             \
    }

GATHER(widen_u8, float, uint8_t)
GATHER(widen_u16, float, uint16_t)
GATHER(copy_u8, uint8_t, uint8_t)
GATHER(copy_f32, float, float)

__attribute__((unused)) static void stream_f32(float *restrict out, const float *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x];
}

__attribute__((unused)) static void stream_end(void)
{
}

__attribute__((unused)) static void fetch(const void *in, size_t n)
{
    (void)in, (void)n;
}

static void luma_u8(uint8_t *restrict out, const uint8_t *restrict rgb, ptrdiff_t step, int n)
{
    for (int x = 0; x < n; x++, rgb += step)
        out[x] = (uint8_t)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 32768u) >> 16);
}

static void luma_u16(uint16_t *restrict out, const uint16_t *restrict rgb, ptrdiff_t step, int n)
{
    for (int x = 0; x < n; x++, rgb += step)
        out[x] = (uint16_t)((19595ull * rgb[0] + 38470ull * rgb[1] + 7471ull * rgb[2] + 32768ull) >> 16);
}

/* Lowest and highest of a row, by PARTS independent pairs: a single pair would wait for itself at every sample. */
enum { PARTS = 32 };

static void range_f32(const float *in, int n, struct imc_stats *stats)
{
    float low[PARTS], high[PARTS];
    for (int k = 0; k < PARTS; k++) {
        low[k] = stats->lowest;
        high[k] = stats->highest;
    }
    int x = 0;
    for (; x + PARTS <= n; x += PARTS)
        for (int k = 0; k < PARTS; k++) {
            low[k] = in[x + k] < low[k] ? in[x + k] : low[k];
            high[k] = in[x + k] > high[k] ? in[x + k] : high[k];
        }
    for (int k = 0; x < n; x++, k++) {
        low[k] = in[x] < low[k] ? in[x] : low[k];
        high[k] = in[x] > high[k] ? in[x] : high[k];
    }
    for (int k = 0; k < PARTS; k++) {
        stats->lowest = low[k] < stats->lowest ? low[k] : stats->lowest;
        stats->highest = high[k] > stats->highest ? high[k] : stats->highest;
    }
}

/* Clips to min..max and rounds; the comparisons are written so that a NaN becomes min. */
static inline int to_sample(float value, float min, float max)
{
    value = value > min ? value : min;
    return (int)rintf(value < max ? value : max);
}

static uint64_t count_clipped(const float *in, float min, float max, int n)
{
    unsigned count = 0;
    for (int x = 0; x < n; x++)
        count += (unsigned)(in[x] < min - 0.5f) + (unsigned)(in[x] > max + 0.5f);
    return count;
}

/* Statistics are left out where nobody asks. */
static void measure(const float *in, float min, float max, int n, struct imc_stats *stats)
{
    if (!stats)
        return;
    range_f32(in, n, stats);
    if (n > 0 && (stats->lowest < min - 0.5f || stats->highest > max + 0.5f))
        stats->clipped += count_clipped(in, min, max, n);
}

/* One narrowing op: packed output gets a loop of its own, which vectorises. */
#define NARROW(name, type, low)                                                                                                    \
    __attribute__((unused)) static void name(type *restrict out, const float *restrict in, float max, ptrdiff_t step, int n,       \
                                             struct imc_stats *stats)                                                              \
    {                                                                                                                              \
        measure(in, low, max, n, stats);                                                                                           \
        if (step == 1)                                                                                                             \
            for (int x = 0; x < n; x++)                                                                                            \
                out[x] = (type)to_sample(in[x], low, max);                                                                         \
        else                                                                                                                       \
            for (int x = 0; x < n; x++)                                                                                            \
                out[x * step] = (type)to_sample(in[x], low, max);                                                                  \
    }

NARROW(narrow_u8, uint8_t, 0)
NARROW(narrow_u16, uint16_t, 0)
NARROW(narrow_s16, int16_t, (-max - 1))

#endif
