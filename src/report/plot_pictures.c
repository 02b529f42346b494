/* plot_pictures.c: small pictures to look at, such as those a network errs on. */
#include <imgconv/plot.h>

#include "base/fail.h"
#include "base/memory.h"
#include "report/canvas.h"

enum { MARGIN = 12, GAP = 10, CELL = 112, COLUMNS_MAX = 8 };

struct tiles {
    int height, width, zoom, columns, wide, high; /* wide, high: a cell with its lines */
    unsigned char *rgb;                           /* a picture magnified */
};

static void draw_tile(struct canvas *canvas, const struct tiles *t, const struct imc_plot_picture *picture, int x, int y)
{
    int wide = t->width * t->zoom, high = t->height * t->zoom;
    for (int i = 0; i < wide * high; i++) {
        unsigned char gray = picture->pixels[i / wide / t->zoom * t->width + i % wide / t->zoom];
        t->rgb[3 * i] = t->rgb[3 * i + 1] = t->rgb[3 * i + 2] = gray;
    }
    canvas_picture(canvas, x + (t->wide - GAP - wide) / 2, y, wide, high, t->rgb);
    canvas_label(canvas, x, y + high + 4, t->wide - GAP, CANVAS_INK, picture->line[0]);
    canvas_label(canvas, x, y + high + 4 + CANVAS_LINE, t->wide - GAP, CANVAS_FAINT, picture->line[1]);
}

enum imc_status imc_plot_pictures(const struct imc_plot_picture *pictures, int count, int height, int width, const char *title,
                                  const char *output, struct imc_error *error)
{
    int side = width > height ? width : height;
    struct tiles t = {.height = height, .width = width, .zoom = CELL / side > 1 ? CELL / side : 1};
    struct canvas canvas;
    t.columns = count < 1 ? 1 : count < COLUMNS_MAX ? count : COLUMNS_MAX;
    t.wide = (width * t.zoom > CELL ? width * t.zoom : CELL) + GAP;
    t.high = height * t.zoom + 2 * CANVAS_LINE + GAP;
    int rows = (count + t.columns - 1) / t.columns, words = canvas_text_width(title, 1);
    int tiles = t.columns * t.wide - GAP;
    enum imc_status status = canvas_create(2 * MARGIN + (int64_t)(tiles > words ? tiles : words),
                                           2 * MARGIN + CANVAS_LINE + 4 + (int64_t)rows * t.high, CANVAS_WHITE, &canvas, error);
    t.rgb = mem_alloc((size_t)(width * t.zoom) * (size_t)(height * t.zoom), 3);
    if (!status && !t.rgb)
        status = fail_memory(error, "a sheet");
    if (!status) {
        canvas_line(&canvas, MARGIN, MARGIN, canvas.width - 2 * MARGIN, CANVAS_INK, title);
        for (int i = 0; i < count; i++)
            draw_tile(&canvas, &t, &pictures[i], MARGIN + i % t.columns * t.wide,
                      MARGIN + CANVAS_LINE + 4 + i / t.columns * t.high);
        status = canvas_save(&canvas, output, NULL, error);
    }
    mem_free(t.rgb);
    canvas_free(&canvas);
    return status;
}
