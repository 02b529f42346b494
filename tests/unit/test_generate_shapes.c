/* test_generate_shapes.c: Gabor, Gaussian derivatives and the larger Sobels against published values, and against their formulas in
 * long double with the system's own expl, cosl and sinl. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void check_same(const char *a, const char *b, float allowed)
{
    struct imc_bank *x = parse("%s", a), *y = parse("%s", b);
    ck_assert_int_eq(x->kh, y->kh);
    ck_assert_int_eq(x->kw, y->kw);
    ck_assert_int_eq(x->filters, y->filters);
    for (int i = 0; i < x->filters * x->kh * x->kw; i++)
        ck_assert_msg(fabsf(x->weights[i] - y->weights[i]) <= allowed, "%s and %s: tap %d is %g, %g", a, b, i,
                      (double)x->weights[i], (double)y->weights[i]);
    imc_bank_free(x);
    imc_bank_free(y);
}

/* The rows of OpenCV's table of getDerivKernels: derivative and smoothing. */
static void check_sobel(int side, const int *slope, const int *smooth)
{
    struct imc_bank *x = parse("sobel-x:size=%d", side), *y = parse("SOBEL-Y:size=%dx%d", side, side),
                    *both = parse("sobel:size=%d", side);
    size_t taps = (size_t)(side * side);
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            ck_assert_float_eq(x->weights[i * side + j], (float)(smooth[i] * slope[j]));
            ck_assert_float_eq(y->weights[j * side + i], (float)(smooth[i] * slope[j]));
        }
    ck_assert_int_eq(both->filters, 2);
    ck_assert_int_eq(both->combine, IMC_COMBINE_MAGNITUDE);
    ck_assert_mem_eq(both->weights, x->weights, taps * sizeof(float));
    ck_assert_mem_eq(both->weights + taps, y->weights, taps * sizeof(float));
    ck_assert_str_eq(both->names[0], "sobel-x");
    ck_assert_str_eq(both->names[1], "sobel-y");
    ck_assert_str_eq(x->names[0], "sobel-x");
    ck_assert_int_eq(imc_bank_rank(x, 0), 1);
    ck_assert(imc_bank_is_derivative(both));
    imc_bank_free(x);
    imc_bank_free(y);
    imc_bank_free(both);
}

START_TEST(test_sobel_sizes)
{
    check_sobel(3, (const int[]){-1, 0, 1}, (const int[]){1, 2, 1});
    check_sobel(5, (const int[]){-1, -2, 0, 2, 1}, (const int[]){1, 4, 6, 4, 1});
    check_sobel(7, (const int[]){-1, -4, -5, 0, 5, 4, 1}, (const int[]){1, 6, 15, 20, 15, 6, 1});
    check_same("sobel:size=3", "sobel", 0);
    /* At the largest size the taps are still integers: the row of 14 choose i, and 12 choose i differenced. */
    struct imc_bank *large = parse("sobel-x:size=15");
    ck_assert_float_eq(large->weights[7 * 15 + 8], 3432 * (924 - 792 + 792 - 495));
    ck_assert_double_eq(imc_bank_sum(large, 0), 0);
    imc_bank_free(large);
}
END_TEST

/* scipy 1.10: -(gaussian_filter1d of an impulse), order 1, sigma 1, truncate 4, as it is applied; the products with order 0. */
START_TEST(test_derivative_published)
{
    static const double g[] = {0.3989434693560978, 0.24197144565660075, 0.05399112742070441, 0.004431861620031266,
                               0.00013383062461474175};
    struct imc_bank *dx = parse("gaussian-dx");
    ck_assert_int_eq(dx->kh, 9);
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++) {
            double expected = g[abs(i - 4)] * g[abs(j - 4)] * (j - 4);
            ck_assert_double_lt(fabs(dx->weights[i * 9 + j] - expected), 1e-8);
        }
    imc_bank_free(dx);
}
END_TEST

