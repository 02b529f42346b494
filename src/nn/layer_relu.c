/* layer_relu.c: out = max(in, 0). Zeros around a picture stay zeros, so the whole block is treated alike. */
#include "nn/layer.h"
#include "simd/rowops.h"

static enum imc_status shape(struct layer *layer, int padding[4], struct imc_error *error)
{
    (void)padding, (void)error;
    layer->out = layer->in;
    return IMC_OK;
}

static void forward(const struct layer *layer, const struct image_pass *p)
{
    rowops()->relu_f32(p->out, (int)layout_floats(&layer->out));
}

/* d_in = d_out where out > 0. */
static void backward(const struct layer *layer, const struct image_pass *p)
{
    rowops()->relu_back_f32(p->d_in, p->out, (int)layout_floats(&layer->out));
}

const struct layer_kind layer_relu = {
    .name = "relu",
    .in_place = true,
    .needs_out = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
