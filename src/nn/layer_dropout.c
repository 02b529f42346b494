/* layer_dropout.c: while training each value is dropped with probability `rate`, and the others are divided by 1 - rate, so that
 * nothing is to be done when the network is used (inverted dropout; Srivastava et al. 2014). The mask is drawn again for backward:
 * it depends on the seed, the epoch, the image and the layer alone. */
#include "base/random.h"
#include "nn/layer.h"

static enum imc_status shape(struct layer *layer, int padding[4], struct imc_error *error)
{
    (void)padding, (void)error;
    layer->out = layer->in;
    return IMC_OK;
}

static void drop(const struct layer *layer, const struct image_pass *p, float *values)
{
    const struct pass *pass = p->pass;
    struct random random;
    if (!pass->training || layer->spec.rate <= 0)
        return;
    enum random_purpose purpose = (enum random_purpose)(RANDOM_DROPOUT + 256 * layer->number); /* a stream for each layer */
    random_start(&random, pass->seed, purpose, pass->epoch, pass->image[p->image]);
    float gain = 1 / (1 - layer->spec.rate);
    for (size_t i = 0; i < layout_floats(&layer->out); i++)
        values[i] = random_unit(&random) < layer->spec.rate ? 0 : values[i] * gain;
}

static void forward(const struct layer *layer, const struct image_pass *p)
{
    drop(layer, p, p->out);
}

static void backward(const struct layer *layer, const struct image_pass *p)
{
    drop(layer, p, p->d_in);
}

const struct layer_kind layer_dropout = {
    .name = "dropout",
    .in_place = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
