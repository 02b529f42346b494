/* rowops_c.c: the row ops in plain C. This file is THE definition: see rowops.h for each contract. */
#include "simd/rowops.h"

#include <math.h>
#include <stdlib.h>

/* A level that includes this file names its own table, and the ops that it replaces. */
#ifndef ROWOPS_TABLE
#define ROWOPS_TABLE  rowops_c
#define TAPS_F32      taps_f32
#define FOLD_F32      fold_f32
#define TAPS_U8       taps_u8
#define MAGNITUDE_S16 magnitude_s16
#define COMPLEX_MUL   complex_mul
#define NARROW_U8     narrow_u8
#define PREFIX_U16    prefix_u16
#endif

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

__attribute__((unused)) static void taps_u8(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n)
{
    for (int x = 0; x < n; x++) {
        int sum = 0;
        for (int t = 0; t < count; t++)
            sum += taps[t] * in[t][x];
        out[x] = (int16_t)sum;
    }
}

static void add_u8(uint16_t *restrict sums, const uint8_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        sums[x] = (uint16_t)(sums[x] + in[x]);
}

static void slide_u8(uint16_t *restrict sums, const uint8_t *in, const uint8_t *out, int n)
{
    for (int x = 0; x < n; x++)
        sums[x] = (uint16_t)(sums[x] + in[x] - out[x]);
}

static void box_u16(float *restrict out, const uint16_t *restrict sums, int k, ptrdiff_t step, float tap, int n)
{
    int x = 0;
    for (; x + BLOCK <= n; x += BLOCK) {
        uint16_t sum[BLOCK] = {0};
        for (int j = 0; j < k; j++)
            for (int i = 0; i < BLOCK; i++)
                sum[i] = (uint16_t)(sum[i] + sums[x + j * step + i]);
        for (int i = 0; i < BLOCK; i++)
            out[x + i] = tap * (float)sum[i];
    }
    for (; x < n; x++) {
        uint16_t sum = 0;
        for (int j = 0; j < k; j++)
            sum = (uint16_t)(sum + sums[x + j * step]);
        out[x] = tap * (float)sum;
    }
}

__attribute__((unused)) static void prefix_u16(uint32_t *restrict prefix, const uint16_t *restrict sums, ptrdiff_t step, int n)
{
    for (ptrdiff_t l = 0; l < step; l++)
        prefix[l] = 0;
    for (ptrdiff_t x = 0; x < n; x++)
        prefix[x + step] = prefix[x] + sums[x];
}

static void box_u32(float *restrict out, const uint32_t *restrict prefix, ptrdiff_t width, float tap, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = tap * (float)(int32_t)(prefix[x + width] - prefix[x]);
}

static void range_s16(const int16_t *in, int n, struct imc_stats *stats)
{
    int16_t low = INT16_MAX, high = INT16_MIN;
    for (int x = 0; x < n; x++) {
        low = in[x] < low ? in[x] : low;
        high = in[x] > high ? in[x] : high;
    }
    if (n > 0) {
        stats->lowest = low < stats->lowest ? low : stats->lowest;
        stats->highest = high > stats->highest ? high : stats->highest;
    }
}

/* The statistics of a row of sums of squares, whose roots are the values. */
static void measure_squares(const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    int low = INT32_MAX, high = 0, clipped = 0,
        limit = max * (max + 1); /* m is clipped if m > (max + 1/2)^2, so if m > max^2 + max */
    for (int x = 0; x < n; x++) {
        int m = a[x] * a[x] + b[x] * b[x];
        low = m < low ? m : low;
        high = m > high ? m : high;
        clipped += m > limit;
    }
    if (n > 0) {
        stats->lowest = sqrtf((float)low) < stats->lowest ? sqrtf((float)low) : stats->lowest;
        stats->highest = sqrtf((float)high) > stats->highest ? sqrtf((float)high) : stats->highest;
        stats->clipped += (uint64_t)clipped;
    }
}

__attribute__((unused)) static void magnitude_s16(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n,
                                                  struct imc_stats *stats)
{
    if (stats)
        measure_squares(a, b, max, n, stats);
    for (int x = 0; x < n; x++)
        out[x] = (uint8_t)to_sample(sqrtf((float)(a[x] * a[x] + b[x] * b[x])), 0, (float)max);
}

static void max_s16(int16_t *out, const int16_t *const *rows, int count, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = rows[0][x];
    for (int r = 1; r < count; r++)
        for (int x = 0; x < n; x++)
            out[x] = rows[r][x] > out[x] ? rows[r][x] : out[x];
}

static void shift_s16(int16_t *row, int offset, int absolute, int n)
{
    for (int x = 0; x < n; x++)
        row[x] = (int16_t)(row[x] + offset);
    for (int x = 0; absolute && x < n; x++)
        row[x] = (int16_t)(row[x] < 0 ? -row[x] : row[x]);
}

