/* test_grad.c: the gradients of channels_last plans against sums in float64, and against the forward run: <conv(x), g> = <x,
 * grad_input(g)> = <weights, grad_weights(x, g)>, since a convolution is linear in each.
 */
#include "base/memory.h"
#include "conv/grad.h"
#include "support/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A layer, an image and a change of its output, with all that the gradients are compared with. */
struct layer {
    struct imc_conv_desc desc;
    struct imc_plan *plan;
    int in_step, out_step, rows;
    float *weights, *image, *padded, *d_out;              /* image [in_h][in_w][in_step] */
    float *packed, *d_packed, *d_weights, *d_bias, *d_in; /* what the engine makes */
    void *work;
};

static float draw(struct test_rng *rng)
{
    return (float)(test_random_unit(rng) * 2 - 1);
}

static float *floats(size_t count)
{
    float *made = mem_zalloc(count + 1, sizeof *made);
    if (!made)
        abort();
    return made;
}

static void draw_axis(struct imc_conv_axis *axis, struct test_rng *rng)
{
    axis->kernel = test_random_int(rng, 0, 1) ? 3 : test_random_int(rng, 1, 7);
    axis->stride = test_random_int(rng, 0, 2) ? 1 : test_random_int(rng, 1, 3);
    axis->dilation = test_random_int(rng, 0, 2) ? 1 : test_random_int(rng, 1, 3);
    axis->before = test_random_int(rng, 0, 4);
    axis->after = test_random_int(rng, 0, 4);
}

static struct imc_conv_desc draw_desc(struct test_rng *rng)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.channels_last = true;
    desc.border = IMC_BORDER_CONSTANT;
    desc.in_c = test_random_int(rng, 0, 2) ? test_random_int(rng, 2, 33) : 1;
    desc.filters = test_random_int(rng, 0, 4) ? test_random_int(rng, 2, 40) : 1;
    draw_axis(&desc.y, rng);
    draw_axis(&desc.x, rng);
    desc.in_h = test_random_int(rng, 1, 14);
    desc.in_w = test_random_int(rng, 1, 14);
    desc.padding = (enum imc_padding)test_random_int(rng, IMC_PADDING_SAME, IMC_PADDING_GIVEN);
    if (desc.padding == IMC_PADDING_VALID) {
        desc.in_h += desc.y.dilation * (desc.y.kernel - 1);
        desc.in_w += desc.x.dilation * (desc.x.kernel - 1);
    }
    for (int out; imc_conv_axis_resolve(&desc.y, desc.padding, desc.in_h, &out, &(int){0}, &(int){0}, NULL); desc.in_h++)
        ;
    for (int out; imc_conv_axis_resolve(&desc.x, desc.padding, desc.in_w, &out, &(int){0}, &(int){0}, NULL); desc.in_w++)
        ;
    return desc;
}

/* One in `rare` changes is not zero. */
static void draw_data(struct layer *l, int rare, struct test_rng *rng)
{
    const struct imc_plan *plan = l->plan;
    for (int i = 0; i < l->desc.in_h * l->desc.in_w; i++)
        for (int c = 0; c < l->desc.in_c; c++)
            l->image[i * l->in_step + c] = draw(rng);
    for (int v = 0; v < l->rows; v++)
        for (int u = 0; u < plan->span_w; u++) {
            int y = v - plan->top, x = u - plan->left;
            if (y >= 0 && y < l->desc.in_h && x >= 0 && x < l->desc.in_w)
                memcpy(l->padded + (v * plan->span_w + u) * l->in_step, l->image + (y * l->desc.in_w + x) * l->in_step,
                       (size_t)l->in_step * sizeof(float));
        }
    for (int p = 0; p < plan->out_h * plan->out_w; p++)
        for (int o = 0; o < l->desc.filters; o++)
            l->d_out[p * l->out_step + o] = test_random_int(rng, 1, rare) == 1 ? draw(rng) : 0;
}

static size_t weight_count(const struct layer *l)
{
    return (size_t)l->desc.filters * (size_t)l->desc.in_c * (size_t)l->desc.y.kernel * (size_t)l->desc.x.kernel;
}

static size_t out_count(const struct layer *l)
{
    return (size_t)l->plan->out_h * (size_t)l->plan->out_w * (size_t)l->out_step;
}

