/* avx2_channels.h: the part of rowops_avx2.c on pixels whose channels lie side by side: tiles of filters and pixels in registers (6
 * to 12 times the compiled definitions).
 */
#ifndef AVX2_CHANNELS_H
#define AVX2_CHANNELS_H

#include "simd/avx2_product.h"

#define CHANNELS_F32 channels_f32_avx2
#define WINO_IN_F32  wino_in_f32_avx2
#define WINO_OUT_F32 wino_out_f32_avx2

/* `pixels` x `vectors` sums over taps t0..t1-1 at pixel x. */
INLINE void channels_group(__m256 *sum, const float *const *in, ptrdiff_t in_step, const struct channel_taps *taps, int t0, int t1,
                           ptrdiff_t x, int vectors, int pixels)
{
    const float *weights = taps->weights + (ptrdiff_t)t0 * (vectors * CHANNELS);
    for (int k = 0; k < pixels * vectors; k++)
        sum[k] = _mm256_setzero_ps();
    for (int t = t0; t < t1; t++) {
        const float *under = in[t] + x * in_step;
        if (pixels < vectors) { /* the fewer of the two stay in registers */
            __m256 value[8];
            for (int p = 0; p < pixels; p++)
                value[p] = _mm256_broadcast_ss(under + p * in_step);
            for (int v = 0; v < vectors; v++, weights += CHANNELS) {
                __m256 weight = _mm256_loadu_ps(weights);
                for (int p = 0; p < pixels; p++)
                    sum[p * vectors + v] = _mm256_fmadd_ps(weight, value[p], sum[p * vectors + v]);
            }
            continue;
        }
        __m256 weight[4];
        for (int v = 0; v < vectors; v++, weights += CHANNELS)
            weight[v] = _mm256_loadu_ps(weights);
        for (int p = 0; p < pixels; p++) {
            __m256 value = _mm256_broadcast_ss(under + p * in_step);
            for (int v = 0; v < vectors; v++)
                sum[p * vectors + v] = _mm256_fmadd_ps(weight[v], value, sum[p * vectors + v]);
        }
    }
}

/* `pixels` x `vectors` outputs at pixel x. */
INLINE void channels_tile(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                          const struct channel_taps *taps, ptrdiff_t x, int vectors, int pixels)
{
    __m256 sum[12];
    int count = taps->count, end = taps->group < count ? taps->group : count;
    channels_group(sum, in, in_step, taps, 0, end, x, vectors, pixels);
    for (int k = 0; k < pixels * vectors; k++)
        sum[k] = _mm256_add_ps(_mm256_setzero_ps(), sum[k]);
    if (end < count) {
        __m256 total[12];
        for (int k = 0; k < pixels * vectors; k++)
            total[k] = sum[k];
        for (int t = end; t < count; t = end) {
            end = taps->group < count - t ? t + taps->group : count;
            channels_group(sum, in, in_step, taps, t, end, x, vectors, pixels);
            for (int k = 0; k < pixels * vectors; k++)
                total[k] = _mm256_add_ps(total[k], sum[k]);
        }
        for (int k = 0; k < pixels * vectors; k++)
            sum[k] = total[k];
    }
    for (int k = 0; k < pixels * vectors; k++) {
        __m256 value = sum[k];
        if (taps->bias)
            value = _mm256_fmadd_ps(value, _mm256_set1_ps(taps->gain), _mm256_loadu_ps(taps->bias + k % vectors * CHANNELS));
        if (taps->bias && taps->relu)
            value = _mm256_max_ps(value, _mm256_setzero_ps());
        _mm256_storeu_ps(out + (x + k / vectors) * out_step + k % vectors * CHANNELS, value);
    }
}

/* Pixels of the next tile: the most, 4, 2 or 1; two halves rather than a large tile and one too small to hide its latency. */
INLINE int next_pixels(int left, int most)
{
    bool halves = most == 3 ? left == 4 : most == 6 && left == 8;
    return halves ? left / 2 : left >= most ? most : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

INLINE void channels_row(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step, const struct channel_taps *taps,
                         int n, int vectors, int most)
{
    for (int x = 0, pixels; x < n; x += pixels) {
        pixels = next_pixels(n - x, most);
        if (pixels == most)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, most);
        else if (most > 4 && pixels == 4)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 4);
        else if (pixels == 2)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 2);
        else
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 1);
    }
}

