/* axes.c: see axes.h. */
#include "report/axes.h"

#include "base/textnum.h"
#include "report/tint.h"

#include <math.h>

enum { TICKS = 6, NUMBER_MAX = 32 };

struct axis axis_make(double lo, double hi, double least_step)
{
    static const double factors[] = {2, 2.5, 2};
    double room = fmax(hi - lo, least_step) / TICKS, step = 1;
    while (step > room)
        step /= 10;
    for (int i = 0; step < room || step < least_step; i++)
        step *= factors[i % 3];
    struct axis axis = {floor(lo / step + 1e-9) * step, ceil(hi / step - 1e-9) * step, step};
    if (axis.hi <= axis.lo)
        axis.hi = axis.lo + step;
    return axis;
}

double axes_x(const struct axes *axes, double value)
{
    return axes->left + (value - axes->x.lo) / (axes->x.hi - axes->x.lo) * axes->wide;
}

double axes_y(const struct axes *axes, double value)
{
    return axes->top + (axes->y.hi - value) / (axes->y.hi - axes->y.lo) * axes->high;
}

/* The text of a tick, without what rounding left behind its digits. */
static const char *tick_text(char text[NUMBER_MAX], double tick, double step)
{
    text_from_float(text, NUMBER_MAX, (float)(round(tick / step) * step + 0.0)); /* never -0 */
    return text;
}

void axes_grid(struct pen *pen, const struct axes *axes)
{
    char text[NUMBER_MAX];
    for (int i = 0; axes->y.lo + i * axes->y.step <= axes->y.hi + axes->y.step * 1e-6; i++) {
        double tick = axes->y.lo + i * axes->y.step, y = axes_y(axes, tick);
        pen_stroke(pen, axes->left, y, axes->left + axes->wide, y, 1, TINT_GRID);
        pen_text(pen, axes->left - 6, y + PEN_CAPITALS / 2.0, PEN_RIGHT, CANVAS_INK, tick_text(text, tick, axes->y.step));
    }
}

void axes_tick(struct pen *pen, const struct axes *axes, double value)
{
    char text[NUMBER_MAX];
    double x = axes_x(axes, value), bottom = axes->top + axes->high;
    pen_stroke(pen, x, bottom, x, bottom + 4, 1, CANVAS_INK);
    pen_text(pen, x, bottom + 16, PEN_MIDDLE, CANVAS_INK, tick_text(text, value, axes->x.step));
}

void axes_ticks(struct pen *pen, const struct axes *axes)
{
    for (double i = ceil(axes->x.lo / axes->x.step - 1e-6); i * axes->x.step <= axes->x.hi + axes->x.step * 1e-6; i++)
        axes_tick(pen, axes, i * axes->x.step);
}

void axes_frame(struct pen *pen, const struct axes *axes, const char *label)
{
    int bottom = axes->top + axes->high;
    pen_stroke(pen, axes->left, axes->top, axes->left, bottom, 1, CANVAS_INK);
    pen_stroke(pen, axes->left, bottom, axes->left + axes->wide, bottom, 1, CANVAS_INK);
    pen_text(pen, axes->left + axes->wide / 2.0, bottom + 32, PEN_MIDDLE, CANVAS_FAINT, label);
}

void axes_legend(struct pen *pen, int x, int y, uint32_t colour, const char *text)
{
    pen_stroke(pen, x, y - 3, x + 20, y - 3, 1.8, colour);
    pen_dot(pen, x + 10, y - 3, 2.5, colour);
    pen_text(pen, x + 26, y, PEN_LEFT, CANVAS_INK, text);
}
