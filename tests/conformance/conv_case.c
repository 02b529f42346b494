/* conv_case.c: from levels to a description, its taps and its samples; see conv_case.h. */
#include "conformance/conv_case.h"

#include "conformance/ref_conv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAD_SAME, PAD_VALID, PAD_FULL, PAD_GIVEN, PAD_CROP };
enum { TAPS_REAL, TAPS_INTEGER, TAPS_EQUAL, TAPS_SPARSE, TAPS_ZERO_SUM };
enum { SCALE_ONE, SCALE_FIT, SCALE_NEGATIVE };
enum { BORDER_LEVEL_VALUE = 5, BORDER_LEVEL_LANES }; /* a constant other than zero; one for each lane */

/* The levels of a factor in rising order of cost or oddity: a failing case is made smaller by going down. */
static const struct {
    signed char count, small;
    short value[LEVELS_MAX];
} table[FACTORS] = {
    [BY_MODE] = {4, 4, {IMC_MODE_DIRECT, IMC_MODE_SEPARABLE, IMC_MODE_FFT, IMC_MODE_AUTO}},
    [BY_HEIGHT] = {11, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 257}},
    [BY_WIDTH] = {11, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9, 131, 300}},
    [BY_KERNEL_H] = {14, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 31}},
    [BY_KERNEL_W] = {14, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 31}},
    [BY_BORDER] = {7,
                   7,
                   {IMC_BORDER_CONSTANT, IMC_BORDER_REPLICATE, IMC_BORDER_SYMMETRIC, IMC_BORDER_REFLECT101, IMC_BORDER_WRAP,
                    IMC_BORDER_CONSTANT, IMC_BORDER_CONSTANT}},
    [BY_PADDING] = {5, 5, {PAD_SAME, PAD_VALID, PAD_FULL, PAD_GIVEN, PAD_CROP}},
    [BY_STRIDE_Y] = {4, 4, {1, 2, 3, 4}},
    [BY_STRIDE_X] = {4, 4, {1, 2, 3, 4}},
    [BY_DILATION_Y] = {3, 3, {1, 2, 3}},
    [BY_DILATION_X] = {3, 3, {1, 2, 3}},
    [BY_ANCHOR] = {4, 4, {0, 1, 2, 3}}, /* default, first, last, any */
    [BY_CHANNELS] = {4, 4, {1, 2, 3, 4}},
    [BY_FILTERS] = {4, 4, {1, 2, 3, 4}},
    [BY_GROUPS] = {3, 3, {1, 2, 3}},
    [BY_LANES] = {5, 5, {1, 2, 3, 4, 8}},
    [BY_IMAGES] = {3, 2, {1, 2, 3}},
    [BY_IN_TYPE] = {3, 3, {IMC_F32, IMC_U8, IMC_U16}},
    [BY_OUT_TYPE] = {3, 3, {IMC_F32, IMC_U8, IMC_U16}},
    [BY_TAPS] = {5, 5, {TAPS_INTEGER, TAPS_REAL, TAPS_EQUAL, TAPS_SPARSE, TAPS_ZERO_SUM}},
    [BY_RANK] = {2, 2, {0, 1}},
    [BY_SAMPLES] = {3, 3, {0, 1, 2}}, /* random, extremes, flat */
    [BY_BIAS] = {2, 2, {0, 1}},
    [BY_GAIN] = {3, 3, {0, 1, 2}}, /* one, another, negative */
    [BY_RELU] = {2, 2, {0, 1}},
    [BY_COMBINE] = {5, 5, {IMC_COMBINE_NONE, IMC_COMBINE_MAGNITUDE, IMC_COMBINE_MAX, IMC_COMBINE_SUM, IMC_COMBINE_ABS}},
    [BY_SCALE] = {3, 3, {SCALE_ONE, SCALE_FIT, SCALE_NEGATIVE}},
    [BY_ABS] = {2, 2, {0, 1}},
    [BY_OUT_MAX] = {3, 3, {0, 100, 1}}, /* 0: the type's own */
    [BY_LAYOUT] = {4, 4, {LAYOUT_PLANES, LAYOUT_INTERLEAVED, LAYOUT_PLANES_GAPS, LAYOUT_INTERLEAVED_GAPS}},
    [BY_RUN] = {5, 5, {0, 1, 2, 3, 4}},
};

static const struct run_way ways[] = {
    {.threads = 1}, {.threads = 3}, {.job_rows = 1}, {.job_rows = 2, .reverse = true}, {.job_rows = 0},
};

int factor_levels(enum factor factor)
{
    return table[factor].count;
}

int factor_small_levels(enum factor factor)
{
    return table[factor].small;
}

static int value_of(const signed char levels[FACTORS], enum factor factor)
{
    return table[factor].value[levels[factor] < 0 ? 0 : levels[factor]];
}

