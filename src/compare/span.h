/* span.h: how well combinations of hand-made kernels give a filter. */
#ifndef SPAN_H
#define SPAN_H

#include <imgconv/status.h>

/* Kernels as unit vectors, and the space that they span. */
struct span {
    int count, taps;
    double *unit;  /* [count][taps]: each divided by its length */
    double *basis; /* [rank][taps]: orthonormal */
    int rank;
};

/* Of kernels [count][taps], none of which is zero. Errors: MEMORY. */
enum imc_status span_make(const float *kernels, int count, int taps, struct span *span, struct imc_error *error);
void span_free(struct span *span);

/* The place of the kernel nearest to a filter [channels][taps], and its score (compare.h); `skip` is never taken (-1: none). 0 and
 * a score of 0 for zeros. */
int span_match(const struct span *span, const float *filter, int channels, int skip, double *score);

/* |F - P F| / |F|, P the projection on the span, for a filter [channels][taps] each channel of which is combined by itself; 0 for
 * zeros. */
double span_residual(const struct span *span, const float *filter, int channels);
/* The same for the best pair of kernels, whose places are returned; `skip` is never taken (-1: none). There must be two others. */
double span_pair(const struct span *span, const float *filter, int channels, int skip, int pair[2]);

#endif
