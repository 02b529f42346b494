/* test_generate.c: computed kernels against their formulas, written here in long double with the system's own expl. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SIDE_MAX = 400 };

static struct imc_bank *parse(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct imc_bank *parse(const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

/* g of one axis, of sum 1. */
static void gaussian_axis(int k, long double sigma, long double *g)
{
    long double sum = 0;
    for (int i = 0; i < k; i++) {
        long double x = i - (k - 1) / 2.0L;
        sum += g[i] = expl(-x * x / (2 * sigma * sigma));
    }
    for (int i = 0; i < k; i++)
        g[i] /= sum;
}

/* h = g'' - sum(g'') g, as the definition has it. */
static void log_axis(int k, long double sigma, const long double *g, long double *h)
{
    long double sum = 0;
    for (int i = 0; i < k; i++) {
        long double x = i - (k - 1) / 2.0L;
        sum += h[i] = (x * x - sigma * sigma) / powl(sigma, 4) * g[i];
    }
    for (int i = 0; i < k; i++)
        h[i] -= sum * g[i];
}

static void check_near(const struct imc_bank *bank, int i, long double expected, long double allowed)
{
    ck_assert_msg(fabsl((long double)bank->weights[i] - expected) <= allowed, "%s: tap %d is %.9g, not %.12Lg", bank->label, i,
                  (double)bank->weights[i], expected);
}

static void check_gaussian(const struct imc_bank *bank, long double sigma_y, long double sigma_x)
{
    long double gy[SIDE_MAX], gx[SIDE_MAX];
    gaussian_axis(bank->kh, sigma_y, gy);
    gaussian_axis(bank->kw, sigma_x, gx);
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++)
            check_near(bank, i * bank->kw + j, gy[i] * gx[j], gy[i] * gx[j] * 0x1.0001p-24L + 0x1p-149L);
    ck_assert_double_lt(fabs(imc_bank_sum(bank, 0) - 1), 0x1p-23);
    ck_assert_int_eq(imc_bank_rank(bank, 0), 1);
}

START_TEST(test_gaussian)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(60); n > 0; n--) {
        double y = 0.3 + 6 * test_random_unit(&rng), x = 0.3 + 6 * test_random_unit(&rng);
        struct imc_bank *bank = parse("gaussian:sigma=%.17gx%.17g", y, x);
        ck_assert_int_eq(bank->kh, 2 * (int)floor(4 * y + 0.5) + 1);
        ck_assert_int_eq(bank->kw, 2 * (int)floor(4 * x + 0.5) + 1);
        check_gaussian(bank, y, x);
        imc_bank_free(bank);
        int kh = test_random_int(&rng, 1, 30), kw = test_random_int(&rng, 1, 30);
        bank = parse("gaussian:size=%dx%d,sigma=%.17g", kh, kw, y);
        ck_assert_int_eq(bank->kh, kh);
        ck_assert_int_eq(bank->kw, kw);
        check_gaussian(bank, y, y);
        imc_bank_free(bank);
        bank = parse("gaussian:size=%dx%d", kh, kw);
        check_gaussian(bank, 0.3L * ((kh - 1) / 2.0L - 1) + 0.8L, 0.3L * ((kw - 1) / 2.0L - 1) + 0.8L);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_radius)
{
    static const struct {
        const char *text;
        int side;
    } known[] = {{"gaussian", 9},
                 {"gaussian:sigma=0.5", 5},
                 {"gaussian:sigma=2", 17},
                 {"gaussian:sigma=0.124", 1},
                 {"gaussian:sigma=0.125", 3},
                 {"gaussian:size=7", 7},
                 {"log", 13},
                 {"log:sigma=1", 9},
                 {"log:size=9", 9},
                 {"mean", 3},
                 {"mean:size=4", 4},
                 {"gaussian:sigma=0", 1},
                 {"gaussian:sigma=511", 4089}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct imc_bank *bank = parse("%s", known[i].text);
        ck_assert_msg(bank->kh == known[i].side && bank->kw == known[i].side, "%s: %d", known[i].text, bank->kh);
        imc_bank_free(bank);
    }
}
END_TEST

