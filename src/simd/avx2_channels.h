/* avx2_channels.h: the part of rowops_avx2.c on pixels whose channels lie side by side: tiles of filters and pixels in registers (6
 * to 12 times the compiled definitions).
 */
#ifndef AVX2_CHANNELS_H
#define AVX2_CHANNELS_H

#include "simd/avx2_product.h"

#define CHANNELS_F32 channels_f32_avx2
#define WINO_IN_F32  wino_in_f32_avx2
#define WINO_OUT_F32 wino_out_f32_avx2

/* The pixels that a tile reads, one after the other. The pointer goes on by ROWS_APART of them, what lies between is a way of
 * addressing: pointers or distances for each of 14 pixels would be more than there are registers. */
LANES_INLINE lanes_f32 next_pixel(const float **under, ptrdiff_t in_step, int p)
{
    lanes_f32 value = lanes_all(*under + p % ROWS_APART * in_step);
    if (p % ROWS_APART == ROWS_APART - 1)
        *under += ROWS_APART * in_step;
    return value;
}

/* `pixels` x tail.vectors sums over taps t0..t1-1 at pixel x. */
LANES_INLINE void channels_group(lanes_f32 *sum, const float *const *in, ptrdiff_t in_step, const struct channel_taps *taps, int t0,
                                 int t1, ptrdiff_t x, struct tail tail, int pixels)
{
    int vectors = tail.vectors;
    ptrdiff_t weights_step = taps->outs;
    const float *weights = taps->weights + t0 * weights_step;
    for (int k = 0; k < pixels * vectors; k++)
        sum[k] = lanes_zero();
    for (int t = t0; t < t1; t++, weights += weights_step) {
        const float *under = in[t] + x * in_step;
        if (pixels < vectors) { /* the fewer of the two stay in registers */
            lanes_f32 value[SUMS];
            for (int p = 0; p < pixels; p++)
                value[p] = next_pixel(&under, in_step, p);
            for (int v = 0; v < vectors; v++) {
                lanes_f32 weight = lanes_load_where(weights + v * LANES_F32, tail.partly && v == vectors - 1, tail.part);
                for (int p = 0; p < pixels; p++)
                    sum[p * vectors + v] = lanes_fused(weight, value[p], sum[p * vectors + v]);
            }
            continue;
        }
        lanes_f32 weight[4];
        for (int v = 0; v < vectors; v++)
            weight[v] = lanes_load_where(weights + v * LANES_F32, tail.partly && v == vectors - 1, tail.part);
        for (int p = 0; p < pixels; p++) {
            lanes_f32 value = next_pixel(&under, in_step, p);
            for (int v = 0; v < vectors; v++)
                sum[p * vectors + v] = lanes_fused(weight[v], value, sum[p * vectors + v]);
        }
    }
}

/* Bias, gain and ReLU on the sums of a tile, step by step for all: within one loop they would be asked for at each pixel. A gain of
 * 1 is an addition, which does not wait for the multiply-adds on processors that have adders of their own. */
LANES_INLINE void channels_finish(lanes_f32 *sum, const struct channel_taps *taps, struct tail tail, int pixels)
{
    int vectors = tail.vectors;
    lanes_f32 gain = lanes_all(&taps->gain);
    for (int v = 0; v < vectors; v++) {
        lanes_f32 bias = lanes_load_where(taps->bias + v * LANES_F32, tail.partly && v == vectors - 1, tail.part);
        for (int p = 0; p < pixels && taps->gain == 1; p++)
            sum[p * vectors + v] = lanes_add(sum[p * vectors + v], bias);
        for (int p = 0; p < pixels && taps->gain != 1; p++)
            sum[p * vectors + v] = lanes_fused(sum[p * vectors + v], gain, bias);
    }
    for (int k = 0; k < pixels * vectors && taps->relu; k++)
        sum[k] = lanes_max(sum[k], lanes_zero());
}

LANES_INLINE void channels_store(float *out, ptrdiff_t out_step, const lanes_f32 *sum, struct tail tail, int pixels)
{
    int vectors = tail.vectors;
    for (int p = 0; p < pixels; p++, out += out_step)
        for (int v = 0; v < vectors; v++)
            lanes_store_where(out + v * LANES_F32, sum[p * vectors + v], tail.partly && v == vectors - 1, tail.part);
}

/* `pixels` x tail.vectors outputs at pixel x. */
LANES_INLINE void channels_tile(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                                const struct channel_taps *taps, ptrdiff_t x, struct tail tail, int pixels)
{
    lanes_f32 sum[SUMS];
    int count = taps->count, end = taps->group < count ? taps->group : count, sums = pixels * tail.vectors;
    channels_group(sum, in, in_step, taps, 0, end, x, tail, pixels);
    for (int k = 0; k < sums; k++)
        sum[k] = lanes_add(lanes_zero(), sum[k]);
    if (end < count) {
        lanes_f32 total[SUMS];
        for (int k = 0; k < sums; k++)
            total[k] = sum[k];
        for (int t = end; t < count; t = end) {
            end = taps->group < count - t ? t + taps->group : count;
            channels_group(sum, in, in_step, taps, t, end, x, tail, pixels);
            for (int k = 0; k < sums; k++)
                total[k] = lanes_add(total[k], sum[k]);
        }
        for (int k = 0; k < sums; k++)
            sum[k] = total[k];
    }
    if (taps->bias)
        channels_finish(sum, taps, tail, pixels);
    channels_store(out + x * out_step, out_step, sum, tail, pixels);
}

/* Tiles of at most `most` pixels, so many that their sums stay in registers. */
LANES_INLINE void channels_row(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                               const struct channel_taps *taps, int n, struct tail tail, int most)
{
    for (int x = 0, pixels; x < n; x += pixels) {
        pixels = next_tile(n - x, most);
        WITH_COUNT(pixels, most, channels_tile, out, out_step, in, in_step, taps, x, tail)
    }
}

