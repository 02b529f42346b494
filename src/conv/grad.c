/* grad.c: see grad.h. With g = d_out, p an output position and t a tap:
 *
 *     d_weights[o][c][t] = sum over p of g[p][o] * in[p*stride + t][c]        d_in[p*stride + t][c] += g[p][o] * weights[o][c][t]
 *
 * Both skip the positions and filters where g is zero. Cost a non-zero g, for 3x3 taps: one multiply-add and one load for each tap
 * and vector of input channels, 9 sums staying in registers; the input's gradient stores them once a position. With a single input
 * channel (a network's first layer) the lanes are filters instead, and positions are skipped where a vector of filters is zero.
 *
 * A weight's sum over an image starts at +0 and is then added to what is there.
 */
#include "conv/grad.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <math.h>
#include <string.h>

/* Channels or filters, a multiple of 8, as many side by side as the row ops take. */
static int lanes_of(int count)
{
    return count % 16 ? 8 : 16;
}

/* The parts of the work area: the list of what is not zero, pixel by pixel, and where the input of each pixel lies; the same filter
 * by filter (where its input lies, and its value, up to `end`); sums of one image; a 1 for each position. */
struct grad_work {
    struct nonzeros list;
    const float *d_out;
    ptrdiff_t *origin, *end; /* [positions], [filters] */
    ptrdiff_t *at;           /* [filters][room] */
    float *value, *sums, *ones;
};

static size_t positions(const struct imc_plan *plan)
{
    return (size_t)plan->out_h * (size_t)plan->out_w;
}