/* g, d and h of one axis; h as the definition has it. */
static void fill_axis(int k, long double sigma, long double *g, long double *d, long double *h)
{
    long double sum = 0, whole = 0;
    for (int i = 0; i < k; i++) {
        long double x = i - (k - 1) / 2.0L;
        sum += g[i] = expl(-x * x / (2 * sigma * sigma));
    }
    for (int i = 0; i < k; i++) {
        long double x = i - (k - 1) / 2.0L;
        g[i] /= sum;
        d[i] = x / (sigma * sigma) * g[i];
        whole += h[i] = (x * x - sigma * sigma) / powl(sigma, 4) * g[i];
    }
    for (int i = 0; i < k; i++)
        h[i] -= whole * g[i];
}

enum { SIDE_MAX = 80 };

static void check_derivative(const struct imc_bank *bank, long double sigma, const char *name, double theta)
{
    long double gy[SIDE_MAX], dy[SIDE_MAX], hy[SIDE_MAX], gx[SIDE_MAX], dx[SIDE_MAX], hx[SIDE_MAX], whole = 0;
    long double c = cosl(theta * M_PIl / 180), s = sinl(theta * M_PIl / 180);
    fill_axis(bank->kh, sigma, gy, dy, hy);
    fill_axis(bank->kw, sigma, gx, dx, hx);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < bank->kh; i++)
            for (int j = 0; j < bank->kw; j++) {
                long double expected = strcmp(name, "gaussian-dx") == 0    ? c * gy[i] * dx[j] + s * dy[i] * gx[j]
                                       : strcmp(name, "gaussian-dy") == 0  ? dy[i] * gx[j]
                                       : strcmp(name, "gaussian-dyy") == 0 ? hy[i] * gx[j]
                                       : strcmp(name, "gaussian-dxy") == 0
                                           ? dy[i] * dx[j]
                                           : c * c * gy[i] * hx[j] + 2 * c * s * dy[i] * dx[j] + s * s * hy[i] * gx[j];
                if (pass == 0)
                    whole += fabsl(expected);
                else
                    ck_assert_msg(fabsl(bank->weights[i * bank->kw + j] - expected) <= 0x1p-23L * whole, "%s: tap %d,%d",
                                  bank->label, i, j);
            }
    ck_assert_double_le(fabs(imc_bank_sum(bank, 0)), 0x1p-22 * imc_bank_abs_sum(bank, 0));
    ck_assert(imc_bank_is_derivative(bank));
}

START_TEST(test_derivatives)
{
    static const char *const names[] = {"gaussian-dx", "gaussian-dy", "gaussian-dxx", "gaussian-dyy", "gaussian-dxy"};
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(60); n > 0; n--) {
        const char *name = names[test_random_int(&rng, 0, 4)];
        double sigma = 0.4 + 4 * test_random_unit(&rng), theta = 0;
        struct imc_bank *bank;
        if (strcmp(name, "gaussian-dx") == 0 || strcmp(name, "gaussian-dxx") == 0)
            theta = 1000 * test_random_unit(&rng) - 500;
        bank = theta == 0 ? parse("%s:sigma=%.17g", name, sigma) : parse("%s:sigma=%.17g,theta=%.17g", name, sigma, theta);
        ck_assert_int_eq(bank->kh, 2 * (int)floor(4 * sigma + 0.5) + 1);
        check_derivative(bank, sigma, name, theta);
        imc_bank_free(bank);
        int k = test_random_int(&rng, 3, 30);
        bank = parse("%s:size=%d", name, k);
        check_derivative(bank, 0.3L * ((k - 1) / 2.0L - 1) + 0.8L, name, 0);
        imc_bank_free(bank);
    }
}
END_TEST

/* Along the axes, and the sum of the second derivatives, nothing is left of the turn. */
START_TEST(test_turns)
{
    check_same("gaussian-dx:theta=0", "gaussian-dx", 0);
    check_same("gaussian-dx:theta=90", "gaussian-dy", 0);
    check_same("gaussian-dx:theta=-90", "neg(gaussian-dy)", 0);
    check_same("gaussian-dx:theta=540", "neg(gaussian-dx)", 0);
    check_same("gaussian-dxx:theta=90", "gaussian-dyy", 0);
    check_same("gaussian-dx:size=2", "{-0.5,0.5;-0.5,0.5}", 0.5f);
    struct imc_bank *xx = parse("gaussian-dxx:sigma=1.4"), *yy = parse("gaussian-dyy:sigma=1.4"), *sum = parse("log:sigma=1.4");
    for (int i = 0; i < sum->kh * sum->kw; i++)
        ck_assert_float_eq_tol(xx->weights[i] + yy->weights[i], sum->weights[i], 1e-7f);
    imc_bank_free(xx);
    imc_bank_free(yy);
    imc_bank_free(sum);
}
END_TEST

