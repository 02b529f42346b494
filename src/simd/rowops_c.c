/* rowops_c.c: the row ops in plain C. This file is THE definition: see rowops.h for each contract. */
#include "simd/rowops.h"

#include <math.h>

#ifndef ROWOPS_TABLE
#define ROWOPS_TABLE rowops_c
#endif

/* Outputs that are kept in registers while all taps pass over them. */
enum { BLOCK = 32 };

static void corr_block(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, ptrdiff_t x)
{
    float sum[BLOCK] = {0};
    for (int r = 0; r < rows; r++) {
        const float *p = in[r] + x;
        for (int j = 0; j < kw; j++, p += step, taps++)
            for (int k = 0; k < BLOCK; k++)
                sum[k] = fmaf(*taps, p[k], sum[k]);
    }
    for (int k = 0; k < BLOCK; k++)
        out[x + k] = sum[k];
}

static float corr_one(const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, ptrdiff_t x)
{
    float sum = 0;
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < kw; j++)
            sum = fmaf(*taps++, in[r][x + j * step], sum);
    return sum;
}

static void corr_f32(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int n)
{
    int x = 0;
    for (; x + BLOCK <= n; x += BLOCK)
        corr_block(out, in, taps, rows, kw, step, x);
    for (; x < n; x++)
        out[x] = corr_one(in, taps, rows, kw, step, x);
}

static void corr_strided_f32(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int lanes,
                             int stride, int pixels)
{
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < lanes; l++)
            *out++ = corr_one(in, taps, rows, kw, step, (ptrdiff_t)x * stride * lanes + l);
}

static void corr_wide_f32(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int lanes,
                          int stride, int pixels)
{
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < lanes; l++) {
            const float *tap = taps;
            double sum = 0;
            for (int r = 0; r < rows; r++)
                for (int j = 0; j < kw; j++)
                    sum = fma(*tap++, in[r][(ptrdiff_t)x * stride * lanes + l + j * step], sum);
            *out++ = (float)sum;
        }
}

static void total_add(double *restrict total, const float *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        total[x] += in[x];
}

static void total_end(float *restrict out, const double *restrict total, const float *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)(total[x] + in[x]);
}

static void affine_f32(float *row, float gain, float offset, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = fmaf(row[x], gain, offset);
}

static void relu_f32(float *row, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = row[x] > 0 ? row[x] : 0;
}

static void abs_f32(float *row, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = fabsf(row[x]);
}

static void magnitude_f32(float *out, const float *const *rows, int count, int n)
{
    for (int x = 0; x < n; x++) {
        float sum = rows[count - 1][x] * rows[count - 1][x];
        for (int r = count - 2; r >= 0; r--)
            sum = fmaf(rows[r][x], rows[r][x], sum);
        out[x] = sqrtf(sum);
    }
}

static void max_f32(float *out, const float *const *rows, int count, int n)
{
    for (int x = 0; x < n; x++) {
        float largest = rows[0][x];
        for (int r = 1; r < count; r++)
            largest = rows[r][x] > largest ? rows[r][x] : largest;
        out[x] = largest;
    }
}

static void sum_f32(float *out, const float *const *rows, int count, int n)
{
    for (int x = 0; x < n; x++) {
        float sum = rows[0][x];
        for (int r = 1; r < count; r++)
            sum += rows[r][x];
        out[x] = sum;
    }
}

static void widen_u8(float *restrict out, const uint8_t *restrict in, ptrdiff_t step, int n)
{
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = in[x];
    else
        for (int x = 0; x < n; x++)
            out[x] = in[x * step];
}

static void widen_u16(float *restrict out, const uint16_t *restrict in, ptrdiff_t step, int n)
{
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = in[x];
    else
        for (int x = 0; x < n; x++)
            out[x] = in[x * step];
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

static void range_f32(const float *in, int n, struct row_stats *stats)
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
static void measure(const float *in, float min, float max, int n, struct row_stats *stats)
{
    if (!stats)
        return;
    range_f32(in, n, stats);
    if (n > 0 && (stats->lowest < min - 0.5f || stats->highest > max + 0.5f))
        stats->clipped += count_clipped(in, min, max, n);
}

/* One narrowing op: packed output gets a loop of its own, which vectorises. */
#define NARROW(name, type, low)                                                                                                    \
    static void name(type *restrict out, const float *restrict in, float max, ptrdiff_t step, int n, struct row_stats *stats)      \
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

const struct rowops ROWOPS_TABLE = {
    .corr_f32 = corr_f32,
    .corr_strided_f32 = corr_strided_f32,
    .corr_wide_f32 = corr_wide_f32,
    .total_add = total_add,
    .total_end = total_end,
    .affine_f32 = affine_f32,
    .relu_f32 = relu_f32,
    .abs_f32 = abs_f32,
    .magnitude_f32 = magnitude_f32,
    .max_f32 = max_f32,
    .sum_f32 = sum_f32,
    .widen_u8 = widen_u8,
    .widen_u16 = widen_u16,
    .luma_u8 = luma_u8,
    .luma_u16 = luma_u16,
    .narrow_u8 = narrow_u8,
    .narrow_u16 = narrow_u16,
    .narrow_s16 = narrow_s16,
    .range_f32 = range_f32,
};
