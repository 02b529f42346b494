/* verdict.c: every sentence follows from the figures by a rule that stands here, and tells what chance would have given. */
#include "compare/verdict.h"

#include "compare/chance.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double RARE = 0.05; /* what is less likely is not called luck */
enum { DIRECTIONS = 4 };
static const char *const answers[DIRECTIONS] = {"vertical", "/", "horizontal", "\\"};

static void say(struct imc_comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct imc_comparison *c, const char *format, ...)
{
    va_list arguments;
    if (c->verdicts == IMC_VERDICTS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(c->verdict[c->verdicts++], sizeof c->verdict[0], format, arguments);
    va_end(arguments);
}

static void say_chance(struct imc_comparison *c)
{
    int above = 0;
    for (int f = 0; f < c->count; f++)
        above += c->filters[f].above_chance;
    double luck = chance_of_so_many(c->count, above, 0.05), expected = 0.05 * c->count;
    if (c->among_themselves)
        say(c, "%d of %d kernels are nearer to another one than 19 of 20 random filters are to the nearest.", above, c->count);
    else if (luck > RARE)
        say(c,
            "%d of %d filters score above the 95th percentile of random ones (%.3f); %.1f would by chance, and so many or more "
            "have a probability of %.2f: by its likeness to hand-made kernels the bank cannot be told from random taps.",
            above, c->count, c->chance_95, expected, luck);
    else if (above < c->count)
        say(c,
            "%d of %d filters score above the 95th percentile of random ones (%.3f), where chance would give %.1f: so many or "
            "more have a probability of %.1g by luck. The other %d are not nearer to a hand-made kernel than random taps may be.",
            above, c->count, c->chance_95, expected, luck, c->count - above);
    else
        say(c,
            "All %d filters score above the 95th percentile of random ones (%.3f), where chance would give %.1f: that has a "
            "probability of %.1g by luck.",
            above, c->chance_95, expected, luck);
}

/* Random taps have shares as the numbers of masks: of n taps n/2 are edges, one is the average. */
static void say_energy(struct imc_comparison *c)
{
    double edge = 0, line = 0, average = 0, taps = c->kh * c->kw, odd = floor(taps / 2);
    for (int f = 0; f < c->count; f++) {
        edge += c->filters[f].edge / c->count;
        line += c->filters[f].line / c->count;
        average += c->filters[f].average / c->count;
    }
    say(c,
        "Energy, in the mean over the filters: %.0f %% edge, %.0f %% line, %.0f %% average; random taps have %.0f, %.0f and "
        "%.0f %%.",
        100 * edge, 100 * line, 100 * average, 100 * odd / taps, 100 * (taps - odd - 1) / taps, 100 / taps);
}

static void say_directions(struct imc_comparison *c)
{
    int found[DIRECTIONS] = {0}, all = 0;
    double expected = c->chance_derivatives * c->count;
    char covered[160] = "", missing[80] = "";
    for (int f = 0; f < c->count; f++)
        if (c->filters[f].order[1] > IMC_COMPARE_DERIVATIVE) {
            found[(int)floor(c->filters[f].angle / 45 + 0.5) % DIRECTIONS]++;
            all++;
        }
    if (!all) {
        say(c,
            "No filter has more than half of its energy in a first derivative, where chance would give %.1f: the bank covers no "
            "direction of edges.",
            expected);
        return;
    }
    for (int d = 0; d < DIRECTIONS; d++) {
        char *to = found[d] ? covered : missing, part[40];
        snprintf(part, sizeof part, found[d] ? "%s%d to %s edges" : "%s%.0d%s", *to ? ", " : "", found[d], answers[d]);
        strncat(to, part, (found[d] ? sizeof covered : sizeof missing) - strlen(to) - 1);
    }
    say(c, "%d of %d filters are first derivatives (more than half of their energy), where chance would give %.1f: %s.%s%s%s", all,
        c->count, expected, covered, *missing ? " Directions that none covers: " : "", missing, *missing ? "." : "");
}

static void say_span(struct imc_comparison *c)
{
    double pair = 0, all = 0;
    if (c->among_themselves)
        return;
    for (int f = 0; f < c->count; f++) {
        pair += c->filters[f].pair_residual / c->count;
        all += c->filters[f].residual / c->count;
    }
    if (c->span == c->kh * c->kw)
        say(c,
            "The hand-made kernels span every %dx%d filter, so that a residual of 0 against all of them says nothing; the best "
            "two leave %.2f of a filter's length in the mean, of a random one's %.2f.",
            c->kh, c->kw, pair, c->chance_pair);
    else
        say(c,
            "The hand-made kernels span %d of %d dimensions: all of them together leave %.2f of a filter's length in the mean, of "
            "a "
            "random one's %.2f; the best two %.2f, of a random one's %.2f.",
            c->span, c->kh * c->kw, all, sqrt(1 - (double)c->span / (c->kh * c->kw)), pair, c->chance_pair);
}

static void say_picture(struct imc_comparison *c)
{
    int best = 0;
    double correlation = 0;
    if (!c->input)
        return;
    for (int f = 0; f < c->count; f++) {
        best = c->filters[f].edge_f > c->filters[best].edge_f ? f : best;
        correlation += isnan(c->filters[f].correlation) ? 0 : fabs(c->filters[f].correlation) / c->count;
    }
    say(c,
        "On the picture responses and those of their matches have a mean |correlation| of %.2f; the best single finder of "
        "Sobel's edges is %.60s, F %.2f.",
        correlation, c->filters[best].name, c->filters[best].edge_f);
}

void verdict_write(struct imc_comparison *comparison)
{
    comparison->verdicts = 0;
    say_chance(comparison);
    say_energy(comparison);
    say_directions(comparison);
    say_span(comparison);
    say_picture(comparison);
}
