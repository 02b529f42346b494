/* test_bank.c: banks as data. */
#include "base/memory.h"
#include "support/testing.h"

#include <imgconv/kernel.h>

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct imc_bank *create(int filters, int in_c, int kh, int kw)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(filters, in_c, kh, kw, &bank, NULL), IMC_OK);
    for (int i = 0; i < filters * in_c * kh * kw; i++)
        bank->weights[i] = (float)(i + 1);
    return bank;
}

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

START_TEST(test_create)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(2, 3, 4, 5, &bank, NULL), IMC_OK);
    ck_assert_int_eq(bank->filters, 2);
    ck_assert_int_eq(bank->in_c, 3);
    ck_assert_int_eq(bank->kh, 4);
    ck_assert_int_eq(bank->kw, 5);
    ck_assert_int_eq(bank->anchor_y, 1);
    ck_assert_int_eq(bank->anchor_x, 2);
    for (int i = 0; i < 2 * 3 * 4 * 5; i++)
        ck_assert_float_eq(bank->weights[i], 0);
    ck_assert_ptr_null(bank->bias);
    ck_assert_str_eq(bank->names[1], "");
    ck_assert_str_eq(bank->label, "");
    ck_assert_float_eq(bank->scale, 1);
    ck_assert_float_eq(bank->offset, 0);
    ck_assert_int_eq(bank->combine, IMC_COMBINE_NONE);
    ck_assert_int_eq(bank->map, IMC_MAP_AUTO);
    ck_assert(!bank->learned);
    imc_bank_free(bank);
    imc_bank_free(NULL);
}
END_TEST

START_TEST(test_create_limits)
{
    static const struct {
        int size[4];
        enum imc_status status;
    } wrong[] = {
        {{0, 1, 1, 1}, IMC_ERR_ARGUMENT},          {{1, -1, 1, 1}, IMC_ERR_ARGUMENT},
        {{1, 1, 0, 1}, IMC_ERR_ARGUMENT},          {{1, 1, 4096, 1}, IMC_ERR_LIMIT},
        {{1, 1, 1, 4096}, IMC_ERR_LIMIT},          {{2, 1, 4095, 4095}, IMC_ERR_LIMIT},
        {{1 << 30, 1 << 30, 9, 9}, IMC_ERR_LIMIT}, {{1 << 30, 1 << 30, 4095, 4095}, IMC_ERR_LIMIT},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct imc_bank *bank = (struct imc_bank *)&bank;
        struct imc_error error = {0};
        const int *s = wrong[i].size;
        ck_assert_int_eq(imc_bank_create(s[0], s[1], s[2], s[3], &bank, &error), wrong[i].status);
        ck_assert_int_eq(error.status, wrong[i].status);
        ck_assert_ptr_null(bank);
        ck_assert_uint_gt(strlen(error.message), 20);
    }
}
END_TEST

START_TEST(test_copy)
{
    struct imc_bank *bank = parse("mag(sobel,{1,2;3,4})"), *copy;
    bank->bias = malloc(3 * sizeof(float));
    for (int i = 0; i < 3; i++)
        bank->bias[i] = (float)i;
    bank->scale = 0.5f;
    bank->offset = 3;
    bank->map = IMC_MAP_FIT;
    bank->learned = true;
    ck_assert_int_eq(imc_bank_copy(bank, &copy, NULL), IMC_OK);
    ck_assert_ptr_ne(copy->weights, bank->weights);
    ck_assert_mem_eq(copy->weights, bank->weights, 27 * sizeof(float));
    ck_assert_mem_eq(copy->bias, bank->bias, 3 * sizeof(float));
    ck_assert_str_eq(copy->names[1], "sobel-y");
    ck_assert_str_eq(copy->label, bank->label);
    ck_assert_int_eq(copy->combine, IMC_COMBINE_MAGNITUDE);
    ck_assert_int_eq(copy->map, IMC_MAP_FIT);
    ck_assert_float_eq(copy->scale, 0.5f);
    ck_assert_float_eq(copy->offset, 3);
    ck_assert(copy->learned);
    ck_assert_int_eq(copy->anchor_y, bank->anchor_y);
    imc_bank_free(bank);
    imc_bank_free(copy);
}
END_TEST

