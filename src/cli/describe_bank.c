/* describe_bank.c: a filter bank as a heading, figures and matrices of taps. Sizes and anchors are rows,columns. */
#include "cli/describe.h"
#include "cli/describe_analysis.h"
#include "cli/numbers.h"
#include "cli/tapgrid.h"
#include "cli/words.h"

const char *describe_combine(enum imc_combine combine)
{
    static const char *const names[] = {"none", "magnitude", "max", "sum", "abs"};
    return (unsigned)combine < sizeof names / sizeof *names ? names[combine] : "?";
}

const char *describe_class(bool derivative)
{
    return derivative ? "derivative" : "tone";
}

static bool default_anchor(const struct imc_bank *bank)
{
    return bank->anchor_y == (bank->kh - 1) / 2 && bank->anchor_x == (bank->kw - 1) / 2;
}

static const float *taps_of(const struct imc_bank *bank, int filter, int channel)
{
    size_t taps = (size_t)bank->kh * (size_t)bank->kw;
    return bank->weights + ((size_t)filter * (size_t)bank->in_c + (size_t)channel) * taps;
}

static const char *filter_name(const struct imc_bank *bank, int filter)
{
    const char *name = bank->names ? bank->names[filter] : NULL;
    return name && *name ? name : NULL;
}

static void print_heading(FILE *out, const struct imc_bank *bank)
{
    char text[NUMBER_TEXT_MAX];
    fprintf(out, "%s: ", bank->label ? bank->label : "kernel");
    if (bank->filters > 1)
        fprintf(out, "%d filters, ", bank->filters);
    fprintf(out, "%dx%d", bank->kh, bank->kw);
    if (bank->in_c > 1)
        fprintf(out, " on %d channels", bank->in_c);
    if (!default_anchor(bank))
        fprintf(out, ", anchor %d,%d", bank->anchor_y, bank->anchor_x);
    fprintf(out, ", %s", bank->learned ? "learned" : describe_class(imc_bank_is_derivative(bank)));
    if (bank->combine != IMC_COMBINE_NONE)
        fprintf(out, ", combined by %s", describe_combine(bank->combine));
    if (bank->scale != 1)
        fprintf(out, ", scale %s", number_float_text(text, bank->scale));
    if (bank->offset != 0)
        fprintf(out, ", offset %s", number_float_text(text, bank->offset));
    if (bank->map != IMC_MAP_AUTO)
        fprintf(out, ", map %s", words_name(&words_map, bank->map));
    putc('\n', out);
}

static void print_figures(FILE *out, const struct imc_bank *bank, int filter)
{
    const char *name = filter_name(bank, filter);
    int rank = imc_bank_rank(bank, filter);
    if (bank->filters > 1)
        fprintf(out, "  %d%s%s:", filter, name ? " " : "", name ? name : "");
    else
        fputs(" ", out);
    fprintf(out, " sum %.6g, sum of absolute values %.6g", imc_bank_sum(bank, filter), imc_bank_abs_sum(bank, filter));
    if (rank >= 0)
        fprintf(out, ", rank %d", rank);
    if (bank->bias)
        fprintf(out, ", bias %.6g", (double)bank->bias[filter]);
    putc('\n', out);
}

/* Six digits, for reading; --json and --export give every bit. */
static void print_matrix(FILE *out, const struct imc_bank *bank, const float *taps)
{
    int width = 0, count = bank->kh * bank->kw;
    for (int i = 0; i < count; i++) {
        int length = snprintf(NULL, 0, "%.6g", (double)taps[i]);
        width = length > width ? length : width;
    }
    for (int i = 0; i < count; i++) {
        bool last = i % bank->kw == bank->kw - 1;
        fprintf(out, "%s%*.6g%s", i % bank->kw ? " " : "    ", width, (double)taps[i], last ? "\n" : "");
    }
}

void describe_bank(FILE *out, const struct imc_bank *bank, int taps)
{
    struct imc_bank *kernels = taps ? analysis_kernels(bank) : NULL;
    print_heading(out, bank);
    for (int filter = 0; filter < bank->filters; filter++) {
        print_figures(out, bank, filter);
        if (taps)
            describe_analysis(out, bank, filter, kernels);
        for (int channel = 0; taps && channel < bank->in_c; channel++) {
            if (bank->in_c > 1)
                fprintf(out, "   channel %d\n", channel);
            if (taps != TAPS_GRID || !tap_grid_print(out, bank, filter, channel))
                print_matrix(out, bank, taps_of(bank, filter, channel));
        }
    }
    imc_bank_free(kernels);
}

/* taps[channel][row][column] */
static void print_taps_json(struct json *json, const struct imc_bank *bank, int filter)
{
    json_array(json, "taps");
    for (int channel = 0; channel < bank->in_c; channel++) {
        const float *tap = taps_of(bank, filter, channel);
        json_array(json, NULL);
        for (int y = 0; y < bank->kh; y++) {
            json_array(json, NULL);
            for (int x = 0; x < bank->kw; x++)
                json_float(json, NULL, *tap++);
            json_close(json);
        }
        json_close(json);
    }
    json_close(json);
}

static void print_filter_json(struct json *json, const struct imc_bank *bank, int filter, int taps, const struct imc_bank *kernels)
{
    json_object(json, NULL);
    json_string(json, "name", filter_name(bank, filter));
    json_double(json, "sum", imc_bank_sum(bank, filter));
    json_double(json, "abs_sum", imc_bank_abs_sum(bank, filter));
    json_int(json, "rank", imc_bank_rank(bank, filter));
    json_float(json, "bias", bank->bias ? bank->bias[filter] : 0);
    if (taps) {
        describe_analysis_json(json, bank, filter, kernels);
        print_taps_json(json, bank, filter);
    }
    json_close(json);
}

void describe_bank_json(struct json *json, const struct imc_bank *bank, int taps)
{
    struct imc_bank *kernels = taps ? analysis_kernels(bank) : NULL;
    json_string(json, "label", bank->label);
    json_int(json, "height", bank->kh);
    json_int(json, "width", bank->kw);
    json_int(json, "channels", bank->in_c);
    json_array(json, "anchor");
    json_int(json, NULL, bank->anchor_y);
    json_int(json, NULL, bank->anchor_x);
    json_close(json);
    json_string(json, "class", describe_class(imc_bank_is_derivative(bank)));
    json_bool(json, "learned", bank->learned);
    json_string(json, "combine", describe_combine(bank->combine));
    json_string(json, "map", words_name(&words_map, bank->map));
    json_float(json, "scale", bank->scale);
    json_float(json, "offset", bank->offset);
    json_array(json, "filters");
    for (int filter = 0; filter < bank->filters; filter++)
        print_filter_json(json, bank, filter, taps, kernels);
    json_close(json);
    imc_bank_free(kernels);
}
