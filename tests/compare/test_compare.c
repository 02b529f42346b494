/* test_compare.c: every figure of a comparison, found again by plain code in double that shares nothing with the library. */
#include "support/testing.h"

#include <imgconv/compare.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TAPS_MAX = 49, CHANNELS_MAX = 3 };

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error;
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static struct imc_comparison *compare_with(const struct imc_compare_options *options)
{
    struct imc_comparison *comparison;
    struct imc_error error;
    ck_assert_msg(imc_compare(options, &comparison, &error) == IMC_OK, "%s", error.message);
    return comparison;
}

static struct imc_comparison *compare_bank(const struct imc_bank *bank)
{
    struct imc_compare_options options;
    imc_compare_options_default(&options);
    options.filters = bank;
    return compare_with(&options);
}

/* Independent normal taps. */
static void fill_random(struct test_rng *rng, float *taps, int count)
{
    for (int i = 0; i < count; i++)
        taps[i] = (float)(sqrt(-2 * log(1 - test_random_unit(rng))) * cos(6.283185307179586 * test_random_unit(rng)));
}

static struct imc_bank *random_bank(struct test_rng *rng, int filters, int channels, int kh, int kw)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(filters, channels, kh, kw, &bank, NULL), IMC_OK);
    fill_random(rng, bank->weights, filters * channels * kh * kw);
    return bank;
}

