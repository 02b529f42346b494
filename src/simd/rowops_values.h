/* rowops_values.h: the part of rowops_c.c on float values: affine steps, e^x, combinations. Compiled once for each level. */
#ifndef ROWOPS_VALUES_H
#define ROWOPS_VALUES_H

#include "base/expseries.h"
#include "simd/rowops.h"

#include <math.h>

static void affine_f32(float *row, float gain, float offset, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = fmaf(row[x], gain, offset);
}

static void exp_f32(double *restrict out, const float *restrict in, float base, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = exp_reach((double)in[x] - base);
    for (int x = 0; x < n; x++)
        out[x] = exp_series(out[x]);
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

#endif
