/* blocks.c: a cell of a terminal is about twice as high as wide, so that half of one is a square pixel: the upper half block U+2580
 * shows a pixel in the colour of letters above one in the colour of the ground. Without colours, or without UTF-8, a cell is a
 * character that covers as much of it as the mean of the two pixels is bright. */
#include "cli/blocks.h"

static const char half_block[] = "\xe2\x96\x80";
static const char ramp[] = " .:-=+*#%@";

enum { NO_COLOUR = 1 << 24 }; /* no 0xrrggbb */

int blocks_lines(const struct blocks *picture)
{
    return (picture->height + 1) / 2;
}

static const uint8_t *pixel_at(const struct blocks *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * (size_t)picture->width + (size_t)x);
}

static uint32_t colour_at(const struct blocks *picture, int x, int y)
{
    if (y >= picture->height)
        return NO_COLOUR;
    const uint8_t *rgb = pixel_at(picture, x, y);
    return (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

/* A colour is set only where it changes. Below the last row lies the terminal's own ground. */
static void print_coloured(FILE *out, const struct terminal *terminal, const struct blocks *picture, int y)
{
    uint32_t ink = NO_COLOUR, ground = NO_COLOUR;
    for (int x = 0; x < picture->width; x++) {
        uint32_t upper = colour_at(picture, x, y), lower = colour_at(picture, x, y + 1);
        if (upper != ink)
            terminal_ink(out, terminal, upper);
        if (lower != ground)
            terminal_ground(out, terminal, lower);
        ink = upper;
        ground = lower;
        fputs(half_block, out);
    }
    terminal_end_colours(out);
}

static double luma_at(const struct blocks *picture, int x, int y)
{
    const uint8_t *rgb = pixel_at(picture, x, y);
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

static void print_characters(FILE *out, const struct blocks *picture, int y)
{
    int levels = (int)sizeof ramp - 1;
    for (int x = 0; x < picture->width; x++) {
        double luma = luma_at(picture, x, y);
        if (y + 1 < picture->height)
            luma = (luma + luma_at(picture, x, y + 1)) / 2;
        putc(ramp[(int)(luma / 256 * levels)], out);
    }
}

void blocks_print(FILE *out, const struct terminal *terminal, const struct blocks *picture, int line)
{
    if (line >= blocks_lines(picture))
        fprintf(out, "%*s", picture->width, "");
    else if (terminal->colours == TERMINAL_PLAIN || !terminal->utf8)
        print_characters(out, picture, 2 * line);
    else
        print_coloured(out, terminal, picture, 2 * line);
}
