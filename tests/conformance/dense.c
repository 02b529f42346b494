/* dense.c: dense arrays of double, and running the engine on them; see dense.h. */
#include "conformance/dense.h"

#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT_FILL = 0xff, OUTPUT_FILL = 0xa5 };

struct samples samples_make(int n, int c, int h, int w, int lanes)
{
    struct samples samples = {n, c, h, w, lanes, NULL};
    samples.value = calloc(samples_count(&samples) + 1, sizeof *samples.value);
    if (!samples.value)
        abort();
    return samples;
}

void samples_free(struct samples *samples)
{
    free(samples->value);
    samples->value = NULL;
}

size_t samples_count(const struct samples *samples)
{
    return (size_t)samples->n * (size_t)samples->c * (size_t)samples->h * (size_t)samples->w * (size_t)samples->lanes;
}

double *samples_at(const struct samples *samples, int n, int c, int y, int x, int lane)
{
    size_t row = ((size_t)n * (size_t)samples->c + (size_t)c) * (size_t)samples->h + (size_t)y;
    return samples->value + (row * (size_t)samples->w + (size_t)x) * (size_t)samples->lanes + (size_t)lane;
}

/* The same samples in the engine's form. */
struct buffer {
    struct imc_view view;
    unsigned char *memory;
    size_t bytes;
};

static void set_steps(struct imc_view *view, const struct samples *shape, enum layout layout)
{
    ptrdiff_t gap = layout == LAYOUT_PLANES_GAPS || layout == LAYOUT_INTERLEAVED_GAPS;
    bool planes = layout == LAYOUT_PLANES || layout == LAYOUT_PLANES_GAPS;
    view->pixel_step = (planes ? 1 : (ptrdiff_t)shape->c) * shape->lanes + gap;
    view->row_step = view->pixel_step * shape->w + 3 * gap;
    ptrdiff_t plane = view->row_step * shape->h + 5 * gap;
    view->plane_step = planes ? plane : shape->lanes;
    view->image_step = planes ? plane * shape->c : plane;
}

/* The memory ends with the last sample, so that the sanitizer sees a read behind it. Layouts with gaps begin one sample off the
 * allocation's alignment. */
static struct buffer buffer_make(const struct samples *shape, enum imc_type type, enum layout layout, int fill)
{
    struct buffer buffer = {.view.type = type};
    struct imc_view *view = &buffer.view;
    set_steps(view, shape, layout);
    size_t size = type == IMC_U8 ? 1 : type == IMC_U16 ? 2 : 4;
    size_t lead = layout >= LAYOUT_PLANES_GAPS ? size : 0;
    ptrdiff_t last = (shape->n - 1) * view->image_step + (shape->c - 1) * view->plane_step + (shape->h - 1) * view->row_step +
                     (shape->w - 1) * view->pixel_step + shape->lanes;
    buffer.bytes = lead + (size_t)last * size;
    buffer.memory = malloc(buffer.bytes);
    if (!buffer.memory)
        abort();
    memset(buffer.memory, fill, buffer.bytes);
    view->data = buffer.memory + lead;
    return buffer;
}

static void store(const struct imc_view *view, ptrdiff_t at, double value)
{
    if (view->type == IMC_U8)
        ((uint8_t *)view->data)[at] = (uint8_t)value;
    else if (view->type == IMC_U16)
        ((uint16_t *)view->data)[at] = (uint16_t)value;
    else
        ((float *)view->data)[at] = (float)value;
}

/* Reads a sample and puts the fill pattern in its place, so that afterwards the whole buffer must be that pattern. */
static double take(const struct imc_view *view, ptrdiff_t at)
{
    double value;
    if (view->type == IMC_U8) {
        uint8_t *sample = (uint8_t *)view->data + at;
        value = *sample;
        memset(sample, OUTPUT_FILL, sizeof *sample);
    } else if (view->type == IMC_U16) {
        uint16_t *sample = (uint16_t *)view->data + at;
        value = *sample;
        memset(sample, OUTPUT_FILL, sizeof *sample);
    } else {
        float *sample = (float *)view->data + at;
        value = (double)*sample;
        memset(sample, OUTPUT_FILL, sizeof *sample);
    }
    return value;
}

static void copy_rows(struct buffer *buffer, const struct samples *samples, bool into_buffer)
{
    const struct imc_view *view = &buffer->view;
    double *value = samples->value;
    for (int n = 0; n < samples->n; n++)
        for (int c = 0; c < samples->c; c++)
            for (int y = 0; y < samples->h; y++)
                for (int x = 0; x < samples->w; x++)
                    for (int l = 0; l < samples->lanes; l++, value++) {
                        ptrdiff_t at = n * view->image_step + c * view->plane_step + y * view->row_step + x * view->pixel_step + l;
                        if (into_buffer)
                            store(view, at, *value);
                        else
                            *value = take(view, at);
                    }
}

static void check_untouched(const struct buffer *buffer)
{
    for (size_t i = 0; i < buffer->bytes; i++)
        if (buffer->memory[i] != OUTPUT_FILL) /* a Check assertion for each byte would take most of the time */
            ck_abort_msg("the run wrote byte %zu, which is no output sample", i);
}

