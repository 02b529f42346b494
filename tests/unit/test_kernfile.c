/* test_kernfile.c: kernel files of every kind, good and bad. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char path[400];

static void write_file(const char *name, const void *bytes, size_t size)
{
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* The bank of a file with this text; `suffix` is added to its path, such as ":1". */
static struct imc_bank *read_text(const char *name, const char *text, const char *suffix)
{
    char kernel[450];
    struct imc_bank *bank;
    struct imc_error error = {0};
    write_file(name, text, strlen(text));
    snprintf(kernel, sizeof kernel, "%s%s", path, suffix);
    ck_assert_msg(imc_bank_parse(kernel, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static void refuse(const char *name, const void *bytes, size_t size, enum imc_status status, const char *fragment)
{
    char expected[700];
    struct imc_bank *bank;
    struct imc_error error = {0};
    write_file(name, bytes, size);
    ck_assert_msg(imc_bank_parse(path, NULL, &bank, &error) == status, "%s", error.message);
    ck_assert_ptr_null(bank);
    snprintf(expected, sizeof expected, "%s:%s", path, fragment);
    ck_assert_msg(strncmp(error.message, expected, strlen(expected)) == 0, "%s\nexpected: %s", error.message, expected);
}

START_TEST(test_plain)
{
    struct imc_bank *bank = read_text("my.edge.kern", "1 2, 3\r\n 4,5\t6 # comment\n\n\n", "");
    ck_assert_int_eq(bank->kh, 2);
    ck_assert_int_eq(bank->kw, 3);
    for (int i = 0; i < 6; i++)
        ck_assert_float_eq(bank->weights[i], (float)(i + 1));
    ck_assert_str_eq(bank->names[0], "my.edge");
    ck_assert_str_eq(bank->label, path);
    ck_assert(!bank->learned);
    imc_bank_free(bank);
    bank = read_text("bom", "\xef\xbb\xbf-1/2", "");
    ck_assert_float_eq(bank->weights[0], -0.5f);
    ck_assert_str_eq(bank->names[0], "bom");
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_metadata)
{
    struct imc_bank *bank =
        read_text("a.kern",
                  "# A bank. Note: this is no key\n#name:whole\n# Scale: 1/16\n# offset: -2.5\n# map : fit\n# map: FIT\n"
                  "# combine: max\n# anchor: 0, 1\n\n# name:  first one \n1 2\n\n3 4\n",
                  "");
    ck_assert_int_eq(bank->filters, 2);
    ck_assert_float_eq(bank->scale, 0.0625f);
    ck_assert_float_eq(bank->offset, -2.5f);
    ck_assert_int_eq(bank->map, IMC_MAP_FIT);
    ck_assert_int_eq(bank->combine, IMC_COMBINE_MAX);
    ck_assert_int_eq(bank->anchor_y, 0);
    ck_assert_int_eq(bank->anchor_x, 1);
    ck_assert_str_eq(bank->names[0], "first one");
    ck_assert_str_eq(bank->names[1], "whole:1");
    imc_bank_free(bank);
    bank = read_text("a.kern", "1\n\n2\n\n3", ":1"); /* one of them */
    ck_assert_int_eq(bank->filters, 1);
    ck_assert_float_eq(bank->weights[0], 2);
    ck_assert_str_eq(bank->names[0], "a:1");
    imc_bank_free(bank);
    bank = read_text("a.kern", "1 2 3", ":[0]:anchor=0,2");
    ck_assert_int_eq(bank->anchor_x, 2);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_vips)
{
    struct imc_bank *bank = read_text("v.mat", "3 2 8 128\n1 2 3\n4 5 6\n", "");
    ck_assert_int_eq(bank->kh, 2);
    ck_assert_int_eq(bank->kw, 3);
    ck_assert_float_eq(bank->scale, 0.125f); /* vips divides */
    ck_assert_float_eq(bank->offset, 128);
    ck_assert_float_eq(bank->weights[5], 6);
    imc_bank_free(bank);
    bank = read_text("v.mat", "2 1\n7 8\n", "");
    ck_assert_int_eq(bank->kh, 1);
    ck_assert_float_eq(bank->weights[0], 7);
    imc_bank_free(bank);
    bank = read_text("v.mat", "1 2 1\n2 4 2\n1 2 1\n", ""); /* a matrix, although 1 2 could be a size */
    ck_assert_int_eq(bank->kh, 3);
    ck_assert_float_eq(bank->scale, 1);
    imc_bank_free(bank);
    bank = read_text("v.kern", "2 1\n7 8\n", ""); /* never in our own files */
    ck_assert_int_eq(bank->kh, 2);
    imc_bank_free(bank);
    refuse("v.mat", "2 1 0\n7 8\n", 10, IMC_ERR_FORMAT, "1: the scale in libvips's first line is zero");
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text;
        enum imc_status status;
        const char *fragment;
    } wrong[] = {
        {"", IMC_ERR_FORMAT, " the file is empty"},
        {"# nothing\n\n", IMC_ERR_FORMAT, " no taps in this file"},
        {"1 2\n3\n", IMC_ERR_FORMAT, "2: 1 taps in this row but 2 in the first row"},
        {"1 2\n3 x\n", IMC_ERR_FORMAT, "2:3: 'x' stands where a number should be, such as 2, -0.5 or 1/16"},
        {"1 2\n3 4x\n", IMC_ERR_FORMAT, "2:4: 'x' behind a number: taps are separated by blanks or commas"},
        {"1 2\n3 nan\n", IMC_ERR_FORMAT, "2:3: 'n' stands where a number should be"},
        {"1 2\n3 -inf\n", IMC_ERR_FORMAT, "2:3: not a finite number"},
        {"1,,2\n", IMC_ERR_FORMAT, "1:3: ',' stands where a number should be"},
        {"1,2,\n", IMC_ERR_FORMAT, "1:4: a number is missing behind the comma"},
        {"1/0\n", IMC_ERR_FORMAT, "1:3: division by zero"},
        {"1/x\n", IMC_ERR_FORMAT, "1:3: 'x' stands where"},
        {"1e99\n", IMC_ERR_FORMAT, "1:1: the number is too large"},
        {"1 2\n3 4\n\n5 6\n\n", IMC_ERR_FORMAT, "5: kernel 2 ends after 1 rows but the first one has 2"},
        {"1 2\n\n5 6 7\n", IMC_ERR_FORMAT, "3: 3 taps in this row but 2"},
        {"# scale: big\n1\n", IMC_ERR_FORMAT, "1:10: 'b' stands where a number"},
        {"# scale: 1 2\n1\n", IMC_ERR_FORMAT, "1:10: one number or fraction expected"},
        {"# scale:\n1\n", IMC_ERR_FORMAT, "1:3: scale has no value"},
        {"# map: huge\n1\n", IMC_ERR_FORMAT, "1:8: auto, clip, abs, offset, fit or raw expected"},
        {"# combine: min\n1\n", IMC_ERR_FORMAT, "1:12: none, magnitude, max, sum or abs expected"},
        {"# combine: abs\n1\n\n2\n", IMC_ERR_FORMAT, " combine abs is for a single kernel"},
        {"# anchor: 1\n1\n", IMC_ERR_FORMAT, "1:11: the anchor's row and column"},
        {"# anchor: 0,1\n1\n", IMC_ERR_FORMAT, "1: the anchor 0,1 lies outside the kernel of 1 rows and 1 columns"},
        {"1 2\n\n# scale: 2\n3 4\n", IMC_ERR_FORMAT, "3:3: scale holds for the whole file: it belongs above the first kernel"},
        {"1 2\n# name: x\n3 4\n", IMC_ERR_FORMAT, "2:1: metadata between the rows of a kernel"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuse("bad.kern", wrong[i].text, strlen(wrong[i].text), wrong[i].status, wrong[i].fragment);
    refuse("bad.kern", "1 2\0 3", 6, IMC_ERR_FORMAT, " a binary file; a kernel file is text");
}
END_TEST

START_TEST(test_limits)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    size_t size = 5000 * 3;
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i += 3)
        memcpy(text + i, "1 \n", 3);
    refuse("rows.kern", text, size, IMC_ERR_LIMIT, "4096: more than 4095 rows in a kernel");
    for (size_t i = 0; i < size; i += 3)
        memcpy(text + i, "1\n\n", 3);
    refuse("kernels.kern", text, size, IMC_ERR_LIMIT, "8193: more than 4096 kernels in one file");
    memset(text, ',', size);
    for (size_t i = 0; i < size; i += 2)
        text[i] = '1';
    refuse("columns.kern", text, size, IMC_ERR_LIMIT, "1:8191: more than 4095 taps in a row");
    free(text);
    snprintf(path, sizeof path, "%s/huge.kern", test_folder()); /* a hole: no bytes on the disk */
    FILE *file = fopen(path, "wb");
    ck_assert_int_eq(fseek(file, 65L << 20, SEEK_SET), 0);
    fputc('1', file);
    fclose(file);
    ck_assert_int_eq(imc_bank_parse(path, NULL, &bank, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "huge.kern: larger than 64 MiB,"));
    remove(path);
}
END_TEST

/* An own scale is multiplied into the taps of an expression; an own offset is refused. */
START_TEST(test_in_expressions)
{
    char text[500];
    struct imc_error error = {0};
    struct imc_bank *bank;
    write_file("s.kern", "# scale: 1/4\n# map: fit\n4 8 -4\n", 31);
    snprintf(text, sizeof text, "mag({%s},sobel-x)", path);
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    ck_assert_float_eq(bank->scale, 1);
    ck_assert_float_eq(bank->weights[3], 1);
    ck_assert_float_eq(bank->weights[4], 2);
    ck_assert_float_eq(bank->weights[5], -1);
    ck_assert_int_eq(bank->map, IMC_MAP_AUTO);
    imc_bank_free(bank);
    snprintf(text, sizeof text, "neg({%s})", path); /* of taps: scale and map stay */
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_OK);
    ck_assert_float_eq(bank->scale, 0.25f);
    ck_assert_int_eq(bank->map, IMC_MAP_FIT);
    imc_bank_free(bank);
    write_file("o.kern", "# offset: 1\n4 8 -4\n", 19);
    snprintf(text, sizeof text, "abs({%s})", path);
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "this kernel has an offset of its own, which abs cannot keep"));
    write_file("l.kern", "# scale: 1e30\n1e30\n", 19);
    snprintf(text, sizeof text, "abs({%s})", path);
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "this kernel's scale makes its taps too large"));
    write_file("b.kern", "1\n\n2\n", 5);
    snprintf(text, sizeof text, "abs({%s})", path);
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "abs takes a single kernel, not a bank of 2"));
    snprintf(text, sizeof text, "abs({%s:1})", path);
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_OK);
    ck_assert_float_eq(bank->weights[0], 2);
    imc_bank_free(bank);
    snprintf(text, sizeof text, "{%s:2}", path);
    ck_assert_int_eq(imc_bank_parse(text, NULL, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "b.kern: no filter 2; it has 2, counted from 0"));
}
END_TEST

