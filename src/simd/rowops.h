/* rowops.h: inner loops over one row. Borders, layout and memory are settled before they are reached: they see row pointers.
 *
 * rowops_c.c is the definition of every one of them. A level of SIMD variants replaces entries of the table, and its results are
 * equal to the definition's, bit for bit. Pointers need no alignment; inputs and outputs do not overlap unless said. `stats` is
 * widened by what an op saw before clipping (see imc_stats_reset); NULL where nobody asks. `stream`: outputs may go past the
 * caches, as nobody will find them there; stream_end comes later.
 */
#ifndef ROWOPS_H
#define ROWOPS_H

#include "base/cpu.h"
#include <imgconv/conv.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Taps that one float sum takes before it is added to a total (see conv/correlate.c for the error bound), output rows that a grid
 * of taps serves at once, and the most taps of it. */
enum { ROWOP_GROUP = 32, ROWOP_ROWS = 4, ROWOP_GRID_TAPS = 64 };

/* Memory that somebody will read soon: with outputs x and up, bytes x*bytes and up of each row. A hint, which changes no result. */
struct rowop_ahead {
    const char *row;
    ptrdiff_t step; /* from a row to the next, in bytes */
    int rows, bytes;
};

/* A kernel, or some rows of one, over rows of samples: taps[i*kw + j] stands over row i, offset[j] samples to the right. The next
 * output row's taps stand `stride` rows below. Dilations, lanes and phases are in the offsets. */
struct rowop_grid {
    const float *taps;       /* [kh][kw], at most ROWOP_GRID_TAPS */
    const ptrdiff_t *offset; /* [kw] */
    int kh, kw;
    int stride;
    float *const *onto; /* for each row, sums that the outputs are added to; NULL: none. They may be the outputs */
    bool stream;        /* past the caches where the machine can, for outputs that nobody will find there; stream_end comes later */
    const struct rowop_ahead *ahead; /* NULL: nothing is known */
};

/* Output rows that symmetric taps serve at once; for taps along rows, the most places from the first to the last, and from one to
 * the next. */
enum { ROWOP_FOLD_ROWS = 16, ROWOP_FOLD_SPAN = 128, ROWOP_FOLD_STEP = 4 };

/* Symmetric taps on samples 0..span, folded: taps[t] is that of samples t and span - t; where span is even, the last of them is the
 * middle's alone. `group` pairs are summed before they join a total. */
struct rowop_fold {
    const float *taps; /* [span/2 + 1] */
    int span, group;
};

/* The taps of a convolution whose channels lie side by side, for `outs` filters (8, 16, 24 or 32): weights [count][outs], summed in
 * groups of `group`. bias [outs], or NULL for the bare sums. */
struct channel_taps {
    const float *weights, *bias;
    float gain;
    int count, outs, group, relu;
};

/* The samples that are not zero, of pixels whose channels lie side by side, pixel by pixel: those of pixel p are number first[p] to
 * first[p + 1] - 1 in channel, value and pixel, which says p of each. */
struct nonzeros {
    int32_t *first, *channel, *pixel;
    float *value;
};

/* A rectangle of taps: tap t = i*columns + j lies i*row_step + j*column_step samples from the first. Each concerns `lanes`
 * neighbouring channels or filters, 8 or 16, of which row_step and column_step are multiples where these are in the lanes. */
struct tap_grid {
    int rows, columns;
    ptrdiff_t row_step, column_step;
    int lanes;
};

/* Rows that running sums take at once. */
enum { ROWOP_RUNS = 32 };

/* A mean by integers: factor / 2^(16 + shift) stands for tap, and add for one half. */
struct rowop_mean {
    float tap;
    uint16_t add, factor;
    int shift;
};

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

/* Windows that are pooled: kh x kw samples, `row` and `column` apart, the windows `apart` from each other. Forward, `relu`
 * makes what is not above 0 a +0. Backward, samples that are `alone`, each in one window, are overwritten, not added to. */
struct rowop_pool {
    int kh, kw;
    ptrdiff_t row, column, apart;
    bool relu, alone;
};

/* A step of Adam: g = gradient + coupled*p; mean = beta1*mean + (1-beta1)*g; square = beta2*square + (1-beta2)*g*g;
 * p = p*shrink - rate * mean / (sqrt(square) + epsilon). */
struct rowop_adam {
    float rate, beta1, beta2, epsilon, coupled, shrink;
};

