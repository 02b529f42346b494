/* ref_filter.c: the float64 pipeline; see ref_filter.h. Beside each value goes the error that f32 arithmetic may have by law 2:
 * 2e-6*S for a convolution, the incoming error times the sum of the taps, and some roundings for the steps around it.
 */
#include "conformance/ref_filter.h"

#include "conformance/ref_choice.h"

#include <math.h>
#include <stdlib.h>

/* What a few float operations may add to a value, relative to the largest number in them. */
static const double ROUNDINGS = 0x1p-22;
/* The error of a colour under so little alpha that it may or may not count as seen. */
static const double UNSURE = 1e100;

/* The picture between two steps. */
struct flow {
    struct samples at;
    double error[64]; /* of a channel */
};

/* ---- before the taps ---- */

static double srgb_to_linear(double v)
{
    double size = fabs(v);
    return copysign(size <= 0.04045 ? size / 12.92 : pow((size + 0.055) / 1.055, 2.4), v);
}

static double linear_to_srgb(double v)
{
    double size = fabs(v);
    return copysign(size <= 0.0031308 ? size * 12.92 : 1.055 * pow(size, 1 / 2.4) - 0.055, v);
}

static double luma(const struct imc_filter_options *options, const struct ref_picture *in, const double *p)
{
    double weighted = 19595 * p[0] + 38470 * p[1] + 7471 * p[2];
    if (in->white > 0 && !options->linear)
        return floor((weighted + 32768) / 65536);
    return weighted / 65536;
}

/* The colour lane `lane` of the pixel p, converted. */
static double colour(const struct imc_filter_options *options, const struct ref_choice *choice, const struct ref_picture *in,
                     const double *p, int lane)
{
    int there = in->pixels.lanes - in->alpha;
    bool repeats = there == 1 || (choice->three && there == 2); /* one channel stands for all */
    int channel = repeats || choice->channels == IMC_CHANNELS_LUMA ? 0 : lane;
    if (there >= 2 && choice->channels >= IMC_CHANNELS_R && choice->channels <= IMC_CHANNELS_B)
        channel = (int)choice->channels - IMC_CHANNELS_R;
    double value = p[channel], white = in->white > 0 ? in->white : 1;
    if (choice->channels == IMC_CHANNELS_A)
        value = p[in->pixels.lanes - 1];
    else if (there >= 3 && choice->channels == IMC_CHANNELS_LUMA)
        value = luma(options, in, p);
    if (options->linear && choice->channels != IMC_CHANNELS_A)
        value = white * srgb_to_linear(value / white);
    if (choice->unit)
        value /= white;
    int of = choice->three ? lane : channel < 3 ? channel : 2;
    if (options->has_mean)
        value -= (double)options->mean[of];
    if (options->has_std)
        value /= (double)options->std[of];
    return value;
}

static struct flow prepared(const struct imc_filter_options *options, const struct ref_choice *choice, const struct ref_picture *in)
{
    const struct samples *pixels = &in->pixels;
    int planes = choice->three ? 3 : 1, lanes = choice->three ? 1 : choice->colours + choice->alpha_lane;
    struct flow flow = {.at = samples_make(1, planes, pixels->h, pixels->w, lanes)};
    double white = in->white > 0 ? in->white : 1, largest = 0;
    for (int y = 0; y < pixels->h; y++)
        for (int x = 0; x < pixels->w; x++) {
            const double *p = samples_at(pixels, 0, 0, y, x, 0);
            double alpha = in->alpha ? p[pixels->lanes - 1] / white : 1;
            for (int c = 0; c < (choice->three ? 3 : choice->colours); c++) {
                double value = colour(options, choice, in, p, c) * (choice->premultiply ? alpha : 1);
                *samples_at(&flow.at, 0, choice->three ? c : 0, y, x, choice->three ? 0 : c) = value;
                largest = fmax(largest, fabs(value));
            }
            if (choice->alpha_lane)
                *samples_at(&flow.at, 0, 0, y, x, choice->colours) = alpha * choice->white;
        }
    bool exact = !options->linear && !choice->unit && !choice->premultiply;
    for (int c = 0; c < planes; c++)
        flow.error[c] = exact ? 0 : ROUNDINGS * largest;
    return flow;
}

/* ---- the kernels ---- */

