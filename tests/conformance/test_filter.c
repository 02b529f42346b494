/* test_filter.c: files through the filter pipeline against the reference, every kernel under every border and mode with the other
 * options drawn at random. IMGCONV_TEST_SEED repeats a run; IMGCONV_TEST_CASE=N runs case N alone.
 */
#include "conformance/conv_case.h"
#include "conformance/filter_case.h"

#include <stdio.h>
#include <string.h>

static const struct {
    int width, height;
} sizes[] = {{1, 1}, {1, 9}, {11, 1}, {2, 3}, {5, 5}, {13, 7}, {8, 16}, {31, 17}, {97, 61}};

static const struct {
    const char *suffix;
    int channels;
    enum imc_type type;
    double white;
} kinds[] = {
    {"png", 1, IMC_U8, 255},    {"png", 2, IMC_U8, 255},    {"png", 3, IMC_U8, 255},    {"png", 4, IMC_U8, 255},
    {"png", 1, IMC_U16, 65535}, {"png", 2, IMC_U16, 65535}, {"png", 3, IMC_U16, 65535}, {"png", 4, IMC_U16, 65535},
    {"pgm", 1, IMC_U16, 1000},  {"ppm", 3, IMC_U16, 1000},  {"pam", 4, IMC_U16, 1000},  {"pam", 2, IMC_U8, 100},
    {"npy", 1, IMC_F32, 0},     {"npy", 2, IMC_F32, 0},     {"npy", 3, IMC_F32, 0},     {"npy", 4, IMC_F32, 0},
};

#define COUNT(list)     ((int)(sizeof(list) / sizeof *(list)))
#define PICK(rng, list) (list)[test_random_int(rng, 0, COUNT(list) - 1)]

static bool one_in(struct test_rng *rng, int n)
{
    return test_random_int(rng, 1, n) == 1;
}

static void draw_geometry(struct test_rng *rng, struct imc_filter_options *options)
{
    static const int strides[][2] = {{1, 1}, {1, 1}, {2, 2}, {3, 1}, {1, 4}};
    const int *stride = PICK(rng, strides);
    options->stride_y = stride[0];
    options->stride_x = stride[1];
    options->dilation_y = one_in(rng, 4) ? 2 : 1;
    options->dilation_x = one_in(rng, 4) ? 3 : 1;
    options->padding = one_in(rng, 2) ? IMC_PADDING_SAME : (enum imc_padding)test_random_int(rng, 0, IMC_PADDING_GIVEN);
    options->pad_top = test_random_int(rng, -2, 4);
    options->pad_bottom = test_random_int(rng, -2, 4);
    options->pad_left = test_random_int(rng, -2, 4);
    options->pad_right = test_random_int(rng, -2, 4);
}

static void draw_values(struct test_rng *rng, struct imc_filter_options *options, double white)
{
    static const float scales[] = {1, 1, 0.5f, 2, -1, 0.37f}, means[] = {0.5f, 0, 0.485f}, stds[] = {1, 0.25f, 0.229f};
    options->flip = one_in(rng, 4);
    options->normalize = one_in(rng, 4);
    options->linear = one_in(rng, 5);
    options->unit = one_in(rng, 5);
    options->has_mean = one_in(rng, 10);
    options->has_std = one_in(rng, 10);
    for (int c = 0; c < 3; c++) {
        options->mean[c] = PICK(rng, means);
        options->std[c] = PICK(rng, stds);
    }
    bool unit = options->unit || options->has_mean || options->has_std || white == 0;
    options->scale = PICK(rng, scales);
    options->offset = one_in(rng, 4) ? (float)(0.25 * (unit ? 1 : white)) : 0;
    options->bias = one_in(rng, 6) ? (float)(-0.1 * (unit ? 1 : white)) : 0;
    options->relu = one_in(rng, 6);
    options->border_value = one_in(rng, 2) ? (float)(0.7 * (unit ? 1 : white)) : 0;
    options->has_range = one_in(rng, 8);
    options->range_lo = (float)(-0.3 * (unit ? 1 : white));
    options->range_hi = (float)(1.2 * (unit ? 1 : white));
}

