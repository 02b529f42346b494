/* avx2_roots.h: the part of rowops_avx2.c on magnitudes: rounded roots of sums of two squares, exact, from 16-bit responses or from
 * the picture's rows. Instructions for 2 * LANES_WORDS outputs: 39 for the roots, 33 for both derivatives of 3 x 3 taps. */
#ifndef AVX2_ROOTS_H
#define AVX2_ROOTS_H

#include "simd/row_blocks.h"
#include "simd/rowops_integers.h"

/* Lowest and highest sums of squares, and counts of roots above max in 16 bits: told to the statistics before they overflow. */
struct squares_seen {
    lanes_int low, high, clipped;
};

/* The rounded roots of squares, or one less, up to 256: m times its inverse root is off by less than 1/10 there, so what is rounded
 * lies up to 1/4 too low and never too high. 0 times infinity is a NaN, whose integer is the lowest: it packs to 0. */
LANES_INLINE lanes_int low_roots(lanes_int squares)
{
    const float bias = -0.125f;
    lanes_f32 m = WIDE(cvtepi32_ps)(squares);
    return WIDE(cvtps_epi32)(lanes_fused(m, inverse_root(m), lanes_all(&bias)));
}

/* The rounded roots of a^2 + b^2, to be packed with saturation to 0..255. r is one too low if m > r^2 + r, for which 16 bits serve:
 * larger m have roots above 255, and need not be exact. */
LANES_INLINE lanes_int roots_of(lanes_int a, lanes_int b, lanes_int max, struct squares_seen *seen)
{
    lanes_int one = WIDE(set1_epi16)(1), low = WIDE(unpacklo_epi16)(a, b), high = WIDE(unpackhi_epi16)(a, b);
    low = WIDE(madd_epi16)(low, low);
    high = WIDE(madd_epi16)(high, high);
    lanes_int m = WIDE(packus_epi32)(low, high), r = WIDE(packs_epi32)(low_roots(low), low_roots(high));
    lanes_int above = WIDE(subs_epu16)(m, WIDE(mullo_epi16)(r, WIDE(add_epi16)(r, one)));
    r = WIDE(adds_epi16)(r, WIDE(min_epu16)(above, one));
    if (seen) {
        seen->low = WIDE(min_epu32)(seen->low, WIDE(min_epu32)(low, high));
        seen->high = WIDE(max_epu32)(seen->high, WIDE(max_epu32)(low, high));
        seen->clipped = WIDE(sub_epi16)(seen->clipped, words_above(r, max));
    }
    return r;
}

/* LANES_BYTES roots from two registers of each; where quarters stand in turn, as packing wants them. */
LANES_INLINE lanes_int root_bytes(const lanes_int a[2], const lanes_int b[2], int max, struct squares_seen *seen)
{
    lanes_int top = WIDE(set1_epi16)((short)max);
    lanes_int bytes = WIDE(packus_epi16)(roots_of(a[0], b[0], top, seen), roots_of(a[1], b[1], top, seen));
    return WIDE(min_epu8)(bytes, WIDE(set1_epi8)((char)max));
}

static inline struct squares_seen seen_nothing(void)
{
    return (struct squares_seen){WIDE(set1_epi32)(-1), ints_none(), ints_none()};
}

/* What was seen joins the statistics. */
static void tell_squares(const struct squares_seen *seen, struct imc_stats *stats)
{
    uint32_t low[LANES_F32], high[LANES_F32];
    uint16_t clipped[LANES_WORDS];
    ints_store(low, seen->low);
    ints_store(high, seen->high);
    ints_store(clipped, seen->clipped);
    struct squares_range range = {low[0], high[0], 0};
    for (int i = 1; i < LANES_F32; i++) {
        range.low = low[i] < range.low ? low[i] : range.low;
        range.high = high[i] > range.high ? high[i] : range.high;
    }
    for (int i = 0; i < LANES_WORDS; i++)
        range.clipped += clipped[i];
    note_squares(stats, &range);
}

enum { SQUARES_CHUNK = 32 * 1024 }; /* the counts of clipped roots fit 16 bits */

LANES_INLINE void magnitude_block(void *out, const int16_t *a, const int16_t *b, int max, struct squares_seen *seen)
{
    lanes_int va[] = {ints_load(a), ints_load(a + LANES_WORDS)}, vb[] = {ints_load(b), ints_load(b + LANES_WORDS)};
    ints_store(out, packed_once(root_bytes(va, vb, max, seen)));
}

