/* optimiser.c: SGD with momentum; Adam (Kingma and Ba 2015, in the form of its section 2, the corrections folded into the rate,
 * which is ONNX's and Keras's); AdamW (Loshchilov and Hutter 2019). */
#include "nn/optimiser.h"

#include "base/fail.h"
#include "base/mathx.h"
#include "base/memory.h"
#include "simd/rowops.h"

#include <math.h>

enum imc_status optimiser_create(struct optimiser *optimiser, const struct optimiser_rule *rule, size_t count,
                                 struct imc_error *error)
{
    *optimiser = (struct optimiser){.rule = *rule, .count = count};
    optimiser->first = mem_zalloc(count, sizeof *optimiser->first);
    optimiser->second = mem_zalloc(count, sizeof *optimiser->second);
    if (optimiser->first && optimiser->second)
        return IMC_OK;
    optimiser_free(optimiser);
    return fail_memory(error, "the state of the optimiser");
}

void optimiser_free(struct optimiser *optimiser)
{
    mem_free(optimiser->first);
    mem_free(optimiser->second);
    optimiser->first = optimiser->second = NULL;
}

struct optimiser_step optimiser_begin(struct optimiser *optimiser, double rate)
{
    const struct optimiser_rule *rule = &optimiser->rule;
    struct optimiser_step step = {(float)rate, rule->weight_decay};
    optimiser->steps++;
    if (rule->kind == IMC_OPTIMISER_SGD)
        return step;
    double t = (double)optimiser->steps;
    step.rate = (float)(rate * sqrt(1 - mathx_pow(rule->beta2, t)) / (1 - mathx_pow(rule->beta1, t)));
    if (rule->kind == IMC_OPTIMISER_ADAMW)
        step.decay = (float)(rate * rule->weight_decay);
    return step;
}

void optimiser_update(const struct optimiser *optimiser, const struct optimiser_step *step, float *parameters,
                      const float *gradient, size_t first, size_t count, int decays)
{
    const struct optimiser_rule *rule = &optimiser->rule;
    float *mean = optimiser->first + first, *square = optimiser->second + first, decay = decays ? step->decay : 0;
    float coupled = rule->kind == IMC_OPTIMISER_ADAMW ? 0 : decay, shrink = rule->kind == IMC_OPTIMISER_ADAMW ? 1 - decay : 1;
    parameters += first;
    gradient += first;
    if (rule->kind == IMC_OPTIMISER_SGD)
        rowops()->sgd_f32(parameters, gradient, mean, step->rate, rule->momentum, coupled, count);
    else
        rowops()->adam_f32(parameters, gradient, mean, square,
                           &(struct rowop_adam){step->rate, rule->beta1, rule->beta2, rule->epsilon, coupled, shrink}, count);
}

/* From 0 at the ends of a half wave to 1: (1 - cos(pi x))/2. */
static double half_wave(double x)
{
    return 0.5 - 0.5 * mathx_cos(0x1.921fb54442d18p+1 * x);
}

double schedule_rate(enum imc_schedule kind, double peak, uint64_t step, uint64_t steps)
{
    static const double WARM = 0.15, START = 1.0 / 25; /* one cycle: share of the steps that rise, and where they start */
    double at = ((double)step + 0.5) / (double)steps;
    if (kind == IMC_SCHEDULE_COSINE)
        return peak * half_wave(1 - at);
    if (kind == IMC_SCHEDULE_ONE_CYCLE)
        return at < WARM ? peak * (START + (1 - START) * half_wave(at / WARM)) : peak * half_wave((1 - at) / (1 - WARM));
    return peak;
}
