/* rowops.c: the table of row ops for this machine. */
#include "simd/rowops.h"

static const struct rowops *const tables[CPU_LEVELS] = {
    [CPU_C] = &rowops_c,
#if defined(__x86_64__)
    [CPU_AVX2] = &rowops_avx2,
    [CPU_AVX512] = &rowops_avx512,
#elif defined(__aarch64__)
    [CPU_NEON] = &rowops_c, /* compilers for this machine use NEON unasked: the definition is the level */
#endif
};

const struct rowops *rowops_of(enum cpu_level level)
{
    return tables[level];
}

const struct rowops *rowops(void)
{
    return tables[cpu_level()];
}
