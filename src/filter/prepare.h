/* prepare.h: from a reader's rows to the rows that the first stage filters: channels, linear light, unit, mean and deviation,
 * alpha. */
#ifndef PREPARE_H
#define PREPARE_H

#include "base/pool.h"
#include "filter/feed.h"
#include "filter/recipe.h"
#include "simd/rowops.h"

struct prepare {
    struct feed feed; /* first member: a feed that is a prepare */
    const struct recipe *recipe;
    struct feed *source;
    struct pool *pool;
    size_t raw_bytes; /* of a row of the picture */
    char *raw;        /* some rows of the picture; NULL where the layout is native */
    char *out;        /* of the pull that runs */
    int count;
    float *decode;         /* linear light of each integer sample, or NULL */
    struct imc_stats seen; /* of float rows, where the run needs it */
};

/* `source` gives the rows of the picture as its reader does; they are converted by the pool's threads. */
enum imc_status prepare_init(struct prepare *prepare, const struct recipe *recipe, struct feed *source, struct pool *pool,
                             struct imc_error *error);
void prepare_free(struct prepare *prepare);
/* The size of the largest sample that was filtered or, of integers, that can be. */
float prepare_largest(const struct prepare *prepare);
/* Memory of the rows before they are converted. */
uint64_t prepare_bytes(const struct recipe *recipe, int threads);

#endif
