/* test_chance.c: what random filters reach, drawn again by another generator; and the words that follow. */
#include "compare/ref_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TAPS_MAX = 25, CHANNELS_MAX = 3 };

static int by_value(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* The share of the energy that lies along the ramps x and y. */
static double first_derivative(const float *taps, int channels, int kh, int kw)
{
    double ramp = 0;
    for (int c = 0; c < channels; c++) {
        double x = 0, y = 0, xx = 0, yy = 0;
        for (int i = 0; i < kh * kw; i++) {
            double right = i % kw - (kw - 1) / 2.0, down = i / kw - (kh - 1) / 2.0;
            x += right * (double)taps[c * kh * kw + i];
            y += down * (double)taps[c * kh * kw + i];
            xx += right * right;
            yy += down * down;
        }
        ramp += x * x / xx + y * y / yy;
    }
    return ramp / inner(taps, taps, channels * kh * kw);
}

/* Random filters of another generator, and of another seed: all within what so many samples may err. */
START_TEST(chance_is_reproduced)
{
    enum { COUNT = 10000, PAIRS = 200 };
    static const int shapes[][3] = {{1, 3, 3}, {3, 5, 5}};
    static double scores[COUNT];
    struct test_rng rng = {test_seed()};
    struct imc_bank *bank = random_bank(&rng, 1, shapes[_i][0], shapes[_i][1], shapes[_i][2]);
    struct imc_compare_options options;
    double derivatives = 0, pair = 0;
    imc_compare_options_default(&options);
    options.filters = bank;
    struct imc_comparison *c = compare_with(&options);
    options.seed = 2;
    struct imc_comparison *again = compare_with(&options);
    for (int i = 0; i < COUNT; i++) {
        float taps[CHANNELS_MAX * TAPS_MAX];
        fill_random(&rng, taps, c->channels * c->kh * c->kw);
        scores[i] = best_cosine(c, taps, -1);
        derivatives += (first_derivative(taps, c->channels, c->kh, c->kw) > 0.5) / (double)COUNT;
        pair += i < PAIRS ? best_pair_residual(c, taps) / PAIRS : 0;
    }
    qsort(scores, COUNT, sizeof *scores, by_value);
    ck_assert_double_eq_tol(c->chance_median, scores[COUNT / 2], 0.01);
    ck_assert_double_eq_tol(c->chance_95, scores[COUNT * 95 / 100], 0.015);
    ck_assert_double_eq_tol(c->chance_derivatives, derivatives, 0.02);
    ck_assert_double_eq_tol(c->chance_pair, pair, 0.05);
    ck_assert_double_eq_tol(c->chance_median, again->chance_median, 0.01);
    ck_assert_double_eq_tol(c->chance_95, again->chance_95, 0.015);
    ck_assert_double_eq_tol(c->chance_pair, again->chance_pair, 0.01);
    ck_assert_double_ne(c->chance_95, again->chance_95);
    ck_assert_double_ne(c->chance_pair, again->chance_pair);
    imc_comparison_free(c);
    imc_comparison_free(again);
    imc_bank_free(bank);
}
END_TEST

/* Sobel is found whatever its sign and size. */
START_TEST(sobel_is_no_luck)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(8, 1, 3, 3, &bank, NULL), IMC_OK);
    for (int i = 0; i < 72; i++)
        bank->weights[i] = (float[]){-3, 0, 3, -6, 0, 6, -3, 0, 3}[i % 9] * (i < 36 ? -1.0f : 0.01f);
    struct imc_comparison *c = compare_bank(bank);
    for (int f = 0; f < 8; f++) {
        ck_assert_str_eq(c->kernels->names[c->filters[f].match], "sobel-x");
        ck_assert_double_eq_tol(c->filters[f].score, 1, 1e-6);
        ck_assert_double_eq_tol(c->filters[f].weights[0], f < 4 ? -3 : 0.03, 1e-6);
    }
    /* 0.05^8 = 3.9e-11 */
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "All 8 filters score above"));
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "where chance would give 0.4: that has a probability of 4e-11 by luck."));
    ck_assert_ptr_nonnull(strstr(c->verdict[2], "8 of 8 filters are first derivatives"));
    ck_assert_ptr_nonnull(strstr(c->verdict[2], "8 to vertical edges. Directions that none covers: /, horizontal, \\."));
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

/* Noise is called noise, and so is what is left when some filters are Sobel. */
START_TEST(noise_is_called_noise)
{
    struct test_rng rng = {1};
    struct imc_bank *bank = random_bank(&rng, 8, 1, 5, 5);
    struct imc_comparison *c = compare_bank(bank);
    for (int f = 0; f < 8; f++)
        ck_assert(!c->filters[f].above_chance);
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "0 of 8 filters score above the 95th percentile of random ones"));
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "0.4 would by chance, and so many or more have a probability of 1.00"));
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "cannot be told from random taps"));
    ck_assert_ptr_nonnull(strstr(c->verdict[2], "No filter has more than half of its energy in a first derivative"));
    imc_comparison_free(c);
    struct imc_bank *sobel = parse("sobel-y:size=5");
    for (int f = 0; f < 3; f++)
        memcpy(bank->weights + 25 * f, sobel->weights, 25 * sizeof *sobel->weights);
    c = compare_bank(bank);
    /* C(8,3) 0.05^3 0.95^5 + ... = 0.0058 */
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "3 of 8 filters score above"));
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "so many or more have a probability of 0.006 by luck. The other 5 are not nearer"));
    imc_comparison_free(c);
    imc_bank_free(sobel);
    imc_bank_free(bank);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("chance");
    TCase *tests = tcase_create("chance");
    tcase_add_loop_test(tests, chance_is_reproduced, 0, 2);
    tcase_add_test(tests, sobel_is_no_luck);
    tcase_add_test(tests, noise_is_called_noise);
    suite_add_tcase(suite, tests);
    return suite;
}
