/* avx2_product.h: the part of rowops_avx2.c on matrices. Included before the definitions are compiled again, so that they take
 * these in their place.
 */
#ifndef AVX2_PRODUCT_H
#define AVX2_PRODUCT_H

#include "simd/avx2_zeros.h"

#define PRODUCT_F32   product_f32_avx2
#define TRANSPOSE_F32 transpose_f32_avx2

static void product_f32_avx2(float *out, ptrdiff_t out_step, const float *taps, ptrdiff_t taps_step, const float *in,
                             ptrdiff_t in_step, int count, int filters, int n, int group)
{
    struct product p = {out, taps, in, out_step, taps_step, in_step, count, group};
    int x = 0;
    if (filters == 1 && count > 0)
        x = product_rows(p, n);
    else if (many_zeros(&p, filters, n))
        x = product_without_zeros(p, filters, n);
    for (p.out += x, p.in += x; x < n; x += COLUMN, p.out += COLUMN, p.in += COLUMN)
        product_packed(p, filters, n - x < COLUMN ? n - x : COLUMN);
}

/* 8 x 8 samples: pairs, quadruples, halves. */
static inline void transpose_tile(float *out, ptrdiff_t out_step, const float *in, ptrdiff_t in_step)
{
    __m256 row[8], pair[8];
    for (int y = 0; y < 8; y++)
        row[y] = _mm256_loadu_ps(in + y * in_step);
    for (int y = 0; y < 8; y += 2) {
        pair[y] = _mm256_unpacklo_ps(row[y], row[y + 1]);
        pair[y + 1] = _mm256_unpackhi_ps(row[y], row[y + 1]);
    }
    for (int y = 0; y < 8; y += 4)
        for (int k = 0; k < 2; k++) {
            row[y + 2 * k] = _mm256_shuffle_ps(pair[y + k], pair[y + k + 2], 0x44);
            row[y + 2 * k + 1] = _mm256_shuffle_ps(pair[y + k], pair[y + k + 2], 0xee);
        }
    for (int k = 0; k < 4; k++) {
        _mm256_storeu_ps(out + k * out_step, _mm256_permute2f128_ps(row[k], row[k + 4], 0x20));
        _mm256_storeu_ps(out + (k + 4) * out_step, _mm256_permute2f128_ps(row[k], row[k + 4], 0x31));
    }
}

/* 3 times the compiled definition. */
static void transpose_f32_avx2(float *out, ptrdiff_t out_step, const float *in, ptrdiff_t in_step, int rows, int n)
{
    int y = 0;
    for (; y + 8 <= rows; y += 8) {
        int x = 0;
        for (; x + 8 <= n; x += 8)
            transpose_tile(out + x * out_step + y, out_step, in + y * in_step + x, in_step);
        transpose_f32(out + x * out_step + y, out_step, in + y * in_step + x, in_step, 8, n - x);
    }
    transpose_f32(out + y, out_step, in + y * in_step, in_step, rows - y, n);
}

#endif
