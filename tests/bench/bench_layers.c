/* bench_layers.c: what the parts of a training step of the reference network cost, in microseconds an image on one thread: 28x28,
 * 16 filters 3x3, pool, 32 filters 3x3, pool, dense 128, batch 64. The rival layout, a batch's 64 images in the lanes, stands
 * beside the one in use. `make bench-layers`; the program takes a part of a step's name, too. The floor is that of multiply-adds
 * at full speed.
 */
#include "base/memory.h"
#include "bench/limits.h"
#include "conv/grad.h"
#include "simd/rowops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 64, ROUNDS = 100 };

static uint64_t state = 1;

static float draw(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(state >> 40) / (float)(1 << 23) - 1;
}

static float *drawn(size_t count)
{
    float *made = mem_alloc(count, sizeof *made);
    if (!made)
        exit(1);
    for (size_t i = 0; i < count; i++)
        made[i] = draw();
    return made;
}

/* One step of the table: all images of a batch. */
struct step {
    const char *name;
    double macs; /* an image, those of zeros included */
    void (*run)(void *context);
    void *context;
};

/* The time this thread worked: others may be at work on the machine. */
static double worked(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Part of the names of the steps to time; all by default. */
static const char *wanted = "";

static void time_step(const struct step *step)
{
    if (!strstr(step->name, wanted))
        return;
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double start = worked();
        step->run(step->context);
        double took = worked() - start;
        best = took < best ? took : best;
    }
    printf("%-44s %8.2f us  %6.1f GMAC/s\n", step->name, 1e6 * best / BATCH, step->macs * BATCH / best * 1e-9);
}

/* A layer on a batch, its input padded as the trainer keeps it. */
struct layer {
    struct imc_plan *plan;
    size_t padded, outs;
    float *in, *out, *d_out, *packed, *d_weights, *d_bias, *d_in;
    const void **rows;
    void *work, *grad_work;
};

static struct layer layer_make(int side, int in_c, int filters, int lanes, enum imc_mode mode)
{
    struct layer l;
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = desc.in_w = side;
    desc.in_c = in_c;
    desc.filters = filters;
    desc.lanes = lanes;
    desc.channels_last = lanes == 1;
    desc.y.kernel = desc.x.kernel = 3;
    desc.border = IMC_BORDER_CONSTANT;
    desc.relu = true;
    desc.mode = mode;
    desc.weights = drawn((size_t)(filters * in_c * 9));
    desc.bias = drawn((size_t)filters);
    if (imc_plan_create(&desc, &l.plan, NULL))
        exit(1);
    l.padded = lanes == 1 ? grad_padded_count(l.plan) : (size_t)((side + 2) * (side + 2) * in_c * lanes);
    l.outs = (size_t)(side * side * (lanes == 1 ? imc_channel_step(filters) : filters * lanes));
    size_t images = lanes == 1 ? BATCH : 1;
    l.in = drawn(l.padded * images);
    l.out = drawn(l.outs * images);
    l.d_out = mem_zalloc(l.outs * images, sizeof(float));
    l.packed = drawn(grad_weight_count(l.plan));
    l.d_weights = drawn(grad_weight_count(l.plan));
    l.d_bias = drawn((size_t)filters);
    l.d_in = drawn(l.padded * images);
    l.rows = mem_alloc((size_t)((side + 2) * in_c), sizeof *l.rows);
    l.work = mem_alloc(1, l.plan->work_bytes);
    l.grad_work = mem_alloc(1, grad_work_bytes(l.plan));
    mem_free((float *)desc.weights);
    mem_free((float *)desc.bias);
    return l;
}

static void forward_image(const struct layer *l, const float *in, float *out)
{
    const struct imc_plan *plan = l->plan;
    int rows = plan->out_h + 2, planes = plan->planes;
    ptrdiff_t row = (ptrdiff_t)plan->span_w * plan->pixel_step;
    for (int v = 0; v < rows; v++)
        for (int c = 0; c < planes; c++)
            l->rows[v * planes + c] = in + (c * rows + v) * row;
    struct rows view = {l->rows, -plan->top, 0, plan->out_w};
    ptrdiff_t step = plan->desc.channels_last ? imc_channel_step(plan->desc.filters) : plan->desc.lanes;
    struct target target = {{out, IMC_F32, step, step * plan->out_w, step * plan->out_w * plan->out_h, 0}, 0, NULL, false};
    plan->executor->run(plan, &view, 0, plan->out_h, &target, l->work);
}

static void forward(void *context)
{
    const struct layer *l = context;
    int images = l->plan->desc.channels_last ? BATCH : 1;
    for (int n = 0; n < images; n++)
        forward_image(l, l->in + (size_t)n * l->padded, l->out + (size_t)n * l->outs);
}

/* What a 2x2 max pool and ReLU leave: at most one change in four, of those four in ten. */
static void draw_changes(struct layer *l)
{
    int side = l->plan->out_w, step = imc_channel_step(l->plan->desc.filters);
    for (int n = 0; n < BATCH; n++)
        for (int y = 0; y < side / 2; y++)
            for (int x = 0; x < side / 2; x++)
                for (int o = 0; o < step; o++) {
                    int v = 2 * y + (draw() > 0), u = 2 * x + (draw() > 0);
                    if (draw() < -0.2f)
                        l->d_out[(size_t)n * l->outs + (size_t)((v * side + u) * step + o)] = draw();
                }
}

