/* plan.c: who chooses the executor: the table below, in order. The first that accepts runs the plan; direct, the last, accepts
 * everything. The choice depends on the description alone, never on a timing or on the CPU. */
#include "conv/plan.h"

#include "base/fail.h"
#include "base/memory.h"
#include "conv/jobs.h"
#include "conv/window.h"
#include "kernel/rank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct executor *const executors[] = {&executor_box,       &executor_integer, &executor_fixed,
                                                   &executor_separable, &executor_fft,     &executor_direct,
                                                   &executor_winograd,  &executor_channels};

enum { EXECUTORS = sizeof executors / sizeof *executors };

static const char *mode_name(enum imc_mode mode)
{
    static const char *const names[] = {"auto", "direct", "separable", "fft"};
    return names[mode];
}

static void refuse(struct imc_plan *plan, const struct executor *executor, const char *reason)
{
    if (plan->refusals == IMC_REFUSALS_MAX)
        return;
    plan->refused[plan->refusals].executor = executor;
    snprintf(plan->refused[plan->refusals].reason, sizeof plan->refused->reason, "%s", reason);
    plan->refusals++;
}

static bool admitted(const struct imc_plan *plan, const struct executor *executor)
{
    return plan->desc.mode == IMC_MODE_AUTO || plan->desc.mode == executor->mode;
}

static enum imc_status choose(struct imc_plan *plan, struct imc_error *error)
{
    char reason[sizeof plan->refused->reason];
    for (int i = 0; i < EXECUTORS; i++) {
        if (executors[i]->channels_last != plan->desc.channels_last)
            continue; /* for another layout: no candidate */
        if (!admitted(plan, executors[i])) {
            snprintf(reason, sizeof reason, "mode %s was asked for", mode_name(plan->desc.mode));
        } else if (executors[i]->accepts(plan, reason, sizeof reason)) {
            plan->executor = executors[i];
            return IMC_OK;
        }
        refuse(plan, executors[i], reason);
    }
    int i = plan->refusals - 1; /* the last executor of that mode, the most general one */
    while (!admitted(plan, plan->refused[i].executor))
        i--;
    return fail(error, IMC_ERR_ARGUMENT, "mode %s cannot run this: %s", mode_name(plan->desc.mode), plan->refused[i].reason);
}

/* Float sums of integers are exact below 2^24. */
static bool needs_wide_sums(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    size_t count = (size_t)plan->filter_c * (size_t)desc->y.kernel * (size_t)desc->x.kernel;
    double white = desc->in_type == IMC_U8 ? 255 : 65535, largest = 0;
    if (desc->in_type == IMC_F32)
        return false;
    for (int o = 0; o < desc->filters; o++) {
        const float *taps = plan_taps(plan, o, 0);
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            if (taps[i] != rintf(taps[i]))
                return false;
            sum += fabsf(taps[i]);
        }
        largest = sum > largest ? sum : largest;
    }
    return largest * white >= 0x1p24;
}

static enum imc_status find_rank(struct imc_plan *plan, struct imc_error *error)
{
    for (int o = 0; o < plan->desc.filters; o++)
        for (int c = 0; c < plan->filter_c; c++) {
            int rank;
            if (rank_factor(plan_taps(plan, o, c), plan->desc.y.kernel, plan->desc.x.kernel, RANK_MAX - 1, &rank, NULL, NULL))
                return fail_memory(error, "the rank of a kernel");
            plan->rank = rank > plan->rank ? rank : plan->rank;
        }
    return IMC_OK;
}

enum imc_status imc_plan_create(const struct imc_conv_desc *desc, struct imc_plan **out, struct imc_error *error)
{
    *out = NULL;
    struct imc_plan *plan = mem_zalloc(1, sizeof *plan);
    if (plan)
        plan->idle = mem_zalloc(1, sizeof *plan->idle);
    if (!plan || !plan->idle) {
        mem_free(plan);
        return fail_memory(error, "a plan");
    }
    plan->grain = plan->phases = 1;
    plan->row_type = IMC_F32;
    enum imc_status status = desc_resolve(plan, desc, error);
    if (!status && !desc->channels_last)
        status = find_rank(plan, error);
    if (!status) {
        plan->wide = needs_wide_sums(plan);
        status = choose(plan, error);
    }
    if (!status && plan->executor->prepare)
        status = plan->executor->prepare(plan, error);
    if (status) {
        imc_plan_destroy(plan);
        return status;
    }
    *out = plan;
    return IMC_OK;
}

void imc_plan_destroy(struct imc_plan *plan)
{
    if (!plan)
        return;
    if (plan->executor && plan->executor->release)
        plan->executor->release(plan);
    jobs_free_idle(plan);
    mem_free((float *)plan->desc.weights);
    mem_free(plan);
}

void plan_set_weights(struct imc_plan *plan, const float *weights, const float *bias)
{
    size_t filters = (size_t)plan->desc.filters;
    float *own = (float *)plan->desc.weights, *own_bias = (float *)plan->desc.bias; /* desc.c made them for this plan */
    memcpy(own, weights, (size_t)(own_bias - own) * sizeof *own);
    for (size_t o = 0; o < filters; o++)
        own_bias[o] = bias ? bias[o] : 0;
    plan->executor->repack(plan);
}

void imc_plan_get_info(const struct imc_plan *plan, struct imc_plan_info *info)
{
    *info = (struct imc_plan_info){
        .out_h = plan->out_h,
        .out_w = plan->out_w,
        .out_c = plan->out_c,
        .top = plan->top,
        .bottom = plan->bottom,
        .left = plan->left,
        .right = plan->right,
        .rank = plan->rank,
        .executor = plan->executor->name,
        .scratch_bytes = plan->work_bytes,
        .refusals = plan->refusals,
    };
    for (int i = 0; i < plan->refusals; i++) {
        info->refused[i].executor = plan->refused[i].executor->name;
        memcpy(info->refused[i].reason, plan->refused[i].reason, sizeof info->refused[i].reason);
    }
}

void plan_input_rows(const struct imc_plan *plan, int y0, int y1, int *v0, int *v1)
{
    int stride = plan->desc.y.stride;
    y0 = y0 / plan->grain * plan->grain;
    y1 = (y1 + plan->grain - 1) / plan->grain * plan->grain;
    if (y1 > plan->out_h)
        y1 = plan->out_h;
    *v0 = y0 * stride - plan->top;
    *v1 = (y1 - 1) * stride - plan->top + plan->extent_y;
}

bool plan_takes_bytes(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    for (int l = 0; l < desc->lanes && desc->border == IMC_BORDER_CONSTANT; l++) {
        float value = desc->border_values[l];
        if (!(value >= 0 && value <= 255 && value == rintf(value)))
            return false;
    }
    return desc->in_type == IMC_U8;
}

int plan_input_rows_max(const struct imc_plan *plan, int job_rows)
{
    int64_t rows = job_rows;
    if (job_rows % plan->grain) /* a job that starts on the last row of a grain */
        rows = ((int64_t)job_rows + plan->grain - 2) / plan->grain * plan->grain + plan->grain;
    if (rows > plan->out_h)
        rows = plan->out_h;
    return (int)((rows - 1) * plan->desc.y.stride + plan->extent_y);
}