/* With statistics no output may be made twice: what is left is for the definition; here and below. */
static void magnitude_s16_avx2(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    int x = 0;
    char edge[ROW_EDGE];
    if (!stats && n >= LANES_BYTES) {
        for (struct row_blocks r = blocks_first(out, 1, n, LANES_BYTES, false, edge); r.x < n; blocks_next(&r))
            magnitude_block(r.to, a + r.at, b + r.at, max, NULL);
        return;
    }
    while (stats && x + LANES_BYTES <= n) {
        struct squares_seen seen = seen_nothing();
        for (int end = x + SQUARES_CHUNK; x < end && x + LANES_BYTES <= n; x += LANES_BYTES)
            magnitude_block(out + x, a + x, b + x, max, &seen);
        tell_squares(&seen, stats);
    }
    magnitude_s16(out + x, a + x, b + x, max, n - x, stats);
}

/* weight * (a - b), one half of the bytes. */
LANES_INLINE lanes_int differences_low(lanes_int a, lanes_int b, lanes_int weight)
{
    return WIDE(maddubs_epi16)(WIDE(unpacklo_epi8)(a, b), weight);
}

LANES_INLINE lanes_int differences_high(lanes_int a, lanes_int b, lanes_int weight)
{
    return WIDE(maddubs_epi16)(WIDE(unpackhi_epi8)(a, b), weight);
}

/* A weight and its opposite, as bytes. */
static inline lanes_int weight_pair(int weight)
{
    return WIDE(set1_epi16)((short)((weight & 0xff) | (-weight & 0xff) << 8));
}

/* LANES_BYTES outputs. The corners are two differences along diagonals, of which dx is the sum and dy the difference. */
LANES_INLINE lanes_int gradient_block(const uint8_t *const *rows, ptrdiff_t x, ptrdiff_t step, const lanes_int weight[2], int max,
                                      struct squares_seen *seen)
{
    const uint8_t *a = rows[0] + x, *b = rows[1] + x, *c = rows[2] + x;
    lanes_int a0 = ints_load(a), a1 = ints_load(a + step), a2 = ints_load(a + 2 * step);
    lanes_int c0 = ints_load(c), c1 = ints_load(c + step), c2 = ints_load(c + 2 * step);
    lanes_int b0 = ints_load(b), b2 = ints_load(b + 2 * step);
    lanes_int down[] = {differences_low(c2, a0, weight[0]), differences_high(c2, a0, weight[0])};
    lanes_int up[] = {differences_low(a2, c0, weight[0]), differences_high(a2, c0, weight[0])};
    lanes_int across[] = {differences_low(b2, b0, weight[1]), differences_high(b2, b0, weight[1])};
    lanes_int along[] = {differences_low(c1, a1, weight[1]), differences_high(c1, a1, weight[1])};
    lanes_int dx[2], dy[2];
    for (int k = 0; k < 2; k++) {
        dx[k] = WIDE(add_epi16)(WIDE(add_epi16)(down[k], up[k]), across[k]);
        dy[k] = WIDE(add_epi16)(WIDE(sub_epi16)(down[k], up[k]), along[k]);
    }
    return root_bytes(dx, dy, max, seen);
}

static void gradient_u8_avx2(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                             struct imc_stats *stats, bool stream)
{
    const lanes_int weight[] = {weight_pair(taps[0]), weight_pair(taps[1])};
    int x = 0;
    char edge[ROW_EDGE];
    if (!stats && n >= LANES_BYTES) {
        for (struct row_blocks b = blocks_first(out, 1, n, LANES_BYTES, stream, edge); b.x < n; blocks_next(&b))
            ints_put(b.to, gradient_block(rows, b.at, step, weight, max, NULL), b.past);
        return;
    }
    while (stats && x + LANES_BYTES <= n) {
        struct squares_seen seen = seen_nothing();
        for (int end = x + SQUARES_CHUNK; x < end && x + LANES_BYTES <= n; x += LANES_BYTES)
            ints_store(out + x, gradient_block(rows, x, step, weight, max, &seen));
        tell_squares(&seen, stats);
    }
    const uint8_t *const at[] = {rows[0] + x, rows[1] + x, rows[2] + x};
    gradient_u8(out + x, at, step, taps, max, n - x, stats, stream);
}

#endif
