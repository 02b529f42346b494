/* sheet_kernels.c: filters to look at. A cell is about 72 pixels wide whatever the filter's size, by whole squares for taps, so
 * that no tap is smoothed into its neighbour. */
#include <imgconv/sheet.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/whole.h"
#include "report/tapcells.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN = 12, GAP = 8, CELL = 72, SMALL_CELL = 36, TITLE_MAX = 400, TITLE_WIDTH = 480 };

/* A bank on the sheet. A cell is a filter, in colour where it reads three channels; one channel of a filter where it reads
 * others. */
struct strip {
    const struct imc_bank *bank;
    bool channels; /* cells are channels */
    int cells, columns, rows;
    int square;     /* pixels of a tap */
    int wide, high; /* a cell with its gap and label */
    char title[TITLE_MAX];
};

static const float *cell_taps(const struct strip *strip, int cell, size_t *count)
{
    size_t plane = (size_t)strip->bank->kh * (size_t)strip->bank->kw;
    *count = strip->channels ? plane : plane * (size_t)strip->bank->in_c;
    return strip->bank->weights + (size_t)cell * *count;
}

static float largest_tap(const struct strip *strip, int cell)
{
    size_t count;
    const float *taps = cell_taps(strip, cell, &count);
    return tap_largest(taps, count);
}

static float largest_of(const struct strip *strips, int count)
{
    float largest = 0;
    for (int s = 0; s < count; s++)
        for (int cell = 0; cell < strips[s].cells; cell++)
            largest = fmaxf(largest, largest_tap(&strips[s], cell));
    return largest;
}

static struct strip make_strip(const struct imc_bank *bank, bool alone)
{
    struct strip strip = {.bank = bank, .channels = bank->in_c != 1 && bank->in_c != 3};
    int side = bank->kh > bank->kw ? bank->kh : bank->kw, size = strip.channels ? SMALL_CELL : CELL;
    strip.cells = bank->filters * (strip.channels ? bank->in_c : 1);
    strip.columns = alone ? (int)ceil(sqrt(strip.cells)) : strip.cells;
    strip.rows = int_quotient_up(strip.cells, strip.columns);
    strip.square = size / side > 1 ? size / side : 1;
    strip.wide = bank->kw * strip.square + GAP;
    strip.high = bank->kh * strip.square + GAP + (strip.channels ? 0 : CANVAS_LINE);
    snprintf(strip.title, sizeof strip.title, "%.300s: %d x %dx%d%s, largest tap %.3g", bank->label, bank->filters, bank->kh,
             bank->kw, bank->in_c == 3 ? " RGB" : "", (double)largest_of(&strip, 1));
    return strip;
}

static void draw_cell(struct canvas *canvas, const struct strip *strip, int cell, int x, int y, float largest)
{
    size_t count;
    const struct imc_bank *bank = strip->bank;
    tap_cells_draw(canvas, cell_taps(strip, cell, &count), strip->channels ? 1 : bank->in_c, bank->kh, bank->kw, strip->square, x,
                   y, largest);
    if (!strip->channels)
        canvas_label(canvas, x - GAP / 2, y + strip->bank->kh * strip->square + 3, strip->wide, CANVAS_FAINT,
                     strip->bank->names[cell]);
}

/* common 0: every cell's own. */
static void draw_strip(struct canvas *canvas, const struct strip *strip, int y, float common)
{
    canvas_line(canvas, MARGIN, y, canvas->width - 2 * MARGIN, CANVAS_INK, strip->title);
    for (int cell = 0; cell < strip->cells; cell++)
        draw_cell(canvas, strip, cell, MARGIN + cell % strip->columns * strip->wide,
                  y + CANVAS_LINE + cell / strip->columns * strip->high, common > 0 ? common : largest_tap(strip, cell));
}

static enum imc_status draw(const struct strip *strips, int count, enum imc_sheet_scale scale, struct canvas *canvas,
                            struct imc_error *error)
{
    int64_t width = 0, height = MARGIN;
    for (int s = 0; s < count; s++) {
        int title = canvas_text_width(strips[s].title, 1);
        int64_t wide = (int64_t)strips[s].columns * strips[s].wide, least = title < TITLE_WIDTH ? title : TITLE_WIDTH;
        wide = wide > least ? wide : least;
        width = wide > width ? wide : width;
        height += (int64_t)strips[s].rows * strips[s].high + CANVAS_LINE + GAP;
    }
    enum imc_status status = canvas_create(width + 2 * MARGIN, height + MARGIN, CANVAS_WHITE, canvas, error);
    int y = MARGIN;
    for (int s = 0; s < count && !status; s++) {
        draw_strip(canvas, &strips[s], y, scale == IMC_SHEET_COMMON ? largest_of(strips, count) : 0);
        y += strips[s].rows * strips[s].high + CANVAS_LINE + GAP;
    }
    return status;
}

enum imc_status imc_sheet_kernels(const struct imc_bank *const *banks, int count, enum imc_sheet_scale scale, const char *output,
                                  const struct imc_writer_options *writer, struct imc_error *error)
{
    struct canvas canvas;
    struct strip *strips = mem_alloc((size_t)count, sizeof *strips);
    if (!strips)
        return fail_memory(error, "a sheet");
    for (int s = 0; s < count; s++)
        strips[s] = make_strip(banks[s], count == 1);
    enum imc_status status = draw(strips, count, scale, &canvas, error);
    if (!status)
        status = canvas_save(&canvas, output, writer, error);
    canvas_free(&canvas);
    mem_free(strips);
    return status;
}
