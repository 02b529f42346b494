/* plot_cells.c: a kernel as squares: its taps, and the gain over both frequencies. */
#include "report/plot_kernel.h"
#include "report/spectrum.h"
#include "report/tapcells.h"
#include "report/tint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CELL_MOST = 76, SEAM_LEAST = 8, GAP = 6, PLANES_MOST = 16, DIGITS = 4, MAP_SQUARE = PLOT_HIGH / SPECTRUM_SIDE };

/* A frame around a box. */
static void draw_outline(struct pen *pen, int x, int y, int width, int height, uint32_t colour)
{
    pen_box(pen, x, y, width, 1, colour);
    pen_box(pen, x, y + height - 1, width, 1, colour);
    pen_box(pen, x, y, 1, height, colour);
    pen_box(pen, x + width - 1, y, 1, height, colour);
}

/* How the numbers in the cells are written: with `digits` digits that count, the longest way, or all to the place where the
 * largest tap has its last of them, and then without the 0 before the point too. */
enum { OWN_DIGITS, SAME_PLACE, NO_ZERO, WAYS };
struct numbers {
    int way, digits; /* 0 digits: no numbers */
};

/* One channel's taps. */
struct cells {
    const float *taps;
    int kh, kw, square, left, top;
    struct numbers numbers;
    float largest; /* of |tap|, over the channels */
};

static const char *cell_number(char out[PLOT_NUMBER_MAX], const struct cells *cells, float tap)
{
    int digits = cells->numbers.digits;
    if (cells->numbers.way != OWN_DIGITS && tap != 0)
        digits += (int)floor(log10(fabs((double)tap))) - (int)floor(log10((double)cells->largest));
    plot_number(out, (double)tap, digits);
    if (strcmp(out, "-0") == 0)
        return "0";
    char *zero = out + (*out == '-');
    if (cells->numbers.way == NO_ZERO && strncmp(zero, "0.", 2) == 0)
        memmove(zero, zero + 1, strlen(zero));
    return out;
}

static bool numbers_fit(const struct cells *cells)
{
    char text[PLOT_NUMBER_MAX];
    for (int i = 0; i < cells->kh * cells->kw; i++)
        if ((int)strlen(cell_number(text, cells, cells->taps[i])) * PEN_STEP + 2 > cells->square)
            return false;
    return true;
}

/* The first way, and the most digits, DIGITS at most, with which all numbers fit into their cells; one digit says too little. */
static void fit_numbers(struct cells *cells)
{
    for (int way = 0; way < WAYS; way++)
        for (int digits = DIGITS; digits > 1; digits--) {
            cells->numbers = (struct numbers){way, digits};
            if (numbers_fit(cells))
                return;
        }
    cells->numbers.digits = 0;
}

static void draw_cell(struct pen *pen, const struct cells *cells, int i)
{
    int x = cells->left + i % cells->kw * cells->square, y = cells->top + i / cells->kw * cells->square;
    int side = cells->square - (cells->square >= SEAM_LEAST);
    double tap = (double)cells->taps[i], share = cells->largest > 0 ? fabs(tap) / (double)cells->largest : 0;
    char text[PLOT_NUMBER_MAX];
    pen_box(pen, x, y, side, side, tint(tap < 0 ? TINT_BLUE : TINT_RED, share));
    if (cells->numbers.digits)
        pen_text(pen, x + side / 2.0, y + (side + PEN_CAPITALS) / 2.0, PEN_MIDDLE, tint_ink(share),
                 cell_number(text, cells, cells->taps[i]));
}

static void draw_cells(struct pen *pen, const struct cells *cells, const struct imc_bank *bank)
{
    int wide = cells->kw * cells->square, high = cells->kh * cells->square, seam = cells->square >= SEAM_LEAST;
    pen_box(pen, cells->left - 1, cells->top - 1, wide + 2 - seam, high + 2 - seam, TINT_GRID);
    for (int i = 0; i < cells->kh * cells->kw; i++)
        draw_cell(pen, cells, i);
    if (seam && cells->kh * cells->kw > 1)
        draw_outline(pen, cells->left + bank->anchor_x * cells->square - 1, cells->top + bank->anchor_y * cells->square - 1,
                     cells->square + 1, cells->square + 1, CANVAS_INK);
}

static void draw_caption(const struct plot_place *place, int shown, int square)
{
    char text[120], number[PLOT_NUMBER_MAX];
    const struct imc_bank *bank = place->bank;
    size_t taps = (size_t)bank->in_c * (size_t)bank->kh * (size_t)bank->kw;
    double largest = (double)tap_largest(bank->weights + (size_t)place->filter * taps, taps);
    int bottom = place->top + PLOT_HIGH;
    snprintf(text, sizeof text, "red +, blue -, largest %s", plot_number(number, largest, DIGITS));
    pen_text(place->pen, place->left, bottom + 16, PEN_LEFT, CANVAS_FAINT, text);
    if (bank->in_c > 1)
        snprintf(text, sizeof text, "channels 0 to %d of %d, row by row", shown - 1, bank->in_c);
    else
        snprintf(text, sizeof text, "%s", square >= SEAM_LEAST && bank->kh * bank->kw > 1 ? "framed: the anchor" : "");
    pen_text(place->pen, place->left, bottom + 32, PEN_LEFT, CANVAS_FAINT, text);
}