/* An .npy file: `descr` and `shape` as in its header, then the numbers. */
static void write_npy(const char *descr, bool fortran, const char *shape, const void *numbers, size_t size)
{
    unsigned char bytes[4096] = "\x93NUMPY\x01";
    int length = snprintf((char *)bytes + 10, 1000, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr,
                          fortran ? "True" : "False", shape);
    memset(bytes + 10 + length, ' ', 128);
    bytes[127] = '\n';
    bytes[8] = 118;
    memcpy(bytes + 128, numbers, size);
    write_file("w.npy", bytes, 128 + size);
}

static struct imc_bank *read_npy(const char *suffix)
{
    char text[450];
    struct imc_bank *bank;
    struct imc_error error = {0};
    snprintf(text, sizeof text, "%s%s", path, suffix);
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    ck_assert(bank->learned);
    ck_assert(imc_bank_is_derivative(bank));
    return bank;
}

static void check_counting(struct imc_bank *bank, int filters, int in_c, int kh, int kw, float first)
{
    ck_assert_int_eq(bank->filters, filters);
    ck_assert_int_eq(bank->in_c, in_c);
    ck_assert_int_eq(bank->kh, kh);
    ck_assert_int_eq(bank->kw, kw);
    for (int i = 0; i < filters * in_c * kh * kw; i++)
        ck_assert_float_eq(bank->weights[i], first + (float)i);
    imc_bank_free(bank);
}

