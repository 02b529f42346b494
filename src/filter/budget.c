/* budget.c: the memory of a run, counted before any of it is taken. */
#include "base/memory.h"
#include "base/pool.h"
#include "base/rowqueue.h"
#include "conv/jobs.h"
#include "conv/window.h"
#include "filter/prepare.h"
#include "filter/readahead.h"
#include "filter/recipe.h"
#include "image/writermem.h"

#include <stdio.h>

/* Bands of this many bytes keep a run of any width small. */
enum { BAND_BYTES = 4 << 20 };

static size_t picture_row_bytes(const struct imc_image_info *info)
{
    return (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
}

/* Multiply-adds of a sample of the output, as a rule. */
static double taps_of(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    double all = (double)desc->y.kernel * desc->x.kernel, passes = (double)plan->rank * (desc->y.kernel + desc->x.kernel);
    return plan->filter_c * (desc->mode == IMC_MODE_AUTO && passes < all ? passes : all);
}

/* Milliseconds of filtering, however small the picture. */
static bool is_heavy(const struct recipe *recipe)
{
    const double heavy = 256e6;
    double all = 0;
    for (int i = 0; i < recipe->stages; i++) {
        const struct imc_plan *plan = recipe->plans[i];
        all += (double)plan->out_h * plan->out_w * plan->desc.lanes * plan->desc.filters * taps_of(plan);
    }
    return all >= heavy;
}

int recipe_threads(const struct recipe *recipe)
{
    const struct imc_image_info *in = &recipe->input, *out = &recipe->output;
    bool large = rowqueue_is_worth(picture_row_bytes(in), in->height) || rowqueue_is_worth(picture_row_bytes(out), out->height);
    return large || recipe->options->threads > 0 || is_heavy(recipe) ? pool_threads(recipe->options->threads) : 1;
}

int recipe_samples_in(const struct recipe *recipe)
{
    if (recipe->layout.native)
        return recipe->input.channels;
    return recipe->layout.planes == 3 ? 3 : recipe->layout.lanes;
}

int recipe_samples_out(const struct recipe *recipe, int stage)
{
    return recipe->plans[stage]->out_c * recipe->layout.lanes;
}

static size_t row_bytes_out(const struct recipe *recipe, int stage)
{
    const struct imc_plan *plan = recipe->plans[stage];
    return (size_t)plan->out_w * (size_t)recipe_samples_out(recipe, stage) * imc_type_size(plan->desc.out_type);
}

int recipe_band_rows(const struct recipe *recipe, int stage, int threads)
{
    const struct imc_plan *plan = recipe->plans[stage];
    int rows = jobs_rows(plan) * 2 * threads, least = plan->grain > 1 ? plan->grain : 8;
    if (recipe->options->band_rows > 0)
        rows = recipe->options->band_rows;
    else
        while (rows > least && (size_t)rows * row_bytes_out(recipe, stage) > BAND_BYTES)
            rows = rows / 2 > least ? rows / 2 / plan->grain * plan->grain : least;
    return rows < plan->out_h ? rows : plan->out_h;
}

static uint64_t stage_memory(const struct recipe *recipe, int i, int threads)
{
    const struct imc_plan *plan = recipe->plans[i];
    int band = recipe_band_rows(recipe, i, threads);
    size_t samples = (size_t)(i ? recipe_samples_out(recipe, i - 1) : recipe_samples_in(recipe));
    int batch = i ? recipe_band_rows(recipe, i - 1, threads) : band;
    uint64_t input = (uint64_t)plan->desc.in_w * samples * imc_type_size(plan->desc.in_type) * (uint64_t)batch;
    return window_bytes(plan, band) + (uint64_t)threads * size_align(plan->work_bytes) + input;
}

/* What is read ahead, and what is encoded behind. */
static uint64_t pipe_memory(const struct recipe *recipe, int threads)
{
    const struct imc_image_info *out = &recipe->output;
    uint64_t ahead = readahead_is_worth(&recipe->input, threads) ? rowqueue_bytes(picture_row_bytes(&recipe->input)) : 0;
    return ahead + prepare_bytes(recipe, threads) + writer_memory(out, recipe->options->compression, threads);
}

/* Why the reader holds the picture. */
static const char *reader_reason(const struct imc_image_info *input)
{
    return input->interlaced                 ? "the file is interlaced or progressive"
           : input->orientation >= 3         ? "the EXIF orientation turns the picture"
           : input->format == IMC_FORMAT_PFM ? "PFM stores the bottom row first"
                                             : "the file's order of samples";
}

/* All that keeps a run from streaming: removing one reason does not help while another stands. */
static void join_reasons(const struct recipe *recipe, char *holds, size_t size)
{
    const char *reasons[] = {
        recipe->input.streams ? NULL : reader_reason(&recipe->input),
        recipe->options->border == IMC_BORDER_WRAP ? "border wrap needs the far end of the picture" : NULL,
        recipe->map == IMC_MAP_FIT ? "map fit needs every value before the first is written" : NULL,
    };
    size_t used = 0;
    *holds = '\0';
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i] && used < size)
            used += (size_t)snprintf(holds + used, size - used, "%s%s", used ? "; " : "", reasons[i]);
}

uint64_t recipe_memory(const struct recipe *recipe, int threads, char *holds, size_t size)
{
    int last = recipe->stages - 1;
    uint64_t bytes = recipe->input.held_bytes;
    if (recipe->map == IMC_MAP_FIT)
        bytes += (uint64_t)recipe->output.height * row_bytes_out(recipe, last);
    for (int i = 0; i < recipe->stages; i++)
        bytes += stage_memory(recipe, i, threads);
    bytes += (uint64_t)recipe_band_rows(recipe, last, threads) * row_bytes_out(recipe, last) + pipe_memory(recipe, threads);
    if (holds)
        join_reasons(recipe, holds, size);
    return bytes;
}
