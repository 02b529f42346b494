/* avx2_integers.h: the part of rowops_avx2.c on 8-bit rows in 16-bit sums: integer taps. A row's last outputs are made once more
 * with those before them, where they do not fill a block. */
#ifndef AVX2_INTEGERS_H
#define AVX2_INTEGERS_H

#include "simd/row_blocks.h"
#include "simd/rowops_integers.h"

enum { TAPS_U8_MOST = 130 /* their absolute values sum to 128 at most, those of zero are few */ };

/* Pairs of weights as vpmaddubsw wants them. */
static void pair_weights(int16_t *weights, const int8_t *taps, int count)
{
    for (int t = 0; t < count; t += 2)
        weights[t / 2] = (int16_t)((uint8_t)taps[t] | (uint8_t)taps[t + 1] << 8);
}

/* The sums of some blocks of LANES_BYTES outputs at x. Two taps at a time: their bytes interleaved, times a pair of weights,
 * summed. The interleaving works within quarters of a register, so `low` and `high` hold quarters of the outputs in turn. */
LANES_INLINE void taps_u8_sums(lanes_int *low, lanes_int *high, const uint8_t *const *in, const int16_t *weights, int count,
                               ptrdiff_t x, int blocks)
{
    for (int k = 0; k < blocks; k++)
        low[k] = high[k] = ints_none();
    for (int t = 0; t < count; t += 2) {
        lanes_int pair = WIDE(set1_epi16)(weights[t / 2]);
        for (int k = 0; k < blocks; k++) {
            lanes_int a = ints_load(in[t] + x + LANES_BYTES * k), b = ints_load(in[t + 1] + x + LANES_BYTES * k);
            low[k] = WIDE(add_epi16)(low[k], WIDE(maddubs_epi16)(WIDE(unpacklo_epi8)(a, b), pair));
            high[k] = WIDE(add_epi16)(high[k], WIDE(maddubs_epi16)(WIDE(unpackhi_epi8)(a, b), pair));
        }
    }
}

/* The outputs from x on. */
LANES_INLINE void taps_u8_blocks(int16_t *out, const uint8_t *const *in, const int16_t *weights, int count, ptrdiff_t x, int blocks,
                                 bool stream)
{
    lanes_int low[2], high[2];
    taps_u8_sums(low, high, in, weights, count, x, blocks);
    for (int k = 0; k < blocks; k++) {
        ints_put(out + LANES_BYTES * k, lower_half(low[k], high[k]), stream);
        ints_put(out + LANES_BYTES * k + LANES_WORDS, upper_half(low[k], high[k]), stream);
    }
}

static void taps_u8_avx2(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n, bool stream)
{
    int16_t weights[TAPS_U8_MOST / 2];
    char edge[ROW_EDGE];
    if (n < LANES_BYTES || count > TAPS_U8_MOST) {
        taps_u8(out, in, taps, count, n, stream);
        return;
    }
    pair_weights(weights, taps, count);
    int block = n < 2 * LANES_BYTES ? LANES_BYTES : 2 * LANES_BYTES;
    for (struct row_blocks b = blocks_first(out, sizeof *out, n, block, stream, edge); b.x < n; blocks_next(&b))
        if (block == LANES_BYTES)
            taps_u8_blocks((int16_t *)(void *)b.to, in, weights, count, b.at, 1, b.past);
        else
            taps_u8_blocks((int16_t *)(void *)b.to, in, weights, count, b.at, 2, b.past);
}

/* Packing with saturation clips to 0..255, and puts the quarters in order. */
LANES_INLINE void clipped_taps_blocks(char *out, const uint8_t *const *in, const int16_t *weights, int count, int max, ptrdiff_t x,
                                      int blocks, bool stream)
{
    lanes_int low[2], high[2], top = WIDE(set1_epi8)((char)max);
    taps_u8_sums(low, high, in, weights, count, x, blocks);
    for (int k = 0; k < blocks; k++)
        ints_put(out + LANES_BYTES * k, WIDE(min_epu8)(WIDE(packus_epi16)(low[k], high[k]), top), stream);
}

static void clipped_taps_u8_avx2(uint8_t *out, const uint8_t *const *in, const int8_t *taps, int count, int max, int n,
                                 struct imc_stats *stats, bool stream)
{
    int16_t weights[TAPS_U8_MOST / 2];
    char edge[ROW_EDGE];
    if (stats || n < LANES_BYTES || count > TAPS_U8_MOST) {
        clipped_taps_u8(out, in, taps, count, max, n, stats, stream);
        return;
    }
    pair_weights(weights, taps, count);
    int block = n < 2 * LANES_BYTES ? LANES_BYTES : 2 * LANES_BYTES;
    for (struct row_blocks b = blocks_first(out, 1, n, block, stream, edge); b.x < n; blocks_next(&b))
        if (block == LANES_BYTES)
            clipped_taps_blocks(b.to, in, weights, count, max, b.at, 1, b.past);
        else
            clipped_taps_blocks(b.to, in, weights, count, max, b.at, 2, b.past);
}

#endif
