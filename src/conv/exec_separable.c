/* exec_separable.c: a kernel of rank 1 is a column times a row, so two passes do.
 *
 * Cost an output: filter_c * (kh + kw) fused multiply-adds instead of filter_c * kh * kw. The vertical pass comes first: it reads row
 * pointers and needs one temporary row, no ring; its row stays in L1 for the horizontal pass. Rows are cut into chunks; neighbours share
 * extent_x - 1 pixels of the vertical pass, so a chunk is several times that.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/correlate.h"
#include "conv/epilogue.h"
#include "kernel/rank.h"

#include <stdio.h>

/* Two passes share the precision that the direct executor has for one. */
enum { CHUNK_LEAST = 1024, BLOCK_TAPS = 32 };

/* Factors: for filter o and channel c the column at ((o*filter_c + c) * kh), the row at ((o*filter_c + c) * kw). */
struct factors {
    float *columns, *rows;
};

struct separable_work {
    float **responses;
    const float **under;  /* [kh] rows under the column */
    const float **passed; /* [filter_c] vertical results */
    void *scratch;        /* of either pass */
    float *vertical;      /* [filter_c][chunk_in] */
    float *samples;       /* [filters][chunk] */
};

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    if (plan->rank > 1) {
        snprintf(reason, size, "rank %d%s, not 1: no single column times a row gives it", plan->rank,
                 plan->rank == RANK_MAX ? " or more" : "");
        return false;
    }
    if (plan->desc.mode == IMC_MODE_AUTO && kh + kw >= kh * kw) {
        snprintf(reason, size, "%dx%d: two passes cost no less than one", kh, kw);
        return false;
    }
    return true;
}

static int chunk_pixels(const struct imc_plan *plan)
{
    int chunk = 4 * plan->extent_x > CHUNK_LEAST ? 4 * plan->extent_x : CHUNK_LEAST;
    return plan->out_w < chunk ? plan->out_w : chunk;
}

/* Pixels of the vertical pass for `pixels` outputs. */
static int pixels_under(const struct imc_plan *plan, int pixels)
{
    return (pixels - 1) * plan->desc.x.stride + plan->extent_x;
}

static size_t row_bytes(const struct imc_plan *plan, int pixels)
{
    return size_align((size_t)pixels * (size_t)plan->desc.lanes * sizeof(float));
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(float *));
}

/* The vertical pass takes the lanes as more pixels: its taps lie in different rows. */
static struct correlation shape_down(const struct imc_plan *plan)
{
    return (struct correlation){
        .rows = plan->desc.y.kernel, .kw = 1, .lanes = 1, .stride = 1, .block_taps = BLOCK_TAPS, .wide = plan->wide};
}

static struct correlation shape_across(const struct imc_plan *plan)
{
    const struct imc_conv_axis *axis = &plan->desc.x;
    return (struct correlation){
        .rows = plan->filter_c,
        .kw = axis->kernel,
        .step = (ptrdiff_t)axis->dilation * plan->desc.lanes,
        .lanes = plan->desc.lanes,
        .stride = axis->stride,
        .block_taps = BLOCK_TAPS,
        .wide = plan->wide,
    };
}

static size_t scratch_bytes(const struct imc_plan *plan)
{
    int chunk = chunk_pixels(plan);
    struct correlation down = shape_down(plan), across = shape_across(plan);
    size_t a = correlate_bytes(&down, pixels_under(plan, chunk) * plan->desc.lanes), b = correlate_bytes(&across, chunk);
    return a > b ? a : b;
}

