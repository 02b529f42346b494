/* avx2_folds.h: the part of rowops_avx2.c on symmetric taps.
 *
 * Cost: a multiply-add and an addition for two taps, which have pipes of their own, so that a tap takes half the multiply-adds of
 * avx2_grid.h. Loads: a pair's samples serve one output alone, but those of output r + 1 are a row below, where the next pair of
 * output r has its first sample and the pair before its last. So the samples of some outputs are kept in registers as two windows,
 * which move towards each other: two loads a pair for all of them.
 *
 *     32 registers of 16   4 rows of 2 vectors: 8 sums, 16 samples
 *     16 registers of 8    4 rows of 1 vector: 4 sums, 8 samples
 *
 * Along rows the windows would have to move by a sample, not by a register. So rows are turned on their side, a register of them at
 * once, 4 shuffles of a register for as many samples, there and back: a row of taps is then a column. A tile of them stays in L1.
 *
 * Measured on Zen 4, ns an output, in brackets by avx2_grid.h: down 0.31 (0.49) for 25 taps and 0.95 (1.61) for 81, across 0.46
 * (0.60) and 1.04 (1.95); with AVX2 0.57 (0.66), 1.99 (2.17), 0.75 (0.59), 1.80 (2.01). The limit for 81 taps is 0.70.
 */
#ifndef AVX2_FOLDS_H
#define AVX2_FOLDS_H

#include "simd/avx2_grid.h"
#include "simd/lanes_f32.h"
#include "simd/rowops.h"

enum {
    FOLD_ROWS = 4,
    FOLD_VECTORS = LANES_F32 / 8,          /* of four rows */
    FOLD_L1 = 5000,                        /* floats under all rows of a call that are to stay in L1 */
    FOLD_TURNED = LANES_F32 == 16 ? 8 : 4, /* outputs of turned rows, of one vector */
    FOLD_KEEP = 192,                       /* outputs of a tile: whole blocks at every step */
    FOLD_COLUMNS = FOLD_KEEP + ROWOP_FOLD_SPAN * ROWOP_FOLD_STEP
};

INLINE lanes_f32 fold_sample(const void *const *at, ptrdiff_t i, ptrdiff_t x, int k, lanes_part part, int tail, enum grid_kind kind)
{
    const ptrdiff_t size = kind == GRID_BYTES ? 1 : sizeof(float);
    return load_samples((const char *)at[i] + x * size, LANES_F32 * k, part, tail, kind);
}

/* A block of `rows` outputs below each other, `vectors` of each: sample i of output r is at[(r + i)*step] + x. Inlined with
 * constant arguments. */
INLINE void fold_block(lanes_f32 total[8][8], const void *const *at, ptrdiff_t step, const struct rowop_fold *fold, ptrdiff_t x,
                       int rows, int vectors, lanes_part part, int tail, enum grid_kind kind)
{
    const int span = fold->span, pairs = (span + 1) / 2;
    lanes_f32 low[8][8], high[8][8];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++) {
            low[r][k] = fold_sample(at, r * step, x, k, part, tail, kind);
            high[r][k] = fold_sample(at, (span + r) * step, x, k, part, tail, kind);
        }
    int t = 0;
    for (int first = 1; first || t < pairs; first = 0) {
        const int end = pairs - t < fold->group ? pairs : t + fold->group;
        lanes_f32 sum[8][8];
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < vectors; k++)
                sum[r][k] = lanes_zero();
        for (; t < end; t++) {
            const lanes_f32 tap = lanes_all(fold->taps + t);
            for (int r = 0; r < rows; r++)
                for (int k = 0; k < vectors; k++)
                    sum[r][k] = lanes_fused(tap, lanes_add(low[r][k], high[r][k]), sum[r][k]);
            for (int k = 0; k < vectors; k++) {
                for (int r = 0; r + 1 < rows; r++)
                    low[r][k] = low[r + 1][k];
                for (int r = rows - 1; r > 0; r--)
                    high[r][k] = high[r - 1][k];
                low[rows - 1][k] = fold_sample(at, (t + rows) * step, x, k, part, tail, kind);
                high[0][k] = fold_sample(at, (span - t - 1) * step, x, k, part, tail, kind);
            }
        }
        if (t == pairs && span % 2 == 0)
            for (int r = 0; r < rows; r++)
                for (int k = 0; k < vectors; k++)
                    sum[r][k] = lanes_fused(lanes_all(fold->taps + t), low[r][k], sum[r][k]);
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < vectors; k++)
                total[r][k] = first ? sum[r][k] : lanes_add(total[r][k], sum[r][k]);
    }
}

/* Outputs x..n-1 of `rows` rows, by blocks of `vectors` vectors, the rest by smaller ones. */
INLINE void fold_loop(float *const *out, const void *const *in, const struct rowop_fold *fold, int x, int n, int rows, int vectors,
                      enum grid_kind kind)
{
    lanes_f32 total[8][8];
    for (; x + LANES_F32 * vectors <= n; x += LANES_F32 * vectors) {
        fold_block(total, in, 1, fold, x, rows, vectors, lanes_first(LANES_F32), 0, kind);
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < vectors; k++)
                lanes_store(out[r] + x + LANES_F32 * k, total[r][k]);
    }
    for (; x < n; x += LANES_F32) {
        const lanes_part part = lanes_first(n - x < LANES_F32 ? n - x : LANES_F32);
        fold_block(total, in, 1, fold, x, rows, 1, part, 1, kind);
        for (int r = 0; r < rows; r++)
            lanes_store_part(out[r] + x, total[r][0], part);
    }
}

