/* desc.c: the description of a convolution: defaults, checks, and the one function that computes output sizes. */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/plan.h"

#include <math.h>
#include <string.h>

/* Every position that the engine computes, and every size, stays within an int. */
enum { POSITION_MAX = 1 << 30 };

void imc_conv_desc_default(struct imc_conv_desc *desc)
{
    const struct imc_conv_axis axis = {.kernel = 1, .stride = 1, .dilation = 1, .anchor = -1};
    *desc = (struct imc_conv_desc){.in_c = 1, .filters = 1, .groups = 1, .lanes = 1, .y = axis, .x = axis};
    desc->padding = IMC_PADDING_SAME;
    desc->border = IMC_BORDER_REPLICATE;
    desc->in_type = desc->out_type = IMC_F32;
    desc->gain = desc->scale = 1;
}

static enum imc_status check_axis(const struct imc_conv_axis *axis, int in_size, struct imc_error *error)
{
    if (axis->kernel < 1 || axis->stride < 1 || axis->dilation < 1)
        return fail(error, IMC_ERR_ARGUMENT, "kernel size %d, stride %d and dilation %d must be at least 1", axis->kernel,
                    axis->stride, axis->dilation);
    if (axis->anchor < -1 || axis->anchor >= axis->kernel)
        return fail(error, IMC_ERR_ARGUMENT, "anchor %d lies outside a kernel of %d", axis->anchor, axis->kernel);
    if (in_size < 1)
        return fail(error, IMC_ERR_ARGUMENT, "an image side of %d must be at least 1", in_size);
    int64_t extent = (int64_t)axis->dilation * (axis->kernel - 1);
    if (in_size > POSITION_MAX || extent > POSITION_MAX || axis->stride > POSITION_MAX || axis->before > POSITION_MAX / 2 ||
        axis->after > POSITION_MAX / 2 || axis->before < -POSITION_MAX || axis->after < -POSITION_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "image, kernel, stride or padding is larger than %d", POSITION_MAX);
    return IMC_OK;
}

/* Pixels added before and after, with E = dilation*(k-1). */
static void resolve_padding(const struct imc_conv_axis *axis, enum imc_padding padding, int64_t *before, int64_t *after)
{
    int64_t extent = (int64_t)axis->dilation * (axis->kernel - 1);
    switch (padding) {
    case IMC_PADDING_SAME:
        *before = axis->anchor >= 0 ? (int64_t)axis->dilation * axis->anchor : extent / 2;
        *after = extent - *before;
        return;
    case IMC_PADDING_FULL:
        *before = *after = extent;
        return;
    case IMC_PADDING_GIVEN:
        *before = axis->before;
        *after = axis->after;
        return;
    case IMC_PADDING_VALID:
        break;
    }
    *before = *after = 0;
}

enum imc_status imc_conv_axis_resolve(const struct imc_conv_axis *axis, enum imc_padding padding, int in_size, int *out_size,
                                      int *before, int *after, struct imc_error *error)
{
    enum imc_status status = check_axis(axis, in_size, error);
    if (status)
        return status;
    int64_t low, high, extent = (int64_t)axis->dilation * (axis->kernel - 1);
    resolve_padding(axis, padding, &low, &high);
    int64_t padded = in_size + low + high, room = padded - extent - 1;
    if (room < 0)
        return fail(error, IMC_ERR_ARGUMENT, "nothing is left: %d pixels padded to %lld do not hold a kernel that spans %lld",
                    in_size, (long long)padded, (long long)(extent + 1));
    if (padded > POSITION_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "the padded image side %lld is larger than %d", (long long)padded, POSITION_MAX);
    *out_size = (int)(room / axis->stride) + 1;
    *before = (int)low;
    *after = (int)high;
    return IMC_OK;
}

static enum imc_status check_channels(const struct imc_conv_desc *desc, struct imc_error *error)
{
    if (desc->in_c < 1 || desc->filters < 1 || desc->lanes < 1 || desc->groups < 1)
        return fail(error, IMC_ERR_ARGUMENT, "channels %d, filters %d, lanes %d and groups %d must be at least 1", desc->in_c,
                    desc->filters, desc->lanes, desc->groups);
    if (desc->in_c % desc->groups || desc->filters % desc->groups)
        return fail(error, IMC_ERR_ARGUMENT, "%d groups do not divide %d channels and %d filters", desc->groups, desc->in_c,
                    desc->filters);
    return IMC_OK;
}

static enum imc_status check_words(const struct imc_conv_desc *desc, struct imc_error *error)
{
    if ((unsigned)desc->padding > IMC_PADDING_GIVEN || (unsigned)desc->border > IMC_BORDER_WRAP ||
        (unsigned)desc->combine > IMC_COMBINE_ABS || (unsigned)desc->mode > IMC_MODE_FFT || (unsigned)desc->in_type > IMC_F32 ||
        (unsigned)desc->out_type > IMC_S16)
        return fail(error, IMC_ERR_ARGUMENT, "padding, border, combine, mode or a sample type is none of its enum's values");
    return IMC_OK;
}