struct rowops {
    /* out[r][x] = the sum over i, j of taps[i*kw + j] * in[r*stride + i][x + offset[j]], added to onto[r][x] if there is one, for
     * r < rows <= ROWOP_ROWS and x < n: float fused multiply-add from +0, in the order of i, then j. */
    void (*grid_f32)(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n);
    /* The same sums of bytes; where `bytes` is given they go there and out is not read, clipped to 0..max and rounded as narrow_u8
     * does. */
    void (*grid_u8)(float *const *out, uint8_t *const *bytes, float max, int rows, const uint8_t *const *in,
                    const struct rowop_grid *grid, int n);
    /* Symmetric columns: out[r][x] = the totals of fold over the samples in[r + i][x], i <= span, for r < rows <= ROWOP_FOLD_ROWS
     * and x < n: float fused multiply-add of the pairs' sums, from +0, the outermost first. The middle joins the last group. */
    void (*fold_f32)(float *const *out, int rows, const float *const *in, const struct rowop_fold *fold, int n);
    void (*fold_u8)(float *const *out, int rows, const uint8_t *const *in, const struct rowop_fold *fold, int n);
    /* Symmetric rows: the same over the samples in[r][x + i*step], added to onto[r][x] where onto is given; span and step are
     * at most ROWOP_FOLD_SPAN and ROWOP_FOLD_STEP. */
    void (*fold_across_f32)(float *const *out, float *const *onto, int rows, const float *const *in, ptrdiff_t step,
                            const struct rowop_fold *fold, int n, bool stream);
    /* out[x] = the sum over t < count of taps[t] * in[t][x] in double, rounded once at the end: exact for integers up to 2^53. */
    void (*taps_wide_f32)(float *out, const float *const *in, const float *taps, int count, int n);
    /* Integers: out[x] = sum over t < count of taps[t] * in[t][x]. count is even (a tap of 0 fills up), and the taps' absolute
     * values sum to at most 128, so that every sum fits. */
    void (*taps_u8)(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n, bool stream);
    /* The same clipped to samples of 0..max <= 255. */
    void (*clipped_taps_u8)(uint8_t *out, const uint8_t *const *in, const int8_t *taps, int count, int max, int n,
                            struct imc_stats *stats, bool stream);
    /* sums[x] += in[x]; and sums[x] += in[x] - out[x], both modulo 2^16 */
    void (*add_u8)(uint16_t *sums, const uint8_t *in, int n);
    void (*slide_u8)(uint16_t *sums, const uint8_t *in, const uint8_t *out, int n);
    /* out[x] = tap * (the sum of sums[x + j*step], j < k), the sum modulo 2^16 */
    void (*box_u16)(float *out, const uint16_t *sums, int k, ptrdiff_t step, float tap, int n);
    /* The same as samples: out[x] = ((sum + add) * factor) >> (16 + shift), no sum + add being above 65535. Statistics are of
     * tap * sum. */
    void (*mean_u16)(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                     struct imc_stats *stats, bool stream);
    /* ROWOP_RUNS rows at once, row after row: sums[x] += in[r][at + x] - out[r][at + x], modulo 2^16, and these sums turned on
     * their side: columns[x * ROWOP_RUNS + r] = sums[x] - 32768, for x < n. */
    void (*columns_u8)(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t at, int n);
    /* Running sums along ROWOP_RUNS rows at once, rows of `step` samples a pixel: totals[x % step][r] += column x + k*step - column
     * x, and out[r][at + x] = tap * that total, which is 0..2^24 - 1. */
    void (*running_f32)(float *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                        int n);
    /* The same rounded to samples, no product being above 255. */
    void (*running_u8)(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                       int n, struct imc_stats *stats);
    /* out[x] = the root of a[x]^2 + b[x]^2, rounded to nearest and clipped to max <= 255. No root of an integer is a tie.
     * -32768 does not occur. */
    void (*magnitude_s16)(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats);
    /* The same of dx and dy under 3x3 taps: with p = taps[0] and q = taps[1], |p| + |p| + |q| <= 64, dx has the rows -p 0 p,
     * -q 0 q, -p 0 p, and dy is its transpose; rows[0..2][x], [x + step] and [x + 2*step] are under output x. */
    void (*gradient_u8)(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                        struct imc_stats *stats, bool stream);
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
    /* out[x] = e^(in[x] - base), difference and power in double: the bits of mathx_exp. */
    void (*exp_f32)(double *out, const float *in, float base, int n);
    /* Fourier transforms. A block is 8 complex numbers: 8 real parts, then 8 imaginary ones, aligned to MEM_ALIGN. Factors and
     * turns: fft_factors.h. Frequencies come in an order of their own, and the way back gives n times what went in. */
    /* In place, 8 transforms side by side, of n = 4, 8, 16, 32 ... blocks. */
    void (*fft_column)(float *blocks, int n, const float *factors);
    void (*fft_column_back)(float *blocks, int n, const float *factors);
    /* One transform of n = 64, 128, 256 ... numbers in n/8 blocks, which it overwrites; block k of the result goes to out + k*step,
     * and comes from in + k*step. */
    void (*fft_row)(float *out, ptrdiff_t step, float *row, int n, const float *factors, const float *turns);
    void (*fft_row_back)(float *row, const float *in, ptrdiff_t step, int n, const float *factors, const float *turns);
    /* n blocks: out = a times the conjugate of b, and where `add`, out += it. out may be a. The second product of each part is
     * rounded, the first joins it by fmaf. */
    void (*fft_product)(float *out, const float *a, const float *b, int add, int n);
    /* A row of samples as one part, real or imaginary, of a row of n/8 blocks (part + 8 is the imaginary one): in[x] - base[x] for
     * x < have, zeros from there to n; and the way back, out[x] = sample x of the part + level[x], for x < n. */
    void (*fft_load)(float *part, const float *in, const float *base, int have, int n);
    void (*fft_store)(float *out, const float *part, const float *level, int n);
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
    /* Asks memory for n bytes that will be read soon, where the machine can. */
    void (*fetch)(const void *in, size_t n);
    /* out[x] = in[x], past the caches where the machine can: for outputs that nobody will find there. stream_end waits for what
     * went past them, before another thread is told. */
    void (*stream_f32)(float *out, const float *in, int n);
    void (*stream_end)(void);
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
    /* Pixels of up to 4 lanes: each pair x of `in` gives a sample of an even pixel, base + sum over groups of scale * (the sum of
     * the group's taps[t].even . pair x + place*lanes), fused multiply-adds in float in order of the groups, rounded to 0..255, and
     * one of the odd pixel beside it by taps[t].odd. range[0] and range[1], if given, are widened to the lowest and the highest
     * before rounding. */
    void (*pairs_across)(uint8_t *out, const int16_t *in, int lanes, const struct pair_tap *taps, const struct pair_group *groups,
                         int count, float base, int pixels, float *range, bool stream);
    /* Float to samples: out[x * step] = in[x] clipped to 0..max, rounded to nearest, ties to even; a NaN becomes 0. Values below
     * -0.5 or above max + 0.5 count as clipped. */
    void (*narrow_u8)(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    void (*narrow_u16)(uint16_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    /* The same to -max-1..max; a NaN becomes -max-1. */
    void (*narrow_s16)(int16_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
    /* Widens stats to the values of a row. */
    void (*range_f32)(const float *in, int n, struct imc_stats *stats);
    /* The product of two matrices: out[f*out_step + x] = sum over t < count of taps[f*taps_step + t] * in[t*in_step + x], for f <
     * filters and x < n: fused multiply-add from +0 in the order of t, in groups of `group` terms, whose sums are added in a binary
     * tree: group number g, while bit l of g is set (l = 0, 1 ...), joins the sum kept at l, which stands for the 2^l groups
     * before; what is kept at the end is added from the smallest sum up. A sum of -0 counts as +0, so that for finite `in` terms
     * whose tap is zero may be left out. */
    void (*product_f32)(float *out, ptrdiff_t out_step, const float *taps, ptrdiff_t taps_step, const float *in, ptrdiff_t in_step,
                        int count, int filters, int n, int group);
    /* out[x*out_step + y] = in[y*in_step + x] for y < rows, x < n */
    void (*transpose_f32)(float *out, ptrdiff_t out_step, const float *in, ptrdiff_t in_step, int rows, int n);
    /* Pixels whose channels lie side by side: out[x*out_step + o] = sum over t < count of weights[t*outs + o] * in[t][x*in_step]
     * for x < n and o < outs, summed as grid_f32 does; then, unless bias is NULL, fmaf(sum, gain, bias[o]), and max(., 0) where
     * relu (a NaN becomes 0). */
    void (*channels_f32)(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step, const struct channel_taps *taps,
                         int n);
    /* Winograd's F(2x2,3x3), input: for n tiles that lie two pixels of `step` samples apart, of 4x4 pixels each in the four rows,
     * B'dB for every channel, B' = (1 0 -1 0 / 0 1 1 0 / 0 -1 1 0 / 0 1 0 -1), columns first. Element (i, j) of channel c of tile
     * x is v[(4*i + j)*plane + x*channels + c]. channels is a multiple of 8. */
    void (*wino_in_f32)(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t step, int channels, int n);
    /* Output: from m, in the same form, to two rows of 2n pixels of `step` samples: fmaf(A'mA, gain, bias[c]), then max(., 0)
     * where relu, A' = (1 1 1 0 / 0 1 -1 -1), columns first, terms from the left. */
    void (*wino_out_f32)(float *const *rows, ptrdiff_t step, const float *m, ptrdiff_t plane, const float *bias, float gain,
                         int relu, int channels, int n);
    /* Lists the samples of [pixels][channels] that are not zero. channel, pixel and value have room for all samples, and what lies
     * behind the last one listed may be overwritten. */
    void (*nonzeros_f32)(const struct nonzeros *list, const float *in, int channels, int pixels);
    /* Gradient of weights, input channels in the lanes: for tap t of the grid, which lies offset(t) from the first, and l < lanes,
     * sums[t*lanes + l] += (sum over e < count of value[e] * in[at[e] + offset(t) + l]): fused multiply-add from +0 in the order
     * of e. */
    void (*pull_f32)(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at, const float *value, int count);
    /* Gradient of inputs, input channels in the lanes: out[x*step + offset(t) + l] += (sum over the entries of pixel x of value *
     * weights[channel*weights_step + t*lanes + l]), in the order of x < n; each sum is fused multiply-add from +0 in the order of
     * the list. Pixels without an entry change nothing. The taps of a pixel do not overlap; step is a multiple of lanes. */
    void (*push_f32)(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                     const struct nonzeros *list, int n);
    /* Gradient of weights for one input channel, filters in the lanes: for x < n, in order, sums[t*sums_step + l] =
     * fmaf(in[x*step + offset(t)], change[x*change_step + l], .) and bias[l] += change[x*change_step + l]; pixels whose changes
     * are all zero are left out. */
    void (*outer_f32)(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid, const float *in, ptrdiff_t step,
                      const float *change, ptrdiff_t change_step, int n);
    /* A row filtered for PNG: out[x] = in[x] - prediction from in[x - step], above[x] and above[x - step], modulo 256; in[-step]
     * and above[-step] can be read. Returns the sum of |out[x]|, taken as signed bytes: the smaller, the better a row will
     * compress, as a rule. */
    uint64_t (*filter_png[PNG_ROW_FILTERS])(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n);
    /* out[x] = in[x] / 255 */
    void (*unit_u8)(float *out, const uint8_t *in, int n);
    /* d[x] = d[x] where out[x] > 0, else 0 */
    void (*relu_back_f32)(float *d, const float *out, int n);
    /* out[w][c] = the largest of window w, channel c; which[w][c] the first place, i*kw + j, where it stands, of at most 256; not
     * told where which is NULL. */
    void (*max_pool_f32)(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int windows, int channels);
    /* Backward: adds d_out[w][c] to place which[w][c] of window w, channel c, and +0 to the others, window by window; to what
     * stands there, or to +0 where samples are alone. */
    void (*max_unpool_f32)(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int windows,
                           int channels);
    void (*adam_f32)(float *p, const float *gradient, float *mean, float *square, const struct rowop_adam *adam, size_t n);
    /* velocity = momentum*velocity + (gradient + coupled*p); p = p - rate*velocity */
    void (*sgd_f32)(float *p, const float *gradient, float *velocity, float rate, float momentum, float coupled, size_t n);
    /* Undoes them, for whole pixels of step <= 8 bytes: out[x] = in[x] + the guess from out[x - step], above[x] and
     * above[x - step], modulo 256. What lies left of the row counts as 0, and is not read. */
    void (*unfilter_png[PNG_ROW_FILTERS])(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n);
    /* Bit x % 64 of repeats[x / 64]: is in[x] the same as in[x - 1]? Of the last word the bits from n on are 0. */
    void (*repeats_u8)(uint64_t *repeats, const uint8_t *in, size_t n);
};

/* The table of this machine's level; filled once. */
const struct rowops *rowops(void);
/* The table of one level, which the machine must have to run it; NULL for levels of other machines (tests). */
const struct rowops *rowops_of(enum cpu_level level);

extern const struct rowops rowops_c, rowops_avx2, rowops_avx512;

#endif
