/* avx2_zeros.h: products of matrices that leave out the terms whose tap is zero: what a ReLU leaves is often half zeros. A tap
 * meets a whole row of vectors then, since zeros of two filters seldom meet, and a multiply-add costs a load, where a tile
 * (avx2_tiles.h) needs half of one. On a processor with as many loads as multiply-adds a cycle it gains below 3/4 of the terms.
 */
#ifndef AVX2_ZEROS_H
#define AVX2_ZEROS_H

#include "simd/avx2_tiles.h"

/* Which of up to 32 values are not zero. */
static inline uint32_t nonzero_bits(const float *values, int n)
{
    uint32_t bits = 0;
    for (int i = 0; i < n; i += LANES_F32) {
        int partly = n - i < LANES_F32;
        bits |= lanes_nonzero(lanes_load_where(values + i, partly, lanes_first(partly ? n - i : LANES_F32))) << i;
    }
    return bits;
}

/* The terms of `bits` for one filter and `vectors` vectors, added to sum. */
LANES_INLINE void add_terms(lanes_f32 *sum, const struct product *p, int t, uint32_t bits, int vectors)
{
    lanes_f32 kept[8];
    for (int k = 0; k < vectors; k++)
        kept[k] = sum[k];
    for (; bits; bits &= bits - 1) {
        int i = t + __builtin_ctz(bits);
        const float *in = p->in + i * p->in_step;
        lanes_f32 tap = lanes_all(p->taps + i);
        for (int k = 0; k < vectors; k++)
            kept[k] = lanes_fused(tap, lanes_load(in + k * LANES_F32), kept[k]);
    }
    for (int k = 0; k < vectors; k++)
        sum[k] = kept[k];
}

/* ---- one filter ---- */

/* The bits of the word of terms that begins at t, in a group that ends at `end`; 0 behind the last term. */
static inline uint32_t word_bits(const struct product *p, int t, int end)
{
    int left = (end < p->count ? end : p->count) - t;
    return left > 0 ? nonzero_bits(p->taps + t, left < 32 ? left : 32) : 0;
}

/* One filter, 4, 8 or 16 vectors of outputs: rows of `in` whose tap is zero are not read, since memory bounds this. Bits are asked
 * for a word ahead, so that they do not wait for the multiply-adds. */
LANES_INLINE void product_row(const struct product *p, int vectors)
{
    lanes_f32 tree[TREE_LEVELS][SUMS], sum[ROW_VECTORS];
    struct product high = *p;
    high.in += 8 * LANES_F32;
    int groups = 0, group = p->group < p->count ? p->group : p->count;
    uint32_t next = word_bits(p, 0, group);
    for (int t = 0, end = group; t < p->count; groups++) {
        for (int k = 0; k < vectors; k++)
            sum[k] = lanes_zero();
        for (int word = t; word < end; word += 32) {
            uint32_t bits = next;
            next = word + 32 < end ? word_bits(p, word + 32, end) : word_bits(p, end, end + group);
            add_terms(sum, p, word, bits, vectors < 8 ? vectors : 8);
            if (vectors == ROW_VECTORS)
                add_terms(sum + 8, &high, word, bits, 8);
        }
        tree_add_vectors(tree, groups, sum, 1, vectors);
        t = end;
        end = p->count - end < group ? p->count : end + group;
    }
    tree_total_vectors(tree, groups, sum, 1, vectors);
    for (int k = 0; k < vectors; k++)
        lanes_store(p->out + k * LANES_F32, lanes_add(sum[k], lanes_zero()));
}

/* The outputs of one filter, as far as whole rows of vectors go; returns how many. */
static int product_rows(struct product p, int n)
{
    int x = 0;
    for (int vectors; n - x >= 4 * LANES_F32; x += vectors * LANES_F32, p.out += vectors * LANES_F32, p.in += vectors * LANES_F32) {
        vectors = n - x >= ROW_VECTORS * LANES_F32 ? ROW_VECTORS : n - x >= 8 * LANES_F32 ? 8 : 4;
        if (vectors == ROW_VECTORS)
            product_row(&p, ROW_VECTORS);
        else if (vectors == 8)
            product_row(&p, 8);
        else
            product_row(&p, 4);
    }
    return x;
}

/* ---- many filters ---- */

/* Terms and filters that are worked on together, and vectors of outputs: with AVX-512 16 KiB of `in` lie under them, which stay in
 * L1, and the sums of the filters in L2. Levels of the tree above such terms. */
enum { SPAN_TERMS = 32, SPAN_FILTERS = 16, SPAN_VECTORS = 8, SPAN_LEVELS = 12 };

/* Is the product worth it: are there as many vectors and terms, groups as the networks' sums have, and enough zeros? */
static bool many_zeros(const struct product *p, int filters, int n)
{
    if (n < 4 * LANES_F32 || p->count < SPAN_TERMS || p->count / SPAN_TERMS >> SPAN_LEVELS || (p->group != 8 && p->group != 32))
        return false;
    int64_t nonzero = 0;
    for (int f = 0; f < filters; f++)
        for (int t = 0; t < p->count; t += SPAN_TERMS) {
            int terms = p->count - t < SPAN_TERMS ? p->count - t : SPAN_TERMS;
            nonzero += __builtin_popcount(nonzero_bits(p->taps + f * p->taps_step + t, terms));
        }
    return nonzero * 4 < (int64_t)filters * p->count * 3;
}