static enum imc_status run_jobs(const struct imc_plan *plan, const struct imc_view *in, const struct imc_view *out, int images,
                                int rows, const struct run_way *way, struct imc_stats *stats, struct imc_error *error)
{
    struct imc_scratch *scratch[2] = {NULL, NULL};
    enum imc_status status = imc_scratch_create(plan, &scratch[0], error);
    if (status == IMC_OK)
        status = imc_scratch_create(plan, &scratch[1], error);
    int height = way->job_rows ? way->job_rows : rows;
    int bands = (rows + height - 1) / height;
    for (int i = 0; status == IMC_OK && i < bands * images; i++) {
        int k = way->reverse ? bands * images - 1 - i : i;
        int y0 = k % bands * height;
        struct imc_job job = {k / bands, y0, y0 + height < rows ? y0 + height : rows};
        imc_plan_run(plan, scratch[way->reverse ? i % 2 : 0], in, out, job, stats);
    }
    imc_scratch_destroy(scratch[0]);
    imc_scratch_destroy(scratch[1]);
    return status;
}

static enum imc_status run_plan(const struct imc_plan *plan, const struct imc_conv_desc *desc, const struct samples *in,
                                const struct run_way *way, struct samples *out, struct imc_stats *stats, struct imc_error *error)
{
    struct imc_plan_info info;
    imc_plan_get_info(plan, &info);
    int out_c = desc->channels_last ? imc_channel_step(info.out_c) : info.out_c;
    *out = samples_make(in->n, out_c, info.out_h, info.out_w, in->lanes);
    struct buffer from = buffer_make(in, desc->in_type, way->in_layout, INPUT_FILL);
    struct buffer to = buffer_make(out, desc->out_type, way->out_layout, OUTPUT_FILL);
    copy_rows(&from, in, true);
    unsigned char *before = malloc(from.bytes);
    if (!before)
        abort();
    memcpy(before, from.memory, from.bytes);
    if (stats)
        imc_stats_reset(stats);
    enum imc_status status = way->threads ? imc_plan_run_all(plan, &from.view, &to.view, in->n, way->threads, stats, error)
                                          : run_jobs(plan, &from.view, &to.view, in->n, info.out_h, way, stats, error);
    ck_assert_msg(memcmp(before, from.memory, from.bytes) == 0, "the run changed its input");
    if (status == IMC_OK) {
        copy_rows(&to, out, false);
        check_untouched(&to);
    } else {
        samples_free(out);
    }
    free(before);
    free(from.memory);
    free(to.memory);
    return status;
}

/* The same samples with more channels, of zeros, or with fewer: those left out must be zeros. */
static struct samples with_channels(const struct samples *from, int channels)
{
    struct samples to = samples_make(from->n, channels, from->h, from->w, from->lanes);
    size_t plane = (size_t)from->h * (size_t)from->w * (size_t)from->lanes;
    for (int n = 0; n < from->n; n++)
        for (int c = 0; c < from->c; c++) {
            const double *values = samples_at(from, n, c, 0, 0, 0);
            if (c < channels)
                memcpy(samples_at(&to, n, c, 0, 0, 0), values, plane * sizeof *values);
            else
                for (size_t i = 0; i < plane; i++)
                    if (values[i] != 0)
                        ck_abort_msg("sample %zu of the filling channel %d is %g", i, c, values[i]);
        }
    return to;
}

/* Channels side by side, filled up to whole vectors. */
static enum imc_status run_channels_last(const struct imc_plan *plan, const struct imc_conv_desc *desc, const struct samples *in,
                                         const struct run_way *way, struct samples *out, struct imc_stats *stats,
                                         struct imc_error *error)
{
    struct run_way inner = *way;
    inner.in_layout = way->in_layout < LAYOUT_PLANES_GAPS ? LAYOUT_INTERLEAVED : LAYOUT_INTERLEAVED_GAPS;
    inner.out_layout = way->out_layout < LAYOUT_PLANES_GAPS ? LAYOUT_INTERLEAVED : LAYOUT_INTERLEAVED_GAPS;
    struct samples wide_in = with_channels(in, imc_channel_step(in->c)), wide_out;
    enum imc_status status = run_plan(plan, desc, &wide_in, &inner, &wide_out, stats, error);
    if (status == IMC_OK) {
        *out = with_channels(&wide_out, desc->filters);
        samples_free(&wide_out);
    }
    samples_free(&wide_in);
    return status;
}

enum imc_status engine_run(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way,
                           struct samples *out, struct imc_stats *stats, struct imc_error *error)
{
    static const struct run_way plain = {.threads = 1};
    struct imc_plan *plan = NULL;
    enum imc_status status = imc_plan_create(desc, &plan, error);
    if (status != IMC_OK) {
        ck_assert_msg(!plan, "a refused plan must be NULL");
        return status;
    }
    status = (desc->channels_last ? run_channels_last : run_plan)(plan, desc, in, way ? way : &plain, out, stats, error);
    imc_plan_destroy(plan);
    return status;
}

struct samples engine_must_run(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way)
{
    struct samples out = {0};
    struct imc_error error = {0};
    enum imc_status status = engine_run(desc, in, way, &out, NULL, &error);
    ck_assert_msg(status == IMC_OK, "status %d: %s", (int)status, error.message);
    return out;
}