static void scan(void *context)
{
    const struct layer *l = context;
    for (int n = 0; n < BATCH; n++)
        grad_scan(l->plan, l->d_out + (size_t)n * l->outs, l->grad_work);
}

static void scan_and_weights(void *context)
{
    const struct layer *l = context;
    for (int n = 0; n < BATCH; n++) {
        grad_scan(l->plan, l->d_out + (size_t)n * l->outs, l->grad_work);
        grad_weights(l->plan, l->in + (size_t)n * l->padded, l->d_weights, l->d_bias, l->grad_work);
    }
}

static void scan_and_input(void *context)
{
    const struct layer *l = context;
    for (int n = 0; n < BATCH; n++) {
        grad_scan(l->plan, l->d_out + (size_t)n * l->outs, l->grad_work);
        grad_input(l->plan, l->packed, l->d_in + (size_t)n * l->padded, l->grad_work);
    }
}

static void new_weights(void *context)
{
    const struct layer *l = context;
    plan_set_weights(l->plan, l->packed, NULL);
    grad_pack(l->plan, l->packed);
}

/* A matrix product of a dense layer. */
struct dense {
    float *out, *taps, *in;
    int count, filters, n, group;
};

static void product(void *context)
{
    const struct dense *d = context;
    rowops()->product_f32(d->out, d->n, d->taps, d->count, d->in, d->n, d->count, d->filters, d->n, d->group);
}

static void single_products(void *context)
{
    const struct dense *d = context;
    for (int i = 0; i < BATCH; i++)
        rowops()->product_f32(d->out, d->n, d->taps, d->count, d->in, d->n, d->count, 1, d->n, d->group);
}

static void transpose(void *context)
{
    const struct dense *d = context;
    rowops()->transpose_f32(d->in, d->filters, d->taps, d->count, d->filters, d->count);
}

static struct dense dense_make(int count, int filters, int n, int group)
{
    struct dense d = {drawn((size_t)(filters * n)), drawn((size_t)(filters * count)), NULL, count, filters, n, group};
    d.in = drawn((size_t)count * (size_t)(n > filters ? n : filters));
    return d;
}

static void time_convolutions(void)
{
    enum { MACS1 = 28 * 28 * 16 * 9, MACS2 = 14 * 14 * 32 * 16 * 9 };
    struct layer first = layer_make(28, 1, 16, 1, IMC_MODE_AUTO), second = layer_make(14, 16, 32, 1, IMC_MODE_DIRECT);
    struct layer fast = layer_make(14, 16, 32, 1, IMC_MODE_AUTO);
    struct layer lanes1 = layer_make(28, 1, 16, BATCH, IMC_MODE_DIRECT), lanes2 = layer_make(14, 16, 32, BATCH, IMC_MODE_DIRECT);
    draw_changes(&first);
    draw_changes(&second);
    char name[64];
    snprintf(name, sizeof name, "conv2 forward, %s (auto)", fast.plan->executor->name);
    const struct step steps[] = {
        {"conv1 forward", MACS1, forward, &first},
        {"conv1 forward, the batch in the lanes", MACS1, forward, &lanes1},
        {"conv2 forward, channels (direct)", MACS2, forward, &second},
        {name, MACS2, forward, &fast},
        {"conv2 forward, the batch in the lanes", MACS2, forward, &lanes2},
        {"conv1 weights' gradient", MACS1, scan_and_weights, &first},
        {"conv2 scan of the change", 0, scan, &second},
        {"conv2 scan and weights' gradient", MACS2, scan_and_weights, &second},
        {"conv2 scan and inputs' gradient", MACS2, scan_and_input, &second},
        {"conv2 new weights, once a batch", 0, new_weights, &fast},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        time_step(&steps[i]);
}

static void time_products(void)
{
    enum { IN = 1568, OUT = 128 };
    struct dense forward = dense_make(IN, BATCH, OUT, 32), weights = dense_make(BATCH, IN, OUT, 8);
    struct dense inputs = dense_make(OUT, IN, BATCH, 32), single = dense_make(IN, 1, OUT, 32);
    const struct step steps[] = {
        {"dense 1568-128 forward", IN * OUT, product, &forward}, {"dense weights' gradient", IN * OUT, product, &weights},
        {"dense inputs' gradient", IN * OUT, product, &inputs},  {"dense forward, batch 1", IN * OUT, single_products, &single},
        {"transposition of the batch", 0, transpose, &forward},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        time_step(&steps[i]);
}

int main(int argc, char **argv)
{
    wanted = argc > 1 ? argv[1] : "";
    printf("%-44s %11s  %6.1f GMAC/s\n", "multiply-adds at full speed", "", limits_fma(1) * 1e-9);
    time_convolutions();
    time_products();
    return 0;
}
