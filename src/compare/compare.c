/* compare.c: the figures of every filter, in the order of compare.h. */
#include "compare/chance.h"
#include "compare/energy.h"
#include "compare/rivals.h"
#include "compare/scene.h"
#include "compare/span.h"
#include "compare/verdict.h"

#include "base/fail.h"
#include "base/memory.h"
#include "kernel/bank.h"

#include <imgconv/match.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A comparison with what it owns. */
struct whole {
    struct imc_comparison public; /* first: the caller's pointer is to it */
    struct imc_bank *kernels, *bank;
    struct span span;
    struct imc_compared *filters;
    double *weights; /* [count][channels] */
    struct scene scene;
    char *input;
};

void imc_compare_options_default(struct imc_compare_options *options)
{
    *options = (struct imc_compare_options){.size = 3, .random_count = 10000, .seed = 1};
}

void imc_comparison_free(struct imc_comparison *comparison)
{
    struct whole *whole = (struct whole *)comparison;
    if (!whole)
        return;
    imc_bank_free(whole->kernels);
    imc_bank_free(whole->bank);
    span_free(&whole->span);
    mem_free(whole->filters);
    mem_free(whole->weights);
    scene_free(&whole->scene);
    free(whole->input);
    mem_free(whole);
}

static enum imc_status check(const struct imc_compare_options *options, struct imc_error *error)
{
    const struct imc_bank *filters = options->filters;
    if (!filters && (options->size < 2 || options->size > IMC_COMPARE_KERNEL_MAX))
        return fail(error, IMC_ERR_ARGUMENT, "kernels of %d x %d taps cannot be compared: 2 to %d", options->size, options->size,
                    IMC_COMPARE_KERNEL_MAX);
    if (filters && (filters->kh > IMC_COMPARE_KERNEL_MAX || filters->kw > IMC_COMPARE_KERNEL_MAX || filters->kh * filters->kw < 2))
        return fail(error, IMC_ERR_ARGUMENT, "%.200s: filters of %d x %d taps cannot be compared: 2 taps to %d x %d",
                    filters->label ? filters->label : "filters", filters->kh, filters->kw, IMC_COMPARE_KERNEL_MAX,
                    IMC_COMPARE_KERNEL_MAX);
    if (options->random_count < 100)
        return fail(error, IMC_ERR_ARGUMENT, "a chance level of %d random filters says nothing: 100 at least",
                    options->random_count);
    if (filters && options->input && filters->in_c != 1 && filters->in_c != 3)
        return fail(error, IMC_ERR_ARGUMENT,
                    "%.200s: filters on %d channels cannot be applied to a picture, which has 1 or 3: leave the picture out",
                    filters->label ? filters->label : "filters", filters->in_c);
    return IMC_OK;
}

/* The kernels and the filters. */
static enum imc_status gather(struct whole *whole, const struct imc_compare_options *options, struct imc_error *error)
{
    const struct imc_bank *filters = options->filters;
    int kh = filters ? filters->kh : options->size, kw = filters ? filters->kw : options->size;
    enum imc_status status = rivals_make(kh, kw, options->with, options->with_count, &whole->kernels, error);
    if (!status)
        status =
            span_make(whole->kernels->weights, whole->kernels->filters, kh * kw, filters ? filters->in_c : 1, &whole->span, error);
    if (!status)
        status = imc_bank_copy(filters ? filters : whole->kernels, &whole->bank, error);
    if (status)
        return status;
    size_t count = (size_t)whole->bank->filters;
    whole->filters = mem_zalloc(count, sizeof *whole->filters);
    whole->weights = mem_zalloc(count * (size_t)whole->bank->in_c, sizeof *whole->weights);
    return whole->filters && whole->weights ? IMC_OK : fail_memory(error, "a comparison");
}

static const float *taps_of(const struct whole *whole, int filter)
{
    return whole->bank->weights + (size_t)filter * bank_filter_taps(whole->bank);
}

/* The nearest kernel but itself, and w_c = (F_c . k) / |k|^2: the best weights of length 1 (match.h), times |F| score / |k|. */
static enum imc_status find_match(const struct whole *whole, int filter, struct imc_compared *out, double *weights,
                                  struct imc_error *error)
{
    enum { MOST = 2 };
    const struct imc_bank *bank = whole->bank, *kernels = whole->kernels;
    size_t channels = (size_t)bank->in_c, taps = bank_filter_taps(kernels);
    struct imc_match match[MOST];
    int found;
    double *unit = mem_alloc(MOST * channels, sizeof *unit);
    enum imc_status status =
        unit ? imc_bank_match(bank, filter, kernels, MOST, match, unit, &found, error) : fail_memory(error, "weights of channels");
    if (!status) {
        int best = whole->public.among_themselves && match[0].kernel == filter;
        const float *own = taps_of(whole, filter), *kernel = kernels->weights + (size_t)match[best].kernel * taps;
        double ratio = sqrt(taps_inner(own, own, channels * taps) / taps_inner(kernel, kernel, taps));
        out->match = match[best].kernel;
        out->score = match[best].score;
        for (size_t c = 0; c < channels; c++)
            weights[c] = unit[(size_t)best * channels + c] * out->score * ratio;
    }
    mem_free(unit);
    return status;
}

