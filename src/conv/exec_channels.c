/* exec_channels.c: every tap, as written, where the channels of a pixel lie side by side (channels_last). The lanes of a vector are
 * filters: a tap is a broadcast input sample times a vector of weights.
 *
 * Cost an output: in_c * kh * kw fused multiply-adds. 12 vectors of sums stay in registers (4 vectors of filters x 3 pixels, or 2
 * x 6), so a tap needs 4 + 3 loads for 12 multiply-adds, and arithmetic bounds it. The order of the sums is that of exec_direct:
 * from +0, taps in order c, i, j, in groups, the groups in order, blocks of 1024 taps in double, then the bias; so the two are
 * equal bit for bit where no tap is zero (direct leaves those out, which may shift its groups) and a channel is whole groups.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/correlate.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

#include <math.h>
#include <string.h>

/* Filters that one call of the row op makes; taps that may be summed in float (see correlate.c). */
enum { FILTERS_TOGETHER = 32, BLOCK_TAPS = ROWOP_GROUP * ROWOP_GROUP };

/* Weights [blocks of filters][taps][filters of the block], bias [filters], both filled up with zeros to whole vectors. */
struct channels_state {
    float *weights, *bias;
    int taps, vector_filters; /* filters, rounded up to whole vectors */
    int group;                /* taps that are summed together */
};

/* Scratch: pointers to the samples under each tap; a row of one block of filters, its sums in double, and the row of a single
 * filter as whole vectors. */
struct channels_work {
    const float **under;
    float *row;
    double *total;
    float *single;
};

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    (void)plan, (void)reason, (void)size;
    return true;
}

static int block_filters(const struct channels_state *state, int o)
{
    int left = state->vector_filters - o;
    return left < FILTERS_TOGETHER ? left : FILTERS_TOGETHER;
}

static void repack(struct imc_plan *plan)
{
    const struct channels_state *state = plan->state;
    const struct imc_conv_desc *desc = &plan->desc;
    for (int o = 0; o < desc->filters; o++) {
        int block = o / FILTERS_TOGETHER * FILTERS_TOGETHER, width = block_filters(state, block);
        float *to = state->weights + (ptrdiff_t)block * state->taps + (o - block);
        const float *from = plan_taps(plan, o, 0);
        for (int t = 0; t < state->taps; t++)
            to[(ptrdiff_t)t * width] = from[t];
        state->bias[o] = desc->bias[o];
    }
}

static size_t row_bytes(const struct imc_plan *plan, size_t sample)
{
    return size_align((size_t)plan->out_w * FILTERS_TOGETHER * sample);
}

