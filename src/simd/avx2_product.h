/* avx2_product.h: the part of rowops_avx2.c on matrices. Included before the definitions are compiled again, so that they take
 * these in their place: sums of a tile of outputs in registers, which the compiler does not find by itself (6 to 12 times the
 * compiled definitions).
 */
#ifndef AVX2_PRODUCT_H
#define AVX2_PRODUCT_H

#include "simd/rowops_channels.h"

#include <immintrin.h>

#define PRODUCT_F32   product_f32_avx2
#define TRANSPOSE_F32 transpose_f32_avx2

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

/* All filters for a column of n <= 16 outputs. */
static void product_columns(const struct product *p, int filters, int n)
{
    if (n == 16)
        product_column(*p, filters, 2, 0, first_lanes(8));
    else if (n > 8)
        product_column(*p, filters, 2, 1, first_lanes(n - 8));
    else
        product_column(*p, filters, 1, 1, first_lanes(n));
}

/* Samples of a matrix that stays in L1 as it is; rows of a column that are packed together, and the filters that are worth it;
 * filters and levels of the tree of a sum that takes more rows than that. */
enum { PACKED_WORTH = 4096, PACKED_ROWS = 256, PACKED_LEAST = 24, PACKED_FILTERS = 66, PACKED_LEVELS = 16 };

/* Rows of `in` are often a power of two apart, and then share so few sets of the caches that a column of them does not stay in L1,
 * not even in L2. Packed, it does. */
static void pack_rows(float (*packed)[16], const float *in, ptrdiff_t in_step, int rows, int n)
{
    for (int y = 0; n == 16 && y < rows; y++)
        memcpy(packed[y], in + y * in_step, sizeof *packed);
    for (int y = 0; n < 16 && y < rows; y++)
        for (int x = 0; x < 16; x++)
            packed[y][x] = x < n ? in[y * in_step + x] : 0;
}

/* The largest whole subtree of groups that is packed together, in terms. */
static inline int packed_span(int group)
{
    int span = group;
    while (span <= PACKED_ROWS / 2)
        span *= 2;
    return span;
}

/* to[k] = a[k] + b[k] for n samples, whole vectors; `to` may be either. */
static inline void add_floats(float *to, const float *a, const float *b, int n)
{
    for (int k = 0; k < n; k += CHANNELS)
        _mm256_storeu_ps(to + k, _mm256_add_ps(_mm256_loadu_ps(a + k), _mm256_loadu_ps(b + k)));
}

/* A column of n <= 16 outputs for up to PACKED_FILTERS filters, subtree by subtree: all filters while its rows are in L1. A last
 * subtree that is not whole is smaller than those before: the total begins with it. */
static void product_spans(const struct product *p, int filters, int n, int span)
{
    float tree[PACKED_LEVELS][16 * PACKED_FILTERS], part[16 * PACKED_FILTERS], packed[PACKED_ROWS][16];
    struct product q = {part, p->taps, packed[0], 16, p->taps_step, 16, span, p->group};
    int spans = p->count / span, some = 0;
    for (int s = 0, level; s * span < p->count; s++, q.taps += span) {
        if (s == spans)
            q.count = p->count - s * span;
        pack_rows(packed, p->in + s * span * p->in_step, p->in_step, q.count, n);
        product_column(q, filters, 2, 0, first_lanes(8));
        for (level = 0; s < spans && s >> level & 1; level++)
            add_floats(part, tree[level], part, 16 * filters);
        if (s < spans)
            memcpy(tree[level], part, (size_t)(16 * filters) * sizeof *part);
        some = s == spans;
    }
    for (int level = 0; spans >> level; level++)
        if (spans >> level & 1) {
            if (some)
                add_floats(part, tree[level], part, 16 * filters);
            else
                memcpy(part, tree[level], (size_t)(16 * filters) * sizeof *part);
            some = 1;
        }
    for (int f = 0; f < filters; f++)
        for (int x = 0; x < n; x++)
            p->out[f * p->out_step + x] = part[16 * f + x] + 0.0f;
}

/* A column of n <= 16 outputs, its rows packed where enough filters share the cost. */
static void product_packed(struct product p, int filters, int n)
{
    int span = packed_span(p.group);
    bool near = p.count * p.in_step < PACKED_WORTH;
    if (near || filters < PACKED_LEAST || span > PACKED_ROWS || p.count / span >> PACKED_LEVELS) {
        product_columns(&p, filters, n);
        return;
    }
    if (p.count > span) {
        for (int part; filters > 0; filters -= part, p.taps += part * p.taps_step, p.out += part * p.out_step) {
            part = filters < PACKED_FILTERS ? filters : PACKED_FILTERS;
            product_spans(&p, part, n, span);
        }
        return;
    }
    float packed[PACKED_ROWS][16];
    pack_rows(packed, p.in, p.in_step, p.count, n);
    p.in = packed[0];
    p.in_step = 16;
    product_columns(&p, filters, n);
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
    for (; x < n; x += 16, p.out += 16, p.in += 16)
        product_packed(p, filters, n - x < 16 ? n - x : 16);
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
