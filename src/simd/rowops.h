/* rowops.h: inner loops over one row. Borders, layout and memory are settled before they are reached: they see row pointers.
 *
 * rowops_c.c is the definition of every one of them. A level of SIMD variants replaces entries of the table, and its results are
 * equal to the definition's, bit for bit. Pointers need no alignment; inputs and outputs do not overlap unless said.
 */
#ifndef ROWOPS_H
#define ROWOPS_H

#include "base/cpu.h"

#include <stddef.h>
#include <stdint.h>

/* The filters of PNG, numbered as in the file. */
enum png_row { PNG_ROW_PLAIN, PNG_ROW_LEFT, PNG_ROW_ABOVE, PNG_ROW_MEAN, PNG_ROW_PAETH, PNG_ROW_FILTERS };

/* What the narrowing ops saw, before clipping. Start with lowest = +infinity, highest = -infinity, clipped = 0. */
struct row_stats {
    float lowest, highest;
    uint64_t clipped;
};

struct rowops {
    /* out[x] = sum over r < rows, j < kw of taps[r*kw + j] * in[r][x + j*step], for x < n. float fused multiply-add, from +0, r outer, j
     * inner. `step` is dilation * lanes. */
    void (*corr_f32)(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int n);
    /* The same for a stride in x: out[x*lanes + l] = sum of taps[r*kw + j] * in[r][x*stride*lanes + l + j*step], x < pixels. */
    void (*corr_strided_f32)(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int lanes,
                             int stride, int pixels);
    /* The same (stride 1 included) with sums in double, rounded once at the end: exact for integers up to 2^53. */
    void (*corr_wide_f32)(float *out, const float *const *in, const float *taps, int rows, int kw, ptrdiff_t step, int lanes,
                          int stride, int pixels);
    /* total[x] += in[x], in double */
    void (*total_add)(double *total, const float *in, int n);
    /* out[x] = total[x] + in[x], rounded once */
    void (*total_end)(float *out, const double *total, const float *in, int n);
    /* row[x] = fmaf(row[x], gain, offset) */
    void (*affine_f32)(float *row, float gain, float offset, int n);
    /* row[x] = max(row[x], 0); a NaN becomes 0 */
    void (*relu_f32)(float *row, int n);
    void (*abs_f32)(float *row, int n);
    /* out[x] = sqrtf of the sum of squares of rows[0..count-1][x]; the last square is rounded, the others join it by fmaf from the last but one
     * down to the first: for two, sqrtf(fmaf(a, a, b*b)). out may be rows[0]. */
    void (*magnitude_f32)(float *out, const float *const *rows, int count, int n);
    /* out[x] = the largest of rows[0..count-1][x]; out may be rows[0]. */
    void (*max_f32)(float *out, const float *const *rows, int count, int n);
    /* out[x] = the sum of rows[0..count-1][x], first to last; out may be rows[0]. */
    void (*sum_f32)(float *out, const float *const *rows, int count, int n);
    /* Samples to float: out[x] = in[x * step]. */
    void (*widen_u8)(float *out, const uint8_t *in, ptrdiff_t step, int n);
    void (*widen_u16)(float *out, const uint16_t *in, ptrdiff_t step, int n);
    /* Luma of RGB samples that lie `step` apart, rounded: (19595 R + 38470 G + 7471 B + 32768) >> 16. */
    void (*luma_u8)(uint8_t *out, const uint8_t *rgb, ptrdiff_t step, int n);
    void (*luma_u16)(uint16_t *out, const uint16_t *rgb, ptrdiff_t step, int n);
    /* Float to samples: out[x * step] = in[x] clipped to 0..max, rounded to nearest, ties to even; a NaN becomes 0. Values below -0.5 or above
     * max + 0.5 count as clipped. */
    void (*narrow_u8)(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct row_stats *stats);
    void (*narrow_u16)(uint16_t *out, const float *in, float max, ptrdiff_t step, int n, struct row_stats *stats);
    /* The same to -max-1..max; a NaN becomes -max-1. */
    void (*narrow_s16)(int16_t *out, const float *in, float max, ptrdiff_t step, int n, struct row_stats *stats);
    /* Widens stats to the values of a row. */
    void (*range_f32)(const float *in, int n, struct row_stats *stats);
    /* A row filtered for PNG: out[x] = in[x] - prediction from in[x - step], above[x] and above[x - step], modulo 256; in[-step] and above[-step]
     * can be read. Returns the sum of |out[x]|, taken as signed bytes: the smaller, the better a row will compress, as a rule. */
    uint64_t (*filter_png[PNG_ROW_FILTERS])(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n);
};

/* The table of this machine's level; filled once. */
const struct rowops *rowops(void);
/* The table of one level, which the machine must have (tests). */
const struct rowops *rowops_of(enum cpu_level level);

extern const struct rowops rowops_c, rowops_avx2;

#endif
