/* describe_analysis.c: see describe_analysis.h. Angles are those of waves: 0 rightwards, 90 downwards. */
#include "cli/describe_analysis.h"
#include <imgconv/compare.h>

#include <math.h>

static const char *symmetry_name(enum imc_symmetry symmetry)
{
    static const char *const names[] = {"none", "even", "odd"};
    return (unsigned)symmetry < sizeof names / sizeof *names ? names[symmetry] : "?";
}

struct imc_bank *analysis_kernels(const struct imc_bank *bank)
{
    struct imc_bank *kernels = NULL;
    if (bank->kh <= IMC_COMPARE_KERNEL_MAX && bank->kw <= IMC_COMPARE_KERNEL_MAX)
        imc_handmade_create(bank->kh, bank->kw, &kernels, NULL); /* without memory there are no matches */
    return kernels;
}

/* Half of the gain at 0 says something where there is no larger one. */
static void print_gains(FILE *out, const char *indent, const struct imc_analysis *a)
{
    fprintf(out, "%sgain %.4g at frequency 0", indent, a->zero_gain);
    if (a->peak_frequency > 0)
        fprintf(out, ", at most %.4g at %.3g cycles per pixel across %.4g degrees", a->peak_gain, a->peak_frequency,
                a->peak_direction);
    else
        fputs(", nowhere more", out);
    if (a->peak_frequency == 0 && !isnan(a->half_frequency))
        fprintf(out, ", half of it at %.3g cycles per pixel", a->half_frequency);
    fprintf(out, "; of noise %.4g\n", a->noise_gain);
}

static void print_matches(FILE *out, const char *indent, const struct imc_analysis *a, const struct imc_bank *kernels)
{
    if (!a->matches)
        return;
    fprintf(out, "%snearest", indent);
    for (int m = 0; m < a->matches; m++)
        fprintf(out, "%s %s %.3f", m ? "," : "", kernels->names[a->match[m].kernel], a->cosine[m]);
    putc('\n', out);
}

void describe_analysis(FILE *out, const struct imc_bank *bank, int filter, const struct imc_bank *kernels)
{
    const char *indent = bank->filters > 1 ? "    " : "  ";
    struct imc_analysis a;
    if (imc_bank_analyse(bank, filter, kernels, &a, NULL) != IMC_OK)
        return;
    print_gains(out, indent, &a);
    fprintf(out, "%ssymmetry: left and right %s, up and down %s, half turn %s; odd share %.3g\n", indent,
            symmetry_name(a.left_right), symmetry_name(a.up_down), symmetry_name(a.half_turn), a.odd);
    print_matches(out, indent, &a, kernels);
    for (int s = 0; s < a.sentences; s++)
        fprintf(out, "%s%s\n", indent, a.sentence[s]);
}

static void print_matches_json(struct json *json, const struct imc_analysis *a, const struct imc_bank *kernels)
{
    json_array(json, "nearest");
    for (int m = 0; m < a->matches; m++) {
        json_object(json, NULL);
        json_string(json, "kernel", kernels->names[a->match[m].kernel]);
        json_double(json, "cosine", a->cosine[m]);
        json_close(json);
    }
    json_close(json);
}

static void print_figures_json(struct json *json, const struct imc_analysis *a)
{
    json_double(json, "zero_gain", a->zero_gain);
    json_double(json, "peak_gain", a->peak_gain);
    json_double(json, "peak_frequency", a->peak_frequency);
    json_double(json, "peak_direction", a->peak_direction);
    json_double(json, "half_frequency", a->half_frequency);
    json_double(json, "noise_gain", a->noise_gain);
    json_string(json, "left_right", symmetry_name(a->left_right));
    json_string(json, "up_down", symmetry_name(a->up_down));
    json_string(json, "half_turn", symmetry_name(a->half_turn));
    json_double(json, "odd", a->odd);
    json_double(json, "edge", a->edge);
    json_double(json, "direction", a->direction);
    json_double(json, "weakest_edge", a->weakest_edge);
    json_double(json, "weakest", a->weakest);
}

void describe_analysis_json(struct json *json, const struct imc_bank *bank, int filter, const struct imc_bank *kernels)
{
    struct imc_analysis a;
    if (imc_bank_analyse(bank, filter, kernels, &a, NULL) != IMC_OK) {
        json_string(json, "analysis", NULL);
        return;
    }
    json_object(json, "analysis");
    print_figures_json(json, &a);
    json_array(json, "edges");
    for (int d = 0; d < IMC_ANALYSIS_DIRECTIONS; d++)
        json_double(json, NULL, a.edges[d]);
    json_close(json);
    print_matches_json(json, &a, kernels);
    json_array(json, "sentences");
    for (int s = 0; s < a.sentences; s++)
        json_string(json, NULL, a.sentence[s]);
    json_close(json);
    json_close(json);
}