START_TEST(test_flip)
{
    struct imc_bank *bank = create(2, 2, 2, 3);
    imc_bank_flip(bank);
    for (int plane = 0; plane < 4; plane++)
        for (int i = 0; i < 6; i++)
            ck_assert_float_eq(bank->weights[plane * 6 + i], (float)(plane * 6 + 6 - i));
    ck_assert_int_eq(bank->anchor_y, 1); /* 0 before */
    ck_assert_int_eq(bank->anchor_x, 1);
    imc_bank_flip(bank);
    ck_assert_float_eq(bank->weights[7], 8);
    ck_assert_int_eq(bank->anchor_y, 0);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_sums)
{
    struct imc_bank *bank = create(2, 2, 1, 2);
    bank->weights[5] = -6;
    ck_assert_double_eq(imc_bank_sum(bank, 0), 1 + 2 + 3 + 4);
    ck_assert_double_eq(imc_bank_sum(bank, 1), 5 - 6 + 7 + 8);
    ck_assert_double_eq(imc_bank_abs_sum(bank, 1), 5 + 6 + 7 + 8);
    bank->scale = 100; /* the kernel's own scale is not applied */
    ck_assert_double_eq(imc_bank_sum(bank, 0), 10);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_normalize)
{
    struct imc_bank *bank = parse("1,2,1;2,4,2;1,2,1");
    bank->scale = 1 / 16.0f;
    imc_bank_normalize(bank);
    ck_assert_double_eq(imc_bank_sum(bank, 0) * bank->scale, 1);
    ck_assert_float_eq(bank->weights[4], 0.25f);
    imc_bank_free(bank);
    bank = parse("sobel"); /* sum zero: the positive taps sum to 1 */
    imc_bank_normalize(bank);
    ck_assert_float_eq(bank->weights[5], 0.5f);
    ck_assert_float_eq(bank->weights[9 + 0], -0.25f);
    imc_bank_free(bank);
    bank = parse("0,0;0,0");
    imc_bank_normalize(bank);
    ck_assert_float_eq(bank->weights[3], 0);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_is_derivative)
{
    static const struct {
        const char *text;
        bool derivative;
    } known[] = {{"sobel", true},     {"mean", false},  {"log", true},         {"sharpen", false},   {"emboss", true},
                 {"identity", false}, {"{1,-1}", true}, {"{1000,-999}", true}, {"{100,-99}", false}, {"mag(sobel,mean)", false}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct imc_bank *bank = parse(known[i].text);
        ck_assert_msg(imc_bank_is_derivative(bank) == known[i].derivative, "%s", known[i].text);
        bank->learned = true;
        ck_assert(imc_bank_is_derivative(bank));
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_rank)
{
    struct imc_bank *bank = create(1, 2, 3, 3); /* 1..9 has rank 2 */
    ck_assert_int_eq(imc_bank_rank(bank, 0), 2);
    memset(bank->weights, 0, 18 * sizeof(float));
    ck_assert_int_eq(imc_bank_rank(bank, 0), 0);
    bank->weights[13] = 1; /* the second channel counts */
    ck_assert_int_eq(imc_bank_rank(bank, 0), 1);
    imc_bank_free(bank);
}
END_TEST

/* Text read back gives equal taps and all else that a .kern file can say. */
static void check_round_trip(struct imc_bank *bank)
{
    char path[300];
    snprintf(path, sizeof path, "%s/round.kern", test_folder());
    char *text = imc_bank_to_text(bank);
    ck_assert_ptr_nonnull(text);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    struct imc_bank *back = parse(path);
    ck_assert_int_eq(back->filters, bank->filters);
    ck_assert_int_eq(back->kh, bank->kh);
    ck_assert_int_eq(back->kw, bank->kw);
    ck_assert_msg(memcmp(back->weights, bank->weights, (size_t)(bank->filters * bank->kh * bank->kw) * sizeof(float)) == 0, "%s",
                  text);
    ck_assert_int_eq(back->anchor_y, bank->anchor_y);
    ck_assert_int_eq(back->anchor_x, bank->anchor_x);
    ck_assert_float_eq(back->scale, bank->scale);
    ck_assert_float_eq(back->offset, bank->offset);
    ck_assert_int_eq(back->combine, bank->combine);
    ck_assert_int_eq(back->map, bank->map);
    for (int f = 0; f < bank->filters; f++)
        if (bank->names[f][0])
            ck_assert_str_eq(back->names[f], bank->names[f]);
    free(text);
    imc_bank_free(back);
}

START_TEST(test_text_of_all_kernels)
{
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    for (int i = 0; i < count; i++) {
        struct imc_bank *bank = parse(list[i].name);
        check_round_trip(bank);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_text_of_random_taps)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(300); n > 0; n--) {
        struct imc_bank *bank = create(test_random_int(&rng, 1, 4), 1, test_random_int(&rng, 1, 6), test_random_int(&rng, 1, 6));
        for (int i = 0; i < bank->filters * bank->kh * bank->kw; i++) {
            uint32_t bits = (uint32_t)test_random(&rng);
            memcpy(&bank->weights[i], &bits, sizeof bits);
            if (!isfinite(bank->weights[i]))
                bank->weights[i] = -0.0f;
        }
        bank->anchor_y = test_random_int(&rng, 0, bank->kh - 1);
        bank->anchor_x = test_random_int(&rng, 0, bank->kw - 1);
        bank->scale = (float)test_random_unit(&rng);
        bank->offset = (float)(test_random_unit(&rng) - 0.5);
        bank->combine = (enum imc_combine)test_random_int(&rng, 0, IMC_COMBINE_SUM);
        bank->map = (enum imc_map)test_random_int(&rng, 0, IMC_MAP_RAW);
        check_round_trip(bank);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_text_of_extremes)
{
    static const float extremes[] = {3.40282347e38f, -3.40282347e38f, 1.17549435e-38f, 1e-45f,    -0.0f,
                                     16777216,       9999999,         10000000,        -123456.5f};
    struct imc_bank *bank = create(1, 1, 3, 3);
    memcpy(bank->weights, extremes, sizeof extremes);
    check_round_trip(bank);
    imc_bank_free(bank);
}
END_TEST

/* Channels, bias and origin are part of the text. */
START_TEST(test_text_of_channels)
{
    char path[300];
    struct imc_bank *bank = create(2, 3, 2, 1);
    for (int i = 0; i < 12; i++)
        bank->weights[i] = (float)(i - 5) / 3;
    bank->learned = true;
    bank->bias = mem_zalloc(2, sizeof *bank->bias);
    bank->bias[1] = -0.1f;
    snprintf(path, sizeof path, "%s/channels.kern", test_folder());
    ck_assert_int_eq(imc_bank_save(bank, path, false, NULL), IMC_OK);
    struct imc_bank *back = parse(path);
    ck_assert(back->filters == 2 && back->in_c == 3 && back->kh == 2 && back->kw == 1 && back->learned);
    ck_assert_mem_eq(back->weights, bank->weights, 12 * sizeof(float));
    ck_assert_mem_eq(back->bias, bank->bias, 2 * sizeof(float));
    imc_bank_free(back);
    imc_bank_free(bank);
}
END_TEST

/* The file takes its name only when whole: design law 6 is that of base/outfile.h, here only that it holds for kernels too. */
START_TEST(test_save)
{
    char path[300], link[300], target[300];
    struct imc_error error;
    struct stat status;
    snprintf(path, sizeof path, "%s/saved.kern", test_folder());
    snprintf(link, sizeof link, "%s/link.kern", test_folder());
    snprintf(target, sizeof target, "%s/target.kern", test_folder());
    struct imc_bank *bank = parse("sobel"), *plain = parse("identity");
    ck_assert_int_eq(imc_bank_save(bank, path, true, &error), IMC_OK);
    struct imc_bank *back = parse(path);
    ck_assert_int_eq(back->filters, 2);
    ck_assert_mem_eq(back->weights, bank->weights, 18 * sizeof(float));
    imc_bank_free(back);
    ck_assert_int_eq(imc_bank_save(plain, path, true, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "exists already"));
    ck_assert_int_eq(chmod(path, 04750), 0);
    ck_assert_int_eq(imc_bank_save(plain, path, false, &error), IMC_OK);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0750);
    ck_assert_int_eq(symlink("target.kern", link), 0);
    ck_assert_int_eq(imc_bank_save(plain, link, false, &error), IMC_OK);
    ck_assert_int_eq(lstat(link, &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    ck_assert_int_eq(stat(target, &status), 0);
    imc_bank_free(plain);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_save_refused)
{
    char path[300];
    struct imc_error error;
    struct imc_bank *bank = parse("sobel");
    ck_assert_int_eq(imc_bank_save(bank, "/dev/full", false, &error), IMC_ERR_IO);
    snprintf(path, sizeof path, "%s/nowhere/x.kern", test_folder());
    ck_assert_int_eq(imc_bank_save(bank, path, false, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, path));
    imc_bank_free(bank);
}
END_TEST

/* Names that could end a comment line or look like nothing at all. */
START_TEST(test_text_of_hostile_names)
{
    struct imc_bank *bank = create(1, 1, 1, 2);
    free(bank->names[0]);
    bank->names[0] = strdup("a\n9 9 9 9");
    free(bank->label);
    bank->label = strdup("b\nscale: 7");
    char *text = imc_bank_to_text(bank);
    ck_assert_str_eq(text, "# kernel of imgconv: b?scale: 7\n\n# name: a?9 9 9 9\n1 2\n");
    free(text);
    strcpy(bank->names[0], " ");
    text = imc_bank_to_text(bank);
    ck_assert_ptr_null(strstr(text, "name"));
    free(text);
    imc_bank_free(bank);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("bank");
    TCase *tcase = tcase_create("bank");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_create);
    tcase_add_test(tcase, test_create_limits);
    tcase_add_test(tcase, test_copy);
    tcase_add_test(tcase, test_flip);
    tcase_add_test(tcase, test_sums);
    tcase_add_test(tcase, test_normalize);
    tcase_add_test(tcase, test_is_derivative);
    tcase_add_test(tcase, test_rank);
    tcase_add_test(tcase, test_text_of_all_kernels);
    tcase_add_test(tcase, test_text_of_random_taps);
    tcase_add_test(tcase, test_text_of_extremes);
    tcase_add_test(tcase, test_text_of_channels);
    tcase_add_test(tcase, test_text_of_hostile_names);
    tcase_add_test(tcase, test_save);
    tcase_add_test(tcase, test_save_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
