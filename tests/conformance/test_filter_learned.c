/* test_filter_learned.c: banks as networks have them, in .npy files: filters on three channels with unit, mean and deviation, and
 * banks of several filters that become several pictures.
 */
#include "conformance/filter_case.h"
#include "conformance/npybank_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct test_rng rng;

static void fresh(void)
{
    rng = (struct test_rng){test_seed()};
}

/* ImageNet's. */
static void set_mean(struct imc_filter_options *options)
{
    static const float mean[3] = {0.485f, 0.456f, 0.406f}, std[3] = {0.229f, 0.224f, 0.225f};
    options->has_mean = options->has_std = true;
    memcpy(options->mean, mean, sizeof mean);
    memcpy(options->std, std, sizeof std);
}

/* The last case of each kind is the network's own: zero border, mean and deviation, ReLU. */
static void check_values(struct imc_filter_options *options, const struct filter_input *input)
{
    static const char *const outputs[] = {"out.npy", "out.png"};
    for (int unit = 0; unit < 3; unit++)
        for (int file = 0; file < 2; file++) {
            options->unit = unit == 1;
            options->relu = unit == 2;
            options->border = unit == 2 ? IMC_BORDER_CONSTANT : IMC_BORDER_REPLICATE;
            options->stride_y = options->stride_x = unit ? 2 : 1;
            options->map = file == 1 && input->type == IMC_F32 ? IMC_MAP_FIT : IMC_MAP_AUTO;
            if (unit == 2)
                set_mean(options);
            filter_check(options, input, filter_path(outputs[file]));
        }
    options->has_mean = options->has_std = false;
}

START_TEST(a_filter_on_three_channels_reads_colour_and_gray)
{
    struct imc_filter_options options = filter_options(npybank_random(&rng, "three.npy", 1, 3, 3), NULL, NULL);
    ck_assert_int_eq(options.stages[0]->in_c, 3);
    for (int channels = 1; channels <= 4; channels++)
        for (int type = IMC_U8; type <= IMC_F32; type++) {
            struct filter_input input = filter_input_random(&rng, type == IMC_F32 ? "npy" : "png", 19, 14, channels,
                                                            (enum imc_type)type, type == IMC_U8 ? 255 : 65535);
            for (int alpha = 0; alpha < 2; alpha++) {
                options.alpha = alpha ? IMC_ALPHA_DROP : IMC_ALPHA_AUTO;
                check_values(&options, &input);
            }
            filter_input_free(&input);
        }
    filter_options_free(&options);
}
END_TEST

START_TEST(a_chain_may_begin_with_three_channels)
{
    struct imc_filter_options options =
        filter_options(npybank_random(&rng, "three.npy", 1, 3, 5), "gaussian:sigma=0.8", "max(sobel-x,sobel-y)");
    struct filter_input input = filter_input_random(&rng, "png", 23, 17, 3, IMC_U8, 255);
    options.scale = 0.01f;
    check_values(&options, &input);
    filter_input_free(&input);
    filter_options_free(&options);
}
END_TEST

START_TEST(each_filter_of_a_bank_gives_a_picture)
{
    static const struct {
        int filters, in_c;
        enum imc_channels channels;
        enum imc_alpha alpha;
    } cases[] = {{5, 1, IMC_CHANNELS_AUTO, IMC_ALPHA_AUTO},
                 {2, 1, IMC_CHANNELS_EACH, IMC_ALPHA_DROP},
                 {3, 1, IMC_CHANNELS_EACH, IMC_ALPHA_FILTER},
                 {7, 3, IMC_CHANNELS_AUTO, IMC_ALPHA_AUTO},
                 {64, 3, IMC_CHANNELS_AUTO, IMC_ALPHA_DROP}};
    for (int i = 0; i < 5; i++)
        for (int channels = 1; channels <= 4; channels++) {
            struct imc_filter_options options =
                filter_options(npybank_random(&rng, "bank.npy", cases[i].filters, cases[i].in_c, 3), NULL, NULL);
            struct filter_input input = filter_input_random(&rng, "png", 9, 11, channels, IMC_U8, 255);
            options.channels = cases[i].channels;
            options.alpha = cases[i].alpha;
            for (int map = IMC_MAP_AUTO; map <= IMC_MAP_RAW; map++) {
                options.map = (enum imc_map)map;
                filter_check(&options, &input, filter_path("out.npy"));
            }
            filter_input_free(&input);
            filter_options_free(&options);
        }
}
END_TEST

