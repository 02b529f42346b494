/* chance.c: the score of a filter is the best of many, so even noise scores high: at 3x3 nine random numbers are close to some
 * kernel. The level is drawn, since no formula knows how the kernels lie to each other. */
#include "compare/chance.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"

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

enum imc_status chance_of(const struct span *span, int channels, int count, uint64_t seed, struct chance *chance,
                          struct imc_error *error)
{
    int taps = channels * span->taps;
    double *scores = mem_alloc((size_t)count, sizeof *scores);
    float *filter = mem_alloc((size_t)taps, sizeof *filter);
    enum imc_status status = scores && filter ? IMC_OK : fail_memory(error, "random filters");
    for (int i = 0; i < count && !status; i++) {
        struct random random;
        random_start(&random, seed, RANDOM_CHANCE, 0, (uint32_t)i);
        for (int t = 0; t < taps; t++)
            filter[t] = random_normal(&random);
        span_match(span, filter, channels, -1, &scores[i]);
    }
    if (!status) {
        qsort(scores, (size_t)count, sizeof *scores, by_value);
        *chance = (struct chance){percentile(scores, count, 0.5), percentile(scores, count, 0.95)};
    }
    mem_free(scores);
    mem_free(filter);
    return status;
}

double chance_of_so_many(int count, int above, double p)
{
    double sum = 0;
    for (int k = above; k <= count; k++)
        sum += exp(lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1) + k * log(p) + (count - k) * log1p(-p));
    return fmin(1, sum);
}
