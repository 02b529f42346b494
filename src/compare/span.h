/* span.h: how well combinations of hand-made kernels give a filter. */
#ifndef SPAN_H
#define SPAN_H

#include <imgconv/status.h>

/* Kernels as unit vectors, and the space that they span. */
struct span {
    int count, taps;
    double *unit;   /* [count][taps]: each divided by its length */
    double *cosine; /* [count][count]: between two of them */
    double *basis;  /* [rank][taps]: orthonormal */
    int rank;
    double *along; /* [channels][count]: what span_pair works with */
};

/* Of kernels [count][taps], none of which is zero, for filters on at most so many channels. Errors: MEMORY. */
enum imc_status span_make(const float *kernels, int count, int taps, int channels, struct span *span, struct imc_error *error);
void span_free(struct span *span);

/* |F - P F| / |F|, P the projection on the span, for a filter [channels][taps] each channel of which is combined by itself; 0 for
 * zeros. */
double span_residual(const struct span *span, const float *filter, int channels);
/* The same for the best pair of kernels, whose places are returned; `skip` is never taken (-1: none). There must be two others. */
double span_pair(struct span *span, const float *filter, int channels, int skip, int pair[2]);

#endif
