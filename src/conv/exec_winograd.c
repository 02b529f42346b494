/* exec_winograd.c: Winograd's minimal filtering F(2x2,3x3) for 3x3 kernels where the channels of a pixel lie side by side (Lavin
 * and Gray, Fast Algorithms for Convolutional Neural Networks, 2015). A tile of 2x2 outputs is A'[(G g G') * (B' d B)]A: transforms
 * of a 4x4 patch and of the taps, and 16 products instead of 36.
 *
 * Cost an output and filter: 4 * in_c fused multiply-adds instead of 9 * in_c, in 16 matrix products [tiles][in_c] x
 * [in_c][filters]; and the transforms, 32 additions a tile and input channel, 24 a tile and filter, with 16 loads and 16 stores
 * each. With 16 channels and 32 filters the transforms take a fifth of the time. Below 8 channels or filters, or where a fifth of
 * the tiles' area hangs over the edge, the direct way is as good.
 *
 * The taps are transformed in double and rounded once. An error of the transforms grows at most fourfold on its way to an output,
 * so law 2 holds.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Outputs of a tile, pixels of a patch, elements of a transform; tiles that are worked on together. */
enum { OUTS = 2, PATCH = 4, ELEMENTS = 16, TILES_USUAL = 64 };

/* Transformed taps [16][in_c][out_step], bias [out_step]; out_step is imc_channel_step(filters). */
struct winograd_state {
    float *taps, *bias;
    int out_step;
    int tiles_w, tile_rows; /* tiles of a row; tile rows that are worked on together */
};

/* Scratch: patches and products, transformed, [16][tiles][channels]; a patch that hangs over the right edge; the outputs of a tile
 * row of which not all are wanted. */
struct winograd_work {
    float *v, *m, *patch, *outs;
};

enum { PARTS = 4 };

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_axis *axes[] = {&plan->desc.y, &plan->desc.x};
    int64_t tiles = (int64_t)((plan->out_h + 1) / 2) * ((plan->out_w + 1) / 2);
    for (int i = 0; i < 2; i++)
        if (axes[i]->kernel != 3 || axes[i]->stride != 1 || axes[i]->dilation != 1) {
            snprintf(reason, size, "it is for 3x3 kernels of stride and dilation 1");
            return false;
        }
    if (plan->desc.in_c < 8 || plan->desc.filters < 8 || tiles * OUTS * OUTS * 4 > (int64_t)plan->out_h * plan->out_w * 5) {
        snprintf(reason, size, "with so few channels, filters or outputs the transforms cost more than they save");
        return false;
    }
    return true;
}

/* Taps of some filters on one channel, side by side. */
enum { FILTERS = 8 };
typedef double some_filters[FILTERS];

/* Column j of G g, or row i of G g G', from three elements `step` apart: G = (1 0 0 / 1/2 1/2 1/2 / 1/2 -1/2 1/2 / 0 0 1). */
static void transform_line(some_filters *out, int out_step, some_filters *g, int step)
{
    for (int k = 0; k < FILTERS; k++) {
        double a = g[0][k], b = g[step][k], c = g[2 * step][k];
        out[0][k] = a;
        out[out_step][k] = (a + b + c) / 2;
        out[2 * out_step][k] = (a - b + c) / 2;
        out[3 * out_step][k] = c;
    }
}

/* G g G' of the filters' taps g. */
static void transform_taps(some_filters out[ELEMENTS], some_filters g[9])
{
    some_filters half[PATCH * 3];
    for (int j = 0; j < 3; j++)
        transform_line(half + j, 3, g + j, 3);
    for (int i = 0; i < PATCH; i++)
        transform_line(out + (ptrdiff_t)i * PATCH, 1, half + (ptrdiff_t)i * 3, 1);
}