static enum imc_status factor_all(struct imc_plan *plan, struct factors *f)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel, rank;
    for (int o = 0; o < plan->desc.filters; o++)
        for (int c = 0; c < plan->filter_c; c++) {
            size_t index = (size_t)o * (size_t)plan->filter_c + (size_t)c;
            float *column = f->columns + index * (size_t)kh, *row = f->rows + index * (size_t)kw;
            enum imc_status status = rank_factor(plan_taps(plan, o, c), kh, kw, 1, &rank, column, row);
            if (status)
                return status;
            for (int i = 0; i < kh && rank == 0; i++)
                column[i] = 0;
            for (int j = 0; j < kw && rank == 0; j++)
                row[j] = 0;
        }
    return IMC_OK;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t kernels = (size_t)plan->desc.filters * (size_t)plan->filter_c, kh = (size_t)plan->desc.y.kernel;
    struct factors *f = mem_alloc(1, sizeof *f + kernels * (kh + (size_t)plan->desc.x.kernel) * sizeof(float));
    if (!f)
        return fail_memory(error, "separable passes");
    f->columns = (float *)(f + 1);
    f->rows = f->columns + kernels * kh;
    plan->state = f;
    int chunk = chunk_pixels(plan);
    plan->work_bytes = pointer_bytes(plan->desc.filters) + pointer_bytes(plan->desc.y.kernel) + pointer_bytes(plan->filter_c) +
                       scratch_bytes(plan) + (size_t)plan->filter_c * row_bytes(plan, pixels_under(plan, chunk)) +
                       (size_t)plan->desc.filters * row_bytes(plan, chunk);
    return factor_all(plan, f) ? fail_memory(error, "separable passes") : IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct separable_work carve(const struct imc_plan *plan, void *work)
{
    int chunk = chunk_pixels(plan);
    size_t vertical = row_bytes(plan, pixels_under(plan, chunk)), horizontal = row_bytes(plan, chunk);
    struct separable_work w;
    char *next = work;
    w.responses = (float **)next;
    w.under = (const float **)(next += pointer_bytes(plan->desc.filters));
    w.passed = (const float **)(next += pointer_bytes(plan->desc.y.kernel));
    w.scratch = next += pointer_bytes(plan->filter_c);
    w.vertical = (float *)(next += scratch_bytes(plan));
    w.samples = (float *)(next + (size_t)plan->filter_c * vertical);
    for (int c = 0; c < plan->filter_c; c++)
        w.passed[c] = w.vertical + (size_t)c * vertical / sizeof(float);
    for (int o = 0; o < plan->desc.filters; o++)
        w.responses[o] = w.samples + (size_t)o * horizontal / sizeof(float);
    return w;
}

/* The vertical pass of filter o, every channel, for outputs x .. x+pixels-1 of row y. */
static void pass_down(const struct imc_plan *plan, const struct rows *in, const struct separable_work *w, int o, int y, int x,
                      int pixels)
{
    const struct imc_conv_desc *desc = &plan->desc;
    const struct factors *f = plan->state;
    struct correlation shape = shape_down(plan);
    ptrdiff_t offset = (ptrdiff_t)x * desc->x.stride * desc->lanes;
    int kh = desc->y.kernel, first = plan_first_channel(plan, o), n = pixels_under(plan, pixels) * desc->lanes;
    for (int c = 0; c < plan->filter_c; c++) {
        for (int i = 0; i < kh; i++)
            w->under[i] = rows_at(plan, in, y * desc->y.stride - plan->top + i * desc->y.dilation, first + c) + offset;
        const float *column = f->columns + ((size_t)o * (size_t)plan->filter_c + (size_t)c) * (size_t)kh;
        correlate(&shape, (float *)w->passed[c], w->under, column, n, w->scratch);
    }
}

/* The horizontal pass, which also sums the channels. */
static void pass_across(const struct imc_plan *plan, const struct separable_work *w, int o, int pixels)
{
    const struct factors *f = plan->state;
    struct correlation shape = shape_across(plan);
    const float *taps = f->rows + (size_t)o * (size_t)plan->filter_c * (size_t)shape.kw;
    correlate(&shape, w->responses[o], w->passed, taps, pixels, w->scratch);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    struct separable_work w = carve(plan, work);
    int chunk = chunk_pixels(plan);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < plan->out_w; x += chunk) {
            int pixels = plan->out_w - x < chunk ? plan->out_w - x : chunk;
            for (int o = 0; o < plan->desc.filters; o++) {
                pass_down(plan, in, &w, o, y, x, pixels);
                pass_across(plan, &w, o, pixels);
            }
            epilogue_span(plan, target, y, x, pixels, w.responses);
        }
}

const struct executor executor_separable = {
    .name = "separable",
    .mode = IMC_MODE_SEPARABLE,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
