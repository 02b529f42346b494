/* layer_dense.c: out = W in + b on a batch. Weights lie [in][out], so that all three products of training are one row op, weighted
 * sums of rows that lie side by side (product_f32):
 *
 *     forward    out[n][o]  = sum over k of in[n][k]    * W[k][o]       rows W[k],     taps in[n]
 *     weights    dW[k][o]   = sum over n of inT[k][n]   * d_out[n][o]   rows d_out[n], taps inT[k]    chunks of 8 images, in a tree
 *     input      d_in[n][k] = sum over o of d_out[n][o] * WT[o][k]      rows WT[o],    taps d_out[n]
 *
 * Cost an image: three times in*out multiply-adds, less where taps are zero. Between ReLUs many are: of the reference network's
 * large layer some 45 %. Backward runs over slices of k: what is transposed for a slice stays in L2.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/whole.h"
#include "nn/layer.h"
#include "nn/treesum.h"
#include "simd/rowops.h"

#include <limits.h>
#include <string.h>

enum {
    PARTS = 4,          /* of the inputs for a thread, forward, at most */
    SLICE_OUTPUTS = 32, /* of forward: whole vectors at every CPU level */
    SLICE_INPUTS = 128, /* of backward */
    GROUP = 32,         /* terms of a sum that drift together, as in the engine */
    SMALL = 1 << 18     /* multiply-adds that cost less than waking a thread */
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
    float *work;         /* forward: [parts][images][out.step]; backward, of a thread: [SLICE_INPUTS][images + out.step] */
    int outputs, inputs; /* of a job, forward */
};

/* ---- forward ---- */

/* A job is a slice of the outputs, of all inputs. */
static void forward_slice(void *context, int job, int thread)
{
    (void)thread;
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    int step = layer->out.step, inputs = input_count(layer), first = job * run->outputs, n = int_min(run->outputs, step - first);
    const float *weights = p->parameters + layer->offset + first, *biases = weights + layer->weights;
    float *out = p->out + first;
    rowops()->product_f32(out, step, p->in, inputs, weights, step, inputs, p->pass->images, n, GROUP);
    for (int i = 0; i < p->pass->images; i++, out += step)
        for (int o = 0; o < n; o++)
            out[o] += biases[o];
}

/* A job is all outputs, of a part of the inputs: a whole subtree of groups, so that the parts' sums only have to be added in the
 * tree's order. */
static void forward_part(void *context, int job, int thread)
{
    (void)thread;
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    int step = layer->out.step, inputs = input_count(layer), images = p->pass->images, first = job * run->inputs;
    const float *weights = p->parameters + layer->offset + (ptrdiff_t)first * step;
    rowops()->product_f32(run->work + (ptrdiff_t)job * images * step, step, p->in + first, inputs, weights, step,
                          int_min(run->inputs, inputs - first), images, step, GROUP);
}

/* A job is the outputs of some images, from the parts. */
static void add_parts(void *context, int job, int thread)
{
    (void)thread;
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    int first = job * CHUNK_IMAGES, images = int_min(CHUNK_IMAGES, p->pass->images - first);
    ptrdiff_t step = layer->out.step, pitch = p->pass->images * step;
    const float *biases = p->parameters + layer->offset + layer->weights;
    float *sum = run->work + first * step, *out = p->out + first * step;
    tree_sum(sum, int_quotient_up(input_count(layer), run->inputs), (size_t)pitch, (size_t)(images * step));
    for (int i = 0; i < images; i++, sum += step, out += step)
        for (ptrdiff_t o = 0; o < step; o++)
            out[o] = sum[o] + biases[o];
}

/* Inputs of a part, so that there are at most PARTS a thread. */
static int part_inputs(const struct layer *layer, int threads)
{
    int inputs = GROUP;
    while (int_quotient_up(input_count(layer), inputs) > PARTS * threads)
        inputs *= 2;
    return inputs;
}

/* Scratch of all parts; none where forward does not cut the inputs. */
static size_t part_floats(const struct layer *layer, int images, int threads)
{
    int parts = int_quotient_up(input_count(layer), part_inputs(layer, threads));
    return threads > 1 && parts >= threads ? (size_t)parts * (size_t)images * (size_t)layer->out.step : 0;
}

/* In training with several threads, each of them reads the weights that it also reads in backward and changes in the update: to
 * change what stands in two caches costs as much as the whole update. Else, and where there are few inputs, jobs are slices of the
 * outputs, as wide as the threads allow, so that whole rows of weights are streamed. */
static void forward_batch(const struct layer *layer, const struct batch_pass *p)
{
    int images = p->pass->images, step = layer->out.step, threads = pool_size(p->pass->pool);
    struct dense_run run = {.layer = layer, .pass = p, .work = p->work, .inputs = part_inputs(layer, threads)};
    bool small = (double)images * input_count(layer) * step < SMALL;
    if (p->pass->training && !small && part_floats(layer, images, threads) > 0) {
        pool_deal(p->pass->pool, int_quotient_up(input_count(layer), run.inputs), forward_part, &run);
        pool_deal(p->pass->pool, int_quotient_up(images, CHUNK_IMAGES), add_parts, &run);
        return;
    }
    run.outputs = small ? step : int_quotient_up(int_quotient_up(step, SLICE_OUTPUTS), threads) * SLICE_OUTPUTS;
    pool_deal(p->pass->pool, int_quotient_up(step, run.outputs), forward_slice, &run);
}

static size_t batch_bytes(const struct layer *layer, int images, int threads)
{
    size_t slice = (size_t)(images + layer->out.step) * SLICE_INPUTS, parts = part_floats(layer, images, threads);
    size_t slices = (size_t)threads * size_align(slice * sizeof(float));
    return slices > parts * sizeof(float) ? slices : parts * sizeof(float);
}

/* ---- backward ---- */

static void backward_slice(void *context, int job, int thread)
{
    const struct dense_run *run = context;
    const struct layer *layer = run->layer;
    const struct batch_pass *p = run->pass;
    const struct rowops *ops = rowops();
    int inputs = input_count(layer), step = layer->out.step, images = p->pass->images, first = job * SLICE_INPUTS;
    int n = int_min(SLICE_INPUTS, inputs - first);
    float *in_t = run->work + (size_t)thread * SLICE_INPUTS * (size_t)(images + step),
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
    struct dense_run run = {.layer = layer, .pass = p, .work = p->work};
    pool_deal(p->pass->pool, int_quotient_up(inputs, SLICE_INPUTS), backward_slice, &run);
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
