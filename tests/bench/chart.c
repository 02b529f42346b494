/* chart.c: the ratios as bars on a logarithmic axis: a pair of bars for each cell, a line at 1, a tick where the target lies. */
#include "bench/report.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 190, PLOT = 620, TOP = 84, ROW = 26, BAR = 10, WIDTH = 900 };

static const char *const colours[2] = {"#4477aa", "#66aa88"};

/* Where a ratio lies: 1/16 at the left edge, 64 at the right one. */
static double place(double ratio)
{
    double log_ratio = fmin(fmax(log2(ratio), -4), 6);
    return LEFT + PLOT * (log_ratio + 4) / 10;
}

static void draw_axis(FILE *out, int bottom)
{
    for (int power = -4; power <= 6; power++) {
        double x = place(exp2(power));
        fprintf(out, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='%s' stroke-width='%d'/>\n", x, TOP - 6, x, bottom,
                power == 0 ? "#333333" : "#dddddd", power == 0 ? 2 : 1);
        fprintf(out, "<text x='%.1f' y='%d' text-anchor='middle'>", x, TOP - 12);
        fprintf(out, power < 0 ? "1/%.0f</text>\n" : "%.0f</text>\n", exp2(abs(power)));
    }
}

static void draw_bar(FILE *out, const struct result *result, int y)
{
    double one = place(1), end = place(result_ratio(result)), target = place(result_target(result));
    fprintf(out, "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s'/>\n", fmin(one, end), y, fmax(fabs(end - one), 1), BAR,
            colours[result->threads > 1]);
    fprintf(out, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#aa3322' stroke-width='2'/>\n", target, y, target, y + BAR);
    fprintf(out, "<text x='%.1f' y='%d' font-size='10'>%.1f%s</text>\n", fmax(fmax(one, end), target) + 5, y + BAR - 1,
            result_ratio(result), result_missed(result) ? " (missed)" : "");
}

static const struct result *find(const struct report *report, const struct cell *cell, int threads)
{
    for (int i = 0; i < report->count; i++)
        if (report->results[i].cell == cell && report->results[i].threads == threads)
            return &report->results[i];
    return NULL;
}

static void draw_cells(FILE *out, const struct report *report)
{
    int y = TOP;
    for (int c = 0; c < cell_count; c++) {
        const struct result *pair[2] = {find(report, &cells[c], 1), find(report, &cells[c], 2)};
        if (!pair[0] && !pair[1])
            continue;
        fprintf(out, "<text x='%d' y='%d' text-anchor='end'>%s</text>\n", LEFT - 10, y + 15, cells[c].name);
        for (int t = 0; t < 2; t++)
            if (pair[t])
                draw_bar(out, pair[t], y + t * (BAR + 1));
        y += ROW;
    }
}

static int rows_of(const struct report *report)
{
    int rows = 0;
    for (int c = 0; c < cell_count; c++)
        rows += find(report, &cells[c], 1) || find(report, &cells[c], 2);
    return rows;
}

void chart_svg(FILE *out, const struct report *report)
{
    int bottom = TOP + ROW * rows_of(report), height = bottom + 40;
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' font-family='sans-serif' "
            "font-size='12' fill='#222222'>\n<rect width='%d' height='%d' fill='#ffffff'/>\n",
            WIDTH, height, WIDTH, height, WIDTH, height);
    fprintf(out, "<text x='16' y='26' font-size='16'>How many times faster than OpenCV, %dx%d, in memory</text>\n", report->width,
            report->height);
    for (int t = 0; t < 2; t++) {
        fprintf(out, "<rect x='%d' y='38' width='12' height='12' fill='%s'/>\n", 16 + t * 170, colours[t]);
        fprintf(out, "<text x='%d' y='49'>%d thread%s, mean %.2f</text>\n", 34 + t * 170, t + 1, t ? "s" : "",
                report_mean(report, t + 1));
    }
    fprintf(out, "<line x1='360' y1='38' x2='360' y2='50' stroke='#aa3322' stroke-width='2'/><text x='368' y='49'>to be reached"
                 "</text>\n");
    draw_axis(out, bottom);
    draw_cells(out, report);
    fprintf(out, "<text x='%d' y='%d' text-anchor='middle'>OpenCV's time / imgconv's time (logarithmic)</text>\n</svg>\n",
            LEFT + PLOT / 2, bottom + 24);
}
