/* law2.c: the comparison of results with the reference; see law2.h. */
#include "conformance/law2.h"

#include "support/testing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char fault[768];

struct tolerance {
    double error; /* of a float, or of a value before it is rounded */
    double tie;   /* how near a tie a value may round either way */
    double most;  /* how far an integer may ever be off */
};

/* Do the sums have less precision than a float's: law 2 allows this executor, and no other, 1/128 of a step. */
static bool in_fixed_point(const struct imc_conv_desc *desc)
{
    struct imc_plan *plan = NULL;
    struct imc_plan_info info;
    if (imc_plan_create(desc, &plan, NULL) != IMC_OK)
        return false;
    imc_plan_get_info(plan, &info);
    imc_plan_destroy(plan);
    return strcmp(info.executor, "fixed") == 0;
}

static struct tolerance tolerance_of(const struct reference *want, int channel, bool fixed)
{
    double error = 2e-6 * want->scale[channel] + 0x1p-22 * want->added[channel];
    if (fixed)
        return (struct tolerance){1.0 / 128, 1.0 / 128, 1 + error};
    return (struct tolerance){error, fmax(1e-3, error), 1 + error};
}

static bool sample_right(const struct imc_conv_desc *desc, double want, double got, struct tolerance allowed)
{
    if (desc->out_type == IMC_F32)
        return fabs(got - want) <= allowed.error; /* false for NaN */
    double clipped = fmin(fmax(want, 0), (double)desc->out_max);
    double rounded = ref_round(clipped, desc->out_type, (double)desc->out_max);
    bool near_tie = fabs(clipped - floor(clipped) - 0.5) <= allowed.tie;
    return near_tie ? fabs(got - rounded) <= allowed.most : got == rounded;
}

static bool same_shape(const struct samples *a, const struct samples *b)
{
    return a->n == b->n && a->c == b->c && a->h == b->h && a->w == b->w && a->lanes == b->lanes;
}

const char *law2_fault(const struct imc_conv_desc *desc, const struct reference *want, const struct samples *got)
{
    const struct samples *out = &want->out;
    if (!same_shape(out, got)) {
        snprintf(fault, sizeof fault, "the output is %d x %d channels x %dx%d, expected %d x %d x %dx%d", got->n, got->c, got->h,
                 got->w, out->n, out->c, out->h, out->w);
        return fault;
    }
    bool fixed = in_fixed_point(desc);
    size_t plane = (size_t)out->h * (size_t)out->w * (size_t)out->lanes, row = (size_t)out->w * (size_t)out->lanes;
    for (size_t i = 0; i < samples_count(out); i++) {
        int c = (int)(i / plane % (size_t)out->c);
        struct tolerance allowed = tolerance_of(want, c, fixed);
        if (sample_right(desc, out->value[i], got->value[i], allowed))
            continue;
        snprintf(fault, sizeof fault, "image %d channel %d y %d x %d lane %d: got %.9g, expected %.9g (S %.4g, allowed %.3g off)",
                 (int)(i / plane) / out->c, c, (int)(i / row) % out->h, (int)(i / (size_t)out->lanes) % out->w,
                 (int)(i % (size_t)out->lanes), got->value[i], out->value[i], want->scale[c], allowed.error);
        return fault;
    }
    return NULL;
}

/* Values within half a step of the limits may count as clipped or not: the header leaves open whether 255.3 was clipped. */
static void count_clipped(const struct imc_conv_desc *desc, const struct reference *want, double slack, uint64_t *least,
                          uint64_t *most)
{
    *least = *most = 0;
    if (desc->out_type == IMC_F32)
        return;
    for (size_t i = 0; i < samples_count(&want->out); i++) {
        double value = want->out.value[i], beyond = fmax(-value, value - (double)desc->out_max);
        *least += beyond > 0.5 + slack;
        *most += beyond > -slack;
    }
}