static struct imc_conv_axis axis_of(int kernel, int anchor, int stride, int dilation, int before, int after)
{
    return (struct imc_conv_axis){kernel, stride, dilation, anchor == (kernel - 1) / 2 ? -1 : anchor, before, after};
}

static struct imc_conv_desc describe(const struct imc_filter_options *options, const struct ref_choice *choice, int i,
                                     const struct samples *in, float border[4])
{
    const struct ref_kernel *kernel = &choice->kernel[i];
    bool last = i + 1 == choice->kernels;
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = in->h;
    desc.in_w = in->w;
    desc.in_c = in->c;
    desc.lanes = in->lanes;
    desc.filters = kernel->bank->filters;
    desc.weights = kernel->taps;
    desc.combine = kernel->bank->combine;
    desc.gain = (float)kernel->scale;
    desc.padding = options->padding;
    desc.border = options->border;
    desc.y = axis_of(kernel->bank->kh, kernel->anchor_y, last ? options->stride_y : 1, options->dilation_y, options->pad_top,
                     options->pad_bottom);
    desc.x = axis_of(kernel->bank->kw, kernel->anchor_x, last ? options->stride_x : 1, options->dilation_x, options->pad_left,
                     options->pad_right);
    for (int l = 0; l < in->lanes; l++)
        border[l] = options->border_value;
    if (choice->alpha_lane && options->border_value != 0) /* colour beyond the edge is opaque, nothing is transparent */
        border[in->lanes - 1] = (float)choice->white;
    desc.border_values = border;
    return desc;
}

/* Alpha of the pixel under the anchor, for kernels that leave alpha alone. */
static void copy_alpha(const struct imc_conv_desc *desc, const struct samples *in, struct samples *out)
{
    int top, left, lane = in->lanes - 1, anchor_y = desc->y.anchor, anchor_x = desc->x.anchor;
    ref_axis(&desc->y, desc->padding, in->h, &top);
    ref_axis(&desc->x, desc->padding, in->w, &left);
    if (desc->padding == IMC_PADDING_SAME)
        top = left = anchor_y = anchor_x = 0; /* every stride-th pixel, whatever the kernel */
    anchor_y = anchor_y < 0 ? (desc->y.kernel - 1) / 2 : anchor_y;
    anchor_x = anchor_x < 0 ? (desc->x.kernel - 1) / 2 : anchor_x;
    for (int y = 0; y < out->h; y++)
        for (int x = 0; x < out->w; x++) {
            int from_y = ref_border(desc->border, y * desc->y.stride - top + anchor_y * desc->y.dilation, in->h);
            int from_x = ref_border(desc->border, x * desc->x.stride - left + anchor_x * desc->x.dilation, in->w);
            bool outside = from_y < 0 || from_x < 0;
            *samples_at(out, 0, 0, y, x, lane) =
                outside ? (double)desc->border_values[lane] : *samples_at(in, 0, 0, from_y, from_x, lane);
        }
}

/* How much an error of the input can grow: the sums of the taps' absolute values, combined as the responses are. */
static double growth(const struct ref_kernel *kernel)
{
    const struct imc_bank *bank = kernel->bank;
    int taps = bank->in_c * bank->kh * bank->kw;
    double largest = 0, sum = 0, squares = 0;
    for (int o = 0; o < bank->filters; o++) {
        double one = 0;
        for (int t = 0; t < taps; t++)
            one += fabs((double)kernel->taps[(ptrdiff_t)o * taps + t] * kernel->scale);
        largest = fmax(largest, one);
        sum += one;
        squares += one * one;
    }
    return bank->combine == IMC_COMBINE_SUM ? sum : bank->combine == IMC_COMBINE_MAGNITUDE ? sqrt(squares) : largest;
}

/* Offsets and bias of a kernel; those of the last wait where colours are divided afterwards. */
static bool adds_here(const struct ref_choice *choice, int i)
{
    return i + 1 < choice->kernels || !choice->divide;
}

