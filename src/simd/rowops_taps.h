/* rowops_taps.h: the part of rowops_c.c on lists of taps over rows, and their totals. Compiled once for each level. */
#ifndef ROWOPS_TAPS_H
#define ROWOPS_TAPS_H

#include "simd/rowops.h"

#include <math.h>

/* Outputs that are kept in registers while all taps pass over them. */
enum { BLOCK = 32 };

static void taps_block(float *out, const float *const *in, const float *taps, int count, ptrdiff_t x)
{
    float total[BLOCK] = {0};
    for (int t = 0; t < count;) {
        float sum[BLOCK] = {0};
        for (int end = t + ROWOP_GROUP < count ? t + ROWOP_GROUP : count; t < end; t++) {
            const float *p = in[t] + x;
            const float tap = taps[t];
            for (int k = 0; k < BLOCK; k++)
                sum[k] = fmaf(tap, p[k], sum[k]);
        }
        for (int k = 0; k < BLOCK; k++)
            total[k] += sum[k];
    }
    for (int k = 0; k < BLOCK; k++)
        out[x + k] = total[k];
}

static float taps_one(const float *const *in, const float *taps, int count, ptrdiff_t x)
{
    float total = 0;
    for (int t = 0; t < count;) {
        float sum = 0;
        for (int end = t + ROWOP_GROUP < count ? t + ROWOP_GROUP : count; t < end; t++)
            sum = fmaf(taps[t], in[t][x], sum);
        total += sum;
    }
    return total;
}

__attribute__((unused)) static void taps_f32(float *out, const float *const *in, const float *taps, int count, int n)
{
    int x = 0;
    for (; x + BLOCK <= n; x += BLOCK)
        taps_block(out, in, taps, count, x);
    for (; x < n; x++)
        out[x] = taps_one(in, taps, count, x);
}

static void taps_wide_f32(float *out, const float *const *in, const float *taps, int count, int n)
{
    for (int x = 0; x < n; x++) {
        double sum = 0;
        for (int t = 0; t < count; t++)
            sum = fma(taps[t], in[t][x], sum);
        out[x] = (float)sum;
    }
}

static void fold_block(float *out, const float *const *low, const float *const *high, const float *taps, int count, ptrdiff_t x)
{
    float total[BLOCK] = {0};
    for (int t = 0; t < count;) {
        float sum[BLOCK] = {0};
        for (int end = t + ROWOP_GROUP < count ? t + ROWOP_GROUP : count; t < end; t++) {
            const float *p = low[t] + x, *q = high[t] + x;
            const float tap = taps[t];
            for (int k = 0; k < BLOCK; k++)
                sum[k] = fmaf(tap, p[k] + q[k], sum[k]);
        }
        for (int k = 0; k < BLOCK; k++)
            total[k] += sum[k];
    }
    for (int k = 0; k < BLOCK; k++)
        out[x + k] = total[k];
}

static float fold_one(const float *const *low, const float *const *high, const float *taps, int count, ptrdiff_t x)
{
    float total = 0;
    for (int t = 0; t < count;) {
        float sum = 0;
        for (int end = t + ROWOP_GROUP < count ? t + ROWOP_GROUP : count; t < end; t++)
            sum = fmaf(taps[t], low[t][x] + high[t][x], sum);
        total += sum;
    }
    return total;
}

__attribute__((unused)) static void fold_f32(float *out, const float *const *low, const float *const *high, const float *taps,
                                             int count, int n)
{
    int x = 0;
    for (; x + BLOCK <= n; x += BLOCK)
        fold_block(out, low, high, taps, count, x);
    for (; x < n; x++)
        out[x] = fold_one(low, high, taps, count, x);
}

static void fold_wide_f32(float *out, const float *const *low, const float *const *high, const float *taps, int count, int n)
{
    for (int x = 0; x < n; x++) {
        double sum = 0;
        for (int t = 0; t < count; t++)
            sum = fma(taps[t], (double)low[t][x] + high[t][x], sum);
        out[x] = (float)sum;
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

#endif
