/* test_plot.c: pictures about kernels and networks: what stands in them, and odd input. */
#include "support/picturefile.h"
#include "support/testing.h"

#include "kernel/bank.h"

#include <imgconv/plot.h>
#include <imgconv/sheet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *in_folder(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

/* The text of a drawing. */
static char *read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 1 << 22);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, (1 << 22) - 1, file), (1 << 22) - 1);
    fclose(file);
    return text;
}

static int count_of(const char *text, const char *word)
{
    int count = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        count++;
    return count;
}

START_TEST(curves_leave_gaps_where_there_is_no_number)
{
    const struct imc_epoch history[] = {
        {0.001, 1.5, 0.5, 1.25, 0.55}, {0.001, NAN, 0.8, NAN, NAN}, {0.001, 0.5, 0.9, NAN, NAN}, {0.001, 1.5, 0.5, 1.25, 0.55}};
    const char *path = in_folder("curves.svg");
    ck_assert_int_eq(imc_plot_history(history, 4, path, NULL), IMC_OK);
    char *text = read_text(path);
    ck_assert_int_eq(count_of(text, ">validation</text>"), 2);
    ck_assert_int_eq(count_of(text, ">1.5</text>"), 1); /* the top of the loss */
    ck_assert_ptr_null(strstr(text, "nan"));
    ck_assert_int_eq(strcmp(text + strlen(text) - 7, "</svg>\n"), 0);
    free(text);
    for (int epochs = 0; epochs < 2; epochs++)
        ck_assert_int_eq(imc_plot_history(history, epochs, path, NULL), IMC_OK);
}
END_TEST

START_TEST(axes_of_any_length)
{
    enum { EPOCHS = 1000 };
    struct imc_epoch *history = calloc(EPOCHS, sizeof *history);
    ck_assert_ptr_nonnull(history);
    for (int e = 0; e < EPOCHS; e++)
        history[e] = (struct imc_epoch){1, 1e-9 * e, 1, 1e30, 1};
    ck_assert_int_eq(imc_plot_history(history, EPOCHS, in_folder("long.svg"), NULL), IMC_OK);
    char *text = read_text(in_folder("long.svg"));
    ck_assert_int_le(count_of(text, "<text"), 50);
    ck_assert_int_eq(count_of(text, ">1000</text>"), 2);
    free(text);
    free(history);
}
END_TEST

START_TEST(names_are_escaped_and_cut)
{
    static const int counts[4] = {3, 1, 0, 0};
    static const char *const names[2] = {"<a>&\"\x01", "a name that is much too long"};
    const char *path = in_folder("matrix.svg");
    ck_assert_int_eq(imc_plot_confusion(counts, names, 2, "title", path, NULL), IMC_OK);
    char *text = read_text(path);
    ck_assert_ptr_nonnull(strstr(text, ">&lt;a&gt;&amp;&quot;?</text>"));
    ck_assert_ptr_nonnull(strstr(text, ">a name that </text>"));
    ck_assert_ptr_nonnull(strstr(text, ">3</text>"));
    ck_assert_ptr_null(strstr(text, ">0</text>"));
    free(text);
}
END_TEST

START_TEST(many_classes_have_no_numbers)
{
    enum { CLASSES = 256 };
    int *counts = calloc((size_t)CLASSES * CLASSES, sizeof *counts);
    const char *names[CLASSES];
    struct imc_image_info info;
    struct imc_error error;
    ck_assert_ptr_nonnull(counts);
    for (int c = 0; c < CLASSES; c++)
        names[c] = "name";
    counts[0] = 7;
    ck_assert_int_eq(imc_plot_confusion(counts, names, CLASSES, "title", in_folder("matrix.png"), NULL), IMC_OK);
    unsigned char *picture = picture_read(in_folder("matrix.png"), &info, &error);
    ck_assert_ptr_nonnull(picture);
    ck_assert_int_gt(info.width, CLASSES * 16);
    ck_assert_int_lt(info.width, CLASSES * 16 + 200);
    free(picture);
    free(counts);
}
END_TEST

