/* test_filter_errors.c: what is refused, in which words, and that a failure leaves everything as it was. */
#include "conformance/filter_case.h"
#include "conformance/npybank_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct filter_input gray, colour, clear, floats; /* clear: RGBA */

static void make_inputs(void)
{
    static const int channels[] = {1, 3, 4, 1};
    struct test_rng rng = {test_seed()};
    struct {
        struct filter_input *input;
        const char *path;
    } kept[] = {{&gray, "gray"}, {&colour, "colour"}, {&clear, "clear"}, {&floats, "floats"}};
    for (int i = 0; i < 4; i++) {
        struct filter_input made =
            filter_input_random(&rng, i < 3 ? "png" : "npy", 40, 300, channels[i], i < 3 ? IMC_U8 : IMC_F32, 255);
        *kept[i].input = made;
        snprintf(kept[i].input->path, sizeof made.path, "%s/%s.%s", test_folder(), kept[i].path, i < 3 ? "png" : "npy");
        ck_assert_int_eq(rename(made.path, kept[i].input->path), 0);
    }
}

static void free_inputs(void)
{
    filter_input_free(&gray);
    filter_input_free(&colour);
    filter_input_free(&clear);
    filter_input_free(&floats);
}

/* A kernel file with an offset. */
static const char *offset_kernel(void)
{
    static char path[320];
    snprintf(path, sizeof path, "%s/raised.kern", test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("# offset: 20\n1 2 1\n", file);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

/* Refusals of kernels on pictures. */
START_TEST(kernels_that_do_not_fit_are_refused)
{
    struct test_rng rng = {test_seed()};
    char two[320], three[320], bank[320];
    snprintf(two, sizeof two, "%s", npybank_random(&rng, "two.npy", 1, 2, 3));
    snprintf(three, sizeof three, "%s", npybank_random(&rng, "three.npy", 1, 3, 3));
    snprintf(bank, sizeof bank, "%s", npybank_random(&rng, "bank.npy", 4, 1, 3));
    const struct {
        const char *first, *second, *input, *output, *word, *remedy;
        enum imc_channels channels;
        enum imc_alpha alpha;
        enum imc_mode mode;
        enum imc_padding padding;
    } cases[] = {
        {.first = two, .input = gray.path, .word = "two.npy", .remedy = "1 or 3"},
        {.first = "mean", .second = three, .input = colour.path, .word = "three.npy", .remedy = "first kernel"},
        {.first = bank, .second = "mean", .input = gray.path, .word = "bank.npy", .remedy = ":I"},
        {.first = bank, .input = gray.path, .word = "bank.npy", .remedy = ".npy"},
        {.first = bank,
         .input = clear.path,
         .output = "none.npy",
         .word = "bank.npy",
         .remedy = "--alpha drop",
         .alpha = IMC_ALPHA_KEEP},
        {.first = three, .input = colour.path, .word = "three.npy", .remedy = "auto", .channels = IMC_CHANNELS_LUMA},
        {.first = three, .input = clear.path, .word = "three.npy", .remedy = "--alpha weighted or drop", .alpha = IMC_ALPHA_KEEP},
        {.first = three, .input = clear.path, .word = "three.npy", .remedy = "--alpha weighted or drop", .alpha = IMC_ALPHA_FILTER},
        {.first = "mean", .input = colour.path, .word = "alpha", .remedy = "each, luma, r, g or b", .channels = IMC_CHANNELS_A},
        {.first = offset_kernel(),
         .second = "mean",
         .input = clear.path,
         .word = "weighted",
         .remedy = "--alpha keep",
         .alpha = IMC_ALPHA_WEIGHTED},
        {.first = "laplacian8", .input = gray.path, .word = "rank 2", .mode = IMC_MODE_SEPARABLE},
        {.first = "mean:size=41", .input = gray.path, .word = "nothing is left", .remedy = "41", .padding = IMC_PADDING_VALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_filter_options options = filter_options(cases[i].first, cases[i].second, NULL);
        options.channels = cases[i].channels;
        options.alpha = cases[i].alpha;
        options.mode = cases[i].mode;
        options.padding = cases[i].padding;
        filter_refused(&options, cases[i].input, filter_path(cases[i].output ? cases[i].output : "none.png"), IMC_ERR_ARGUMENT,
                       cases[i].word, cases[i].remedy);
        filter_options_free(&options);
    }
}
END_TEST

/* Two and four channels of floats are no colours: .npy alone holds them. */
START_TEST(plain_channels_that_do_not_fit_are_refused)
{
    struct test_rng rng = {test_seed()};
    for (int channels = 2; channels <= 4; channels += 2) {
        struct filter_input input = filter_input_random(&rng, "npy", 9, 7, channels, IMC_F32, 0);
        struct imc_filter_options options = filter_options("mean", NULL, NULL);
        options.map = IMC_MAP_FIT;
        filter_refused(&options, input.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "no colours", ".npy");
        filter_refused(&options, input.path, filter_path("none.pam"), IMC_ERR_ARGUMENT, "no colours", "luma, r or g");
        options.map = IMC_MAP_AUTO;
        options.channels = IMC_CHANNELS_A;
        filter_refused(&options, input.path, filter_path("none.npy"), IMC_ERR_ARGUMENT, "no alpha", "each");
        options.channels = IMC_CHANNELS_B;
        if (channels == 2)
            filter_refused(&options, input.path, filter_path("none.npy"), IMC_ERR_ARGUMENT, "two channels", "luma, r or g");
        options.channels = IMC_CHANNELS_EACH;
        options.has_mean = true;
        options.mean[2] = 0.5f;
        if (channels == 4)
            filter_refused(&options, input.path, filter_path("none.npy"), IMC_ERR_ARGUMENT, "three numbers", "one for all");
        filter_options_free(&options);
        filter_input_free(&input);
    }
}
END_TEST

/* Weighted colours take a bias after the division, which comes too late for a sum of squares. */
START_TEST(a_bias_under_a_combination_is_not_weighted)
{
    struct imc_filter_options options = filter_options("mag(mean,gaussian)", NULL, NULL);
    struct imc_filter_explanation explanation;
    options.bias = -40;
    ck_assert_int_eq(imc_filter_explain(&options, clear.path, NULL, &explanation, NULL), IMC_OK);
    ck_assert_int_eq(explanation.alpha, IMC_ALPHA_KEEP);
    options.alpha = IMC_ALPHA_WEIGHTED;
    filter_refused(&options, clear.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "mag(mean,gaussian)", "--alpha keep");
    options.bias = 0;
    filter_check(&options, &clear, filter_path("out.png"));
    unlink(filter_path("out.png"));
    filter_options_free(&options);
}
END_TEST

START_TEST(a_run_without_kernels_is_refused)
{
    struct imc_filter_options options;
    imc_filter_options_default(&options);
    filter_refused(&options, gray.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "kernels", "1 to 16");
}
END_TEST

START_TEST(values_that_do_not_fit_the_file_are_refused)
{
    struct imc_filter_options options = filter_options("mean", NULL, NULL);
    filter_refused(&options, gray.path, filter_path("none.xyz"), IMC_ERR_ARGUMENT, "none.xyz", "--format");
    filter_refused(&options, floats.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "--range LO,HI", "--map fit");
    filter_refused(&options, clear.path, filter_path("none.pgm"), IMC_ERR_ARGUMENT, "none.pgm", "PAM and PNG");
    options.map = IMC_MAP_RAW;
    filter_refused(&options, gray.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "--map raw", "offset");
    options.map = IMC_MAP_AUTO;
    options.has_range = true;
    options.range_lo = options.range_hi = 3;
    filter_refused(&options, gray.path, filter_path("none.png"), IMC_ERR_ARGUMENT, "range", "low to high");
    filter_options_free(&options);
}
END_TEST

START_TEST(files_that_cannot_be_had_are_named)
{
    struct imc_filter_options options = filter_options("mean", NULL, NULL);
    filter_refused(&options, filter_path("absent.png"), filter_path("none.png"), IMC_ERR_IO, "absent.png", "No such file");
    filter_refused(&options, gray.path, filter_path("absent/none.png"), IMC_ERR_IO, "absent/none.png", "No such file");
    filter_refused(&options, offset_kernel(), filter_path("none.png"), IMC_ERR_FORMAT, "raised.kern", "PNG, JPEG");
    options.no_clobber = true;
    filter_refused(&options, gray.path, colour.path, IMC_ERR_IO, "colour.png", "exists");
    filter_options_free(&options);
}
END_TEST

struct bytes {
    unsigned char *data;
    size_t size;
};

static struct bytes slurp(const char *path)
{
    struct stat status;
    struct bytes bytes;
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fstat(fileno(file), &status), 0);
    bytes.size = (size_t)status.st_size;
    bytes.data = malloc(bytes.size + 1);
    ck_assert_ptr_nonnull(bytes.data);
    ck_assert_uint_eq(fread(bytes.data, 1, bytes.size, file), bytes.size);
    fclose(file);
    return bytes;
}

static void spill(const char *path, struct bytes bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes.data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static void assert_unchanged(const char *path, struct bytes before)
{
    struct bytes now = slurp(path);
    ck_assert_uint_eq(now.size, before.size);
    ck_assert_int_eq(memcmp(now.data, before.data, now.size), 0);
    free(now.data);
}

/* vips keeps a picture of half the rows, ImageMagick an empty file. */
START_TEST(a_failure_in_the_middle_leaves_the_old_output)
{
    static const char *const kernels[] = {"gaussian:sigma=2", "sobel"};
    struct bytes whole = slurp(gray.path), old = slurp(colour.path);
    const char *half = filter_path("half.png"), *out = filter_path("old.png");
    for (int i = 0; i < 12; i++) {
        struct imc_filter_options options = filter_options(kernels[i % 2], NULL, NULL);
        size_t cut = i % 3 == 2 ? whole.size - 5 : whole.size / (size_t)(2 + i % 3);
        options.map = i % 4 == 3 ? IMC_MAP_FIT : IMC_MAP_AUTO;
        options.border = i % 4 == 2 ? IMC_BORDER_WRAP : IMC_BORDER_REPLICATE;
        options.padding = i > 5 ? IMC_PADDING_GIVEN : IMC_PADDING_SAME;
        options.pad_bottom = -280; /* rows that no output needs: the damage is found none the less */
        options.band_rows = 5;
        spill(half, whole, cut);
        spill(out, old, old.size);
        filter_refused(&options, half, out, IMC_ERR_FORMAT, "half.png", NULL);
        assert_unchanged(out, old);
        struct bytes damaged = slurp(half);
        filter_refused(&options, half, half, IMC_ERR_FORMAT, "half.png", NULL); /* onto itself */
        assert_unchanged(half, damaged);
        free(damaged.data);
        filter_options_free(&options);
    }
    free(whole.data);
    free(old.data);
}
END_TEST

/* vips empties the file first. */
START_TEST(input_and_output_may_be_one_file)
{
    struct imc_filter_options options = filter_options("mean:size=3x5", "sobel", NULL);
    struct bytes whole = slurp(gray.path);
    const char *same = filter_path("same.png"), *other = filter_path("other.png");
    for (int map = 0; map < 2; map++) {
        options.map = map ? IMC_MAP_FIT : IMC_MAP_AUTO;
        spill(same, whole, whole.size);
        struct samples want = filter_must(&options, gray.path, other, NULL), got = filter_must(&options, same, same, NULL);
        ck_assert_uint_eq(samples_count(&got), samples_count(&want));
        ck_assert_int_eq(memcmp(got.value, want.value, samples_count(&want) * sizeof *want.value), 0);
        samples_free(&want);
        samples_free(&got);
    }
    unlink(same);
    unlink(other);
    free(whole.data);
    filter_options_free(&options);
}
END_TEST

struct watch {
    int64_t done, total;
    int calls, stop_at;
};

static int watch(void *context, int64_t done, int64_t total)
{
    struct watch *w = context;
    ck_assert_int_ge(done, w->done);
    ck_assert_int_le(done, total);
    w->done = done;
    w->total = total;
    return ++w->calls == w->stop_at;
}

START_TEST(progress_reaches_the_end_and_can_stop_the_run)
{
    struct bytes old = slurp(colour.path);
    for (int map = 0; map < 2; map++)
        for (int stop = 0; stop < 40; stop += 13) {
            struct imc_filter_options options = filter_options("sobel", NULL, NULL);
            struct watch seen = {.stop_at = stop};
            const char *out = filter_path("old.png");
            spill(out, old, old.size);
            options.map = map ? IMC_MAP_FIT : IMC_MAP_AUTO;
            options.band_rows = 7;
            options.progress = watch;
            options.progress_context = &seen;
            if (stop) {
                filter_refused(&options, gray.path, out, IMC_ERR_CANCELLED, "interrupted", NULL);
                ck_assert_int_eq(seen.calls, stop);
                assert_unchanged(out, old);
            } else {
                ck_assert_int_eq(imc_filter_file(&options, gray.path, out, NULL, NULL), IMC_OK);
                ck_assert_int_eq(seen.done, seen.total);
                ck_assert_int_ge(seen.calls, 43);
            }
            filter_options_free(&options);
        }
    unlink(filter_path("old.png"));
    free(old.data);
}
END_TEST

/* Explaining meets the same refusals, and writes nothing. */
START_TEST(an_explanation_refuses_what_the_run_refuses)
{
    struct imc_filter_options options = filter_options("mean", NULL, NULL);
    struct imc_filter_explanation explanation;
    struct imc_error run, told;
    options.map = IMC_MAP_RAW;
    const char *out = filter_path("none.png");
    ck_assert_int_eq(imc_filter_file(&options, gray.path, out, NULL, &run), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_filter_explain(&options, gray.path, out, &explanation, &told), IMC_ERR_ARGUMENT);
    ck_assert_str_eq(run.message, told.message);
    options.map = IMC_MAP_AUTO;
    ck_assert_int_eq(imc_filter_explain(&options, gray.path, out, &explanation, &told), IMC_OK);
    ck_assert_int_ne(access(out, F_OK), 0);
    filter_options_free(&options);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("refusals of the filter");
    TCase *tcase = tcase_create("errors");
    tcase_add_unchecked_fixture(tcase, make_inputs, free_inputs);
    tcase_add_test(tcase, kernels_that_do_not_fit_are_refused);
    tcase_add_test(tcase, plain_channels_that_do_not_fit_are_refused);
    tcase_add_test(tcase, a_bias_under_a_combination_is_not_weighted);
    tcase_add_test(tcase, a_run_without_kernels_is_refused);
    tcase_add_test(tcase, values_that_do_not_fit_the_file_are_refused);
    tcase_add_test(tcase, files_that_cannot_be_had_are_named);
    tcase_add_test(tcase, a_failure_in_the_middle_leaves_the_old_output);
    tcase_add_test(tcase, input_and_output_may_be_one_file);
    tcase_add_test(tcase, progress_reaches_the_end_and_can_stop_the_run);
    tcase_add_test(tcase, an_explanation_refuses_what_the_run_refuses);
    suite_add_tcase(suite, tcase);
    return suite;
}
