/* pool.h: a small pthread pool. The calling thread works too, so a pool of one starts no thread. */
#ifndef POOL_H
#define POOL_H

struct pool;

/* The threads to use when `asked` is 0: IMGCONV_THREADS, else the CPUs this process may run on; at most 256. */
int pool_threads(int asked);
/* NULL if memory or threads ran out. */
struct pool *pool_create(int threads);
void pool_destroy(struct pool *pool);
/* The same for short runs: the last pool that was returned, if it has that many threads. One is kept for the process. */
struct pool *pool_borrow(int threads);
/* NULL is allowed. */
void pool_return(struct pool *pool);
int pool_size(const struct pool *pool);
/* From now on its threads sleep at once where there is nothing to do, for runs beside threads that have something to do. Else they
 * look out for the next run for a while, which is then quicker. */
void pool_sleep_early(struct pool *pool);

/* Calls work(context, job, thread) for each job 0..jobs-1 and returns when all are done. `thread` is 0..pool_size-1, and no two
 * calls with one number run at once: it selects the scratch. Jobs are handed out in order. Not to be called from within work. */
void pool_run(struct pool *pool, int jobs, void (*work)(void *context, int job, int thread), void *context);
/* The same, but each thread begins with a share of its own, jobs that lie side by side, and then helps whoever has most left: where
 * runs follow each other, a part of the data is mostly in work by the same thread, near whose cache it is. */
void pool_deal(struct pool *pool, int jobs, void (*work)(void *context, int job, int thread), void *context);

#endif
