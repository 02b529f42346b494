/* report_filter.c: what a report tells of each filter, and of each hand-made kernel that is nearest to one. */
#include "report/report_state.h"
#include "report/shade.h"
#include "report/spectrum.h"
#include "report/tapcells.h"

#include <math.h>

static const struct imc_compared *filter_of(const struct page_scope *scope)
{
    return &report_of(scope)->c->filters[scope->at];
}

/* Place of the kernel whose scope this is. */
static int kernel_of(const struct page_scope *scope)
{
    return report_of(scope)->kernel[scope->at];
}

static const float *taps_of(const struct imc_comparison *c, int filter)
{
    return c->bank->weights + (size_t)filter * (size_t)c->channels * (size_t)c->kh * (size_t)c->kw;
}

static const float *kernel_taps(const struct imc_comparison *c, int kernel)
{
    return c->kernels->weights + (size_t)kernel * (size_t)c->kh * (size_t)c->kw;
}

/* A figure, or a dash where there is none. */
static void write_figure(struct page *page, const char *format, double value)
{
    if (isnan(value))
        page_text(page, "\xE2\x80\x93");
    else
        page_format(page, format, value);
}

#define FIGURE(name, format, value)                                                                                                \
    static void write_##name(const struct page_scope *scope, struct page *page)                                                    \
    {                                                                                                                              \
        const struct imc_compared *f = filter_of(scope);                                                                           \
        write_figure(page, format, value);                                                                                         \
    }

FIGURE(score, "%.3f", f->score)
FIGURE(mean, "%.4f", f->mean_tap)
FIGURE(edge, "%.1f", 100 * f->edge)
FIGURE(line, "%.1f", 100 * f->line)
FIGURE(average, "%.1f", 100 * f->average)
FIGURE(first, "%.1f", 100 * f->order[1])
FIGURE(angle, "%.0f\xC2\xB0", f->order[1] < 0.005 ? NAN : f->angle)
FIGURE(residual, "%.3f", f->residual)
FIGURE(pair_residual, "%.3f", f->pair_residual)
FIGURE(correlation, "%.3f", f->correlation)
FIGURE(precision, "%.3f", f->precision)
FIGURE(recall, "%.3f", f->recall)
FIGURE(edge_f, "%.3f", f->edge_f)
FIGURE(mean_response, "%.4f", f->mean_response)
FIGURE(largest_response, "%.3f", f->largest_response)

static void write_number(const struct page_scope *scope, struct page *page)
{
    page_format(page, "%d", scope->at);
}

static void write_name(const struct page_scope *scope, struct page *page)
{
    page_text(page, filter_of(scope)->name);
}

static void write_match(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->c->kernels->names[filter_of(scope)->match]);
}

static void write_pair(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    const struct imc_compared *f = filter_of(scope);
    page_format(page, "%s + %s", c->kernels->names[f->pair[0]], c->kernels->names[f->pair[1]]);
}

/* The number of its match among the kernels that are shown. */
static void write_match_number(const struct page_scope *scope, struct page *page)
{
    const struct report *report = report_of(scope);
    int number = 0;
    while (report->kernel[number] != filter_of(scope)->match)
        number++;
    page_format(page, "%d", number);
}

static void write_weights(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    for (int i = 0; i < c->channels && i < 3; i++)
        page_format(page, "%s%.3f", i ? ", " : "", filter_of(scope)->weights[i]);
    page_text(page, c->channels > 3 ? " ..." : "");
}

static bool enter_above(const struct page_scope *scope, struct page_scope *inner)
{
    return once(filter_of(scope)->above_chance, inner);
}

/* ---- pictures ---- */

/* Taps as a picture of a pixel each, which the page magnifies. Filters on other than 1 or 3 channels show their first. */
static void draw_cells(const struct report *report, struct page *page, const float *taps, int channels)
{
    struct imc_error error = {0};
    struct canvas canvas = {0};
    const struct imc_comparison *c = report->c;
    enum imc_status status = canvas_create(c->kw, c->kh, 0, &canvas, &error);
    channels = channels == 3 ? 3 : 1;
    if (status) {
        page_fail(page, status, &error);
        return;
    }
    tap_cells_draw(&canvas, taps, channels, c->kh, c->kw, 1, 0, 0, tap_largest(taps, (size_t)(channels * c->kh * c->kw)));
    figure_bytes(page, &report->figures, canvas.pixels, c->kw, c->kh, 3);
    canvas_free(&canvas);
}

static void write_cells(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    draw_cells(report_of(scope), page, taps_of(c, scope->at), c->channels);
}

static void write_match_cells(const struct page_scope *scope, struct page *page)
{
    draw_cells(report_of(scope), page, kernel_taps(report_of(scope)->c, filter_of(scope)->match), 1);
}

