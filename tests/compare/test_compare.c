/* test_compare.c: every figure of a comparison, found again by plain code in double that shares nothing with the library. */
#include "compare/ref_compare.h"

#include <imgconv/match.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The masks of Frei and Chen, as their paper has them. */
static void frei_chen(const float *taps, double share[3])
{
    static const double root = 1.4142135623730951;
    const double masks[9][9] = {
        {1, root, 1, 0, 0, 0, -1, -root, -1}, {1, 0, -1, root, 0, -root, 1, 0, -1}, {0, -1, root, 1, 0, -1, -root, 1, 0},
        {root, -1, 0, -1, 0, 1, 0, 1, -root}, {0, 1, 0, -1, 0, -1, 0, 1, 0},        {-1, 0, 1, 0, 0, 0, 1, 0, -1},
        {1, -2, 1, -2, 4, -2, 1, -2, 1},      {-2, 1, -2, 1, 4, 1, -2, 1, -2},      {1, 1, 1, 1, 1, 1, 1, 1, 1}};
    double total = 0;
    share[0] = share[1] = share[2] = 0;
    for (int m = 0; m < 9; m++) {
        double along = 0, length = 0;
        for (int i = 0; i < 9; i++) {
            along += masks[m][i] * (double)taps[i];
            length += masks[m][i] * masks[m][i];
        }
        share[m < 4 ? 0 : m < 8 ? 1 : 2] += along * along / length;
        total += along * along / length;
    }
    for (int i = 0; i < 3; i++)
        share[i] /= total;
}

/* Everything that hangs on the taps alone. */
static void check_filters(const struct imc_comparison *c, const struct imc_bank *bank)
{
    ck_assert_int_eq(c->count, bank->filters);
    for (int f = 0; f < c->count; f++) {
        const struct imc_compared *found = &c->filters[f];
        const float *taps = filter_taps(bank, f), *match = kernel_taps(c, found->match);
        int plane = c->kh * c->kw;
        double mean = 0;
        ck_assert_double_eq_tol(found->score, best_cosine(c, taps, -1), 1e-9);
        ck_assert_double_eq_tol(found->score, cosine(taps, match, c->channels, plane), 1e-9);
        ck_assert_int_eq(found->above_chance, found->score > c->chance_95);
        for (int i = 0; i < c->channels * plane; i++)
            mean += (double)taps[i] / (c->channels * plane);
        ck_assert_double_eq_tol(found->mean_tap, mean, 1e-9);
        for (int channel = 0; channel < c->channels; channel++)
            ck_assert_double_eq_tol(found->weights[channel],
                                    inner(taps + channel * plane, match, plane) / inner(match, match, plane), 1e-9);
        ck_assert_double_eq_tol(found->residual, residual_of(c, taps, NULL, c->kernels->filters), 2e-3);
        ck_assert_double_eq_tol(found->pair_residual, best_pair_residual(c, taps), 1e-4);
        ck_assert_double_eq_tol(found->edge + found->line + found->average, 1, 1e-9);
        ck_assert_double_eq_tol(found->order[0] + found->order[1] + found->order[2] + found->order[3], 1, 1e-9);
    }
}

