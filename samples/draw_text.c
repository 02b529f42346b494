/* draw_text.c: a font of 5x7 dots, drawn for these pictures. See draw.h. */
#include "draw.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:/+%";

/* Seven rows of five dots each, the leftmost dot in bit 4. */
static const unsigned char glyphs[][7] = {
    {14, 17, 17, 31, 17, 17, 17}, {30, 17, 17, 30, 17, 17, 30}, {14, 17, 16, 16, 16, 17, 14}, {30, 17, 17, 17, 17, 17, 30},
    {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16}, {14, 17, 16, 23, 17, 17, 15}, {17, 17, 17, 31, 17, 17, 17},
    {14, 4, 4, 4, 4, 4, 14},      {7, 2, 2, 2, 2, 18, 12},      {17, 18, 20, 24, 20, 18, 17}, {16, 16, 16, 16, 16, 16, 31},
    {17, 27, 21, 21, 17, 17, 17}, {17, 25, 21, 19, 17, 17, 17}, {14, 17, 17, 17, 17, 17, 14}, {30, 17, 17, 30, 16, 16, 16},
    {14, 17, 17, 17, 21, 18, 13}, {30, 17, 17, 30, 20, 18, 17}, {15, 16, 16, 14, 1, 1, 30},   {31, 4, 4, 4, 4, 4, 4},
    {17, 17, 17, 17, 17, 17, 14}, {17, 17, 17, 17, 17, 10, 4},  {17, 17, 17, 21, 21, 27, 17}, {17, 17, 10, 4, 10, 17, 17},
    {17, 17, 10, 4, 4, 4, 4},     {31, 1, 2, 4, 8, 16, 31},     {14, 17, 19, 21, 25, 17, 14}, {4, 12, 4, 4, 4, 4, 14},
    {14, 17, 1, 2, 4, 8, 31},     {30, 1, 1, 14, 1, 1, 30},     {2, 6, 10, 18, 31, 2, 2},     {31, 16, 30, 1, 1, 17, 14},
    {6, 8, 16, 30, 17, 17, 14},   {31, 1, 2, 4, 4, 8, 8},       {14, 17, 17, 14, 17, 17, 14}, {14, 17, 17, 15, 1, 2, 12},
    {0, 0, 0, 0, 0, 12, 12},      {0, 0, 0, 31, 0, 0, 0},       {0, 12, 12, 0, 12, 12, 0},    {1, 1, 2, 4, 8, 16, 16},
    {0, 4, 4, 31, 4, 4, 0},       {25, 25, 2, 4, 8, 19, 19},
};

/* Is dot (column, row) of `letter` set? Unknown letters are blank. */
static int dot(char letter, int column, int row)
{
    const char *found = letter ? strchr(letters, letter) : NULL;
    return found && glyphs[found - letters][row] >> (4 - column) & 1;
}

int text_covers(const char *text, double x, double y)
{
    int column = (int)floor(x), row = (int)floor(y);
    if (column < 0 || row < 0 || row >= 7 || (size_t)column / 6 >= strlen(text) || column % 6 == 5)
        return 0;
    return dot(text[column / 6], column % 6, row);
}

void draw_text(struct canvas *canvas, double x, double y, double size, double slope, const char *text, const struct paint *paint)
{
    double unit = size / 7, along = 1 / sqrt(1 + slope * slope), up = slope * along;
    struct point right = {unit * along, unit * up}, down = {-unit * up, unit * along};
    for (int i = 0; text[i]; i++) {
        for (int cell = 0; cell < 35; cell++) {
            int column = cell % 5, row = cell / 5;
            double across = i * 6 + column;
            struct point a = {x + right.x * across + down.x * row, y + right.y * across + down.y * row};
            struct point b = {a.x + right.x, a.y + right.y}, c = {b.x + down.x, b.y + down.y}, d = {a.x + down.x, a.y + down.y};
            if (dot(text[i], column, row))
                fill_polygon(canvas, (struct point[]){a, b, c, d}, 4, paint);
        }
    }
}
