/* avx2_fixed.h: the part of rowops_avx2.c on pairs of 16-bit samples in fixed point. vpmaddwd multiplies two samples by two taps
 * and adds the products; the compiler does not find it in the definitions. */
#ifndef AVX2_FIXED_H
#define AVX2_FIXED_H

#include "simd/row_blocks.h"
#include "simd/rowops_fixed.h"

/* Sums that live through a loop: with intrinsics' types, of other elements, gcc copies them at each turn, to the stack even. */
typedef unsigned ints __attribute__((vector_size(4 * LANES_F32)));

enum {
    VECTORS = 4, /* of pairs, whose even and odd sums take half of 16 registers */
    BLOCK_PAIRS = VECTORS * LANES_F32,
    THREE_PAIRS = 3 * BLOCK_PAIRS
};

LANES_INLINE lanes_int two_taps(const int16_t *taps)
{
    int32_t both;
    memcpy(&both, taps, sizeof both);
    return WIDE(set1_epi32)(both);
}

/* Left alone, gcc loads once more for each use, as an operand of the multiplication; loads are what the loop has least to spare of.
 * (vlddqu would not be folded either, but takes an arithmetic pipe on some machines.) */
LANES_INLINE lanes_int load_once(const void *p)
{
    lanes_int value = ints_load(p);
    __asm__("" : "+v"(value));
    return value;
}

/* Adds `count` > 0 pairs of taps over BLOCK_PAIRS pairs of samples: two loads of taps and four of samples serve eight
 * multiplications and eight additions. Sums in variables of their own stay in registers, in an array they do not. */
LANES_INLINE void add_pairs(lanes_int *even, lanes_int *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps,
                            int count)
{
    ints e0 = (ints)even[0], e1 = (ints)even[1], e2 = (ints)even[2], e3 = (ints)even[3], o0 = (ints)odd[0], o1 = (ints)odd[1],
         o2 = (ints)odd[2], o3 = (ints)odd[3];
    const struct pair_tap *end = taps + count;
    const char *first = (const char *)in;
    ptrdiff_t step_bytes = 2 * step * (ptrdiff_t)sizeof *in;
    do {
        const char *p = first + taps->place * step_bytes;
        lanes_int e = two_taps(taps->even), o = two_taps(taps->odd);
        lanes_int p0 = load_once(p), p1 = load_once(p + LANES_BYTES);
        e0 += (ints)WIDE(madd_epi16)(p0, e);
        o0 += (ints)WIDE(madd_epi16)(p0, o);
        e1 += (ints)WIDE(madd_epi16)(p1, e);
        o1 += (ints)WIDE(madd_epi16)(p1, o);
        lanes_int p2 = load_once(p + 2 * LANES_BYTES), p3 = load_once(p + 3 * LANES_BYTES);
        e2 += (ints)WIDE(madd_epi16)(p2, e);
        o2 += (ints)WIDE(madd_epi16)(p2, o);
        e3 += (ints)WIDE(madd_epi16)(p3, e);
        o3 += (ints)WIDE(madd_epi16)(p3, o);
    } while (++taps < end);
    even[0] = (lanes_int)e0, even[1] = (lanes_int)e1, even[2] = (lanes_int)e2, even[3] = (lanes_int)e3;
    odd[0] = (lanes_int)o0, odd[1] = (lanes_int)o1, odd[2] = (lanes_int)o2, odd[3] = (lanes_int)o3;
}

/* Sums in two registers, as 16-bit integers in order. */
LANES_INLINE lanes_int packed_words(lanes_int a, lanes_int b, int shift)
{
    __m128i by = _mm_cvtsi32_si128(shift);
    return packed_once(WIDE(packs_epi32)(WIDE(sra_epi32)(a, by), WIDE(sra_epi32)(b, by)));
}