/* Taps of a group: those of exec_direct, where whole groups make up a channel. */
static int group_of(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int rows = correlate_rows(desc->in_c, desc->y.kernel, desc->x.kernel);
    return rows > 0 && desc->y.kernel % rows == 0 && desc->y.dilation == 1 ? rows * desc->x.kernel : ROWOP_GROUP;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t filters = ((size_t)plan->desc.filters + 7) / 8 * 8;
    size_t taps = (size_t)plan->filter_c * (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel, count;
    size_t head = size_align(sizeof(struct channels_state));
    char *memory = NULL;
    if (size_mul(filters, taps + 1, &count) && count <= (SIZE_MAX - head) / sizeof(float) && taps <= INT32_MAX)
        memory = mem_zalloc(1, head + count * sizeof(float));
    if (!memory)
        return fail_memory(error, "the weights of a plan");
    struct channels_state *state = plan->state = memory;
    state->weights = (float *)(memory + head);
    state->bias = state->weights + filters * taps;
    state->taps = (int)taps;
    state->vector_filters = (int)filters;
    state->group = group_of(plan);
    repack(plan);
    plan->work_bytes = size_align(taps * sizeof(float *)) + 2 * row_bytes(plan, sizeof(float)) + row_bytes(plan, sizeof(double));
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct channels_work carve(const struct imc_plan *plan, void *work)
{
    const struct channels_state *state = plan->state;
    struct channels_work w = {.under = work};
    char *next = (char *)work + size_align((size_t)state->taps * sizeof(float *));
    w.total = (double *)next;
    w.row = (float *)(next += row_bytes(plan, sizeof(double)));
    w.single = (float *)(next + row_bytes(plan, sizeof(float)));
    return w;
}

/* The samples under each tap for the first output pixel of row y. */
static void point_taps(const struct imc_plan *plan, const struct rows *in, int y, const float **under)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int v = y * desc->y.stride - plan->top, kw = desc->x.kernel;
    ptrdiff_t step = (ptrdiff_t)desc->x.dilation * plan->pixel_step;
    for (int c = 0; c < desc->in_c; c++)
        for (int i = 0; i < desc->y.kernel; i++) {
            const float *row = (const float *)rows_at(plan, in, v + i * desc->y.dilation, 0) + c;
            for (int j = 0; j < kw; j++)
                *under++ = row + j * step;
        }
}

/* More taps than may be summed in float: block by block, the blocks added in double. */
static void run_long(const struct imc_plan *plan, const struct channels_work *w, const struct channel_taps *taps, float *out,
                     ptrdiff_t out_step)
{
    const struct rowops *ops = rowops();
    int n = plan->out_w * taps->outs;
    ptrdiff_t in_step = (ptrdiff_t)plan->desc.x.stride * plan->pixel_step;
    memset(w->total, 0, (size_t)n * sizeof *w->total);
    for (int t = 0; t < taps->count; t += BLOCK_TAPS) {
        struct channel_taps part = *taps;
        part.weights += (ptrdiff_t)t * taps->outs;
        part.bias = NULL;
        part.count = taps->count - t < BLOCK_TAPS ? taps->count - t : BLOCK_TAPS;
        ops->channels_f32(w->row, taps->outs, w->under + t, in_step, &part, plan->out_w);
        ops->total_add(w->total, w->row, n);
    }
    for (int x = 0; x < plan->out_w; x++)
        for (int o = 0; o < taps->outs; o++) {
            float value = fmaf((float)w->total[x * taps->outs + o], taps->gain, taps->bias[o]);
            out[x * out_step + o] = !taps->relu || value > 0 ? value : 0;
        }
}

/* One row of one block of filters. */
static void run_block(const struct imc_plan *plan, const struct channels_work *w, int o, float *out, ptrdiff_t out_step)
{
    const struct channels_state *state = plan->state;
    struct channel_taps taps = {
        .weights = state->weights + (ptrdiff_t)o * state->taps,
        .bias = state->bias + o,
        .gain = plan->desc.gain,
        .count = state->taps,
        .outs = block_filters(state, o),
        .group = state->group,
        .relu = plan->desc.relu,
    };
    if (taps.count <= BLOCK_TAPS)
        rowops()->channels_f32(out, out_step, w->under, (ptrdiff_t)plan->desc.x.stride * plan->pixel_step, &taps, plan->out_w);
    else
        run_long(plan, w, &taps, out, out_step);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct channels_state *state = plan->state;
    struct channels_work w = carve(plan, work);
    ptrdiff_t step = target->view.pixel_step;
    for (int y = y0; y < y1; y++) {
        float *out = epilogue_address(plan, target, y, 0, 0);
        point_taps(plan, in, y, w.under);
        if (plan->desc.filters > 1) {
            for (int o = 0; o < state->vector_filters; o += FILTERS_TOGETHER)
                run_block(plan, &w, o, out + o, step);
        } else { /* a pixel of one sample, not of a vector */
            run_block(plan, &w, 0, w.single, state->vector_filters);
            for (int x = 0; x < plan->out_w; x++)
                out[x * step] = w.single[(ptrdiff_t)x * state->vector_filters];
        }
        epilogue_channels_stats(plan, target, y);
    }
}

const struct executor executor_channels = {
    .name = "channels",
    .mode = IMC_MODE_DIRECT,
    .channels_last = true,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .repack = repack,
    .run = run,
};