/* A small sigma is no silent copy, and a tiny one is no division by zero. */
START_TEST(test_gaussian_small)
{
    struct imc_bank *bank = parse("gaussian:sigma=0.5");
    ck_assert_float_lt(bank->weights[12], 0.7f);
    imc_bank_free(bank);
    bank = parse("gaussian:sigma=1e-300,size=4");
    ck_assert_float_eq(bank->weights[5], 0.25f);
    ck_assert_float_eq(bank->weights[0], 0);
    imc_bank_free(bank);
    bank = parse("gaussian:sigma=0,size=4x3");
    for (int i = 0; i < 12; i++)
        ck_assert_float_eq(bank->weights[i], (float)(i == bank->anchor_y * 3 + bank->anchor_x));
    imc_bank_free(bank);
}
END_TEST

static void check_log(const struct imc_bank *bank, long double sigma)
{
    long double gy[SIDE_MAX], gx[SIDE_MAX], hy[SIDE_MAX], hx[SIDE_MAX], whole = 0;
    gaussian_axis(bank->kh, sigma, gy);
    gaussian_axis(bank->kw, sigma, gx);
    log_axis(bank->kh, sigma, gy, hy);
    log_axis(bank->kw, sigma, gx, hx);
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++)
            whole += fabsl(hy[i] * gx[j] + gy[i] * hx[j]);
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++)
            check_near(bank, i * bank->kw + j, hy[i] * gx[j] + gy[i] * hx[j], 0x1p-24L * whole);
    ck_assert_double_le(fabs(imc_bank_sum(bank, 0)), 0x1p-20 * imc_bank_abs_sum(bank, 0));
    ck_assert_float_lt(bank->weights[bank->anchor_y * bank->kw + bank->anchor_x], 0);
    ck_assert(imc_bank_is_derivative(bank));
}