START_TEST(figures_of_the_shipped_models)
{
    static const char *const models[] = {"model:digits", "model:digits5"};
    struct imc_bank *bank = parse(models[_i]);
    struct imc_comparison *c = compare_bank(bank);
    check_filters(c, bank);
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

START_TEST(figures_of_random_filters)
{
    static const int shapes[][3] = {{1, 2, 2}, {3, 3, 3}, {2, 4, 3}, {3, 7, 7}, {1, 5, 6}};
    struct test_rng rng = {test_seed() + (uint64_t)_i};
    struct imc_bank *bank = random_bank(&rng, 3, shapes[_i][0], shapes[_i][1], shapes[_i][2]);
    struct imc_comparison *c = compare_bank(bank);
    check_filters(c, bank);
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

START_TEST(energies_are_those_of_frei_and_chen)
{
    struct test_rng rng = {test_seed()};
    struct imc_bank *bank = random_bank(&rng, 50, 1, 3, 3);
    struct imc_comparison *c = compare_bank(bank);
    for (int f = 0; f < c->count; f++) {
        double share[3];
        frei_chen(filter_taps(bank, f), share);
        ck_assert_double_eq_tol(c->filters[f].edge, share[0], 1e-9);
        ck_assert_double_eq_tol(c->filters[f].line, share[1], 1e-9);
        ck_assert_double_eq_tol(c->filters[f].average, share[2], 1e-9);
    }
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

/* Of the Gaussian's first derivative in any direction nearly all energy is of order 1, and its angle is told. */
START_TEST(directions_of_derivatives)
{
    double degrees = 15 * _i, x0 = cos(degrees / 180 * 3.14159265358979), y0 = sin(degrees / 180 * 3.14159265358979);
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(1, 1, 5, 5, &bank, NULL), IMC_OK);
    for (int i = 0; i < 25; i++)
        bank->weights[i] = (float)((i % 5 - 2) * x0 + (i / 5 - 2) * y0);
    struct imc_comparison *c = compare_bank(bank);
    ck_assert_double_eq_tol(c->filters[0].order[1], 1, 1e-6);
    ck_assert_double_eq_tol(c->filters[0].edge, 1, 1e-6);
    ck_assert_double_eq_tol(fmod(c->filters[0].angle - degrees + 270, 180), 90, 1e-4);
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

/* No weights of the channels bring another kernel nearer, and those that are told reach the score. */
START_TEST(channel_weights_are_the_best)
{
    struct test_rng rng = {test_seed()};
    struct imc_bank *bank = random_bank(&rng, 1, 3, 3, 3);
    struct imc_comparison *c = compare_bank(bank);
    const struct imc_compared *found = c->filters;
    float other[27];
    for (int i = 0; i < 27; i++)
        other[i] = (float)found->weights[i / 9] * kernel_taps(c, found->match)[i % 9];
    ck_assert_double_eq_tol(inner(bank->weights, other, 27) /
                                sqrt(inner(other, other, 27) * inner(bank->weights, bank->weights, 27)),
                            found->score, 1e-6);
    for (int n = 0; n < 2000; n++) {
        float w[3];
        int k = test_random_int(&rng, 0, c->kernels->filters - 1);
        fill_random(&rng, w, 3);
        for (int i = 0; i < 27; i++)
            other[i] = w[i / 9] * kernel_taps(c, k)[i % 9];
        double reached = inner(bank->weights, other, 27) / sqrt(inner(other, other, 27) * inner(bank->weights, bank->weights, 27));
        ck_assert_double_le(fabs(reached), found->score + 1e-6);
    }
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

START_TEST(kernels_among_themselves)
{
    struct imc_compare_options options;
    struct imc_bank *given = parse("1,0,-2");
    imc_compare_options_default(&options);
    options.with = (const struct imc_bank *const *)&given;
    options.with_count = 1;
    struct imc_comparison *c = compare_with(&options);
    ck_assert(c->among_themselves);
    ck_assert_int_eq(c->count, c->kernels->filters);
    for (int f = 0; f < c->count; f++) {
        ck_assert_int_ne(c->filters[f].match, f);
        ck_assert_double_eq_tol(c->filters[f].score, best_cosine(c, kernel_taps(c, f), f), 1e-9);
    }
    const float *taps = kernel_taps(c, c->count - 1);
    ck_assert_str_eq(c->kernels->names[c->count - 1], "1,0,-2");
    for (int i = 0; i < 9; i++)
        ck_assert_float_eq(taps[i], i == 3 ? 1 : i == 5 ? -2 : 0);
    imc_comparison_free(c);
    imc_bank_free(given);
}
END_TEST

/* They are those that `imgconv kernels` matches with, at the filters' own size. */
START_TEST(kernels_have_the_size_of_the_filters)
{
    struct imc_bank *bank = parse("model:digits5"), *made;
    struct imc_comparison *c = compare_bank(bank);
    ck_assert_int_eq(imc_handmade_create(5, 5, &made, NULL), IMC_OK);
    ck_assert_int_eq(c->kernels->filters, made->filters);
    ck_assert_mem_eq(c->kernels->weights, made->weights, (size_t)made->filters * 25 * sizeof *made->weights);
    for (int k = 0; k < made->filters; k++)
        ck_assert_str_eq(c->kernels->names[k], made->names[k]);
    for (int f = 0; f < bank->filters; f++) {
        struct imc_match match;
        int found;
        ck_assert_int_eq(imc_bank_match(bank, f, made, 1, &match, NULL, &found, NULL), IMC_OK);
        ck_assert_int_eq(c->filters[f].match, match.kernel);
    }
    imc_comparison_free(c);
    imc_bank_free(made);
    imc_bank_free(bank);
}
END_TEST

static void expect_failure(const struct imc_compare_options *options, const char *words)
{
    struct imc_comparison *c;
    struct imc_error error = {0};
    ck_assert_int_eq(imc_compare(options, &c, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(c);
    ck_assert_msg(strstr(error.message, words), "%s", error.message);
}

START_TEST(what_cannot_be_compared)
{
    struct test_rng rng = {1};
    struct imc_bank *two = random_bank(&rng, 1, 2, 3, 3), *one = random_bank(&rng, 1, 1, 1, 1), *with = parse("gaussian:size=5");
    struct imc_bank *zero = parse("0,0"), *aside = parse("sobel-x:anchor=0,0");
    struct imc_compare_options options;
    imc_compare_options_default(&options);
    options.filters = two;
    options.input = "sample:gray";
    expect_failure(&options, "2 channels");
    options.input = NULL;
    options.random_count = 10;
    expect_failure(&options, "100 at least");
    options.random_count = 100;
    options.with_count = 1;
    options.with = (const struct imc_bank *const *)&with;
    expect_failure(&options, "more than the 3 x 3");
    options.with = (const struct imc_bank *const *)&zero;
    expect_failure(&options, "all taps are zero");
    options.with = (const struct imc_bank *const *)&aside;
    expect_failure(&options, "anchor at 0,0 reach out of the 3 x 3");
    options.with = (const struct imc_bank *const *)&two;
    expect_failure(&options, "2 channels");
    options.with_count = 0;
    options.filters = one;
    expect_failure(&options, "1 x 1 taps cannot be compared");
    options.filters = NULL;
    options.size = 65;
    expect_failure(&options, "65 x 65 taps");
    imc_bank_free(one);
    imc_bank_free(two);
    imc_bank_free(with);
    imc_bank_free(zero);
    imc_bank_free(aside);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = tcase_create("compare");
    tcase_add_loop_test(tests, figures_of_the_shipped_models, 0, 2);
    tcase_add_loop_test(tests, figures_of_random_filters, 0, 5);
    tcase_add_test(tests, energies_are_those_of_frei_and_chen);
    tcase_add_loop_test(tests, directions_of_derivatives, 0, 12);
    tcase_add_test(tests, channel_weights_are_the_best);
    tcase_add_test(tests, kernels_have_the_size_of_the_filters);
    tcase_add_test(tests, kernels_among_themselves);
    tcase_add_test(tests, what_cannot_be_compared);
    suite_add_tcase(suite, tests);
    return suite;
}
