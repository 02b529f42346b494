/* sheet_compare.c: a comparison to look at: for each filter its taps and its response, and beside them those of its match. */
#include <imgconv/compare.h>
#include <imgconv/sheet.h>

#include "base/fail.h"
#include "base/memory.h"
#include "report/shade.h"
#include "report/tapcells.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN = 12, GAP = 8, CELL = 96, RESPONSE_MAX = 288, LABEL_MAX = 400, TITLE_SIZE = 300 };

struct sheet {
    const struct imc_comparison *c;
    int square; /* pixels of a tap */
    int cell_wide, cell_high;
    int factor, wide, high; /* of a response; 0 without a picture */
    int half[2];            /* widths of a filter and of its match, each with its response and a gap */
    int block_wide, block_high;
    int columns;
    struct canvas canvas;
    float *response;
    unsigned char *gray, *rgb;
};

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static void name_half(const struct imc_comparison *c, int filter, bool match, char label[TITLE_SIZE])
{
    const struct imc_compared *f = &c->filters[filter];
    if (match)
        snprintf(label, TITLE_SIZE, "%.100s  score %.3f%s", c->kernels->names[f->match], f->score, f->above_chance ? " *" : "");
    else
        snprintf(label, TITLE_SIZE, "%.100s", f->name);
}

/* Of the longest label: taps alone may be narrower than the name of what they are. */
static int label_width(const struct imc_comparison *c, bool match)
{
    char label[TITLE_SIZE];
    int widest = 0;
    for (int i = 0; i < c->count; i++) {
        name_half(c, i, match, label);
        widest = largest(widest, canvas_text_width(label, 1));
    }
    return widest < LABEL_MAX ? widest : LABEL_MAX;
}

static void lay_out(struct sheet *sheet)
{
    const struct imc_comparison *c = sheet->c;
    sheet->square = largest(1, CELL / largest(c->kh, c->kw));
    sheet->cell_wide = sheet->square * c->kw;
    sheet->cell_high = sheet->square * c->kh;
    if (c->input) {
        sheet->factor = (largest(c->width, c->height) + RESPONSE_MAX - 1) / RESPONSE_MAX;
        sheet->wide = c->width / sheet->factor;
        sheet->high = c->height / sheet->factor;
    }
    for (int i = 0; i < 2; i++)
        sheet->half[i] = largest(sheet->cell_wide + (sheet->wide ? GAP + sheet->wide : 0), label_width(c, i)) + GAP;
    sheet->block_wide = sheet->half[0] + sheet->half[1] + 2 * GAP;
    sheet->block_high = CANVAS_LINE + largest(sheet->cell_high, sheet->high) + GAP;
    double square = sqrt((double)c->count * sheet->block_high / sheet->block_wide);
    sheet->columns = square < 1 ? 1 : square > c->count ? c->count : (int)ceil(square);
}

static enum imc_status prepare(struct sheet *sheet, const char *title, struct imc_error *error)
{
    const struct imc_comparison *c = sheet->c;
    size_t pixels = (size_t)c->width * (size_t)c->height;
    int rows = (c->count + sheet->columns - 1) / sheet->columns, text = canvas_text_width(title, 1);
    int64_t width = (int64_t)sheet->columns * sheet->block_wide - 3 * GAP;
    enum imc_status status =
        canvas_create(2 * MARGIN + (width > text ? width : text), 2 * MARGIN + 2 * CANVAS_LINE + (int64_t)rows * sheet->block_high,
                      CANVAS_WHITE, &sheet->canvas, error);
    sheet->response = mem_alloc(pixels, sizeof *sheet->response);
    sheet->gray = mem_alloc(pixels, 1);
    sheet->rgb = mem_alloc(pixels, 3);
    if (!status && (!sheet->response || !sheet->gray || !sheet->rgb))
        status = fail_memory(error, "a sheet");
    return status;
}

/* The response, made smaller: the mean of squares. */
static enum imc_status draw_response(struct sheet *sheet, int filter, bool match, int x, int y, struct imc_error *error)
{
    const struct imc_comparison *c = sheet->c;
    size_t width = (size_t)c->width;
    if (!sheet->wide)
        return IMC_OK;
    enum imc_status status = imc_comparison_respond(c, filter, match, sheet->response, error);
    if (status)
        return status;
    shade_response(sheet->response, width * (size_t)c->height, sheet->gray);
    for (int i = 0; i < sheet->wide * sheet->high; i++) {
        int sum = 0, side = sheet->factor, left = i % sheet->wide * side, top = i / sheet->wide * side;
        for (int j = 0; j < side * side; j++)
            sum += sheet->gray[(size_t)(top + j / side) * width + (size_t)(left + j % side)];
        sheet->gray[i] = (unsigned char)(sum / (side * side));
    }
    shade_to_rgb(sheet->gray, (size_t)(sheet->wide * sheet->high), sheet->rgb);
    canvas_picture(&sheet->canvas, x, y, sheet->wide, sheet->high, sheet->rgb);
    return IMC_OK;
}

/* Filters on other than 1 or 3 channels show their first. */
static enum imc_status draw_half(struct sheet *sheet, int filter, bool match, int x, int y, struct imc_error *error)
{
    const struct imc_comparison *c = sheet->c;
    const struct imc_compared *f = &c->filters[filter];
    size_t plane = (size_t)c->kh * (size_t)c->kw;
    int channels = match || c->channels != 3 ? 1 : 3;
    const struct imc_bank *bank = match ? c->kernels : c->bank;
    const float *taps = bank->weights + (size_t)(match ? f->match : filter) * (size_t)bank->in_c * plane;
    char label[TITLE_SIZE];
    name_half(c, filter, match, label);
    canvas_line(&sheet->canvas, x, y, sheet->half[match] - GAP, CANVAS_INK, label);
    canvas_box(&sheet->canvas, x - 1, y + CANVAS_LINE - 1, sheet->cell_wide + 2, sheet->cell_high + 2, CANVAS_FAINT);
    tap_cells_draw(&sheet->canvas, taps, channels, c->kh, c->kw, sheet->square, x, y + CANVAS_LINE,
                   tap_largest(taps, (size_t)channels * plane));
    return draw_response(sheet, filter, match, x + sheet->cell_wide + GAP, y + CANVAS_LINE, error);
}

enum imc_status imc_compare_sheet(const struct imc_comparison *comparison, const char *output,
                                  const struct imc_writer_options *writer, struct imc_error *error)
{
    char title[TITLE_SIZE];
    struct sheet sheet = {.c = comparison};
    snprintf(title, sizeof title, "%.60s and the nearest hand-made kernels; 95 %% of random filters score below %.3f; * is above",
             comparison->bank->label, comparison->chance_95);
    lay_out(&sheet);
    enum imc_status status = prepare(&sheet, title, error);
    if (!status)
        canvas_line(&sheet.canvas, MARGIN, MARGIN, sheet.canvas.width - 2 * MARGIN, CANVAS_INK, title);
    for (int f = 0; f < comparison->count && !status; f++) {
        int x = MARGIN + f % sheet.columns * sheet.block_wide;
        int y = MARGIN + 2 * CANVAS_LINE + f / sheet.columns * sheet.block_high;
        status = draw_half(&sheet, f, false, x, y, error);
        if (!status)
            status = draw_half(&sheet, f, true, x + sheet.half[0], y, error);
    }
    if (!status)
        status = canvas_save(&sheet.canvas, output, writer, error);
    canvas_free(&sheet.canvas);
    mem_free(sheet.response);
    mem_free(sheet.gray);
    mem_free(sheet.rgb);
    return status;
}
