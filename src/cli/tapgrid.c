/* tapgrid.c: the widest form that the terminal has room for: numbers of six digits down to two, cells of two columns without
 * numbers, two rows of taps in a line of half blocks. The ramp from blue over white to red is told apart by people who see red and
 * green alike; two samples of a colour are always equal or full, so that among 256 colours the hue stays. */
#include "cli/tapgrid.h"
#include "cli/blocks.h"

#include <math.h>
#include <stdlib.h>

enum { INDENT = 4, DIGITS_MOST = 6, DIGITS_LEAST = 2, BLACK = 0x000000, WHITE = 0xffffff };

struct grid {
    FILE *out;
    struct terminal terminal;
    int kh, kw;
    const float *taps; /* [kh][kw] */
    float largest;     /* the size of the filter's largest tap */
};

static uint32_t colour_of(const struct grid *grid, float tap)
{
    static const int zero[3] = {255, 255, 255}, negative[3] = {64, 64, 255}, positive[3] = {255, 64, 64};
    double part = grid->largest > 0 && isfinite(tap) ? fabs((double)tap) / (double)grid->largest : 0;
    const int *end = tap < 0 ? negative : positive;
    uint32_t colour = 0;
    for (int c = 0; c < 3; c++)
        colour = colour << 8 | (uint32_t)lrint(zero[c] + part * (end[c] - zero[c]));
    return colour;
}

/* Black or white, whichever is read better on that ground. */
static uint32_t ink_on(uint32_t ground)
{
    return 299 * (ground >> 16) + 587 * (ground >> 8 & 255) + 114 * (ground & 255) > 140000 ? BLACK : WHITE;
}

/* The longest of the taps' numbers. */
static int width_of(const struct grid *grid, int digits)
{
    int width = 0;
    for (int i = 0; i < grid->kh * grid->kw; i++) {
        int length = snprintf(NULL, 0, "%.*g", digits, (double)grid->taps[i]);
        width = length > width ? length : width;
    }
    return width;
}

static bool fits(const struct grid *grid, int cell)
{
    return INDENT + (int64_t)grid->kw * cell <= grid->terminal.columns;
}

/* A cell is a blank, a number of `width`, and a blank. */
static void print_numbers(const struct grid *grid, int digits, int width)
{
    for (int i = 0; i < grid->kh * grid->kw; i++) {
        uint32_t ground = colour_of(grid, grid->taps[i]);
        if (i % grid->kw == 0)
            fprintf(grid->out, "%*s", INDENT, "");
        terminal_ground(grid->out, &grid->terminal, ground);
        terminal_ink(grid->out, &grid->terminal, ink_on(ground));
        fprintf(grid->out, " %*.*g ", width, digits, (double)grid->taps[i]);
        if ((i + 1) % grid->kw == 0) {
            terminal_end_colours(grid->out);
            putc('\n', grid->out);
        }
    }
}

static void print_cells(const struct grid *grid)
{
    for (int i = 0; i < grid->kh * grid->kw; i++) {
        if (i % grid->kw == 0)
            fprintf(grid->out, "%*s", INDENT, "");
        terminal_ground(grid->out, &grid->terminal, colour_of(grid, grid->taps[i]));
        fputs("  ", grid->out);
        if ((i + 1) % grid->kw == 0) {
            terminal_end_colours(grid->out);
            putc('\n', grid->out);
        }
    }
}

static bool print_blocks(const struct grid *grid)
{
    int count = grid->kh * grid->kw;
    uint8_t *rgb = malloc(3 * (size_t)count);
    struct blocks picture = {grid->kw, grid->kh, rgb};
    if (!rgb)
        return false;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = (uint8_t)(colour_of(grid, grid->taps[i]) >> (16 - 8 * c));
    for (int line = 0; line < blocks_lines(&picture); line++) {
        fprintf(grid->out, "%*s", INDENT, "");
        blocks_print(grid->out, &grid->terminal, &picture, line);
        putc('\n', grid->out);
    }
    free(rgb);
    return true;
}

static bool print_without_numbers(const struct grid *grid)
{
    if (fits(grid, 2))
        print_cells(grid);
    else if (!grid->terminal.utf8 || !fits(grid, 1) || !print_blocks(grid))
        return false;
    fprintf(grid->out, "%*sno room for the numbers: --text prints them\n", INDENT, "");
    return true;
}

bool tap_grid_print(FILE *out, const struct imc_bank *bank, int filter, int channel)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    const float *taps = bank->weights + (size_t)filter * (size_t)bank->in_c * plane;
    struct grid grid = {out, terminal_of(fileno(out)), bank->kh, bank->kw, taps + (size_t)channel * plane, 0};
    if (grid.terminal.colours == TERMINAL_PLAIN)
        return false;
    for (size_t i = 0; i < (size_t)bank->in_c * plane; i++)
        grid.largest = isfinite(taps[i]) ? fmaxf(grid.largest, fabsf(taps[i])) : grid.largest;
    for (int digits = DIGITS_MOST; digits >= DIGITS_LEAST; digits--) {
        int width = width_of(&grid, digits);
        if (fits(&grid, width + 2)) {
            print_numbers(&grid, digits, width);
            return true;
        }
    }
    return print_without_numbers(&grid);
}
