/* correlate.c: a float sum of n like terms drifts by up to n/2 roundings of 2^-24 (a flat picture makes every rounding fall the same way). So a sum
 * of more than block_taps taps is cut into blocks, each from +0 in order, and the blocks are added in double: the drift is that of one block
 * (two-level summation; Higham, Accuracy and Stability of Numerical Algorithms, section 4.2). 64 taps stay within 64/2 * 2^-24 = 1.9e-6.
 * Blocks are whole rows of taps, or parts of one row where rows are longer.
 */
#include "conv/correlate.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

static bool one_block(const struct correlation *shape)
{
    return shape->wide || (int64_t)shape->rows * shape->kw <= shape->block_taps;
}

static size_t total_bytes(const struct correlation *shape, int pixels)
{
    return size_align((size_t)pixels * (size_t)shape->lanes * sizeof(double));
}

size_t correlate_bytes(const struct correlation *shape, int pixels)
{
    if (one_block(shape))
        return 0;
    return total_bytes(shape, pixels) + size_align((size_t)pixels * (size_t)shape->lanes * sizeof(float));
}

/* One block by the row op that fits. */
static void correlate_block(const struct correlation *shape, float *out, const float *const *in, const float *taps, int rows,
                            int kw, int pixels)
{
    const struct rowops *ops = rowops();
    if (shape->wide)
        ops->corr_wide_f32(out, in, taps, rows, kw, shape->step, shape->lanes, shape->stride, pixels);
    else if (shape->stride > 1)
        ops->corr_strided_f32(out, in, taps, rows, kw, shape->step, shape->lanes, shape->stride, pixels);
    else
        ops->corr_f32(out, in, taps, rows, kw, shape->step, pixels * shape->lanes);
}

/* Blocks of whole rows. */
static void correlate_rows(const struct correlation *shape, float *out, const float *const *in, const float *taps, int pixels,
                           double *total, float *block)
{
    int rows = shape->block_taps / shape->kw, n = pixels * shape->lanes;
    for (int r = 0; r < shape->rows; r += rows) {
        int count = shape->rows - r < rows ? shape->rows - r : rows;
        correlate_block(shape, block, in + r, taps + (ptrdiff_t)r * shape->kw, count, shape->kw, pixels);
        if (r + count < shape->rows)
            rowops()->total_add(total, block, n);
        else
            rowops()->total_end(out, total, block, n);
    }
}

/* Blocks of parts of rows. */
static void correlate_parts(const struct correlation *shape, float *out, const float *const *in, const float *taps, int pixels,
                            double *total, float *block)
{
    int n = pixels * shape->lanes, kw = shape->kw;
    for (int r = 0; r < shape->rows; r++)
        for (int j = 0; j < kw; j += shape->block_taps) {
            int count = kw - j < shape->block_taps ? kw - j : shape->block_taps;
            const float *row = in[r] + j * shape->step;
            correlate_block(shape, block, &row, taps + (ptrdiff_t)r * kw + j, 1, count, pixels);
            if (r + 1 < shape->rows || j + count < kw)
                rowops()->total_add(total, block, n);
            else
                rowops()->total_end(out, total, block, n);
        }
}

void correlate(const struct correlation *shape, float *out, const float *const *in, const float *taps, int pixels, void *scratch)
{
    if (one_block(shape)) {
        correlate_block(shape, out, in, taps, shape->rows, shape->kw, pixels);
        return;
    }
    double *total = scratch;
    float *block = (float *)((char *)scratch + total_bytes(shape, pixels));
    memset(total, 0, (size_t)pixels * (size_t)shape->lanes * sizeof *total);
    if (shape->kw <= shape->block_taps)
        correlate_rows(shape, out, in, taps, pixels, total, block);
    else
        correlate_parts(shape, out, in, taps, pixels, total, block);
}
