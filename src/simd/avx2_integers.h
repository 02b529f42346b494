/* avx2_integers.h: the part of rowops_avx2.c on 8-bit rows in 16-bit sums: integer taps, exact roots, gradients. */
#ifndef AVX2_INTEGERS_H
#define AVX2_INTEGERS_H

#include "simd/rowops_integers.h"

#include <immintrin.h>

/* 32 * blocks outputs at x. Two taps at a time: their bytes interleaved, times a pair of weights, summed by vpmaddubsw. The
 * interleaving works within halves of a register, so the two sums hold outputs 0-7, 16-23 and 8-15, 24-31 until the end. */
static inline __attribute__((always_inline)) void taps_u8_blocks(int16_t *out, const uint8_t *const *in, const int32_t *weights,
                                                                 int count, ptrdiff_t x, int blocks)
{
    __m256i low[2], high[2];
    for (int k = 0; k < blocks; k++)
        low[k] = high[k] = _mm256_setzero_si256();
    for (int t = 0; t < count; t += 2) {
        __m256i pair = _mm256_set1_epi32(weights[t / 2]);
        for (int k = 0; k < blocks; k++) {
            __m256i a = _mm256_loadu_si256((const __m256i *)(in[t] + x + 32 * k));
            __m256i b = _mm256_loadu_si256((const __m256i *)(in[t + 1] + x + 32 * k));
            low[k] = _mm256_add_epi16(low[k], _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, b), pair));
            high[k] = _mm256_add_epi16(high[k], _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, b), pair));
        }
    }
    for (int k = 0; k < blocks; k++) {
        __m256i *to = (__m256i *)(out + x + 32 * k);
        _mm256_storeu_si256(to, _mm256_permute2x128_si256(low[k], high[k], 0x20));
        _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(low[k], high[k], 0x31));
    }
}

/* Pairs of weights as vpmaddubsw wants them, doubled so that a plain load broadcasts them. The taps' absolute values sum to 128 at
 * most, so there are no more than 128 that are not zero. */
static void pair_weights(int32_t *weights, const int8_t *taps, int count)
{
    for (int t = 0; t < count; t += 2) {
        uint32_t both = (uint8_t)taps[t] | (uint32_t)(uint8_t)taps[t + 1] << 8;
        weights[t / 2] = (int32_t)(both | both << 16);
    }
}

static void taps_u8_avx2(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n)
{
    int x = 0;
    int32_t weights[65];
    if (count <= 130) {
        pair_weights(weights, taps, count);
        for (; x + 64 <= n; x += 64)
            taps_u8_blocks(out, in, weights, count, x, 2);
        for (; x + 32 <= n; x += 32)
            taps_u8_blocks(out, in, weights, count, x, 1);
    }
    for (; x < n; x++) {
        int sum = 0;
        for (int t = 0; t < count; t++)
            sum += taps[t] * in[t][x];
        out[x] = (int16_t)sum;
    }
}

/* The roots of 8 sums of squares, exact after rounding. An exact root takes its pipe for 7 cycles, a rough one (12 bits) mended by
 * one step of Newton's takes 5 instructions on others: one of each kind keeps all busy.
 * The mended root g - (g^2 - m) / (2 g) is off by less than 4e-7 of itself, so by 1e-4 up to 256; no root of an integer is nearer
 * to a tie than 1/4 / (2 * 256) = 4.9e-4. Beyond 256 it only has to stay there, and 0 * inf is a NaN whose integer packs to 0. */
static inline __m256i exact_root(__m256i squares)
{
    return _mm256_cvtps_epi32(_mm256_sqrt_ps(_mm256_cvtepi32_ps(squares)));
}

static inline __m256i mended_root(__m256i squares)
{
    __m256 m = _mm256_cvtepi32_ps(squares), inverse = _mm256_rsqrt_ps(m), g = _mm256_mul_ps(m, inverse);
    __m256 half = _mm256_mul_ps(inverse, _mm256_set1_ps(0.5f));
    return _mm256_cvtps_epi32(_mm256_fmadd_ps(half, _mm256_fnmadd_ps(g, g, m), g));
}

