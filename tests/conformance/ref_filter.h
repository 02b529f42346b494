/* ref_filter.h: what filtering a picture means, in float64 and pixel by pixel: the value flow of filter.h around the reference
 * convolution. It shares no code with the library.
 */
#ifndef REF_FILTER_H
#define REF_FILTER_H

#include "conformance/ref_conv.h"
#include <imgconv/filter.h>

/* A picture as a reader delivers it. */
struct ref_picture {
    struct samples pixels; /* 1 x 1 x h x w, the lanes are the interleaved channels */
    bool alpha;
    double white; /* full scale; 0 for float samples */
};

/* The file that the result goes to. */
struct ref_target {
    bool integer;
    double white; /* of an integer file */
};

struct ref_result {
    struct samples out; /* output values before clipping and rounding, shaped as the pixels of a picture */
    double *error;      /* of each sample: how far f32 arithmetic may be off (law 2); infinite where alpha is as good as zero */
    bool alpha;
};

/* False where padding and kernel leave no output. Freed by ref_filter_free. The request must be one that is not refused. */
bool ref_filter(const struct imc_filter_options *options, const struct ref_picture *in, const struct ref_target *target,
                struct ref_result *result);
void ref_filter_free(struct ref_result *result);

/* NULL where the samples `got` (shaped as the result) are right by law 2, else a sentence about the first that is not. */
const char *ref_filter_fault(const struct ref_result *want, const struct ref_target *target, const double *got);
/* The same for what a run reports of its values. */
const char *ref_filter_stats_fault(const struct ref_result *want, const struct ref_target *target, const struct imc_stats *stats);

#endif
