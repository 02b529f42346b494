/* avx2_across.h: the part of avx2_grid.h on single rows of taps. Rows of outputs share nothing but the tap: each multiply-add has a
 * load of its own, of 1.5 or 2 slots, which makes the taps along a row 1.5 to 2 times as dear as those of a grid. Rows of taps that
 * lie side by side have better ways, one for each width of the registers. */
#ifndef AVX2_ACROSS_H
#define AVX2_ACROSS_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

#if defined(__AVX512F__)
#include "simd/avx512_shifts.h"
#else
#include "simd/avx2_lines.h"
#endif

INLINE void across_block(float *const *out, const float *const *in, const struct rowop_grid *grid, ptrdiff_t x, int rows,
                         int vectors, lanes_part part, int tail)
{
    lanes_f32 sum[2][8];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = lanes_zero();
    for (int j = 0; j < grid->kw; j++) {
        lanes_f32 tap = lanes_all(grid->taps + j);
        for (int r = 0; r < rows; r++) {
            const float *p = in[r] + x + grid->offset[j];
            __asm__("" : "+r"(p));
            for (int k = 0; k < vectors; k++)
                sum[r][k] = lanes_fused(tap, lanes_load_where(p + LANES_F32 * k, tail, part), sum[r][k]);
        }
    }
    for (int r = 0; r < rows; r++)
        store_sums(out, grid, r, x, sum[r], vectors, part, tail, 0);
}

/* Outputs x..n-1, by blocks of `most` vectors, the rest by smaller ones. */
INLINE void across_loop(float *const *out, const float *const *in, const struct rowop_grid *grid, int x, int n, int rows, int most)
{
    const lanes_part all = lanes_first(LANES_F32);
    for (; x + LANES_F32 * most <= n; x += LANES_F32 * most)
        across_block(out, in, grid, x, rows, most, all, 0);
    for (; x + 4 * LANES_F32 <= n; x += 4 * LANES_F32)
        across_block(out, in, grid, x, rows, 4, all, 0);
    for (; x < n; x += LANES_F32)
        across_block(out, in, grid, x, rows, 1, n - x < LANES_F32 ? lanes_first(n - x) : all, 1);
}

static void across_pairs(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int x, int n)
{
    struct rowop_grid here = *grid;
    for (int r = 0; r < rows && x < n; r += 2) {
        here.onto = grid->onto ? grid->onto + r : NULL;
        if (r + 1 < rows)
            across_loop(out + r, in + r, &here, x, n, 2, 6);
        else
            across_loop(out + r, in + r, &here, x, n, 1, 8);
    }
}

/* One row of taps, up to ROWOP_ROWS rows of outputs. */
static void across_f32(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    const float *row[ROWOP_ROWS];
    for (int r = 0; r < rows; r++)
        row[r] = in[r * grid->stride];
    int from = grid->stream ? samples_to_whole((const void *const *)out, rows, sizeof(float)) : 0;
    int done = from < 0 ? 0 : from < n ? from : n;
    across_pairs(out, rows, row, grid, 0, done);
    done = across_fast(out, rows, row, grid, done, n, grid->stream && from >= 0);
    across_pairs(out, rows, row, grid, done, n);
}

#endif
