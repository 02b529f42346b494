/* epilogue.c: the values of a span of one row while they are in L1. Steps that would change nothing are left out, so the common
 * kernels pay for none of this. */
#include "conv/epilogue.h"

#include "simd/rowops.h"

#include <string.h>

/* Rounds and clips `n` values to samples that lie `step` apart. */
static void narrow(const struct imc_plan *plan, void *out, const float *values, ptrdiff_t step, int n, struct imc_stats *stats)
{
    const struct rowops *ops = rowops();
    float max = plan->desc.out_max;
    if (plan->desc.out_type == IMC_U8)
        ops->narrow_u8(out, values, max, step, n, stats);
    else if (plan->desc.out_type == IMC_U16)
        ops->narrow_u16(out, values, max, step, n, stats);
    else
        ops->narrow_s16(out, values, max, step, n, stats);
}

static void store_f32(const struct imc_plan *plan, float *out, const struct target *target, const float *values, int pixels)
{
    int lanes = plan->desc.lanes;
    ptrdiff_t pixel_step = target->view.pixel_step;
    if (target->stats)
        rowops()->range_f32(values, pixels * lanes, target->stats);
    if (pixel_step == lanes) {
        if (target->stream && values != out)
            rowops()->stream_f32(out, values, pixels * lanes);
        else if (values != out)
            memcpy(out, values, sizeof *out * (size_t)pixels * (size_t)lanes);
        return;
    }
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < lanes; l++)
            out[x * pixel_step + l] = values[x * lanes + l];
}

static void store_integer(const struct imc_plan *plan, char *out, ptrdiff_t pixel_step, const float *values, int pixels,
                          struct imc_stats *stats)
{
    int lanes = plan->desc.lanes;
    ptrdiff_t bytes = pixel_step * (ptrdiff_t)imc_type_size(plan->desc.out_type);
    if (pixel_step == lanes)
        narrow(plan, out, values, 1, pixels * lanes, stats);
    else if (lanes == 1)
        narrow(plan, out, values, pixel_step, pixels, stats);
    else
        for (int x = 0; x < pixels; x++)
            narrow(plan, out + x * bytes, values + (ptrdiff_t)x * lanes, 1, lanes, stats);
}

void *epilogue_address(const struct imc_plan *plan, const struct target *target, int y, int x, int channel)
{
    const struct imc_view *view = &target->view;
    ptrdiff_t offset = channel * view->plane_step + (y - target->origin) * view->row_step + x * view->pixel_step;
    return (char *)view->data + offset * (ptrdiff_t)imc_type_size(plan->desc.out_type);
}

static void store(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, int channel,
                  const float *values)
{
    void *out = epilogue_address(plan, target, y, x, channel);
    if (plan->desc.out_type == IMC_F32)
        store_f32(plan, out, target, values, pixels);
    else
        store_integer(plan, out, target->view.pixel_step, values, pixels, target->stats);
}

bool epilogue_is_packed(const struct imc_plan *plan, const struct target *target)
{
    return target->view.pixel_step == plan->desc.lanes;
}

/* Are the responses the results? */
static bool is_bare(const struct imc_conv_desc *desc)
{
    for (int o = 0; o < desc->filters; o++)
        if (desc->bias[o] != 0)
            return false;
    return desc->gain == 1 && !desc->relu && desc->combine == IMC_COMBINE_NONE && desc->scale == 1 && desc->offset == 0 &&
           !desc->take_abs;
}

bool epilogue_streams(const struct imc_plan *plan, const struct target *target)
{
    enum { LINE = 64 / sizeof(float) };
    return target->stream && plan->desc.out_type == IMC_F32 && !target->stats && epilogue_is_packed(plan, target) &&
           target->view.row_step % LINE == 0 && is_bare(&plan->desc);
}

bool epilogue_rounds(const struct imc_plan *plan, const struct target *target)
{
    return plan->desc.out_type == IMC_U8 && !target->stats && epilogue_is_packed(plan, target) && is_bare(&plan->desc);
}

float *epilogue_room(const struct imc_plan *plan, const struct target *target, int y, int x, int filter, float *own)
{
    bool direct = plan->desc.out_type == IMC_F32 && epilogue_is_packed(plan, target) && filter < plan->out_c && !target->stream;
    return direct ? epilogue_address(plan, target, y, x, filter) : own;
}

void epilogue_channels_stats(const struct imc_plan *plan, const struct target *target, int y)
{
    const float *row = epilogue_address(plan, target, y, 0, 0);
    for (int x = 0; target->stats && x < plan->out_w; x++)
        rowops()->range_f32(row + x * target->view.pixel_step, plan->desc.filters, target->stats);
}

void epilogue_store_s16(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, int channel,
                        const int16_t *values)
{
    const struct rowops *ops = rowops();
    int n = pixels * plan->desc.lanes;
    void *out = epilogue_address(plan, target, y, x, channel);
    if (plan->desc.out_type == IMC_U8) {
        ops->clip_s16(out, values, (int)plan->desc.out_max, n, target->stats);
        return;
    }
    if (target->stats)
        ops->range_s16(values, n, target->stats);
    if (values != out)
        memcpy(out, values, (size_t)n * sizeof *values);
}

void epilogue_magnitude(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, const int16_t *a,
                        const int16_t *b)
{
    void *out = epilogue_address(plan, target, y, x, 0);
    rowops()->magnitude_s16(out, a, b, (int)plan->desc.out_max, pixels * plan->desc.lanes, target->stats);
}

/* All responses into responses[0]. */
static void combine(const struct imc_plan *plan, float *const *responses, int n)
{
    const struct rowops *ops = rowops();
    const float *const *rows = (const float *const *)responses;
    switch (plan->desc.combine) {
    case IMC_COMBINE_MAGNITUDE:
        ops->magnitude_f32(responses[0], rows, plan->desc.filters, n);
        break;
    case IMC_COMBINE_MAX:
        ops->max_f32(responses[0], rows, plan->desc.filters, n);
        break;
    case IMC_COMBINE_SUM:
        ops->sum_f32(responses[0], rows, plan->desc.filters, n);
        break;
    case IMC_COMBINE_ABS:
        for (int o = 0; o < plan->desc.filters; o++)
            ops->abs_f32(responses[o], n);
        break;
    case IMC_COMBINE_NONE:
        break;
    }
}

void epilogue_span(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, float *const *responses)
{
    const struct rowops *ops = rowops();
    const struct imc_conv_desc *desc = &plan->desc;
    int n = pixels * desc->lanes;
    for (int o = 0; o < desc->filters; o++) {
        if (desc->gain != 1 || desc->bias[o] != 0)
            ops->affine_f32(responses[o], desc->gain, desc->bias[o], n);
        if (desc->relu)
            ops->relu_f32(responses[o], n);
    }
    combine(plan, responses, n);
    for (int c = 0; c < plan->out_c; c++) {
        if (desc->scale != 1 || desc->offset != 0)
            ops->affine_f32(responses[c], desc->scale, desc->offset, n);
        if (desc->take_abs)
            ops->abs_f32(responses[c], n);
        store(plan, target, y, x, pixels, c, responses[c]);
    }
}
