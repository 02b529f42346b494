/* onnx_node.c: see onnx_node.h. */
#include "conformance/onnx_node.h"

#include <stdlib.h>
#include <string.h>

bool onnx_read(const char *path, struct onnx_node *node)
{
    memset(node, 0, sizeof *node);
    if (!npz_read(path, &node->npz))
        return false;
    const struct npz_array *meta = npz_find(&node->npz, "meta", "");
    char *text = meta && meta->kind == 'U' ? npz_text(meta) : NULL;
    node->meta = text ? cJSON_Parse(text) : NULL;
    free(text);
    const cJSON *nodes = cJSON_GetObjectItem(node->meta, "nodes"), *first = cJSON_GetArrayItem(nodes, 0);
    node->nodes = cJSON_GetArraySize(nodes);
    node->op = cJSON_GetStringValue(cJSON_GetObjectItem(first, "op"));
    node->inputs = cJSON_GetObjectItem(first, "inputs");
    node->outputs = cJSON_GetObjectItem(node->meta, "outputs");
    node->attributes = cJSON_GetObjectItem(first, "attrs");
    return node->op && node->inputs;
}

void onnx_free(struct onnx_node *node)
{
    cJSON_Delete(node->meta);
    npz_free(&node->npz);
}

static const struct npz_array *array(const struct onnx_node *node, const cJSON *names, int i, const char *prefix)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(names, i));
    return name && name[0] ? npz_find(&node->npz, prefix, name) : NULL;
}

const struct npz_array *onnx_input(const struct onnx_node *node, int i)
{
    return array(node, node->inputs, i, "input:");
}

const struct npz_array *onnx_output(const struct onnx_node *node, int i)
{
    return array(node, node->outputs, i, "output:");
}

int onnx_int(const struct onnx_node *node, const char *name, int i, int otherwise)
{
    const cJSON *value = cJSON_GetObjectItem(node->attributes, name);
    if (cJSON_IsArray(value))
        value = cJSON_GetArrayItem(value, i);
    return cJSON_IsNumber(value) ? value->valueint : otherwise;
}

double onnx_number(const struct onnx_node *node, const char *name, double otherwise)
{
    const cJSON *value = cJSON_GetObjectItem(node->attributes, name);
    return cJSON_IsNumber(value) ? value->valuedouble : otherwise;
}

/* SAME_UPPER and SAME_LOWER: ceil(n/stride) outputs, the odd pixel after or before; here as explicit numbers. */
static void resolve_auto_pad(struct imc_conv_axis *axis, int size, bool lower)
{
    int out = (size + axis->stride - 1) / axis->stride;
    int total = (out - 1) * axis->stride + axis->dilation * (axis->kernel - 1) + 1 - size;
    total = total > 0 ? total : 0;
    axis->before = lower ? total - total / 2 : total / 2;
    axis->after = total - axis->before;
}

void onnx_axis(const struct onnx_node *node, int i, int size, struct imc_conv_axis *axis)
{
    const char *automatic = cJSON_GetStringValue(cJSON_GetObjectItem(node->attributes, "auto_pad"));
    axis->stride = onnx_int(node, "strides", i, 1);
    axis->dilation = onnx_int(node, "dilations", i, 1);
    axis->before = onnx_int(node, "pads", i, 0);
    axis->after = onnx_int(node, "pads", i + 2, 0);
    if (automatic && strncmp(automatic, "SAME_", 5) == 0)
        resolve_auto_pad(axis, size, strcmp(automatic, "SAME_LOWER") == 0);
}
