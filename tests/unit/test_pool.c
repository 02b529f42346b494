/* test_pool.c: every job runs once, on threads that are kept between runs, and in a child of fork, too. */
#include "base/pool.h"
#include "support/testing.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS = 100 };

static void count(void *context, int job, int thread)
{
    (void)thread;
    atomic_fetch_add(&((atomic_int *)context)[job], 1);
}

/* In order, or dealt, so many jobs. */
static bool runs_each_once(struct pool *pool, bool dealt, int jobs)
{
    atomic_int done[JOBS] = {0};
    (dealt ? pool_deal : pool_run)(pool, jobs, count, done);
    for (int i = 0; i < JOBS; i++)
        if (done[i] != (i < jobs))
            return false;
    return true;
}

static bool runs_each_job_once(struct pool *pool)
{
    return runs_each_once(pool, false, JOBS) && runs_each_once(pool, true, JOBS);
}

/* Does a pool of that many threads run each job once? */
static bool works(int threads)
{
    struct pool *pool = pool_borrow(threads);
    bool right = pool && pool_size(pool) == threads && runs_each_job_once(pool);
    pool_return(pool);
    return right;
}

START_TEST(threads_that_sleep_early)
{
    struct pool *pool = pool_create(3);
    ck_assert_ptr_nonnull(pool);
    pool_sleep_early(pool);
    for (int run = 0; run < 200; run++)
        ck_assert(runs_each_job_once(pool));
    pool_destroy(pool);
}
END_TEST

START_TEST(every_job_runs_once)
{
    for (int threads = 1; threads <= 5; threads++)
        ck_assert(works(threads) && works(threads));
    ck_assert(works(2));
}
END_TEST

START_TEST(fewer_jobs_than_threads)
{
    struct pool *pool = pool_create(4);
    ck_assert_ptr_nonnull(pool);
    for (int jobs = 0; jobs <= 9; jobs++)
        ck_assert(runs_each_once(pool, true, jobs) && runs_each_once(pool, false, jobs));
    pool_destroy(pool);
}
END_TEST

/* Job 0 ends when all others have. */
static void wait_for_others(void *context, int job, int thread)
{
    (void)thread;
    atomic_int *left = context;
    if (job > 0)
        atomic_fetch_sub(left, 1);
    while (job == 0 && atomic_load(left) > 0)
        usleep(100);
}

START_TEST(a_slow_thread_is_helped)
{
    struct pool *pool = pool_create(2);
    atomic_int left = JOBS - 1;
    ck_assert_ptr_nonnull(pool);
    pool_deal(pool, JOBS, wait_for_others, &left);
    ck_assert_int_eq(left, 0);
    pool_destroy(pool);
}
END_TEST

START_TEST(a_pool_is_kept)
{
    struct pool *first = pool_borrow(3), *second = pool_borrow(3); /* two runs at once */
    ck_assert(first && second && first != second);
    pool_return(first);
    ck_assert_ptr_eq(pool_borrow(3), first);
    pool_return(second);
    pool_return(first);
    pool_return(NULL);
}
END_TEST

/* fork copies the pool, but not its threads. */
START_TEST(a_child_has_threads_of_its_own)
{
    ck_assert(works(2));
    pid_t child = fork();
    if (child == 0)
        _exit(works(2) && works(2) ? 0 : 1);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert(works(2));
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pool");
    TCase *tests = tcase_create("pool");
    tcase_add_test(tests, every_job_runs_once);
    tcase_add_test(tests, threads_that_sleep_early);
    tcase_add_test(tests, fewer_jobs_than_threads);
    tcase_add_test(tests, a_slow_thread_is_helped);
    tcase_add_test(tests, a_pool_is_kept);
    tcase_add_test(tests, a_child_has_threads_of_its_own);
    suite_add_tcase(suite, tests);
    return suite;
}