START_TEST(test_npy)
{
    float numbers[24];
    double wide[24];
    short small[24], turned[6] = {0, 3, 1, 4, 2, 5};
    for (int i = 0; i < 24; i++) {
        numbers[i] = (float)(i - 3);
        wide[i] = i - 3;
        small[i] = (short)(i - 3);
    }
    write_npy("<f4", false, "(4, 6)", numbers, sizeof numbers);
    check_counting(read_npy(""), 1, 1, 4, 6, -3);
    write_npy("<f8", false, "(2, 3, 4)", wide, sizeof wide);
    check_counting(read_npy(""), 2, 1, 3, 4, -3);
    check_counting(read_npy(":1"), 1, 1, 3, 4, 9);
    check_counting(read_npy(":[0]"), 1, 1, 3, 4, -3);
    write_npy("<i2", false, "(2, 3, 2, 2)", small, sizeof small);
    check_counting(read_npy(""), 2, 3, 2, 2, -3);
    struct imc_bank *bank = read_npy(":1:anchor=1,1");
    ck_assert_int_eq(bank->anchor_y, 1);
    ck_assert_str_eq(bank->names[0], "w:1");
    imc_bank_free(bank);
    write_npy("<i2", true, "(2, 3)", turned, sizeof turned); /* the first index runs fastest */
    check_counting(read_npy(""), 1, 1, 2, 3, 0);
    write_npy(">i2", false, "(1, 2)", "\xff\xff\x00\x00", 4);
    check_counting(read_npy(""), 1, 1, 1, 2, -1);
    write_npy("|u1", false, "(1, 2)", "\xfe\xff", 2);
    check_counting(read_npy(""), 1, 1, 1, 2, 254);
    write_npy("<f2", false, "(1, 2)", "\x00\x40\x00\x42", 4); /* half precision 2 and 3 */
    check_counting(read_npy(""), 1, 1, 1, 2, 2);
}
END_TEST

