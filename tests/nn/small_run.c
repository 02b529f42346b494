/* small_run.c: see small_run.h. */
#include "nn/small_run.h"

#include "base/pool.h"
#include "nn/head.h"

#include <stdlib.h>
#include <string.h>

static void load(void *context, int image, int thread, const struct layout *layout, float *block)
{
    (void)thread;
    const struct small_run *run = context;
    const double *picture = run->pictures + (size_t)image * (size_t)(layout->h * layout->w);
    for (int y = 0; y < layout->h; y++)
        for (int x = 0; x < layout->w; x++)
            block[layout_pixel(layout, y, x)] = (float)picture[y * layout->w + x];
}

static void random_numbers(float *numbers, size_t count, float size, struct test_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = size * (float)(2 * test_random_unit(rng) - 1);
}

/* Random tensors, the same numbers in both networks. */
static void fill(struct small_run *run, struct test_rng *rng)
{
    int tensor = 0;
    for (int i = 0; i < run->net->layers; i++) {
        const struct layer *layer = &run->net->layer[i];
        if (!layer->weights)
            continue;
        float *part[2];
        for (int k = 0; k < 2; k++) {
            int count = run->ref.count[tensor + k];
            part[k] = malloc(sizeof(float) * (size_t)count);
            random_numbers(part[k], (size_t)count, k ? 0.2f : 0.6f, rng);
            for (int n = 0; n < count; n++)
                run->ref.tensor[tensor + k][n] = part[k][n];
        }
        layer->kind->copy_in(layer, run->net->parameter, part[0], part[1]);
        free(part[0]);
        free(part[1]);
        tensor += 2;
    }
    network_load(run->net);
}

void small_run_make(struct small_run *run, const char *arch, int height, int width, int images, int threads, struct test_rng *rng)
{
    struct imc_error error = {0};
    size_t samples = (size_t)images * (size_t)height * (size_t)width;
    memset(run, 0, sizeof *run);
    ck_assert_msg(network_create(arch, height, width, 1, NETWORK_WEIGHTS_MAX, &run->net, &error) == IMC_OK, "%s", error.message);
    ref_net_make(&run->ref, arch, height, width);
    fill(run, rng);
    run->images = images;
    run->pictures = malloc(samples * sizeof *run->pictures);
    run->labels = malloc((size_t)images);
    run->numbers = malloc((size_t)images * sizeof *run->numbers);
    for (size_t i = 0; i < samples; i++)
        run->pictures[i] = (float)test_random_unit(rng);
    for (int i = 0; i < images; i++) {
        run->labels[i] = (uint8_t)test_random_int(rng, 0, run->net->head.classes - 1);
        run->numbers[i] = (uint32_t)i;
    }
    run->pool = pool_create(threads);
    run->source = (struct source){load, run};
    ck_assert_int_eq(workspace_create(run->net, images, threads, true, &run->workspace, &error), IMC_OK);
}

void small_run_free(struct small_run *run)
{
    workspace_free(run->workspace);
    pool_destroy(run->pool);
    network_free(run->net);
    ref_net_free(&run->ref);
    free(run->pictures);
    free(run->labels);
    free(run->numbers);
}

double small_run_loss(struct small_run *run, float smoothing, const float **outputs, float *gradient)
{
    struct pass pass = {.training = true, .seed = 1, .image = run->numbers, .images = run->images, .pool = run->pool};
    struct head head = run->net->head;
    int step = run->net->value[run->net->values - 1].step, right = 0;
    float *d_out = malloc((size_t)run->images * (size_t)step * sizeof *d_out);
    double loss = 0;
    head.smoothing = smoothing;
    const float *out = pass_forward(run->workspace, &pass, &run->source);
    head_loss(&head, out, step, run->labels, run->images, d_out, &loss, &right);
    if (gradient)
        pass_backward(run->workspace, &pass, d_out, gradient);
    if (outputs)
        *outputs = out;
    free(d_out);
    return loss / run->images;
}

void small_run_tensors(const struct small_run *run, const float *block, double *const *tensors)
{
    for (int i = 0, t = 0; i < run->net->layers; i++) {
        const struct layer *layer = &run->net->layer[i];
        if (!layer->weights)
            continue;
        float *part[2];
        for (int k = 0; k < 2; k++)
            part[k] = malloc(sizeof(float) * (size_t)run->ref.count[t + k]);
        layer->kind->copy_out(layer, block, part[0], part[1]);
        for (int k = 0; k < 2; k++) {
            for (int n = 0; n < run->ref.count[t + k]; n++)
                tensors[t + k][n] = part[k][n];
            free(part[k]);
        }
        t += 2;
    }
}
