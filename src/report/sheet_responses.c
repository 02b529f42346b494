/* sheet_responses.c: what a layer makes of a picture. Each filter runs by itself, so that a cell shows exactly what the
 * filter's own file would; large results are made smaller by whole factors, each pixel the mean of a square. */
#include <imgconv/sheet.h>

#include "base/fail.h"
#include "base/memory.h"
#include "image/flatpicture.h"
#include "report/canvas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 12, GAP = 8, CELL_MAX = 384, TITLE_MAX = 400 };

struct sheet {
    const struct imc_filter_options *options;
    const struct imc_bank *bank; /* its last stage */
    const char *input;
    int filter;             /* the one that runs */
    int factor, wide, high; /* how many pixels become one; size of a picture in its cell */
    int columns;
    struct canvas canvas;
    struct imc_filter_report worst; /* the run with the most clipped samples */
};

/* The mean of the square of pixels that becomes one. */
static unsigned char mean_of(const struct sheet *sheet, const struct imc_image_info *info, const void *samples, int x, int y,
                             int channel)
{
    double sum = 0;
    int count = 0;
    for (int i = y * sheet->factor; i < (y + 1) * sheet->factor && i < info->height; i++)
        for (int j = x * sheet->factor; j < (x + 1) * sheet->factor && j < info->width; j++, count++)
            sum += 255 * picture_shown(info, samples, (size_t)i * (size_t)info->width + (size_t)j, channel);
    return (unsigned char)lrint(sum / count);
}

static enum imc_status draw_cell(struct sheet *sheet, const struct imc_image_info *info, const void *samples,
                                 struct imc_error *error)
{
    int x = MARGIN + sheet->filter % sheet->columns * (sheet->wide + GAP);
    int y = MARGIN + CANVAS_LINE + sheet->filter / sheet->columns * (sheet->high + GAP + CANVAS_LINE);
    unsigned char *rgb = mem_alloc((size_t)sheet->wide * (size_t)sheet->high, 3);
    if (!rgb)
        return fail_memory(error, "a sheet");
    for (int i = 0; i < sheet->wide * sheet->high * 3; i++)
        rgb[i] = mean_of(sheet, info, samples, i / 3 % sheet->wide, i / 3 / sheet->wide, i % 3);
    canvas_picture(&sheet->canvas, x, y, sheet->wide, sheet->high, rgb);
    canvas_label(&sheet->canvas, x, y + sheet->high + 3, sheet->wide, CANVAS_FAINT, sheet->bank->names[sheet->filter]);
    mem_free(rgb);
    return IMC_OK;
}

/* The sheet's sizes follow from the first result; all have one size. */
static enum imc_status lay_out(struct sheet *sheet, const struct imc_image_info *info, struct imc_error *error)
{
    char title[TITLE_MAX];
    int side = info->width > info->height ? info->width : info->height, filters = sheet->bank->filters;
    sheet->factor = (side + CELL_MAX - 1) / CELL_MAX;
    sheet->wide = (info->width + sheet->factor - 1) / sheet->factor;
    sheet->high = (info->height + sheet->factor - 1) / sheet->factor;
    double square = sqrt((double)filters * (sheet->high + GAP + CANVAS_LINE) / (sheet->wide + GAP));
    sheet->columns = square < 1 ? 1 : square > filters ? filters : (int)ceil(square);
    int rows = (filters + sheet->columns - 1) / sheet->columns;
    enum imc_status status =
        canvas_create(2 * MARGIN - GAP + (int64_t)sheet->columns * (sheet->wide + GAP),
                      2 * MARGIN + (int64_t)CANVAS_LINE - GAP + (int64_t)rows * (sheet->high + GAP + CANVAS_LINE), CANVAS_WHITE,
                      &sheet->canvas, error);
    if (status)
        return status;
    if (sheet->factor > 1)
        snprintf(title, sizeof title, "%.190s: %.150s, 1/%d", sheet->bank->label, sheet->input, sheet->factor);
    else
        snprintf(title, sizeof title, "%.190s: %.150s", sheet->bank->label, sheet->input);
    canvas_line(&sheet->canvas, MARGIN, MARGIN - 2, sheet->canvas.width - 2 * MARGIN, CANVAS_INK, title);
    return IMC_OK;
}

/* The caller's progress, over all filters. */
static int tell_progress(void *context, int64_t done, int64_t total)
{
    const struct sheet *sheet = context;
    return sheet->options->progress(sheet->options->progress_context, sheet->filter * total + done, sheet->bank->filters * total);
}

static enum imc_status run_filter(struct sheet *sheet, const struct imc_bank *filter, struct imc_error *error)
{
    struct imc_filter_options options = *sheet->options;
    const struct imc_bank *stages[IMC_STAGES_MAX];
    struct imc_filter_report report;
    void *samples;
    memcpy(stages, options.stages, (size_t)options.stage_count * sizeof *stages);
    stages[options.stage_count - 1] = filter;
    options.stages = stages;
    options.format = IMC_FORMAT_PNG; /* whole samples */
    if (options.progress) {
        options.progress = tell_progress;
        options.progress_context = sheet;
    }
    enum imc_status status = imc_filter_memory(&options, sheet->input, &samples, &report, error);
    if (!status && sheet->filter == 0)
        status = lay_out(sheet, &report.output, error);
    if (!status)
        status = draw_cell(sheet, &report.output, samples, error);
    if (!status && (sheet->filter == 0 || report.stats.clipped > sheet->worst.stats.clipped))
        sheet->worst = report;
    free(samples);
    return status;
}

static enum imc_status run_all(struct sheet *sheet, struct imc_error *error)
{
    for (sheet->filter = 0; sheet->filter < sheet->bank->filters; sheet->filter++) {
        struct imc_bank *one;
        enum imc_status status = imc_bank_copy(sheet->bank, &one, error);
        if (status)
            return status;
        imc_bank_select(one, sheet->filter);
        status = run_filter(sheet, one, error);
        imc_bank_free(one);
        if (status)
            return status;
    }
    return IMC_OK;
}

enum imc_status imc_sheet_responses(const struct imc_filter_options *options, const char *input, const char *output,
                                    struct imc_filter_report *report, struct imc_error *error)
{
    if (options->stage_count < 1 || options->stage_count > IMC_STAGES_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "a filter has 1 to %d kernels, not %d", IMC_STAGES_MAX, options->stage_count);
    struct sheet sheet = {.options = options, .bank = options->stages[options->stage_count - 1], .input = input};
    struct imc_writer_options writer;
    imc_writer_options_default(&writer);
    writer.format = options->format == IMC_FORMAT_AUTO ? imc_format_from_path(output) : options->format;
    writer.quality = options->quality;
    writer.compression = options->compression;
    writer.no_clobber = options->no_clobber;
    writer.threads = options->threads;
    enum imc_status status = run_all(&sheet, error);
    if (writer.format == IMC_FORMAT_AUTO) /* standard output has no suffix */
        writer.format = sheet.worst.input.format;
    if (!status)
        status = canvas_save(&sheet.canvas, output, &writer, error);
    if (!status && report) {
        *report = sheet.worst;
        report->output = (struct imc_image_info){.width = sheet.canvas.width,
                                                 .height = sheet.canvas.height,
                                                 .channels = 3,
                                                 .type = IMC_U8,
                                                 .full_scale = 255,
                                                 .bits = 8,
                                                 .orientation = 1,
                                                 .format = writer.format,
                                                 .colour = "RGB"};
    }
    canvas_free(&sheet.canvas);
    return status;
}
