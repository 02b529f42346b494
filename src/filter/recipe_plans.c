/* recipe_plans.c: the plans of a recipe: each stage's description from options, bank and layout, and the epilogue of the last
 * one. */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/plan.h"
#include "filter/recipe.h"

static struct imc_conv_axis axis_of(int kernel, int anchor, int stride, int dilation, int before, int after)
{
    bool usual = anchor == (kernel - 1) / 2;
    return (struct imc_conv_axis){kernel, stride, dilation, usual ? -1 : anchor, before, after};
}

/* The last plan's epilogue when it writes output samples itself: scale, offset, map and depth are one affine step. */
static void fuse_epilogue(const struct recipe *recipe, struct imc_conv_desc *desc)
{
    const struct imc_filter_options *options = recipe->options;
    double gain = 1, base = recipe->shift;
    if (options->has_range) {
        gain = (double)recipe->white_out / ((double)options->range_hi - options->range_lo);
        base -= options->range_lo;
    } else if (recipe->white_in > 0) {
        gain = (double)recipe->white_out / recipe->white_in;
    }
    desc->scale = (float)(options->scale * gain);
    desc->offset = (float)((options->offset + base) * gain);
    desc->take_abs = recipe->map == IMC_MAP_ABS;
    desc->out_type = recipe->output.type;
    desc->out_max = recipe->output.full_scale;
}

/* Colour lanes get the border's value, alpha is opaque beside a coloured border and transparent beside black nothing. */
static void border_lanes(const struct recipe *recipe, float values[4])
{
    float value = recipe->options->border_value;
    for (int l = 0; l < recipe->layout.lanes; l++)
        values[l] = value;
    if (recipe->layout.alpha_lane && value != 0)
        values[recipe->layout.lanes - 1] = recipe->white_in > 0 ? recipe->white_in : 1;
}

static enum imc_status make_plan(struct recipe *recipe, int i, int in_h, int in_w, struct imc_error *error)
{
    const struct imc_filter_options *options = recipe->options;
    const struct imc_bank *bank = recipe->banks[i];
    bool last = i + 1 == recipe->stages;
    float border[4], *bias = mem_alloc((size_t)bank->filters, sizeof *bias);
    if (!bias)
        return fail_memory(error, "a plan");
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = in_h;
    desc.in_w = in_w;
    desc.in_c = bank->in_c;
    desc.filters = bank->filters;
    desc.lanes = recipe->layout.lanes;
    desc.y =
        axis_of(bank->kh, bank->anchor_y, last ? options->stride_y : 1, options->dilation_y, options->pad_top, options->pad_bottom);
    desc.x =
        axis_of(bank->kw, bank->anchor_x, last ? options->stride_x : 1, options->dilation_x, options->pad_left, options->pad_right);
    desc.padding = options->padding;
    desc.border = options->border;
    border_lanes(recipe, border);
    desc.border_values = border;
    desc.mode = options->mode == IMC_MODE_AUTO && bank->learned ? IMC_MODE_DIRECT : options->mode;
    desc.weights = bank->weights;
    desc.gain = bank->scale;
    desc.combine = bank->combine;
    desc.in_type = i ? IMC_F32 : recipe->layout.type;
    /* Divided colours get their offset and bias after the division, in finish.c. */
    bool here = !(last && recipe->layout.divide);
    for (int o = 0; o < bank->filters; o++)
        bias[o] = here ? bank->offset + (bank->bias ? bank->bias[o] : 0) + (last ? options->bias : 0) : 0;
    desc.bias = bias;
    desc.relu = last && here && options->relu;
    if (last && recipe->fused)
        fuse_epilogue(recipe, &desc);
    enum imc_status status = imc_plan_create(&desc, &recipe->plans[i], error);
    mem_free(bias);
    return status;
}

enum imc_status recipe_make_plans(struct recipe *recipe, struct imc_error *error)
{
    int h = recipe->input.height, w = recipe->input.width;
    for (int i = 0; i < recipe->stages; i++) {
        enum imc_status status = make_plan(recipe, i, h, w, error);
        if (status)
            return status;
        h = recipe->plans[i]->out_h;
        w = recipe->plans[i]->out_w;
    }
    recipe->output.height = h;
    recipe->output.width = w;
    return IMC_OK;
}
