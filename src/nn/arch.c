/* arch.c: a word, then its numbers: each kind of layer has one reader in the table below. */
#include "nn/arch.h"

#include "base/fail.h"
#include "base/textnum.h"

#include <stdbool.h>
#include <string.h>

/* A place in the text of one layer. */
struct reader {
    const char *at;
    const char *problem; /* what was expected, once something is wrong */
};

static bool take_letter(struct reader *r, char letter)
{
    if (*r->at != letter)
        return false;
    r->at++;
    return true;
}

static int take_int(struct reader *r, int least, int most, const char *problem)
{
    int value = least;
    if (!r->problem && !text_to_int(r->at, &r->at, least, most, &value))
        r->problem = problem;
    return value;
}

/* N or NxM, rows and columns. */
static void take_pair(struct reader *r, int least, int most, const char *problem, int *rows, int *columns)
{
    *rows = *columns = take_int(r, least, most, problem);
    if (take_letter(r, 'x'))
        *columns = take_int(r, least, most, problem);
}

static void read_conv(struct reader *r, struct arch_layer *layer)
{
    layer->units = take_int(r, 1, ARCH_UNITS_MAX, "the number of filters, as in conv16x3");
    if (!r->problem && !take_letter(r, 'x'))
        r->problem = "the size of the kernel, as in conv16x3";
    take_pair(r, 1, ARCH_SIDE_MAX, "a kernel of 1 to 64, as in conv16x3 or conv16x3x5", &layer->kh, &layer->kw);
    for (bool more = true; more && !r->problem;) {
        if (take_letter(r, 's'))
            take_pair(r, 1, ARCH_SIDE_MAX, "a stride of 1 to 64, as in s2", &layer->stride_y, &layer->stride_x);
        else if (take_letter(r, 'd'))
            layer->dilation = take_int(r, 1, ARCH_SIDE_MAX, "a dilation of 1 to 64, as in d2");
        else if (take_letter(r, 'p'))
            layer->padding = take_int(r, 0, ARCH_SIDE_MAX, "a padding of 0 to 64, as in p1");
        else
            more = false;
    }
}

static void read_pool(struct reader *r, struct arch_layer *layer)
{
    take_pair(r, 1, ARCH_SIDE_MAX, "a window of 1 to 64, as in pool2", &layer->kh, &layer->kw);
    layer->stride_y = layer->kh;
    layer->stride_x = layer->kw;
    if (take_letter(r, 's'))
        take_pair(r, 1, ARCH_SIDE_MAX, "a stride of 1 to 64, as in pool3s2", &layer->stride_y, &layer->stride_x);
}

static void read_dropout(struct reader *r, struct arch_layer *layer)
{
    double rate;
    if (!text_to_double(r->at, &r->at, &rate) || rate < 0 || rate >= 1)
        r->problem = "a rate from 0 up to 1, as in dropout0.25";
    else
        layer->rate = (float)rate;
}

static void read_dense(struct reader *r, struct arch_layer *layer)
{
    layer->units = take_int(r, 1, ARCH_UNITS_MAX, "the number of outputs, as in dense128");
}

static void read_nothing(struct reader *r, struct arch_layer *layer)
{
    (void)r, (void)layer;
}

/* Longer words come before those they begin with. */
static const struct word {
    const char *name;
    enum arch_kind kind;
    void (*read)(struct reader *r, struct arch_layer *layer);
} words[] = {
    {"conv", ARCH_CONV, read_conv},        {"relu", ARCH_RELU, read_nothing},      {"pool", ARCH_MAX_POOL, read_pool},
    {"maxpool", ARCH_MAX_POOL, read_pool}, {"avgpool", ARCH_MEAN_POOL, read_pool}, {"dropout", ARCH_DROPOUT, read_dropout},
    {"dense", ARCH_DENSE, read_dense},
};

static enum imc_status wrong(struct imc_error *error, int number, const char *text, const char *problem)
{
    return fail(error, IMC_ERR_ARGUMENT, "layer %d of the network, '%s': %s", number, text, problem);
}

static enum imc_status read_layer(const char *text, int number, struct arch_layer *layer, struct imc_error *error)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].name);
        if (strncmp(text, words[i].name, length) != 0)
            continue;
        *layer = (struct arch_layer){.kind = words[i].kind, .stride_y = 1, .stride_x = 1, .dilation = 1, .padding = -1};
        strcpy(layer->text, text);
        struct reader r = {text + length, NULL};
        words[i].read(&r, layer);
        if (!r.problem && *r.at)
            r.problem = "there is something after its end";
        return r.problem ? wrong(error, number, text, r.problem) : IMC_OK;
    }
    return wrong(error, number, text, "is not conv, relu, pool, avgpool, dropout, flatten or dense");
}

/* The order that the network can run: pictures first, then vectors, a dense layer last. */
static enum imc_status check_order(const struct arch *arch, struct imc_error *error)
{
    bool vectors = false;
    for (int i = 0; i < arch->layers; i++) {
        enum arch_kind kind = arch->layer[i].kind;
        if (vectors && (kind == ARCH_CONV || kind == ARCH_MAX_POOL || kind == ARCH_MEAN_POOL))
            return wrong(error, i + 1, arch->layer[i].text, "stands after a dense layer, where there is no picture any more");
        vectors = vectors || kind == ARCH_DENSE;
    }
    if (arch->layers == 0 || arch->layer[arch->layers - 1].kind != ARCH_DENSE)
        return fail(error, IMC_ERR_ARGUMENT,
                    "a network ends with a dense layer of as many outputs as there are classes, as in "
                    "dense10");
    return IMC_OK;
}

enum imc_status arch_parse(const char *text, struct arch *arch, struct imc_error *error)
{
    *arch = (struct arch){.head = ARCH_SOFTMAX};
    for (bool last = false; !last;) {
        char item[sizeof arch->layer->text];
        size_t length = strcspn(text, ",");
        int number = arch->layers + 1;
        if (length >= sizeof item)
            return fail(error, IMC_ERR_ARGUMENT, "layer %d of the network is longer than any layer: '%.40s...'", number, text);
        memcpy(item, text, length);
        item[length] = 0;
        last = !text[length];
        text += length + !last;
        if (last && (strcmp(item, "softmax") == 0 || strcmp(item, "svm") == 0)) {
            arch->head = strcmp(item, "svm") == 0 ? ARCH_SVM : ARCH_SOFTMAX;
        } else if (strcmp(item, "flatten") != 0) {
            if (arch->layers == ARCH_LAYERS_MAX)
                return fail(error, IMC_ERR_ARGUMENT, "a network has at most %d layers", ARCH_LAYERS_MAX);
            enum imc_status status = read_layer(item, number, &arch->layer[arch->layers], error);
            if (status)
                return status;
            arch->layers++;
        }
    }
    return check_order(arch, error);
}
