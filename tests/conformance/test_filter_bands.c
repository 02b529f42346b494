/* test_filter_bands.c: the height of the bands and the number of threads change no sample, in runs that stream and in runs that
 * hold the picture.
 */
#include "conformance/conv_case.h"
#include "conformance/filter_case.h"
#include "support/pngmake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same(const struct samples *a, const struct samples *b)
{
    return a->h == b->h && a->w == b->w && a->lanes == b->lanes &&
           memcmp(a->value, b->value, samples_count(a) * sizeof *a->value) == 0;
}

/* Each pair of a band height (0: chosen by the run) and a number of threads is cut differently. */
static void check_bands(struct imc_filter_options *options, const char *input, const char *output)
{
    static const int bands[][2] = {{0, 1}, {1, 1}, {7, 2}, {64, 3}, {1, 3}, {0, 2}};
    struct samples first = {0};
    for (int b = 0; b < 6; b++) {
        options->band_rows = bands[b][0];
        options->threads = bands[b][1];
        struct samples got = filter_must(options, input, output, NULL);
        ck_assert_msg(!first.value || same(&first, &got),
                      "%s of %s with border %d, map %d, mode %d: bands of %d rows and %d threads differ", options->stages[0]->label,
                      input, (int)options->border, (int)options->map, (int)options->mode, bands[b][0], bands[b][1]);
        if (first.value)
            samples_free(&got);
        else
            first = got;
    }
    samples_free(&first);
}

static const struct {
    const char *first, *second;
    enum imc_mode mode;
} filters[] = {
    {"sobel", NULL, IMC_MODE_AUTO},
    {"log:sigma=2", NULL, IMC_MODE_DIRECT},
    {"gaussian:sigma=3", NULL, IMC_MODE_SEPARABLE},
    {"gaussian:sigma=4", NULL, IMC_MODE_FFT},
    {"mean:size=4x9", "sobel-x", IMC_MODE_AUTO},
    {"emboss", "log:sigma=5", IMC_MODE_FFT},
};

static void check_picture(const char *path)
{
    for (size_t f = 0; f < sizeof filters / sizeof *filters; f++)
        for (int border = IMC_BORDER_CONSTANT; border <= IMC_BORDER_WRAP; border++) {
            struct imc_filter_options options = filter_options(filters[f].first, filters[f].second, NULL);
            options.mode = filters[f].mode;
            options.border = (enum imc_border)border;
            options.border_value = 40;
            options.stride_y = 1 + (int)f % 2;
            options.padding = f % 3 == 2 ? IMC_PADDING_FULL : IMC_PADDING_SAME;
            options.map = border % 2 ? IMC_MAP_AUTO : IMC_MAP_FIT;
            check_bands(&options, path, filter_path(f % 2 ? "out.npy" : "out.pam"));
            filter_options_free(&options);
        }
}

START_TEST(bands_and_threads_change_no_sample)
{
    static const int channels[] = {1, 4};
    static const enum imc_type types[] = {IMC_U16, IMC_U8};
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < 2; i++) {
        struct filter_input input = filter_input_random(&rng, "pam", 61, 139, channels[i], types[i], i ? 255 : 65535);
        check_picture(input.path);
        filter_input_free(&input);
    }
}
END_TEST

enum { STORED_W = 61, STORED_H = 97 };

static void write_turned(const char *path, const uint16_t *samples, int orientation)
{
    struct made_picture picture = {STORED_W, STORED_H, 8, 0, 0, samples};
    struct made png = {0}, exif = made_exif(0, orientation, 72, 72);
    made_begin(&png, &picture);
    if (orientation)
        made_chunk(&png, "eXIf", exif.data, exif.size);
    made_end(&png, &picture);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(png.data, 1, png.size, file), png.size);
    ck_assert_int_eq(fclose(file), 0);
    made_free(&png);
    made_free(&exif);
}

/* Orientation 6: the stored picture turned clockwise. laplacian8 is the same in every direction, so it may come before or after. */
START_TEST(a_turned_picture_is_filtered_upright)
{
    struct test_rng rng = {test_seed()};
    uint16_t stored[STORED_W * STORED_H];
    for (int i = 0; i < STORED_W * STORED_H; i++)
        stored[i] = (uint16_t)test_random_int(&rng, 0, 255);
    const char *turned = filter_path("turned.png"), *straight = filter_path("straight.png"), *out = filter_path("out.png");
    write_turned(turned, stored, 6);
    write_turned(straight, stored, 0);
    struct imc_filter_options options = filter_options("laplacian8", NULL, NULL);
    check_bands(&options, turned, out);
    struct samples a = filter_must(&options, turned, out, NULL), b = filter_must(&options, straight, out, NULL);
    ck_assert_int_eq(a.w, STORED_H);
    ck_assert_int_eq(a.h, STORED_W);
    for (int y = 0; y < a.h; y++)
        for (int x = 0; x < a.w; x++)
            ck_assert_double_eq(*samples_at(&a, 0, 0, y, x, 0), *samples_at(&b, 0, 0, STORED_H - 1 - x, y, 0));
    samples_free(&a);
    samples_free(&b);
    filter_options_free(&options);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("bands and threads");
    TCase *tcase = tcase_create("bands");
    tcase_add_test(tcase, bands_and_threads_change_no_sample);
    tcase_add_test(tcase, a_turned_picture_is_filtered_upright);
    suite_add_tcase(suite, tcase);
    return suite;
}