static void write_kernel_cells(const struct page_scope *scope, struct page *page)
{
    draw_cells(report_of(scope), page, kernel_taps(report_of(scope)->c, kernel_of(scope)), 1);
}

static void draw_spectrum(const struct report *report, struct page *page, const float *taps, int channels)
{
    unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE];
    spectrum_draw(taps, channels, report->c->kh, report->c->kw, gray);
    figure_bytes(page, &report->figures, gray, SPECTRUM_SIDE, SPECTRUM_SIDE, 1);
}

static void write_spectrum(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    draw_spectrum(report_of(scope), page, taps_of(c, scope->at), c->channels);
}

static void write_kernel_spectrum(const struct page_scope *scope, struct page *page)
{
    draw_spectrum(report_of(scope), page, kernel_taps(report_of(scope)->c, kernel_of(scope)), 1);
}

static void draw_response(const struct report *report, struct page *page, int filter, bool match)
{
    const struct imc_comparison *c = report->c;
    struct imc_error error = {0};
    enum imc_status status = imc_comparison_respond(c, filter, match, report->response, &error);
    if (status) {
        page_fail(page, status, &error);
        return;
    }
    shade_response(report->response, (size_t)c->width * (size_t)c->height, report->gray);
    figure_bytes(page, &report->figures, report->gray, c->width, c->height, 1);
}

static void write_response(const struct page_scope *scope, struct page *page)
{
    draw_response(report_of(scope), page, scope->at, false);
}

/* The first filter to which a kernel is nearest: its weights of the channels are those of the response that is shown. */
static int first_user(const struct page_scope *scope)
{
    const struct imc_comparison *c = report_of(scope)->c;
    int filter = 0;
    while (c->filters[filter].match != kernel_of(scope))
        filter++;
    return filter;
}

static void write_kernel_response(const struct page_scope *scope, struct page *page)
{
    draw_response(report_of(scope), page, first_user(scope), true);
}

/* ---- taps as numbers: {{#rows}}{{#taps}}{{tap}} ---- */

static void write_tap(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    int column = scope->at, row = scope->outer->at, filter = scope->outer->outer->at;
    page_format(page, "%.3f", (double)taps_of(c, filter)[row * c->kw + column]);
}

static const struct page_item tap_items[] = {{"tap", write_tap, NULL}, {0}};

static bool enter_taps(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = tap_items;
    return inner->at < report_of(scope)->c->kw;
}

static const struct page_item row_items[] = {{"taps", NULL, enter_taps}, {0}};

static bool enter_rows(const struct page_scope *scope, struct page_scope *inner)
{
    const struct imc_comparison *c = report_of(scope)->c;
    inner->items = row_items;
    return c->channels == 1 && c->kw <= ROWS_SHOWN && inner->at < c->kh;
}

const struct page_item report_filter_items[] = {{"number", write_number, NULL},
                                                {"name", write_name, NULL},
                                                {"match", write_match, NULL},
                                                {"match_number", write_match_number, NULL},
                                                {"score", write_score, NULL},
                                                {"above", NULL, enter_above},
                                                {"weights", write_weights, NULL},
                                                {"mean", write_mean, NULL},
                                                {"edge", write_edge, NULL},
                                                {"line", write_line, NULL},
                                                {"average", write_average, NULL},
                                                {"first", write_first, NULL},
                                                {"angle", write_angle, NULL},
                                                {"residual", write_residual, NULL},
                                                {"pair", write_pair, NULL},
                                                {"pair_residual", write_pair_residual, NULL},
                                                {"mean_response", write_mean_response, NULL},
                                                {"largest_response", write_largest_response, NULL},
                                                {"correlation", write_correlation, NULL},
                                                {"precision", write_precision, NULL},
                                                {"recall", write_recall, NULL},
                                                {"edge_f", write_edge_f, NULL},
                                                {"cells", write_cells, NULL},
                                                {"match_cells", write_match_cells, NULL},
                                                {"spectrum", write_spectrum, NULL},
                                                {"response", write_response, NULL},
                                                {"rows", NULL, enter_rows},
                                                {0}};

/* ---- hand-made kernels ---- */

static void write_kernel_name(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->c->kernels->names[kernel_of(scope)]);
}

/* Names of the filters it is nearest to. */
static void write_users(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = report_of(scope)->c;
    const char *comma = "";
    for (int f = 0; f < c->count; f++)
        if (c->filters[f].match == kernel_of(scope)) {
            page_format(page, "%s%s", comma, c->filters[f].name);
            comma = ", ";
        }
}

const struct page_item report_kernel_items[] = {{"number", write_number, NULL},
                                                {"name", write_kernel_name, NULL},
                                                {"users", write_users, NULL},
                                                {"cells", write_kernel_cells, NULL},
                                                {"spectrum", write_kernel_spectrum, NULL},
                                                {"response", write_kernel_response, NULL},
                                                {0}};