/* Every element that is opened is closed, in order, attributes are quoted, and nothing but the five names follows an ampersand. */
static void check_xml(const char *text)
{
    const char *open[8];
    int depth = 0;
    for (const char *at = text; (at = strpbrk(at, "<&")); at++) {
        if (*at == '&') {
            ck_assert(!strncmp(at, "&amp;", 5) || !strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4) || !strncmp(at, "&quot;", 6));
            continue;
        }
        const char *end = strpbrk(at + 1, "<>");
        ck_assert(end && *end == '>');
        int quotes = 0;
        for (const char *c = at; c < end; c++)
            quotes += *c == '"';
        ck_assert_int_eq(quotes % 2, 0);
        if (at[1] == '/') {
            ck_assert_int_gt(depth, 0);
            size_t length = (size_t)(end - at) - 2;
            ck_assert_int_eq(strncmp(open[--depth] + 1, at + 2, length), 0);
            ck_assert(strchr(" >", open[depth][1 + length]) != NULL);
        } else if (end[-1] != '/') {
            ck_assert_int_lt(depth, 8);
            open[depth++] = at;
        }
    }
    ck_assert_int_eq(depth, 0);
}

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

/* The drawing of a kernel as text, which is well-formed, and whose numbers are numbers. */
static char *drawing_of(const struct imc_bank *bank)
{
    struct imc_error error = {0};
    ck_assert_msg(imc_plot_kernel(bank, in_folder("kernel.svg"), &error) == IMC_OK, "%s", error.message);
    char *text = read_text(in_folder("kernel.svg"));
    check_xml(text);
    ck_assert_ptr_null(strstr(text, "nan"));
    ck_assert_ptr_null(strstr(text, "inf"));
    ck_assert_ptr_null(strstr(text, "=\"-0\""));
    return text;
}

START_TEST(a_kernel_is_drawn_with_its_taps_and_figures)
{
    static const char *const stands[] = {
        ">sobel-y: 3x3, derivative</text>",
        ">sobel-y</text>",
        ">Answers to horizontal edges, blind to vertical ones and to flat areas.</text>",
        ">-2</text>",
        ">0.25, 90 degrees</text>",
        ">3.464</text>",
        ">cycles per pixel</text>",
        ">cycles per pixel; white is 8</text>",
        ">pixels from the point</text>",
        ">pixels behind the step</text>",
        ">1.000</text>",
    };
    struct imc_bank *bank = parse("sobel-y");
    char *text = drawing_of(bank);
    for (size_t i = 0; i < sizeof stands / sizeof *stands; i++)
        ck_assert_msg(strstr(text, stands[i]) != NULL, "%s", stands[i]);
    free(text);
    imc_bank_free(bank);
}
END_TEST

/* Numbers are left out where they do not fit, and never cut. */
START_TEST(cells_have_numbers_that_fit)
{
    struct imc_bank *bank = parse("0.123456,-0.5;0.25,1e-9");
    char *text = drawing_of(bank);
    ck_assert_int_eq(count_of(text, ">0.1235</text>"), 1);
    ck_assert_int_eq(count_of(text, ">1e-9</text>") + count_of(text, ">1e-09</text>"), 1);
    free(text);
    imc_bank_free(bank);
    ck_assert_int_eq(imc_bank_create(1, 1, 31, 31, &bank, NULL), IMC_OK);
    for (int i = 0; i < 31 * 31; i++)
        bank->weights[i] = 7.125F;
    text = drawing_of(bank);
    ck_assert_int_eq(count_of(text, ">7.125</text>"), 0);
    ck_assert_int_eq(count_of(text, ", largest 7.125</text>"), 1);
    free(text);
    imc_bank_free(bank);
}
END_TEST

/* A long name is cut between characters, and what XML reserves is escaped. */
START_TEST(names_of_kernels_stay_text)
{
    char name[500] = "<script>&\"";
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(2, 1, 1, 1, &bank, NULL), IMC_OK);
    for (int i = 0; i < 100; i++)
        strcat(name, i % 3 ? "\xC3\xA9" : "x");
    ck_assert(bank_set_label(bank, name) && bank_set_name(bank, 1, name + 3));
    char *text = drawing_of(bank);
    ck_assert_ptr_nonnull(strstr(text, ">&lt;script&gt;&amp;&quot;x\xC3\xA9"));
    ck_assert_int_eq(count_of(text, ": 1x1, tone</text>") + count_of(text, ": 1x1, derivative</text>"), 2);
    ck_assert_ptr_null(strstr(text, "\xC3."));
    free(text);
    imc_bank_free(bank);
}
END_TEST

