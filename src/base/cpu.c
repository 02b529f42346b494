/* cpu.c: CPU levels. The choice is made once, so that a plan and its runs agree. */
#include "base/cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

static const char *const level_names[CPU_LEVELS] = {"c", "avx2"};

static enum cpu_level found;

static enum cpu_level best_of_machine(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return CPU_AVX2;
#endif
    return CPU_C;
}

static void find_level(void)
{
    found = best_of_machine();
    const char *wanted = getenv("IMGCONV_CPU");
    for (int level = 0; wanted && level < (int)found; level++)
        if (strcasecmp(wanted, level_names[level]) == 0)
            found = (enum cpu_level)level;
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
