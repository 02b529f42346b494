/* cpu.c: CPU levels. The choice is made once, so that a plan and its runs agree. */
#include "base/cpu.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>

static const char *const level_names[CPU_LEVELS] = {"c", "avx2", "avx512", "neon"};

static enum cpu_level found;

static bool has_level(enum cpu_level level)
{
#if defined(__x86_64__) && defined(__GNUC__)
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == CPU_AVX2)
        return avx2;
    if (level == CPU_AVX512)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    if (level == CPU_NEON)
        return true; /* every such CPU has it, and fused multiply-add too */
#endif
    return level == CPU_C;
}

static void find_level(void)
{
    const char *wanted = getenv("IMGCONV_CPU");
    for (int level = 0; level < CPU_LEVELS; level++) {
        if (!has_level((enum cpu_level)level))
            continue;
        found = (enum cpu_level)level;
        if (wanted && strcasecmp(wanted, level_names[level]) == 0)
            return;
    }
}

enum cpu_level cpu_level(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_level);
    return found;
}

const char *cpu_level_name(enum cpu_level level)
{
    return level_names[level];
}