static bool filtered(const struct imc_filter_options *options, const struct ref_choice *choice, int i, struct flow *flow)
{
    const struct ref_kernel *kernel = &choice->kernel[i];
    float border[4], bias[64];
    struct reference result;
    struct imc_conv_desc desc = describe(options, choice, i, &flow->at, border);
    bool last = i + 1 == choice->kernels;
    for (int o = 0; o < desc.filters && adds_here(choice, i); o++)
        bias[o] = kernel->bank->offset + (kernel->bias ? kernel->bias[o] : 0) + (last ? options->bias : 0);
    desc.bias = adds_here(choice, i) ? bias : NULL;
    desc.relu = last && adds_here(choice, i) && options->relu;
    if (!ref_conv(&desc, &flow->at, &result))
        return false;
    if (choice->alpha == IMC_ALPHA_KEEP)
        copy_alpha(&desc, &flow->at, &result.out);
    double before = 0;
    for (int c = 0; c < flow->at.c; c++)
        before = fmax(before, flow->error[c]);
    for (int c = 0; c < result.out.c; c++)
        flow->error[c] = 2e-6 * result.scale[c] + growth(kernel) * before + ROUNDINGS * result.added[c];
    samples_free(&flow->at);
    flow->at = result.out;
    result.out.value = NULL;
    ref_free(&result);
    return true;
}

/* What the kernels make of the alpha of an opaque picture. */
static double gain_of(const struct ref_choice *choice)
{
    struct samples at = samples_make(1, 1, 1, 1, 1);
    *at.value = 1;
    for (int i = 0; i < choice->kernels; i++) {
        struct imc_filter_options plain;
        struct reference result;
        float border[4];
        imc_filter_options_default(&plain);
        struct ref_choice bare = {.kernels = choice->kernels};
        bare.kernel[i] = choice->kernel[i];
        struct imc_conv_desc desc = describe(&plain, &bare, i, &at, border);
        if (!ref_conv(&desc, &at, &result))
            abort();
        *at.value = *result.out.value;
        ref_free(&result);
    }
    double gain = *at.value;
    samples_free(&at);
    return gain;
}

/* ---- after the taps ---- */

/* A sample and its error. */
struct number {
    double value, error;
};

/* Colours of one pixel divided by alpha, then what had to wait for it. Under less alpha than `least` of white there is no
 * colour. */
static void divide(const struct imc_filter_options *options, const struct ref_choice *choice, double gain, double least,
                   struct number *pixel)
{
    const struct ref_kernel *kernel = &choice->kernel[choice->kernels - 1];
    struct number *alpha = &pixel[choice->colours];
    alpha->value /= gain;
    alpha->error /= fabs(gain);
    double added = (double)kernel->bank->offset + (double)options->bias + (kernel->bias ? (double)kernel->bias[0] : 0);
    double size = fabs(alpha->value);
    for (int c = 0; c < choice->colours; c++) {
        struct number *n = &pixel[c];
        bool lost = size <= least * choice->white,
             near = fabs(size - least * choice->white) <= 2 * alpha->error + 1e-9 * choice->white;
        n->value = lost ? 0 : n->value * choice->white / alpha->value;
        n->error = near   ? UNSURE
                   : lost ? INFINITY
                          : (n->error * choice->white + fabs(n->value) * alpha->error) / (size - alpha->error) +
                                ROUNDINGS * (fabs(n->value) + fabs(added));
        n->value += added;
        if (options->relu)
            n->value = fmax(n->value, 0);
    }
}

/* scale, offset, encoding, map but for fit. */
static void mapped(const struct imc_filter_options *options, const struct ref_choice *choice, bool is_alpha, bool integer,
                   struct number *n)
{
    double white = choice->white, shift = white > 1 ? (white + 1) / 2 : 0.5;
    n->value = n->value * (double)options->scale + (double)options->offset;
    n->error = n->error * fabs((double)options->scale) + ROUNDINGS * (fabs(n->value) + fabs((double)options->offset));
    if (options->linear && !choice->derivative && choice->channels != IMC_CHANNELS_A && !is_alpha) {
        double low = linear_to_srgb((n->value - n->error) / white), high = linear_to_srgb((n->value + n->error) / white);
        n->value = white * linear_to_srgb(n->value / white);
        n->error = fmax(white * high - n->value, n->value - white * low) + ROUNDINGS * fabs(n->value);
    }
    if (choice->map == IMC_MAP_ABS)
        n->value = fabs(n->value);
    else if (choice->map == IMC_MAP_OFFSET)
        n->value += shift, n->error += ROUNDINGS * shift;
    else if (choice->map == IMC_MAP_CLIP && !integer)
        n->value = fmin(fmax(n->value, 0), white);
}

/* A straight line from values to output samples; the start is NaN where rounding decides what it is. */
struct line {
    double gain, start; /* (value - start) * gain */
};

