/* digit_level.c: a photograph's light is uneven: a shadow on the paper may be darker than ink in the light. What differs is the
 * scale: light changes over the whole picture, ink over the width of a stroke. So:
 *   1. shrink to a side of at most 320, and blur away the noise of single pixels
 *   2. a mean over half the picture is a first guess at the paper; what differs much from it is probably ink
 *   3. the mean of the rest, over the same windows, is the paper: mean(p * rest) / mean(rest)
 *   4. ink = (p - paper) / paper: light falls on ink and paper alike, so the quotient does not know of it; its sign where ink is
 *      tells which of the two is lighter
 *   5. the threshold that parts the values best (Otsu 1979); it must part them by far more than the paper's own noise
 * The means are filter banks on the engine: the box executor makes their cost independent of the window. */
#include "data/digit_level.h"

#include "base/fail.h"
#include "base/memory.h"

#include <imgconv/conv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIDE_MOST = 320, BINS = 256 };
static const float PAPER_LEAST = 24;    /* of 255: nearly black paper tells nothing about the light */
static const float CONTRAST_LEAST = 10; /* of 255: writing that people can read */
static const float NOISES_LEAST = 5;    /* between ink and paper, in deviations of the paper */

/* The sum of in's values, each with its share, over from..to of one axis: weights of an area average. */
static int share(float from, float to, int at, float *weight)
{
    float low = fmaxf(from, (float)at), high = fminf(to, (float)at + 1);
    *weight = high - low;
    return high > low;
}

static float area_mean(const struct plane *in, float x0, float y0, float x1, float y1, bool zero)
{
    float sum = 0, row_weight, weight;
    for (int y = (int)floorf(y0); y < (int)ceilf(y1); y++) {
        float row_sum = 0;
        int row = y < 0 ? 0 : y >= in->height ? in->height - 1 : y;
        if (!share(y0, y1, y, &row_weight) || (zero && row != y))
            continue;
        for (int x = (int)floorf(x0); x < (int)ceilf(x1); x++) {
            int column = x < 0 ? 0 : x >= in->width ? in->width - 1 : x;
            if (share(x0, x1, x, &weight) && !(zero && column != x))
                row_sum += weight * in->value[(size_t)row * (size_t)in->width + (size_t)column];
        }
        sum += row_weight * row_sum;
    }
    return sum / ((x1 - x0) * (y1 - y0));
}

void plane_resample(const struct plane *in, const float box[4], bool zero, const struct plane *out)
{
    float step_x = (box[2] - box[0]) / (float)out->width, step_y = (box[3] - box[1]) / (float)out->height;
    float half_x = 0.5f * fmaxf(step_x, 1), half_y = 0.5f * fmaxf(step_y, 1); /* one pixel wide: linear interpolation */
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++) {
            float cx = box[0] + ((float)x + 0.5f) * step_x, cy = box[1] + ((float)y + 0.5f) * step_y;
            out->value[y * out->width + x] = area_mean(in, cx - half_x, cy - half_y, cx + half_x, cy + half_y, zero);
        }
}

/* out = in, filtered by a built-in kernel. */
static enum imc_status smooth(const char *kernel, const struct imc_kernel_params *params, const struct plane *in, float *out,
                              struct imc_error *error)
{
    struct imc_bank *bank;
    struct imc_plan *plan = NULL;
    struct imc_conv_desc desc;
    enum imc_status status = imc_bank_parse(kernel, params, &bank, error);
    if (status)
        return status;
    imc_conv_desc_default(&desc);
    desc.in_h = in->height;
    desc.in_w = in->width;
    desc.y.kernel = bank->kh;
    desc.x.kernel = bank->kw;
    desc.weights = bank->weights;
    status = imc_plan_create(&desc, &plan, error);
    if (status == IMC_OK) {
        ptrdiff_t step = in->width, size = step * in->height;
        struct imc_view from = {in->value, IMC_F32, 1, step, size, size}, to = {out, IMC_F32, 1, step, size, size};
        status = imc_plan_run_all(plan, &from, &to, 1, 1, NULL, error);
    }
    imc_plan_destroy(plan);
    imc_bank_free(bank);
    return status;
}