#if defined(__AVX512F__)
static void channels_f32_avx2(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                              const struct channel_taps *taps, int n)
{
    lanes_part all = lanes_first(LANES_F32), half = lanes_first(CHANNELS);
    switch (taps->outs / CHANNELS) {
    case 4:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){2, 0, all}, 14);
        break;
    case 3:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){2, 1, half}, 14);
        break;
    case 2:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){1, 0, all}, 14);
        break;
    default:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){1, 1, half}, 14);
    }
}
#else
static void channels_f32_avx2(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                              const struct channel_taps *taps, int n)
{
    lanes_part all = lanes_first(LANES_F32);
    switch (taps->outs / CHANNELS) {
    case 4:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){4, 0, all}, 3);
        break;
    case 3:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){3, 0, all}, 4);
        break;
    case 2:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){2, 0, all}, 6);
        break;
    default:
        channels_row(out, out_step, in, in_step, taps, n, (struct tail){1, 0, all}, 10);
    }
}
#endif

/* Row i of B'd for four columns, then of B'dB. Rows are loaded twice, so that nothing is spilled: two loads a cycle cost no more
 * than the two additions. */
LANES_INLINE void wino_in_row(float *v, ptrdiff_t plane, const float *a, const float *b, ptrdiff_t step, int add, int partly,
                              lanes_part part)
{
    lanes_f32 t[4];
    for (int j = 0; j < 4; j++) {
        lanes_f32 x = lanes_load_where(a + j * step, partly, part), y = lanes_load_where(b + j * step, partly, part);
        t[j] = add ? lanes_add(x, y) : lanes_sub(x, y);
    }
    lanes_store_where(v, lanes_sub(t[0], t[2]), partly, part);
    lanes_store_where(v + plane, lanes_add(t[1], t[2]), partly, part);
    lanes_store_where(v + 2 * plane, lanes_sub(t[2], t[1]), partly, part);
    lanes_store_where(v + 3 * plane, lanes_sub(t[1], t[3]), partly, part);
}

LANES_INLINE void wino_in_vectors(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t at, ptrdiff_t step, int partly,
                                  lanes_part part)
{
    wino_in_row(v, plane, rows[0] + at, rows[2] + at, step, 0, partly, part);
    wino_in_row(v + 4 * plane, plane, rows[1] + at, rows[2] + at, step, 1, partly, part);
    wino_in_row(v + 8 * plane, plane, rows[2] + at, rows[1] + at, step, 0, partly, part);
    wino_in_row(v + 12 * plane, plane, rows[1] + at, rows[3] + at, step, 0, partly, part);
}

static void wino_in_f32_avx2(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t step, int channels, int n)
{
    int whole = channels / LANES_F32 * LANES_F32;
    lanes_part part = lanes_first(channels - whole);
    for (int x = 0; x < n; x++, v += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            wino_in_vectors(v + c, plane, rows, 2 * x * step + c, step, 0, part);
        if (whole < channels)
            wino_in_vectors(v + whole, plane, rows, 2 * x * step + whole, step, 1, part);
    }
}

/* What finishes an output. */
struct wino_end {
    float *top, *bottom;
    ptrdiff_t step;
    const float *bias;
    lanes_f32 gain;
    int relu;
};

/* Row i of A'mA from row i of A'm, finished. */
LANES_INLINE void wino_out_row(float *out, const lanes_f32 *s, lanes_f32 bias, const struct wino_end *end, int partly,
                               lanes_part part)
{
    lanes_f32 left = lanes_add(lanes_add(s[0], s[1]), s[2]), right = lanes_sub(lanes_sub(s[1], s[2]), s[3]);
    left = lanes_fused(left, end->gain, bias);
    right = lanes_fused(right, end->gain, bias);
    lanes_store_where(out, end->relu ? lanes_max(left, lanes_zero()) : left, partly, part);
    lanes_store_where(out + end->step, end->relu ? lanes_max(right, lanes_zero()) : right, partly, part);
}

LANES_INLINE void wino_out_vectors(const struct wino_end *end, ptrdiff_t at, const float *m, ptrdiff_t plane, int c, int partly,
                                   lanes_part part)
{
    lanes_f32 s[2][4], bias = lanes_load_where(end->bias + c, partly, part);
    for (int j = 0; j < 4; j++) {
        const float *from = m + j * plane;
        lanes_f32 m1 = lanes_load_where(from + 4 * plane, partly, part), m2 = lanes_load_where(from + 8 * plane, partly, part);
        s[0][j] = lanes_add(lanes_add(lanes_load_where(from, partly, part), m1), m2);
        s[1][j] = lanes_sub(lanes_sub(m1, m2), lanes_load_where(from + 12 * plane, partly, part));
    }
    wino_out_row(end->top + at + c, s[0], bias, end, partly, part);
    wino_out_row(end->bottom + at + c, s[1], bias, end, partly, part);
}

static void wino_out_f32_avx2(float *const *rows, ptrdiff_t step, const float *m, ptrdiff_t plane, const float *bias, float gain,
                              int relu, int channels, int n)
{
    struct wino_end end = {rows[0], rows[1], step, bias, lanes_all(&gain), relu};
    int whole = channels / LANES_F32 * LANES_F32;
    lanes_part part = lanes_first(channels - whole);
    for (int x = 0; x < n; x++, m += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            wino_out_vectors(&end, 2 * x * step, m + c, plane, c, 0, part);
        if (whole < channels)
            wino_out_vectors(&end, 2 * x * step, m + whole, plane, whole, 1, part);
    }
}

#endif