static void draw_channels(struct test_rng *rng, struct imc_filter_options *options, int channels, bool alpha)
{
    options->alpha = (enum imc_alpha)test_random_int(rng, 0, IMC_ALPHA_DROP);
    options->channels = one_in(rng, 2) ? IMC_CHANNELS_AUTO : (enum imc_channels)test_random_int(rng, 0, IMC_CHANNELS_A);
    if ((options->channels == IMC_CHANNELS_A && !alpha) || (options->channels == IMC_CHANNELS_B && channels == 2 && !alpha))
        options->channels = one_in(rng, 2) ? IMC_CHANNELS_EACH : IMC_CHANNELS_AUTO;
}

/* Channels that are no colours go to .npy files, and have one mean and one deviation. */
static void suit_plain_channels(struct imc_filter_options *options)
{
    for (int c = 1; c < 3; c++) {
        options->mean[c] = options->mean[0];
        options->std[c] = options->std[0];
    }
}

/* Options that would be refused are put right. */
static void make_possible(struct test_rng *rng, struct imc_filter_options *options, double white, bool to_float)
{
    options->map = (enum imc_map)test_random_int(rng, 0, IMC_MAP_RAW);
    if (options->map == IMC_MAP_RAW && !to_float)
        options->map = IMC_MAP_AUTO;
    if (to_float || options->map == IMC_MAP_FIT)
        options->has_range = false;
    bool unknown = white == 0 && !options->unit && !options->has_mean && !options->has_std;
    if (unknown && !to_float && !options->has_range)
        options->map = IMC_MAP_FIT;
    options->depth = one_in(rng, 4) ? 8 : one_in(rng, 4) ? 16 : 0;
}

static bool runs_in(const struct imc_filter_options *options, enum imc_mode mode)
{
    for (int i = 0; i < options->stage_count; i++)
        for (int o = 0; o < options->stages[i]->filters; o++)
            if (mode == IMC_MODE_SEPARABLE && imc_bank_rank(options->stages[i], o) > 1)
                return false;
    return true;
}

/* Opposite wishes that only an error would answer; the refusals have tests of their own. */
static bool contradicts(const struct imc_filter_options *options)
{
    for (int i = 0; i + 1 < options->stage_count; i++)
        if (options->stages[i]->offset != 0 && options->alpha == IMC_ALPHA_WEIGHTED)
            return true;
    bool joined = options->stages[options->stage_count - 1]->combine != IMC_COMBINE_NONE;
    return options->alpha == IMC_ALPHA_WEIGHTED && joined && (options->bias != 0 || options->relu);
}

static void check_case(const char *const kernels[3], enum imc_border border, enum imc_mode mode, struct test_rng *rng)
{
    struct imc_filter_options options = filter_options(kernels[0], kernels[1], kernels[2]);
    int kind = test_random_int(rng, 0, COUNT(kinds) - 1), size = test_random_int(rng, 0, COUNT(sizes) - (one_in(rng, 12) ? 1 : 2));
    struct filter_input input = filter_input_random(rng, kinds[kind].suffix, sizes[size].width, sizes[size].height,
                                                    kinds[kind].channels, kinds[kind].type, kinds[kind].white);
    draw_geometry(rng, &options);
    draw_channels(rng, &options, kinds[kind].channels, input.picture.alpha);
    draw_values(rng, &options, kinds[kind].white);
    bool plain = kinds[kind].channels % 2 == 0 && !input.picture.alpha, to_float = one_in(rng, 3) || plain;
    if (plain)
        suit_plain_channels(&options);
    make_possible(rng, &options, kinds[kind].white, to_float);
    if (contradicts(&options))
        options.alpha = IMC_ALPHA_AUTO;
    options.border = border;
    options.mode = runs_in(&options, mode) ? mode : IMC_MODE_DIRECT;
    options.threads = test_random_int(rng, 1, 2);
    options.band_rows = one_in(rng, 2) ? test_random_int(rng, 1, 9) : 0;
    options.compression = 1;
    const char *integer = kinds[kind].type == IMC_F32 || one_in(rng, 2) ? "out.png" : "out.pam";
    filter_check(&options, &input, filter_path(to_float ? "out.npy" : integer));
    filter_input_free(&input);
    filter_options_free(&options);
}

