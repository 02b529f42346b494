/* compare_print.c: two tables, the taps' and the picture's, and the verdict below them. */
#include "cli/compare_print.h"
#include "cli/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LEAST = 8, WEIGHTS_SHOWN = 3 };

static const char *kernel_name(const struct imc_comparison *c, int kernel)
{
    return c->kernels->names[kernel];
}

/* Columns of the names of filters and of their matches. */
struct widths {
    int filter, match;
};

static struct widths widths_of(const struct imc_comparison *c)
{
    struct widths w = {NAME_LEAST, NAME_LEAST};
    for (int i = 0; i < c->count; i++) {
        const struct imc_compared *f = &c->filters[i];
        int filter = (int)strlen(f->name), match = (int)strlen(kernel_name(c, f->match));
        w.filter = filter > w.filter ? filter : w.filter;
        w.match = match > w.match ? match : w.match;
    }
    return w;
}

/* Right-aligned; a dash where there is no figure. */
static void print_figure(int width, const char *format, double value)
{
    char text[40] = "-";
    if (!isnan(value))
        snprintf(text, sizeof text, format, value);
    printf("%*s", width, text);
}

static void print_weights(const struct imc_comparison *c, const struct imc_compared *f)
{
    char text[60] = "";
    for (int i = 0; i < c->channels && c->channels <= WEIGHTS_SHOWN; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.3f", i ? "," : "", f->weights[i]);
    printf(c->channels == 1 ? "%9s" : c->channels <= WEIGHTS_SHOWN ? "%22s" : "%s", text);
}

static void print_taps(const struct imc_comparison *c, const struct widths *w)
{
    const char *weights = c->channels == 1 ? "   weight" : c->channels <= WEIGHTS_SHOWN ? "               weights" : "";
    printf("%-*s  %-*s score  %s     mean  edge  line  mean  1st  angle  resid  left  best two\n", w->filter, "filter", w->match,
           "nearest", weights);
    for (int i = 0; i < c->count; i++) {
        const struct imc_compared *f = &c->filters[i];
        printf("%-*s  %-*s %.3f%c ", w->filter, f->name, w->match, kernel_name(c, f->match), f->score, f->above_chance ? '*' : ' ');
        print_weights(c, f);
        printf("%9.4f %4.0f%% %4.0f%% %4.0f%% %3.0f%%", f->mean_tap, 100 * f->edge, 100 * f->line, 100 * f->average,
               100 * f->order[1]);
        print_figure(7, "%.0f", f->order[1] < 0.005 ? NAN : f->angle);
        print_figure(7, "%.3f", f->residual);
        printf("%6.2f  %s + %s\n", f->pair_residual, kernel_name(c, f->pair[0]), kernel_name(c, f->pair[1]));
    }
}

static void print_picture(const struct imc_comparison *c, const struct widths *w)
{
    printf("\non %s, %d x %d pixels", c->input, c->width, c->height);
    if (c->width != c->file_width || c->height != c->file_height)
        printf(" (made smaller from %d x %d)", c->file_width, c->file_height);
    printf("\n%-*s  %-*s mean |r|  max |r|  correlation  precision  recall  edge F\n", w->filter, "filter", w->match, "nearest");
    for (int i = 0; i < c->count; i++) {
        const struct imc_compared *f = &c->filters[i];
        printf("%-*s  %-*s %8.4f %8.4f", w->filter, f->name, w->match, kernel_name(c, f->match), f->mean_response,
               f->largest_response);
        print_figure(13, "%.3f", f->correlation);
        printf("%11.3f%8.3f%8.3f\n", f->precision, f->recall, f->edge_f);
    }
}

void compare_print(const struct imc_comparison *c, const char *title)
{
    struct widths widths = widths_of(c);
    printf("%s: %d filter%s of %dx%d", title, c->count, c->count == 1 ? "" : "s", c->kh, c->kw);
    if (c->channels > 1)
        printf(" on %d channels", c->channels);
    printf("; %d hand-made kernels of that size span %d of %d dimensions\n", c->kernels->filters, c->span, c->kh * c->kw);
    printf("chance: %d random filters score %.3f in the median, 95 %% of them at most %.3f; * is above that\n\n", c->random_count,
           c->chance_median, c->chance_95);
    print_taps(c, &widths);
    if (c->input)
        print_picture(c, &widths);
    putchar('\n');
    for (int i = 0; i < c->verdicts; i++)
        puts(c->verdict[i]);
}

static void print_filter_json(struct json *json, const struct imc_comparison *c, const struct imc_compared *f)
{
    json_object(json, NULL);
    json_string(json, "name", f->name);
    json_string(json, "match", kernel_name(c, f->match));
    json_double(json, "score", f->score);
    json_bool(json, "above_chance", f->above_chance);
    json_array(json, "weights");
    for (int i = 0; i < c->channels; i++)
        json_double(json, NULL, f->weights[i]);
    json_close(json);
    json_double(json, "mean_tap", f->mean_tap);
    json_double(json, "edge", f->edge);
    json_double(json, "line", f->line);
    json_double(json, "average", f->average);
    json_array(json, "order");
    for (int i = 0; i < IMC_COMPARE_ORDERS; i++)
        json_double(json, NULL, f->order[i]);
    json_close(json);
    json_double(json, "angle", f->angle);
    json_double(json, "residual", f->residual);
    json_array(json, "pair");
    json_string(json, NULL, kernel_name(c, f->pair[0]));
    json_string(json, NULL, kernel_name(c, f->pair[1]));
    json_close(json);
    json_double(json, "pair_residual", f->pair_residual);
    if (c->input) {
        json_double(json, "mean_response", f->mean_response);
        json_double(json, "largest_response", f->largest_response);
        json_double(json, "correlation", f->correlation);
        json_double(json, "precision", f->precision);
        json_double(json, "recall", f->recall);
        json_double(json, "edge_f", f->edge_f);
    }
    json_close(json);
}

void compare_print_json(const struct imc_comparison *c, const char *title)
{
    struct json json;
    json_begin(&json, stdout);
    json_string(&json, "filters_of", title);
    json_int(&json, "channels", c->channels);
    json_int(&json, "rows", c->kh);
    json_int(&json, "columns", c->kw);
    json_int(&json, "span", c->span);
    json_int(&json, "random_filters", c->random_count);
    json_double(&json, "chance_median", c->chance_median);
    json_double(&json, "chance_95", c->chance_95);
    json_double(&json, "chance_pair", c->chance_pair);
    json_double(&json, "chance_derivatives", c->chance_derivatives);
    json_string(&json, "picture", c->input);
    if (c->input) {
        json_int(&json, "width", c->width);
        json_int(&json, "height", c->height);
    }
    json_array(&json, "kernels");
    for (int i = 0; i < c->kernels->filters; i++)
        json_string(&json, NULL, kernel_name(c, i));
    json_close(&json);
    json_array(&json, "filters");
    for (int i = 0; i < c->count; i++)
        print_filter_json(&json, c, &c->filters[i]);
    json_close(&json);
    json_array(&json, "verdict");
    for (int i = 0; i < c->verdicts; i++)
        json_string(&json, NULL, c->verdict[i]);
    json_close(&json);
    json_end(&json);
}
