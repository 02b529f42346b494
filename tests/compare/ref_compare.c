/* ref_compare.c: cosines, and distances from spans by normal equations, in double. */
#include "compare/ref_compare.h"

#include <math.h>

enum { KERNELS_MAX = 160 };

struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error;
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

struct imc_comparison *compare_with(const struct imc_compare_options *options)
{
    struct imc_comparison *comparison;
    struct imc_error error;
    ck_assert_msg(imc_compare(options, &comparison, &error) == IMC_OK, "%s", error.message);
    return comparison;
}

struct imc_comparison *compare_bank(const struct imc_bank *bank)
{
    struct imc_compare_options options;
    imc_compare_options_default(&options);
    options.filters = bank;
    return compare_with(&options);
}

void fill_random(struct test_rng *rng, float *taps, int count)
{
    for (int i = 0; i < count; i++)
        taps[i] = (float)(sqrt(-2 * log(1 - test_random_unit(rng))) * cos(6.283185307179586 * test_random_unit(rng)));
}

struct imc_bank *random_bank(struct test_rng *rng, int filters, int channels, int kh, int kw)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(filters, channels, kh, kw, &bank, NULL), IMC_OK);
    fill_random(rng, bank->weights, filters * channels * kh * kw);
    return bank;
}

double inner(const float *a, const float *b, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

double cosine(const float *filter, const float *kernel, int channels, int plane)
{
    double along = 0;
    for (int c = 0; c < channels; c++)
        along += pow(inner(filter + c * plane, kernel, plane), 2);
    return sqrt(along / inner(filter, filter, channels * plane) / inner(kernel, kernel, plane));
}

const float *kernel_taps(const struct imc_comparison *c, int kernel)
{
    return c->kernels->weights + kernel * c->kh * c->kw;
}

double best_cosine(const struct imc_comparison *c, const float *filter, int skip)
{
    double best = 0;
    for (int k = 0; k < c->kernels->filters; k++)
        if (k != skip)
            best = fmax(best, cosine(filter, kernel_taps(c, k), c->channels, c->kh * c->kw));
    return best;
}

const float *filter_taps(const struct imc_bank *bank, int filter)
{
    return bank->weights + filter * bank->in_c * bank->kh * bank->kw;
}

/* The squared distance of a vector from the span of `count` kernels: normal equations by elimination, empty pivots left out. */
static double distance2(const float *vector, const float *const *kernels, int count, int taps)
{
    static double m[KERNELS_MAX][KERNELS_MAX + 1];
    double rest = inner(vector, vector, taps);
    ck_assert_int_le(count, KERNELS_MAX);
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

double residual_of(const struct imc_comparison *c, const float *filter, const int *places, int count)
{
    const float *kernels[KERNELS_MAX];
    int plane = c->kh * c->kw;
    double rest = 0;
    for (int i = 0; i < count; i++)
        kernels[i] = kernel_taps(c, places ? places[i] : i);
    for (int channel = 0; channel < c->channels; channel++)
        rest += distance2(filter + channel * plane, kernels, count, plane);
    return sqrt(rest / inner(filter, filter, c->channels * plane));
}

double best_pair_residual(const struct imc_comparison *c, const float *filter)
{
    double best = 2;
    int pair[2];
    for (pair[0] = 0; pair[0] < c->kernels->filters; pair[0]++)
        for (pair[1] = pair[0] + 1; pair[1] < c->kernels->filters; pair[1]++)
            best = fmin(best, residual_of(c, filter, pair, 2));
    return best;
}