static void refuse_npy(const char *descr, const char *shape, const void *numbers, size_t size, enum imc_status status,
                       const char *fragment)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    write_npy(descr, false, shape, numbers, size);
    ck_assert_msg(imc_bank_parse(path, NULL, &bank, &error) == status, "%s", error.message);
    ck_assert_msg(strstr(error.message, fragment) && strstr(error.message, "w.npy: "), "%s", error.message);
}

START_TEST(test_npy_refused)
{
    float numbers[4] = {1, 2, INFINITY, NAN};
    refuse_npy("<f4", "(4,)", numbers, 16, IMC_ERR_FORMAT,
               "an array of 1 dimension; kernels are (kh,kw), (n,kh,kw) or (n,c,kh,kw)");
    refuse_npy("<f4", "(2, 2)", numbers, 16, IMC_ERR_FORMAT, "number 2 of the array is not finite");
    refuse_npy("<f4", "(2, 2)", numbers, 15, IMC_ERR_FORMAT, "the file ends before its last number");
    refuse_npy("<f4", "(0, 2)", numbers, 16, IMC_ERR_FORMAT, "the array is empty");
    refuse_npy("<f4", "(1, 5000)", numbers, 16, IMC_ERR_LIMIT, "too large");
    refuse_npy("<f4", "(4000, 4000, 4000)", numbers, 16, IMC_ERR_LIMIT, "too large");
    refuse("text.npy", "1 2 3\n", 6, IMC_ERR_FORMAT, " not an .npy file, although it is named so");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("kernfile");
    TCase *tcase = tcase_create("kernfile");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_plain);
    tcase_add_test(tcase, test_metadata);
    tcase_add_test(tcase, test_vips);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_limits);
    tcase_add_test(tcase, test_in_expressions);
    tcase_add_test(tcase, test_npy);
    tcase_add_test(tcase, test_npy_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