START_TEST(test_log)
{
    struct test_rng rng = {test_seed() + 1};
    for (long n = test_cases(60); n > 0; n--) {
        double sigma = 0.4 + 5 * test_random_unit(&rng);
        struct imc_bank *bank = parse("log:sigma=%.17g", sigma);
        ck_assert_int_eq(bank->kh, 2 * (int)floor(4 * sigma + 0.5) + 1);
        check_log(bank, sigma);
        ck_assert_int_eq(imc_bank_rank(bank, 0), 2);
        imc_bank_free(bank);
        int k = 2 * test_random_int(&rng, 1, 15) + 1;
        bank = parse("log:size=%d", k);
        check_log(bank, (k - 1) / 8.0L);
        ck_assert_int_eq(imc_bank_rank(bank, 0), 2);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_log_is_rank_2)
{
    for (int k = 3; k <= 255; k += 2) {
        struct imc_bank *bank = parse("log:size=%d", k);
        ck_assert_msg(imc_bank_rank(bank, 0) == 2, "size %d has rank %d", k, imc_bank_rank(bank, 0));
        double centre = fabs((double)bank->weights[k * k / 2]); /* what is left is below the last bit of the largest tap */
        ck_assert_msg(fabs(imc_bank_sum(bank, 0)) <= 0x1p-24 * centre, "size %d: sum %g", k, imc_bank_sum(bank, 0));
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_log_shapes)
{
    struct imc_bank *bank = parse("log:sigma=1.4"), *same = parse("log");
    ck_assert_mem_eq(bank->weights, same->weights, 169 * sizeof(float));
    for (int i = 0; i < 13; i++)
        for (int j = 0; j < 13; j++) /* fourfold symmetric, to the bit */
            ck_assert(bank->weights[i * 13 + j] == bank->weights[(12 - i) * 13 + j] &&
                      bank->weights[i * 13 + j] == bank->weights[j * 13 + i]);
    imc_bank_free(bank);
    imc_bank_free(same);
    bank = parse("log:size=1x9,sigma=1"); /* along one axis */
    ck_assert_double_le(fabs(imc_bank_sum(bank, 0)), 0x1p-22 * imc_bank_abs_sum(bank, 0));
    ck_assert_float_lt(bank->weights[4], 0);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_mean)
{
    for (int kh = 1; kh < 9; kh++)
        for (int kw = 1; kw < 9; kw++) {
            struct imc_bank *bank = parse("mean:size=%dx%d", kh, kw);
            ck_assert_int_eq(bank->kh, kh);
            ck_assert_int_eq(bank->kw, kw);
            ck_assert_int_eq(bank->anchor_x, (kw - 1) / 2);
            for (int i = 0; i < kh * kw; i++)
                ck_assert_float_eq(bank->weights[i], (float)(1.0 / (kh * kw)));
            ck_assert_int_eq(imc_bank_rank(bank, 0), 1);
            imc_bank_free(bank);
        }
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text, *fragment;
    } wrong[] = {
        {"gaussian:sigma=-1", "sigma is out of range: 0 to 4095"},
        {"gaussian:sigma=1e9", "sigma is out of range"},
        {"gaussian:sigma=512", "at most 4095"},
        {"gaussian:sigma=nan", "sigma is a number"},
        {"gaussian:sigma=", "sigma is a number"},
        {"gaussian:size=0", "size=0 is out of range: 1 to 4095"},
        {"gaussian:size=4096", "size=4096 is out of range"},
        {"gaussian:size=3.5", "size is a whole number"},
        {"gaussian:size=3x", "size is a whole number"},
        {"gaussian:size=3x4x5", "size is a whole number"},
        {"gaussian:size=99999999999999999999", "size is a whole number"},
        {"mean:sigma=2", "mean has no sigma; it has size=3"},
        {"log:sigma=0", "log of 1x1 taps would be all zero"},
        {"log:size=1", "all zero"},
        {"log:size=5,sigma=0.1", "too narrow"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct imc_bank *bank;
        struct imc_error error = {0};
        ck_assert_int_eq(imc_bank_parse(wrong[i].text, NULL, &bank, &error), IMC_ERR_ARGUMENT);
        ck_assert_ptr_null(bank);
        ck_assert_msg(strstr(error.message, wrong[i].fragment) != NULL, "%s", error.message);
    }
}
END_TEST

START_TEST(test_params)
{
    struct imc_kernel_params params = {7, 5, -1, -1};
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_int_eq(imc_bank_parse("gaussian:size=3,sigma=2", &params, &bank, NULL), IMC_OK);
    ck_assert_int_eq(bank->kh, 7);
    ck_assert_int_eq(bank->kw, 5);
    check_gaussian(bank, 2, 2);
    imc_bank_free(bank);
    params = (struct imc_kernel_params){0, 0, 3, -1};
    ck_assert_int_eq(imc_bank_parse("mag(mean,gaussian)", &params, &bank, NULL), IMC_OK); /* the one named last */
    ck_assert_int_eq(bank->kh, 25);
    ck_assert_float_eq(bank->weights[12 * 25 + 12], 1 / 9.0f);
    imc_bank_free(bank);
    ck_assert_int_eq(imc_bank_parse("mag(gaussian,sobel-x)", &params, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "sobel-x has no sigma; it has size=3"));
    ck_assert_int_eq(imc_bank_parse("1,2,1", &params, &bank, &error), IMC_ERR_ARGUMENT);
    params = (struct imc_kernel_params){3, 3, -1, -1};
    ck_assert_int_eq(imc_bank_parse("prewitt", &params, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "prewitt has no size; 'imgconv kernels' lists the parameters"));
    params = (struct imc_kernel_params){5, 5, -1, -1};
    ck_assert_int_eq(imc_bank_parse("sobel", &params, &bank, &error), IMC_OK);
    ck_assert_int_eq(bank->kw, 5);
    imc_bank_free(bank);
    params = (struct imc_kernel_params){0, 0, -1, -1};
    ck_assert_int_eq(imc_bank_parse("sobel", &params, &bank, &error), IMC_OK);
    imc_bank_free(bank);
    params = (struct imc_kernel_params){0, 0, NAN, -1};
    ck_assert_int_eq(imc_bank_parse("gaussian", &params, &bank, &error), IMC_ERR_ARGUMENT);
    params = (struct imc_kernel_params){-3, -3, -1, -1};
    ck_assert_int_eq(imc_bank_parse("gaussian", &params, &bank, &error), IMC_ERR_ARGUMENT);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("generate");
    TCase *tcase = tcase_create("generate");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_gaussian);
    tcase_add_test(tcase, test_radius);
    tcase_add_test(tcase, test_gaussian_small);
    tcase_add_test(tcase, test_log);
    tcase_add_test(tcase, test_log_is_rank_2);
    tcase_add_test(tcase, test_log_shapes);
    tcase_add_test(tcase, test_mean);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_params);
    suite_add_tcase(suite, tcase);
    return suite;
}
