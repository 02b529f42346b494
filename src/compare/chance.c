/* chance.c: the score of a filter is the best of many, so even noise scores high: at 3x3 nine random numbers are close to some
 * kernel. The level is drawn, since no formula knows how the kernels lie to each other. */
#include "compare/chance.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "compare/energy.h"
#include "kernel/bank.h"

#include <imgconv/compare.h>
#include <imgconv/match.h>

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, int count, double p)
{
    double at = p * (count - 1), below = floor(at);
    int i = (int)below;
    return i + 1 < count ? sorted[i] + (at - below) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

/* Makes filter i and measures it; *chance sums up. */
static enum imc_status draw(const struct imc_bank *kernels, struct span *span, uint64_t seed, int i, struct imc_bank *filter,
                            double *score, struct chance *chance, struct imc_error *error)
{
    struct random random;
    struct imc_match match;
    struct energy energy;
    int found, pair[2];
    random_start(&random, seed, RANDOM_CHANCE, 0, (uint32_t)i);
    for (size_t t = 0; t < bank_filter_taps(filter); t++)
        filter->weights[t] = random_normal(&random);
    enum imc_status status = imc_bank_match(filter, 0, kernels, 1, &match, NULL, &found, error);
    if (status)
        return status;
    *score = match.score;
    energy_of(filter->weights, filter->in_c, filter->kh, filter->kw, &energy);
    chance->derivatives += energy.order[1] > IMC_COMPARE_DERIVATIVE;
    chance->pair += span_pair(span, filter->weights, filter->in_c, -1, pair);
    return IMC_OK;
}

enum imc_status chance_of(const struct imc_bank *kernels, struct span *span, int channels, int count, uint64_t seed,
                          struct chance *chance, struct imc_error *error)
{
    struct imc_bank *filter;
    enum imc_status status = imc_bank_create(1, channels, kernels->kh, kernels->kw, &filter, error);
    *chance = (struct chance){0};
    if (status)
        return status;
    double *scores = mem_alloc((size_t)count, sizeof *scores);
    if (!scores)
        status = fail_memory(error, "random filters");
    for (int i = 0; i < count && !status; i++)
        status = draw(kernels, span, seed, i, filter, &scores[i], chance, error);
    if (!status) {
        qsort(scores, (size_t)count, sizeof *scores, by_value);
        chance->median = percentile(scores, count, 0.5);
        chance->p95 = percentile(scores, count, 0.95);
        chance->pair /= count;
        chance->derivatives /= count;
    }
    mem_free(scores);
    imc_bank_free(filter);
    return status;
}

double chance_of_so_many(int count, int above, double p)
{
    double sum = 0;
    for (int k = above; k <= count; k++)
        sum += exp(lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1) + k * log(p) + (count - k) * log1p(-p));
    return fmin(1, sum);
}