START_TEST(learned_filters_run_directly_unless_asked_otherwise)
{
    static const enum imc_mode modes[] = {IMC_MODE_AUTO, IMC_MODE_DIRECT, IMC_MODE_FFT};
    struct imc_filter_options options = filter_options(npybank_random(&rng, "one.npy", 1, 1, 31), NULL, NULL);
    for (int i = 0; i < 3; i++) {
        struct imc_filter_explanation explanation;
        options.mode = modes[i];
        ck_assert_int_eq(imc_filter_explain(&options, "sample:photo", NULL, &explanation, NULL), IMC_OK);
        ck_assert_str_eq(explanation.stage[0].plan.executor, i == 2 ? "fft" : "direct");
        ck_assert(explanation.stage[0].derivative);
        ck_assert_int_eq(explanation.channels, IMC_CHANNELS_LUMA);
    }
    filter_options_free(&options);
}
END_TEST

/* Layers that another program wrote: F16 [64,3,7,7], BF16 [4,3,3,3] with its bias, F32 [2,1,3,3] with its own. */
START_TEST(layers_of_model_files)
{
    static const struct {
        const char *kernel;
        bool bias;
        float scale;
    } cases[] = {{"good-resnet-f16.safetensors:conv1:37", false, 0.05f},
                 {"good-bf16.safetensors:features.0[2]", true, 0.2f},
                 {"good-mixed.safetensors:conv1.weight:1", true, 0.3f},
                 {"good-mixed.safetensors:deep", false, 0.1f}};
    for (int i = 0; i < 4; i++)
        for (int channels = 1; channels <= 3; channels += 2) {
            char text[300];
            snprintf(text, sizeof text, "tests/fuzz/corpus/safetensors/%s", cases[i].kernel);
            struct imc_filter_options options = filter_options(text, NULL, NULL);
            struct filter_input input = filter_input_random(&rng, "png", 23, 17, channels, IMC_U8, 255);
            ck_assert(options.stages[0]->learned);
            options.own_bias = cases[i].bias;
            options.scale = cases[i].scale;
            check_values(&options, &input);
            filter_input_free(&input);
            filter_options_free(&options);
        }
}
END_TEST

/* A sample picture, as a file of the test's. */
static struct filter_input sample(const char *name)
{
    enum imc_type type;
    double white;
    bool alpha;
    char text[40];
    snprintf(text, sizeof text, "sample:%s", name);
    struct samples pixels = filter_read(text, &type, &white, &alpha);
    ck_assert_int_eq(type, IMC_U8);
    return filter_input_write(name, "png", pixels, type, white);
}

/* Filters of the models that come with the program, of another program's in both kinds of half precision, and of a NumPy array, on
 * a gray and an RGB photo, as the network reads it and as a picture. */
START_TEST(filters_of_first_layers_on_photographs)
{
    static const char *const photos[] = {"gray", "photo"};
    static const char corpus[] = "tests/fuzz/corpus/safetensors/";
    char f16[100], bf16[100];
    snprintf(f16, sizeof f16, "%sgood-resnet-f16.safetensors:conv1:5", corpus);
    snprintf(bf16, sizeof bf16, "%sgood-bf16.safetensors:features.0:1", corpus);
    const char *const kernels[] = {"model:digits:13", "model:digits5:9", f16, bf16, npybank_random(&rng, "bank.npy", 1, 3, 7)};
    for (int p = 0; p < 2; p++) {
        struct filter_input input = sample(photos[p]);
        ck_assert_int_eq(input.picture.pixels.lanes, p ? 3 : 1);
        for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
            struct imc_filter_options options = filter_options(kernels[k], NULL, NULL);
            ck_assert(filter_check(&options, &input, filter_path("out.png")));
            options.unit = true;
            options.own_bias = options.stages[0]->bias != NULL;
            options.border = IMC_BORDER_CONSTANT;
            if (options.stages[0]->in_c == 3)
                set_mean(&options);
            ck_assert(filter_check(&options, &input, filter_path("out.npy")));
            filter_options_free(&options);
        }
        filter_input_free(&input);
    }
}
END_TEST

