/* prepare.h: from a reader's rows to the rows that the first stage filters: channels, linear light, unit, mean and deviation,
 * alpha. */
#ifndef PREPARE_H
#define PREPARE_H

#include "filter/feed.h"
#include "filter/recipe.h"
#include "simd/rowops.h"

struct prepare {
    struct feed feed; /* first member: a feed that is a prepare */
    const struct recipe *recipe;
    struct imc_reader *reader;
    void *raw;             /* one row of the reader; NULL where the layout is native */
    float *decode;         /* linear light of each integer sample, or NULL */
    struct row_stats seen; /* of float rows, where the run needs it */
};

enum imc_status prepare_init(struct prepare *prepare, const struct recipe *recipe, struct imc_reader *reader,
                             struct imc_error *error);
void prepare_free(struct prepare *prepare);
/* The size of the largest sample that was filtered or, of integers, that can be. */
float prepare_largest(const struct prepare *prepare);

#endif
