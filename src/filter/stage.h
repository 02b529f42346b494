/* stage.h: one kernel of a chain at work: rows from the feed before it through a window and a plan. */
#ifndef STAGE_H
#define STAGE_H

#include "conv/jobs.h"
#include "conv/window.h"
#include "filter/feed.h"
#include "filter/recipe.h"

struct stage {
    struct feed feed; /* first member: a feed that is a stage */
    const struct recipe *recipe;
    int index;
    const struct imc_plan *plan;
    struct feed *source;
    struct pool *pool;
    struct window window;
    void *window_memory;
    char *work;                 /* of the executor, one for each thread */
    char *batch;                /* rows pulled from the source and not yet put into the window */
    int batch_rows;             /* room of the batch */
    int batch_first, batch_end; /* picture rows in it */
    int next_in;                /* picture row that the window gets next */
    int next_out;
    struct imc_stats stats;
};

/* Results come in bands of at most `band_rows`; rows are pulled from `source` in batches of batch_rows. */
enum imc_status stage_init(struct stage *stage, const struct recipe *recipe, int index, struct feed *source, int band_rows,
                           int batch_rows, struct pool *pool, struct imc_error *error);
void stage_free(struct stage *stage);

#endif
