/* avx2_fixed.h: the part of rowops_avx2.c on pairs of 16-bit samples in fixed point. vpmaddwd multiplies two samples by two taps
 * and adds the products; the compiler does not find it in the definitions. */
#ifndef AVX2_FIXED_H
#define AVX2_FIXED_H

#include "simd/rowops_fixed.h"

/* Sums that live through a loop: with __m256i, a type of other elements, gcc copies them at each turn, to the stack even. */
typedef unsigned ints __attribute__((vector_size(32)));

enum { VECTORS = 4 /* of 8 pairs, whose even and odd sums take half of the registers */ };

static inline __m256i two_taps(const int16_t *taps)
{
    int32_t both;
    memcpy(&both, taps, sizeof both);
    return _mm256_set1_epi32(both);
}

/* Left alone, gcc loads once more for each use, as an operand of the multiplication; loads are what the loop has least to spare of.
 * (vlddqu would not be folded either, but takes an arithmetic pipe on some machines.) */
static inline __m256i load_once(const __m256i *p)
{
    __m256i value = _mm256_loadu_si256(p);
    __asm__("" : "+x"(value));
    return value;
}

/* Adds `count` > 0 pairs of taps over 32 pairs of samples: two loads of taps and four of samples serve eight multiplications and
 * eight additions. Sums in variables of their own stay in registers, in an array they do not. */
static inline __attribute__((always_inline)) void add_pairs(__m256i *even, __m256i *odd, const int16_t *in, ptrdiff_t step,
                                                            const struct pair_tap *taps, int count)
{
    ints e0 = (ints)even[0], e1 = (ints)even[1], e2 = (ints)even[2], e3 = (ints)even[3], o0 = (ints)odd[0], o1 = (ints)odd[1],
         o2 = (ints)odd[2], o3 = (ints)odd[3];
    const struct pair_tap *end = taps + count;
    const char *first = (const char *)in;
    ptrdiff_t step_bytes = 2 * step * (ptrdiff_t)sizeof *in;
    do {
        const __m256i *p = (const __m256i *)(first + taps->place * step_bytes);
        __m256i e = two_taps(taps->even), o = two_taps(taps->odd);
        __m256i p0 = load_once(p), p1 = load_once(p + 1);
        e0 += (ints)_mm256_madd_epi16(p0, e);
        o0 += (ints)_mm256_madd_epi16(p0, o);
        e1 += (ints)_mm256_madd_epi16(p1, e);
        o1 += (ints)_mm256_madd_epi16(p1, o);
        __m256i p2 = load_once(p + 2), p3 = load_once(p + 3);
        e2 += (ints)_mm256_madd_epi16(p2, e);
        o2 += (ints)_mm256_madd_epi16(p2, o);
        e3 += (ints)_mm256_madd_epi16(p3, e);
        o3 += (ints)_mm256_madd_epi16(p3, o);
    } while (++taps < end);
    even[0] = (__m256i)e0, even[1] = (__m256i)e1, even[2] = (__m256i)e2, even[3] = (__m256i)e3;
    odd[0] = (__m256i)o0, odd[1] = (__m256i)o1, odd[2] = (__m256i)o2, odd[3] = (__m256i)o3;
}

/* The same over 8 pairs, for the end of a row. */
static inline void add_few_pairs(__m256i *even, __m256i *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps,
                                 int count)
{
    for (int t = 0; t < count; t++) {
        __m256i pairs = _mm256_loadu_si256((const __m256i *)(in + 2 * taps[t].place * step));
        *even = _mm256_add_epi32(*even, _mm256_madd_epi16(pairs, two_taps(taps[t].even)));
        *odd = _mm256_add_epi32(*odd, _mm256_madd_epi16(pairs, two_taps(taps[t].odd)));
    }
}

/* 16 sums in two registers, as 16-bit integers in order. */
static inline __m256i packed_words(__m256i a, __m256i b, int shift)
{
    __m128i by = _mm_cvtsi32_si128(shift);
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(_mm256_sra_epi32(a, by), _mm256_sra_epi32(b, by)), 0xd8);
}

