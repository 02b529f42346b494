/* limits.h: what the machine can do at best, measured in the same run as everything else. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stddef.h>

/* Seconds on a clock that only goes forward. */
double limits_clock(void);
/* Seconds that `threads` threads, already running, take to memcpy `bytes` bytes, each its share. */
double limits_copy(void *to, const void *from, size_t bytes, int threads);
/* Fused multiply-adds of f32 a second on `threads` threads; an estimate from the C loop where there is no AVX2. */
double limits_fma(int threads);

#endif
