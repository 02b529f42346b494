/* init.c: first weights, drawn in the order of model files, so that they do not hang on how a layer stores them. */
#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "nn/network.h"

#include <math.h>

static void draw(const struct layer *layer, struct network *net, uint64_t seed, bool he, float *weights, float *biases)
{
    bool conv = layer->kind == &layer_conv;
    double inputs = layer->in.c * (conv ? (double)layer->spec.kh * layer->spec.kw : (double)layer->in.h * layer->in.w);
    double outputs = layer->spec.units * (conv ? (double)layer->spec.kh * layer->spec.kw : 1);
    float limit = (float)sqrt(6 / (inputs + outputs)), deviation = (float)sqrt(2 / inputs);
    size_t count = (size_t)(inputs * layer->spec.units);
    struct random random;
    random_start(&random, seed, RANDOM_INIT, 0, (uint32_t)layer->number);
    for (size_t i = 0; i < count; i++)
        weights[i] = he ? deviation * random_normal(&random) : random_between(&random, -limit, limit);
    for (int i = 0; i < layer->spec.units; i++)
        biases[i] = 0;
    layer->kind->copy_in(layer, net->parameter, weights, biases);
}

enum imc_status network_init(struct network *net, uint64_t seed, bool he, struct imc_error *error)
{
    for (int i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        if (!layer->weights)
            continue;
        float *weights = mem_alloc(layer->weights + layer->biases, sizeof *weights);
        if (!weights)
            return fail_memory(error, "first weights");
        draw(layer, net, seed, he, weights, weights + layer->weights);
        mem_free(weights);
    }
    network_load(net);
    return IMC_OK;
}
