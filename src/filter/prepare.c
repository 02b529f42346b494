/* prepare.c: see prepare.h. The common cases do not come here: gray rows and plain colour rows are native, and the luma of integers
 * is a row op. The rest goes pixel by pixel in float. */
#include "filter/prepare.h"

#include "base/fail.h"
#include "base/memory.h"
#include "filter/srgb.h"
#include "simd/rowops.h"

#include <math.h>

/* Luma weights of the integer formula, for unrounded luma. */
static const float LUMA_R = 19595.0f / 65536, LUMA_G = 38470.0f / 65536, LUMA_B = 7471.0f / 65536;

static float sample(const void *row, enum imc_type type, int index)
{
    switch (type) {
    case IMC_U8:
        return ((const uint8_t *)row)[index];
    case IMC_U16:
        return ((const uint16_t *)row)[index];
    case IMC_F32:
    case IMC_S16: /* no file has it */
        break;
    }
    return ((const float *)row)[index];
}

/* Luma of the pixel whose samples start at `first`: rounded for integer samples, so that a picture whose alpha is opaque has the
 * luma of one without alpha; unrounded for floats and linear light. */
static float luma(const struct recipe *recipe, const void *row, int first)
{
    enum imc_type type = recipe->input.type;
    uint8_t narrow;
    uint16_t wide;
    if (recipe->options->linear || type == IMC_F32)
        return LUMA_R * sample(row, type, first) + LUMA_G * sample(row, type, first + 1) + LUMA_B * sample(row, type, first + 2);
    if (type == IMC_U8) {
        rowops()->luma_u8(&narrow, (const uint8_t *)row + first, 3, 1);
        return narrow;
    }
    rowops()->luma_u16(&wide, (const uint16_t *)row + first, 3, 1);
    return wide;
}

/* The channel of the picture that is the first colour lane. */
static int first_channel(const struct recipe *recipe)
{
    if (recipe->channels == IMC_CHANNELS_A)
        return recipe->input.channels - 1;
    bool one_of_several = recipe_colours_in(recipe) >= 2 && recipe->channels >= IMC_CHANNELS_R;
    return one_of_several ? (int)recipe->channels - (int)IMC_CHANNELS_R : 0;
}

/* The colours of the pixel whose samples start at `first`, chosen and not yet converted. */
static void choose_colours(const struct recipe *recipe, const void *row, int first, int count, float *colours)
{
    int channel = first_channel(recipe), there = recipe_colours_in(recipe);
    if (there >= 3 && recipe->channels == IMC_CHANNELS_LUMA)
        colours[0] = luma(recipe, row, first);
    else
        for (int c = 0; c < count; c++) /* a filter on three channels reads a single one three times */
            colours[c] = sample(row, recipe->input.type, first + channel + (there >= count ? c : 0));
}

static float to_linear(const struct prepare *prepare, float value)
{
    float white = prepare->recipe->input.full_scale > 0 ? prepare->recipe->input.full_scale : 1;
    bool in_table = prepare->decode && value == (float)(int)value;
    return in_table ? prepare->decode[(int)value] : white * srgb_decode(value / white);
}

/* linear, unit, mean and deviation, in this order. */
static void convert_colours(const struct prepare *prepare, int count, float *colours)
{
    const struct recipe *recipe = prepare->recipe;
    const struct imc_filter_options *options = recipe->options;
    bool unit = recipe->white_in == 1 && recipe->input.full_scale > 1;
    int channel = recipe->channels == IMC_CHANNELS_A ? 0 : first_channel(recipe); /* whose mean and deviation are the first */
    for (int c = 0; c < count; c++) {
        if (options->linear && recipe->channels != IMC_CHANNELS_A)
            colours[c] = to_linear(prepare, colours[c]);
        if (unit)
            colours[c] /= recipe->input.full_scale;
        int of = channel + c < 3 ? channel + c : 2; /* of four channels all have the same */
        if (options->has_mean)
            colours[c] -= options->mean[of];
        if (options->has_std)
            colours[c] /= options->std[of];
    }
}

static void prepare_row(const struct prepare *prepare, const void *row, float *out)
{
    const struct recipe *recipe = prepare->recipe;
    const struct layout *layout = &recipe->layout;
    int channels = recipe->input.channels, count = layout->planes == 3 ? 3 : layout->colours;
    float white = recipe->input.full_scale > 0 ? recipe->input.full_scale : 1;
    for (int x = 0; x < recipe->input.width; x++) {
        choose_colours(recipe, row, x * channels, count, out);
        convert_colours(prepare, count, out);
        float alpha = recipe->input.alpha ? sample(row, recipe->input.type, x * channels + channels - 1) : white;
        for (int c = 0; c < count && layout->premultiply; c++)
            out[c] *= alpha / white;
        out += count;
        if (layout->alpha_lane)
            *out++ = recipe->white_in == 1 ? alpha / white : alpha;
    }
}

