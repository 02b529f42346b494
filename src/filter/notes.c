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

/* A number of two digits, with a point in every locale. */
static const char *rounded(char text[24], double value)
{
    double step = pow(10, floor(log10(fabs(value) > 0 ? fabs(value) : 1)) - 1);
    text_from_float(text, 24, (float)(round(value / step) * step));
    return text;
}

/* A scale that brings the largest value to full scale. */
static double remedy(const struct recipe *recipe, double largest)
{
    return recipe->options->scale * recipe->white_out / largest;
}

void notes_write(const struct recipe *recipe, struct imc_filter_report *report)
{
    const struct imc_stats *stats = &report->stats;
    char a[24], b[24], c[24];
    if (recipe->composite)
        add(report, "JPEG has no alpha: the picture was laid on the background colour (--background)");
    if (recipe->output.type == IMC_F32 || recipe->map == IMC_MAP_FIT)
        return;
    double samples = (double)recipe->output.width * recipe->output.height * recipe->output.channels;
    double largest = fmax(fabs(stats->lowest), fabs(stats->highest)), share = 100.0 * (double)stats->clipped / samples;
    if (share > 0.1)
        add(report, "%s %% of the samples were clipped: values reach from %s to %s; --map fit or --scale %s keeps them",
            rounded(a, share), rounded(b, stats->lowest), rounded(c, stats->highest),
            rounded((char[24]){0}, remedy(recipe, largest)));
    else if (stats->highest < recipe->white_out / 4)
        add(report, "the largest sample is %s of %d; --map fit makes more of it visible", rounded(a, fmax(0, stats->highest)),
            (int)recipe->white_out);
}
