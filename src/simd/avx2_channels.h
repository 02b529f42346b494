/* avx2_channels.h: the part of rowops_avx2.c for networks. Included before the definitions are compiled again, so that they take
 * these in their place: sums of a tile of outputs in registers, which the compiler does not find by itself (6 to 12 times the
 * compiled definitions).
 */
#ifndef AVX2_CHANNELS_H
#define AVX2_CHANNELS_H

#include "simd/rowops_channels.h"

#include <immintrin.h>

#define PRODUCT_F32   product_f32_avx2
#define TRANSPOSE_F32 transpose_f32_avx2
#define CHANNELS_F32  channels_f32_avx2
#define WINO_IN_F32   wino_in_f32_avx2
#define WINO_OUT_F32  wino_out_f32_avx2

/* Inlined with constant arguments, so that each use is a loop of its own with all its sums in registers. */
#define INLINE static inline __attribute__((always_inline))

/* As tree_add and tree_total, on vectors. */
INLINE void tree_add_vectors(__m256 (*tree)[16], int g, __m256 *sum, int n)
{
    int level = 0;
    for (; g >> level & 1; level++)
        for (int k = 0; k < n; k++)
            sum[k] = _mm256_add_ps(tree[level][k], sum[k]);
    for (int k = 0; k < n; k++)
        tree[level][k] = sum[k];
}

INLINE void tree_total_vectors(__m256 (*tree)[16], int groups, __m256 *total, int n)
{
    for (int k = 0; k < n; k++)
        total[k] = _mm256_setzero_ps();
    for (int level = 0, some = 0; groups >> level; level++)
        if (groups >> level & 1) {
            for (int k = 0; k < n; k++)
                total[k] = some ? _mm256_add_ps(tree[level][k], total[k]) : tree[level][k];
            some = 1;
        }
}

/* The first n lanes, n <= 8. */
static inline __m256i first_lanes(int n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* Where a product's operands and results lie. */
struct product {
    float *out;
    const float *taps, *in;
    ptrdiff_t out_step, taps_step, in_step;
    int count, group;
};

/* `filters` x `vectors` sums over `count` terms from term t on; the last vector has the lanes of `mask` where `masked`. */
INLINE void product_group(__m256 *sum, const struct product *p, int t, int count, int filters, int vectors, int masked,
                          __m256i mask)
{
    const float *in = p->in + t * p->in_step, *taps = p->taps + t;
    ptrdiff_t in_step = p->in_step, taps_step = p->taps_step;
    for (int k = 0; k < filters * vectors; k++)
        sum[k] = _mm256_setzero_ps();
    for (int i = 0; i < count; i++, in += in_step) {
        __m256 value[2];
        for (int k = 0; k < vectors; k++)
            value[k] =
                masked && k == vectors - 1 ? _mm256_maskload_ps(in + k * CHANNELS, mask) : _mm256_loadu_ps(in + k * CHANNELS);
        for (int f = 0; f < filters; f++) {
            __m256 tap = _mm256_broadcast_ss(taps + f * taps_step + i);
            for (int k = 0; k < vectors; k++)
                sum[f * vectors + k] = _mm256_fmadd_ps(tap, value[k], sum[f * vectors + k]);
        }
    }
}

INLINE void product_tile(const struct product *p, int filters, int vectors, int masked, __m256i mask)
{
    __m256 tree[TREE_LEVELS][16], sum[12];
    int groups = 0, left = p->count;
    do {
        product_group(sum, p, p->count - left, p->group < left ? p->group : left, filters, vectors, masked, mask);
        left -= p->group;
        if (groups > 0 || left > 0)
            tree_add_vectors(tree, groups++, sum, filters * vectors);
    } while (left > 0);
    if (groups > 0)
        tree_total_vectors(tree, groups, sum, filters * vectors);
    for (int k = 0; k < filters * vectors; k++) {
        float *to = p->out + k / vectors * p->out_step + k % vectors * CHANNELS;
        __m256 total = _mm256_add_ps(sum[k], _mm256_setzero_ps());
        if (masked && k % vectors == vectors - 1)
            _mm256_maskstore_ps(to, mask, total);
        else
            _mm256_storeu_ps(to, total);
    }
}

/* Filters of the next tile: 6 while there are many; the last ones are shared out so that no tile is too small to hide the latency
 * of its sums. */
static inline int next_filters(int left)
{
    return left == 7 || left == 8 ? 4 : left < 6 ? left : 6;
}

/* All filters for one column of vectors. */
INLINE void product_column(struct product p, int filters, int vectors, int masked, __m256i mask)
{
    for (int part; filters > 0; filters -= part, p.taps += part * p.taps_step, p.out += part * p.out_step) {
        part = next_filters(filters);
        switch (part) {
        case 6:
            product_tile(&p, 6, vectors, masked, mask);
            break;
        case 5:
            product_tile(&p, 5, vectors, masked, mask);
            break;
        case 4:
            product_tile(&p, 4, vectors, masked, mask);
            break;
        case 3:
            product_tile(&p, 3, vectors, masked, mask);
            break;
        case 2:
            product_tile(&p, 2, vectors, masked, mask);
            break;
        default:
            product_tile(&p, 1, vectors, masked, mask);
        }
    }
}

/* Which of up to 32 values are not zero. */
static inline uint32_t nonzero_bits(const float *values, int n)
{
    uint32_t bits = 0;
    for (int i = 0; i < n; i += CHANNELS) {
        __m256 v = n - i >= CHANNELS ? _mm256_loadu_ps(values + i) : _mm256_maskload_ps(values + i, first_lanes(n - i));
        bits |= (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_NEQ_UQ)) << i;
    }
    return bits;
}

