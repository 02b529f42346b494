/* plot_history.c: how a training went: loss on the left, accuracy on the right. */
#include <imgconv/plot.h>

#include "base/textnum.h"
#include "report/pen.h"

#include <math.h>
#include <stddef.h>

/* A panel's inner part, and what lies around it. */
enum { WIDE = 360, HIGH = 240, LEFT = 52, RIGHT = 20, TOP = 44, BOTTOM = 40, TICKS = 6 };
enum { GRID = 0xE4E4E4, BLUE = 0x1F5FAF, ORANGE = 0xD96A0B };

/* From `lo` to `hi` by whole multiples of `step`, a 1, 2 or 5 of some decade. */
struct axis {
    double lo, hi, step;
};

/* Bounds are rounded outwards to multiples of the step. */
static struct axis make_axis(double lo, double hi, double least_step)
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
    int left;
    struct axis x, y;
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
    panel->y = make_axis(isnan(panel->floor) ? lo : panel->floor, hi, 1e-6);
    panel->y.hi = fmin(panel->y.hi, isnan(panel->ceiling) ? INFINITY : panel->ceiling);
    if (panel->y.hi <= panel->y.lo) /* all at the ceiling */
        panel->y.lo = panel->y.hi - panel->y.step;
    panel->x = make_axis(1, panel->epochs, 1);
    panel->x.lo = panel->epochs > 1 ? 1 : 0;
    panel->x.hi = panel->epochs > 1 ? panel->epochs : 2;
}

static double place_x(const struct panel *panel, double epoch)
{
    return panel->left + (epoch - panel->x.lo) / (panel->x.hi - panel->x.lo) * WIDE;
}

static double place_y(const struct panel *panel, double value)
{
    return TOP + (panel->y.hi - value) / (panel->y.hi - panel->y.lo) * HIGH;
}

static void draw_axes(struct pen *pen, const struct panel *panel)
{
    char text[32];
    for (int i = 0; panel->y.lo + i * panel->y.step <= panel->y.hi + panel->y.step * 1e-6; i++) {
        double tick = panel->y.lo + i * panel->y.step, y = place_y(panel, tick);
        text_from_float(text, sizeof text, (float)(round(tick / panel->y.step) * panel->y.step));
        pen_stroke(pen, panel->left, y, panel->left + WIDE, y, 1, GRID);
        pen_text(pen, panel->left - 6, y + PEN_CAPITALS / 2.0, PEN_RIGHT, CANVAS_INK, text);
    }
    for (int epoch = 1; epoch <= panel->epochs; epoch++) {
        if (epoch > 1 && epoch % (int)panel->x.step != 0)
            continue;
        text_from_float(text, sizeof text, (float)epoch);
        pen_stroke(pen, place_x(panel, epoch), TOP + HIGH, place_x(panel, epoch), TOP + HIGH + 4, 1, CANVAS_INK);
        pen_text(pen, place_x(panel, epoch), TOP + HIGH + 16, PEN_MIDDLE, CANVAS_INK, text);
    }
    pen_stroke(pen, panel->left, TOP, panel->left, TOP + HIGH, 1, CANVAS_INK);
    pen_stroke(pen, panel->left, TOP + HIGH, panel->left + WIDE, TOP + HIGH, 1, CANVAS_INK);
    pen_text(pen, panel->left + WIDE / 2.0, TOP + HIGH + 32, PEN_MIDDLE, CANVAS_FAINT, "epoch");
    pen_text(pen, panel->left, 16, PEN_LEFT, CANVAS_INK, panel->title);
}

/* What is not a number leaves a gap; says whether anything was drawn. */
static bool draw_curve(struct pen *pen, const struct panel *panel, size_t member, uint32_t colour)
{
    bool any = false, joined = false;
    double from_x = 0, from_y = 0;
    for (int e = 0; e < panel->epochs; e++) {
        double value = epoch_value(&panel->history[e], member, panel->factor);
        double x = place_x(panel, e + 1), y = place_y(panel, value);
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

static void draw_legend(struct pen *pen, int x, uint32_t colour, const char *text)
{
    pen_stroke(pen, x, 29, x + 20, 29, 1.8, colour);
    pen_dot(pen, x + 10, 29, 2.5, colour);
    pen_text(pen, x + 26, 32, PEN_LEFT, CANVAS_INK, text);
}

static void draw_panel(struct pen *pen, struct panel *panel)
{
    find_axes(panel);
    draw_axes(pen, panel);
    if (draw_curve(pen, panel, panel->training, BLUE))
        draw_legend(pen, panel->left, BLUE, "training");
    if (draw_curve(pen, panel, panel->validation, ORANGE))
        draw_legend(pen, panel->left + 100, ORANGE, "validation");
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
                         .left = LEFT};
    struct panel accuracy = {.history = history,
                             .epochs = epochs,
                             .title = "accuracy, %",
                             .training = offsetof(struct imc_epoch, accuracy),
                             .validation = offsetof(struct imc_epoch, validation_accuracy),
                             .factor = 100,
                             .floor = NAN,
                             .ceiling = 100,
                             .left = LEFT + WIDE + RIGHT + LEFT};
    struct pen pen;
    enum imc_status status = pen_open(&pen, accuracy.left + WIDE + RIGHT, TOP + HIGH + BOTTOM, output, error);
    if (status)
        return status;
    draw_panel(&pen, &loss);
    draw_panel(&pen, &accuracy);
    return pen_close(&pen, output, IMC_OK, error);
}