/* Kernels that reach over the image get one output or more from padding; with "full" an axis has up to n + E outputs. */
double case_work(const signed char levels[FACTORS])
{
    static const enum factor factors[] = {BY_CHANNELS, BY_FILTERS, BY_GROUPS, BY_LANES, BY_IMAGES, BY_KERNEL_H, BY_KERNEL_W};
    double work = 1;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        work *= value_of(levels, factors[i]);
    bool full = value_of(levels, BY_PADDING) == PAD_FULL;
    double extra_h = full ? (value_of(levels, BY_KERNEL_H) - 1.0) * value_of(levels, BY_DILATION_Y) : 0;
    double extra_w = full ? (value_of(levels, BY_KERNEL_W) - 1.0) * value_of(levels, BY_DILATION_X) : 0;
    double height = ceil((value_of(levels, BY_HEIGHT) + extra_h) / value_of(levels, BY_STRIDE_Y));
    double width = ceil((value_of(levels, BY_WIDTH) + extra_w) / value_of(levels, BY_STRIDE_X));
    return work * height * width;
}

static double draw(struct test_rng *rng, double lo, double hi)
{
    return lo + (hi - lo) * test_random_unit(rng);
}

/* An axis with at least one output: valid padding enlarges the image, given padding grows until there is one. */
static void set_axis(struct imc_conv_axis *axis, int *size, const signed char levels[FACTORS], struct test_rng *rng)
{
    int extent = axis->dilation * (axis->kernel - 1), padding = value_of(levels, BY_PADDING), anchor = value_of(levels, BY_ANCHOR);
    axis->anchor = anchor == 0 ? -1 : anchor == 1 ? 0 : anchor == 2 ? axis->kernel - 1 : test_random_int(rng, 0, axis->kernel - 1);
    axis->before = test_random_int(rng, padding == PAD_CROP ? -4 : 0, padding == PAD_CROP ? 2 : extent + 3);
    axis->after = test_random_int(rng, padding == PAD_CROP ? -4 : 0, padding == PAD_CROP ? 2 : extent + 3);
    if (padding == PAD_VALID && *size < extent + 1)
        *size += extent;
    if (padding == PAD_CROP && *size < extent + 9)
        *size += extent + 8;
}

static void set_geometry(struct conv_case *made, const signed char levels[FACTORS], struct test_rng *rng)
{
    struct imc_conv_desc *desc = &made->desc;
    int padding = value_of(levels, BY_PADDING);
    imc_conv_desc_default(desc);
    desc->in_h = value_of(levels, BY_HEIGHT);
    desc->in_w = value_of(levels, BY_WIDTH);
    desc->groups = value_of(levels, BY_GROUPS);
    desc->in_c = desc->groups * value_of(levels, BY_CHANNELS);
    desc->filters = desc->groups * value_of(levels, BY_FILTERS);
    desc->lanes = value_of(levels, BY_LANES);
    desc->y.kernel = value_of(levels, BY_KERNEL_H);
    desc->x.kernel = value_of(levels, BY_KERNEL_W);
    desc->y.stride = value_of(levels, BY_STRIDE_Y);
    desc->x.stride = value_of(levels, BY_STRIDE_X);
    desc->y.dilation = value_of(levels, BY_DILATION_Y);
    desc->x.dilation = value_of(levels, BY_DILATION_X);
    desc->padding = padding < PAD_GIVEN ? (enum imc_padding)padding : IMC_PADDING_GIVEN;
    set_axis(&desc->y, &desc->in_h, levels, rng);
    set_axis(&desc->x, &desc->in_w, levels, rng);
    while (ref_axis(&desc->y, desc->padding, desc->in_h, &(int){0}) < 1)
        desc->y.after++;
    while (ref_axis(&desc->x, desc->padding, desc->in_w, &(int){0}) < 1)
        desc->x.before++;
}

static float draw_tap(int kind, struct test_rng *rng)
{
    switch (kind) {
    case TAPS_REAL:
        return (float)draw(rng, -1, 1);
    case TAPS_EQUAL:
        return 0.0625f;
    case TAPS_SPARSE:
        return test_random_int(rng, 0, 3) ? 0 : (float)test_random_int(rng, -4, 4);
    default:
        return (float)test_random_int(rng, -4, 4);
    }
}

static void draw_line(float *line, int count, int kind, struct test_rng *rng)
{
    float sum = 0;
    for (int i = 0; i < count; i++) {
        line[i] = draw_tap(kind, rng);
        sum += line[i];
    }
    if (kind == TAPS_ZERO_SUM)
        line[count - 1] -= sum;
}

/* One filter on one channel. Rank 1: the product of two drawn lines. */
static void draw_taps(float *tap, int kh, int kw, int kind, bool rank_one, struct test_rng *rng)
{
    if (!rank_one) {
        draw_line(tap, kh * kw, kind, rng);
        return;
    }
    float column[64], line[64];
    draw_line(column, kh, kind == TAPS_ZERO_SUM ? TAPS_INTEGER : kind, rng);
    draw_line(line, kw, kind, rng);
    for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++)
            tap[i * kw + j] = column[i] * line[j];
}

