/* plot_kernel.h: the parts of the picture of a kernel. Each is drawn into a place of its own; lengths are the pen's. */
#ifndef PLOT_KERNEL_H
#define PLOT_KERNEL_H

#include "report/pen.h"

#include <imgconv/analysis.h>

/* A place: the inner part is PLOT_WIDE x PLOT_HIGH from left,top on; above it are a title and a legend, or a title
 * alone, below it numbers and what they count. A square, of taps or of the response's magnitude, has the side PLOT_HIGH. */
enum { PLOT_WIDE = 236, PLOT_HIGH = 195, PLOT_LEGEND = 9, PLOT_TITLE = 24 };

struct plot_place {
    struct pen *pen;
    const struct imc_bank *bank;
    int filter, left, top;
};

/* `above` is PLOT_TITLE, or PLOT_LEGEND where there is none. */
void plot_title(const struct plot_place *place, int above, const char *title);

/* Each tap a cell: red is positive, blue negative, and where numbers fit they are written. */
void plot_taps(const struct plot_place *place);
/* The gain over both frequencies: white is the largest. */
void plot_magnitude(const struct plot_place *place);
/* The gain over the frequency: mean over directions, least and largest. */
void plot_profile(const struct plot_place *place);
/* Responses to a point, and to a step, along rows and along columns. */
enum imc_status plot_impulse(const struct plot_place *place, struct imc_error *error);
enum imc_status plot_step(const struct plot_place *place, struct imc_error *error);
/* The figures of the analysis as a table. */
void plot_figures(const struct plot_place *place, const struct imc_analysis *analysis, const struct imc_bank *kernels);

/* A number with `digits` digits that count. */
enum { PLOT_NUMBER_MAX = 32 };
const char *plot_number(char out[PLOT_NUMBER_MAX], double value, int digits);

#endif
