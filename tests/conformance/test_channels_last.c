/* test_channels_last.c: plans whose channels lie side by side, against the reference and against the layout of planes. */
#include "conformance/law2.h"
#include "conv/plan.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

enum { WEIGHTS_MAX = 70 * 140 * 49, FILTERS_MAX = 80 };

static float weights[WEIGHTS_MAX], bias[FILTERS_MAX];

static float draw(struct test_rng *rng)
{
    return (float)(test_random_unit(rng) * 2 - 1);
}

static void draw_numbers(const struct imc_conv_desc *desc, struct test_rng *rng)
{
    int count = desc->filters * desc->in_c * desc->y.kernel * desc->x.kernel;
    ck_assert_int_le(count, WEIGHTS_MAX);
    for (int i = 0; i < count; i++)
        weights[i] = draw(rng);
    for (int o = 0; o < desc->filters; o++)
        bias[o] = draw(rng);
}

static struct samples draw_samples(const struct imc_conv_desc *desc, int images, struct test_rng *rng)
{
    struct samples in = samples_make(images, desc->in_c, desc->in_h, desc->in_w, 1);
    for (size_t i = 0; i < samples_count(&in); i++)
        in.value[i] = (double)draw(rng);
    return in;
}

static struct imc_conv_desc layer(int in_c, int filters, int h, int w, int k)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.channels_last = true;
    desc.in_c = in_c;
    desc.filters = filters;
    desc.in_h = h;
    desc.in_w = w;
    desc.y.kernel = desc.x.kernel = k;
    desc.border = IMC_BORDER_CONSTANT;
    desc.weights = weights;
    desc.bias = bias;
    return desc;
}

static void draw_axis(struct imc_conv_axis *axis, struct test_rng *rng)
{
    axis->kernel = test_random_int(rng, 0, 1) ? 3 : test_random_int(rng, 1, 7);
    axis->stride = test_random_int(rng, 0, 2) ? 1 : test_random_int(rng, 1, 3);
    axis->dilation = test_random_int(rng, 0, 2) ? 1 : test_random_int(rng, 1, 3);
    axis->anchor = test_random_int(rng, 0, 2) ? -1 : test_random_int(rng, 0, axis->kernel - 1);
    axis->before = test_random_int(rng, 0, 4);
    axis->after = test_random_int(rng, 0, 4);
}