void plot_taps(const struct plot_place *place)
{
    const struct imc_bank *bank = place->bank;
    size_t plane = (size_t)bank->kh * (size_t)bank->kw, taps = plane * (size_t)bank->in_c;
    const float *own = bank->weights + (size_t)place->filter * taps;
    int shown = bank->in_c < PLANES_MOST ? bank->in_c : PLANES_MOST, columns = (int)ceil(sqrt(shown));
    int longer = bank->kh > bank->kw ? bank->kh : bank->kw, room = (PLOT_HIGH - (columns - 1) * GAP) / columns;
    int square = room / longer < CELL_MOST ? room / longer : CELL_MOST;
    square = square > 0 ? square : 1;
    plot_title(place, PLOT_LEGEND, "taps");
    for (int c = 0; c < shown; c++) {
        struct cells cells = {own + (size_t)c * plane, bank->kh, bank->kw, square, 0, 0, {0, 0}, tap_largest(own, taps)};
        cells.left = place->left + c % columns * (room + GAP) + (room - bank->kw * square) / 2;
        cells.top = place->top + c / columns * (room + GAP) + (room - bank->kh * square) / 2;
        fit_numbers(&cells);
        draw_cells(place->pen, &cells, bank);
    }
    draw_caption(place, shown, square);
}

/* ---- the gain over both frequencies ---- */

/* Neighbours of one gray are one box. */
static void draw_map(struct pen *pen, int left, int top, const unsigned char *gray)
{
    for (int y = 0; y < SPECTRUM_SIDE; y++, gray += SPECTRUM_SIDE)
        for (int x = 0, end; x < SPECTRUM_SIDE; x = end) {
            for (end = x + 1; end < SPECTRUM_SIDE && gray[end] == gray[x]; end++)
                ;
            pen_box(pen, left + x * MAP_SQUARE, top + y * MAP_SQUARE, (end - x) * MAP_SQUARE, MAP_SQUARE,
                    gray[x] * UINT32_C(0x010101));
        }
}

/* Frequencies run from the middle of the first square to that of the last. */
static void draw_frequencies(const struct plot_place *place)
{
    static const char *const names[] = {"-0.5", "0", "0.5"};
    int bottom = place->top + PLOT_HIGH;
    for (int i = 0; i < 3; i++) {
        double at = MAP_SQUARE / 2.0 + i * (PLOT_HIGH - MAP_SQUARE) / 2.0;
        pen_stroke(place->pen, place->left + at, bottom, place->left + at, bottom + 4, 1, CANVAS_INK);
        pen_stroke(place->pen, place->left - 4, place->top + at, place->left, place->top + at, 1, CANVAS_INK);
        pen_text(place->pen, place->left + at, bottom + 16, PEN_MIDDLE, CANVAS_INK, names[i]);
        pen_text(place->pen, place->left - 6, place->top + at + PEN_CAPITALS / 2.0, PEN_RIGHT, CANVAS_INK, names[i]);
    }
}

void plot_magnitude(const struct plot_place *place)
{
    const struct imc_bank *bank = place->bank;
    size_t taps = (size_t)bank->in_c * (size_t)bank->kh * (size_t)bank->kw;
    double magnitude[SPECTRUM_SIDE * SPECTRUM_SIDE];
    unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE];
    char text[80], number[PLOT_NUMBER_MAX];
    double largest = spectrum_find(bank->weights + (size_t)place->filter * taps, bank->in_c, bank->kh, bank->kw, magnitude);
    for (int i = 0; i < SPECTRUM_SIDE * SPECTRUM_SIDE; i++) /* 64 grays: more are not seen, and make a file larger */
        gray[i] = (unsigned char)(largest > 0 ? lrint(63 * magnitude[i] / largest) * 255 / 63 : 0);
    plot_title(place, PLOT_LEGEND, "gain over both frequencies");
    draw_map(place->pen, place->left, place->top, gray);
    draw_outline(place->pen, place->left - 1, place->top - 1, PLOT_HIGH + 2, PLOT_HIGH + 2, CANVAS_INK);
    draw_frequencies(place);
    snprintf(text, sizeof text, "cycles per pixel; white is %s", plot_number(number, largest, DIGITS));
    pen_text(place->pen, place->left + PLOT_HIGH / 2.0, place->top + PLOT_HIGH + 32, PEN_MIDDLE, CANVAS_FAINT, text);
}