INLINE void fold_rows(float *const *out, int rows, const void *const *in, const struct rowop_fold *fold, int n, enum grid_kind kind)
{
    const int tile = FOLD_L1 / (rows + fold->span) / 32 * 32 + 32;
    for (int x = 0; x < n; x += tile) {
        const int end = n - x < tile ? n : x + tile;
        int r = 0;
        for (; r + FOLD_ROWS <= rows; r += FOLD_ROWS)
            fold_loop(out + r, in + r, fold, x, end, FOLD_ROWS, FOLD_VECTORS, kind);
        for (; r < rows; r++)
            fold_loop(out + r, in + r, fold, x, end, 1, 4, kind);
    }
}

static void fold_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_fold *fold, int n)
{
    fold_rows(out, rows, (const void *const *)in, fold, n, GRID_FLOATS);
}

static void fold_u8_avx2(float *const *out, int rows, const uint8_t *const *in, const struct rowop_fold *fold, int n)
{
    fold_rows(out, rows, (const void *const *)in, fold, n, GRID_BYTES);
}

/* Rows on their side: column x of a tile is a register, sample x of as many rows. */
struct fold_tile {
    _Alignas(64) float column[FOLD_COLUMNS][LANES_F32];
    const void *at[FOLD_COLUMNS];
};

/* Samples x..x+n-1 of some rows into the tile; what fills up the last register is zero. */
static void fold_turn_in(struct fold_tile *tile, const float *const *in, int x, int n)
{
    for (int c = 0; c < n; c += LANES_F32) {
        lanes_f32 v[LANES_F32];
        if (c + LANES_F32 <= n) {
            for (int r = 0; r < LANES_F32; r++)
                v[r] = lanes_load(in[r] + x + c);
        } else {
            const lanes_part part = lanes_first(n - c);
            for (int r = 0; r < LANES_F32; r++)
                v[r] = lanes_load_part(in[r] + x + c, part);
        }
        lanes_turn(v);
        for (int k = 0; k < LANES_F32; k++)
            lanes_store(tile->column[c + k], v[k]);
    }
}

/* The outputs of a tile, each where its first sample was, which no other output needs. */
static void fold_columns(struct fold_tile *tile, const struct rowop_fold *fold, int step, int n)
{
    for (int x = 0; x < n; x += FOLD_TURNED * step)
        for (int phase = x; phase < x + step; phase++) {
            lanes_f32 total[8][8];
            fold_block(total, tile->at + phase, step, fold, 0, FOLD_TURNED, 1, lanes_first(LANES_F32), 0, GRID_FLOATS);
            for (int k = 0; k < FOLD_TURNED; k++)
                lanes_store(tile->column[phase + k * step], total[k][0]);
        }
}

/* Outputs 0..n-1 of the tile back to x..x+n-1 of the rows, n > 0. */
static void fold_turn_out(const struct fold_tile *tile, float *const *out, float *const *onto, int rows, int x, int n, bool stream)
{
    for (int c = 0; c < n; c += LANES_F32) {
        const int tail = c + LANES_F32 > n;
        const lanes_part part = lanes_first(tail ? n - c : LANES_F32);
        lanes_f32 v[LANES_F32];
        for (int k = 0; k < LANES_F32; k++)
            v[k] = lanes_load(tile->column[c + k]);
        lanes_turn(v);
        for (int r = 0; r < rows; r++) {
            float *to = out[r] + x + c;
            if (onto)
                v[r] = lanes_add(lanes_load_where(onto[r] + x + c, tail, part), v[r]);
            if (stream && !tail)
                lanes_stream(to, v[r]);
            else
                lanes_store_where(to, v[r], tail, part);
        }
    }
}

/* Up to as many rows as a register has lanes. */
static void fold_tiles(float *const *out, float *const *onto, int rows, const float *const *in, int step,
                       const struct rowop_fold *fold, int n, bool stream)
{
    struct fold_tile tile;
    const float *row[LANES_F32];
    const int reach = fold->span * step, before = stream ? samples_to_whole((const void *const *)out, rows, sizeof(float)) : -1;
    for (int r = 0; r < LANES_F32; r++)
        row[r] = in[r < rows ? r : 0];
    for (int c = 0; c < FOLD_COLUMNS; c++)
        tile.at[c] = tile.column[c];
    for (int x = 0, keep; x < n; x += keep) {
        keep = x == 0 && before > 0 ? before : FOLD_KEEP;
        keep = n - x < keep ? n - x : keep;
        fold_turn_in(&tile, row, x, keep + reach);
        fold_columns(&tile, fold, step, keep);
        fold_turn_out(&tile, out, onto, rows, x, keep, before >= 0 && (x > 0 || before == 0));
    }
}

static void fold_across_f32_avx2(float *const *out, float *const *onto, int rows, const float *const *in, ptrdiff_t step,
                                 const struct rowop_fold *fold, int n, bool stream)
{
    for (int r = 0; r < rows; r += LANES_F32)
        fold_tiles(out + r, onto ? onto + r : NULL, rows - r < LANES_F32 ? rows - r : LANES_F32, in + r, (int)step, fold, n,
                   stream);
}

#endif
