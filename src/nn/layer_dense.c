/* layer_dense.c: out = W in + b on a batch. Weights lie [in][out], so that all three products of training are one row op, weighted
 * sums of rows that lie side by side (product_f32):
 *
 *     forward    out[n][o]  = sum over k of in[n][k]    * W[k][o]       rows W[k],     taps in[n]
 *     weights    dW[k][o]   = sum over n of inT[k][n]   * d_out[n][o]   rows d_out[n], taps inT[k]    chunks of 8 images, in a tree
 *     input      d_in[n][k] = sum over o of d_out[n][o] * WT[o][k]      rows WT[o],    taps d_out[n]
 *
 * Cost an image: three times in*out multiply-adds, less where the taps are zero: all of them have passed a ReLU, or wait for one,
 * and of the reference network's some 45 % are. Backward runs over slices of k: what is transposed for a slice stays in L2.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "nn/layer.h"
#include "simd/rowops.h"

#include <string.h>

enum {
    JOB_IMAGES = 8,     /* of forward, at least; with fewer images a job is a slice of outputs instead */
    SLICE_OUTPUTS = 32, /* of forward: whole vectors at every CPU level */
    SLICE_INPUTS = 128, /* of backward */
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
    size_t slice = size_align((size_t)(images + layer->out.step) * SLICE_INPUTS * sizeof(float));
    return (size_t)threads * slice;
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
    float *slices;       /* [threads][SLICE_INPUTS][images + out.step] */
    int images, outputs; /* of a job, forward */
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static void forward_job(void *context, int job, int thread)
{
    (void)thread;
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    int step = layer->out.step, inputs = input_count(layer), slices = (step + run->outputs - 1) / run->outputs;
    int image = job / slices * run->images, images = smaller(run->images, p->pass->images - image);
    int first = job % slices * run->outputs, n = smaller(run->outputs, step - first);
    const float *weights = p->parameters + layer->offset + first, *biases = p->parameters + layer->offset + layer->weights + first;
    float *out = p->out + (ptrdiff_t)image * step + first;
    rowops()->product_f32(out, step, p->in + (ptrdiff_t)image * inputs, inputs, weights, step, inputs, images, n, GROUP);
    for (int i = 0; i < images; i++, out += step)
        for (int o = 0; o < n; o++)
            out[o] += biases[o];
}

/* Parts of `size`, a multiple of `least`, so that each of the threads has one. */
static int part_of(int size, int least, int threads)
{
    int units = (size + least - 1) / least;
    return (units + threads - 1) / threads * least;
}

/* Jobs of many images share rows of weights while these are near. Few images read each weight once: their jobs are slices of the
 * outputs, as wide as the threads allow, so that whole rows of weights are streamed. */
static void forward_batch(const struct layer *layer, const struct batch_pass *p)
{
    int images = p->pass->images, step = layer->out.step, threads = pool_size(p->pass->pool);
    struct dense_run run = {.layer = layer, .pass = p, .images = images, .outputs = step};
    if (images > JOB_IMAGES)
        run.images = part_of(images, JOB_IMAGES, threads);
    else
        run.outputs = part_of(step, SLICE_OUTPUTS, threads);
    int slices = (step + run.outputs - 1) / run.outputs, chunks = (images + run.images - 1) / run.images;
    pool_run(p->pass->pool, slices * chunks, forward_job, &run);
}

static void backward_slice(void *context, int job, int thread)
{
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    const struct rowops *ops = rowops();
    int inputs = input_count(layer), step = layer->out.step, images = p->pass->images, first = job * SLICE_INPUTS;
    int n = smaller(SLICE_INPUTS, inputs - first);
    float *in_t = run->slices + (size_t)thread * SLICE_INPUTS * (size_t)(images + step),
          *weights_t = in_t + (size_t)SLICE_INPUTS * (size_t)images;
    ops->transpose_f32(in_t, images, p->in + first, inputs, images, n);
    ops->product_f32(p->gradient + (ptrdiff_t)first * step, step, in_t, images, p->d_out, step, images, n, step, CHUNK_IMAGES);
    if (!p->d_in)
        return;
    ops->transpose_f32(weights_t, SLICE_INPUTS, p->parameters + layer->offset + (ptrdiff_t)first * step, step, n, step);
    ops->product_f32(p->d_in + first, inputs, p->d_out, step, weights_t, SLICE_INPUTS, step, images, n, GROUP);
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
    int inputs = input_count(layer);
    struct dense_run run = {.layer = layer, .pass = p, .slices = p->work};
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
