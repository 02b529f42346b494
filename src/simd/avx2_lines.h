/* avx2_lines.h: the part of avx2_across.h on long rows of taps over four rows of outputs, 8 floats a register. The samples that tap
 * t of a vector of outputs meets are those that tap t - q of the next vector meets, so that a load serves three multiply-adds. 1.2
 * times the usual loop on 25 to 31 taps, nothing below 20. */
#ifndef AVX2_LINES_H
#define AVX2_LINES_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

enum { LINE_VECTORS = 3, LINE_TAPS = 20, LINE_STEPS = ROWOP_GRID_TAPS + LANES_F32 * (LINE_VECTORS - 1) };

struct line {
    const struct rowop_grid *grid;
    int q;
    ptrdiff_t place[LINE_STEPS];
};

/* Are the taps evenly spaced, q of them to a vector, and is the row long enough to gain? */
static bool list_line(struct line *line, const struct rowop_grid *grid)
{
    int q = 1, kw = grid->kw;
    while (q < kw && q < LANES_F32 && grid->offset[q] - grid->offset[0] != LANES_F32)
        q++;
    if (kw < 2 * q)
        return false;
    for (int j = q; j < kw; j++)
        if (grid->offset[j] - grid->offset[j - q] != LANES_F32)
            return false;
    for (int t = 0; t < kw + (LINE_VECTORS - 1) * q; t++)
        line->place[t] = t < kw ? grid->offset[t] : line->place[t - q] + LANES_F32;
    line->grid = grid;
    line->q = q;
    return true;
}

/* Places t0..t1-1, which the vectors low..high meet. */
INLINE void add_line(lanes_f32 sum[ROWOP_ROWS][8], const float *const *in, const struct line *line, ptrdiff_t x, int t0, int t1,
                     int low, int high)
{
    for (int t = t0; t < t1; t++) {
        lanes_f32 tap[LINE_VECTORS];
        for (int k = low; k <= high; k++)
            tap[k] = lanes_all(line->grid->taps + t - k * line->q);
        ptrdiff_t at = x + line->place[t];
        for (int r = 0; r < ROWOP_ROWS; r++) {
            lanes_f32 sample = lanes_load(in[r] + at);
            __asm__("" : "+v"(sample));
            for (int k = low; k <= high; k++)
                sum[r][k] = lanes_fused(tap[k], sample, sum[r][k]);
        }
    }
}

INLINE int line_loop(float *const *out, const float *const *in, const struct line *line, int x, int n, int stream)
{
    const int kw = line->grid->kw, q = line->q;
    for (; x + LANES_F32 * LINE_VECTORS <= n; x += LANES_F32 * LINE_VECTORS) {
        lanes_f32 sum[ROWOP_ROWS][8];
        for (int r = 0; r < ROWOP_ROWS; r++)
            for (int k = 0; k < LINE_VECTORS; k++)
                sum[r][k] = lanes_zero();
        add_line(sum, in, line, x, 0, q, 0, 0);
        add_line(sum, in, line, x, q, 2 * q, 0, 1);
        add_line(sum, in, line, x, 2 * q, kw, 0, 2);
        add_line(sum, in, line, x, kw, kw + q, 1, 2);
        add_line(sum, in, line, x, kw + q, kw + 2 * q, 2, 2);
        for (int r = 0; r < ROWOP_ROWS; r++)
            store_sums(out, line->grid, r, x, sum[r], LINE_VECTORS, lanes_first(LANES_F32), 0, stream);
    }
    return x;
}

/* Outputs from x on; returns where it ended. */
static int across_fast(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int x, int n,
                       bool stream)
{
    struct line line;
    if (rows < ROWOP_ROWS || grid->kw < LINE_TAPS || !list_line(&line, grid))
        return x;
    return stream ? line_loop(out, in, &line, x, n, 1) : line_loop(out, in, &line, x, n, 0);
}

#endif
