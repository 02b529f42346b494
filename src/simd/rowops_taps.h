/* rowops_taps.h: the part of rowops_c.c on taps over rows, and their totals. Compiled once for each level. */
#ifndef ROWOPS_TAPS_H
#define ROWOPS_TAPS_H

#include "simd/rowops.h"

#include <math.h>

/* Outputs that are kept in registers while all taps pass over them. */
enum { BLOCK = 32 };

static void grid_block(float *out, const float *onto, const float *const *in, const struct rowop_grid *grid, ptrdiff_t x)
{
    float sum[BLOCK] = {0};
    for (int i = 0; i < grid->kh; i++)
        for (int j = 0; j < grid->kw; j++) {
            const float *p = in[i] + x + grid->offset[j];
            const float tap = grid->taps[i * grid->kw + j];
            for (int k = 0; k < BLOCK; k++)
                sum[k] = fmaf(tap, p[k], sum[k]);
        }
    for (int k = 0; k < BLOCK; k++)
        out[x + k] = onto ? onto[x + k] + sum[k] : sum[k];
}

static float grid_one(const float *const *in, const struct rowop_grid *grid, ptrdiff_t x)
{
    float sum = 0;
    for (int i = 0; i < grid->kh; i++)
        for (int j = 0; j < grid->kw; j++)
            sum = fmaf(grid->taps[i * grid->kw + j], in[i][x + grid->offset[j]], sum);
    return sum;
}

__attribute__((unused)) static void grid_f32(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid,
                                             int n)
{
    for (int r = 0; r < rows; r++, in += grid->stride) {
        const float *onto = grid->onto ? grid->onto[r] : NULL;
        int x = 0;
        for (; x + BLOCK <= n; x += BLOCK)
            grid_block(out[r], onto, in, grid, x);
        for (; x < n; x++)
            out[r][x] = onto ? onto[x] + grid_one(in, grid, x) : grid_one(in, grid, x);
    }
}

static void taps_wide_f32(float *out, const float *const *in, const float *taps, int count, int n)
{
    for (int x = 0; x < n; x++) {
        double sum = 0;
        for (int t = 0; t < count; t++)
            sum = fma(taps[t], in[t][x], sum);
        out[x] = (float)sum;
    }
}

static void total_add(double *restrict total, const float *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        total[x] += in[x];
}

static void total_end(float *restrict out, const double *restrict total, const float *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)(total[x] + in[x]);
}

#endif