const char *law2_stats_fault(const struct imc_conv_desc *desc, const struct reference *want, const struct imc_stats *stats)
{
    bool fixed = in_fixed_point(desc);
    double low = INFINITY, high = -INFINITY, slack = 0;
    for (size_t i = 0; i < samples_count(&want->out); i++) {
        low = fmin(low, want->out.value[i]);
        high = fmax(high, want->out.value[i]);
    }
    for (int c = 0; c < want->out.c; c++)
        slack = fmax(slack, tolerance_of(want, c, fixed).error);
    uint64_t least, most;
    count_clipped(desc, want, slack, &least, &most);
    bool right = fabs((double)stats->lowest - low) <= slack && fabs((double)stats->highest - high) <= slack &&
                 stats->clipped >= least && stats->clipped <= most;
    if (right)
        return NULL;
    snprintf(fault, sizeof fault, "stats say %.9g..%.9g and %llu clipped, expected %.9g..%.9g and %llu to %llu clipped",
             (double)stats->lowest, (double)stats->highest, (unsigned long long)stats->clipped, low, high,
             (unsigned long long)least, (unsigned long long)most);
    return fault;
}

const char *law2_run_fault(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way)
{
    struct samples got = {0};
    struct reference want;
    struct imc_stats stats;
    struct imc_error error = {0};
    bool possible = ref_conv(desc, in, &want);
    enum imc_status status = engine_run(desc, in, way, &got, &stats, &error);
    if (!possible) {
        bool refused = status == IMC_ERR_ARGUMENT;
        if (status == IMC_OK)
            samples_free(&got);
        return refused ? NULL : "there is no output, but the plan was not refused with IMC_ERR_ARGUMENT";
    }
    const char *found = fault;
    if (status == IMC_OK) {
        found = law2_fault(desc, &want, &got);
        if (!found)
            found = law2_stats_fault(desc, &want, &stats);
        samples_free(&got);
    } else {
        snprintf(fault, sizeof fault, "refused with status %d: %s", (int)status, error.message);
    }
    ref_free(&want);
    return found;
}

const char *law2_describe(const struct imc_conv_desc *desc)
{
    static const char *const modes[] = {"auto", "direct", "separable", "fft"}, *const types[] = {"u8", "u16", "f32"};
    static const char *const borders[] = {"constant", "replicate", "symmetric", "reflect101", "wrap"};
    static const char *const paddings[] = {"same", "valid", "full", "given"};
    static const char *const combines[] = {"none", "magnitude", "max", "sum", "abs"};
    static char text[640];
    int length = snprintf(text, sizeof text, "mode %s, %s %dx%dx%d %s%d, filters %d groups %d", modes[desc->mode],
                          types[desc->in_type], desc->in_c, desc->in_h, desc->in_w,
                          desc->channels_last ? "channels last " : "lanes ", desc->lanes, desc->filters, desc->groups);
    const struct imc_conv_axis *axes[] = {&desc->y, &desc->x};
    for (int i = 0; i < 2; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, ", %s: kernel %d stride %d dilation %d anchor %d pad %d,%d",
                           i ? "x" : "y", axes[i]->kernel, axes[i]->stride, axes[i]->dilation, axes[i]->anchor, axes[i]->before,
                           axes[i]->after);
    snprintf(text + length, sizeof text - (size_t)length,
             ", padding %s, border %s %g, bias %s, gain %.9g, relu %d, combine %s, scale %.9g, offset %.9g, abs %d, to %s max %g",
             paddings[desc->padding], borders[desc->border],
             (double)(desc->border_values ? desc->border_values[0] : desc->border_value), desc->bias ? "yes" : "no",
             (double)desc->gain, desc->relu, combines[desc->combine], (double)desc->scale, (double)desc->offset, desc->take_abs,
             types[desc->out_type], (double)desc->out_max);
    return text;
}

void law2_assert(const struct imc_conv_desc *desc, const struct samples *in, const char *what)
{
    const char *found = law2_run_fault(desc, in, NULL);
    ck_assert_msg(!found, "%s: %s\n  %s", what, found, law2_describe(desc));
}
