/* pool.c: workers sleep on a condition and draw job numbers from shares under the lock. Jobs here are bands of rows or pictures,
 * 10 microseconds to milliseconds long, so a lock per job costs nothing that could be measured. Starting a thread and seeing it end
 * costs 100 microseconds, a tenth of a small run: one pool is kept for the next run. */
#include "base/pool.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/textnum.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 256, LOOKS = 64, LINGER_NS = 100000 /* how long a thread looks out, the clock read after so many looks */ };

/* Jobs next..end-1, that no thread has drawn yet. */
struct share {
    int next, end;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    int size, started; /* threads in all, the caller's included; worker threads started */
    int left, shares;  /* jobs that were not drawn yet; a share for all threads, or one each */
    struct share share[THREADS_MAX];
    /* Jobs in work, and runs that were begun: written under the lock, looked at without it by threads that linger. */
    atomic_uint running, runs;
    void (*work)(void *context, int job, int thread);
    void *context;
    bool quit, sleeps_early;
    pid_t process; /* a child of fork has no workers */
    pthread_t worker[THREADS_MAX];
};

struct worker_arg {
    struct pool *pool;
    int thread;
};

static int cpus_allowed(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

int pool_threads(int asked)
{
    if (asked <= 0) {
        const char *text = getenv("IMGCONV_THREADS"), *end;
        if (!text || !text_to_int(text, &end, 1, THREADS_MAX, &asked) || *end)
            asked = cpus_allowed();
    }
    return asked < THREADS_MAX ? asked : THREADS_MAX;
}

/* The next job of the thread's share, else the last one of the share that has most left. */
static int draw_job(struct pool *pool, int thread)
{
    struct share *share = &pool->share[thread < pool->shares ? thread : 0];
    pool->left--;
    if (share->next < share->end)
        return share->next++;
    for (int i = 0; i < pool->shares; i++)
        if (pool->share[i].end - pool->share[i].next > share->end - share->next)
            share = &pool->share[i];
    return --share->end;
}

/* Draws and runs jobs until none is left. Called and left with the lock held. */
static void run_jobs(struct pool *pool, int thread)
{
    while (pool->left > 0) {
        int job = draw_job(pool, thread);
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        pool->work(pool->context, job, thread);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    if (pool->running == 0)
        pthread_cond_broadcast(&pool->done);
}

/* The hint that this is a loop of looks. */
static inline void pause_cpu(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Looks for a while whether `counter` has got to another value than `seen` before the thread goes to sleep: to be woken costs a
 * tenth of a millisecond on a machine that is otherwise idle, and a training step has a run every third of one. Called and left
 * with the lock held. */
static void linger(struct pool *pool, const atomic_uint *counter, unsigned seen)
{
    if (pool->sleeps_early)
        return;
    pthread_mutex_unlock(&pool->lock);
    int64_t end = clock_ns() + LINGER_NS;
    do {
        for (int i = 0; i < LOOKS && atomic_load_explicit(counter, memory_order_relaxed) == seen; i++)
            pause_cpu();
    } while (atomic_load_explicit(counter, memory_order_relaxed) == seen && clock_ns() < end);
    pthread_mutex_lock(&pool->lock);
}

static void *worker_main(void *argument)
{
    struct worker_arg arg = *(struct worker_arg *)argument;
    mem_free(argument);
    pthread_mutex_lock(&arg.pool->lock);
    while (!arg.pool->quit) {
        run_jobs(arg.pool, arg.thread);
        unsigned seen = arg.pool->runs;
        if (!arg.pool->quit)
            linger(arg.pool, &arg.pool->runs, seen);
        if (!arg.pool->quit && arg.pool->runs == seen) /* after a run, if one that others have done, more may follow */
            pthread_cond_wait(&arg.pool->wake, &arg.pool->lock);
    }
    pthread_mutex_unlock(&arg.pool->lock);
    return NULL;
}

static bool start_worker(struct pool *pool, int thread)
{
    struct worker_arg *arg = mem_alloc(1, sizeof *arg);
    if (!arg)
        return false;
    *arg = (struct worker_arg){pool, thread};
    if (pthread_create(&pool->worker[pool->started], NULL, worker_main, arg) == 0) {
        pool->started++;
        return true;
    }
    mem_free(arg);
    return false;
}

struct pool *pool_create(int threads)
{
    struct pool *pool = mem_zalloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->process = getpid();
    pool->size = threads < 1 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
    for (int i = 1; i < pool->size; i++)
        if (!start_worker(pool, i)) {
            pool_destroy(pool);
            return NULL;
        }
    return pool;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pool->runs++; /* whoever lingers leaves */
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->started; i++)
        pthread_join(pool->worker[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool);
}

/* The pool that is kept between runs. */
static _Atomic(struct pool *) spare;

struct pool *pool_borrow(int threads)
{
    struct pool *pool = threads > 1 ? atomic_exchange(&spare, NULL) : NULL;
    if (pool && pool->process != getpid())
        pool = NULL; /* the parent's */
    if (pool && pool->size != threads) {
        pool_destroy(pool);
        pool = NULL;
    }
    return pool ? pool : pool_create(threads);
}

void pool_return(struct pool *pool)
{
    if (pool && pool->size > 1)
        pool = atomic_exchange(&spare, pool);
    if (pool && pool->process == getpid())
        pool_destroy(pool);
}

/* Before the library's code goes away under the sleeping workers. */
__attribute__((destructor)) static void end_spare(void)
{
    struct pool *pool = atomic_exchange(&spare, NULL);
    if (pool && pool->process == getpid())
        pool_destroy(pool);
}

int pool_size(const struct pool *pool)
{
    return pool->size;
}

void pool_sleep_early(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->sleeps_early = true;
    pthread_mutex_unlock(&pool->lock);
}

/* Rounded up, so that the calling thread has a job where there is one. */
static int share_start(int jobs, int i, int shares)
{
    return (int)(((int64_t)jobs * i + shares - 1) / shares);
}

static void run_shares(struct pool *pool, int jobs, int shares, void (*work)(void *context, int job, int thread), void *context)
{
    pthread_mutex_lock(&pool->lock);
    pool->work = work;
    pool->context = context;
    pool->left = jobs;
    pool->shares = shares;
    for (int i = 0; i < shares; i++)
        pool->share[i] = (struct share){share_start(jobs, i, shares), share_start(jobs, i + 1, shares)};
    pool->runs++;
    if (jobs > 1)
        pthread_cond_broadcast(&pool->wake);
    run_jobs(pool, 0);
    for (unsigned left = pool->running; left > 0; left = pool->running) {
        linger(pool, &pool->running, left);
        if (pool->running == left)
            pthread_cond_wait(&pool->done, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
}

void pool_run(struct pool *pool, int jobs, void (*work)(void *context, int job, int thread), void *context)
{
    run_shares(pool, jobs, 1, work, context);
}

void pool_deal(struct pool *pool, int jobs, void (*work)(void *context, int job, int thread), void *context)
{
    run_shares(pool, jobs, pool->size, work, context);
}
