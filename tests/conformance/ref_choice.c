/* ref_choice.c: see ref_choice.h. */
#include "conformance/ref_choice.h"

#include <math.h>
#include <stdlib.h>

static int taps_of(const struct imc_bank *bank)
{
    return bank->in_c * bank->kh * bank->kw;
}

struct tap_sums {
    double all, absolute, positive;
};

static struct tap_sums sums_of(const struct imc_bank *bank, int filter)
{
    struct tap_sums sums = {0, 0, 0};
    for (int t = 0; t < taps_of(bank); t++) {
        double tap = (double)bank->weights[(ptrdiff_t)filter * taps_of(bank) + t];
        sums.all += tap;
        sums.absolute += fabs(tap);
        sums.positive += fmax(tap, 0);
    }
    return sums;
}

static bool is_derivative(const struct imc_bank *bank)
{
    bool all = true;
    for (int f = 0; f < bank->filters; f++) {
        struct tap_sums sums = sums_of(bank, f);
        all = all && fabs(sums.all) <= 1e-3 * sums.absolute;
    }
    return all || bank->learned;
}

/* Taps turned by 180 degrees in each plane, and divided by their sum. */
static struct ref_kernel kernel_of(const struct imc_filter_options *options, const struct imc_bank *bank)
{
    struct ref_kernel kernel = {bank,
                                options->own_bias ? bank->bias : NULL,
                                NULL,
                                bank->anchor_y,
                                bank->anchor_x,
                                (double)bank->scale,
                                is_derivative(bank)};
    int plane = bank->kh * bank->kw, taps = taps_of(bank);
    kernel.taps = calloc((size_t)bank->filters * (size_t)taps, sizeof *kernel.taps);
    if (!kernel.taps)
        abort();
    for (int t = 0; t < bank->filters * taps; t++) {
        int from = options->flip ? t / plane * plane + plane - 1 - t % plane : t;
        struct tap_sums sums = sums_of(bank, t / taps);
        double divisor = fabs(sums.all) <= 1e-3 * sums.absolute ? sums.positive : sums.all;
        double tap = (double)bank->weights[from];
        kernel.taps[t] = (float)(options->normalize && divisor != 0 ? tap / divisor : tap);
    }
    if (options->flip) {
        kernel.anchor_y = bank->kh - 1 - bank->anchor_y;
        kernel.anchor_x = bank->kw - 1 - bank->anchor_x;
    }
    if (options->normalize)
        kernel.scale = 1;
    return kernel;
}

/* As it is applied: a negative kernel divided by its sum has none. */
static bool has_negative_tap(const struct ref_kernel *kernel)
{
    for (int t = 0; t < kernel->bank->filters * taps_of(kernel->bank); t++)
        if (kernel->taps[t] < 0)
            return true;
    return false;
}

/* Colours that are divided by alpha in the end take offset, bias and ReLU after that: not where something must follow them. */
static bool cannot_wait(const struct ref_choice *choice, const struct imc_filter_options *options)
{
    const struct ref_kernel *end = &choice->kernel[choice->kernels - 1];
    const struct imc_bank *last = end->bank;
    bool joined = last->combine == IMC_COMBINE_MAX ? end->bias != NULL : last->combine != IMC_COMBINE_NONE;
    for (int i = 0; i + 1 < choice->kernels; i++)
        if (choice->kernel[i].bank->offset != 0 || choice->kernel[i].bias)
            return true;
    return joined && (last->offset != 0 || end->bias || options->bias != 0 || options->relu);
}

static enum imc_alpha alpha_of(const struct ref_choice *choice, const struct imc_filter_options *options, bool has_alpha)
{
    bool negative = false;
    for (int i = 0; i < choice->kernels; i++)
        negative = negative || has_negative_tap(&choice->kernel[i]);
    if (!has_alpha || choice->channels == IMC_CHANNELS_A)
        return IMC_ALPHA_DROP;
    if (options->alpha != IMC_ALPHA_AUTO)
        return options->alpha;
    return (negative || cannot_wait(choice, options)) && !choice->derivative && !choice->three ? IMC_ALPHA_KEEP
                                                                                               : IMC_ALPHA_WEIGHTED;
}

/* One response of both signs: a single derivative kernel, perhaps smoothed afterwards. */
static bool is_one_signed_response(const struct ref_choice *choice, const struct imc_filter_options *options)
{
    const struct imc_bank *last = choice->kernel[choice->kernels - 1].bank;
    bool derivative = false;
    for (int i = 0; i < choice->kernels; i++) {
        const struct ref_kernel *kernel = &choice->kernel[i];
        if (kernel->derivative)
            derivative = true;
        if (kernel->bank->combine == IMC_COMBINE_MAGNITUDE || kernel->bank->combine == IMC_COMBINE_ABS)
            derivative = false;
    }
    return derivative && last->filters == 1 && last->combine == IMC_COMBINE_NONE && !options->relu;
}

static enum imc_map map_of(const struct ref_choice *choice, const struct imc_filter_options *options, bool integer)
{
    enum imc_map named = choice->kernel[choice->kernels - 1].bank->map;
    if (options->map != IMC_MAP_AUTO)
        return options->map;
    if (!integer)
        return IMC_MAP_RAW;
    if (options->has_mean || options->has_std)
        return IMC_MAP_FIT;
    if (named != IMC_MAP_AUTO)
        return named;
    return is_one_signed_response(choice, options) ? IMC_MAP_ABS : IMC_MAP_CLIP;
}

struct ref_choice ref_choose(const struct imc_filter_options *options, const struct ref_picture *in,
                             const struct ref_target *target)
{
    struct ref_choice choice = {.kernels = options->stage_count, .channels = options->channels};
    for (int i = 0; i < choice.kernels; i++) {
        choice.kernel[i] = kernel_of(options, options->stages[i]);
        choice.derivative = choice.derivative || choice.kernel[i].derivative;
    }
    choice.three = options->stages[0]->in_c == 3;
    if (choice.channels == IMC_CHANNELS_AUTO)
        choice.channels = choice.derivative && !choice.three ? IMC_CHANNELS_LUMA : IMC_CHANNELS_EACH;
    choice.alpha = alpha_of(&choice, options, in->alpha);
    choice.map = map_of(&choice, options, target->integer);
    choice.unit = options->unit || options->has_mean || options->has_std;
    choice.white = choice.unit || in->white == 0 ? 1 : in->white;
    choice.colours = choice.channels == IMC_CHANNELS_EACH && !choice.three ? in->pixels.lanes - in->alpha : 1;
    choice.premultiply = choice.alpha == IMC_ALPHA_WEIGHTED;
    choice.divide = choice.premultiply && !choice.derivative && !choice.three;
    choice.alpha_lane = choice.divide || choice.alpha == IMC_ALPHA_KEEP || choice.alpha == IMC_ALPHA_FILTER;
    return choice;
}

void ref_choice_free(struct ref_choice *choice)
{
    for (int i = 0; i < choice->kernels; i++)
        free(choice->kernel[i].taps);
}
