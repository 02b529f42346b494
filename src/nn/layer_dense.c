/* layer_dense.c: out = W in + b on a batch. Weights lie [in][out], so that all three products of training are one row op, weighted
 * sums of rows that lie side by side (product_f32):
 *
 *     forward    out[n][o]   = sum over k of in[n][k]   * W[k][o]       rows W[k],     taps in[n]
 *     weights    dW[k][o]    = sum over n of inT[k][n]  * d_out[n][o]   rows d_out[n], taps inT[k]    chunks of 8 images, in a tree
 *     input      d_inT[k][n] = sum over o of W[k][o]    * d_outT[o][n]  rows d_outT[o], taps W[k]
 *
 * Cost an image: three times in*out multiply-adds. Backward runs over slices of k: what it transposes for one product stays in L2
 * for the other.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "nn/layer.h"
#include "simd/rowops.h"

#include <string.h>

enum {
    SLICE_OUTPUTS = 32, /* of forward: whole vectors at every CPU level */
    SLICE_INPUTS = 96,  /* of backward */
    GROUP = 32          /* terms of a sum that drift together, as in the engine */
};

static enum imc_status shape(struct layer *layer, int padding[4], struct imc_error *error)
{
    (void)padding;
    layer->out = layout_of(1, 1, layer->spec.units);
    size_t inputs = (size_t)layer->in.h * (size_t)layer->in.w * (size_t)layer->in.step, step = (size_t)layer->out.step;
    if (!size_mul(inputs, step, &layer->weights) || layer->weights > SIZE_MAX / 64)
        return fail(error, IMC_ERR_LIMIT, "%zu inputs to %d outputs are too many weights", inputs, layer->spec.units);
    layer->biases = step;
    return IMC_OK;
}

static int input_count(const struct layer *layer)
{
    return (int)layout_floats(&layer->in);
}

static size_t batch_bytes(const struct layer *layer, int images, int threads)
{
    size_t row = size_align((size_t)images * sizeof(float)), slices = (size_t)threads * 2 * SLICE_INPUTS;
    return row * ((size_t)layer->out.step + slices);
}

/* Input k of the layer is channel c of pixel p, or a filled-up channel: -1; in model files it is number c*h*w + p. */
static ptrdiff_t file_input(const struct layer *layer, int k)
{
    int c = k % layer->in.step, pixel = k / layer->in.step;
    return c < layer->in.c ? (ptrdiff_t)c * layer->in.h * layer->in.w + pixel : -1;
}

static void copy_out(const struct layer *layer, const float *parameters, float *weights, float *biases)
{
    ptrdiff_t inputs = (ptrdiff_t)layer->in.c * layer->in.h * layer->in.w, step = layer->out.step;
    for (int k = 0; k < input_count(layer); k++)
        for (int o = 0; o < layer->spec.units && file_input(layer, k) >= 0; o++)
            weights[o * inputs + file_input(layer, k)] = parameters[layer->offset + (size_t)(k * step + o)];
    for (int o = 0; o < layer->spec.units; o++)
        biases[o] = parameters[layer->offset + layer->weights + (size_t)o];
}

static void copy_in(const struct layer *layer, float *parameters, const float *weights, const float *biases)
{
    ptrdiff_t inputs = (ptrdiff_t)layer->in.c * layer->in.h * layer->in.w, step = layer->out.step;
    for (int k = 0; k < input_count(layer); k++)
        for (int o = 0; o < layer->spec.units && file_input(layer, k) >= 0; o++)
            parameters[layer->offset + (size_t)(k * step + o)] = weights[o * inputs + file_input(layer, k)];
    for (int o = 0; o < layer->spec.units; o++)
        parameters[layer->offset + layer->weights + (size_t)o] = biases[o];
}

/* A batch in work. */
struct dense_run {
    const struct layer *layer;
    const struct batch_pass *pass;
    float *d_out_t; /* [out.step][images] */
    float *slices;  /* [threads][2][SLICE_INPUTS][images] */
    int outputs;    /* of a job, forward */
};