static void set_taps(struct conv_case *made, const signed char levels[FACTORS], struct test_rng *rng)
{
    struct imc_conv_desc *desc = &made->desc;
    int taps = desc->y.kernel * desc->x.kernel, planes = desc->filters * (desc->in_c / desc->groups);
    bool rank_one = value_of(levels, BY_RANK) || value_of(levels, BY_MODE) == IMC_MODE_SEPARABLE;
    made->weights = calloc((size_t)planes * (size_t)taps, sizeof *made->weights);
    made->bias = calloc((size_t)desc->filters, sizeof *made->bias);
    if (!made->weights || !made->bias)
        abort();
    for (int i = 0; i < planes; i++)
        draw_taps(made->weights + (ptrdiff_t)i * taps, desc->y.kernel, desc->x.kernel, value_of(levels, BY_TAPS), rank_one, rng);
    desc->weights = made->weights;
}

static double full_scale(enum imc_type type)
{
    return type == IMC_U8 ? 255 : type == IMC_U16 ? 65535 : 1;
}

static void set_samples(struct conv_case *made, const signed char levels[FACTORS], struct test_rng *rng)
{
    struct imc_conv_desc *desc = &made->desc;
    desc->in_type = (enum imc_type)value_of(levels, BY_IN_TYPE);
    double top = full_scale(desc->in_type), low = desc->in_type == IMC_F32 ? -1 : 0, flat = floor(draw(rng, low * 8, top * 8)) / 8;
    made->in = samples_make(value_of(levels, BY_IMAGES), desc->in_c, desc->in_h, desc->in_w, desc->lanes);
    for (size_t i = 0; i < samples_count(&made->in); i++) {
        double value = draw(rng, low, desc->in_type == IMC_F32 ? 1 : top + 1);
        if (value_of(levels, BY_SAMPLES) == 1)
            value = test_random_int(rng, 0, 1) ? low : top;
        else if (value_of(levels, BY_SAMPLES) == 2)
            value = flat;
        made->in.value[i] = desc->in_type == IMC_F32 ? (double)(float)value : floor(value);
    }
    desc->border = (enum imc_border)value_of(levels, BY_BORDER);
    if (levels[BY_BORDER] == BORDER_LEVEL_VALUE)
        desc->border_value = (float)draw(rng, -top, top);
    if (levels[BY_BORDER] == BORDER_LEVEL_LANES) {
        made->border_values = malloc((size_t)desc->lanes * sizeof(float));
        if (!made->border_values)
            abort();
        for (int l = 0; l < desc->lanes; l++)
            made->border_values[l] = (float)draw(rng, -top, top);
        desc->border_values = made->border_values;
    }
}

/* The largest sum of a filter's |taps|, times the largest sample: what a response can reach. */
static double reach(const struct imc_conv_desc *desc)
{
    int taps = desc->in_c / desc->groups * desc->y.kernel * desc->x.kernel;
    double most = 0;
    for (int o = 0; o < desc->filters; o++) {
        double sum = 0;
        for (int t = 0; t < taps; t++)
            sum += fabs((double)desc->weights[(ptrdiff_t)o * taps + t]);
        most = fmax(most, sum);
    }
    return fmax(most * full_scale(desc->in_type), 1);
}

static void set_epilogue(struct conv_case *made, const signed char levels[FACTORS], struct test_rng *rng)
{
    struct imc_conv_desc *desc = &made->desc;
    double size = reach(desc);
    int gain = value_of(levels, BY_GAIN), out_max = value_of(levels, BY_OUT_MAX), scale = value_of(levels, BY_SCALE);
    desc->gain = gain == 0 ? 1 : (float)draw(rng, gain == 1 ? 0.25 : -2, gain == 1 ? 2 : -0.25);
    if (value_of(levels, BY_BIAS)) {
        for (int o = 0; o < desc->filters; o++)
            made->bias[o] = (float)draw(rng, -size / 2, size / 2);
        desc->bias = made->bias;
    }
    desc->relu = value_of(levels, BY_RELU);
    desc->combine = (enum imc_combine)value_of(levels, BY_COMBINE);
    desc->take_abs = value_of(levels, BY_ABS);
    desc->out_type = (enum imc_type)value_of(levels, BY_OUT_TYPE);
    desc->out_max = out_max ? (float)out_max : (float)full_scale(desc->out_type);
    if (scale == SCALE_ONE)
        return;
    desc->scale = (float)((scale == SCALE_FIT ? 1 : -1) * (double)desc->out_max / size * draw(rng, 0.5, 4));
    desc->offset = (float)((double)desc->out_max * draw(rng, 0, 1));
}

void case_make(struct conv_case *made, const signed char levels[FACTORS], uint64_t seed)
{
    struct test_rng rng = {seed};
    memset(made, 0, sizeof *made);
    set_geometry(made, levels, &rng);
    set_taps(made, levels, &rng);
    set_samples(made, levels, &rng);
    set_epilogue(made, levels, &rng);
    made->desc.mode = (enum imc_mode)value_of(levels, BY_MODE);
    made->way = ways[value_of(levels, BY_RUN)];
    made->way.in_layout = (enum layout)value_of(levels, BY_LAYOUT);
    made->way.out_layout = (enum layout)test_random_int(&rng, 0, LAYOUTS - 1);
}

void case_free(struct conv_case *made)
{
    samples_free(&made->in);
    free(made->weights);
    free(made->bias);
    free(made->border_values);
}
