/* test_plot.c: pictures about networks: what stands in them, and odd input. */
#include "support/picturefile.h"
#include "support/testing.h"

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
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, file), (1 << 20) - 1);
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
    tcase_add_test(tests, pictures_are_magnified);
    suite_add_tcase(suite, tests);
    return suite;
}
