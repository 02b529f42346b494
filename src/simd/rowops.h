/* rowops.h: inner loops over one row. Borders, layout and memory are settled before they are reached: they see row pointers.
 *
 * rowops_c.c is the definition of every one of them. A level of SIMD variants replaces entries of the table, and its results are
 * equal to the definition's, bit for bit. Pointers need no alignment; inputs and outputs do not overlap unless said. `stats` is
 * widened by what an op saw before clipping (see imc_stats_reset); NULL where nobody asks.
 */
#ifndef ROWOPS_H
#define ROWOPS_H

#include "base/cpu.h"
#include <imgconv/conv.h>

#include <stddef.h>
#include <stdint.h>

/* Taps that one float sum takes before it is added to the total (see conv/correlate.c for the error bound). */
enum { ROWOP_GROUP = 32 };

/* The filters of PNG, numbered as in the file. */
enum png_row { PNG_ROW_PLAIN, PNG_ROW_LEFT, PNG_ROW_ABOVE, PNG_ROW_MEAN, PNG_ROW_PAETH, PNG_ROW_FILTERS };

/* Fixed point: a *pair* is two neighbouring 16-bit samples, taken as one. Two taps on pair `place`, for outputs that start on a
 * pair's first sample (even) and for those that start on its second (odd). */
struct pair_tap {
    int16_t even[2], odd[2];
    ptrdiff_t place;
};

/* The next `count` pairs of taps, whose sums are multiplied by `scale`. */
struct pair_group {
    int count;
    float scale;
};