START_TEST(kernels_of_any_size_are_drawn)
{
    struct test_rng rng = {test_seed()};
    static const int sizes[][4] = {{1, 1, 1, 1},  {1, 1, 1, 9},   {2, 3, 7, 1},  {1, 20, 3, 2},
                                   {3, 64, 1, 1}, {1, 1, 128, 2}, {1, 1, 40, 65}};
    for (size_t s = 0; s < 2 * sizeof sizes / sizeof *sizes; s++) {
        const int *size = sizes[s / 2];
        struct imc_bank *bank;
        struct imc_image_info info;
        struct imc_error error;
        ck_assert_int_eq(imc_bank_create(size[0], size[1], size[2], size[3], &bank, NULL), IMC_OK);
        for (int i = 0; s % 2 && i < size[0] * size[1] * size[2] * size[3]; i++)
            bank->weights[i] = (float)(test_random_unit(&rng) - 0.5);
        free(drawing_of(bank));
        ck_assert_int_eq(imc_plot_kernel(bank, in_folder("kernel.png"), &error), IMC_OK);
        unsigned char *picture = picture_read(in_folder("kernel.png"), &info, &error);
        ck_assert_ptr_nonnull(picture);
        ck_assert_int_eq(info.height % size[0], 0);
        free(picture);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(what_cannot_be_drawn_leaves_no_file)
{
    struct imc_error error;
    struct imc_bank *bank = parse("mean:size=129");
    ck_assert_int_eq(imc_plot_kernel(bank, in_folder("large.svg"), &error), IMC_ERR_LIMIT);
    ck_assert_ptr_null(fopen(in_folder("large.svg"), "r"));
    imc_bank_free(bank);
    ck_assert_int_eq(imc_bank_create(IMC_PLOT_FILTERS_MAX + 1, 1, 3, 3, &bank, NULL), IMC_OK);
    ck_assert_int_eq(imc_plot_kernel(bank, in_folder("large.png"), &error), IMC_ERR_LIMIT);
    ck_assert_ptr_null(fopen(in_folder("large.png"), "r"));
    ck_assert_ptr_nonnull(strstr(error.message, "17 filters"));
    imc_bank_free(bank);
}
END_TEST

START_TEST(pictures_are_magnified)
{
    static const unsigned char pixels[2] = {10, 150};
    const struct imc_sheet_sample picture = {pixels, {"first", "second"}, false};
    struct imc_image_info info;
    struct imc_error error;
    ck_assert_int_eq(imc_sheet_samples(&picture, 1, 1, 2, "t", in_folder("sheet.png"), NULL, NULL), IMC_OK);
    unsigned char *sheet = picture_read(in_folder("sheet.png"), &info, &error);
    ck_assert_ptr_nonnull(sheet);
    int tens = 0, hundred_fifties = 0;
    for (int i = 0; i < info.width * info.height; i++) {
        tens += sheet[3 * i] == 10;
        hundred_fifties += sheet[3 * i] == 150;
    }
    ck_assert_int_eq(tens, 56 * 56);
    ck_assert_int_eq(hundred_fifties, 56 * 56);
    free(sheet);
    ck_assert_int_eq(imc_sheet_samples(NULL, 0, 1, 1, "none", in_folder("sheet.png"), NULL, NULL), IMC_OK);
    ck_assert_int_eq(imc_sheet_samples(&picture, 1, 1, 2, "t", in_folder("nowhere/sheet.png"), NULL, &error), IMC_ERR_IO);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("plots");
    TCase *tests = tcase_create("plots");
    tcase_add_test(tests, curves_leave_gaps_where_there_is_no_number);
    tcase_add_test(tests, axes_of_any_length);
    tcase_add_test(tests, names_are_escaped_and_cut);
    tcase_add_test(tests, many_classes_have_no_numbers);
    tcase_add_test(tests, a_kernel_is_drawn_with_its_taps_and_figures);
    tcase_add_test(tests, cells_have_numbers_that_fit);
    tcase_add_test(tests, names_of_kernels_stay_text);
    tcase_add_test(tests, kernels_of_any_size_are_drawn);
    tcase_add_test(tests, what_cannot_be_drawn_leaves_no_file);
    tcase_add_test(tests, pictures_are_magnified);
    suite_add_tcase(suite, tests);
    return suite;
}