/* The threshold of values 0..top that parts them into two groups of least spread; *low and *high are the groups' means. */
static float otsu(const float *value, size_t count, float top, float *low, float *high)
{
    double histogram[BINS] = {0}, all = 0, below = 0, below_sum = 0, best = -1;
    int cut = 0;
    for (size_t i = 0; i < count; i++) {
        float place = value[i] / top * BINS;
        histogram[place < 0 ? 0 : place >= BINS ? BINS - 1 : (int)place]++;
    }
    for (int i = 0; i < BINS; i++)
        all += histogram[i] * (i + 0.5);
    *low = *high = 0;
    for (int i = 0; i < BINS - 1; i++) {
        below += histogram[i];
        below_sum += histogram[i] * (i + 0.5);
        double above = (double)count - below;
        if (below == 0 || above == 0)
            continue;
        double mean_low = below_sum / below, mean_high = (all - below_sum) / above;
        double between = below * above * (mean_high - mean_low) * (mean_high - mean_low);
        if (between > best) {
            best = between;
            cut = i + 1;
            *low = (float)(mean_low / BINS) * top;
            *high = (float)(mean_high / BINS) * top;
        }
    }
    return (float)cut / BINS * top;
}

/* Working planes, all of one size. */
struct levelling {
    struct plane picture; /* smoothed */
    size_t count;
    float *paper, *rest, *kept, *mean; /* rest: 1 where there is probably no ink; kept: the picture there */
};

/* Steps 2 and 3, with `paper` as the guess. */
static enum imc_status improve_paper(struct levelling *work, const struct imc_kernel_params *window, struct imc_error *error)
{
    float top = 1, low, high, all = 0;
    for (size_t i = 0; i < work->count; i++) {
        work->rest[i] = fabsf(work->picture.value[i] - work->paper[i]);
        top = fmaxf(top, work->rest[i]);
        all += work->picture.value[i] / (float)work->count;
    }
    float threshold = otsu(work->rest, work->count, top, &low, &high);
    for (size_t i = 0; i < work->count; i++) {
        work->rest[i] = work->rest[i] < threshold ? 1 : 0;
        work->kept[i] = work->rest[i] * work->picture.value[i];
    }
    struct plane kept = {work->kept, work->picture.height, work->picture.width};
    struct plane rest = {work->rest, work->picture.height, work->picture.width};
    enum imc_status status = smooth("mean", window, &kept, work->paper, error);
    if (status == IMC_OK)
        status = smooth("mean", window, &rest, work->mean, error);
    for (size_t i = 0; i < work->count && status == IMC_OK; i++)
        work->paper[i] = work->mean[i] > 0.02f ? work->paper[i] / work->mean[i] : all;
    return status;
}

/* The paper's own noise: the root of the mean square of the values below the threshold, around their mean. */
static float noise_below(const float *value, size_t count, float threshold)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        if (value[i] < threshold) {
            sum += value[i];
            squares += (double)value[i] * value[i];
            n++;
        }
    return n > 0 ? (float)sqrt(fmax(0, squares / n - sum / n * (sum / n))) : 0;
}

