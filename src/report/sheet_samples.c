/* sheet_samples.c: small pictures to look at, such as those a network was wrong about: pixels become squares, so that each is seen
 * as it was. */
#include <imgconv/sheet.h>

#include "report/canvas.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN = 12, GAP = 10, CELL = 112, FRAME = 3, LINES = 2, RED = 0xC81E1E, EDGE = 0xC8C8C8 };

struct grid {
    int height, width; /* of a sample */
    int square;        /* pixels of one of its pixels */
    int columns;
    int wide, high; /* a cell with its gap and lines */
};

static struct grid make_grid(int count, int height, int width)
{
    int side = height > width ? height : width;
    struct grid grid = {.height = height, .width = width, .square = CELL / side > 1 ? CELL / side : 1};
    grid.wide = (grid.square * width > CELL ? grid.square * width : CELL) + GAP;
    grid.high = grid.square * height + LINES * CANVAS_LINE + GAP;
    double square = sqrt((double)count * grid.high / grid.wide);
    grid.columns = square <= 1 ? 1 : square > count ? count : (int)ceil(square);
    return grid;
}

static void draw_sample(struct canvas *canvas, const struct grid *grid, const struct imc_sheet_sample *sample, int x, int y)
{
    int side = grid->square, wide = grid->width * side, high = grid->height * side, left = x + (grid->wide - GAP - wide) / 2;
    int frame = sample->marked ? FRAME : 1;
    canvas_box(canvas, left - frame, y - frame, wide + 2 * frame, high + 2 * frame, sample->marked ? RED : EDGE);
    for (int i = 0; i < grid->height * grid->width; i++)
        canvas_box(canvas, left + i % grid->width * side, y + i / grid->width * side, side, side, sample->pixels[i] * 0x010101u);
    for (int i = 0; i < LINES; i++)
        if (sample->line[i])
            canvas_label(canvas, x, y + high + FRAME + 2 + i * CANVAS_LINE, grid->wide - GAP, sample->marked ? RED : CANVAS_INK,
                         sample->line[i]);
}

enum imc_status imc_sheet_samples(const struct imc_sheet_sample *samples, int count, int height, int width, const char *title,
                                  const char *output, const struct imc_writer_options *writer, struct imc_error *error)
{
    struct canvas canvas;
    struct grid grid = make_grid(count, height, width);
    int rows = (count + grid.columns - 1) / grid.columns, text = canvas_text_width(title, 1);
    int64_t cells = (int64_t)grid.columns * grid.wide - GAP;
    enum imc_status status = canvas_create(2 * MARGIN + (cells > text ? cells : text),
                                           2 * MARGIN + 2 * CANVAS_LINE + (int64_t)rows * grid.high, CANVAS_WHITE, &canvas, error);
    if (status)
        return status;
    canvas_line(&canvas, MARGIN, MARGIN, canvas.width - 2 * MARGIN, CANVAS_INK, title);
    for (int i = 0; i < count; i++)
        draw_sample(&canvas, &grid, &samples[i], MARGIN + i % grid.columns * grid.wide,
                    MARGIN + 2 * CANVAS_LINE + i / grid.columns * grid.high);
    status = canvas_save(&canvas, output, writer, error);
    canvas_free(&canvas);
    return status;
}
