/* axes.h: the frame of a chart: two axes with numbers, and where a value lies. */
#ifndef AXES_H
#define AXES_H

#include "report/pen.h"

/* From `lo` to `hi`; ticks are whole multiples of `step`, a 1, 2 or 5 of some decade. */
struct axis {
    double lo, hi, step;
};

/* Bounds are rounded outwards to multiples of the step. */
struct axis axis_make(double lo, double hi, double least_step);

struct axes {
    int left, top, wide, high; /* the inner part */
    struct axis x, y;
};

double axes_x(const struct axes *axes, double value);
double axes_y(const struct axes *axes, double value);

/* A line from left to right and a number for each tick of y. */
void axes_grid(struct pen *pen, const struct axes *axes);
/* A tick below, with its number. */
void axes_tick(struct pen *pen, const struct axes *axes, double value);
/* All ticks of x. */
void axes_ticks(struct pen *pen, const struct axes *axes);
/* The two axes, with what x counts below. */
void axes_frame(struct pen *pen, const struct axes *axes, const char *label);

/* A stroke of a legend with its text, right of x. */
void axes_legend(struct pen *pen, int x, int y, uint32_t colour, const char *text);

#endif
