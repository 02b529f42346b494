/* correlate.h: sums over taps, as precise as design law 2 asks, whatever the number of taps. */
#ifndef CORRELATE_H
#define CORRELATE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of scratch for a list of `count` taps over up to `n` samples at a time (a multiple of MEM_ALIGN). */
size_t correlate_bytes(int count, int n);
/* A list: out[x] = the sum over t < count of taps[t] * in[t][x], x < n. `wide` sums in double throughout. */
void correlate(float *out, const float *const *in, const float *taps, int count, int n, bool wide, void *scratch);

/* Taps on a grid, in groups of equally many rows: how many, for `planes` kernels of kh rows of kw taps that make one sum; 0 if that
 * sum could drift too far. */
int correlate_rows(int planes, int kh, int kw);

#endif
