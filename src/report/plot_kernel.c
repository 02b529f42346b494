/* plot_kernel.c: a kernel explained on one picture. Each filter has a heading with its sentences, and below it two rows of three
 * places:
 *
 *     taps                   gain over both frequencies    figures
 *     gain over frequency    impulse response              step response
 */
#include "report/plot_kernel.h"

#include "base/fail.h"
#include "base/textnum.h"

#include <imgconv/compare.h>
#include <imgconv/plot.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 16,
    LEFT = 46, /* numbers left of a place */
    COLUMN = LEFT + PLOT_WIDE + 18,
    HEADING = 66,         /* the name and three lines of words */
    FIRST = HEADING + 24, /* where the rows of places begin in a block, below their titles */
    SECOND = FIRST + PLOT_HIGH + 84,
    BLOCK = SECOND + PLOT_HIGH + 54,
    LINE = 14,
    WIDTH = MARGIN + 3 * COLUMN,
    LINE_MAX = (WIDTH - 2 * MARGIN) / PEN_STEP, /* characters */
    VALUES = 102,                               /* of figures, right of their names */
    COSINES = 6 * PEN_STEP,
    TEXT_MAX = 400
};

const char *plot_number(char out[PLOT_NUMBER_MAX], double value, int digits)
{
    double unit = value == 0 ? 1 : pow(10, digits - 1 - floor(log10(fabs(value))));
    text_from_float(out, PLOT_NUMBER_MAX, (float)(isfinite(unit) ? round(value * unit) / unit : value));
    return out;
}

void plot_title(const struct plot_place *place, int above, const char *title)
{
    pen_text(place->pen, place->left, place->top - above, PEN_LEFT, CANVAS_INK, title);
}

/* At most `most` bytes; what is too long ends with dots, behind a whole character. */
static const char *shortened(char out[TEXT_MAX], const char *text, int most)
{
    int size = (int)strlen(text);
    const char *dots = size > most ? "..." : "";
    if (size > most)
        for (size = most - 3; size > 0 && (text[size] & 0xC0) == 0x80;)
            size--;
    snprintf(out, TEXT_MAX, "%.*s%s", size, text, dots);
    return out;
}

/* ---- figures ---- */

struct table {
    struct pen *pen;
    int left, y;
};

static void write_line(struct table *table, const char *name, const char *value)
{
    pen_text(table->pen, table->left, table->y, PEN_LEFT, CANVAS_FAINT, name);
    pen_text(table->pen, table->left + VALUES, table->y, PEN_LEFT, CANVAS_INK, value);
    table->y += LINE;
}

static void write_number(struct table *table, const char *name, double value)
{
    char number[PLOT_NUMBER_MAX];
    write_line(table, name, plot_number(number, value, 4));
}

static void write_peak(struct table *table, const struct imc_analysis *a)
{
    char text[2 * PLOT_NUMBER_MAX + 20], f[PLOT_NUMBER_MAX], angle[PLOT_NUMBER_MAX];
    write_number(table, "largest gain", a->peak_gain);
    if (a->peak_frequency > 0)
        snprintf(text, sizeof text, "%s, %s degrees", plot_number(f, a->peak_frequency, 3),
                 plot_number(angle, round(a->peak_direction), 3));
    write_line(table, "largest at", a->peak_frequency > 0 ? text : "0");
}

static void write_symmetry(struct table *table, const char *name, enum imc_symmetry symmetry)
{
    static const char *const words[] = {"no symmetry", "even", "odd"};
    write_line(table, name, words[symmetry]);
}

static void write_matches(struct table *table, const struct imc_analysis *a, const struct imc_bank *kernels)
{
    char cosine[PLOT_NUMBER_MAX], name[TEXT_MAX];
    if (!a->matches)
        return;
    pen_text(table->pen, table->left, table->y += LINE / 2, PEN_LEFT, CANVAS_FAINT, "nearest hand-made kernels, cosine");
    for (int m = 0; m < a->matches; m++) {
        table->y += LINE;
        snprintf(cosine, sizeof cosine, "%.3f", a->cosine[m]);
        pen_text(table->pen, table->left + COSINES, table->y, PEN_RIGHT, CANVAS_INK, cosine);
        pen_text(table->pen, table->left + COSINES + PEN_STEP, table->y, PEN_LEFT, CANVAS_INK,
                 shortened(name, kernels->names[a->match[m].kernel], (PLOT_WIDE - COSINES) / PEN_STEP));
    }
}

