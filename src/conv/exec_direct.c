/* exec_direct.c: every tap, as written. Accepts everything; last in the table.
 *
 * Cost an output: filter_c * kh * kw fused multiply-adds. The order is that of design law 1: from +0, taps in order c, i, j, in blocks of
 * at most BLOCK_TAPS (correlate.c says why), then the bias in the epilogue.
 */
#include "base/memory.h"
#include "conv/correlate.h"
#include "conv/epilogue.h"

enum { CHUNK = 1024 /* pixels of a row that are finished while in L1 */, BLOCK_TAPS = 64 };

/* Scratch: responses [filters][chunk], pointers to them and to the rows under a filter, and what correlate wants. */
struct direct_work {
    float **responses;
    const float **rows;
    void *scratch;
    float *samples;
};

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    (void)plan, (void)reason, (void)size;
    return true;
}

static struct correlation shape_of(const struct imc_plan *plan)
{
    const struct imc_conv_axis *axis = &plan->desc.x;
    return (struct correlation){
        .rows = plan->filter_c * plan->desc.y.kernel,
        .kw = axis->kernel,
        .step = (ptrdiff_t)axis->dilation * plan->desc.lanes,
        .lanes = plan->desc.lanes,
        .stride = axis->stride,
        .block_taps = BLOCK_TAPS,
        .wide = plan->wide,
    };
}

static int chunk_pixels(const struct imc_plan *plan)
{
    return plan->out_w < CHUNK ? plan->out_w : CHUNK;
}

static size_t chunk_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)chunk_pixels(plan) * (size_t)plan->desc.lanes * sizeof(float));
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(float *));
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    (void)error;
    struct correlation shape = shape_of(plan);
    plan->work_bytes = pointer_bytes(plan->desc.filters) + pointer_bytes(shape.rows) + correlate_bytes(&shape, chunk_pixels(plan)) +
                       (size_t)plan->desc.filters * chunk_bytes(plan);
    return IMC_OK;
}

static struct direct_work carve(const struct imc_plan *plan, void *work)
{
    struct correlation shape = shape_of(plan);
    struct direct_work w;
    char *next = work;
    w.responses = (float **)next;
    w.rows = (const float **)(next += pointer_bytes(plan->desc.filters));
    w.scratch = next += pointer_bytes(shape.rows);
    w.samples = (float *)(next + correlate_bytes(&shape, chunk_pixels(plan)));
    for (int o = 0; o < plan->desc.filters; o++)
        w.responses[o] = w.samples + (size_t)o * chunk_bytes(plan) / sizeof(float);
    return w;
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
    struct correlation shape = shape_of(plan);
    int chunk = chunk_pixels(plan), group = plan->desc.filters / plan->desc.groups;
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < plan->out_w; x += chunk) {
            int pixels = plan->out_w - x < chunk ? plan->out_w - x : chunk;
            for (int o = 0; o < plan->desc.filters; o++) {
                if (o % group == 0)
                    point_rows(plan, in, o, y, x, w.rows);
                correlate(&shape, w.responses[o], w.rows, plan_taps(plan, o, 0), pixels, w.scratch);
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