static size_t taps_of(const struct imc_plan *plan)
{
    return (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
}

static int out_step(const struct imc_plan *plan)
{
    return imc_channel_step(plan->desc.filters);
}

/* Input channels in the lanes, else filters. */
static bool channel_lanes(const struct imc_plan *plan)
{
    return plan->pixel_step > 1;
}

size_t grad_padded_count(const struct imc_plan *plan)
{
    size_t rows = (size_t)(plan->out_h - 1) * (size_t)plan->desc.y.stride + (size_t)plan->extent_y;
    return rows * (size_t)plan->span_w * (size_t)plan->pixel_step;
}

size_t grad_weight_count(const struct imc_plan *plan)
{
    return taps_of(plan) * (size_t)plan->pixel_step * (size_t)(channel_lanes(plan) ? plan->desc.filters : out_step(plan));
}

/* Entries that a filter has room for; odd multiples of a cache line, so that the filters' lists do not share a set of the cache. */
static size_t room(const struct imc_plan *plan)
{
    return (positions(plan) + 31) / 32 * 32 + 16;
}

/* Where the parts lie; with work NULL, only their size. */
static size_t carve(const struct imc_plan *plan, struct grad_work *w, char *work)
{
    size_t samples = positions(plan) * (size_t)out_step(plan), filters = (size_t)out_step(plan), bytes = 0;
    const size_t part[] = {sizeof *w,
                           (positions(plan) + 1) * sizeof(int32_t),
                           samples * sizeof(int32_t),
                           samples * sizeof(int32_t),
                           samples * sizeof(float),
                           positions(plan) * sizeof(ptrdiff_t),
                           filters * sizeof(ptrdiff_t),
                           filters * room(plan) * sizeof(ptrdiff_t),
                           filters * room(plan) * sizeof(float),
                           (channel_lanes(plan) ? 1 : taps_of(plan) + 1) * filters * sizeof(float),
                           positions(plan) * sizeof(float)};
    enum { PARTS = sizeof part / sizeof *part };
    char *place[PARTS];
    for (int i = 0; i < PARTS; i++) {
        place[i] = work ? work + bytes : NULL;
        bytes += size_align(part[i]);
    }
    *w = (struct grad_work){{(int32_t *)place[1], (int32_t *)place[2], (int32_t *)place[3], (float *)place[4]},
                            NULL,
                            (ptrdiff_t *)place[5],
                            (ptrdiff_t *)place[6],
                            (ptrdiff_t *)place[7],
                            (float *)place[8],
                            (float *)place[9],
                            (float *)place[10]};
    return bytes;
}

size_t grad_work_bytes(const struct imc_plan *plan)
{
    struct grad_work w;
    return carve(plan, &w, NULL);
}

/* Where weight [o][c][0] stands among the packed ones: [filters][vectors of channels][taps][lanes], or [taps][filters]. The next
 * tap is tap_step further on. */
static size_t packed_place(const struct imc_plan *plan, int o, int c)
{
    if (!channel_lanes(plan))
        return (size_t)o;
    size_t lanes = (size_t)lanes_of(plan->pixel_step), vectors = (size_t)plan->pixel_step / lanes, channel = (size_t)c;
    return ((size_t)o * vectors + channel / lanes) * taps_of(plan) * lanes + channel % lanes;
}

static ptrdiff_t tap_step(const struct imc_plan *plan)
{
    return channel_lanes(plan) ? lanes_of(plan->pixel_step) : out_step(plan);
}

void grad_pack(const struct imc_plan *plan, float *packed)
{
    ptrdiff_t step = tap_step(plan), taps = (ptrdiff_t)taps_of(plan);
    memset(packed, 0, grad_weight_count(plan) * sizeof *packed);
    for (int o = 0; o < plan->desc.filters; o++)
        for (int c = 0; c < plan->desc.in_c; c++) {
            const float *from = plan_taps(plan, o, c);
            float *to = packed + packed_place(plan, o, c);
            for (ptrdiff_t t = 0; t < taps; t++)
                to[t * step] = from[t];
        }
}

void grad_unpack(const struct imc_plan *plan, const float *packed, float *weights)
{
    ptrdiff_t step = tap_step(plan), taps = (ptrdiff_t)taps_of(plan);
    for (int o = 0; o < plan->desc.filters; o++)
        for (int c = 0; c < plan->desc.in_c; c++, weights += taps) {
            const float *from = packed + packed_place(plan, o, c);
            for (ptrdiff_t t = 0; t < taps; t++)
                weights[t] = from[t * step];
        }
}

static struct tap_grid grid_of(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    return (struct tap_grid){desc->y.kernel, desc->x.kernel, (ptrdiff_t)desc->y.dilation * plan->span_w * plan->pixel_step,
                             (ptrdiff_t)desc->x.dilation * plan->pixel_step,
                             lanes_of(channel_lanes(plan) ? plan->pixel_step : out_step(plan))};
}

/* The first sample that output position (y, x) reads, in a padded image. */
static ptrdiff_t origin_of(const struct imc_plan *plan, int y, int x)
{
    const struct imc_conv_desc *desc = &plan->desc;
    return ((ptrdiff_t)y * desc->y.stride * plan->span_w + (ptrdiff_t)x * desc->x.stride) * plan->pixel_step;
}

/* The list again, filter by filter. A single loop over all entries: a loop for each pixel ends when no predictor guesses. */
static void sort_by_filter(const struct imc_plan *plan, const struct grad_work *w)
{
    ptrdiff_t *origin = w->origin;
    int count = w->list.first[positions(plan)];
    for (int y = 0; y < plan->out_h; y++)
        for (int x = 0; x < plan->out_w; x++)
            *origin++ = origin_of(plan, y, x);
    for (int o = 0; o < out_step(plan); o++)
        w->end[o] = o * (ptrdiff_t)room(plan);
    for (int e = 0; e < count; e++) {
        ptrdiff_t to = w->end[w->list.channel[e]]++;
        w->at[to] = w->origin[w->list.pixel[e]];
        w->value[to] = w->list.value[e];
    }
}

void grad_scan(const struct imc_plan *plan, const float *d_out, void *work)
{
    struct grad_work w;
    carve(plan, &w, work);
    w.d_out = d_out;
    memcpy(work, &w, sizeof w);
    if (!channel_lanes(plan) && out_step(plan) > 1)
        return; /* looks through d_out itself */
    rowops()->nonzeros_f32(&w.list, d_out, out_step(plan), (int)positions(plan));
    sort_by_filter(plan, &w);
}

/* d_bias[o] += the sum over positions of d_out, zeros and all, which change nothing: a product with ones, filters side by side. */
static void add_bias_sums(const struct imc_plan *plan, float *d_bias, const struct grad_work *w)
{
    int step = out_step(plan), count = (int)positions(plan);
    for (int i = 0; i < count; i++)
        w->ones[i] = 1;
    rowops()->product_f32(w->sums, step, w->ones, count, w->d_out, step, count, 1, step, count);
    for (int o = 0; o < plan->desc.filters; o++)
        d_bias[o] += w->sums[o];
}

/* Input channels in the lanes: filter by filter, 8 or 16 channels at a time. */
static void pull_weights(const struct imc_plan *plan, const float *in, float *d_weights, float *d_bias, const struct grad_work *w)
{
    const struct rowops *ops = rowops();
    struct tap_grid grid = grid_of(plan);
    ptrdiff_t block = (ptrdiff_t)taps_of(plan) * grid.lanes;
    add_bias_sums(plan, d_bias, w);
    for (int o = 0; o < plan->desc.filters; o++) {
        ptrdiff_t first = o * (ptrdiff_t)room(plan);
        int count = (int)(w->end[o] - first);
        const ptrdiff_t *at = w->at + first;
        const float *value = w->value + first;
        for (int c = 0; c < plan->pixel_step; c += grid.lanes, d_weights += block)
            if (count > 0)
                ops->pull_f32(d_weights, &grid, in + c, at, value, count);
    }
}

/* One input channel, filters in the lanes: row by row, 8 or 16 filters at a time. */
static void outer_weights(const struct imc_plan *plan, const float *in, float *d_weights, float *d_bias, const struct grad_work *w)
{
    int step = out_step(plan), taps = (int)taps_of(plan);
    float *bias = w->sums + (ptrdiff_t)taps * step;
    struct tap_grid grid = grid_of(plan);
    memset(w->sums, 0, (size_t)(taps + 1) * (size_t)step * sizeof *w->sums);
    for (int o = 0; o < step; o += grid.lanes)
        for (int y = 0; y < plan->out_h; y++)
            rowops()->outer_f32(w->sums + o, step, bias + o, &grid, in + origin_of(plan, y, 0), plan->desc.x.stride,
                                w->d_out + (ptrdiff_t)y * plan->out_w * step + o, step, plan->out_w);
    for (int i = 0; i < taps * step; i++)
        d_weights[i] += w->sums[i];
    for (int o = 0; o < plan->desc.filters; o++)
        d_bias[o] += bias[o];
}

/* One channel in, one out: nothing to put into lanes. */
static void single_weights(const struct imc_plan *plan, const float *in, float *d_weights, float *d_bias, const struct grad_work *w)
{
    struct tap_grid grid = grid_of(plan);
    int count = (int)w->end[0];
    for (int i = 0; i < grid.rows; i++)
        for (int j = 0; j < grid.columns; j++) {
            float sum = 0;
            for (int e = 0; e < count; e++)
                sum = fmaf(w->value[e], in[w->at[e] + i * grid.row_step + j * grid.column_step], sum);
            *d_weights++ += sum;
        }
    float sum = 0;
    for (int e = 0; e < count; e++)
        sum += w->value[e];
    d_bias[0] += sum;
}

void grad_weights(const struct imc_plan *plan, const float *in, float *d_weights, float *d_bias, void *work)
{
    struct grad_work w;
    memcpy(&w, work, sizeof w);
    (channel_lanes(plan) ? pull_weights : out_step(plan) > 1 ? outer_weights : single_weights)(plan, in, d_weights, d_bias, &w);
}

/* One input channel: the sum over filters for each position and tap. */
static void push_single(const struct imc_plan *plan, const float *packed, float *d_in, const struct grad_work *w)
{
    struct tap_grid grid = grid_of(plan);
    int step = out_step(plan);
    const float *change = w->d_out;
    for (int y = 0; y < plan->out_h; y++)
        for (int x = 0; x < plan->out_w; x++, change += step) {
            float *to = d_in + origin_of(plan, y, x);
            const float *weights = packed;
            for (int i = 0; i < grid.rows; i++)
                for (int j = 0; j < grid.columns; j++, weights += step) {
                    float sum = 0;
                    for (int o = 0; o < plan->desc.filters; o++)
                        sum = fmaf(change[o], weights[o], sum);
                    to[i * grid.row_step + j * grid.column_step] += sum;
                }
        }
}

void grad_input(const struct imc_plan *plan, const float *packed, float *d_in, const void *work)
{
    struct grad_work w;
    memcpy(&w, work, sizeof w);
    if (!channel_lanes(plan)) {
        push_single(plan, packed, d_in, &w);
        return;
    }
    struct tap_grid grid = grid_of(plan);
    ptrdiff_t block = (ptrdiff_t)taps_of(plan) * grid.lanes, step = (ptrdiff_t)plan->desc.x.stride * plan->pixel_step;
    for (int y = 0; y < plan->out_h; y++) {
        struct nonzeros row = w.list;
        row.first += (ptrdiff_t)y * plan->out_w;
        for (int c = 0; c < plan->pixel_step; c += grid.lanes)
            rowops()->push_f32(d_in + origin_of(plan, y, 0) + c, step, &grid, packed + c / grid.lanes * block,
                               plan->pixel_step / grid.lanes * block, &row, plan->out_w);
    }
}
