/* rowops_c.c: the row ops in plain C. This file is THE definition: see rowops.h for each contract. */
#include "simd/rowops.h"

#include <math.h>
#include <stdlib.h>

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

static void range_f32(const float *in, int n, struct row_stats *stats)
{
    float lowest = stats->lowest, highest = stats->highest;
    for (int x = 0; x < n; x++) {
        lowest = in[x] < lowest ? in[x] : lowest;
        highest = in[x] > highest ? in[x] : highest;
    }
    stats->lowest = lowest;
    stats->highest = highest;
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
        count += (in[x] < min - 0.5f) | (in[x] > max + 0.5f);
    return count;
}

static void narrow_u8(uint8_t *restrict out, const float *restrict in, float max, ptrdiff_t step, int n, struct row_stats *stats)
{
    range_f32(in, n, stats);
    stats->clipped += count_clipped(in, 0, max, n);
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = (uint8_t)to_sample(in[x], 0, max);
    else
        for (int x = 0; x < n; x++)
            out[x * step] = (uint8_t)to_sample(in[x], 0, max);
}

static void narrow_u16(uint16_t *restrict out, const float *restrict in, float max, ptrdiff_t step, int n, struct row_stats *stats)
{
    range_f32(in, n, stats);
    stats->clipped += count_clipped(in, 0, max, n);
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = (uint16_t)to_sample(in[x], 0, max);
    else
        for (int x = 0; x < n; x++)
            out[x * step] = (uint16_t)to_sample(in[x], 0, max);
}

static void narrow_s16(int16_t *restrict out, const float *restrict in, float max, ptrdiff_t step, int n, struct row_stats *stats)
{
    range_f32(in, n, stats);
    stats->clipped += count_clipped(in, -max - 1, max, n);
    if (step == 1)
        for (int x = 0; x < n; x++)
            out[x] = (int16_t)to_sample(in[x], -max - 1, max);
    else
        for (int x = 0; x < n; x++)
            out[x * step] = (int16_t)to_sample(in[x], -max - 1, max);
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
    .filter_png = {filter_png_plain, filter_png_left, filter_png_above, filter_png_mean, filter_png_paeth},
};