/* A random layer; 1 channel and 1 filter, whose pixels have a single sample, come often. */
static struct imc_conv_desc draw_layer(struct test_rng *rng)
{
    struct imc_conv_desc desc = layer(test_random_int(rng, 0, 3) ? test_random_int(rng, 1, 40) : 1,
                                      test_random_int(rng, 0, 5) ? test_random_int(rng, 1, 70) : 1, 0, 0, 1);
    draw_axis(&desc.y, rng);
    draw_axis(&desc.x, rng);
    desc.in_h = test_random_int(rng, 1, 12) + 18 * test_random_int(rng, 0, 1);
    desc.in_w = test_random_int(rng, 1, 12) + 18 * test_random_int(rng, 0, 1);
    desc.padding = (enum imc_padding)test_random_int(rng, IMC_PADDING_SAME, IMC_PADDING_GIVEN);
    desc.border = (enum imc_border)test_random_int(rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
    desc.border_value = test_random_int(rng, 0, 1) ? 0 : draw(rng);
    desc.relu = test_random_int(rng, 0, 1);
    desc.gain = test_random_int(rng, 0, 2) ? 1 : 2 * draw(rng);
    desc.bias = test_random_int(rng, 0, 3) ? bias : NULL;
    return desc;
}

static struct run_way draw_way(struct test_rng *rng)
{
    struct run_way way = {(enum layout)test_random_int(rng, 0, LAYOUTS - 1), (enum layout)test_random_int(rng, 0, LAYOUTS - 1),
                          test_random_int(rng, 0, 2), test_random_int(rng, 0, 5), test_random_int(rng, 0, 1)};
    return way;
}

START_TEST(random_layers_agree_with_the_reference)
{
    struct test_rng rng = {test_seed()};
    for (long i = 0; i < test_cases(20000) / 80; i++) {
        struct imc_conv_desc desc = draw_layer(&rng);
        struct run_way way = draw_way(&rng);
        desc.mode = test_random_int(&rng, 0, 1) ? IMC_MODE_AUTO : IMC_MODE_DIRECT;
        draw_numbers(&desc, &rng);
        struct samples in = draw_samples(&desc, 2, &rng);
        const char *fault = law2_run_fault(&desc, &in, &way);
        ck_assert_msg(!fault, "case %ld: %s\n  %s", i, fault, law2_describe(&desc));
        samples_free(&in);
    }
}
END_TEST

/* The answer in mode direct, in the layout of planes and in that of channels. */
static void check_equal_to_planes(struct imc_conv_desc *desc, struct test_rng *rng)
{
    struct samples in = draw_samples(desc, 1, rng);
    desc->mode = IMC_MODE_DIRECT;
    desc->channels_last = true;
    struct samples got = engine_must_run(desc, &in, NULL);
    desc->channels_last = false;
    struct samples want = engine_must_run(desc, &in, NULL);
    ck_assert_int_eq((int)samples_count(&got), (int)samples_count(&want));
    for (size_t i = 0; i < samples_count(&want); i++)
        if (memcmp(&got.value[i], &want.value[i], sizeof *got.value) != 0)
            ck_abort_msg("sample %zu is %.9g, in planes %.9g\n  %s", i, got.value[i], want.value[i], law2_describe(desc));
    samples_free(&got);
    samples_free(&want);
    samples_free(&in);
}

/* A network's first layer is the image filter with the same taps, byte for byte. */
START_TEST(first_layer_equals_the_image_filter)
{
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < 100; i++) {
        struct imc_conv_desc desc = layer(1, test_random_int(&rng, 1, 40), 28, 28, 3);
        desc.relu = i % 2;
        desc.bias = i % 3 ? bias : NULL;
        draw_numbers(&desc, &rng);
        check_equal_to_planes(&desc, &rng);
    }
}
END_TEST

/* More channels, and more taps than may be summed in float. */
START_TEST(deeper_layers_equal_the_direct_executor)
{
    static const int shapes[][3] = {{3, 8, 5}, {8, 1, 3}, {16, 32, 3}, {20, 33, 3}, {128, 9, 3}, {140, 70, 3}, {30, 16, 7}};
    struct test_rng rng = {test_seed()};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int stride = 1; stride <= 2; stride++) {
            struct imc_conv_desc desc = layer(shapes[i][0], shapes[i][1], 9, 11, shapes[i][2]);
            desc.y.stride = desc.x.stride = stride;
            draw_numbers(&desc, &rng);
            check_equal_to_planes(&desc, &rng);
        }
}
END_TEST

