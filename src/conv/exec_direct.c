/* exec_direct.c: every tap, as written. Accepts everything; last in the table.
 *
 * Cost an output: filter_c * kh * kw fused multiply-adds. The order is that of design law 1: from +0, taps in order c, i, j. A float sum of
 * n terms drifts by about sqrt(n) roundings, so taps come in blocks of whole kernel rows of at least BLOCK_TAPS taps, each summed
 * from +0 and then added to the total: kernels up to 16x16 are one block, and a 255x255 kernel stays as exact as a small one (two-level summation,
 * Higham, Accuracy and Stability of Numerical Algorithms, 4.2).
 */
#include "base/memory.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

enum { CHUNK = 1024 /* pixels of a row that are finished while in L1 */, BLOCK_TAPS = 256 };

/* Scratch: responses [filters][chunk], one more chunk for blocks after the first, pointers to them, and to the rows under a filter. */
struct direct_work {
    float **responses;
    float *block;
    const float **rows;
    float *samples;
};

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    (void)plan, (void)reason, (void)size;
    return true;
}

static size_t chunk_pixels(const struct imc_plan *plan)
{
    return (size_t)(plan->out_w < CHUNK ? plan->out_w : CHUNK);
}

static size_t chunk_bytes(const struct imc_plan *plan)
{
    return size_align(chunk_pixels(plan) * (size_t)plan->desc.lanes * sizeof(float));
}

static size_t filter_rows(const struct imc_plan *plan)
{
    return (size_t)plan->filter_c * (size_t)plan->desc.y.kernel;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    (void)error;
    size_t filters = (size_t)plan->desc.filters;
    plan->work_bytes = size_align(filters * sizeof(float *)) + size_align(filter_rows(plan) * sizeof(float *)) +
                       (filters + 1) * chunk_bytes(plan);
    return IMC_OK;
}

static struct direct_work carve(const struct imc_plan *plan, void *work)
{
    size_t filters = (size_t)plan->desc.filters, floats = chunk_bytes(plan) / sizeof(float);
    struct direct_work w;
    char *next = work;
    w.responses = (float **)next;
    w.rows = (const float **)(next += size_align(filters * sizeof(float *)));
    w.block = (float *)(next + size_align(filter_rows(plan) * sizeof(float *)));
    w.samples = w.block + floats;
    for (size_t o = 0; o < filters; o++)
        w.responses[o] = w.samples + o * floats;
    return w;
}

static void corr(const struct imc_plan *plan, float *out, const float *const *rows, const float *taps, int row_count, int pixels)
{
    const struct imc_conv_axis *axis = &plan->desc.x;
    ptrdiff_t step = (ptrdiff_t)axis->dilation * plan->desc.lanes;
    if (axis->stride == 1)
        rowops()->corr_f32(out, rows, taps, row_count, axis->kernel, step, pixels * plan->desc.lanes);
    else
        rowops()->corr_strided_f32(out, rows, taps, row_count, axis->kernel, step, plan->desc.lanes, axis->stride, pixels);
}

/* One filter over `pixels` pixels, block by block. */
static void respond(const struct imc_plan *plan, const struct direct_work *w, int o, int pixels)
{
    int kw = plan->desc.x.kernel, total = (int)filter_rows(plan), block = (BLOCK_TAPS + kw - 1) / kw;
    const float *taps = plan_taps(plan, o, 0);
    for (int r = 0; r < total; r += block) {
        int count = total - r < block ? total - r : block;
        corr(plan, r ? w->block : w->responses[o], w->rows + r, taps + (ptrdiff_t)r * kw, count, pixels);
        if (r)
            rowops()->add_f32(w->responses[o], w->block, pixels * plan->desc.lanes);
    }
}

/* The rows under the taps of filter o for output row y, from pixel x on. */
static void point_rows(const struct imc_plan *plan, const struct rows *in, int o, int y, int x, const float **rows)
{
    const struct imc_conv_desc *desc = &plan->desc;
    ptrdiff_t offset = (ptrdiff_t)x * desc->x.stride * desc->lanes;
    int first = plan_first_channel(plan, o);
    for (int c = 0; c < plan->filter_c; c++)
        for (int i = 0; i < desc->y.kernel; i++)
            *rows++ = rows_at(plan, in, y * desc->y.stride - plan->top + i * desc->y.dilation, first + c) + offset;
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    struct direct_work w = carve(plan, work);
    int chunk = (int)chunk_pixels(plan), group = plan->desc.filters / plan->desc.groups;
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < plan->out_w; x += chunk) {
            int pixels = plan->out_w - x < chunk ? plan->out_w - x : chunk;
            for (int o = 0; o < plan->desc.filters; o++) {
                if (o % group == 0)
                    point_rows(plan, in, o, y, x, w.rows);
                respond(plan, &w, o, pixels);
            }
            epilogue_span(plan, target, y, x, pixels, w.responses);
        }
}

const struct executor executor_direct = {
    .name = "direct",
    .mode = IMC_MODE_DIRECT,
    .accepts = accepts,
    .prepare = prepare,
    .run = run,
};