static void layer_make(struct layer *l, const struct imc_conv_desc *desc, int rare, struct test_rng *rng)
{
    *l = (struct layer){.desc = *desc, .in_step = imc_channel_step(desc->in_c), .out_step = imc_channel_step(desc->filters)};
    l->weights = floats(weight_count(l));
    for (size_t i = 0; i < weight_count(l); i++)
        l->weights[i] = draw(rng);
    l->desc.weights = l->weights;
    ck_assert_int_eq(imc_plan_create(&l->desc, &l->plan, NULL), IMC_OK);
    l->rows = (l->plan->out_h - 1) * desc->y.stride + l->plan->extent_y;
    ck_assert_uint_eq(grad_padded_count(l->plan), (size_t)l->rows * (size_t)l->plan->span_w * (size_t)l->in_step);
    l->image = floats((size_t)desc->in_h * (size_t)desc->in_w * (size_t)l->in_step);
    l->padded = floats(grad_padded_count(l->plan));
    l->d_out = floats(out_count(l));
    draw_data(l, rare, rng);
    l->packed = floats(grad_weight_count(l->plan));
    l->d_packed = floats(grad_weight_count(l->plan));
    l->d_weights = floats(weight_count(l));
    l->d_bias = floats((size_t)desc->filters);
    l->d_in = floats(grad_padded_count(l->plan));
    l->work = mem_alloc(1, grad_work_bytes(l->plan));
    ck_assert_ptr_nonnull(l->work);
}

static void layer_free(struct layer *l)
{
    void *const blocks[] = {l->weights,  l->image,     l->padded, l->d_out, l->packed,
                            l->d_packed, l->d_weights, l->d_bias, l->d_in,  l->work};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        mem_free(blocks[i]);
    imc_plan_destroy(l->plan);
}

/* All gradients of the image, `times` times over: they add up. */
static void run_gradients(struct layer *l, int times)
{
    grad_pack(l->plan, l->packed);
    for (int i = 0; i < times; i++) {
        grad_scan(l->plan, l->d_out, l->work);
        grad_input(l->plan, l->packed, l->d_in, l->work);
        grad_weights(l->plan, l->padded, l->d_packed, l->d_bias, l->work);
    }
    grad_unpack(l->plan, l->d_packed, l->d_weights);
}

/* A sum in double, and the sum of absolute terms that bounds its error. */
struct exact {
    double sum, size;
};

static void add(struct exact *e, double term)
{
    e->sum += term;
    e->size += fabs(term);
}

static const char *what;

static void compare(float got, struct exact want, int times, const struct layer *l)
{
    if (!(fabs(got - times * want.sum) <= 2e-6 * times * want.size + 1e-30))
        ck_abort_msg("%s: %.9g, expected %.9g (channels %d, filters %d, kernel %dx%d, stride %d,%d, dilation %d,%d, output %dx%d)",
                     what, (double)got, times * want.sum, l->desc.in_c, l->desc.filters, l->desc.y.kernel, l->desc.x.kernel,
                     l->desc.y.stride, l->desc.x.stride, l->desc.y.dilation, l->desc.x.dilation, l->plan->out_h, l->plan->out_w);
}

/* The sample of the padded image that output (y, x) reads under tap (i, j) of channel c. */
static size_t under(const struct layer *l, int y, int x, int i, int j, int c)
{
    int v = y * l->desc.y.stride + i * l->desc.y.dilation, u = x * l->desc.x.stride + j * l->desc.x.dilation;
    return ((size_t)v * (size_t)l->plan->span_w + (size_t)u) * (size_t)l->in_step + (size_t)c;
}

static void check_weights(const struct layer *l, int times)
{
    const float *got = l->d_weights;
    what = "gradient of a weight";
    for (int o = 0; o < l->desc.filters; o++)
        for (int c = 0; c < l->desc.in_c; c++)
            for (int i = 0; i < l->desc.y.kernel; i++)
                for (int j = 0; j < l->desc.x.kernel; j++) {
                    struct exact want = {0, 0};
                    for (int y = 0; y < l->plan->out_h; y++)
                        for (int x = 0; x < l->plan->out_w; x++)
                            add(&want,
                                (double)l->padded[under(l, y, x, i, j, c)] * l->d_out[(y * l->plan->out_w + x) * l->out_step + o]);
                    compare(*got++, want, times, l);
                }
    what = "gradient of a bias";
    for (int o = 0; o < l->desc.filters; o++) {
        struct exact want = {0, 0};
        for (int p = 0; p < l->plan->out_h * l->plan->out_w; p++)
            add(&want, l->d_out[p * l->out_step + o]);
        compare(l->d_bias[o], want, times, l);
    }
}

