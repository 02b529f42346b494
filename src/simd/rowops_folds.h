/* rowops_folds.h: the part of rowops_c.c on symmetric rows and columns of taps. Compiled once for each level.
 *
 * Samples that mirror each other have the same tap: w*(a + b) takes a fused multiply-add for two taps, and an addition. */
#ifndef ROWOPS_FOLDS_H
#define ROWOPS_FOLDS_H

#include "simd/rowops.h"
#include "simd/rowops_taps.h"

/* Totals of outputs x..x+n-1, n <= BLOCK: sample i of output x is in[i*down][x + i*step]. */
#define FOLD_TOTALS(name, type)                                                                                                    \
    static inline void name(float *restrict total, const type *const *in, ptrdiff_t down, ptrdiff_t step,                          \
                            const struct rowop_fold *fold, ptrdiff_t x, int n)                                                     \
    {                                                                                                                              \
        const int span = fold->span, pairs = (span + 1) / 2;                                                                       \
        int t = 0;                                                                                                                 \
        for (int first = 1; first || t < pairs; first = 0) {                                                                       \
            const int end = pairs - t < fold->group ? pairs : t + fold->group;                                                     \
            float sum[BLOCK] = {0};                                                                                                \
            for (; t < end; t++) {                                                                                                 \
                const type *a = in[t * down] + x + t * step, *b = in[(span - t) * down] + x + (span - t) * step;                   \
                const float tap = fold->taps[t];                                                                                   \
                for (int k = 0; k < n; k++)                                                                                        \
                    sum[k] = fmaf(tap, (float)a[k] + (float)b[k], sum[k]);                                                         \
            }                                                                                                                      \
            const type *middle = in[t * down] + x + t * step;                                                                      \
            for (int k = 0; k < n && t == pairs && span % 2 == 0; k++)                                                             \
                sum[k] = fmaf(fold->taps[t], middle[k], sum[k]);                                                                   \
            for (int k = 0; k < n; k++)                                                                                            \
                total[k] = first ? sum[k] : total[k] + sum[k];                                                                     \
        }                                                                                                                          \
    }

FOLD_TOTALS(fold_totals_f32, float)
FOLD_TOTALS(fold_totals_u8, uint8_t)
#undef FOLD_TOTALS

__attribute__((unused)) static void fold_f32(float *const *out, int rows, const float *const *in, const struct rowop_fold *fold,
                                             int n)
{
    for (int r = 0; r < rows; r++) {
        int x = 0;
        for (; x + BLOCK <= n; x += BLOCK)
            fold_totals_f32(out[r] + x, in + r, 1, 0, fold, x, BLOCK);
        fold_totals_f32(out[r] + x, in + r, 1, 0, fold, x, n - x);
    }
}

__attribute__((unused)) static void fold_u8(float *const *out, int rows, const uint8_t *const *in, const struct rowop_fold *fold,
                                            int n)
{
    for (int r = 0; r < rows; r++) {
        int x = 0;
        for (; x + BLOCK <= n; x += BLOCK)
            fold_totals_u8(out[r] + x, in + r, 1, 0, fold, x, BLOCK);
        fold_totals_u8(out[r] + x, in + r, 1, 0, fold, x, n - x);
    }
}

__attribute__((unused)) static void fold_across_f32(float *const *out, float *const *onto, int rows, const float *const *in,
                                                    ptrdiff_t step, const struct rowop_fold *fold, int n, bool stream)
{
    (void)stream; /* is for levels that can */
    for (int r = 0; r < rows; r++)
        for (int x = 0; x < n; x += BLOCK) {
            const int there = n - x < BLOCK ? n - x : BLOCK;
            float total[BLOCK];
            if (there == BLOCK)
                fold_totals_f32(total, in + r, 0, step, fold, x, BLOCK);
            else
                fold_totals_f32(total, in + r, 0, step, fold, x, there);
            for (int k = 0; k < there; k++)
                out[r][x + k] = onto ? onto[r][x + k] + total[k] : total[k];
        }
}

#endif
