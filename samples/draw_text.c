/* draw_text.c: text in the font of the reports, of which the pictures need the seven rows of capitals. See draw.h. */
#include "draw.h"

#include "report/glyphs.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Is dot (column, row) of `letter` set? */
static int dot(char letter, int column, int row)
{
    return letter >= GLYPH_FIRST && letter <= GLYPH_LAST && glyphs[letter - GLYPH_FIRST][row] >> (4 - column) & 1;
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