/* Steps 4 and 5: level->ink from the picture and its paper. */
static void find_ink(const struct levelling *work, struct ink_level *level)
{
    float top = 0, low, high, *ink = level->ink.value;
    double cubes = 0, paper = 0;
    for (size_t i = 0; i < work->count; i++) {
        double from_paper = (double)(work->picture.value[i] - work->paper[i]);
        cubes += from_paper * from_paper * from_paper;
        paper += (double)work->paper[i] / (double)work->count;
    }
    level->light_on_dark = cubes > 0;
    for (size_t i = 0; i < work->count; i++) {
        float from_paper = work->picture.value[i] - work->paper[i];
        ink[i] = (level->light_on_dark ? from_paper : -from_paper) / fmaxf(work->paper[i], PAPER_LEAST);
        top = fmaxf(top, ink[i]);
    }
    if (top <= 0)
        return;
    float threshold = otsu(ink, work->count, top, &low, &high), gap = high - low;
    if (gap <= 0 || gap * fmaxf((float)paper, PAPER_LEAST) < CONTRAST_LEAST ||
        gap < NOISES_LEAST * noise_below(ink, work->count, low + 0.3f * gap))
        return;
    level->found = true;
    level->threshold = (threshold - low) / gap;
    for (size_t i = 0; i < work->count; i++)
        ink[i] = (ink[i] - low) / gap;
}

static enum imc_status level_planes(struct levelling *work, struct ink_level *level, struct imc_error *error)
{
    int side = work->picture.height > work->picture.width ? work->picture.height : work->picture.width, odd = side / 2 | 1;
    struct imc_kernel_params window = {odd, odd, -1, -1}, blur = {0, 0, 0.004 * side, 0.004 * side};
    enum imc_status status = IMC_OK;
    if (side >= 100) { /* smaller pictures have no pixel to lose */
        status = smooth("gaussian", &blur, &work->picture, level->ink.value, error);
        memcpy(work->picture.value, level->ink.value, work->count * sizeof(float));
    }
    if (status == IMC_OK)
        status = smooth("mean", &window, &work->picture, work->paper, error);
    for (int i = 0; i < 2 && status == IMC_OK; i++)
        status = improve_paper(work, &window, error);
    if (status == IMC_OK)
        find_ink(work, level);
    return status;
}

/* The gray bytes, shrunk to picture's size. */
static void shrink(const uint8_t *gray, int height, int width, const struct plane *picture, float *row)
{
    float step = (float)height / (float)picture->height;
    for (int y = 0; y < picture->height; y++) {
        int y0 = (int)((float)y * step), y1 = (int)((float)(y + 1) * step);
        y1 = y1 > height ? height : y1 <= y0 ? y0 + 1 : y1;
        memset(row, 0, (size_t)width * sizeof *row);
        for (int from = y0; from < y1; from++)
            for (int x = 0; x < width; x++)
                row[x] += (float)gray[(size_t)from * (size_t)width + (size_t)x] / (float)(y1 - y0);
        struct plane in = {row, 1, width}, out = {picture->value + (size_t)y * (size_t)picture->width, 1, picture->width};
        plane_resample(&in, (const float[4]){0, 0, (float)width, 1}, false, &out);
    }
}

enum imc_status level_ink(const uint8_t *gray, int height, int width, struct ink_level *level, struct imc_error *error)
{
    int side = height > width ? height : width;
    memset(level, 0, sizeof *level);
    level->shrink = side > SIDE_MOST ? (float)SIDE_MOST / (float)side : 1;
    int h = (int)ceilf((float)height * level->shrink), w = (int)ceilf((float)width * level->shrink);
    struct levelling work = {.picture = {NULL, h, w}, .count = (size_t)h * (size_t)w};
    float *memory = mem_alloc(work.count, 5 * sizeof(float)), *row = mem_alloc((size_t)width, sizeof(float));
    level->ink = (struct plane){mem_zalloc(work.count, sizeof(float)), h, w};
    enum imc_status status = memory && row && level->ink.value ? IMC_OK : fail_memory(error, "levelling the light");
    if (status == IMC_OK) {
        work.picture.value = memory;
        work.paper = memory + work.count;
        work.rest = memory + 2 * work.count;
        work.kept = memory + 3 * work.count;
        work.mean = memory + 4 * work.count;
        shrink(gray, height, width, &work.picture, row);
        status = level_planes(&work, level, error);
    }
    mem_free(memory);
    mem_free(row);
    if (status) {
        mem_free(level->ink.value);
        level->ink.value = NULL;
    }
    return status;
}