static enum imc_status measure_taps(struct whole *whole, int filter, double chance_95, struct imc_error *error)
{
    const struct imc_bank *bank = whole->bank;
    const float *taps = taps_of(whole, filter);
    double *weights = whole->weights + (size_t)filter * (size_t)bank->in_c;
    struct imc_compared *out = &whole->filters[filter];
    int skip = whole->public.among_themselves ? filter : -1;
    struct energy energy;
    *out = (struct imc_compared){.name = bank->names[filter],
                                 .filter = filter,
                                 .weights = weights,
                                 .mean_tap = imc_bank_sum(bank, filter) / (double)bank_filter_taps(bank),
                                 .mean_response = NAN,
                                 .largest_response = NAN,
                                 .correlation = NAN,
                                 .precision = NAN,
                                 .recall = NAN,
                                 .edge_f = NAN};
    enum imc_status status = find_match(whole, filter, out, weights, error);
    if (status)
        return status;
    out->above_chance = out->score > chance_95;
    energy_of(taps, bank->in_c, bank->kh, bank->kw, &energy);
    out->edge = energy.edge;
    out->line = energy.line;
    out->average = energy.average;
    memcpy(out->order, energy.order, sizeof out->order);
    out->angle = energy.angle;
    out->residual = skip < 0 ? span_residual(&whole->span, taps, bank->in_c) : NAN;
    out->pair_residual = span_pair(&whole->span, taps, bank->in_c, skip, out->pair);
    return IMC_OK;
}

static double correlation_of(const float *a, const float *b, size_t count)
{
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < count; i++) {
        sum_a += (double)a[i];
        sum_b += (double)b[i];
    }
    for (size_t i = 0; i < count; i++) {
        double x = (double)a[i] - sum_a / (double)count, y = (double)b[i] - sum_b / (double)count;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

enum imc_status imc_comparison_respond(const struct imc_comparison *comparison, int filter, bool match, float *response,
                                       struct imc_error *error)
{
    const struct whole *whole = (const struct whole *)comparison;
    const struct imc_bank *bank = whole->bank;
    const struct imc_compared *compared = &whole->filters[filter];
    float taps[3 * IMC_COMPARE_KERNEL_MAX * IMC_COMPARE_KERNEL_MAX];
    int plane = bank->kh * bank->kw;
    const float *kernel = whole->kernels->weights + (size_t)compared->match * (size_t)plane;
    if (!match)
        return scene_respond(&whole->scene, taps_of(whole, filter), bank->in_c, bank->kh, bank->kw, response, error);
    for (int i = 0; i < bank->in_c * plane; i++)
        taps[i] = (float)(compared->weights[i / plane] * (double)kernel[i % plane]);
    return scene_respond(&whole->scene, taps, bank->in_c, bank->kh, bank->kw, response, error);
}

static enum imc_status measure_response(const struct whole *whole, int filter, float *response, float *other,
                                        struct imc_error *error)
{
    const struct scene *scene = &whole->scene;
    struct imc_compared *out = &whole->filters[filter];
    enum imc_status status = imc_comparison_respond(&whole->public, filter, false, response, error);
    if (!status)
        status = imc_comparison_respond(&whole->public, filter, true, other, error);
    if (status)
        return status;
    double sum = 0, largest = 0;
    for (size_t i = 0; i < scene->pixels; i++) {
        sum += fabs((double)response[i]);
        largest = fmax(largest, fabs((double)response[i]));
    }
    out->mean_response = sum / (double)scene->pixels;
    out->largest_response = largest;
    out->correlation = correlation_of(response, other, scene->pixels);
    return scene_edges(scene, response, out, error);
}

static enum imc_status measure_picture(struct whole *whole, const struct imc_compare_options *options, struct imc_error *error)
{
    enum imc_status status = scene_open(options->input, options->threads, &whole->scene, error);
    if (status)
        return status;
    size_t pixels = whole->scene.pixels;
    float *response = mem_alloc(pixels, sizeof *response), *other = mem_alloc(pixels, sizeof *other);
    whole->input = strdup(options->input);
    if (!response || !other || !whole->input)
        status = fail_memory(error, "responses");
    for (int f = 0; f < whole->bank->filters && !status; f++)
        status = measure_response(whole, f, response, other, error);
    mem_free(response);
    mem_free(other);
    return status;
}

/* What the caller sees. */
static void publish(struct whole *whole, const struct imc_compare_options *options, const struct chance *chance)
{
    struct imc_comparison *public = &whole->public;
    public->channels = whole->bank->in_c;
    public->kh = whole->bank->kh;
    public->kw = whole->bank->kw;
    public->bank = whole->bank;
    public->count = whole->bank->filters;
    public->filters = whole->filters;
    public->kernels = whole->kernels;
    public->span = whole->span.rank;
    public->random_count = options->random_count;
    public->chance_median = chance->median;
    public->chance_95 = chance->p95;
    public->chance_pair = chance->pair;
    public->chance_derivatives = chance->derivatives;
    public->input = whole->input;
    public->picture = whole->scene.picture.planes;
    public->picture_channels = whole->scene.picture.channels;
    public->file_width = whole->scene.picture.file_width;
    public->file_height = whole->scene.picture.file_height;
    public->width = whole->scene.picture.width;
    public->height = whole->scene.picture.height;
    verdict_write(public);
}

enum imc_status imc_compare(const struct imc_compare_options *options, struct imc_comparison **comparison, struct imc_error *error)
{
    struct chance chance;
    *comparison = NULL;
    enum imc_status status = check(options, error);
    if (status)
        return status;
    struct whole *whole = mem_zalloc(1, sizeof *whole);
    if (!whole)
        return fail_memory(error, "a comparison");
    whole->public.among_themselves = !options->filters;
    status = gather(whole, options, error);
    if (!status)
        status = chance_of(whole->kernels, &whole->span, whole->bank->in_c, options->random_count, options->seed, &chance, error);
    for (int f = 0; !status && f < whole->bank->filters; f++)
        status = measure_taps(whole, f, chance.p95, error);
    if (!status && options->input)
        status = measure_picture(whole, options, error);
    if (status) {
        imc_comparison_free(&whole->public);
        return status;
    }
    publish(whole, options, &chance);
    *comparison = &whole->public;
    return IMC_OK;
}