static void forward_slice(void *context, int job, int thread)
{
    (void)thread;
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    int step = layer->out.step, first = job * run->outputs, n = step - first < run->outputs ? step - first : run->outputs;
    const float *weights = p->parameters + layer->offset, *biases = weights + layer->weights;
    int inputs = input_count(layer), images = p->pass->images;
    rowops()->product_f32(p->out + first, step, p->in, inputs, weights + first, step, inputs, images, n, GROUP);
    for (int i = 0; i < images; i++)
        for (int o = first; o < first + n; o++)
            p->out[(ptrdiff_t)i * step + o] += biases[o];
}

/* Many images share a slice's weights, and small slices keep all threads busy. A single image reads each weight once: its slices
 * are as wide as the threads allow, so that whole rows of weights are streamed, and a vector of sums waits for none of the others.
 */
static int outputs_of_job(const struct layer *layer, const struct pass *pass)
{
    int slices = (layer->out.step + SLICE_OUTPUTS - 1) / SLICE_OUTPUTS, threads = pool_size(pass->pool);
    return pass->images > 1 ? SLICE_OUTPUTS : (slices + threads - 1) / threads * SLICE_OUTPUTS;
}

static void forward_batch(const struct layer *layer, const struct batch_pass *p)
{
    struct dense_run run = {.layer = layer, .pass = p, .outputs = outputs_of_job(layer, p->pass)};
    pool_run(p->pass->pool, (layer->out.step + run.outputs - 1) / run.outputs, forward_slice, &run);
}

static void backward_slice(void *context, int job, int thread)
{
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    const struct rowops *ops = rowops();
    int inputs = input_count(layer), step = layer->out.step, images = p->pass->images, first = job * SLICE_INPUTS;
    int n = inputs - first < SLICE_INPUTS ? inputs - first : SLICE_INPUTS;
    float *in_t = run->slices + (size_t)thread * 2 * SLICE_INPUTS * (size_t)images,
          *d_in_t = in_t + (size_t)SLICE_INPUTS * (size_t)images;
    ops->transpose_f32(in_t, images, p->in + first, inputs, images, n);
    ops->product_f32(p->gradient + (ptrdiff_t)first * step, step, in_t, images, p->d_out, step, images, n, step, CHUNK_IMAGES);
    if (!p->d_in)
        return;
    const float *weights = p->parameters + layer->offset + (ptrdiff_t)first * step;
    ops->product_f32(d_in_t, images, weights, step, run->d_out_t, images, step, n, images, GROUP);
    ops->transpose_f32(p->d_in + first, inputs, d_in_t, images, n, images);
}

/* The sum of each output's gradients over the batch, chunk by chunk as those of the weights. */
static void sum_biases(const struct layer *layer, const struct batch_pass *p)
{
    float *ones = p->work, *sums = p->gradient + layer->weights;
    int images = p->pass->images, step = layer->out.step;
    for (int i = 0; i < images; i++)
        ones[i] = 1;
    rowops()->product_f32(sums, step, ones, images, p->d_out, step, images, 1, step, CHUNK_IMAGES);
}

static void backward_batch(const struct layer *layer, const struct batch_pass *p)
{
    int images = p->pass->images, inputs = input_count(layer);
    struct dense_run run = {.layer = layer, .pass = p, .d_out_t = p->work};
    run.slices = run.d_out_t + (size_t)layer->out.step * (size_t)images;
    rowops()->transpose_f32(run.d_out_t, images, p->d_out, layer->out.step, images, layer->out.step);
    pool_run(p->pass->pool, (inputs + SLICE_INPUTS - 1) / SLICE_INPUTS, backward_slice, &run);
    sum_biases(layer, p);
}

const struct layer_kind layer_dense = {
    .name = "dense",
    .needs_in = true,
    .shape = shape,
    .copy_out = copy_out,
    .copy_in = copy_in,
    .batch_bytes = batch_bytes,
    .forward_batch = forward_batch,
    .backward_batch = backward_batch,
};
