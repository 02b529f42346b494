/* network.h: layers in a row, their parameters, and how their values share memory. */
#ifndef NETWORK_H
#define NETWORK_H

#include "nn/head.h"
#include "nn/layer.h"

enum { NETWORK_TEXT_MAX = 512, VALUES_MAX = ARCH_LAYERS_MAX + 1 };

/* Layers first..last-1 that an image passes in one go, or one layer that works on the whole batch. */
struct segment {
    int first, last;
    bool batch;
};

struct network {
    char text[NETWORK_TEXT_MAX]; /* the architecture, as it was given */
    int height, width, channels; /* of the input */
    int layers;
    struct layer layer[ARCH_LAYERS_MAX];
    struct head head;
    /* Layer i reads value from[i] and writes value to[i]; the same where it works in place. Value 0 is the input. */
    int from[ARCH_LAYERS_MAX], to[ARCH_LAYERS_MAX], values;
    struct layout value[VALUES_MAX];
    int segments;
    struct segment segment[ARCH_LAYERS_MAX];
    float *parameter; /* [parameters]: each layer's weights and biases, each from a multiple of 16 floats on */
    size_t parameters;
    size_t packed; /* floats of a chunk's gradient, over all layers that work on images */
    size_t packed_at[ARCH_LAYERS_MAX];
};

/* What a description may ask for: weights, and floats of one value. */
#define NETWORK_WEIGHTS_MAX ((size_t)1 << 28)
#define NETWORK_VALUE_MAX   ((size_t)1 << 26)

/* *net is the caller's, freed by network_free; its parameters are zero. A network of more than `most` weights is refused before
 * memory is taken for them. Errors: ARGUMENT (with the layer's number and text), LIMIT, MEMORY. */
enum imc_status network_create(const char *text, int height, int width, int channels, size_t most, struct network **net,
                               struct imc_error *error);
void network_free(struct network *net);

/* Zero biases, and weights drawn evenly from +-sqrt(6 / (in + out)) (Glorot and Bengio 2010), or, with `he`, from a normal
 * distribution of variance 2 / in (He et al. 2015). */
enum imc_status network_init(struct network *net, uint64_t seed, bool he, struct imc_error *error);

/* Parameters were written: layers that keep them in an order of their own take them over. */
void network_load(struct network *net);

/* Parameters that count: filled-up channels are left out. */
size_t network_count(const struct network *net);

#endif