static void check_input(const struct layer *l, int times)
{
    size_t count = grad_padded_count(l->plan);
    struct exact *want = calloc(count, sizeof *want);
    if (!want)
        abort();
    for (int y = 0; y < l->plan->out_h; y++)
        for (int x = 0; x < l->plan->out_w; x++)
            for (int o = 0; o < l->desc.filters; o++) {
                const float *weight = l->weights + (ptrdiff_t)o * (ptrdiff_t)weight_count(l) / l->desc.filters;
                double change = l->d_out[(y * l->plan->out_w + x) * l->out_step + o];
                for (int c = 0; c < l->desc.in_c; c++)
                    for (int i = 0; i < l->desc.y.kernel; i++)
                        for (int j = 0; j < l->desc.x.kernel; j++)
                            add(&want[under(l, y, x, i, j, c)], change * *weight++);
            }
    what = "gradient of a sample";
    for (size_t i = 0; i < count; i++)
        compare(l->d_in[i], want[i], times, l);
    free(want);
}

START_TEST(gradients_agree_with_sums_in_double)
{
    struct test_rng rng = {test_seed()};
    for (long n = 0; n < test_cases(20000) / 50; n++) {
        struct imc_conv_desc desc = draw_desc(&rng);
        struct layer l;
        int times = test_random_int(&rng, 1, 2);
        layer_make(&l, &desc, n % 3 ? 10 : n % 2 ? 1 : 1000, &rng);
        run_gradients(&l, times);
        check_weights(&l, times);
        check_input(&l, times);
        layer_free(&l);
    }
}
END_TEST

static double dot(const float *a, const float *b, size_t count, double *size)
{
    double sum = 0;
    *size = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)a[i] * b[i];
        *size += fabs((double)a[i] * b[i]);
    }
    return sum;
}

START_TEST(gradients_are_adjoint_to_the_forward_run)
{
    struct test_rng rng = {test_seed()};
    for (int n = 0; n < 200; n++) {
        struct imc_conv_desc desc = draw_desc(&rng);
        struct layer l;
        layer_make(&l, &desc, n % 2 ? 10 : 1, &rng);
        run_gradients(&l, 1);
        float *out = floats(out_count(&l));
        struct imc_view from = {l.image, IMC_F32, l.in_step, (ptrdiff_t)l.in_step * desc.in_w, 1, 0};
        struct imc_view to = {out, IMC_F32, l.out_step, (ptrdiff_t)l.out_step * l.plan->out_w, 1, 0};
        ck_assert_int_eq(imc_plan_run_all(l.plan, &from, &to, 1, 1, NULL, NULL), IMC_OK);
        double size[3], forward = dot(out, l.d_out, out_count(&l), &size[0]);
        double by_input = dot(l.padded, l.d_in, grad_padded_count(l.plan), &size[1]);
        double by_weights = dot(l.weights, l.d_weights, weight_count(&l), &size[2]);
        ck_assert_double_le(fabs(forward - by_input), 1e-5 * (size[0] + size[1]));
        ck_assert_double_le(fabs(forward - by_weights), 1e-5 * (size[0] + size[2]));
        mem_free(out);
        layer_free(&l);
    }
}
END_TEST

START_TEST(packing_is_undone_by_unpacking)
{
    struct test_rng rng = {test_seed()};
    for (int n = 0; n < 50; n++) {
        struct imc_conv_desc desc = draw_desc(&rng);
        struct layer l;
        layer_make(&l, &desc, 1, &rng);
        grad_pack(l.plan, l.packed);
        grad_unpack(l.plan, l.packed, l.d_weights);
        ck_assert_mem_eq(l.d_weights, l.weights, weight_count(&l) * sizeof(float));
        layer_free(&l);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("grad");
    TCase *tests = tcase_create("grad");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, gradients_agree_with_sums_in_double);
    tcase_add_test(tests, gradients_are_adjoint_to_the_forward_run);
    tcase_add_test(tests, packing_is_undone_by_unpacking);
    suite_add_tcase(suite, tests);
    return suite;
}