static double inner(const float *a, const float *b, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* |F.k| / (|F| |k|), F.k a vector over the channels. */
static double cosine(const float *filter, const float *kernel, int channels, int plane)
{
    double along = 0;
    for (int c = 0; c < channels; c++)
        along += pow(inner(filter + c * plane, kernel, plane), 2);
    return sqrt(along / inner(filter, filter, channels * plane) / inner(kernel, kernel, plane));
}

static double best_cosine(const struct imc_comparison *c, const float *filter, int skip)
{
    double best = 0;
    for (int k = 0; k < c->kernel_count; k++)
        if (k != skip)
            best = fmax(best, cosine(filter, c->kernels[k].taps, c->channels, c->kh * c->kw));
    return best;
}

/* The squared distance of a vector from the span of `count` kernels: normal equations by elimination, empty pivots left out. */
static double distance2(const float *vector, const float *const *kernels, int count, int taps)
{
    double m[64][65], rest = inner(vector, vector, taps);
    ck_assert_int_le(count, 64);
    for (int i = 0; i < count; i++) {
        double length = sqrt(inner(kernels[i], kernels[i], taps));
        for (int j = 0; j < count; j++)
            m[i][j] = inner(kernels[i], kernels[j], taps) / length / sqrt(inner(kernels[j], kernels[j], taps));
        m[i][count] = inner(kernels[i], vector, taps) / length;
    }
    for (int done = 0; done < count; done++) {
        int pivot = 0;
        for (int i = 0; i < count; i++)
            pivot = m[i][i] > m[pivot][pivot] ? i : pivot;
        if (m[pivot][pivot] < 1e-9)
            break;
        rest -= m[pivot][count] * m[pivot][count] / m[pivot][pivot];
        for (int i = 0; i < count; i++) {
            double factor = i == pivot ? 0 : m[i][pivot] / m[pivot][pivot];
            for (int j = 0; j <= count; j++)
                m[i][j] -= factor * m[pivot][j];
        }
        for (int j = 0; j < count; j++)
            m[pivot][j] = m[j][pivot] = 0;
    }
    return fmax(0, rest);
}

static double residual_of(const struct imc_comparison *c, const float *filter, const int *places, int count)
{
    const float *kernels[64];
    int plane = c->kh * c->kw;
    double rest = 0;
    for (int i = 0; i < count; i++)
        kernels[i] = c->kernels[places ? places[i] : i].taps;
    for (int channel = 0; channel < c->channels; channel++)
        rest += distance2(filter + channel * plane, kernels, count, plane);
    return sqrt(rest / inner(filter, filter, c->channels * plane));
}

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

static const float *filter_taps(const struct imc_bank *bank, int filter)
{
    return bank->weights + filter * bank->in_c * bank->kh * bank->kw;
}

/* Everything that hangs on the taps alone. */
static void check_filters(const struct imc_comparison *c, const struct imc_bank *bank)
{
    ck_assert_int_eq(c->count, bank->filters);
    for (int f = 0; f < c->count; f++) {
        const struct imc_compared *found = &c->filters[f];
        const float *taps = filter_taps(bank, f), *match = c->kernels[found->match].taps;
        int plane = c->kh * c->kw, pair[2];
        double mean = 0, best_pair = 2;
        ck_assert_double_eq_tol(found->score, best_cosine(c, taps, -1), 1e-9);
        ck_assert_double_eq_tol(found->score, cosine(taps, match, c->channels, plane), 1e-9);
        ck_assert_int_eq(found->above_chance, found->score > c->chance_95);
        for (int i = 0; i < c->channels * plane; i++)
            mean += (double)taps[i] / (c->channels * plane);
        ck_assert_double_eq_tol(found->mean_tap, mean, 1e-9);
        for (int channel = 0; channel < c->channels; channel++)
            ck_assert_double_eq_tol(found->weights[channel],
                                    inner(taps + channel * plane, match, plane) / inner(match, match, plane), 1e-9);
        ck_assert_double_eq_tol(found->residual, residual_of(c, taps, NULL, c->kernel_count), 2e-3);
        for (pair[0] = 0; pair[0] < c->kernel_count; pair[0]++)
            for (pair[1] = pair[0] + 1; pair[1] < c->kernel_count; pair[1]++)
                best_pair = fmin(best_pair, residual_of(c, taps, pair, 2));
        ck_assert_double_eq_tol(found->pair_residual, best_pair, 1e-4);
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
        other[i] = (float)found->weights[i / 9] * c->kernels[found->match].taps[i % 9];
    ck_assert_double_eq_tol(inner(bank->weights, other, 27) /
                                sqrt(inner(other, other, 27) * inner(bank->weights, bank->weights, 27)),
                            found->score, 1e-6);
    for (int n = 0; n < 2000; n++) {
        float w[3];
        int k = test_random_int(&rng, 0, c->kernel_count - 1);
        fill_random(&rng, w, 3);
        for (int i = 0; i < 27; i++)
            other[i] = w[i / 9] * c->kernels[k].taps[i % 9];
        double reached = inner(bank->weights, other, 27) / sqrt(inner(other, other, 27) * inner(bank->weights, bank->weights, 27));
        ck_assert_double_le(fabs(reached), found->score + 1e-6);
    }
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

static int by_value(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Random filters of another generator, and of another seed: both within what 10,000 samples may err. */
START_TEST(chance_is_reproduced)
{
    enum { COUNT = 10000 };
    static const int shapes[][3] = {{1, 3, 3}, {3, 5, 5}};
    static double scores[COUNT];
    struct test_rng rng = {test_seed()};
    struct imc_bank *bank = random_bank(&rng, 1, shapes[_i][0], shapes[_i][1], shapes[_i][2]);
    struct imc_compare_options options;
    imc_compare_options_default(&options);
    options.filters = bank;
    struct imc_comparison *c = compare_with(&options);
    options.seed = 2;
    struct imc_comparison *again = compare_with(&options);
    for (int i = 0; i < COUNT; i++) {
        float taps[CHANNELS_MAX * TAPS_MAX];
        fill_random(&rng, taps, c->channels * c->kh * c->kw);
        scores[i] = best_cosine(c, taps, -1);
    }
    qsort(scores, COUNT, sizeof *scores, by_value);
    ck_assert_double_eq_tol(c->chance_median, scores[COUNT / 2], 0.01);
    ck_assert_double_eq_tol(c->chance_95, scores[COUNT * 95 / 100], 0.015);
    ck_assert_double_eq_tol(c->chance_median, again->chance_median, 0.01);
    ck_assert_double_eq_tol(c->chance_95, again->chance_95, 0.015);
    ck_assert_double_ne(c->chance_95, again->chance_95);
    imc_comparison_free(c);
    imc_comparison_free(again);
    imc_bank_free(bank);
}
END_TEST

/* Noise is called noise, and Sobel is found whatever its sign and size. */
START_TEST(verdicts_follow_the_figures)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(8, 1, 3, 3, &bank, NULL), IMC_OK);
    for (int i = 0; i < 72; i++)
        bank->weights[i] = (float[]){-3, 0, 3, -6, 0, 6, -3, 0, 3}[i % 9] * (i < 36 ? -1.0f : 0.01f);
    struct imc_comparison *c = compare_bank(bank);
    for (int f = 0; f < 8; f++) {
        ck_assert_str_eq(c->kernels[c->filters[f].match].name, "sobel-x");
        ck_assert_double_eq_tol(c->filters[f].score, 1, 1e-6);
        ck_assert_double_eq_tol(c->filters[f].weights[0], f < 4 ? -3 : 0.03, 1e-6);
    }
    ck_assert_ptr_nonnull(strstr(c->verdict[0], "8 of 8 filters score above"));
    ck_assert_ptr_nonnull(strstr(c->verdict[2], "8 to vertical edges. Directions that none covers: /, horizontal, \\."));
    imc_comparison_free(c);
    for (int i = 0; i < 72; i++) /* a checkerboard with a slope: no hand-made kernel */
        bank->weights[i] = (float)((i % 2 ? 1 : -1) * (1 + i % 9 * i % 7) % 5 + (i % 9 == 3));
    c = compare_bank(bank);
    if (!c->filters[0].above_chance)
        ck_assert_ptr_nonnull(strstr(c->verdict[0], "not nearer to hand-made kernels than random taps"));
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
    ck_assert_int_eq(c->count, c->kernel_count);
    for (int f = 0; f < c->count; f++) {
        ck_assert_int_ne(c->filters[f].match, f);
        ck_assert_double_eq_tol(c->filters[f].score, best_cosine(c, c->kernels[f].taps, f), 1e-9);
    }
    const float *taps = c->kernels[c->count - 1].taps;
    ck_assert_str_eq(c->kernels[c->count - 1].name, "1,0,-2");
    for (int i = 0; i < 9; i++)
        ck_assert_float_eq(taps[i], i == 3 ? 1 : i == 5 ? -2 : 0);
    imc_comparison_free(c);
    imc_bank_free(given);
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
    struct imc_bank *zero = parse("0,0");
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
    tcase_add_loop_test(tests, chance_is_reproduced, 0, 2);
    tcase_add_test(tests, verdicts_follow_the_figures);
    tcase_add_test(tests, kernels_among_themselves);
    tcase_add_test(tests, what_cannot_be_compared);
    suite_add_tcase(suite, tests);
    return suite;
}
