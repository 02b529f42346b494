/* layer_conv.c: convolution by a plan of the engine, the one that applies image filters, and its two gradients (conv/grad.h).
 *
 * As a rule the input lies in memory as the plan wants it, padded, and the output has nothing around it: then nothing is copied.
 * Where the stride leaves a rest of the picture unread, or the output is padded for a convolution that follows at once, pictures
 * are copied through the scratch.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/grad.h"
#include "conv/plan.h"
#include "nn/layer.h"

#include <string.h>

/* Where the scratch of a thread has what. */
struct conv_work {
    const void **row;                /* pointers to the padded rows */
    float *padded, *d_padded, *bare; /* copies, where they are needed */
    char *run, *grad;                /* of the plan */
};

static struct imc_conv_desc describe(const struct layer *layer, const float *weights)
{
    const struct arch_layer *spec = &layer->spec;
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = layer->in.h;
    desc.in_w = layer->in.w;
    desc.in_c = layer->in.c;
    desc.filters = spec->units;
    desc.channels_last = true;
    desc.y = (struct imc_conv_axis){spec->kh, spec->stride_y, spec->dilation, -1, spec->padding, spec->padding};
    desc.x = (struct imc_conv_axis){spec->kw, spec->stride_x, spec->dilation, -1, spec->padding, spec->padding};
    desc.padding = spec->padding < 0 ? IMC_PADDING_SAME : IMC_PADDING_GIVEN;
    desc.border = IMC_BORDER_CONSTANT;
    desc.weights = weights;
    return desc;
}

static enum imc_status shape(struct layer *layer, int padding[4], struct imc_error *error)
{
    const struct arch_layer *spec = &layer->spec;
    layer->weights = (size_t)spec->units * (size_t)layer->in.c * (size_t)spec->kh * (size_t)spec->kw;
    layer->biases = (size_t)spec->units;
    float *zeros = mem_zalloc(layer->weights, sizeof *zeros);
    if (!zeros)
        return fail_memory(error, "a convolution");
    struct imc_conv_desc desc = describe(layer, zeros);
    enum imc_status status = imc_plan_create(&desc, &layer->plan, error);
    mem_free(zeros);
    if (status)
        return status;
    layer->out = layout_of(layer->plan->out_h, layer->plan->out_w, spec->units);
    padding[0] = layer->plan->top > 0 ? layer->plan->top : 0;
    padding[1] = layer->plan->left > 0 ? layer->plan->left : 0;
    padding[2] = layer->plan->bottom > 0 ? layer->plan->bottom : 0;
    padding[3] = layer->plan->right > 0 ? layer->plan->right : 0;
    return IMC_OK;
}

/* The padded picture as the plan's functions want it. */
static struct layout padded_layout(const struct layer *layer)
{
    const struct imc_plan *plan = layer->plan;
    struct layout at = layer->in;
    at.rows = (plan->out_h - 1) * plan->desc.y.stride + plan->extent_y;
    at.columns = plan->span_w;
    return at;
}

static bool same_block(const struct layout *a, const struct layout *b)
{
    return a->rows == b->rows && a->columns == b->columns && a->top == b->top && a->left == b->left;
}

static size_t block_bytes(const struct layout *at)
{
    return size_align(layout_floats(at) * sizeof(float));
}

static enum imc_status prepare(struct layer *layer, struct imc_error *error)
{
    struct layout padded = padded_layout(layer), bare = layout_of(layer->out.h, layer->out.w, layer->out.c);
    layer->copies_in = !same_block(&padded, &layer->in);
    layer->copies_out = !same_block(&bare, &layer->out);
    layer->packed = grad_weight_count(layer->plan) + layer->biases;
    layer->state = mem_alloc(grad_weight_count(layer->plan), sizeof(float));
    layer->work_bytes = size_align((size_t)padded.rows * sizeof(void *)) + size_align(layer->plan->work_bytes) +
                        size_align(grad_work_bytes(layer->plan)) + 2 * block_bytes(&padded) + block_bytes(&bare);
    return layer->state ? IMC_OK : fail_memory(error, "a convolution");
}

static void release(struct layer *layer)
{
    imc_plan_destroy(layer->plan);
    mem_free(layer->state);
}

static void load(struct layer *layer, const float *parameters)
{
    const float *weights = parameters + layer->offset;
    plan_set_weights(layer->plan, weights, weights + layer->weights);
    grad_pack(layer->plan, layer->state);
}