/* Winograd's way, with tiles that hang over the edges, jobs that cut them, and more channels than a group of sums has terms. */
START_TEST(winograd_agrees_with_the_reference)
{
    struct test_rng rng = {test_seed()};
    for (long i = 0; i < test_cases(20000) / 80; i++) {
        struct imc_conv_desc desc = layer(test_random_int(&rng, 8, i % 8 ? 40 : 130), test_random_int(&rng, 8, 40),
                                          test_random_int(&rng, 6, 20), test_random_int(&rng, 6, 20), 3);
        struct run_way way = draw_way(&rng);
        desc.padding = (enum imc_padding)test_random_int(&rng, IMC_PADDING_SAME, IMC_PADDING_FULL);
        desc.border = (enum imc_border)test_random_int(&rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
        desc.relu = i % 2;
        desc.gain = i % 3 ? 1 : draw(&rng);
        draw_numbers(&desc, &rng);
        struct imc_plan *plan;
        ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
        bool chosen = strcmp(plan->executor->name, "winograd") == 0;
        ck_assert(chosen || plan->out_h < 10 || plan->out_w < 10);
        imc_plan_destroy(plan);
        struct samples in = draw_samples(&desc, 2, &rng);
        for (size_t k = 0; i % 4 == 0 && k < samples_count(&in); k++)
            in.value[k] = in.value[0]; /* a flat image, where roundings fall the same way */
        const char *fault = law2_run_fault(&desc, &in, &way);
        ck_assert_msg(!fault, "case %ld: %s\n  %s", i, fault, law2_describe(&desc));
        samples_free(&in);
    }
}
END_TEST

static void run_into(const struct imc_plan *plan, const float *in, float *out)
{
    const struct imc_conv_desc *desc = &plan->desc;
    ptrdiff_t in_step = imc_channel_step(desc->in_c), out_step = imc_channel_step(desc->filters);
    struct imc_view from = {(void *)in, IMC_F32, in_step, in_step * desc->in_w, 1, 0};
    struct imc_view to = {out, IMC_F32, out_step, out_step * plan->out_w, 1, 0};
    ck_assert_int_eq(imc_plan_run_all(plan, &from, &to, 1, 1, NULL, NULL), IMC_OK);
}

START_TEST(new_weights_make_a_new_plan)
{
    enum { SIDE = 10, OUTS = SIDE * SIDE * 40 };
    static const int shapes[][2] = {{1, 16}, {16, 32}, {9, 40}, {16, 1}};
    static float in[SIDE * SIDE * 16], got[OUTS], want[OUTS];
    struct test_rng rng = {test_seed()};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int m = IMC_MODE_AUTO; m <= IMC_MODE_DIRECT; m++) {
            struct imc_conv_desc desc = layer(shapes[s][0], shapes[s][1], SIDE, SIDE, 3);
            struct imc_plan *old, *new;
            int step = imc_channel_step(desc.in_c);
            for (int i = 0; i < SIDE * SIDE * step; i++)
                in[i] = i % step < desc.in_c ? draw(&rng) : 0;
            desc.mode = (enum imc_mode)m;
            draw_numbers(&desc, &rng);
            ck_assert_int_eq(imc_plan_create(&desc, &old, NULL), IMC_OK);
            draw_numbers(&desc, &rng);
            ck_assert_int_eq(imc_plan_create(&desc, &new, NULL), IMC_OK);
            plan_set_weights(old, weights, bias);
            run_into(old, in, got);
            run_into(new, in, want);
            ck_assert_mem_eq(got, want, (size_t)(SIDE * SIDE * imc_channel_step(desc.filters)) * sizeof *got);
            imc_plan_destroy(old);
            imc_plan_destroy(new);
        }
}
END_TEST

static void check_refused(const struct imc_conv_desc *desc, const char *word)
{
    struct imc_plan *plan;
    struct imc_error error = {0};
    ck_assert_int_eq(imc_plan_create(desc, &plan, &error), IMC_ERR_ARGUMENT);
    ck_assert_msg(strstr(error.message, word), "'%s' does not say '%s'", error.message, word);
}

START_TEST(what_the_layout_cannot_do_is_refused)
{
    static const float values[] = {1, 2};
    const struct imc_conv_desc good = layer(4, 4, 8, 8, 3);
    struct imc_conv_desc desc = good;
    desc.lanes = 2;
    check_refused(&desc, "one lane");
    desc = good, desc.groups = 2;
    check_refused(&desc, "one group");
    desc = good, desc.border_values = values;
    check_refused(&desc, "one border value");
    desc = good, desc.in_type = IMC_U8;
    check_refused(&desc, "f32");
    desc = good, desc.out_type = IMC_U16;
    check_refused(&desc, "f32");
    desc = good, desc.combine = IMC_COMBINE_SUM;
    check_refused(&desc, "combine");
    desc = good, desc.scale = 2;
    check_refused(&desc, "scale");
    desc = good, desc.mode = IMC_MODE_SEPARABLE;
    check_refused(&desc, "direct");
    desc = good, desc.mode = IMC_MODE_FFT;
    check_refused(&desc, "direct");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("channels last");
    TCase *tests = tcase_create("channels last");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, random_layers_agree_with_the_reference);
    tcase_add_test(tests, first_layer_equals_the_image_filter);
    tcase_add_test(tests, deeper_layers_equal_the_direct_executor);
    tcase_add_test(tests, winograd_agrees_with_the_reference);
    tcase_add_test(tests, new_weights_make_a_new_plan);
    tcase_add_test(tests, what_the_layout_cannot_do_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
