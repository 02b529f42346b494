/* exec_box.c: a kernel of equal taps (mean, box) on 8-bit samples by running sums: cost independent of its size.
 *
 * Down: each column's sum of kh samples is carried from row to row, one sample added and one dropped. Across: short windows are
 * added up; longer ones are the difference of two prefix sums, P[x + kw] - P[x]. All sums are integers and exact; one float
 * multiplication by the tap follows. Cost an output: about 2 additions down and 2 across. A job begins with kh rows, so jobs are
 * several kernels tall.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHORT = 7 /* windows up to here are added up */, ROWS_LEAST = 32, ROWS_MOST = 256 };

struct box_work {
    uint16_t *columns; /* [span * lanes] */
    uint32_t *prefix;  /* [span * lanes + lanes] */
    float *responses;  /* [out_w * lanes] */
};

/* Column sums fit 16 bits, and window sums the 24 bits of a float. */
static bool sums_fit(const struct imc_plan *plan)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    return kh * 255 <= UINT16_MAX && (double)kh * kw * 255 < 0x1p24;
}

static bool taps_are_equal(const struct imc_plan *plan)
{
    const float *taps = plan_taps(plan, 0, 0);
    for (int i = 1; i < plan->desc.y.kernel * plan->desc.x.kernel; i++)
        if (taps[i] != taps[0])
            return false;
    return true;
}

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_desc *desc = &plan->desc;
    if (desc->filters != 1 || desc->in_c != 1 || !taps_are_equal(plan)) {
        snprintf(reason, size, "the taps are not all equal");
        return false;
    }
    if (desc->in_type != IMC_U8 || !desc_border_is_byte(desc) || !sums_fit(plan)) {
        snprintf(reason, size, "running sums are for 8-bit samples and sums below 2^24");
        return false;
    }
    if (desc->y.dilation != 1 || desc->x.dilation != 1 || desc->y.stride != 1 || desc->x.stride != 1) {
        snprintf(reason, size, "running sums are for stride and dilation 1");
        return false;
    }
    if (desc->mode == IMC_MODE_AUTO && desc->y.kernel * desc->x.kernel < 4) {
        snprintf(reason, size, "fewer than 4 taps");
        return false;
    }
    return true;
}

static size_t span_samples(const struct imc_plan *plan)
{
    return (size_t)plan->span_w * (size_t)plan->desc.lanes;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    (void)error;
    int rows = 4 * plan->desc.y.kernel;
    plan->row_type = IMC_U8;
    plan->job_rows = rows < ROWS_LEAST ? ROWS_LEAST : rows > ROWS_MOST ? ROWS_MOST : rows;
    plan->work_bytes = size_align(span_samples(plan) * sizeof(uint16_t)) +
                       size_align((span_samples(plan) + (size_t)plan->desc.lanes) * sizeof(uint32_t)) +
                       size_align((size_t)plan->out_w * (size_t)plan->desc.lanes * sizeof(float));
    return IMC_OK;
}

static struct box_work carve(const struct imc_plan *plan, void *memory)
{
    struct box_work w;
    char *next = memory;
    w.columns = (uint16_t *)next;
    w.prefix = (uint32_t *)(next += size_align(span_samples(plan) * sizeof(uint16_t)));
    w.responses = (float *)(next + size_align((span_samples(plan) + (size_t)plan->desc.lanes) * sizeof(uint32_t)));
    return w;
}

/* Column sums under output row y from those under the row before; the first row of a job adds up its own. */
static void sum_columns(const struct imc_plan *plan, const struct rows *in, const struct box_work *w, int y, bool first)
{
    const struct rowops *ops = rowops();
    int n = (int)span_samples(plan), kh = plan->desc.y.kernel, v = y - plan->top;
    if (!first) {
        ops->slide_u8(w->columns, rows_at(plan, in, v + kh - 1, 0), rows_at(plan, in, v - 1, 0), n);
        return;
    }
    memset(w->columns, 0, (size_t)n * sizeof *w->columns);
    for (int i = 0; i < kh; i++)
        ops->add_u8(w->columns, rows_at(plan, in, v + i, 0), n);
}

/* Do window sums fit 16 bits, and are there few enough columns to add up? */
static bool is_short(const struct imc_plan *plan)
{
    int kw = plan->desc.x.kernel;
    return kw <= SHORT && plan->desc.y.kernel * kw * 255 <= UINT16_MAX;
}

/* Window sums times the tap, as floats or, where `bytes` is given, as samples. */
static void sum_across(const struct imc_plan *plan, const struct box_work *w, float *out, uint8_t *bytes)
{
    const struct rowops *ops = rowops();
    int lanes = plan->desc.lanes, kw = plan->desc.x.kernel, n = plan->out_w * lanes;
    float tap = plan_taps(plan, 0, 0)[0];
    if (!is_short(plan))
        ops->prefix_u16(w->prefix, w->columns, lanes, (int)span_samples(plan));
    if (bytes && is_short(plan))
        ops->mean_u16(bytes, w->columns, kw, lanes, tap, n);
    else if (bytes)
        ops->mean_u32(bytes, w->prefix, (ptrdiff_t)kw * lanes, tap, n);
    else if (is_short(plan))
        ops->box_u16(out, w->columns, kw, lanes, tap, n);
    else
        ops->box_u32(out, w->prefix, (ptrdiff_t)kw * lanes, tap, n);
}

/* Can the sums be rounded to samples at once: a mean, stored as it is, and nobody asks for its range? */
static bool is_plain_mean(const struct imc_plan *plan, const struct target *target)
{
    const struct imc_conv_desc *desc = &plan->desc;
    float tap = plan_taps(plan, 0, 0)[0];
    bool mean = tap >= 0 && tap * (float)(desc->y.kernel * desc->x.kernel) <= 1.001f;
    bool as_it_is = desc->gain == 1 && desc->bias[0] == 0 && desc->scale == 1 && desc->offset == 0;
    return mean && as_it_is && desc->out_type == IMC_U8 && desc->out_max == 255 && !target->stats &&
           epilogue_is_packed(plan, target);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    struct box_work w = carve(plan, work);
    bool plain = is_plain_mean(plan, target);
    for (int y = y0; y < y1; y++) {
        float *room = epilogue_room(plan, target, y, 0, 0, w.responses);
        sum_columns(plan, in, &w, y, y == y0);
        sum_across(plan, &w, room, plain ? epilogue_address(plan, target, y, 0, 0) : NULL);
        if (!plain)
            epilogue_span(plan, target, y, 0, plan->out_w, &room);
    }
}

const struct executor executor_box = {
    .name = "box",
    .mode = IMC_MODE_SEPARABLE,
    .accepts = accepts,
    .prepare = prepare,
    .run = run,
};
