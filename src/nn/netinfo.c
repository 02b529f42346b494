/* netinfo.c: networks as the public API shows them: made, described, looked into. Layers are told in the order of the text, though
 * a ReLU before a max pool is done after it (network.c). */
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "nn/batchfeed.h"
#include "nn/model.h"
#include "nn/pass.h"

#include <stdio.h>
#include <string.h>

/* The default architecture for so many classes. */
static void default_text(char text[NETWORK_TEXT_MAX], int classes)
{
    size_t length = strlen(ARCH_DEFAULT) - strlen("10");
    snprintf(text, NETWORK_TEXT_MAX, "%.*s%d", (int)length, ARCH_DEFAULT, classes);
}

static enum imc_status make_names(struct imc_net *net, int classes, struct imc_error *error)
{
    net->names = mem_zalloc((size_t)classes, sizeof *net->names);
    for (int c = 0; net->names && c < classes; c++)
        snprintf(net->names[c], sizeof *net->names, "%d", c);
    return net->names ? IMC_OK : fail_memory(error, "a network");
}

enum imc_status imc_net_create(const char *arch, int height, int width, int classes, uint64_t seed, struct imc_net **out,
                               struct imc_error *error)
{
    char text[NETWORK_TEXT_MAX];
    *out = NULL;
    if (height < 1 || width < 1 || height > DATASET_SIDE_MAX || width > DATASET_SIDE_MAX || classes < 2 ||
        classes > DATASET_CLASSES_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "pictures of %dx%d in %d classes: sides are 1 to %d, classes 2 to %d", height, width,
                    classes, DATASET_SIDE_MAX, DATASET_CLASSES_MAX);
    default_text(text, classes);
    struct imc_net *net = mem_zalloc(1, sizeof *net);
    if (!net)
        return fail_memory(error, "a network");
    net->seed = seed;
    enum imc_status status = network_create(arch ? arch : text, height, width, 1, NETWORK_WEIGHTS_MAX, &net->network, error);
    if (!status && net->network->head.classes != classes)
        status = fail(error, IMC_ERR_ARGUMENT, "the network ends with %d outputs, but there are %d classes: end it with dense%d",
                      net->network->head.classes, classes, classes);
    if (!status)
        status = make_names(net, classes, error);
    if (!status)
        status = network_init(net->network, seed, false, error);
    if (status) {
        imc_net_free(net);
        return status;
    }
    *out = net;
    return IMC_OK;
}

static struct arch written_arch(const struct network *net)
{
    struct arch arch;
    arch_parse(net->text, &arch, NULL); /* it was parsed before */
    return arch;
}

void imc_net_get_info(const struct imc_net *net, struct imc_net_info *info)
{
    const struct network *n = net->network;
    *info = (struct imc_net_info){
        .arch = n->text,
        .recipe = net->recipe,
        .command = net->command,
        .test = net->result,
        .height = n->height,
        .width = n->width,
        .as_is = net->as_is,
        .classes = n->head.classes,
        .layers = n->layers,
        .parameters = network_count(n),
        .seed = net->seed,
        .epochs = net->epochs,
        .history = net->history,
    };
}

const char *imc_net_class_name(const struct imc_net *net, int label)
{
    return net->names[label];
}

/* The layer that does what layer `number` of the text says: the n-th of a kind is the n-th of that kind. */
static const struct layer *layer_of(const struct network *net, const struct arch *arch, int number)
{
    enum arch_kind kind = arch->layer[number].kind;
    int before = 0, i = 0;
    for (int k = 0; k < number; k++)
        before += arch->layer[k].kind == kind;
    while (net->layer[i].spec.kind != kind || before-- > 0)
        i++;
    return &net->layer[i];
}

