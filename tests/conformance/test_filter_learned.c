/* test_filter_learned.c: banks as networks have them, in .npy files: filters on three channels with unit, mean and deviation, and
 * banks of several filters that become several pictures.
 */
#include "conformance/filter_case.h"
#include "conformance/npybank_file.h"

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

Suite *make_suite(void)
{
    Suite *suite = suite_create("learned filters on pictures");
    TCase *tcase = tcase_create("learned");
    tcase_add_checked_fixture(tcase, fresh, NULL);
    tcase_add_test(tcase, a_filter_on_three_channels_reads_colour_and_gray);
    tcase_add_test(tcase, a_chain_may_begin_with_three_channels);
    tcase_add_test(tcase, each_filter_of_a_bank_gives_a_picture);
    tcase_add_test(tcase, learned_filters_run_directly_unless_asked_otherwise);
    suite_add_tcase(suite, tcase);
    return suite;
}
