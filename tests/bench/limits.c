/* limits.c: memcpy and multiply-add at full speed. The second thread is started before the clock is: it waits, spinning, for
 * the word. */
#include "bench/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { THREADS_MAX = 64, CHAINS = 12, LANES_C = 8 };

double limits_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct crew {
    void (*work)(struct crew *crew, int thread);
    int threads;
    atomic_int ready, go, done;
    char *to;
    const char *from;
    size_t bytes;
    long rounds;
    _Atomic float sink; /* keeps results alive */
};

struct member {
    struct crew *crew;
    int thread;
};

static void *member_main(void *argument)
{
    struct member *member = argument;
    atomic_fetch_add(&member->crew->ready, 1);
    while (!atomic_load(&member->crew->go))
        ;
    member->crew->work(member->crew, member->thread);
    atomic_fetch_add(&member->crew->done, 1);
    return NULL;
}

/* Seconds from the word to the end of the last. */
static double crew_run(struct crew *crew)
{
    pthread_t thread[THREADS_MAX];
    struct member member[THREADS_MAX];
    int others = crew->threads - 1;
    for (int i = 0; i < others; i++) {
        member[i] = (struct member){crew, i + 1};
        if (pthread_create(&thread[i], NULL, member_main, &member[i]) != 0)
            abort();
    }
    while (atomic_load(&crew->ready) < others)
        ;
    double start = limits_clock();
    atomic_store(&crew->go, 1);
    crew->work(crew, 0);
    while (atomic_load(&crew->done) < others)
        ;
    double seconds = limits_clock() - start;
    for (int i = 0; i < others; i++)
        pthread_join(thread[i], NULL);
    return seconds;
}

static void copy_share(struct crew *crew, int thread)
{
    size_t from = crew->bytes / (size_t)crew->threads * (size_t)thread;
    size_t to = thread + 1 == crew->threads ? crew->bytes : crew->bytes / (size_t)crew->threads * (size_t)(thread + 1);
    memcpy(crew->to + from, crew->from + from, to - from);
}

double limits_copy(void *to, const void *from, size_t bytes, int threads)
{
    struct crew crew = {.work = copy_share, .threads = threads, .to = to, .from = from, .bytes = bytes};
    return crew_run(&crew);
}

/* Any machine: the compiler's own vectors, without fused multiply-add. */
static void multiply_add_c(struct crew *crew, int thread)
{
    float sum[CHAINS * LANES_C], factor = 0.5f + 0.001f * (float)thread;
    for (int i = 0; i < CHAINS * LANES_C; i++)
        sum[i] = (float)i;
    for (long round = 0; round < crew->rounds; round++)
        for (int i = 0; i < CHAINS * LANES_C; i++)
            sum[i] = sum[i] * factor + 0.25f;
    for (int i = 1; i < CHAINS * LANES_C; i++)
        sum[0] += sum[i];
    atomic_store(&crew->sink, sum[0]);
}

#if defined(__x86_64__)
/* `chains` sums in registers of type V, so many that none waits for itself. */
#define MULTIPLY_ADD(name, features, chains, V, prefix, first)                                                                     \
    __attribute__((target(features))) static void name(struct crew *crew, int thread)                                              \
    {                                                                                                                              \
        V sum[chains], factor = prefix##_set1_ps(0.5f + 0.001f * (float)thread), term = prefix##_set1_ps(0.25f);                   \
        for (int i = 0; i < (chains); i++)                                                                                         \
            sum[i] = prefix##_set1_ps((float)i);                                                                                   \
        for (long round = 0; round < crew->rounds; round++)                                                                        \
            for (int i = 0; i < (chains); i++)                                                                                     \
                sum[i] = prefix##_fmadd_ps(sum[i], factor, term);                                                                  \
        for (int i = 1; i < (chains); i++)                                                                                         \
            sum[0] = prefix##_add_ps(sum[0], sum[i]);                                                                              \
        atomic_store(&crew->sink, first(sum[0]));                                                                                  \
    }
MULTIPLY_ADD(multiply_add_avx2, "avx2,fma", CHAINS, __m256, _mm256, _mm256_cvtss_f32)
MULTIPLY_ADD(multiply_add_avx512, "avx512f", CHAINS, __m512, _mm512, _mm512_cvtss_f32)
#undef MULTIPLY_ADD

/* And its lanes. */
static void (*best_multiply_add(int *lanes))(struct crew *, int)
{
    *lanes = 16;
    if (__builtin_cpu_supports("avx512f"))
        return multiply_add_avx512;
    *lanes = 8;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? multiply_add_avx2 : multiply_add_c;
}
#else
static void (*best_multiply_add(int *lanes))(struct crew *, int)
{
    *lanes = 8;
    return multiply_add_c;
}
#endif

double limits_fma(int threads)
{
    double best = 0;
    for (int i = 0; i < 5; i++) {
        int lanes;
        struct crew crew = {.work = best_multiply_add(&lanes), .threads = threads, .rounds = 4000000};
        double rate = (double)crew.rounds * CHAINS * lanes * threads / crew_run(&crew);
        best = rate > best ? rate : best;
    }
    return best;
}