static void pairs_down_avx2(int16_t *even, int16_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps, int count,
                            int32_t start, int shift, int n)
{
    int x = 0;
    for (; x + 32 <= n; x += 32) {
        __m256i e[VECTORS], o[VECTORS];
        for (int k = 0; k < VECTORS; k++)
            e[k] = o[k] = _mm256_set1_epi32(start);
        add_pairs(e, o, in + (ptrdiff_t)2 * x, step, taps, count);
        for (int k = 0; k < VECTORS; k += 2) {
            _mm256_storeu_si256((__m256i *)(even + x + 8 * k), packed_words(e[k], e[k + 1], shift));
            _mm256_storeu_si256((__m256i *)(odd + x + 8 * k), packed_words(o[k], o[k + 1], shift));
        }
    }
    for (; x + 8 <= n; x += 8) {
        __m256i e = _mm256_set1_epi32(start), o = e;
        add_few_pairs(&e, &o, in + (ptrdiff_t)2 * x, step, taps, count);
        __m256i both = packed_words(e, o, shift);
        _mm_storeu_si128((__m128i *)(even + x), _mm256_castsi256_si128(both));
        _mm_storeu_si128((__m128i *)(odd + x), _mm256_extracti128_si256(both, 1));
    }
    pairs_down(even + x, odd + x, in + (ptrdiff_t)2 * x, step, taps, count, start, shift, n - x);
}

/* Sums of one group, scaled and added to the totals. */
static inline __attribute__((always_inline)) void add_scaled(__m256 *totals, const __m256i *sums, float scale, int vectors)
{
    for (int k = 0; k < vectors; k++)
        totals[k] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[k]), _mm256_set1_ps(scale), totals[k]);
}

static inline __attribute__((always_inline)) void store_samples(uint8_t *out, const __m256 *totals, int vectors)
{
    __m256i whole[VECTORS];
    for (int k = 0; k < VECTORS; k++)
        whole[k] = k < vectors ? _mm256_cvtps_epi32(totals[k]) : _mm256_setzero_si256();
    if (vectors == VECTORS)
        store_bytes(out, whole[0], whole[1], whole[2], whole[3]);
    else {
        __m256i words = _mm256_packs_epi32(whole[0], whole[0]);
        __m128i bytes = _mm_unpacklo_epi32(_mm256_castsi256_si128(_mm256_packus_epi16(words, words)),
                                           _mm256_extracti128_si256(_mm256_packus_epi16(words, words), 1));
        _mm_storel_epi64((__m128i *)out, bytes);
    }
}

/* Lowest and highest of what passed, eight of each. */
struct extremes {
    __m256 low, high;
};

static inline __attribute__((always_inline)) void widen_range(struct extremes *range, const __m256 *totals, int vectors)
{
    for (int k = 0; k < vectors; k++) {
        range->low = _mm256_min_ps(range->low, totals[k]);
        range->high = _mm256_max_ps(range->high, totals[k]);
    }
}

static void end_range(float *range, const struct extremes *seen)
{
    float low[8], high[8];
    _mm256_storeu_ps(low, seen->low);
    _mm256_storeu_ps(high, seen->high);
    for (int k = 0; k < 8; k++) {
        range[0] = low[k] < range[0] ? low[k] : range[0];
        range[1] = high[k] > range[1] ? high[k] : range[1];
    }
}

/* The arguments of pairs_across that are the same for all blocks. */
struct window_sums {
    ptrdiff_t step;
    const struct pair_tap *taps;
    const struct pair_group *groups;
    int count;
    float base;
    bool range;
    struct extremes even, odd;
};

static inline __attribute__((always_inline)) void window_block(struct window_sums *all, uint8_t *even, uint8_t *odd,
                                                               const int16_t *in, int vectors)
{
    __m256 e[VECTORS], o[VECTORS];
    const struct pair_tap *taps = all->taps;
    for (int k = 0; k < vectors; k++)
        e[k] = o[k] = _mm256_set1_ps(all->base);
    for (int g = 0; g < all->count; taps += all->groups[g++].count) {
        __m256i sum_e[VECTORS], sum_o[VECTORS];
        for (int k = 0; k < vectors; k++)
            sum_e[k] = sum_o[k] = _mm256_setzero_si256();
        if (vectors == VECTORS)
            add_pairs(sum_e, sum_o, in, all->step, taps, all->groups[g].count);
        else
            add_few_pairs(sum_e, sum_o, in, all->step, taps, all->groups[g].count);
        add_scaled(e, sum_e, all->groups[g].scale, vectors);
        add_scaled(o, sum_o, all->groups[g].scale, vectors);
    }
    store_samples(even, e, vectors);
    store_samples(odd, o, vectors);
    if (all->range) {
        widen_range(&all->even, e, vectors);
        widen_range(&all->odd, o, vectors);
    }
}

