/* correlate.h: taps over padded rows, as precise as design law 2 asks, whatever the number of taps. */
#ifndef CORRELATE_H
#define CORRELATE_H

#include "conv/plan.h"

/* One correlation: `rows` row pointers of `kw` taps each. */
struct correlation {
    int rows, kw;
    ptrdiff_t step; /* samples from one tap's input to the next: dilation * lanes */
    int lanes, stride;
    int block_taps; /* taps that one float sum may take */
    bool wide;      /* sums in double throughout */
};

/* Bytes of scratch for up to `pixels` outputs at a time (a multiple of MEM_ALIGN). */
size_t correlate_bytes(const struct correlation *shape, int pixels);
/* out[x*lanes + l] = the sum over rows r and taps j of taps[r*kw + j] * in[r][x*stride*lanes + l + j*step]. */
void correlate(const struct correlation *shape, float *out, const float *const *in, const float *taps, int pixels, void *scratch);

#endif