/* Lowest and highest sums of squares, and counts of roots above max in 16 bits: told to the statistics before they overflow. */
struct squares_seen {
    __m256i low, high, clipped;
};

/* The rounded roots of a^2 + b^2 in 16 lanes, to be packed with saturation to 0..255. */
static inline __attribute__((always_inline)) __m256i roots_of(__m256i a, __m256i b, __m256i max, struct squares_seen *seen)
{
    __m256i low = _mm256_unpacklo_epi16(a, b), high = _mm256_unpackhi_epi16(a, b);
    low = _mm256_madd_epi16(low, low);
    high = _mm256_madd_epi16(high, high);
    __m256i roots = _mm256_packs_epi32(exact_root(low), mended_root(high));
    if (seen) {
        seen->low = _mm256_min_epu32(seen->low, _mm256_min_epu32(low, high));
        seen->high = _mm256_max_epu32(seen->high, _mm256_max_epu32(low, high));
        seen->clipped = _mm256_sub_epi16(seen->clipped, _mm256_cmpgt_epi16(roots, max));
    }
    return roots;
}

/* 32 roots as bytes. */
static inline __attribute__((always_inline)) void store_roots(uint8_t *out, const __m256i a[2], const __m256i b[2], int max,
                                                              struct squares_seen *seen)
{
    __m256i top = _mm256_set1_epi16((short)max);
    __m256i low = roots_of(a[0], b[0], top, seen), high = roots_of(a[1], b[1], top, seen);
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
    _mm256_storeu_si256((__m256i *)out, _mm256_min_epu8(bytes, _mm256_set1_epi8((char)max)));
}

static inline struct squares_seen seen_nothing(void)
{
    return (struct squares_seen){_mm256_set1_epi32(-1), _mm256_setzero_si256(), _mm256_setzero_si256()};
}

/* What was seen joins the statistics. */
static void tell_squares(const struct squares_seen *seen, struct imc_stats *stats)
{
    uint32_t low[8], high[8];
    uint16_t clipped[16];
    _mm256_storeu_si256((__m256i *)low, seen->low);
    _mm256_storeu_si256((__m256i *)high, seen->high);
    _mm256_storeu_si256((__m256i *)clipped, seen->clipped);
    struct squares_range range = {low[0], high[0], 0};
    for (int i = 1; i < 8; i++) {
        range.low = low[i] < range.low ? low[i] : range.low;
        range.high = high[i] > range.high ? high[i] : range.high;
    }
    for (int i = 0; i < 16; i++)
        range.clipped += clipped[i];
    note_squares(stats, &range);
}

enum { SQUARES_CHUNK = 32 * 1024 }; /* the counts of clipped roots fit 16 bits */

static inline __attribute__((always_inline)) void magnitude_blocks(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n,
                                                                   struct squares_seen *seen)
{
    for (int x = 0; x + 32 <= n; x += 32) {
        const __m256i *pa = (const __m256i *)(a + x), *pb = (const __m256i *)(b + x);
        __m256i va[2] = {_mm256_loadu_si256(pa), _mm256_loadu_si256(pa + 1)};
        __m256i vb[2] = {_mm256_loadu_si256(pb), _mm256_loadu_si256(pb + 1)};
        store_roots(out + x, va, vb, max, seen);
    }
}

/* 5 times the compiled definition. */
static void magnitude_s16_avx2(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    int x = 0;
    for (int chunk; x + 32 <= n; x += chunk) {
        chunk = n - x < SQUARES_CHUNK ? (n - x) / 32 * 32 : SQUARES_CHUNK;
        struct squares_seen seen = seen_nothing();
        if (!stats) {
            magnitude_blocks(out + x, a + x, b + x, max, chunk, NULL);
            continue;
        }
        magnitude_blocks(out + x, a + x, b + x, max, chunk, &seen);
        tell_squares(&seen, stats);
    }
    magnitude_s16(out + x, a + x, b + x, max, n - x, stats);
}

