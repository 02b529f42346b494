/* published_onnx.c: ONNX's node tests Conv, ConvInteger and Pad as descriptions of ours. Conv maps one to one. ConvInteger
 * subtracts its zero point z from every sample: sum(w*(x-z)) is a convolution with border z and bias -z*sum(w). Pad is a 1x1
 * identity on every channel with given padding; its "reflect" does not repeat the edge.
 */
#include "conformance/onnx_node.h"
#include "conformance/published.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool to_samples(const struct npz_array *array, struct samples *made)
{
    if (!array || array->dims != 4 || array->kind == 'U')
        return false;
    *made = samples_make((int)array->shape[0], (int)array->shape[1], (int)array->shape[2], (int)array->shape[3], 1);
    for (size_t i = 0; i < array->count; i++)
        made->value[i] = npz_number(array, i);
    return true;
}

static float *to_floats(const struct npz_array *array)
{
    float *made = malloc(array->count * sizeof *made + 1);
    if (!made)
        abort();
    for (size_t i = 0; i < array->count; i++)
        made[i] = (float)npz_number(array, i);
    return made;
}

/* Bias -z*sum(w) and border z. Only one zero point for all is in use. */
static bool set_zero_point(const struct npz_array *zero, const struct npz_array *weights, struct published *made)
{
    if (!zero || zero->count != 1)
        return false;
    size_t taps = weights->count / weights->shape[0];
    made->desc.in_type = IMC_U8;
    made->desc.border_value = (float)npz_number(zero, 0);
    made->bias = calloc(weights->shape[0], sizeof *made->bias);
    if (!made->bias)
        abort();
    for (size_t i = 0; i < weights->count; i++)
        made->bias[i / taps] -= made->desc.border_value * made->weights[i];
    return true;
}

static bool make_conv(const struct onnx_node *node, struct published *made)
{
    const struct npz_array *weights = onnx_input(node, 1), *third = onnx_input(node, 2);
    struct imc_conv_desc *desc = &made->desc;
    if (!to_samples(onnx_input(node, 0), &made->in) || !weights || weights->dims != 4)
        return false;
    made->weights = to_floats(weights);
    desc->groups = onnx_int(node, "group", 0, 1);
    desc->filters = (int)weights->shape[0];
    desc->y.kernel = (int)weights->shape[2];
    desc->x.kernel = (int)weights->shape[3];
    desc->in_h = made->in.h;
    desc->in_w = made->in.w;
    onnx_axis(node, 0, desc->in_h, &desc->y);
    onnx_axis(node, 1, desc->in_w, &desc->x);
    if (strcmp(node->op, "ConvInteger") == 0)
        return set_zero_point(third, weights, made);
    if (third)
        made->bias = to_floats(third);
    return true;
}

static bool set_pad_mode(const struct onnx_node *node, struct imc_conv_desc *desc)
{
    static const struct {
        const char *name;
        enum imc_border border;
    } modes[] = {{"constant", IMC_BORDER_CONSTANT},
                 {"edge", IMC_BORDER_REPLICATE},
                 {"reflect", IMC_BORDER_REFLECT101},
                 {"wrap", IMC_BORDER_WRAP}};
    const char *mode = cJSON_GetStringValue(cJSON_GetObjectItem(node->attributes, "mode"));
    const cJSON *value = cJSON_GetObjectItem(node->attributes, "value");
    const struct npz_array *given = onnx_input(node, 2);
    desc->border_value = given ? (float)npz_number(given, 0) : cJSON_IsNumber(value) ? (float)value->valuedouble : 0;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(mode ? mode : "constant", modes[i].name) == 0) {
            desc->border = modes[i].border;
            return true;
        }
    return false;
}

/* pads[axis] before and after: attributes for all four axes, or an input for those that the input "axes" names. */
static bool read_pads(const struct onnx_node *node, int pads[4][2])
{
    const struct npz_array *given = onnx_input(node, 1), *axes = onnx_input(node, 3);
    size_t count = axes ? axes->count : 4;
    if (given && given->count != 2 * count)
        return false;
    for (size_t i = 0; i < count; i++) {
        int axis = axes ? (int)npz_number(axes, i) : (int)i;
        axis += axis < 0 ? 4 : 0;
        if (axis < 0 || axis > 3)
            return false;
        pads[axis][0] = given ? (int)npz_number(given, i) : onnx_int(node, "pads", (int)i, 0);
        pads[axis][1] = given ? (int)npz_number(given, i + count) : onnx_int(node, "pads", (int)(i + count), 0);
    }
    return true;
}

static bool make_pad(const struct onnx_node *node, struct published *made)
{
    int pads[4][2] = {{0}};
    struct imc_conv_desc *desc = &made->desc;
    if (!to_samples(onnx_input(node, 0), &made->in) || !read_pads(node, pads) || !set_pad_mode(node, desc))
        return false;
    if (pads[0][0] || pads[0][1] || pads[1][0] || pads[1][1])
        return false;
    desc->y.before = pads[2][0];
    desc->y.after = pads[2][1];
    desc->x.before = pads[3][0];
    desc->x.after = pads[3][1];
    desc->filters = desc->groups = made->in.c;
    made->weights = malloc((size_t)made->in.c * sizeof *made->weights);
    if (!made->weights)
        abort();
    for (int c = 0; c < made->in.c; c++)
        made->weights[c] = 1;
    return true;
}

static bool make_case(const struct onnx_node *node, struct published *made)
{
    struct imc_conv_desc *desc = &made->desc;
    imc_conv_desc_default(desc);
    desc->padding = IMC_PADDING_GIVEN;
    desc->border = IMC_BORDER_CONSTANT;
    if (!(strcmp(node->op, "Pad") == 0 ? make_pad(node, made) : make_conv(node, made)) ||
        !to_samples(onnx_output(node, 0), &made->want))
        return false;
    desc->in_h = made->in.h;
    desc->in_w = made->in.w;
    desc->in_c = made->in.c;
    desc->weights = made->weights;
    desc->bias = made->bias;
    for (size_t i = 0; i < samples_count(&made->want); i++) /* published in float, by another order of sums */
        made->tolerance = fmax(made->tolerance, 1e-6 * fabs(made->want.value[i]));
    return true;
}

enum onnx_answer published_from_onnx(const char *path, struct published *made)
{
    struct onnx_node node;
    enum onnx_answer answer = ONNX_DAMAGED;
    memset(made, 0, sizeof *made);
    snprintf(made->name, sizeof made->name, "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    if (onnx_read(path, &node)) {
        bool ours = strcmp(node.op, "Conv") == 0 || strcmp(node.op, "ConvInteger") == 0 || strcmp(node.op, "Pad") == 0;
        answer = !ours ? ONNX_OTHER : make_case(&node, made) ? ONNX_TAKEN : ONNX_DAMAGED;
    }
    onnx_free(&node);
    if (answer != ONNX_TAKEN)
        published_free(made);
    return answer;
}