static enum imc_status check_numbers(const struct imc_conv_desc *desc, struct imc_error *error)
{
    bool finite = isfinite(desc->gain) && isfinite(desc->scale) && isfinite(desc->offset) && isfinite(desc->border_value);
    for (int o = 0; desc->bias && o < desc->filters; o++)
        finite = finite && isfinite(desc->bias[o]);
    for (int l = 0; desc->border_values && l < desc->lanes; l++)
        finite = finite && isfinite(desc->border_values[l]);
    if (!finite)
        return fail(error, IMC_ERR_ARGUMENT, "gain, bias, scale, offset and border values must be finite numbers");
    return IMC_OK;
}

/* *taps = the number of weights. */
static enum imc_status check_weights(const struct imc_conv_desc *desc, size_t *taps, struct imc_error *error)
{
    if (!desc->weights)
        return fail(error, IMC_ERR_ARGUMENT, "the description has no weights");
    size_t square, channels;
    if (!size_mul((size_t)desc->y.kernel, (size_t)desc->x.kernel, &square) ||
        !size_mul((size_t)desc->filters, (size_t)(desc->in_c / desc->groups), &channels) || !size_mul(square, channels, taps) ||
        *taps > SIZE_MAX / sizeof(float))
        return fail(error, IMC_ERR_ARGUMENT, "the kernel has too many taps");
    for (size_t i = 0; i < *taps; i++)
        if (!isfinite(desc->weights[i]))
            return fail(error, IMC_ERR_ARGUMENT, "tap %zu of the weights is not a finite number", i);
    return IMC_OK;
}

/* The plan's own copies of weights, bias and border values, in one block. */
static enum imc_status copy_numbers(struct imc_plan *plan, const struct imc_conv_desc *desc, size_t taps, struct imc_error *error)
{
    size_t filters = (size_t)desc->filters, lanes = (size_t)desc->lanes;
    float *weights = mem_alloc(taps + filters + lanes, sizeof *weights);
    if (!weights)
        return fail_memory(error, "the weights of a plan");
    float *bias = weights + taps, *border = bias + filters;
    memcpy(weights, desc->weights, taps * sizeof *weights);
    for (size_t o = 0; o < filters; o++)
        bias[o] = desc->bias ? desc->bias[o] : 0;
    for (size_t l = 0; l < lanes; l++)
        border[l] = desc->border_values ? desc->border_values[l] : desc->border_value;
    plan->desc.weights = weights;
    plan->desc.bias = bias;
    plan->desc.border_values = border;
    return IMC_OK;
}

static float type_max(enum imc_type type)
{
    return type == IMC_U8 ? 255 : type == IMC_U16 ? 65535 : type == IMC_S16 ? 32767 : 0;
}

enum imc_status desc_resolve(struct imc_plan *plan, const struct imc_conv_desc *desc, struct imc_error *error)
{
    size_t taps = 0;
    enum imc_status status = check_channels(desc, error);
    if (!status && !(status = check_words(desc, error)))
        status = check_numbers(desc, error);
    if (!status)
        status = imc_conv_axis_resolve(&desc->y, desc->padding, desc->in_h, &plan->out_h, &plan->top, &plan->bottom, error);
    if (!status)
        status = imc_conv_axis_resolve(&desc->x, desc->padding, desc->in_w, &plan->out_w, &plan->left, &plan->right, error);
    if (!status)
        status = check_weights(desc, &taps, error);
    if (status)
        return status;
    plan->desc = *desc;
    plan->desc.weights = plan->desc.bias = plan->desc.border_values = NULL; /* the plan frees what is its own, and nothing else */
    plan->filter_c = desc->in_c / desc->groups;
    plan->extent_y = desc->y.dilation * (desc->y.kernel - 1) + 1;
    plan->extent_x = desc->x.dilation * (desc->x.kernel - 1) + 1;
    plan->span_w = plan->phase_w = (plan->out_w - 1) * desc->x.stride + plan->extent_x;
    bool combined = desc->combine != IMC_COMBINE_NONE && desc->combine != IMC_COMBINE_ABS;
    plan->out_c = combined ? 1 : desc->filters;
    if (plan->desc.out_max <= 0 || plan->desc.out_max > type_max(desc->out_type))
        plan->desc.out_max = type_max(desc->out_type);
    if ((int64_t)plan->span_w * desc->lanes > POSITION_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "a row of %d pixels in %d lanes is too long", plan->span_w, desc->lanes);
    return copy_numbers(plan, desc, taps, error);
}

bool desc_border_is_byte(const struct imc_conv_desc *desc)
{
    for (int l = 0; l < desc->lanes && desc->border == IMC_BORDER_CONSTANT; l++) {
        float value = desc->border_values[l];
        if (value != rintf(value) || value < 0 || value > 255)
            return false;
    }
    return true;
}
