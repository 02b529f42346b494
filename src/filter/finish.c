/* finish.c: see finish.h. Values are in input units (white is recipe->white_in) until finish_store. */
#include "filter/finish.h"

#include "base/fail.h"
#include "base/memory.h"
#include "filter/srgb.h"

#include <math.h>
#include <string.h>

enum { JOB_ROWS = 4 };

/* What each thread has for itself. */
struct finish_thread {
    float *row;            /* of output values */
    float lowest, highest; /* of the values, for map fit */
    struct imc_stats stats;
};

static float white_of(const struct recipe *recipe)
{
    return recipe->white_in > 0 ? recipe->white_in : 1;
}

static enum imc_status make_threads(struct finish *finish, struct imc_error *error)
{
    int threads = pool_size(finish->pool);
    finish->thread = mem_zalloc((size_t)threads, sizeof *finish->thread);
    for (int i = 0; finish->thread && i < threads; i++) {
        struct finish_thread *thread = &finish->thread[i];
        thread->row = mem_alloc((size_t)finish->recipe->output.width * (size_t)finish->samples, sizeof *thread->row);
        if (!thread->row)
            break;
        thread->lowest = INFINITY;
        thread->highest = -INFINITY;
        thread->stats = (struct imc_stats){INFINITY, -INFINITY, 0};
    }
    return finish->thread && finish->thread[threads - 1].row ? IMC_OK : fail_memory(error, "a row of the result");
}

enum imc_status finish_init(struct finish *finish, const struct recipe *recipe, struct pool *pool, struct imc_error *error)
{
    const struct imc_filter_options *options = recipe->options;
    *finish = (struct finish){.recipe = recipe, .pool = pool, .samples = recipe_samples_out(recipe, recipe->stages - 1)};
    bool last_is_alpha = recipe->layout.alpha_lane && recipe->alpha != IMC_ALPHA_FILTER;
    finish->colours = finish->samples - (last_is_alpha || recipe->composite);
    finish->gain = recipe->white_out / white_of(recipe);
    if (options->has_range && recipe->map != IMC_MAP_FIT) {
        finish->gain = recipe->white_out / (options->range_hi - options->range_lo);
        finish->offset = -options->range_lo * finish->gain;
    }
    return make_threads(finish, error);
}

void finish_free(struct finish *finish)
{
    for (int i = 0; finish->thread && i < pool_size(finish->pool); i++)
        mem_free(finish->thread[i].row);
    mem_free(finish->thread);
    finish->thread = NULL;
}

/* Dividing by alpha magnifies rounding (2e-6 of white at most) by white/alpha. A colour is 0 where that would drown it: where an
 * integer file stores alpha as 0, and in float files under less alpha than 1e-4 of white. */
static bool visible(const struct recipe *recipe, float alpha)
{
    float least = recipe->output.type == IMC_F32 ? 1e-4f : 0.5f / recipe->white_out;
    return fabsf(alpha) > least * white_of(recipe);
}

/* Colours of one pixel divided by the filtered alpha, which is brought back to the scale of an opaque picture first. Alpha is not
 * clipped here: with negative taps it may pass its bounds together with the colours. */
static void divide_alpha(const struct recipe *recipe, float *pixel, int colours)
{
    float white = white_of(recipe), alpha = pixel[colours] / recipe->alpha_gain;
    for (int c = 0; c < colours; c++)
        pixel[c] = visible(recipe, alpha) ? pixel[c] * (white / alpha) : 0;
    pixel[colours] = alpha;
}

/* The last kernel's offset and bias, which had to wait for the division. */
static float late_bias(const struct recipe *recipe)
{
    const struct imc_bank *bank = recipe->banks[recipe->stages - 1];
    return bank->offset + (bank->bias ? bank->bias[0] : 0) + recipe->options->bias;
}

/* Light is encoded, alpha is not. */
static float map_value(const struct recipe *recipe, float value, bool encode)
{
    const struct imc_filter_options *options = recipe->options;
    float white = white_of(recipe);
    value = fmaf(value, options->scale, options->offset);
    if (encode)
        value = white * srgb_encode(value / white);
    if (recipe->map == IMC_MAP_ABS)
        return fabsf(value);
    if (recipe->map == IMC_MAP_CLIP && recipe->output.type == IMC_F32)
        return fminf(fmaxf(value, 0), white);
    return value + recipe->shift;
}

static void finish_values(const struct finish *finish, float *row)
{
    const struct recipe *recipe = finish->recipe;
    bool divide = recipe->layout.divide;
    float bias = divide ? late_bias(recipe) : 0;
    for (int x = 0; x < recipe->output.width; x++, row += finish->samples) {
        if (divide)
            divide_alpha(recipe, row, finish->colours);
        for (int c = 0; c < finish->colours; c++) {
            float value = row[c] + bias;
            if (divide && recipe->options->relu && value < 0)
                value = 0;
            bool is_alpha = recipe->layout.alpha_lane && c % recipe->layout.lanes == recipe->layout.lanes - 1;
            row[c] = map_value(recipe, value, recipe->encode && !is_alpha);
        }
    }
}