/* What layer `number` adds to the sizes that went before. */
static void follow_layer(const struct network *net, const struct arch *arch, int number, struct imc_layer_info *info)
{
    const struct arch_layer *spec = &arch->layer[number];
    const struct layer *layer = layer_of(net, arch, number);
    double before = (double)info->height * info->width * info->channels;
    bool window = spec->kind == ARCH_CONV || spec->kind == ARCH_MAX_POOL || spec->kind == ARCH_MEAN_POOL;
    info->parameters = 0;
    info->dense_parameters = info->multiply_adds = 0;
    snprintf(info->text, sizeof info->text, "%s", spec->text);
    snprintf(info->name, sizeof info->name, "%s", layer->name);
    if (window) {
        info->field_y += spec->dilation * (spec->kh - 1) * info->jump_y;
        info->field_x += spec->dilation * (spec->kw - 1) * info->jump_x;
        info->jump_y *= spec->stride_y;
        info->jump_x *= spec->stride_x;
    }
    if (spec->kind == ARCH_DENSE) {
        info->field_y = net->height;
        info->field_x = net->width;
    }
    if (!window && spec->kind != ARCH_DENSE)
        return;
    int inputs = info->channels * (spec->kind == ARCH_CONV ? spec->kh * spec->kw : 1);
    info->height = layer->out.h;
    info->width = layer->out.w;
    info->channels = layer->out.c;
    double after = (double)info->height * info->width * info->channels;
    if (spec->kind == ARCH_CONV) {
        info->parameters = (size_t)spec->units * ((size_t)inputs + 1);
        info->multiply_adds = after * inputs;
    } else if (spec->kind == ARCH_DENSE) {
        info->parameters = (size_t)(after * (before + 1));
        info->multiply_adds = after * before;
    }
    info->dense_parameters = layer->weights ? after * (before + 1) : 0;
}

void imc_net_get_layer(const struct imc_net *net, int number, struct imc_layer_info *info)
{
    const struct network *n = net->network;
    struct arch arch = written_arch(n);
    *info = (struct imc_layer_info){.height = n->height, .width = n->width, .channels = n->channels, .field_y = 1, .field_x = 1};
    info->jump_y = info->jump_x = 1;
    for (int i = 0; i <= number; i++)
        follow_layer(n, &arch, i, info);
    info->field_y = info->field_y < n->height ? info->field_y : n->height;
    info->field_x = info->field_x < n->width ? info->field_x : n->width;
}

/* ---- looking into ---- */

/* Picture planes of a block whose channels lie side by side; `positive`: as after a ReLU. */
static void spread(const struct layout *at, const float *block, bool positive, float *maps)
{
    for (int c = 0; c < at->c; c++)
        for (int y = 0; y < at->h; y++)
            for (int x = 0; x < at->w; x++) {
                float value = block[layout_pixel(at, y, x) + (size_t)c];
                *maps++ = positive && value < 0 ? 0 : value;
            }
}

enum imc_status imc_net_maps(const struct imc_net *net, const uint8_t *picture, int number, float *maps, struct imc_error *error)
{
    const struct network *n = net->network;
    struct arch arch = written_arch(n);
    struct dataset set = {
        .pixels = (uint8_t *)picture, .count = 1, .channels = n->channels, .height = n->height, .width = n->width};
    struct workspace *workspace = NULL;
    struct feed feed;
    int shown = number;
    bool positive = false;
    for (; shown > 0 && (arch.layer[shown].kind == ARCH_RELU || arch.layer[shown].kind == ARCH_DROPOUT); shown--)
        positive |= arch.layer[shown].kind == ARCH_RELU; /* neither changes a shape */
    /* where the text has the ReLU before the pool, the network does it behind */
    positive |= arch.layer[shown].kind == ARCH_MAX_POOL && shown > 0 && arch.layer[shown - 1].kind == ARCH_RELU;
    const struct layer *layer = layer_of(n, &arch, shown);
    struct pool *pool = pool_create(1);
    enum imc_status status = pool ? feed_create(&feed, &set, NULL, 1, error) : fail_memory(error, "threads");
    if (!status)
        status = workspace_create(n, 1, 1, false, &workspace, error);
    if (!status) {
        uint32_t first = 0;
        struct pass pass = {.image = &first, .images = 1, .pool = pool};
        feed.pass = &pass;
        spread(&layer->out, pass_forward_to(workspace, &pass, &feed.source, layer->number + 1), positive, maps);
    }
    workspace_free(workspace);
    pool_destroy(pool);
    return status;
}
