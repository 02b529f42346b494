/* ref_compare.h: what a comparison has to find, by plain code in double that shares nothing with the library. */
#ifndef REF_COMPARE_H
#define REF_COMPARE_H

#include "support/testing.h"

#include <imgconv/compare.h>

/* A kernel, a comparison; a failure fails the test. */
struct imc_bank *parse(const char *text);
struct imc_comparison *compare_with(const struct imc_compare_options *options);
/* With the default options. */
struct imc_comparison *compare_bank(const struct imc_bank *bank);

/* Independent normal taps. */
void fill_random(struct test_rng *rng, float *taps, int count);
struct imc_bank *random_bank(struct test_rng *rng, int filters, int channels, int kh, int kw);

const float *filter_taps(const struct imc_bank *bank, int filter);
const float *kernel_taps(const struct imc_comparison *c, int kernel);

double inner(const float *a, const float *b, int count);
/* |F.k| / (|F| |k|), F.k a vector over the channels. */
double cosine(const float *filter, const float *kernel, int channels, int plane);
/* Over all kernels but `skip`. */
double best_cosine(const struct imc_comparison *c, const float *filter, int skip);
/* What the span of the kernels at `places` (NULL: the first `count`) leaves of the filter's length. */
double residual_of(const struct imc_comparison *c, const float *filter, const int *places, int count);
double best_pair_residual(const struct imc_comparison *c, const float *filter);

#endif