static void clip_s16(uint8_t *restrict out, const int16_t *restrict in, int max, int n, struct imc_stats *stats)
{
    if (stats) {
        int clipped = 0;
        range_s16(in, n, stats);
        for (int x = 0; x < n; x++)
            clipped += (in[x] < 0) + (in[x] > max);
        stats->clipped += (uint64_t)clipped;
    }
    int16_t top = (int16_t)max;
    for (int x = 0; x < n; x++) {
        int16_t value = in[x] > 0 ? in[x] : 0;
        out[x] = (uint8_t)(value < top ? value : top);
    }
}

static void widen_s16(float *restrict out, const int16_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x];
}

static inline uint8_t distance_u8(uint8_t a, uint8_t b)
{
    return (uint8_t)(a > b ? a - b : b - a);
}

/* Whichever of left, above and corner is nearest to left + above - corner, the first of equals. In bytes: its distances to the first two are
 * |above - corner| and |left - corner|; that to the corner is their difference where those two point opposite ways, else their sum, which
 * cannot win. */
static inline uint8_t predict_paeth(uint8_t left, uint8_t above, uint8_t corner)
{
    uint8_t to_left = distance_u8(above, corner), to_above = distance_u8(left, corner);
    uint8_t to_corner = distance_u8(to_left, to_above);
    to_corner |= (uint8_t) - ((left > corner) == (above > corner));
    uint8_t other = to_above <= to_corner ? above : corner, distance = to_above <= to_corner ? to_above : to_corner;
    return to_left <= distance ? left : other;
}

/* Called with a constant `filter`, so that the choice is made at compile time. */
static inline __attribute__((always_inline)) uint64_t filter_png(enum png_row filter, uint8_t *restrict out,
                                                                 const uint8_t *restrict in, const uint8_t *restrict above,
                                                                 ptrdiff_t step, size_t n)
{
    enum { PART = 4096 }; /* its sum fits 32 bits */
    const uint8_t *left = in - step, *corner = above - step;
    uint64_t total = 0;
    for (size_t x = 0; x < n;) {
        size_t end = n - x < PART ? n : x + PART;
        uint32_t sum = 0;
        for (; x < end; x++) {
            uint8_t guess = 0;
            if (filter == PNG_ROW_LEFT)
                guess = left[x];
            else if (filter == PNG_ROW_ABOVE)
                guess = above[x];
            else if (filter == PNG_ROW_MEAN)
                guess = (uint8_t)((left[x] & above[x]) + ((left[x] ^ above[x]) >> 1));
            else if (filter == PNG_ROW_PAETH)
                guess = predict_paeth(left[x], above[x], corner[x]);
            uint8_t value = (uint8_t)(in[x] - guess);
            out[x] = value;
            sum += (uint32_t)abs((int)(uint8_t)(value ^ 128) - 128); /* in this form it is one instruction of AVX2 */
        }
        total += sum;
    }
    return total;
}

static uint64_t filter_png_plain(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_PLAIN, out, in, above, step, n);
}

static uint64_t filter_png_left(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_LEFT, out, in, above, step, n);
}

static uint64_t filter_png_above(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_ABOVE, out, in, above, step, n);
}

static uint64_t filter_png_mean(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_MEAN, out, in, above, step, n);
}

static uint64_t filter_png_paeth(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    return filter_png(PNG_ROW_PAETH, out, in, above, step, n);
}

const struct rowops ROWOPS_TABLE = {
    .taps_f32 = TAPS_F32,
    .taps_wide_f32 = taps_wide_f32,
    .fold_f32 = FOLD_F32,
    .fold_wide_f32 = fold_wide_f32,
    .total_add = total_add,
    .total_end = total_end,
    .affine_f32 = affine_f32,
    .offset_f32 = offset_f32,
    .pair_f32 = pair_f32,
    .complex_mul = COMPLEX_MUL,
    .relu_f32 = relu_f32,
    .abs_f32 = abs_f32,
    .magnitude_f32 = magnitude_f32,
    .max_f32 = max_f32,
    .sum_f32 = sum_f32,
    .widen_u8 = widen_u8,
    .widen_u16 = widen_u16,
    .copy_u8 = copy_u8,
    .copy_f32 = copy_f32,
    .luma_u8 = luma_u8,
    .luma_u16 = luma_u16,
    .narrow_u8 = NARROW_U8,
    .narrow_u16 = narrow_u16,
    .narrow_s16 = narrow_s16,
    .taps_u8 = TAPS_U8,
    .add_u8 = add_u8,
    .slide_u8 = slide_u8,
    .box_u16 = box_u16,
    .prefix_u16 = PREFIX_U16,
    .box_u32 = box_u32,
    .magnitude_s16 = MAGNITUDE_S16,
    .max_s16 = max_s16,
    .shift_s16 = shift_s16,
    .clip_s16 = clip_s16,
    .widen_s16 = widen_s16,
    .range_s16 = range_s16,
    .range_f32 = range_f32,
    .filter_png = {filter_png_plain, filter_png_left, filter_png_above, filter_png_mean, filter_png_paeth},
};