/* A ramp of slope 1 is answered by 1, x^2/2 by 1, and xy by 1: these are derivatives in units of a pixel. */
START_TEST(test_derivative_gain)
{
    struct imc_bank *dx = parse("gaussian-dx:sigma=1.5,size=31"), *dxx = parse("gaussian-dxx:sigma=1.5,size=31"),
                    *dxy = parse("gaussian-dxy:sigma=1.5,size=31");
    double ramp = 0, bow = 0, saddle = 0;
    for (int i = 0; i < 31; i++)
        for (int j = 0; j < 31; j++) {
            double y = i - 15, x = j - 15;
            ramp += dx->weights[i * 31 + j] * x;
            bow += dxx->weights[i * 31 + j] * x * x / 2;
            saddle += dxy->weights[i * 31 + j] * x * y;
        }
    ck_assert_double_lt(fabs(ramp - 1), 1e-5);
    ck_assert_double_lt(fabs(bow - 1), 1e-5);
    ck_assert_double_lt(fabs(saddle - 1), 1e-5);
    imc_bank_free(dx);
    imc_bank_free(dxx);
    imc_bank_free(dxy);
}
END_TEST

/* OpenCV's loop: filled from the far corner, kernel(ymax - y, xmax - x). */
static void check_gabor(const struct imc_bank *bank, double sigma, double wavelength, double theta, double psi, double gamma)
{
    long double c = cosl(theta * M_PIl / 180), s = sinl(theta * M_PIl / 180), turn = psi * M_PIl / 180;
    int last = bank->kh * bank->kw - 1;
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++) {
            long double y = i - (bank->kh - 1) / 2.0L, x = j - (bank->kw - 1) / 2.0L, xr = x * c + y * s, yr = y * c - x * s;
            long double value = expl(-(xr * xr + (long double)gamma * gamma * yr * yr) / (2 * (long double)sigma * sigma)) *
                                cosl(2 * M_PIl * xr / wavelength + turn);
            float tap = bank->weights[last - (i * bank->kw + j)];
            ck_assert_msg(fabsl(tap - value) < 1e-7L, "%s: %g, not %Lg", bank->label, (double)tap, value);
        }
}

START_TEST(test_gabor)
{
    struct test_rng rng = {test_seed() + 1};
    for (long n = test_cases(60); n > 0; n--) {
        int kh = test_random_int(&rng, 2, 30), kw = test_random_int(&rng, 2, 30);
        double sigma = 0.5 + 6 * test_random_unit(&rng), wavelength = 2 + 20 * test_random_unit(&rng);
        double theta = 720 * test_random_unit(&rng) - 360, psi = 360 * test_random_unit(&rng), gamma = 0.3 + test_random_unit(&rng);
        struct imc_bank *bank = parse("gabor:sigma=%.17g,wavelength=%.17g,theta=%.17g,psi=%.17g,gamma=%.17g,size=%dx%d", sigma,
                                      wavelength, theta, psi, gamma, kh, kw);
        check_gabor(bank, sigma, wavelength, theta, psi, gamma);
        imc_bank_free(bank);
    }
}
END_TEST

