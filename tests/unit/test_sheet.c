/* test_sheet.c: pictures of filters and of their responses, and results in memory. */
#include "support/picturefile.h"
#include "support/testing.h"

#include <imgconv/sheet.h>

#include "report/canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As in sheet_kernels.c and sheet_responses.c. */
enum { MARGIN = 12, GAP = 8, SQUARE = 24 };

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error;
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static const char *in_folder(const char *name)
{
    static char path[2][300];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_folder(), name);
    return path[turn];
}

static const unsigned char *pixel(const unsigned char *picture, const struct imc_image_info *info, int x, int y)
{
    return picture + 3 * ((size_t)y * (size_t)info->width + (size_t)x);
}

static unsigned char *draw_kernels(const char *first, const char *second, enum imc_sheet_scale scale, struct imc_image_info *info)
{
    struct imc_bank *banks[2] = {parse(first), second ? parse(second) : NULL};
    struct imc_error error = {0};
    ck_assert_msg(imc_sheet_kernels((const struct imc_bank *const *)banks, second ? 2 : 1, scale, in_folder("sheet.png"), NULL,
                                    &error) == IMC_OK,
                  "%s", error.message);
    imc_bank_free(banks[0]);
    imc_bank_free(banks[1]);
    unsigned char *picture = picture_read(in_folder("sheet.png"), info, &error);
    ck_assert_ptr_nonnull(picture);
    return picture;
}

/* Every pixel of the square of tap (i, j) of the filter at x,y has that gray. */
static void expect_square(const unsigned char *picture, const struct imc_image_info *info, int x, int y, int i, int j, int gray)
{
    for (int row = 0; row < SQUARE; row++)
        for (int column = 0; column < SQUARE; column++)
            for (int c = 0; c < 3; c++)
                ck_assert_int_eq(pixel(picture, info, x + j * SQUARE + column, y + i * SQUARE + row)[c], gray);
}

START_TEST(taps_are_squares_and_zero_is_mid_gray)
{
    static const int grays[9] = {128 - 64, 128, 128 + 64, 1, 128, 255, 128 - 64, 128, 128 + 64};
    struct imc_image_info info;
    unsigned char *picture = draw_kernels("sobel-x", NULL, IMC_SHEET_OWN, &info);
    for (int t = 0; t < 9; t++)
        expect_square(picture, &info, MARGIN, MARGIN + CANVAS_LINE, t / 3, t % 3, grays[t]);
    free(picture);
}
END_TEST

START_TEST(scales_are_own_or_common)
{
    for (int common = 0; common < 2; common++) {
        struct imc_image_info info;
        unsigned char *picture = draw_kernels("0,0,0;0,1,0;0,0,0", "0,0,0;0,-4,0;0,0,0", (enum imc_sheet_scale)common, &info);
        int second = MARGIN + 2 * CANVAS_LINE + 3 * SQUARE + GAP + CANVAS_LINE + GAP;
        expect_square(picture, &info, MARGIN, MARGIN + CANVAS_LINE, 1, 1, common ? 128 + 32 : 255);
        expect_square(picture, &info, MARGIN, second, 1, 1, 1);
        free(picture);
    }
}
END_TEST

START_TEST(three_channels_are_colours)
{
    struct imc_image_info info;
    unsigned char *picture = draw_kernels("tests/fuzz/corpus/safetensors/good-bf16.safetensors:0", NULL, IMC_SHEET_OWN, &info);
    const unsigned char *first = pixel(picture, &info, MARGIN, MARGIN + CANVAS_LINE);
    float largest = 50.0f / 64; /* of the 27 taps ((37 i) mod 101 - 50) / 64 */
    for (int c = 0; c < 3; c++) {
        float tap = ((float)(37 * 9 * c % 101) - 50) / 64;
        ck_assert_int_le(abs(first[c] - (int)(128.5f + 127 * tap / largest)), 1);
    }
    free(picture);
}
END_TEST

START_TEST(a_sheet_that_is_too_large)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_int_eq(imc_bank_create(4096, 1, 60, 60, &bank, NULL), IMC_OK);
    const struct imc_bank *banks[100];
    for (int i = 0; i < 100; i++)
        banks[i] = bank;
    ck_assert_int_eq(imc_sheet_kernels(banks, 100, IMC_SHEET_OWN, in_folder("large.png"), NULL, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "choose fewer"));
    imc_bank_free(bank);
}
END_TEST

