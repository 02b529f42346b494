/* network.c: from the text of an architecture to layers whose shapes fit. ReLU and max pooling commute, max(max(a,0), max(b,0)) =
 * max(max(a,b), 0), and so do their gradients; so a ReLU before a max pool is done after it, on a quarter of the values, and nobody
 * keeps the convolution's output. */
#include "nn/network.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct layer_kind *const kinds[] = {
    [ARCH_CONV] = &layer_conv,           [ARCH_RELU] = &layer_relu,       [ARCH_MAX_POOL] = &layer_max_pool,
    [ARCH_MEAN_POOL] = &layer_mean_pool, [ARCH_DROPOUT] = &layer_dropout, [ARCH_DENSE] = &layer_dense,
};

static void swap_relu_and_pool(struct arch *arch)
{
    for (int i = 0; i + 1 < arch->layers; i++)
        if (arch->layer[i].kind == ARCH_RELU && arch->layer[i + 1].kind == ARCH_MAX_POOL) {
            struct arch_layer relu = arch->layer[i];
            arch->layer[i] = arch->layer[i + 1];
            arch->layer[i + 1] = relu;
        }
}

/* conv1, conv2 ... dense1 ... */
static void name_layer(struct network *net, int i)
{
    struct layer *layer = &net->layer[i];
    int number = 1;
    for (int k = 0; k < i; k++)
        number += net->layer[k].kind == layer->kind;
    if (layer->kind == &layer_conv || layer->kind == &layer_dense)
        snprintf(layer->name, sizeof layer->name, "%s%d", layer->kind->name, number);
}

/* The number of a layer in the text, where ReLU and pool stand as they were written. */
static enum imc_status at_layer(struct imc_error *error, const struct arch_layer *spec, int number, enum imc_status status)
{
    char said[sizeof error->message];
    if (!error)
        return status;
    memcpy(said, error->message, sizeof said);
    return fail(error, status, "layer %d of the network, '%s': %.400s", number, spec->text, said);
}

/* The weights of a layer that reads `at`. */
static double weights_of(const struct arch_layer *spec, const struct layout *at)
{
    double inputs = spec->kind == ARCH_CONV    ? (double)at->c * spec->kh * spec->kw
                    : spec->kind == ARCH_DENSE ? (double)at->c * at->h * at->w
                                               : 0;
    return inputs * spec->units;
}

/* Refuses what is too large before memory is taken. */
static enum imc_status check_size(const struct arch_layer *spec, int number, const struct layout *at, double *left,
                                  struct imc_error *error)
{
    *left -= weights_of(spec, at);
    if (*left < 0)
        return fail(error, IMC_ERR_LIMIT, "layer %d of the network, '%s': more weights than there may be", number, spec->text);
    if ((double)at->h * at->w * at->step > (double)NETWORK_VALUE_MAX)
        return fail(error, IMC_ERR_LIMIT, "layer %d of the network, '%s': reads %dx%dx%d numbers a picture, which is too many",
                    number, spec->text, at->h, at->w, at->c);
    return IMC_OK;
}

static enum imc_status shape_layers(struct network *net, const struct arch *arch, size_t most, struct imc_error *error)
{
    double left = (double)most;
    struct layout at = layout_of(net->height, net->width, net->channels);
    net->value[0] = at;
    net->values = 1;
    for (int i = 0; i < net->layers; i++) {
        struct layer *layer = &net->layer[i];
        int padding[4] = {0};
        *layer = (struct layer){.kind = kinds[arch->layer[i].kind], .spec = arch->layer[i], .number = i, .in = at, .first = true};
        for (int k = 0; k < i; k++)
            layer->first = layer->first && !net->layer[k].weights;
        name_layer(net, i);
        enum imc_status status = check_size(&layer->spec, i + 1, &at, &left, error);
        if (status)
            return status;
        status = layer->kind->shape(layer, padding, error);
        if (status)
            return at_layer(error, &layer->spec, i + 1, status);
        net->from[i] = net->values - 1;
        struct layout *in = &net->value[net->from[i]];
        in->top = padding[0];
        in->left = padding[1];
        in->rows = in->h + padding[0] + padding[2];
        in->columns = in->w + padding[1] + padding[3];
        at = layer->out;
        if (!layer->kind->in_place)
            net->value[net->values++] = at;
        net->to[i] = net->values - 1;
    }
    return IMC_OK;
}

static size_t aligned(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static enum imc_status prepare_layers(struct network *net, struct imc_error *error)
{
    for (int i = 0; i < net->layers; i++) {
        struct layer *layer = &net->layer[i];
        layer->in = net->value[net->from[i]];
        layer->out = net->value[net->to[i]];
        layer->offset = net->parameters;
        net->parameters += aligned(layer->weights) + aligned(layer->biases);
        enum imc_status status = layer->kind->prepare ? layer->kind->prepare(layer, error) : IMC_OK;
        if (status)
            return at_layer(error, &layer->spec, i + 1, status);
        net->packed_at[i] = net->packed;
        net->packed += aligned(layer->packed);
    }
    net->parameter = mem_zalloc(net->parameters, sizeof *net->parameter);
    return net->parameter ? IMC_OK : fail_memory(error, "the parameters of a network");
}

static void cut_segments(struct network *net)
{
    for (int i = 0; i < net->layers; i++) {
        bool batch = net->layer[i].kind->forward_batch != NULL;
        struct segment *last = net->segments ? &net->segment[net->segments - 1] : NULL;
        if (last && !last->batch && !batch)
            last->last = i + 1;
        else
            net->segment[net->segments++] = (struct segment){i, i + 1, batch};
    }
}

enum imc_status network_create(const char *text, int height, int width, int channels, size_t most, struct network **out,
                               struct imc_error *error)
{
    struct arch arch;
    *out = NULL;
    if (strlen(text) >= NETWORK_TEXT_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "the text of a network is longer than %d characters", NETWORK_TEXT_MAX - 1);
    enum imc_status status = arch_parse(text, &arch, error);
    if (status)
        return status;
    swap_relu_and_pool(&arch);
    struct network *net = mem_zalloc(1, sizeof *net);
    if (!net)
        return fail_memory(error, "a network");
    strcpy(net->text, text);
    net->height = height;
    net->width = width;
    net->channels = channels;
    net->layers = arch.layers;
    net->head = (struct head){arch.head, arch.layer[arch.layers - 1].units, 0};
    status = shape_layers(net, &arch, most, error);
    if (!status)
        status = prepare_layers(net, error);
    if (status) {
        network_free(net);
        return status;
    }
    cut_segments(net);
    *out = net;
    return IMC_OK;
}

void network_free(struct network *net)
{
    if (!net)
        return;
    for (int i = 0; i < net->layers; i++)
        if (net->layer[i].kind && net->layer[i].kind->release)
            net->layer[i].kind->release(&net->layer[i]);
    mem_free(net->parameter);
    mem_free(net);
}

void network_load(struct network *net)
{
    for (int i = 0; i < net->layers; i++)
        if (net->layer[i].kind->load)
            net->layer[i].kind->load(&net->layer[i], net->parameter);
}