static void channels_f32_avx2(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                              const struct channel_taps *taps, int n)
{
    switch (taps->outs / CHANNELS) {
    case 4:
        channels_row(out, out_step, in, in_step, taps, n, 4, 3);
        break;
    case 3:
        channels_row(out, out_step, in, in_step, taps, n, 3, 4);
        break;
    case 2:
        channels_row(out, out_step, in, in_step, taps, n, 2, 6);
        break;
    default:
        channels_row(out, out_step, in, in_step, taps, n, 1, 8);
    }
}

/* Row i of B'd for four columns, then of B'dB. Rows are loaded twice, so that nothing is spilled: two loads a cycle cost no more
 * than the two additions. */
INLINE void wino_in_row(float *v, ptrdiff_t plane, const float *a, const float *b, ptrdiff_t step, int add)
{
    __m256 t[4];
    for (int j = 0; j < 4; j++) {
        __m256 x = _mm256_loadu_ps(a + j * step), y = _mm256_loadu_ps(b + j * step);
        t[j] = add ? _mm256_add_ps(x, y) : _mm256_sub_ps(x, y);
    }
    _mm256_storeu_ps(v, _mm256_sub_ps(t[0], t[2]));
    _mm256_storeu_ps(v + plane, _mm256_add_ps(t[1], t[2]));
    _mm256_storeu_ps(v + 2 * plane, _mm256_sub_ps(t[2], t[1]));
    _mm256_storeu_ps(v + 3 * plane, _mm256_sub_ps(t[1], t[3]));
}

static void wino_in_f32_avx2(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t step, int channels, int n)
{
    for (int x = 0; x < n; x++)
        for (int c = 0; c < channels; c += CHANNELS, v += CHANNELS) {
            ptrdiff_t at = 2 * x * step + c;
            wino_in_row(v, plane, rows[0] + at, rows[2] + at, step, 0);
            wino_in_row(v + 4 * plane, plane, rows[1] + at, rows[2] + at, step, 1);
            wino_in_row(v + 8 * plane, plane, rows[2] + at, rows[1] + at, step, 0);
            wino_in_row(v + 12 * plane, plane, rows[1] + at, rows[3] + at, step, 0);
        }
}

/* Row i of A'mA from row i of A'm, finished. */
INLINE void wino_out_row(float *out, ptrdiff_t step, const __m256 *s, __m256 bias, __m256 gain, int relu)
{
    __m256 left = _mm256_add_ps(_mm256_add_ps(s[0], s[1]), s[2]), right = _mm256_sub_ps(_mm256_sub_ps(s[1], s[2]), s[3]);
    left = _mm256_fmadd_ps(left, gain, bias);
    right = _mm256_fmadd_ps(right, gain, bias);
    _mm256_storeu_ps(out, relu ? _mm256_max_ps(left, _mm256_setzero_ps()) : left);
    _mm256_storeu_ps(out + step, relu ? _mm256_max_ps(right, _mm256_setzero_ps()) : right);
}

static void wino_out_f32_avx2(float *const *rows, ptrdiff_t step, const float *m, ptrdiff_t plane, const float *bias, float gain,
                              int relu, int channels, int n)
{
    __m256 factor = _mm256_set1_ps(gain);
    for (int x = 0; x < n; x++)
        for (int c = 0; c < channels; c += CHANNELS, m += CHANNELS) {
            __m256 s[2][4], added = _mm256_loadu_ps(bias + c);
            for (int j = 0; j < 4; j++) {
                const float *from = m + j * plane;
                __m256 m1 = _mm256_loadu_ps(from + 4 * plane), m2 = _mm256_loadu_ps(from + 8 * plane);
                s[0][j] = _mm256_add_ps(_mm256_add_ps(_mm256_loadu_ps(from), m1), m2);
                s[1][j] = _mm256_sub_ps(_mm256_sub_ps(m1, m2), _mm256_loadu_ps(from + 12 * plane));
            }
            wino_out_row(rows[0] + 2 * x * step + c, step, s[0], added, factor, relu);
            wino_out_row(rows[1] + 2 * x * step + c, step, s[1], added, factor, relu);
        }
}

#endif