static inline __m256i bytes_to_words(const uint8_t *in)
{
    return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)in));
}

static inline __m256i load_words(const int16_t *in)
{
    return _mm256_loadu_si256((const __m256i *)in);
}

/* 16 columns of three rows: smoothed down, and their difference. */
static inline void gradient_down(int16_t *smooth, int16_t *change, const uint8_t *const *rows, const int16_t *taps, int x)
{
    __m256i above = bytes_to_words(rows[0] + x), below = bytes_to_words(rows[2] + x);
    __m256i sides = _mm256_mullo_epi16(_mm256_add_epi16(above, below), _mm256_set1_epi16(taps[0]));
    __m256i middle = _mm256_mullo_epi16(bytes_to_words(rows[1] + x), _mm256_set1_epi16(taps[1]));
    _mm256_storeu_si256((__m256i *)smooth, _mm256_add_epi16(sides, middle));
    _mm256_storeu_si256((__m256i *)change, _mm256_sub_epi16(below, above));
}

/* n outputs, a multiple of 32, from columns in L1. */
static inline __attribute__((always_inline)) void gradient_across(uint8_t *out, const int16_t *smooth, const int16_t *change,
                                                                  ptrdiff_t step, const int16_t *taps, int max, int n,
                                                                  struct squares_seen *seen)
{
    __m256i side = _mm256_set1_epi16(taps[0]), middle = _mm256_set1_epi16(taps[1]);
    for (int x = 0; x < n; x += 32) {
        __m256i dx[2], dy[2];
        for (int k = 0; k < 2; k++) {
            const int16_t *s = smooth + x + 16 * k, *d = change + x + 16 * k;
            dx[k] = _mm256_sub_epi16(load_words(s + 2 * step), load_words(s));
            __m256i sides = _mm256_mullo_epi16(_mm256_add_epi16(load_words(d), load_words(d + 2 * step)), side);
            dy[k] = _mm256_add_epi16(sides, _mm256_mullo_epi16(load_words(d + step), middle));
        }
        store_roots(out + x, dx, dy, max, seen);
    }
}

enum { GRADIENT_CHUNK = 512, GRADIENT_STEP = 16 };

/* 32 * blocks outputs. The columns are taken in vectors of 16, the last of them once more from the end. */
static void gradient_chunk(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                           struct imc_stats *stats)
{
    int16_t smooth[GRADIENT_CHUNK + 2 * GRADIENT_STEP], change[GRADIENT_CHUNK + 2 * GRADIENT_STEP];
    int columns = n + 2 * (int)step, x = 0;
    for (; x + 16 <= columns; x += 16)
        gradient_down(smooth + x, change + x, rows, taps, x);
    x = columns - 16;
    gradient_down(smooth + x, change + x, rows, taps, x);
    if (!stats) {
        gradient_across(out, smooth, change, step, taps, max, n, NULL);
        return;
    }
    struct squares_seen seen = seen_nothing();
    gradient_across(out, smooth, change, step, taps, max, n, &seen);
    tell_squares(&seen, stats);
}

static void gradient_u8_avx2(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                             struct imc_stats *stats)
{
    int x = 0;
    for (int chunk; x + 32 <= n && step <= GRADIENT_STEP; x += chunk) {
        const uint8_t *const at[] = {rows[0] + x, rows[1] + x, rows[2] + x};
        chunk = n - x < GRADIENT_CHUNK ? (n - x) / 32 * 32 : GRADIENT_CHUNK;
        gradient_chunk(out + x, at, step, taps, max, chunk, stats);
    }
    const uint8_t *const at[] = {rows[0] + x, rows[1] + x, rows[2] + x};
    gradient_u8(out + x, at, step, taps, max, n - x, stats);
}

#endif
