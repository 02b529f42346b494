/* onnx_node.h: a node test of ONNX: one operator (the first, where `nodes` says that there are more), its attributes, what goes in
 * and what comes out.
 *
 * In the .npz "meta" holds the node as JSON: operator, input names, attributes; "input:NAME" and "output:NAME" hold arrays.
 */
#ifndef ONNX_NODE_H
#define ONNX_NODE_H

#include "conformance/npz.h"

#include <cjson/cJSON.h>
#include <imgconv/conv.h>

struct onnx_node {
    struct npz npz;
    cJSON *meta;
    const cJSON *inputs, *outputs, *attributes;
    const char *op;
    int nodes;
};

/* False where the file cannot be understood; to be freed all the same. */
bool onnx_read(const char *path, struct onnx_node *node);
void onnx_free(struct onnx_node *node);

/* NULL where there is none: optional inputs are left out. */
const struct npz_array *onnx_input(const struct onnx_node *node, int i);
const struct npz_array *onnx_output(const struct onnx_node *node, int i);
/* Attribute `name`, its element i where it is a list. */
int onnx_int(const struct onnx_node *node, const char *name, int i, int otherwise);
double onnx_number(const struct onnx_node *node, const char *name, double otherwise);
/* Stride, dilation and padding of axis i (0 rows, 1 columns) of a picture of `size` under axis->kernel. */
void onnx_axis(const struct onnx_node *node, int i, int size, struct imc_conv_axis *axis);

#endif
