/* chance.h: what filters that mean nothing score. */
#ifndef CHANCE_H
#define CHANCE_H

#include "compare/span.h"

#include <imgconv/kernel.h>

#include <stdint.h>

struct chance {
    double median, p95; /* of the scores */
    double pair;        /* mean of what the best two kernels leave */
    double derivatives; /* the share of filters that are first derivatives */
};

/* The fates of `count` filters of independent normal taps, on so many channels, against the kernels, whose span `span` is: filter
 * i is a function of (seed, i). Percentiles are
 * those of the sorted scores at position p * (count - 1), linear in between. Errors: MEMORY. */
enum imc_status chance_of(const struct imc_bank *kernels, struct span *span, int channels, int count, uint64_t seed,
                          struct chance *chance, struct imc_error *error);

/* The chance that `count` independent filters, each above the level with probability p, have `above` or more above it. */
double chance_of_so_many(int count, int above, double p);

#endif