/* Luma of integer samples, rounded, in the reader's own type; gray+alpha gives its gray. */
static void integer_luma(const struct recipe *recipe, const void *row, void *out)
{
    const struct rowops *ops = rowops();
    int n = recipe->input.width, channels = recipe->input.channels;
    if (channels >= 3 && recipe->input.type == IMC_U8)
        ops->luma_u8(out, row, channels, n);
    else if (channels >= 3)
        ops->luma_u16(out, row, channels, n);
    else if (recipe->input.type == IMC_U8)
        for (int x = 0; x < n; x++)
            ((uint8_t *)out)[x] = ((const uint8_t *)row)[x * channels];
    else
        for (int x = 0; x < n; x++)
            ((uint16_t *)out)[x] = ((const uint16_t *)row)[x * channels];
}

enum { JOB_ROWS = 4, JOBS_A_THREAD = 2 };

/* Rows that are converted at once. */
static int raw_rows(int threads)
{
    return JOB_ROWS * (threads > 1 ? JOBS_A_THREAD * threads : 1);
}

static size_t raw_row_bytes(const struct recipe *recipe)
{
    return (size_t)recipe->input.width * (size_t)recipe->input.channels * imc_type_size(recipe->input.type);
}

uint64_t prepare_bytes(const struct recipe *recipe, int threads)
{
    return recipe->layout.native ? 0 : (uint64_t)raw_row_bytes(recipe) * (uint64_t)raw_rows(threads);
}

static void convert_rows(void *context, int job, int thread)
{
    (void)thread;
    const struct prepare *prepare = context;
    const struct recipe *recipe = prepare->recipe;
    size_t bytes = (size_t)recipe->input.width * (size_t)recipe_samples_in(recipe) * imc_type_size(recipe->layout.type);
    for (int i = job * JOB_ROWS; i < prepare->count && i < (job + 1) * JOB_ROWS; i++) {
        const void *raw = prepare->raw + (size_t)i * prepare->raw_bytes;
        void *out = prepare->out + (size_t)i * bytes;
        if (recipe->layout.type == IMC_F32)
            prepare_row(prepare, raw, out);
        else
            integer_luma(recipe, raw, out);
    }
}

static enum imc_status read_rows(struct prepare *prepare, void *rows, int count, struct imc_error *error)
{
    const struct recipe *recipe = prepare->recipe;
    if (!prepare->raw)
        return prepare->source->pull(prepare->source, rows, count, error);
    size_t bytes = (size_t)recipe->input.width * (size_t)recipe_samples_in(recipe) * imc_type_size(recipe->layout.type);
    int most = raw_rows(pool_size(prepare->pool));
    prepare->out = rows;
    for (; count > 0; count -= prepare->count, prepare->out += (size_t)prepare->count * bytes) {
        prepare->count = count < most ? count : most;
        enum imc_status status = prepare->source->pull(prepare->source, prepare->raw, prepare->count, error);
        if (status)
            return status;
        pool_run(prepare->pool, (prepare->count + JOB_ROWS - 1) / JOB_ROWS, convert_rows, prepare);
    }
    return IMC_OK;
}

static enum imc_status pull(struct feed *feed, void *rows, int count, struct imc_error *error)
{
    struct prepare *prepare = (struct prepare *)feed;
    const struct recipe *recipe = prepare->recipe;
    enum imc_status status = read_rows(prepare, rows, count, error);
    int samples = recipe->input.width * recipe_samples_in(recipe);
    for (int i = 0; i < count && !status && recipe->map == IMC_MAP_FIT && recipe->layout.type == IMC_F32; i++)
        rowops()->range_f32((const float *)rows + (size_t)i * (size_t)samples, samples, &prepare->seen);
    return status;
}

float prepare_largest(const struct prepare *prepare)
{
    const struct recipe *recipe = prepare->recipe;
    const struct imc_filter_options *options = recipe->options;
    float border = options->border == IMC_BORDER_CONSTANT ? fabsf(options->border_value) : 0;
    if (recipe->layout.type != IMC_F32)
        return fmaxf(border, recipe->input.full_scale);
    return fmaxf(border, fmaxf(-prepare->seen.lowest, prepare->seen.highest));
}

/* Linear light of each value that an integer sample can have. */
static bool make_decode_table(struct prepare *prepare)
{
    float white = prepare->recipe->input.full_scale;
    prepare->decode = mem_alloc((size_t)white + 1, sizeof *prepare->decode);
    for (int v = 0; prepare->decode && v <= (int)white; v++)
        prepare->decode[v] = white * srgb_decode((float)v / white);
    return prepare->decode;
}

enum imc_status prepare_init(struct prepare *prepare, const struct recipe *recipe, struct feed *source, struct pool *pool,
                             struct imc_error *error)
{
    *prepare = (struct prepare){.feed.pull = pull, .recipe = recipe, .source = source, .pool = pool};
    prepare->seen = (struct imc_stats){INFINITY, -INFINITY, 0};
    if (recipe->layout.native)
        return IMC_OK;
    const struct imc_image_info *in = &recipe->input;
    prepare->raw_bytes = raw_row_bytes(recipe);
    prepare->raw = mem_alloc((size_t)raw_rows(pool_size(pool)), prepare->raw_bytes);
    bool table = recipe->options->linear && in->full_scale > 0;
    if (!prepare->raw || (table && !make_decode_table(prepare))) {
        prepare_free(prepare);
        return fail_memory(error, "rows of the picture");
    }
    return IMC_OK;
}

void prepare_free(struct prepare *prepare)
{
    mem_free(prepare->raw);
    mem_free(prepare->decode);
    prepare->raw = NULL;
    prepare->decode = NULL;
}