LANES_INLINE void group_sum(lanes_f32 *sum, const struct product *p, int t, uint32_t bits, int vectors)
{
    for (int k = 0; k < vectors; k++)
        sum[k] = lanes_zero();
    add_terms(sum, p, t, bits, vectors);
}

LANES_INLINE void add_vectors(lanes_f32 *sum, const lanes_f32 *other, int vectors)
{
    for (int k = 0; k < vectors; k++)
        sum[k] = lanes_add(sum[k], other[k]);
}

/* The sum over up to 16 terms in groups of 8. */
LANES_INLINE void pair_sum(lanes_f32 *sum, const struct product *p, int t, int terms, uint32_t bits, int vectors)
{
    lanes_f32 other[SPAN_VECTORS];
    group_sum(sum, p, t, bits & 0xff, vectors);
    if (terms <= 8)
        return;
    group_sum(other, p, t, bits & 0xff00, vectors);
    add_vectors(sum, other, vectors);
}

/* The sum over up to SPAN_TERMS terms from term t on, those of `bits`: one group of 32, or a tree of groups of 8. */
LANES_INLINE void span_sum(lanes_f32 *sum, const struct product *p, int t, int terms, uint32_t bits, int vectors)
{
    lanes_f32 other[SPAN_VECTORS];
    if (p->group == SPAN_TERMS) {
        group_sum(sum, p, t, bits, vectors);
        return;
    }
    pair_sum(sum, p, t, terms, bits & 0xffff, vectors);
    if (terms <= 16)
        return;
    pair_sum(other, p, t + 16, terms - 16, bits >> 16, vectors);
    add_vectors(sum, other, vectors);
}

/* The sums that stand at a level of the tree. */
typedef float span_level[SPAN_FILTERS][SPAN_VECTORS * LANES_F32];

/* Span number s of one filter joins the tree: see product_f32. */
LANES_INLINE void join_tree(span_level *tree, int f, int s, lanes_f32 *sum, int vectors)
{
    int level = 0;
    for (; s >> level & 1; level++)
        for (int k = 0; k < vectors; k++)
            sum[k] = lanes_add(lanes_load(tree[level][f] + k * LANES_F32), sum[k]);
    for (int k = 0; k < vectors; k++)
        lanes_store(tree[level][f] + k * LANES_F32, sum[k]);
}

/* What the tree of `spans` spans keeps is added to the sum of a last one that is not whole, or to zero, the smallest first. */
LANES_INLINE void leave_tree(float *out, span_level *tree, int f, int spans, lanes_f32 *sum, int vectors)
{
    for (int level = 0; spans >> level; level++)
        for (int k = 0; k < vectors && spans >> level & 1; k++)
            sum[k] = lanes_add(lanes_load(tree[level][f] + k * LANES_F32), sum[k]);
    for (int k = 0; k < vectors; k++)
        lanes_store(out + k * LANES_F32, lanes_add(sum[k], lanes_zero()));
}

/* Up to SPAN_FILTERS filters, 4 or 8 vectors of outputs, span by span. Which taps are not zero is asked for all filters at once:
 * asked before each sum, the answer would wait behind the multiply-adds of the one before. */
LANES_INLINE void product_nonzero(struct product p, int filters, int vectors)
{
    _Alignas(64) span_level tree[SPAN_LEVELS];
    uint32_t bits[SPAN_FILTERS];
    int spans = p.count / SPAN_TERMS;
    for (int s = 0, t = 0; t < p.count; s++, t += SPAN_TERMS) {
        int terms = p.count - t < SPAN_TERMS ? p.count - t : SPAN_TERMS;
        for (int f = 0; f < filters; f++)
            bits[f] = nonzero_bits(p.taps + f * p.taps_step + t, terms);
        for (int f = 0; f < filters; f++) {
            lanes_f32 sum[SPAN_VECTORS];
            struct product q = p;
            q.taps += f * p.taps_step;
            span_sum(sum, &q, t, terms, bits[f], vectors);
            if (s < spans)
                join_tree(tree, f, s, sum, vectors);
            else
                leave_tree(p.out + f * p.out_step, tree, f, spans, sum, vectors);
        }
    }
    for (int f = 0; spans * SPAN_TERMS == p.count && f < filters; f++) {
        lanes_f32 sum[SPAN_VECTORS];
        for (int k = 0; k < vectors; k++)
            sum[k] = lanes_zero();
        leave_tree(p.out + f * p.out_step, tree, f, spans, sum, vectors);
    }
}

/* Each with its tree on the stack, and not both at once. */
static __attribute__((noinline)) void product_nonzero_8(struct product p, int filters)
{
    product_nonzero(p, filters, 8);
}

static __attribute__((noinline)) void product_nonzero_4(struct product p, int filters)
{
    product_nonzero(p, filters, 4);
}

/* The outputs of all filters, as far as whole rows of vectors go; returns how many of each. */
static int product_without_zeros(struct product p, int filters, int n)
{
    int x = 0;
    for (int vectors; n - x >= 4 * LANES_F32; x += vectors * LANES_F32, p.out += vectors * LANES_F32, p.in += vectors * LANES_F32) {
        struct product q = p;
        vectors = n - x >= 8 * LANES_F32 ? 8 : 4;
        for (int left = filters, part; left > 0; left -= part, q.taps += part * q.taps_step, q.out += part * q.out_step) {
            part = left < SPAN_FILTERS ? left : SPAN_FILTERS;
            (vectors == 8 ? product_nonzero_8 : product_nonzero_4)(q, part);
        }
    }
    return x;
}

#endif