static void pairs_across_avx2(uint8_t *even, uint8_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps,
                              const struct pair_group *groups, int count, float base, int n, float *range)
{
    const struct extremes none = {_mm256_set1_ps(INFINITY), _mm256_set1_ps(-INFINITY)};
    struct window_sums all = {step, taps, groups, count, base, range != NULL, none, none};
    int x = 0;
    for (; x + 32 <= n; x += 32)
        window_block(&all, even + x, odd + x, in + (ptrdiff_t)2 * x, 4);
    for (; x + 8 <= n; x += 8)
        window_block(&all, even + x, odd + x, in + (ptrdiff_t)2 * x, 1);
    pairs_across(even + x, odd + x, in + (ptrdiff_t)2 * x, step, taps, groups, count, base, n - x, range);
    if (range) {
        end_range(range, &all.even);
        end_range(range + 2, &all.odd);
    }
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
    if (lanes <= 4) {
        __m128i order = _mm_loadu_si128((const __m128i *)pair_order[lanes - 1]);
        for (; x + 16 <= samples; x += step) {
            __m128i p = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(a + x)), order);
            __m128i q = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(b + x)), order);
            __m256i *to = (__m256i *)(out + (ptrdiff_t)2 * x);
            _mm256_storeu_si256(to, _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(p, q)));
            _mm256_storeu_si256(to + 1, _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(p, q)));
        }
    }
    pairs_u8(out + (ptrdiff_t)2 * x, a + x, b + x, lanes, (samples - x) / lanes);
}

/* 32 bytes of each, in units of 1, 2 or 4 bytes alternately. */
static inline __attribute__((always_inline)) void join_block(uint8_t *out, const uint8_t *even, const uint8_t *odd, int unit)
{
    __m256i e = _mm256_loadu_si256((const __m256i *)even), o = _mm256_loadu_si256((const __m256i *)odd);
    __m256i low = unit == 1 ? _mm256_unpacklo_epi8(e, o) : unit == 2 ? _mm256_unpacklo_epi16(e, o) : _mm256_unpacklo_epi32(e, o);
    __m256i high = unit == 1 ? _mm256_unpackhi_epi8(e, o) : unit == 2 ? _mm256_unpackhi_epi16(e, o) : _mm256_unpackhi_epi32(e, o);
    _mm256_storeu_si256((__m256i *)out, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)out + 1, _mm256_permute2x128_si256(low, high, 0x31));
}

/* Three lanes: twice two pixels a step, in 12 of 16 bytes. */
static int join_three(uint8_t *out, const uint8_t *even, const uint8_t *odd, int samples)
{
    int x = 0;
    const __m128i order = _mm_setr_epi8(0, 1, 2, 8, 9, 10, 3, 4, 5, 11, 12, 13, -1, -1, -1, -1);
    for (; x + 20 <= samples; x += 12) {
        __m128i both =
            _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(even + x / 2)), _mm_loadl_epi64((const __m128i *)(odd + x / 2)));
        _mm_storeu_si128((__m128i *)(out + x), _mm_shuffle_epi8(both, order));
    }
    return x;
}

static void join_u8_avx2(uint8_t *out, const uint8_t *even, const uint8_t *odd, int lanes, int pixels)
{
    int x = 0, samples = lanes * pixels;
    if (lanes == 3)
        x = join_three(out, even, odd, samples);
    for (; lanes == 1 && x + 64 <= samples; x += 64)
        join_block(out + x, even + x / 2, odd + x / 2, 1);
    for (; lanes == 2 && x + 64 <= samples; x += 64)
        join_block(out + x, even + x / 2, odd + x / 2, 2);
    for (; lanes == 4 && x + 64 <= samples; x += 64)
        join_block(out + x, even + x / 2, odd + x / 2, 4);
    join_u8(out + x, even + x / 2, odd + x / 2, lanes, (samples - x) / lanes);
}

#endif