/* The terms of `bits` for one filter and `vectors` vectors, added to sum. */
INLINE void add_terms(__m256 *sum, const struct product *p, int t, uint32_t bits, int vectors)
{
    __m256 kept[8];
    for (int k = 0; k < vectors; k++)
        kept[k] = sum[k];
    for (; bits; bits &= bits - 1) {
        int i = t + __builtin_ctz(bits);
        const float *in = p->in + i * p->in_step;
        __m256 tap = _mm256_broadcast_ss(p->taps + i);
        for (int k = 0; k < vectors; k++)
            kept[k] = _mm256_fmadd_ps(tap, _mm256_loadu_ps(in + k * CHANNELS), kept[k]);
    }
    for (int k = 0; k < vectors; k++)
        sum[k] = kept[k];
}

/* One filter, 64 or 128 outputs: rows of `in` whose tap is zero are not read, since memory bounds this. */
INLINE void product_row(const struct product *p, int vectors)
{
    __m256 tree[TREE_LEVELS][16], sum[16];
    struct product high = *p;
    high.in += 8 * CHANNELS;
    int groups = 0;
    for (int t = 0; t < p->count; groups++) {
        int end = p->group < p->count - t ? t + p->group : p->count;
        for (int k = 0; k < vectors; k++)
            sum[k] = _mm256_setzero_ps();
        for (; t < end; t += 32) {
            uint32_t bits = nonzero_bits(p->taps + t, end - t < 32 ? end - t : 32);
            add_terms(sum, p, t, bits, 8);
            if (vectors == 16)
                add_terms(sum + 8, &high, t, bits, 8);
        }
        t = end;
        tree_add_vectors(tree, groups, sum, vectors);
    }
    tree_total_vectors(tree, groups, sum, vectors);
    for (int k = 0; k < vectors; k++)
        _mm256_storeu_ps(p->out + k * CHANNELS, _mm256_add_ps(sum[k], _mm256_setzero_ps()));
}

static void product_f32_avx2(float *out, ptrdiff_t out_step, const float *taps, ptrdiff_t taps_step, const float *in,
                             ptrdiff_t in_step, int count, int filters, int n, int group)
{
    struct product p = {out, taps, in, out_step, taps_step, in_step, count, group};
    int x = 0;
    for (; filters == 1 && x + 64 <= n; p.out = out + x, p.in = in + x) {
        bool wide = n - x >= 128;
        if (wide)
            product_row(&p, 16);
        else
            product_row(&p, 8);
        x += wide ? 128 : 64;
    }
    __m256i all = first_lanes(8);
    for (; x + 16 <= n; x += 16, p.out += 16, p.in += 16)
        product_column(p, filters, 2, 0, all);
    if (n - x > 8)
        product_column(p, filters, 2, 1, first_lanes(n - x - 8));
    else if (n - x > 0)
        product_column(p, filters, 1, 1, first_lanes(n - x));
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

/* `pixels` x `vectors` outputs at pixel x. */
INLINE void channels_tile(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                          const struct channel_taps *taps, ptrdiff_t x, int vectors, int pixels)
{
    __m256 total[12];
    const float *weights = taps->weights;
    for (int k = 0; k < pixels * vectors; k++)
        total[k] = _mm256_setzero_ps();
    for (int t = 0; t < taps->count;) {
        __m256 sum[12];
        for (int k = 0; k < pixels * vectors; k++)
            sum[k] = _mm256_setzero_ps();
        for (int end = taps->group < taps->count - t ? t + taps->group : taps->count; t < end; t++) {
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
        for (int k = 0; k < pixels * vectors; k++)
            total[k] = _mm256_add_ps(total[k], sum[k]);
    }
    for (int k = 0; k < pixels * vectors; k++) {
        if (taps->bias)
            total[k] = _mm256_fmadd_ps(total[k], _mm256_set1_ps(taps->gain), _mm256_loadu_ps(taps->bias + k % vectors * CHANNELS));
        if (taps->bias && taps->relu)
            total[k] = _mm256_max_ps(total[k], _mm256_setzero_ps());
        _mm256_storeu_ps(out + (x + k / vectors) * out_step + k % vectors * CHANNELS, total[k]);
    }
}

/* Pixels of the next tile, as next_filters. */
INLINE int next_pixels(int left, int most)
{
    return left >= 2 * most || left == most ? most : left > most ? (left + 1) / 2 : left;
}

INLINE void channels_row(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step, const struct channel_taps *taps,
                         int n, int vectors, int most)
{
    for (int x = 0, pixels; x < n; x += pixels) {
        pixels = next_pixels(n - x, most);
        if (most >= 8 && pixels == 8)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 8);
        else if (most >= 7 && pixels == 7)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 7);
        else if (most >= 6 && pixels == 6)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 6);
        else if (most >= 5 && pixels == 5)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 5);
        else if (most >= 4 && pixels == 4)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 4);
        else if (pixels == 3)
            channels_tile(out, out_step, in, in_step, taps, x, vectors, 3);
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
