/* published.h: values that others published, in the engine's terms. Two sources: literal test values of scipy and scikit-image
 * (JSON), and the operator tests of ONNX (.npz).
 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "conformance/dense.h"

#include <cjson/cJSON.h>

struct published {
    char name[96];
    struct imc_conv_desc desc; /* weights and bias belong to the case */
    struct samples in, want;
    float *weights, *bias;
    double tolerance; /* of the published decimals, beyond law 2 */
};

/* One entry of "cases" in a JSON file. False where it is not understood. */
bool published_from_json(const cJSON *entry, struct published *made);

enum onnx_answer { ONNX_TAKEN, ONNX_OTHER, ONNX_DAMAGED };
/* One file of an ONNX node test; OTHER: an operator that is neither convolution nor padding of rows and columns. */
enum onnx_answer published_from_onnx(const char *path, struct published *made);

void published_free(struct published *made);

#endif