START_TEST(a_bias_that_nobody_has_learned)
{
    struct imc_filter_options options = filter_options("sobel", NULL, NULL);
    options.own_bias = true;
    filter_refused(&options, "sample:photo", filter_path("out.png"), IMC_ERR_ARGUMENT, "sobel", "--bias=X");
    filter_options_free(&options);
    options = filter_options("tests/fuzz/corpus/safetensors/good-64-channels.safetensors:layer", NULL, NULL);
    filter_refused(&options, "sample:photo", filter_path("out.png"), IMC_ERR_ARGUMENT, "64 channels", "layer before");
    filter_options_free(&options);
}
END_TEST

static void expect_equal_files(const char *a, const char *b)
{
    enum imc_type type;
    double white;
    bool alpha;
    struct samples one = filter_read(a, &type, &white, &alpha), other = filter_read(b, &type, &white, &alpha);
    ck_assert_uint_eq(samples_count(&one), samples_count(&other));
    ck_assert_mem_eq(one.value, other.value, samples_count(&one) * sizeof *one.value);
    samples_free(&one);
    samples_free(&other);
}

/* Dumped as a .kern file, a filter is still the same filter: taps, bias, channels, and that it was learned. */
START_TEST(dumped_filters_are_the_same_filters)
{
    static const char *const kernels[] = {"good-mixed.safetensors:conv1:0", "good-mixed.safetensors:conv1:1",
                                          "good-bf16.safetensors:3", "good-bf16.safetensors"};
    for (int i = 0; i < 4; i++) {
        char text[300], dump[300];
        snprintf(text, sizeof text, "tests/fuzz/corpus/safetensors/%s", kernels[i]);
        snprintf(dump, sizeof dump, "%s/dump.kern", test_folder());
        struct imc_filter_options model = filter_options(text, NULL, NULL);
        ck_assert_int_eq(imc_bank_save(model.stages[0], dump, false, NULL), IMC_OK);
        struct imc_filter_options dumped = filter_options(dump, NULL, NULL);
        model.own_bias = dumped.own_bias = model.unit = dumped.unit = true;
        const char *a = filter_path("model.npy"), *b = filter_path("dumped.npy");
        ck_assert_int_eq(imc_filter_file(&model, "sample:photo", a, NULL, NULL), IMC_OK);
        ck_assert_int_eq(imc_filter_file(&dumped, "sample:photo", b, NULL, NULL), IMC_OK);
        expect_equal_files(a, b);
        filter_options_free(&model);
        filter_options_free(&dumped);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("learned filters on pictures");
    TCase *tcase = tcase_create("learned");
    tcase_add_checked_fixture(tcase, fresh, NULL);
    tcase_add_test(tcase, a_filter_on_three_channels_reads_colour_and_gray);
    tcase_add_test(tcase, a_chain_may_begin_with_three_channels);
    tcase_add_test(tcase, each_filter_of_a_bank_gives_a_picture);
    tcase_add_test(tcase, learned_filters_run_directly_unless_asked_otherwise);
    tcase_add_test(tcase, layers_of_model_files);
    tcase_add_test(tcase, filters_of_first_layers_on_photographs);
    tcase_add_test(tcase, a_bias_that_nobody_has_learned);
    tcase_add_test(tcase, dumped_filters_are_the_same_filters);
    suite_add_tcase(suite, tcase);
    return suite;
}
