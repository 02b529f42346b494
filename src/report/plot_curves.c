/* plot_curves.c: a kernel as curves: gain over frequency, and what it makes of a point and of a step. */
#include "base/fail.h"
#include "base/memory.h"
#include "report/axes.h"
#include "report/plot_kernel.h"
#include "report/tint.h"

#include <math.h>

enum { DOTS_MOST = 40, LEGEND_SECOND = 110 };

static struct axes axes_of(const struct plot_place *place)
{
    return (struct axes){.left = place->left, .top = place->top, .wide = PLOT_WIDE, .high = PLOT_HIGH};
}

/* ---- gain over frequency ---- */

void plot_profile(const struct plot_place *place)
{
    struct axes axes = axes_of(place);
    struct imc_gain_range range[PLOT_WIDE + 1];
    double most = 0;
    for (int i = 0; i <= PLOT_WIDE; i++) {
        range[i] = imc_bank_gain_range(place->bank, place->filter, 0.5 * i / PLOT_WIDE);
        most = fmax(most, range[i].most);
    }
    axes.x = (struct axis){0, 0.5, 0.1};
    axes.y = axis_make(0, most > 0 ? most : 1, most > 0 ? most / 10 : 0.1);
    plot_title(place, PLOT_TITLE, "gain over frequency");
    for (int i = 0; i < PLOT_WIDE; i++) {
        int top = (int)floor(axes_y(&axes, range[i].most)), bottom = (int)ceil(axes_y(&axes, range[i].least));
        pen_box(place->pen, place->left + i, top, 1, bottom - top, tint(TINT_BLUE, 0.2));
    }
    axes_grid(place->pen, &axes);
    axes_ticks(place->pen, &axes);
    axes_frame(place->pen, &axes, "cycles per pixel");
    for (int i = 1; i <= PLOT_WIDE; i++)
        pen_stroke(place->pen, place->left + i - 1, axes_y(&axes, range[i - 1].mean), place->left + i, axes_y(&axes, range[i].mean),
                   1.8, TINT_BLUE);
    axes_legend(place->pen, place->left, place->top - PLOT_LEGEND, TINT_BLUE, "mean of directions; pale: all");
}

/* ---- points and steps ---- */

/* Values at whole pixels from `first` on. */
struct curve {
    double *value;
    int count, first;
};

static void find_axes(struct axes *axes, const struct curve curves[2])
{
    double lo = 0, hi = 0, first = INFINITY, last = -INFINITY;
    for (int c = 0; c < 2; c++) {
        first = fmin(first, curves[c].first);
        last = fmax(last, curves[c].first + curves[c].count - 1);
        for (int i = 0; i < curves[c].count; i++) {
            lo = fmin(lo, curves[c].value[i]);
            hi = fmax(hi, curves[c].value[i]);
        }
    }
    hi = hi > lo ? hi : 1;
    axes->x = (struct axis){first, last, axis_make(first, last, 1).step};
    axes->y = axis_make(lo, hi, (hi - lo) / 10);
}

static void draw_curve(struct pen *pen, const struct axes *axes, const struct curve *curve, double width, uint32_t colour)
{
    double from_x = 0, from_y = 0;
    for (int i = 0; i < curve->count; i++) {
        double x = axes_x(axes, curve->first + i), y = axes_y(axes, curve->value[i]);
        if (i > 0)
            pen_stroke(pen, from_x, from_y, x, y, width, colour);
        if (axes->x.hi - axes->x.lo <= DOTS_MOST)
            pen_dot(pen, x, y, 1.2 + width * 0.65, colour);
        from_x = x;
        from_y = y;
    }
}

/* The second thinner on the first: they may be the same. */
static void draw_curves(const struct plot_place *place, const struct curve curves[2], const char *label)
{
    struct axes axes = axes_of(place);
    find_axes(&axes, curves);
    axes_grid(place->pen, &axes);
    axes_ticks(place->pen, &axes);
    axes_frame(place->pen, &axes, label);
    draw_curve(place->pen, &axes, &curves[0], 3, TINT_BLUE);
    draw_curve(place->pen, &axes, &curves[1], 1.4, TINT_ORANGE);
    axes_legend(place->pen, place->left, place->top - PLOT_LEGEND, TINT_BLUE, "along x");
    axes_legend(place->pen, place->left + LEGEND_SECOND, place->top - PLOT_LEGEND, TINT_ORANGE, "along y");
}

/* Room for a picture's responses and two curves of theirs, with a pixel more at each end. */
static double *make_room(const struct imc_bank *bank, struct curve curves[2], struct imc_error *error)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw, along = (size_t)bank->kw + 3, down = (size_t)bank->kh + 3;
    double *room = mem_zalloc(plane + along + down, sizeof *room);
    if (!room) {
        fail_memory(error, "a plot");
        return NULL;
    }
    curves[0].value = room + plane;
    curves[1].value = room + plane + along;
    return room;
}

enum imc_status plot_impulse(const struct plot_place *place, struct imc_error *error)
{
    const struct imc_bank *bank = place->bank;
    int row = bank->kh - 1 - bank->anchor_y, column = bank->kw - 1 - bank->anchor_x;
    struct curve curves[2] = {{NULL, bank->kw + 2, -column - 1}, {NULL, bank->kh + 2, -row - 1}};
    double *response = make_room(bank, curves, error);
    if (!response)
        return IMC_ERR_MEMORY;
    imc_bank_impulse_response(bank, place->filter, response);
    for (int x = 0; x < bank->kw; x++)
        curves[0].value[x + 1] = response[row * bank->kw + x];
    for (int y = 0; y < bank->kh; y++)
        curves[1].value[y + 1] = response[y * bank->kw + column];
    plot_title(place, PLOT_TITLE, "impulse response, through the point");
    draw_curves(place, curves, "pixels from the point");
    mem_free(response);
    return IMC_OK;
}

enum imc_status plot_step(const struct plot_place *place, struct imc_error *error)
{
    const struct imc_bank *bank = place->bank;
    struct curve curves[2] = {{NULL, bank->kw + 3, bank->anchor_x - bank->kw - 1},
                              {NULL, bank->kh + 3, bank->anchor_y - bank->kh - 1}};
    double *room = make_room(bank, curves, error);
    if (!room)
        return IMC_ERR_MEMORY;
    imc_bank_step_response(bank, place->filter, false, curves[0].value + 1);
    imc_bank_step_response(bank, place->filter, true, curves[1].value + 1);
    curves[0].value[bank->kw + 2] = curves[0].value[bank->kw + 1];
    curves[1].value[bank->kh + 2] = curves[1].value[bank->kh + 1];
    plot_title(place, PLOT_TITLE, "step response");
    draw_curves(place, curves, "pixels behind the step");
    mem_free(room);
    return IMC_OK;
}