void plot_figures(const struct plot_place *place, const struct imc_analysis *a, const struct imc_bank *kernels)
{
    struct table table = {place->pen, place->left, place->top + PEN_CAPITALS + 4};
    plot_title(place, PLOT_LEGEND, "figures");
    write_number(&table, "sum", a->sum);
    write_number(&table, "sum of |taps|", a->abs_sum);
    write_number(&table, "gain at 0", a->zero_gain);
    write_peak(&table, a);
    if (a->peak_frequency == 0 && !isnan(a->half_frequency))
        write_number(&table, "half gain at", a->half_frequency);
    write_number(&table, "gain of noise", a->noise_gain);
    write_number(&table, "rank", a->rank);
    write_symmetry(&table, "left and right", a->left_right);
    write_symmetry(&table, "up and down", a->up_down);
    write_symmetry(&table, "half turn", a->half_turn);
    write_number(&table, "odd share", a->odd);
    if (place->bank->bias)
        write_number(&table, "bias", (double)place->bank->bias[place->filter]);
    write_matches(&table, a, kernels);
}

/* ---- a filter ---- */

/* Lines are broken at blanks. Returns where the next one stands. */
static int write_words(struct pen *pen, int y, const char *text)
{
    while (*text) {
        int length = (int)strlen(text), size = length;
        if (length > LINE_MAX)
            for (size = LINE_MAX; size > LINE_MAX / 2 && text[size] != ' '; size--)
                ;
        char line[TEXT_MAX];
        snprintf(line, sizeof line, "%.*s", size, text);
        pen_text(pen, MARGIN, y, PEN_LEFT, CANVAS_INK, line);
        y += LINE;
        text += size + (text[size] == ' ');
    }
    return y;
}

static void write_heading(struct pen *pen, int y, const struct imc_bank *bank, int filter, const struct imc_analysis *a)
{
    char text[TEXT_MAX], label[TEXT_MAX], name[TEXT_MAX], channels[40] = "";
    const char *kind = bank->learned ? "learned" : imc_bank_is_derivative(bank) ? "derivative" : "tone";
    const char *filter_word = bank->filters > 1 ? ", filter " : "";
    if (bank->in_c > 1)
        snprintf(channels, sizeof channels, " on %d channels", bank->in_c);
    snprintf(text, sizeof text, "%.90s%s%.40s: %dx%d%s, %s", shortened(label, bank->label, 80), filter_word,
             bank->filters > 1 ? shortened(name, bank->names[filter], 30) : "", bank->kh, bank->kw, channels, kind);
    pen_text(pen, MARGIN, y, PEN_LEFT, CANVAS_INK, text);
    y += LINE + 4;
    for (int s = 0; s < a->sentences; s++)
        y = write_words(pen, y, a->sentence[s]);
}

static enum imc_status draw_filter(struct pen *pen, const struct imc_bank *bank, int filter, const struct imc_bank *kernels,
                                   struct imc_error *error)
{
    struct imc_analysis analysis;
    struct plot_place place[2][3];
    int top = filter * BLOCK;
    enum imc_status status = imc_bank_analyse(bank, filter, kernels, &analysis, error);
    if (status)
        return status;
    for (int i = 0; i < 6; i++)
        place[i / 3][i % 3] =
            (struct plot_place){pen, bank, filter, MARGIN + i % 3 * COLUMN + LEFT, top + (i < 3 ? FIRST : SECOND)};
    write_heading(pen, top + MARGIN + PEN_CAPITALS, bank, filter, &analysis);
    plot_taps(&place[0][0]);
    plot_magnitude(&place[0][1]);
    plot_figures(&place[0][2], &analysis, kernels);
    plot_profile(&place[1][0]);
    status = plot_impulse(&place[1][1], error);
    return status ? status : plot_step(&place[1][2], error);
}

static enum imc_status check(const struct imc_bank *bank, struct imc_error *error)
{
    if (bank->filters > IMC_PLOT_FILTERS_MAX)
        return fail(error, IMC_ERR_LIMIT, "%.200s: %d filters are too many for one plot; name one of them, as in %.200s:0",
                    bank->label, bank->filters, bank->label);
    return IMC_OK;
}

/* Kernels of a size that is not compared have no nearest ones. */
static enum imc_status make_kernels(const struct imc_bank *bank, struct imc_bank **kernels, struct imc_error *error)
{
    *kernels = NULL;
    if (bank->kh > IMC_COMPARE_KERNEL_MAX || bank->kw > IMC_COMPARE_KERNEL_MAX)
        return IMC_OK;
    return imc_handmade_create(bank->kh, bank->kw, kernels, error);
}

enum imc_status imc_plot_kernel(const struct imc_bank *bank, const char *output, struct imc_error *error)
{
    struct pen pen;
    struct imc_bank *kernels = NULL;
    enum imc_status status = check(bank, error);
    if (!status)
        status = make_kernels(bank, &kernels, error);
    if (!status && !(status = pen_open(&pen, WIDTH, bank->filters * BLOCK, output, error))) {
        for (int filter = 0; !status && filter < bank->filters; filter++)
            status = draw_filter(&pen, bank, filter, kernels, error);
        status = pen_close(&pen, output, status, error);
    }
    imc_bank_free(kernels);
    return status;
}
