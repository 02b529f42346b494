/* notes.c: nothing is lost in silence: clipped values, a result too faint to see, alpha that the file cannot hold. */
#include "filter/notes.h"

#include "base/textnum.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static void add(struct imc_filter_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct imc_filter_report *report, const char *format, ...)
{
    if (report->notes == IMC_NOTES_MAX)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(report->note[report->notes++], sizeof report->note[0], format, args);
    va_end(args);
}

/* What one unit in the second digit of a number is worth. */
static double second_digit(double value)
{
    return pow(10, floor(log10(fabs(value) > 0 ? fabs(value) : 1)) - 1);
}

/* A number of two digits, with a point in every locale. */
static const char *rounded(char text[24], double value)
{
    double step = second_digit(value);
    text_from_float(text, 24, (float)(round(value / step) * step));
    return text;
}

/* A scale, rounded down, under which every value is shown; 0 where no scale does it (values of both signs without an offset). */
static double remedy(const struct recipe *recipe, const struct imc_stats *stats)
{
    double white = recipe->white_out, scale = recipe->options->scale;
    if (recipe->options->offset != 0 || recipe->options->has_range)
        return 0;
    if (recipe->map == IMC_MAP_OFFSET) {
        double middle = recipe->shift * white / (recipe->white_in > 0 ? recipe->white_in : 1);
        scale *= fmin((white - middle) / fmax(stats->highest - middle, 1), middle / fmax(middle - stats->lowest, 1));
    } else if (stats->lowest < -0.5) {
        return 0;
    } else {
        scale *= white / stats->highest;
    }
    double step = second_digit(scale);
    return floor(scale / step) * step;
}

static void note_clipping(const struct recipe *recipe, struct imc_filter_report *report, double share)
{
    const struct imc_stats *stats = &report->stats;
    char percent[24], low[24], high[24], number[24], or_scale[48] = "";
    double scale = remedy(recipe, stats);
    if (scale > 0)
        snprintf(or_scale, sizeof or_scale, " or --scale %s", rounded(number, scale));
    add(report, "%s %% of the samples were clipped: values reach from %s to %s; --map fit%s shows them all",
        rounded(percent, share), rounded(low, stats->lowest), rounded(high, stats->highest), or_scale);
}

void notes_write(const struct recipe *recipe, struct imc_filter_report *report)
{
    const struct imc_stats *stats = &report->stats;
    char number[24];
    if (recipe->composite)
        add(report, "JPEG has no alpha: the picture was laid on the background colour (--background)");
    if (recipe->output.type == IMC_F32 || recipe->map == IMC_MAP_FIT)
        return;
    double samples = (double)recipe->output.width * recipe->output.height * recipe->output.channels;
    double share = 100.0 * (double)stats->clipped / samples;
    if (share > 0.1)
        note_clipping(recipe, report, share);
    else if (stats->highest < recipe->white_out / 4)
        add(report, "the largest sample is %s of %d; --map fit makes more of it visible", rounded(number, fmax(0, stats->highest)),
            (int)recipe->white_out);
}