/* Each case has random numbers of its own, so that one alone can be repeated. */
static struct test_rng rng_of(long number)
{
    return (struct test_rng){test_seed() + (uint64_t)number * 1000003};
}

static bool wanted(long number)
{
    return case_asked() < 0 || case_asked() == number;
}

static void announce(long number)
{
    if (case_asked() >= 0)
        printf("case %ld\n", number);
}

START_TEST(every_kernel_under_every_border_and_mode)
{
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    long number = 0;
    for (int k = 0; k < count; k++)
        for (int border = 0; border <= IMC_BORDER_WRAP; border++)
            for (int mode = 0; mode <= IMC_MODE_FFT; mode++, number++) {
                struct test_rng rng = rng_of(number);
                if (wanted(number)) {
                    announce(number);
                    check_case((const char *[3]){list[k].name}, (enum imc_border)border, (enum imc_mode)mode, &rng);
                }
            }
}
END_TEST

START_TEST(chains)
{
    static const char *const texts[] = {"gaussian:sigma=0.7",
                                        "sobel",
                                        "sobel-x",
                                        "mean:size=2",
                                        "1,2,3;4,5,6",
                                        "laplacian4",
                                        "sharpen",
                                        "mag(mean,gaussian:sigma=0.6)",
                                        "mean:size=1x4",
                                        "emboss",
                                        "max(sobel-x,sobel-y)",
                                        "abs(prewitt-x)",
                                        "roberts",
                                        "neg(mean:size=3)",
                                        "sum(identity,sobel-45)"};
    for (long number = 10000; number < 10120; number++) {
        struct test_rng rng = rng_of(number);
        const char *kernels[3] = {PICK(&rng, texts), PICK(&rng, texts), one_in(&rng, 2) ? PICK(&rng, texts) : NULL};
        if (wanted(number)) {
            announce(number);
            check_case(kernels, (enum imc_border)test_random_int(&rng, 0, IMC_BORDER_WRAP),
                       (enum imc_mode)test_random_int(&rng, 0, IMC_MODE_FFT), &rng);
        }
    }
}
END_TEST

/* A kernel file's own scale and offset, which weighted colours take after the division by alpha. */
START_TEST(kernels_with_scale_and_offset)
{
    char path[320];
    snprintf(path, sizeof path, "%s", filter_path("raised.kern"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("# scale: 1/4\n# offset: 20\n1 2 1\n", file);
    ck_assert_int_eq(fclose(file), 0);
    for (long number = 20000; number < 20060; number++) {
        struct test_rng rng = rng_of(number);
        const char *kernels[3] = {one_in(&rng, 2) ? path : "mean:size=2", path, NULL};
        if (one_in(&rng, 2))
            kernels[1] = NULL;
        if (wanted(number)) {
            announce(number);
            check_case(kernels, (enum imc_border)test_random_int(&rng, 0, IMC_BORDER_WRAP), IMC_MODE_AUTO, &rng);
        }
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("filter pipeline");
    TCase *tcase = tcase_create("against the reference");
    tcase_add_test(tcase, every_kernel_under_every_border_and_mode);
    tcase_add_test(tcase, chains);
    tcase_add_test(tcase, kernels_with_scale_and_offset);
    suite_add_tcase(suite, tcase);
    return suite;
}