static void pairs_down_avx2(int16_t *even, int16_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps, int count,
                            int32_t start, int shift, int n)
{
    int x = 0;
    for (; x + BLOCK_PAIRS <= n; x += BLOCK_PAIRS) {
        lanes_int e[VECTORS], o[VECTORS];
        for (int k = 0; k < VECTORS; k++)
            e[k] = o[k] = WIDE(set1_epi32)(start);
        add_pairs(e, o, in + (ptrdiff_t)2 * x, step, taps, count);
        for (int k = 0; k < VECTORS; k += 2) {
            ints_store(even + x + LANES_F32 * k, packed_words(e[k], e[k + 1], shift));
            ints_store(odd + x + LANES_F32 * k, packed_words(o[k], o[k + 1], shift));
        }
    }
    pairs_down(even + x, odd + x, in + (ptrdiff_t)2 * x, step, taps, count, start, shift, n - x);
}

/* The arguments of pairs_across that are the same for all blocks, and the extremes of what passed. */
struct window_sums {
    int lanes;
    const struct pair_tap *taps;
    const struct pair_group *groups;
    int count;
    float base;
    bool range;
    lanes_f32 low, high;
};

/* Sums of one group, scaled and added to the totals. */
LANES_INLINE void add_scaled(lanes_f32 *totals, const lanes_int *sums, float scale)
{
    for (int k = 0; k < VECTORS; k++)
        totals[k] = lanes_fused(WIDE(cvtepi32_ps)(sums[k]), lanes_all(&scale), totals[k]);
}

/* BLOCK_PAIRS samples of even and of odd pixels, in 16 bits: each two registers packed by quarters. */
struct joined {
    lanes_int even[2], odd[2];
};

LANES_INLINE struct joined window_block(struct window_sums *all, const int16_t *in)
{
    lanes_f32 e[VECTORS], o[VECTORS];
    const struct pair_tap *taps = all->taps;
    for (int k = 0; k < VECTORS; k++)
        e[k] = o[k] = lanes_all(&all->base);
    for (int g = 0; g < all->count; taps += all->groups[g++].count) {
        lanes_int sum_e[VECTORS], sum_o[VECTORS];
        for (int k = 0; k < VECTORS; k++)
            sum_e[k] = sum_o[k] = ints_none();
        add_pairs(sum_e, sum_o, in, all->lanes, taps, all->groups[g].count);
        add_scaled(e, sum_e, all->groups[g].scale);
        add_scaled(o, sum_o, all->groups[g].scale);
    }
    for (int k = 0; k < VECTORS && all->range; k++) {
        all->low = WIDE(min_ps)(all->low, WIDE(min_ps)(e[k], o[k]));
        all->high = WIDE(max_ps)(all->high, WIDE(max_ps)(e[k], o[k]));
    }
    struct joined words;
    for (int k = 0; k < 2; k++) {
        words.even[k] = WIDE(packs_epi32)(WIDE(cvtps_epi32)(e[2 * k]), WIDE(cvtps_epi32)(e[2 * k + 1]));
        words.odd[k] = WIDE(packs_epi32)(WIDE(cvtps_epi32)(o[2 * k]), WIDE(cvtps_epi32)(o[2 * k + 1]));
    }
    return words;
}

/* How 8 bytes of even pixels and 8 of odd ones become pixels of 1, 2 and 4 lanes. */
static const int8_t join_order[5][16] = {
    [1] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15},
    [2] = {0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15},
    [4] = {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15},
};

/* A block of pixels that fill registers. */
LANES_INLINE void store_block(char *out, const struct joined *words, lanes_int order, bool stream)
{
    for (int k = 0; k < 2; k++) {
        lanes_int bytes = WIDE(packus_epi16)(words->even[k], words->odd[k]);
        ints_put(out + LANES_BYTES * k, packed_once(WIDE(shuffle_epi8)(bytes, order)), stream);
    }
}

static void end_range(float *range, const struct window_sums *all)
{
    float low[LANES_F32], high[LANES_F32];
    lanes_store(low, all->low);
    lanes_store(high, all->high);
    for (int k = 0; k < LANES_F32; k++) {
        range[0] = low[k] < range[0] ? low[k] : range[0];
        range[1] = high[k] > range[1] ? high[k] : range[1];
    }
}