/* Widens lowest and highest by the colours of a row. */
static void measure(const struct finish *finish, const float *row, struct finish_thread *thread)
{
    const struct recipe *recipe = finish->recipe;
    float lowest = thread->lowest, highest = thread->highest;
    for (int x = 0; x < recipe->output.width; x++, row += finish->samples)
        for (int c = 0; c < finish->colours && (!recipe->layout.divide || visible(recipe, row[finish->colours])); c++) {
            lowest = row[c] < lowest ? row[c] : lowest;
            highest = row[c] > highest ? row[c] : highest;
        }
    thread->lowest = lowest;
    thread->highest = highest;
}

void finish_fit(struct finish *finish, float largest)
{
    float lowest = INFINITY, highest = -INFINITY;
    for (int i = 0; i < pool_size(finish->pool); i++) {
        lowest = fminf(lowest, finish->thread[i].lowest);
        highest = fmaxf(highest, finish->thread[i].highest);
    }
    bool flat = !(highest - lowest > finish->recipe->noise * largest);
    finish->gain = flat ? 0 : finish->recipe->white_out / (highest - lowest);
    finish->offset = flat ? 0 : -lowest * finish->gain;
}

/* Output values of one pixel: colours, then alpha where the file has it. */
static void store_pixel(const struct finish *finish, const float *pixel, float *out)
{
    const struct recipe *recipe = finish->recipe;
    float white = white_of(recipe);
    for (int c = 0; c < finish->colours; c++)
        out[c] = fmaf(pixel[c], finish->gain, finish->offset);
    if (finish->colours == finish->samples)
        return;
    float alpha = pixel[finish->colours] / white;
    if (!recipe->composite) {
        out[finish->colours] = alpha * recipe->white_out;
        return;
    }
    alpha = fminf(fmaxf(alpha, 0), 1);
    for (int c = 0; c < finish->colours; c++) {
        float colour = fminf(fmaxf(out[c], 0), recipe->white_out);
        float background = recipe->options->background[finish->colours == 3 ? c : 0] * recipe->white_out;
        out[c] = fmaf(colour - background, alpha, background);
    }
}

static void store(const struct finish *finish, const float *row, void *out, struct finish_thread *thread)
{
    const struct recipe *recipe = finish->recipe;
    int n = recipe->output.width * recipe->output.channels;
    float *values = thread->row;
    struct imc_stats *stats = &thread->stats;
    for (int x = 0; x < recipe->output.width; x++, row += finish->samples, values += recipe->output.channels)
        store_pixel(finish, row, values);
    switch (recipe->output.type) {
    case IMC_U8:
        rowops()->narrow_u8(out, thread->row, recipe->output.full_scale, 1, n, stats);
        break;
    case IMC_U16:
        rowops()->narrow_u16(out, thread->row, recipe->output.full_scale, 1, n, stats);
        break;
    case IMC_F32:
    case IMC_S16: /* no file has it */
        rowops()->range_f32(thread->row, n, stats);
        memcpy(out, thread->row, (size_t)n * sizeof(float));
        break;
    }
}

static void finish_job(void *context, int job, int thread)
{
    const struct finish *finish = context;
    const struct imc_image_info *info = &finish->recipe->output;
    size_t in = (size_t)info->width * (size_t)finish->samples * sizeof(float);
    size_t out = (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
    for (int i = job * JOB_ROWS; i < finish->count && i < (job + 1) * JOB_ROWS; i++) {
        float *row = (float *)(void *)(finish->rows + (size_t)i * in);
        if (finish->steps & FINISH_VALUES) {
            finish_values(finish, row);
            if (finish->recipe->map == IMC_MAP_FIT)
                measure(finish, row, &finish->thread[thread]);
        }
        if (finish->steps & FINISH_STORE)
            store(finish, row, finish->out + (size_t)i * out, &finish->thread[thread]);
    }
}

void finish_rows(struct finish *finish, unsigned steps, float *rows, int count, void *out)
{
    finish->steps = steps;
    finish->rows = (char *)rows;
    finish->count = count;
    finish->out = out;
    pool_run(finish->pool, (count + JOB_ROWS - 1) / JOB_ROWS, finish_job, finish);
}

struct imc_stats finish_stats(const struct finish *finish)
{
    struct imc_stats all = {INFINITY, -INFINITY, 0};
    for (int i = 0; i < pool_size(finish->pool); i++) {
        const struct imc_stats *stats = &finish->thread[i].stats;
        all.lowest = stats->lowest < all.lowest ? stats->lowest : all.lowest;
        all.highest = stats->highest > all.highest ? stats->highest : all.highest;
        all.clipped += stats->clipped;
    }
    return all;
}