static void copy_out(const struct layer *layer, const float *parameters, float *weights, float *biases)
{
    memcpy(weights, parameters + layer->offset, layer->weights * sizeof *weights);
    memcpy(biases, parameters + layer->offset + layer->weights, layer->biases * sizeof *biases);
}

static void copy_in(const struct layer *layer, float *parameters, const float *weights, const float *biases)
{
    memcpy(parameters + layer->offset, weights, layer->weights * sizeof *weights);
    memcpy(parameters + layer->offset + layer->weights, biases, layer->biases * sizeof *biases);
}

static struct conv_work carve(const struct layer *layer, void *memory)
{
    struct layout padded = padded_layout(layer);
    struct conv_work w;
    char *next = memory;
    w.row = (const void **)next;
    w.run = next += size_align((size_t)padded.rows * sizeof(void *));
    w.grad = next += size_align(layer->plan->work_bytes);
    w.padded = (float *)(next += size_align(grad_work_bytes(layer->plan)));
    w.d_padded = (float *)(next += block_bytes(&padded));
    w.bare = (float *)(next + block_bytes(&padded));
    return w;
}

/* Copies what two blocks of the same picture share, and zeros the rest of `to`. */
static void copy_picture(const struct layout *to_at, float *to, const struct layout *from_at, const float *from)
{
    int h = to_at->rows - to_at->top, w = to_at->columns - to_at->left;
    h = h < to_at->h ? h : to_at->h;
    w = w < to_at->w ? w : to_at->w;
    memset(to, 0, layout_floats(to_at) * sizeof *to);
    for (int y = 0; y < h; y++)
        memcpy(to + layout_pixel(to_at, y, 0), from + layout_pixel(from_at, y, 0), (size_t)w * (size_t)to_at->step * sizeof *to);
}

static const float *padded_input(const struct layer *layer, const struct image_pass *p, const struct conv_work *w)
{
    struct layout padded = padded_layout(layer);
    if (!layer->copies_in)
        return p->in;
    copy_picture(&padded, w->padded, &layer->in, p->in);
    return w->padded;
}

static void forward(const struct layer *layer, const struct image_pass *p)
{
    const struct imc_plan *plan = layer->plan;
    struct layout padded = padded_layout(layer);
    struct conv_work w = carve(layer, p->work);
    const float *in = padded_input(layer, p, &w);
    for (int r = 0; r < padded.rows; r++)
        w.row[r] = in + (ptrdiff_t)r * padded.columns * padded.step;
    struct rows rows = {.row = w.row, .first = -plan->top, .x1 = plan->out_w};
    ptrdiff_t step = layer->out.step;
    struct target target = {
        {p->out + layout_pixel(&layer->out, 0, 0), IMC_F32, step, step * layer->out.columns, 1, 0}, 0, NULL, false};
    plan->executor->run(plan, &rows, 0, plan->out_h, &target, w.run);
}

static void backward(const struct layer *layer, const struct image_pass *p)
{
    const struct imc_plan *plan = layer->plan;
    struct layout padded = padded_layout(layer), bare = layout_of(layer->out.h, layer->out.w, layer->out.c);
    struct conv_work w = carve(layer, p->work);
    const float *d_out = p->d_out;
    if (layer->copies_out) {
        copy_picture(&bare, w.bare, &layer->out, p->d_out);
        d_out = w.bare;
    }
    grad_scan(plan, d_out, w.grad);
    grad_weights(plan, padded_input(layer, p, &w), p->gradient, p->gradient + grad_weight_count(plan), w.grad);
    if (!p->d_in)
        return;
    float *d_in = layer->copies_in ? w.d_padded : p->d_in;
    memset(d_in, 0, layout_floats(&padded) * sizeof *d_in);
    grad_input(plan, layer->state, d_in, w.grad);
    if (layer->copies_in)
        copy_picture(&layer->in, p->d_in, &padded, d_in);
}

static void unpack(const struct layer *layer, const float *packed, float *gradient)
{
    size_t weights = grad_weight_count(layer->plan);
    grad_unpack(layer->plan, packed, gradient);
    memcpy(gradient + layer->weights, packed + weights, layer->biases * sizeof *gradient);
}

const struct layer_kind layer_conv = {
    .name = "conv",
    .needs_in = true,
    .shape = shape,
    .prepare = prepare,
    .release = release,
    .load = load,
    .copy_out = copy_out,
    .copy_in = copy_in,
    .forward = forward,
    .backward = backward,
    .unpack = unpack,
};
