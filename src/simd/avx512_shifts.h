/* avx512_shifts.h: the part of avx2_across.h on rows of taps side by side over four rows of outputs, 16 floats a register.
 *
 * An unaligned load of 64 bytes takes both load slots of a cycle, so that a load for each multiply-add halves the speed. But what
 * tap j meets is a part of two neighbouring registers, and one instruction cuts it out: valignd, which shares three pipes with the
 * multiply-adds. So a row of k taps takes (2k - 1)/3 cycles for 16 outputs, where loads take k.
 */
#ifndef AVX512_SHIFTS_H
#define AVX512_SHIFTS_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

enum { SHIFT_TAPS_LEAST = 3, SHIFT_TAPS = 2 * LANES_F32 };

/* Tap s of two registers of outputs in each row, which meets parts of three registers of samples. The shift is part of the
 * instruction: it has to be a literal. */
#define ADD_SHIFT(s)                                                                                                               \
    if (s < count) {                                                                                                               \
        lanes_f32 tap = lanes_all(taps + s);                                                                                       \
        _Pragma("GCC unroll 4") for (int r = 0; r < ROWOP_ROWS; r++)                                                               \
        {                                                                                                                          \
            sum[r][0] = lanes_fused(tap, SHIFTED(sample[r][0], sample[r][1], s), sum[r][0]);                                       \
            sum[r][1] = lanes_fused(tap, SHIFTED(sample[r][1], sample[r][2], s), sum[r][1]);                                       \
        }                                                                                                                          \
    }
#define SHIFTED(low, high, s) _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(high), _mm512_castps_si512(low), s))

/* Up to 16 taps. */
INLINE void add_shifts(lanes_f32 sum[ROWOP_ROWS][2], lanes_f32 sample[ROWOP_ROWS][3], const float *taps, int count)
{
    /* clang-format off */
    ADD_SHIFT(0) ADD_SHIFT(1) ADD_SHIFT(2) ADD_SHIFT(3) ADD_SHIFT(4) ADD_SHIFT(5) ADD_SHIFT(6) ADD_SHIFT(7)
    ADD_SHIFT(8) ADD_SHIFT(9) ADD_SHIFT(10) ADD_SHIFT(11) ADD_SHIFT(12) ADD_SHIFT(13) ADD_SHIFT(14) ADD_SHIFT(15)
    /* clang-format on */
}
#undef SHIFTED
#undef ADD_SHIFT

/* The samples x..x+15 of a row that has `there`; those behind them are not touched where `tail`. */
INLINE lanes_f32 row_samples(const float *row, int x, int there, int tail)
{
    int left = there - x;
    return tail ? lanes_load_part(row + x, lanes_first(left < 0 ? 0 : left < LANES_F32 ? left : LANES_F32)) : lanes_load(row + x);
}

/* Two registers of outputs at x in each row, up to output n where `tail`; in[r] stands under the first tap. `blocks`: of 16
 * taps. */
INLINE void shift_block(float *const *out, const float *const *in, const struct rowop_grid *grid, int x, int n, int blocks,
                        int tail, int stream)
{
    const int there = n + grid->kw - 1;
    lanes_f32 sum[ROWOP_ROWS][2], sample[ROWOP_ROWS][3];
    _Pragma("GCC unroll 4") for (int r = 0; r < ROWOP_ROWS; r++)
    {
        sum[r][0] = sum[r][1] = lanes_zero();
        for (int k = 0; k < 3; k++)
            sample[r][k] = row_samples(in[r], x + LANES_F32 * k, there, tail);
    }
    add_shifts(sum, sample, grid->taps, blocks > 1 ? LANES_F32 : grid->kw);
    if (blocks > 1) {
        _Pragma("GCC unroll 4") for (int r = 0; r < ROWOP_ROWS; r++)
        {
            sample[r][0] = sample[r][1];
            sample[r][1] = sample[r][2];
            sample[r][2] = row_samples(in[r], x + 3 * LANES_F32, there, tail);
        }
        add_shifts(sum, sample, grid->taps + LANES_F32, grid->kw - LANES_F32);
    }
    const int second = n - x - LANES_F32;
    const lanes_part low = lanes_first(second < 0 ? n - x : LANES_F32);
    const lanes_part high = lanes_first(second < 0 ? 0 : second < LANES_F32 ? second : LANES_F32);
    _Pragma("GCC unroll 4") for (int r = 0; r < ROWOP_ROWS; r++)
    {
        store_sums(out, grid, r, x, sum[r], 1, low, tail, stream);
        store_sums(out, grid, r, x + LANES_F32, sum[r] + 1, 1, high, tail, stream);
    }
}

/* Outputs x..n-1 of four rows. */
INLINE void shift_loop(float *const *out, const float *const *in, const struct rowop_grid *grid, int x, int n, int blocks,
                       int stream)
{
    for (; x + (blocks + 2) * LANES_F32 <= n + grid->kw - 1; x += 2 * LANES_F32)
        shift_block(out, in, grid, x, n, blocks, 0, stream);
    for (; x < n; x += 2 * LANES_F32)
        shift_block(out, in, grid, x, n, blocks, 1, 0);
}

/* Outputs from x on; returns where it ended. */
static int across_fast(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int x, int n,
                       bool stream)
{
    if (rows < ROWOP_ROWS || grid->kw < SHIFT_TAPS_LEAST || grid->kw > SHIFT_TAPS)
        return x;
    const float *first[ROWOP_ROWS];
    for (int j = 1; j < grid->kw; j++)
        if (grid->offset[j] - grid->offset[j - 1] != 1)
            return x;
    for (int r = 0; r < ROWOP_ROWS; r++)
        first[r] = in[r] + grid->offset[0];
    if (grid->kw <= LANES_F32)
        stream ? shift_loop(out, first, grid, x, n, 1, 1) : shift_loop(out, first, grid, x, n, 1, 0);
    else
        stream ? shift_loop(out, first, grid, x, n, 2, 1) : shift_loop(out, first, grid, x, n, 2, 0);
    return n;
}

#endif