/* Each cell of a contact sheet is what the filter's own file shows. */
START_TEST(cells_are_the_filters_own_results)
{
    struct imc_bank *bank = parse("tests/fuzz/corpus/safetensors/good-mixed.safetensors:conv1"), *one;
    const struct imc_bank *stage = bank;
    struct imc_filter_options options;
    struct imc_filter_report report;
    struct imc_image_info sheet_info, info;
    struct imc_error error = {0};
    imc_filter_options_default(&options);
    options.stages = &stage;
    options.stage_count = 1;
    options.map = IMC_MAP_FIT;
    options.stride_y = options.stride_x = 4;
    ck_assert_int_eq(imc_sheet_responses(&options, "sample:gray", in_folder("sheet.png"), &report, &error), IMC_OK);
    ck_assert_int_eq(report.output.channels, 3);
    unsigned char *sheet = picture_read(in_folder("sheet.png"), &sheet_info, &error);
    ck_assert_int_eq(sheet_info.width, report.output.width);
    for (int f = 0; f < 2; f++) {
        ck_assert_int_eq(imc_bank_copy(bank, &one, NULL), IMC_OK);
        imc_bank_select(one, f);
        stage = one;
        ck_assert_int_eq(imc_filter_file(&options, "sample:gray", in_folder("one.png"), NULL, &error), IMC_OK);
        unsigned char *own = picture_read(in_folder("one.png"), &info, &error);
        for (int y = 0; y < info.height; y++)
            for (int x = 0; x < info.width; x++)
                for (int c = 0; c < 3; c++)
                    ck_assert_int_eq(pixel(sheet, &sheet_info, MARGIN + f * (info.width + GAP) + x, MARGIN + CANVAS_LINE + y)[c],
                                     own[y * info.width + x]);
        free(own);
        imc_bank_free(one);
    }
    free(sheet);
    imc_bank_free(bank);
}
END_TEST

START_TEST(results_in_memory_are_those_in_files)
{
    static const enum imc_format formats[] = {IMC_FORMAT_AUTO, IMC_FORMAT_NPY};
    static const char *const inputs[] = {"sample:photo", "sample:alpha", "sample:16bit"}, *const files[] = {"x.png", "x.npy"};
    struct imc_bank *bank = parse("sharpen");
    const struct imc_bank *stage = bank;
    struct imc_filter_options options;
    imc_filter_options_default(&options);
    options.stages = &stage;
    options.stage_count = 1;
    for (int i = 0; i < 6; i++) {
        void *samples;
        struct imc_filter_report report;
        struct imc_image_info info;
        struct imc_error error;
        options.format = formats[i % 2];
        ck_assert_int_eq(imc_filter_memory(&options, inputs[i / 2], &samples, &report, &error), IMC_OK);
        ck_assert_int_eq(imc_filter_file(&options, inputs[i / 2], in_folder(files[i % 2]), NULL, &error), IMC_OK);
        void *read = picture_read(in_folder(files[i % 2]), &info, &error);
        ck_assert_uint_eq(picture_bytes(&info), picture_bytes(&report.output));
        ck_assert_mem_eq(read, samples, picture_bytes(&info));
        free(read);
        free(samples);
    }
    options.max_memory = 100000;
    void *samples;
    struct imc_error error;
    ck_assert_int_eq(imc_filter_memory(&options, "sample:photo", &samples, NULL, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_null(samples);
    imc_bank_free(bank);
}
END_TEST

START_TEST(text_of_every_kind)
{
    struct canvas canvas;
    ck_assert_int_eq(canvas_create(60, 20, CANVAS_WHITE, &canvas, NULL), IMC_OK);
    ck_assert_int_eq(canvas_text_width("abc", 2), 34);
    ck_assert_int_eq(canvas_text_width("\xC3\xA4", 1), 5);
    canvas_text(&canvas, -3, -3, 3, 0, "\x01~|_@\xF0\x9F\x99\x82 runs out");
    canvas_label(&canvas, 0, 0, 40, 0, "much too long for this");
    canvas_box(&canvas, 50, 15, 100, 100, 0x102030);
    ck_assert_int_eq(canvas.pixels[3 * (19 * 60 + 59) + 1], 0x20);
    canvas_free(&canvas);
    ck_assert_int_eq(canvas_create(0, 20, CANVAS_WHITE, &canvas, NULL), IMC_ERR_LIMIT);
}
END_TEST

/* 6 pixels a character, the last one 5: what is cut says so, and begins with a whole word where one is near. */
START_TEST(text_that_is_too_long)
{
    static const struct {
        const char *text, *fits;
        int characters;
    } cases[] = {{"gabor:size=31,sigma=4.25", "gabor:size=31,sigma=4.25", 24},
                 {"gabor:size=31,sigma=4.25", "..size=31,sigma=4.25", 20},
                 {"gabor:size=31,sigma=4.25", "..sigma=4.25", 19},
                 {"gabor:size=31,sigma=4.25", "..sigma=4.25", 12},
                 {"gabor:size=31,sigma=4.25", "..gma=4.25", 10},
                 {"a/b/conv1-filter-3", "..conv1-filter-3", 16},
                 {"a/b/conv1-filter-3", "..ilter-3", 9},
                 {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", "..\xC3\x9F", 3},
                 {"four", "", 2},
                 {"", "", 0}};
    char out[CANVAS_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(canvas_fitting(out, cases[i].text, 6 * cases[i].characters - 1), cases[i].fits);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("sheets");
    TCase *tests = tcase_create("sheets");
    tcase_add_test(tests, taps_are_squares_and_zero_is_mid_gray);
    tcase_add_test(tests, scales_are_own_or_common);
    tcase_add_test(tests, three_channels_are_colours);
    tcase_add_test(tests, a_sheet_that_is_too_large);
    tcase_add_test(tests, cells_are_the_filters_own_results);
    tcase_add_test(tests, results_in_memory_are_those_in_files);
    tcase_add_test(tests, text_of_every_kind);
    tcase_add_test(tests, text_that_is_too_long);
    suite_add_tcase(suite, tests);
    return suite;
}