/* cv2.getGaborKernel((3, 3), 1, 0, 4, 0.5, 0) by the formula: the middle row is 0 1 0, the others exp(-1/8) of it. */
START_TEST(test_gabor_by_hand)
{
    struct imc_bank *even = parse("gabor:size=3,sigma=1,wavelength=4,gamma=0.5,psi=0"),
                    *odd = parse("gabor:size=3,sigma=1,wavelength=4,gamma=0.5");
    float across = 0.88249690f, along = 0.60653066f;
    float lines[] = {0, across, 0, 0, 1, 0, 0, across, 0};
    float edges[] = {-along * across, 0, along * across, -along, 0, along, -along * across, 0, along * across};
    for (int i = 0; i < 9; i++) {
        ck_assert_float_eq_tol(even->weights[i], lines[i], 1e-7f);
        ck_assert_float_eq_tol(odd->weights[i], edges[i], 1e-7f);
    }
    imc_bank_free(even);
    imc_bank_free(odd);
}
END_TEST

/* Defaults, and that the odd one is odd to the last bit, in any direction. */
START_TEST(test_gabor_defaults)
{
    struct imc_bank *bank = parse("gabor");
    ck_assert_int_eq(bank->kh, 2 * (int)floor(4 * 0.56 * 4 + 0.5) + 1);
    check_gabor(bank, 0.56 * 4, 4, 0, 90, 1);
    imc_bank_free(bank);
    bank = parse("gabor:wavelength=6,gamma=0.5");
    ck_assert_int_eq(bank->kh, 2 * (int)floor(4 * 0.56 * 6 / 0.5 + 0.5) + 1);
    imc_bank_free(bank);
    for (int theta = -180; theta <= 180; theta += 5) {
        bank = parse("gabor:theta=%d,size=9", theta);
        ck_assert(imc_bank_is_derivative(bank));
        for (int i = 0; i < 81; i++)
            ck_assert(bank->weights[i] == -bank->weights[80 - i]);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text, *fragment;
    } wrong[] = {
        {"sobel:size=4", "the size of sobel is one odd number from 3 to 15"},
        {"sobel-x:size=17", "one odd number from 3 to 15"},
        {"sobel-y:size=3x5", "one odd number from 3 to 15"},
        {"sobel:size=1", "one odd number from 3 to 15"},
        {"sobel:theta=3", "sobel has no theta; it has size=3"},
        {"sobel-45:size=5", "sobel-45 has no size"},
        {"1,2,1:theta=3", "kernel"},
        {"gaussian-dx:size=1", "gaussian-dx of 1x1 taps would be all zero"},
        {"gaussian-dx:size=3x1", "would be all zero"},
        {"gaussian-dxx:size=3x2", "would be all zero"},
        {"gaussian-dxx:sigma=0.1,size=3", "too narrow for gaussian-dxx: it needs sigma=0.125"},
        {"gaussian-dy:theta=45", "gaussian-dy has no theta; it has sigma=1, size"},
        {"gaussian-dx:theta=1e9", "theta is out of range: at most 360000 degrees"},
        {"gaussian-dx:theta=nan", "theta is a number, such as 45 (degrees)"},
        {"gaussian-dx:theta=4x5", "theta is a number"},
        {"gabor:wavelength=1.9", "wavelength is out of range: 2 to 4095"},
        {"gabor:wavelength=", "wavelength is a number, such as 4"},
        {"gabor:gamma=0", "gamma is out of range: 0.01 to 100"},
        {"gabor:sigma=2x3", "gabor has one sigma, along the wave; gamma=0.666667"},
        {"gabor:sigma=0", "too narrow for gabor"},
        {"gabor:size=1", "gabor of 1x1 taps would be all zero"},
        {"gabor:sigma=2000", "at most 4095 are possible"},
        {"gabor:gamma=0.01,wavelength=4095", "at most 4095 are possible"},
        {"gabor:phase=3", "no parameter is named phase; there are size, sigma and anchor"},
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

Suite *make_suite(void)
{
    Suite *suite = suite_create("generate shapes");
    TCase *tcase = tcase_create("generate shapes");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_sobel_sizes);
    tcase_add_test(tcase, test_derivative_published);
    tcase_add_test(tcase, test_derivatives);
    tcase_add_test(tcase, test_turns);
    tcase_add_test(tcase, test_derivative_gain);
    tcase_add_test(tcase, test_gabor);
    tcase_add_test(tcase, test_gabor_by_hand);
    tcase_add_test(tcase, test_gabor_defaults);
    tcase_add_test(tcase, test_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