struct rowops {
    /* out[x] = sum over t < count of taps[t] * in[t][x], for x < n: float fused multiply-add, in the order of t, each group of
     * ROWOP_GROUP taps from +0, the groups added in order. Strides, dilations, lanes and channels are all in the choice of the
     * pointers. */
    void (*taps_f32)(float *out, const float *const *in, const float *taps, int count, int n);
    /* The same with sums in double, rounded once at the end: exact for integers up to 2^53. */
    void (*taps_wide_f32)(float *out, const float *const *in, const float *taps, int count, int n);
    /* Symmetric taps folded: out[x] = sum over t < count of taps[t] * (low[t][x] + high[t][x]), grouped as in taps_f32. A tap
     * without a partner has high[t] == zeros, a row of n zeros. */
    void (*fold_f32)(float *out, const float *const *low, const float *const *high, const float *taps, int count, int n);
    /* The same with sums in double. */
    void (*fold_wide_f32)(float *out, const float *const *low, const float *const *high, const float *taps, int count, int n);
    /* Integers: out[x] = sum over t < count of taps[t] * in[t][x]. count is even (a tap of 0 fills up), and the taps' absolute
     * values sum to at most 128, so that every sum fits. */
    void (*taps_u8)(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n);
    /* sums[x] += in[x]; and sums[x] += in[x] - out[x], both modulo 2^16 */
    void (*add_u8)(uint16_t *sums, const uint8_t *in, int n);
    void (*slide_u8)(uint16_t *sums, const uint8_t *in, const uint8_t *out, int n);
    /* out[x] = tap * (the sum of sums[x + j*step], j < k), the sum modulo 2^16 */
    void (*box_u16)(float *out, const uint16_t *sums, int k, ptrdiff_t step, float tap, int n);
    /* The same rounded to samples, no product being above 255. */
    void (*mean_u16)(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, float tap, int n);
    /* prefix[x + step] = prefix[x] + sums[x] for x < n, modulo 2^32; prefix[0..step-1] = 0 */
    void (*prefix_u16)(uint32_t *prefix, const uint16_t *sums, ptrdiff_t step, int n);
    /* out[x] = tap * (prefix[x + width] - prefix[x]), the difference below 2^24 */
    void (*box_u32)(float *out, const uint32_t *prefix, ptrdiff_t width, float tap, int n);
    /* The same rounded to samples, no product being above 255. */
    void (*mean_u32)(uint8_t *out, const uint32_t *prefix, ptrdiff_t width, float tap, int n);
    /* out[x] = the root of a[x]^2 + b[x]^2, rounded to nearest and clipped to max <= 255. Exact: no root of an integer is a tie. */
    void (*magnitude_s16)(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats);
    /* out[x] = the largest of rows[0..count-1][x] */
    void (*max_s16)(int16_t *out, const int16_t *const *rows, int count, int n);
    /* row[x] = row[x] + offset, then its absolute value where `absolute` */
    void (*shift_s16)(int16_t *row, int offset, int absolute, int n);
    /* out[x] = in[x] clipped to 0..max <= 255 */
    void (*clip_s16)(uint8_t *out, const int16_t *in, int max, int n, struct imc_stats *stats);
    void (*widen_s16)(float *out, const int16_t *in, int n);
    /* Widens stats to the values of a row. */
    void (*range_s16)(const int16_t *in, int n, struct imc_stats *stats);
    /* total[x] += in[x], in double */
    void (*total_add)(double *total, const float *in, int n);
    /* out[x] = total[x] + in[x], rounded once */
    void (*total_end)(float *out, const double *total, const float *in, int n);
    /* row[x] = fmaf(row[x], gain, offset) */
    void (*affine_f32)(float *row, float gain, float offset, int n);
    /* out[x] = in[x * step] + offset */
    void (*offset_f32)(float *out, const float *in, ptrdiff_t step, float offset, int n);
    /* Two rows as the parts of complex numbers: out[2*x] = a[x * step] - base[0], out[2*x + 1] = b[x * step] - base[1]. */
    void (*pair_f32)(float *out, const float *a, const float *b, ptrdiff_t step, const float *base, int n);
    /* Complex numbers, real and imaginary part side by side: out[k] = a[k] * b[k], and where `add`, out[k] += a[k] * b[k]. The
     * second product of each part is rounded, the first joins it by fmaf: left to the compiler, some fuse what others do not. */
    void (*complex_mul)(float *out, const float *a, const float *b, int add, size_t n);
    /* row[x] = max(row[x], 0); a NaN becomes 0 */
    void (*relu_f32)(float *row, int n);
    void (*abs_f32)(float *row, int n);
    /* out[x] = sqrtf of the sum of squares of rows[0..count-1][x]; the last square is rounded, the others join it by fmaf from the
     * last but one down to the first: for two, sqrtf(fmaf(a, a, b*b)). out may be rows[0]. */
    void (*magnitude_f32)(float *out, const float *const *rows, int count, int n);
    /* out[x] = the largest of rows[0..count-1][x]; out may be rows[0]. */
    void (*max_f32)(float *out, const float *const *rows, int count, int n);
    /* out[x] = the sum of rows[0..count-1][x], first to last; out may be rows[0]. */
    void (*sum_f32)(float *out, const float *const *rows, int count, int n);
    /* Samples to float: out[x] = in[x * step]. */
    void (*widen_u8)(float *out, const uint8_t *in, ptrdiff_t step, int n);
    void (*widen_u16)(float *out, const uint16_t *in, ptrdiff_t step, int n);
    /* The same without a change of type: out[x] = in[x * step]. */
    void (*copy_u8)(uint8_t *out, const uint8_t *in, ptrdiff_t step, int n);
    void (*copy_f32)(float *out, const float *in, ptrdiff_t step, int n);
    /* Luma of RGB samples that lie `step` apart, rounded: (19595 R + 38470 G + 7471 B + 32768) >> 16. */
    void (*luma_u8)(uint8_t *out, const uint8_t *rgb, ptrdiff_t step, int n);
    void (*luma_u16)(uint16_t *out, const uint16_t *rgb, ptrdiff_t step, int n);
    /* Two rows as pairs (a, b), in the order that pairs_across wants: for each two pixels and each lane, the lane of the first and
     * that of the second. A pixel that fills up an odd number is 0. */
    void (*pairs_u8)(int16_t *out, const uint8_t *a, const uint8_t *b, int lanes, int pixels);
    /* even[x] = (start + sum over t < count of taps[t].even . pair x + place*step of in) >> shift, odd[x] with taps[t].odd; clipped
     * to 16 bits. No sum may leave 32 bits. */
    void (*pairs_down)(int16_t *even, int16_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps, int count,
                       int32_t start, int shift, int n);
    /* even[x] = base + sum over groups of scale * (the sum of the group's taps, as above), fused multiply-adds in float in order of
     * the groups, rounded to 0..255; odd[x] alike. range[0] and range[1], if given, are widened to the lowest and highest of even
     * before rounding, range[2] and range[3] to those of odd. */
    void (*pairs_across)(uint8_t *even, uint8_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps,
                         const struct pair_group *groups, int count, float base, int n, float *range);
    /* Pixels 0, 2, 4 ... from even, 1, 3, 5 ... from odd */
    void (*join_u8)(uint8_t *out, const uint8_t *even, const uint8_t *odd, int lanes, int pixels);
    /* Float to samples: out[x * step] = in[x] clipped to 0..max, rounded to nearest, ties to even; a NaN becomes 0. Values below
     * -0.5 or above max + 0.5 count as clipped. */
    void (*narrow_u8)(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    void (*narrow_u16)(uint16_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    /* The same to -max-1..max; a NaN becomes -max-1. */
    void (*narrow_s16)(int16_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    /* Widens stats to the values of a row. */
    void (*range_f32)(const float *in, int n, struct imc_stats *stats);
    /* A row filtered for PNG: out[x] = in[x] - prediction from in[x - step], above[x] and above[x - step], modulo 256; in[-step]
     * and above[-step] can be read. Returns the sum of |out[x]|, taken as signed bytes: the smaller, the better a row will
     * compress, as a rule. */
    uint64_t (*filter_png[PNG_ROW_FILTERS])(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n);
};

/* The table of this machine's level; filled once. */
const struct rowops *rowops(void);
/* The table of one level, which the machine must have (tests). */
const struct rowops *rowops_of(enum cpu_level level);

extern const struct rowops rowops_c, rowops_avx2;

#endif