static struct line line_of(const struct imc_filter_options *options, const struct ref_choice *choice, double white_out,
                           const struct number *numbers, size_t count, const bool *measured)
{
    if (choice->map != IMC_MAP_FIT) {
        if (options->has_range)
            return (struct line){white_out / ((double)options->range_hi - (double)options->range_lo), (double)options->range_lo};
        return (struct line){white_out / choice->white, 0};
    }
    double low = INFINITY, high = -INFINITY, error = 0;
    for (size_t i = 0; i < count; i++)
        if (measured[i] && !isinf(numbers[i].error)) { /* what cannot be seen is not measured */
            low = fmin(low, numbers[i].value);
            high = fmax(high, numbers[i].value);
            error = fmax(error, numbers[i].error);
        }
    if (high - low <= 1e-9 * fmax(1e-3 * choice->white, fmax(fabs(low), fabs(high)))) /* flat; also where nothing was measured */
        return (struct line){0, 0};
    return (struct line){white_out / (high - low), high - low > 4 * error ? low : NAN};
}

/* Output values of all numbers. `own` says which are the picture's own alpha, that no map touches. */
static void finish(const struct line *line, const struct ref_choice *choice, double white_out, const struct number *numbers,
                   const bool *colours, struct ref_result *result)
{
    double shared = 0;
    for (size_t i = 0; i < samples_count(&result->out) && choice->map == IMC_MAP_FIT; i++)
        shared = fmax(shared, colours[i] && !isinf(numbers[i].error) ? numbers[i].error : 0);
    for (size_t i = 0; i < samples_count(&result->out); i++) {
        struct line own = colours[i] ? *line : (struct line){white_out / choice->white, 0};
        result->out.value[i] = (numbers[i].value - own.start) * own.gain;
        double error = numbers[i].error + 2 * shared;
        result->error[i] = error >= UNSURE || isnan(own.start)
                               ? INFINITY
                               : error * own.gain + ROUNDINGS * (fabs(result->out.value[i]) + fabs(own.start * own.gain));
    }
}

static void finish_all(const struct imc_filter_options *options, const struct ref_choice *choice, const struct ref_target *target,
                       const struct flow *flow, struct ref_result *result)
{
    const struct samples *at = &flow->at;
    int lanes = at->lanes, samples = at->c * lanes;
    size_t count = samples_count(at), k = 0;
    struct number *numbers = calloc(count, sizeof *numbers);
    bool *colours = calloc(count, sizeof *colours);
    result->out = samples_make(1, 1, at->h, at->w, samples);
    result->error = calloc(count, sizeof *result->error);
    if (!numbers || !colours || !result->error)
        abort();
    double gain = choice->divide ? gain_of(choice) : 1;
    for (int y = 0; y < at->h; y++)
        for (int x = 0; x < at->w; x++, k += (size_t)samples) {
            struct number *pixel = numbers + k;
            for (int s = 0; s < samples; s++)
                pixel[s] = (struct number){*samples_at(at, 0, s / lanes, y, x, s % lanes), flow->error[s / lanes]};
            if (choice->divide)
                divide(options, choice, gain, target->integer ? 0.5 / target->white : 1e-4, pixel);
            for (int s = 0; s < samples; s++) {
                bool is_alpha = choice->alpha_lane && s % lanes == lanes - 1;
                colours[k + (size_t)s] = !is_alpha || choice->alpha == IMC_ALPHA_FILTER;
                if (colours[k + (size_t)s])
                    mapped(options, choice, is_alpha, target->integer, &pixel[s]);
            }
        }
    double white_out = target->integer ? target->white : choice->white;
    struct line line = line_of(options, choice, white_out, numbers, count, colours);
    finish(&line, choice, white_out, numbers, colours, result);
    free(numbers);
    free(colours);
}

bool ref_filter(const struct imc_filter_options *options, const struct ref_picture *in, const struct ref_target *target,
                struct ref_result *result)
{
    struct ref_choice choice = ref_choose(options, in, target);
    struct flow flow = prepared(options, &choice, in);
    bool some = true;
    for (int i = 0; i < choice.kernels && some; i++)
        some = filtered(options, &choice, i, &flow);
    if (some) {
        result->alpha = choice.alpha_lane && flow.at.c == 1;
        finish_all(options, &choice, target, &flow, result);
    }
    samples_free(&flow.at);
    ref_choice_free(&choice);
    return some;
}

void ref_filter_free(struct ref_result *result)
{
    samples_free(&result->out);
    free(result->error);
}
