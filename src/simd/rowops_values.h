/* rowops_values.h: the part of rowops_c.c on float values: affine steps, spectra, combinations. Compiled once for each level. */
#ifndef ROWOPS_VALUES_H
#define ROWOPS_VALUES_H

#include "simd/rowops.h"

#include <math.h>

static void affine_f32(float *row, float gain, float offset, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = fmaf(row[x], gain, offset);
}

static void offset_f32(float *restrict out, const float *restrict in, ptrdiff_t step, float offset, int n)
{
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = in[x] + offset;
    else if (step == 2)
        for (int x = 0; x < n; x++)
            out[x] = in[x * 2] + offset;
    else
        for (int x = 0; x < n; x++)
            out[x] = in[x * step] + offset;
}

static void pair_f32(float *restrict out, const float *restrict a, const float *restrict b, ptrdiff_t step,
                     const float *restrict base, int n)
{
    float base_a = base[0], base_b = base[1];
    if (step == 1)
        for (int x = 0; x < n; x++) {
            out[2 * x] = a[x] - base_a;
            out[2 * x + 1] = b[x] - base_b;
        }
    else
        for (int x = 0; x < n; x++) {
            out[2 * x] = a[x * step] - base_a;
            out[2 * x + 1] = b[x * step] - base_b;
        }
}

static void complex_mul(float *restrict out, const float *restrict a, const float *restrict b, int add, size_t n)
{
    for (size_t k = 0; k < 2 * n; k += 2) {
        float real = fmaf(a[k], b[k], -(a[k + 1] * b[k + 1])), imaginary = fmaf(a[k], b[k + 1], a[k + 1] * b[k]);
        out[k] = add ? out[k] + real : real;
        out[k + 1] = add ? out[k + 1] + imaginary : imaginary;
    }
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
