/* plot_confusion.c: which classes are taken for which. Hits are blue by their share of the row, errors red by its cube root, or
 * the few there are would not be seen. */
#include <imgconv/plot.h>

#include "report/pen.h"
#include "report/tint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MARGIN = 14, TITLE = 20, NUMBERED_MAX = 40, SMALL_CELL = 8, CELL = 30, NAME_MAX = 12, CHARACTERS_MAX = 80 };

struct matrix {
    const int *counts;
    const char *const *names;
    int classes, cell, left, top;
};

/* The first characters of a name. */
static const char *shortened(char out[CHARACTERS_MAX], const char *name, int most)
{
    int size = 0;
    while (name[size] && size < CHARACTERS_MAX - 1 && ((name[size] & 0xC0) == 0x80 || most-- > 0))
        size++;
    snprintf(out, CHARACTERS_MAX, "%.*s", size, name);
    return out;
}

static struct matrix lay_out(const int *counts, const char *const *names, int classes)
{
    struct matrix m = {counts, names, classes, classes > NUMBERED_MAX ? SMALL_CELL : CELL, 0, 0};
    int longest = 1;
    for (int i = 0; i < classes * classes; i++) {
        int digits = snprintf(NULL, 0, "%d", counts[i]);
        if (classes <= NUMBERED_MAX && digits * PEN_STEP + 8 > m.cell)
            m.cell = digits * PEN_STEP + 8;
    }
    for (int c = 0; c < classes; c++)
        longest = (int)strlen(names[c]) > longest ? (int)strlen(names[c]) : longest;
    longest = longest > NAME_MAX ? NAME_MAX : longest;
    m.left = MARGIN + (classes > NUMBERED_MAX ? 0 : longest * PEN_STEP + 8) + 16;
    m.top = MARGIN + TITLE + 32;
    return m;
}

static void draw_cell(struct pen *pen, const struct matrix *m, int label, int guess, int row_sum)
{
    int count = m->counts[label * m->classes + guess], x = m->left + guess * m->cell, y = m->top + label * m->cell;
    double share = row_sum ? (double)count / row_sum : 0, strength = label == guess ? share : cbrt(share);
    char text[16];
    pen_box(pen, x, y, m->cell - 1, m->cell - 1, tint(label == guess ? TINT_BLUE : TINT_RED, strength));
    if (m->classes > NUMBERED_MAX || count == 0)
        return;
    snprintf(text, sizeof text, "%d", count);
    pen_text(pen, x + m->cell / 2.0, y + (m->cell + PEN_CAPITALS) / 2.0, PEN_MIDDLE, tint_ink(strength), text);
}

static void draw_names(struct pen *pen, const struct matrix *m, int label)
{
    char text[CHARACTERS_MAX];
    if (m->classes > NUMBERED_MAX)
        return;
    double middle = label * m->cell + m->cell / 2.0;
    pen_text(pen, m->left - 6, m->top + middle + PEN_CAPITALS / 2.0, PEN_RIGHT, CANVAS_INK,
             shortened(text, m->names[label], NAME_MAX));
    pen_text(pen, m->left + middle, m->top - 6, PEN_MIDDLE, CANVAS_INK, shortened(text, m->names[label], m->cell / PEN_STEP));
}

static void draw_matrix(struct pen *pen, const struct matrix *m, const char *title)
{
    int side = m->classes * m->cell;
    pen_text(pen, MARGIN, MARGIN + PEN_CAPITALS, PEN_LEFT, CANVAS_INK, title);
    pen_text(pen, m->left, m->top - 22, PEN_LEFT, CANVAS_FAINT, "across: predicted");
    pen_text(pen, m->left, m->top + side + 14, PEN_LEFT, CANVAS_FAINT, "down: label");
    pen_box(pen, m->left - 1, m->top - 1, side + 1, side + 1, TINT_GRID);
    for (int label = 0; label < m->classes; label++) {
        int row_sum = 0;
        for (int guess = 0; guess < m->classes; guess++)
            row_sum += m->counts[label * m->classes + guess];
        draw_names(pen, m, label);
        for (int guess = 0; guess < m->classes; guess++)
            draw_cell(pen, m, label, guess, row_sum);
    }
}

enum imc_status imc_plot_confusion(const int *counts, const char *const *names, int classes, const char *title, const char *output,
                                   struct imc_error *error)
{
    struct matrix m = lay_out(counts, names, classes);
    int side = classes * m.cell, words = (int)strlen(title) * PEN_STEP;
    int width = m.left + (side > 110 ? side : 110) + MARGIN, least = words + 2 * MARGIN;
    struct pen pen;
    enum imc_status status = pen_open(&pen, width > least ? width : least, m.top + side + TITLE + MARGIN, output, error);
    if (status)
        return status;
    draw_matrix(&pen, &m, title);
    return pen_close(&pen, output, IMC_OK, error);
}
