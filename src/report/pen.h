/* pen.h: a drawing that becomes SVG or a picture: what draws does not know which. Lengths are pixels of the SVG; a picture has two
 * for each, so that text and slanted lines look alike in both. */
#ifndef PEN_H
#define PEN_H

#include "base/outfile.h"
#include "report/canvas.h"

struct pen {
    struct outfile *svg; /* NULL: the canvas */
    struct canvas canvas;
};

/* Height of the text's capitals, and the step from one character to the next. */
enum { PEN_CAPITALS = 7, PEN_STEP = 6 };
enum pen_align { PEN_LEFT, PEN_MIDDLE, PEN_RIGHT };

/* On white. Errors as in plot.h. */
enum imc_status pen_open(struct pen *pen, int width, int height, const char *output, struct imc_error *error);
/* Gives the file its name, unless `status` is a failure, which it passes on; frees. */
enum imc_status pen_close(struct pen *pen, const char *output, enum imc_status status, struct imc_error *error);

void pen_box(struct pen *pen, int x, int y, int width, int height, uint32_t colour);
void pen_stroke(struct pen *pen, double x0, double y0, double x1, double y1, double width, uint32_t colour);
void pen_dot(struct pen *pen, double x, double y, double radius, uint32_t colour);
/* Starts, ends or has its middle at x; its capitals stand on y. */
void pen_text(struct pen *pen, double x, double y, enum pen_align align, uint32_t colour, const char *text);

#endif
