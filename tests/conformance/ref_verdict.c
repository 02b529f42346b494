/* ref_verdict.c: samples of a file against the reference pipeline, by law 2: floats within the error, integers equal to the rounded
 * reference unless it lies within the error of a tie.
 */
#include "conformance/ref_filter.h"

#include <math.h>
#include <stdio.h>

static char fault[256];

static bool sample_right(const struct ref_target *target, double want, double error, double got)
{
    if (isinf(error))
        return true;
    if (!target->integer)
        return fabs(got - want) <= error; /* false for NaN */
    double clipped = fmin(fmax(want, 0), target->white), rounded = ref_round(clipped, IMC_U16, target->white);
    bool near_tie = fabs(clipped - floor(clipped) - 0.5) <= fmax(1e-3, error);
    return near_tie || error > 0.5 ? fabs(got - rounded) <= 1 + error : got == rounded;
}

const char *ref_filter_fault(const struct ref_result *want, const struct ref_target *target, const double *got)
{
    const struct samples *out = &want->out;
    for (size_t i = 0; i < samples_count(out); i++) {
        if (sample_right(target, out->value[i], want->error[i], got[i]))
            continue;
        size_t pixel = i / (size_t)out->lanes;
        snprintf(fault, sizeof fault, "y %d x %d channel %d is %.9g, expected %.9g (allowed %.3g off)", (int)pixel / out->w,
                 (int)pixel % out->w, (int)(i % (size_t)out->lanes), got[i], out->value[i], want->error[i]);
        return fault;
    }
    return NULL;
}

const char *ref_filter_stats_fault(const struct ref_result *want, const struct ref_target *target, const struct imc_stats *stats)
{
    double low = INFINITY, high = -INFINITY, slack = 0;
    unsigned long long least = 0, most = 0;
    for (size_t i = 0; i < samples_count(&want->out); i++) {
        double value = want->out.value[i], beyond = fmax(-value, value - target->white);
        low = fmin(low, value);
        high = fmax(high, value);
        slack = fmax(slack, want->error[i]);
        least += target->integer && beyond > 0.5 + want->error[i];
        most += target->integer && beyond > -want->error[i];
    }
    if (isinf(slack) || (fabs((double)stats->lowest - low) <= slack && fabs((double)stats->highest - high) <= slack &&
                         stats->clipped >= least && stats->clipped <= most))
        return NULL;
    snprintf(fault, sizeof fault, "stats say %.9g..%.9g and %llu clipped, expected %.9g..%.9g and %llu to %llu",
             (double)stats->lowest, (double)stats->highest, (unsigned long long)stats->clipped, low, high, least, most);
    return fault;
}
