/* published_json.c: the cases of scipy.ndimage and scikit-image.
 *
 * There the tap at k/2 lies on the output pixel, "reflect" repeats the edge (our symmetric), and "convolve" is correlation with the
 * turned kernel, whose anchor is then k-1-k/2. One-dimensional cases are single rows.
 */
#include "conformance/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list of numbers, or of such lists, as samples of one image. */
static bool read_matrix(const cJSON *list, struct samples *made)
{
    made->value = NULL;
    const cJSON *first = cJSON_IsArray(list) ? list->child : NULL;
    if (!first)
        return false;
    bool flat = cJSON_IsNumber(first);
    int h = flat ? 1 : cJSON_GetArraySize(list), w = flat ? cJSON_GetArraySize(list) : cJSON_GetArraySize(first);
    *made = samples_make(1, 1, h, w, 1);
    double *value = made->value;
    for (const cJSON *row = flat ? list : first; row; row = flat ? NULL : row->next) {
        if (cJSON_GetArraySize(row) != w)
            return false;
        for (const cJSON *number = row->child; number; number = number->next)
            *value++ = number->valuedouble;
    }
    return true;
}

static bool read_border(const cJSON *entry, enum imc_border *border)
{
    static const struct {
        const char *name;
        enum imc_border border;
    } names[] = {{"zero", IMC_BORDER_CONSTANT},
                 {"replicate", IMC_BORDER_REPLICATE},
                 {"reflect", IMC_BORDER_SYMMETRIC},
                 {"reflect101", IMC_BORDER_REFLECT101},
                 {"wrap", IMC_BORDER_WRAP}};
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(entry, "border"));
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].name) == 0) {
            *border = names[i].border;
            return true;
        }
    return false;
}

static bool set_kernel(const cJSON *entry, struct published *made)
{
    struct samples kernel;
    const char *op = cJSON_GetStringValue(cJSON_GetObjectItem(entry, "op"));
    bool good = op && read_matrix(cJSON_GetObjectItem(entry, "kernel"), &kernel), turned = good && strcmp(op, "convolve") == 0;
    if (!good)
        return false;
    int taps = kernel.h * kernel.w;
    made->weights = malloc((size_t)taps * sizeof *made->weights);
    if (!made->weights)
        abort();
    for (int i = 0; i < taps; i++)
        made->weights[i] = (float)kernel.value[turned ? taps - 1 - i : i];
    made->desc.weights = made->weights;
    made->desc.y.kernel = kernel.h;
    made->desc.x.kernel = kernel.w;
    made->desc.y.anchor = turned ? kernel.h - 1 - kernel.h / 2 : kernel.h / 2;
    made->desc.x.anchor = turned ? kernel.w - 1 - kernel.w / 2 : kernel.w / 2;
    samples_free(&kernel);
    return turned || strcmp(op, "correlate") == 0;
}

bool published_from_json(const cJSON *entry, struct published *made)
{
    memset(made, 0, sizeof *made);
    imc_conv_desc_default(&made->desc);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(entry, "test"));
    const cJSON *tolerance = cJSON_GetObjectItem(entry, "atol");
    snprintf(made->name, sizeof made->name, "%s", name ? name : "?");
    made->tolerance = tolerance ? tolerance->valuedouble : 1e-6;
    bool good = read_matrix(cJSON_GetObjectItem(entry, "input"), &made->in) &&
                read_matrix(cJSON_GetObjectItem(entry, "expected"), &made->want) && set_kernel(entry, made) &&
                read_border(entry, &made->desc.border);
    made->desc.in_h = made->in.h;
    made->desc.in_w = made->in.w;
    if (!good)
        published_free(made);
    return good;
}

void published_free(struct published *made)
{
    samples_free(&made->in);
    samples_free(&made->want);
    free(made->weights);
    free(made->bias);
    made->weights = made->bias = NULL;
}
