/* rowops_taps.h: the part of rowops_c.c on taps over rows, and their totals. Compiled once for each level. */
#ifndef ROWOPS_TAPS_H
#define ROWOPS_TAPS_H

#include "simd/rowops.h"
#include "simd/rowops_samples.h"

#include <math.h>

/* Outputs that are kept in registers while all taps pass over them. */
enum { BLOCK = 32 };

/* The sums of outputs x..x+BLOCK-1, and of output x alone. */
#define GRID_SUMS(block, one, type)                                                                                                \
    static inline void block(float sum[BLOCK], const type *const *in, const struct rowop_grid *grid, ptrdiff_t x)                  \
    {                                                                                                                              \
        for (int k = 0; k < BLOCK; k++)                                                                                            \
            sum[k] = 0;                                                                                                            \
        for (int i = 0; i < grid->kh; i++)                                                                                         \
            for (int j = 0; j < grid->kw; j++) {                                                                                   \
                const type *p = in[i] + x + grid->offset[j];                                                                       \
                const float tap = grid->taps[i * grid->kw + j];                                                                    \
                for (int k = 0; k < BLOCK; k++)                                                                                    \
                    sum[k] = fmaf(tap, p[k], sum[k]);                                                                              \
            }                                                                                                                      \
    }                                                                                                                              \
    static inline float one(const type *const *in, const struct rowop_grid *grid, ptrdiff_t x)                                     \
    {                                                                                                                              \
        float sum = 0;                                                                                                             \
        for (int i = 0; i < grid->kh; i++)                                                                                         \
            for (int j = 0; j < grid->kw; j++)                                                                                     \
                sum = fmaf(grid->taps[i * grid->kw + j], in[i][x + grid->offset[j]], sum);                                         \
        return sum;                                                                                                                \
    }

GRID_SUMS(block_f32, one_f32, float)
GRID_SUMS(block_u8, one_u8, uint8_t)
#undef GRID_SUMS

__attribute__((unused)) static void grid_f32(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid,
                                             int n)
{
    for (int r = 0; r < rows; r++, in += grid->stride) {
        const float *onto = grid->onto ? grid->onto[r] : NULL;
        int x = 0;
        for (; x + BLOCK <= n; x += BLOCK) {
            float sum[BLOCK];
            block_f32(sum, in, grid, x);
            for (int k = 0; k < BLOCK; k++)
                out[r][x + k] = onto ? onto[x + k] + sum[k] : sum[k];
        }
        for (; x < n; x++)
            out[r][x] = onto ? onto[x] + one_f32(in, grid, x) : one_f32(in, grid, x);
    }
}

/* Sums of row r from x on, to where they go. */
static void put_sums(float *const *out, uint8_t *const *bytes, float max, const struct rowop_grid *grid, int r, int x, float *sum,
                     int n)
{
    for (int k = 0; k < n && grid->onto; k++)
        sum[k] = grid->onto[r][x + k] + sum[k];
    for (int k = 0; k < n && bytes; k++)
        bytes[r][x + k] = (uint8_t)to_sample(sum[k], 0, max);
    for (int k = 0; k < n && !bytes; k++)
        out[r][x + k] = sum[k];
}

__attribute__((unused)) static void grid_u8(float *const *out, uint8_t *const *bytes, float max, int rows, const uint8_t *const *in,
                                            const struct rowop_grid *grid, int n)
{
    for (int r = 0; r < rows; r++, in += grid->stride) {
        float sum[BLOCK];
        int x = 0;
        for (; x + BLOCK <= n; x += BLOCK) {
            block_u8(sum, in, grid, x);
            put_sums(out, bytes, max, grid, r, x, sum, BLOCK);
        }
        for (int k = x; k < n; k++)
            sum[k - x] = one_u8(in, grid, k);
        put_sums(out, bytes, max, grid, r, x, sum, n - x);
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
