/* jobs.h: running the executor of a plan on rows that are already padded, as the filter pipeline does. */
#ifndef JOBS_H
#define JOBS_H

#include "base/pool.h"
#include "conv/plan.h"

/* Runs output rows y0..y1-1 on all threads of the pool. `work` holds plan->work_bytes (rounded up by size_align) for each
 * thread. */
void jobs_run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, struct pool *pool,
              char *work);

/* Rows of a job: enough to be worth a hand-over, few enough that a job's rows stay in L2, a multiple of the plan's grain. */
int jobs_rows(const struct imc_plan *plan);

/* Frees what the runs of a plan have left in it. */
void jobs_free_idle(struct imc_plan *plan);

#endif