/* Blocks of pairs, of two bytes each; n is a block at least. */
static void across_blocks(uint8_t *out, const int16_t *in, struct window_sums *all, int n, bool stream)
{
    char edge[ROW_EDGE];
    lanes_int order = quarters_all(join_order[all->lanes]);
    stream = stream && (uintptr_t)out % (2 * (uintptr_t)all->lanes) == 0;
    for (struct row_blocks b = blocks_first(out, 2, n, BLOCK_PAIRS, stream, edge); b.x < n; blocks_next(&b)) {
        struct joined words = window_block(all, in + (ptrdiff_t)2 * b.at);
        store_block(b.to, &words, order, b.past);
    }
}

/* Samples of three lanes on their way; joining reads a little further. */
struct threes {
    uint8_t even[THREE_PAIRS + 8], odd[THREE_PAIRS + 8];
};

static void threes_store(uint8_t *out, const struct threes *samples)
{
    for (int x = 0; x < THREE_PAIRS; x += JOINED_THREES)
        threes_join(out + 2 * x, samples->even + x, samples->odd + x);
}

/* Pixels of three lanes, which do not fill registers, go by three blocks. They are joined a turn later: what was stored a moment
 * ago in other pieces can not be loaded before it has got to the cache. */
static void across_threes(uint8_t *out, const int16_t *in, struct window_sums *all, int n)
{
    struct threes samples[2];
    uint8_t *to = NULL;
    for (int x = 0, turn = 0; x < n; x += THREE_PAIRS, turn = !turn) {
        int at = x + THREE_PAIRS <= n ? x : n - THREE_PAIRS;
        for (int k = 0; k < THREE_PAIRS; k += BLOCK_PAIRS) {
            struct joined words = window_block(all, in + (ptrdiff_t)2 * (at + k));
            ints_store(samples[turn].even + k, packed_twice(WIDE(packus_epi16)(words.even[0], words.even[1])));
            ints_store(samples[turn].odd + k, packed_twice(WIDE(packus_epi16)(words.odd[0], words.odd[1])));
        }
        if (to)
            threes_store(to, &samples[!turn]);
        to = out + 2 * at;
        if (x + THREE_PAIRS >= n)
            threes_store(to, &samples[turn]);
    }
}

static void pairs_across_avx2(uint8_t *out, const int16_t *in, int lanes, const struct pair_tap *taps,
                              const struct pair_group *groups, int count, float base, int pixels, float *range, bool stream)
{
    struct window_sums all = {lanes, taps, groups, count, base, range, WIDE(set1_ps)(INFINITY), WIDE(set1_ps)(-INFINITY)};
    int n = pixels / 2 * lanes, x = n >= (lanes == 3 ? THREE_PAIRS : BLOCK_PAIRS) ? n : 0;
    if (x && lanes == 3)
        across_threes(out, in, &all, n);
    else if (x)
        across_blocks(out, in, &all, n, stream);
    pairs_across(out + 2 * x, in + (ptrdiff_t)2 * x, lanes, taps, groups, count, base, pixels - x / lanes * 2, range, stream);
    if (range)
        end_range(range, &all);
}

/* Where the bytes of two pixels' lanes go for 1 to 4 lanes: first lane of the first pixel, of the second, second lane ... */
static const int8_t pair_order[4][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15},
    {0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, -1, -1, -1, -1},
    {0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15},
};

static void pairs_u8_avx2(int16_t *out, const uint8_t *a, const uint8_t *b, int lanes, int pixels)
{
    int x = 0, samples = lanes * pixels, step = lanes == 3 ? 12 : 16;
    __m128i order = _mm_loadu_si128((const __m128i *)pair_order[lanes - 1]);
    for (; x + 16 <= samples; x += step) {
        __m128i p = _mm_loadu_si128((const __m128i *)(a + x)), q = _mm_loadu_si128((const __m128i *)(b + x));
        if (lanes > 1) {
            p = _mm_shuffle_epi8(p, order);
            q = _mm_shuffle_epi8(q, order);
        }
        pairs_store(out + (ptrdiff_t)2 * x, p, q);
    }
    pairs_u8(out + (ptrdiff_t)2 * x, a + x, b + x, lanes, (samples - x) / lanes);
}

#endif
