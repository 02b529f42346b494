/* plot_history.c: how a training went: loss on the left, accuracy on the right. */
#include <imgconv/plot.h>

#include "report/axes.h"
#include "report/tint.h"

#include <math.h>
#include <stddef.h>

/* A panel's inner part, and what lies around it. */
enum { WIDE = 360, HIGH = 240, LEFT = 52, RIGHT = 20, TOP = 44, BOTTOM = 40 };

static double epoch_value(const struct imc_epoch *epoch, size_t member, double factor)
{
    return factor * *(const double *)((const char *)epoch + member);
}

/* One of the two panels. */
struct panel {
    const struct imc_epoch *history;
    int epochs;
    const char *title;
    size_t training, validation; /* members of struct imc_epoch */
    double factor;
    double floor, ceiling; /* bounds of what is shown; NAN: as the values have it */
    struct axes axes;
};

static void find_axes(struct panel *panel)
{
    double lo = INFINITY, hi = -INFINITY;
    for (int e = 0; e < panel->epochs; e++)
        for (int curve = 0; curve < 2; curve++) {
            double value = epoch_value(&panel->history[e], curve ? panel->validation : panel->training, panel->factor);
            if (!isfinite(value))
                continue;
            lo = fmin(lo, value);
            hi = fmax(hi, value);
        }
    if (lo > hi)
        lo = hi = 0;
    panel->axes.y = axis_make(isnan(panel->floor) ? lo : panel->floor, hi, 1e-6);
    panel->axes.y.hi = fmin(panel->axes.y.hi, isnan(panel->ceiling) ? INFINITY : panel->ceiling);
    if (panel->axes.y.hi <= panel->axes.y.lo) /* all at the ceiling */
        panel->axes.y.lo = panel->axes.y.hi - panel->axes.y.step;
    panel->axes.x = axis_make(1, panel->epochs, 1);
    panel->axes.x.lo = panel->epochs > 1 ? 1 : 0;
    panel->axes.x.hi = panel->epochs > 1 ? panel->epochs : 2;
}

static void draw_axes(struct pen *pen, const struct panel *panel)
{
    axes_grid(pen, &panel->axes);
    for (int epoch = 1; epoch <= panel->epochs; epoch++)
        if (epoch == 1 || epoch % (int)panel->axes.x.step == 0)
            axes_tick(pen, &panel->axes, epoch);
    axes_frame(pen, &panel->axes, "epoch");
    pen_text(pen, panel->axes.left, 16, PEN_LEFT, CANVAS_INK, panel->title);
}

/* What is not a number leaves a gap; says whether anything was drawn. */
static bool draw_curve(struct pen *pen, const struct panel *panel, size_t member, uint32_t colour)
{
    bool any = false, joined = false;
    double from_x = 0, from_y = 0;
    for (int e = 0; e < panel->epochs; e++) {
        double value = epoch_value(&panel->history[e], member, panel->factor);
        double x = axes_x(&panel->axes, e + 1), y = axes_y(&panel->axes, value);
        if (isfinite(value)) {
            if (joined)
                pen_stroke(pen, from_x, from_y, x, y, 1.8, colour);
            if (panel->epochs <= 50)
                pen_dot(pen, x, y, 2.5, colour);
            any = true;
        }
        joined = isfinite(value);
        from_x = x;
        from_y = y;
    }
    return any;
}

static void draw_panel(struct pen *pen, struct panel *panel)
{
    find_axes(panel);
    draw_axes(pen, panel);
    if (draw_curve(pen, panel, panel->training, TINT_BLUE))
        axes_legend(pen, panel->axes.left, 32, TINT_BLUE, "training");
    if (draw_curve(pen, panel, panel->validation, TINT_ORANGE))
        axes_legend(pen, panel->axes.left + 100, 32, TINT_ORANGE, "validation");
}

enum imc_status imc_plot_history(const struct imc_epoch *history, int epochs, const char *output, struct imc_error *error)
{
    struct panel loss = {.history = history,
                         .epochs = epochs,
                         .title = "loss",
                         .training = offsetof(struct imc_epoch, loss),
                         .validation = offsetof(struct imc_epoch, validation_loss),
                         .factor = 1,
                         .floor = 0,
                         .ceiling = NAN,
                         .axes = {.left = LEFT, .top = TOP, .wide = WIDE, .high = HIGH}};
    struct panel accuracy = {.history = history,
                             .epochs = epochs,
                             .title = "accuracy, %",
                             .training = offsetof(struct imc_epoch, accuracy),
                             .validation = offsetof(struct imc_epoch, validation_accuracy),
                             .factor = 100,
                             .floor = NAN,
                             .ceiling = 100,
                             .axes = {.left = LEFT + WIDE + RIGHT + LEFT, .top = TOP, .wide = WIDE, .high = HIGH}};
    struct pen pen;
    enum imc_status status = pen_open(&pen, accuracy.axes.left + WIDE + RIGHT, TOP + HIGH + BOTTOM, output, error);
    if (status)
        return status;
    draw_panel(&pen, &loss);
    draw_panel(&pen, &accuracy);
    return pen_close(&pen, output, IMC_OK, error);
}