/* The taps of filters o..o+count-1 on channel c, transformed. */
static void repack_filters(const struct imc_plan *plan, int o, int count, int c)
{
    const struct winograd_state *state = plan->state;
    ptrdiff_t element = (ptrdiff_t)plan->desc.in_c * state->out_step;
    float *to = state->taps + (ptrdiff_t)c * state->out_step + o;
    some_filters g[9] = {{0}}, transformed[ELEMENTS];
    for (int k = 0; k < count; k++)
        for (int t = 0; t < 9; t++)
            g[t][k] = plan_taps(plan, o + k, c)[t];
    transform_taps(transformed, g);
    for (int e = 0; e < ELEMENTS; e++)
        for (int k = 0; k < FILTERS; k++)
            to[e * element + k] = (float)transformed[e][k];
}

static void repack(struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    const struct winograd_state *state = plan->state;
    for (int o = 0; o < desc->filters; o += FILTERS)
        for (int c = 0; c < desc->in_c; c++)
            repack_filters(plan, o, desc->filters - o < FILTERS ? desc->filters - o : FILTERS, c);
    memcpy(state->bias, desc->bias, (size_t)desc->filters * sizeof *desc->bias);
}

/* Bytes of the parts of the scratch, in the order of struct winograd_work. */
static bool part_bytes(const struct imc_plan *plan, size_t part[PARTS])
{
    const struct winograd_state *state = plan->state;
    size_t in = (size_t)plan->pixel_step, out = (size_t)state->out_step;
    size_t tiles = (size_t)state->tiles_w * (size_t)state->tile_rows, elements = tiles * ELEMENTS * sizeof(float);
    bool fits = size_mul(elements, in, &part[0]) && size_mul(elements, out, &part[1]);
    part[2] = PATCH * PATCH * in * sizeof(float);
    part[3] = OUTS * (size_t)state->tiles_w * OUTS * out * sizeof(float);
    for (int i = 0; i < PARTS; i++)
        part[i] = size_align(part[i]);
    return fits;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t out = (size_t)imc_channel_step(plan->desc.filters), head = size_align(sizeof(struct winograd_state)), count, part[PARTS];
    char *memory = NULL;
    if (size_mul((size_t)plan->desc.in_c * ELEMENTS + 1, out, &count) && count <= (SIZE_MAX - head) / sizeof(float))
        memory = mem_zalloc(1, head + count * sizeof(float));
    if (!memory)
        return fail_memory(error, "the weights of a plan");
    struct winograd_state *state = plan->state = memory;
    state->taps = (float *)(memory + head);
    state->bias = state->taps + (size_t)plan->desc.in_c * ELEMENTS * out;
    state->out_step = (int)out;
    state->tiles_w = (plan->out_w + 1) / OUTS;
    state->tile_rows = state->tiles_w < TILES_USUAL ? TILES_USUAL / state->tiles_w : 1;
    if (state->tile_rows > (plan->out_h + 1) / OUTS)
        state->tile_rows = (plan->out_h + 1) / OUTS;
    repack(plan);
    if (!part_bytes(plan, part))
        return fail_memory(error, "the scratch of a plan");
    for (int i = 0; i < PARTS; i++)
        if (!size_add(plan->work_bytes, part[i], &plan->work_bytes))
            return fail_memory(error, "the scratch of a plan");
    plan->grain = OUTS;
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct winograd_work carve(const struct imc_plan *plan, void *work)
{
    size_t part[PARTS];
    part_bytes(plan, part);
    char *next = work;
    struct winograd_work w = {.v = work};
    w.m = (float *)(next += part[0]);
    w.patch = (float *)(next += part[1]);
    w.outs = (float *)(next + part[2]);
    return w;
}

/* Transforms the patches of the tile row of output rows y and y+1 into v. Rows and columns beyond the last that any output reads
 * are taken to be like the last: only outputs that hang over the edge depend on them. */
static void transform_in(const struct imc_plan *plan, const struct winograd_work *w, const struct rows *in, int y, float *v,
                         ptrdiff_t plane)
{
    const struct winograd_state *state = plan->state;
    int step = plan->pixel_step, whole = plan->out_w / OUTS;
    const float *rows[PATCH];
    for (int i = 0; i < PATCH; i++)
        rows[i] = rows_at(plan, in, y - plan->top + (y + 1 < plan->out_h || i < 3 ? i : 2), 0);
    rowops()->wino_in_f32(v, plane, rows, step, step, whole);
    if (whole == state->tiles_w)
        return;
    for (int i = 0; i < PATCH; i++) {
        float *to = w->patch + (ptrdiff_t)i * PATCH * step;
        const float *from = rows[i] + (ptrdiff_t)whole * OUTS * step;
        memcpy(to, from, 3 * (size_t)step * sizeof *to);
        memcpy(to + 3 * (ptrdiff_t)step, from + 2 * (ptrdiff_t)step, (size_t)step * sizeof *to);
        rows[i] = to;
    }
    rowops()->wino_in_f32(v + (ptrdiff_t)whole * step, plane, rows, step, step, 1);
}

/* Transforms a tile row's products back into output rows y and y+1, of which only y0..y1-1 are wanted. */
static void transform_out(const struct imc_plan *plan, const struct winograd_work *w, const struct target *target, int y, int y0,
                          int y1, const float *m, ptrdiff_t plane)
{
    const struct winograd_state *state = plan->state;
    ptrdiff_t step = state->out_step, pixel = target->view.pixel_step, row = state->tiles_w * OUTS * step;
    bool whole = y >= y0 && y + 1 < y1 && plan->out_w % OUTS == 0;
    float *rows[OUTS] = {w->outs, w->outs + row};
    for (int i = 0; whole && i < OUTS; i++)
        rows[i] = epilogue_address(plan, target, y + i, 0, 0);
    rowops()->wino_out_f32(rows, whole ? pixel : step, m, plane, state->bias, plan->desc.gain, plan->desc.relu, state->out_step,
                           state->tiles_w);
    for (int i = 0; !whole && i < OUTS; i++) {
        if (y + i < y0 || y + i >= y1)
            continue;
        float *to = epilogue_address(plan, target, y + i, 0, 0);
        for (int x = 0; x < plan->out_w; x++)
            memcpy(to + x * pixel, rows[i] + x * step, (size_t)step * sizeof *to);
    }
}

/* Tile rows t0..t1-1, of whose outputs only rows y0..y1-1 are wanted. */
static void run_tiles(const struct imc_plan *plan, const struct winograd_work *w, const struct rows *in, int t0, int t1, int y0,
                      int y1, const struct target *target)
{
    const struct winograd_state *state = plan->state;
    int tiles = (t1 - t0) * state->tiles_w, out = state->out_step, in_c = plan->desc.in_c;
    ptrdiff_t v_plane = (ptrdiff_t)tiles * plan->pixel_step, m_plane = (ptrdiff_t)tiles * out;
    for (int t = t0; t < t1; t++)
        transform_in(plan, w, in, t * OUTS, w->v + (ptrdiff_t)(t - t0) * state->tiles_w * plan->pixel_step, v_plane);
    for (int e = 0; e < ELEMENTS; e++)
        rowops()->product_f32(w->m + e * m_plane, out, w->v + e * v_plane, plan->pixel_step,
                              state->taps + (ptrdiff_t)e * in_c * out, out, in_c, tiles, out, ROWOP_GROUP);
    for (int t = t0; t < t1; t++)
        transform_out(plan, w, target, t * OUTS, y0, y1, w->m + (ptrdiff_t)(t - t0) * state->tiles_w * out, m_plane);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct winograd_state *state = plan->state;
    struct winograd_work w = carve(plan, work);
    int end = (y1 + OUTS - 1) / OUTS;
    for (int t0 = y0 / OUTS, t1; t0 < end; t0 = t1) {
        t1 = t0 + state->tile_rows < end ? t0 + state->tile_rows : end;
        run_tiles(plan, &w, in, t0, t1, y0, y1, target);
    }
    for (int y = y0; y < y1; y++)
        epilogue_channels_stats(plan, target, y);
}

const struct executor executor_winograd = {
    .name = "winograd",
    .mode = IMC_MODE_AUTO,
    .channels_last = true,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .repack = repack,
    .run = run,
};
