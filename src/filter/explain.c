/* explain.c: what a run would do, told without doing it: the same recipe, the same plans, no row read. */
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "filter/recipe.h"

#include <math.h>
#include <string.h>

struct range {
    double low, high;
};

static struct range widen(struct range a, double value)
{
    return (struct range){fmin(a.low, value), fmax(a.high, value)};
}

/* What one filter can make of samples in a range. */
static struct range response(const struct imc_bank *bank, int o, struct range in)
{
    double sum = imc_bank_sum(bank, o), absolute = imc_bank_abs_sum(bank, o);
    double positive = (absolute + sum) / 2, negative = (absolute - sum) / 2;
    double low = (positive * in.low - negative * in.high) * bank->scale,
           high = (positive * in.high - negative * in.low) * bank->scale;
    double bias = bank->offset + (bank->bias ? bank->bias[o] : 0);
    return (struct range){fmin(low, high) + bias, fmax(low, high) + bias};
}

static double largest(struct range range)
{
    return fmax(fabs(range.low), fabs(range.high));
}

static struct range combined(const struct imc_bank *bank, struct range in)
{
    struct range all = response(bank, 0, in), sum = all;
    double squares = largest(all) * largest(all);
    for (int o = 1; o < bank->filters; o++) {
        struct range one = response(bank, o, in);
        bool maximum = bank->combine == IMC_COMBINE_MAX; /* the largest is at least the largest of the lower ends */
        all = (struct range){maximum ? fmax(all.low, one.low) : fmin(all.low, one.low), fmax(all.high, one.high)};
        sum = (struct range){sum.low + one.low, sum.high + one.high};
        squares += largest(one) * largest(one);
    }
    switch (bank->combine) {
    case IMC_COMBINE_MAGNITUDE:
        return (struct range){0, sqrt(squares)};
    case IMC_COMBINE_SUM:
        return sum;
    case IMC_COMBINE_ABS:
        return (struct range){0, largest(all)};
    case IMC_COMBINE_NONE:
    case IMC_COMBINE_MAX:
        break;
    }
    return all;
}

static struct range range_in(const struct recipe *recipe)
{
    const struct imc_filter_options *options = recipe->options;
    struct range range = {0, recipe->white_in > 0 ? recipe->white_in : 1};
    if (options->has_mean || options->has_std) {
        struct range each = {INFINITY, -INFINITY};
        for (int c = 0; c < 3; c++) {
            double mean = options->has_mean ? options->mean[c] : 0, std = options->has_std ? options->std[c] : 1;
            each = widen(widen(each, -mean / std), (range.high - mean) / std);
        }
        range = each;
    }
    return range;
}

static void explain_stages(const struct recipe *recipe, struct imc_filter_explanation *explanation)
{
    const struct imc_filter_options *options = recipe->options;
    struct range range = range_in(recipe);
    for (int i = 0; i < recipe->stages; i++) {
        struct imc_filter_stage_info *stage = &explanation->stage[i];
        const struct imc_bank *bank = recipe->banks[i];
        bool last = i + 1 == recipe->stages;
        stage->bank = options->stages[i];
        imc_plan_get_info(recipe->plans[i], &stage->plan);
        stage->derivative = imc_bank_is_derivative(bank);
        stage->gain = imc_bank_sum(bank, 0) * bank->scale;
        for (int o = 1; o < bank->filters; o++)
            if (fabs(imc_bank_sum(bank, o) * bank->scale) > fabs(stage->gain))
                stage->gain = imc_bank_sum(bank, o) * bank->scale;
        if (options->border == IMC_BORDER_CONSTANT)
            range = widen(range, options->border_value);
        range = combined(bank, range);
        if (last && options->relu)
            range = (struct range){fmax(range.low, 0), fmax(range.high, 0)};
        stage->low = range.low;
        stage->high = range.high;
    }
}

static void explain_recipe(const struct recipe *recipe, struct imc_filter_explanation *explanation)
{
    explanation->input = recipe->input;
    memset(&explanation->input.metadata, 0, sizeof explanation->input.metadata);
    explanation->output = recipe->output;
    explanation->channels = recipe->channels;
    explanation->alpha = recipe->alpha;
    explanation->map = recipe->map;
    explanation->stage_count = recipe->stages;
    explanation->threads = recipe_threads(recipe);
    explanation->memory = recipe_memory(recipe, explanation->threads, explanation->holds, sizeof explanation->holds);
    explanation->streams = !explanation->holds[0];
    explain_stages(recipe, explanation);
}

enum imc_status imc_filter_explain(const struct imc_filter_options *options, const char *input, const char *output,
                                   struct imc_filter_explanation *explanation, struct imc_error *error)
{
    struct imc_reader_options reader_options;
    struct imc_reader *reader;
    *explanation = (struct imc_filter_explanation){.stage_count = 0};
    imc_reader_options_default(&reader_options);
    reader_options.max_pixels = options->max_pixels;
    reader_options.max_memory = options->max_memory;
    reader_options.luma = recipe_wants_luma(options);
    enum imc_status status = imc_reader_open(input, &reader_options, &reader, error);
    if (status)
        return status;
    struct recipe *recipe = mem_zalloc(1, sizeof *recipe);
    status = recipe ? recipe_settle(recipe, options, imc_reader_info(reader), output, error) : fail_memory(error, "a recipe");
    if (!status)
        explain_recipe(recipe, explanation);
    if (recipe)
        recipe_free(recipe);
    mem_free(recipe);
    imc_reader_close(reader);
    return status;
}
