/* model.c: a network as a safetensors file. Tensors carry the names and shapes that PyTorch gives to such layers: conv1.weight
 * [16,1,3,3], conv1.bias [16], dense1.weight [128,1568]. What the numbers mean stands in the metadata:
 *
 *     format      imgconv network 1
 *     arch        conv16x3,relu,pool2,...     input  28x28x1 (height, width, channels)
 *     preprocess  sample / 255, or "picture as it is, sample / 255" (trained on pictures that nobody prepared)
 *     classes     a name on each line
 *     recipe, seed, and history: a line an epoch, "rate loss accuracy validation-loss validation-accuracy"
 *     command     that trains it      test     what it reached on test pictures      sha256     of the numbers
 */
#include "nn/model.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_NOTE "imgconv network 1"
#define AS_IS_NOTE  "picture as it is, sample / 255"

/* ---- tensors ---- */

static int tensor_dims(const struct layer *layer, uint64_t shape[4])
{
    bool conv = layer->kind == &layer_conv;
    shape[0] = (uint64_t)layer->spec.units;
    shape[1] = (uint64_t)layer->in.c * (conv ? 1 : (uint64_t)layer->in.h * (uint64_t)layer->in.w);
    shape[2] = (uint64_t)layer->spec.kh;
    shape[3] = (uint64_t)layer->spec.kw;
    return conv ? 4 : 2;
}

static size_t tensor_count(const struct layer *layer)
{
    uint64_t shape[4], count = 1;
    int dims = tensor_dims(layer, shape);
    for (int d = 0; d < dims; d++)
        count *= shape[d];
    return (size_t)count;
}

size_t network_count(const struct network *net)
{
    size_t count = 0;
    for (int i = 0; i < net->layers; i++)
        if (net->layer[i].weights)
            count += tensor_count(&net->layer[i]) + (size_t)net->layer[i].spec.units;
    return count;
}

static float *add_tensor(struct tensor_list *list, const struct layer *layer, const char *prefix, const char *part)
{
    struct imc_tensor *tensor = &list->tensor[list->count];
    char *name = list->name[list->count];
    bool weight = strcmp(part, "weight") == 0;
    float *numbers = mem_alloc(weight ? tensor_count(layer) : (size_t)layer->spec.units, sizeof *numbers);
    if (!numbers)
        return NULL;
    snprintf(name, sizeof list->name[0], "%s%s.%s", prefix, layer->name, part);
    *tensor = (struct imc_tensor){.name = name, .dims = 1, .shape = {(uint64_t)layer->spec.units}, .numbers = numbers};
    if (weight)
        tensor->dims = tensor_dims(layer, tensor->shape);
    list->count++;
    return numbers;
}

enum imc_status tensor_list_add(struct tensor_list **list, const struct network *net, const float *block, const char *prefix,
                                struct imc_error *error)
{
    if (!*list && !(*list = mem_zalloc(1, sizeof **list)))
        return fail_memory(error, "the tensors of a model");
    for (int i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        if (!layer->weights)
            continue;
        float *weights = add_tensor(*list, layer, prefix, "weight"),
              *biases = weights ? add_tensor(*list, layer, prefix, "bias") : NULL;
        if (!biases)
            return fail_memory(error, "the tensors of a model");
        layer->kind->copy_out(layer, block, weights, biases);
    }
    return IMC_OK;
}

void tensor_list_free(struct tensor_list *list)
{
    for (int i = 0; list && i < list->count; i++)
        mem_free((float *)list->tensor[i].numbers);
    mem_free(list);
}

static enum imc_status read_tensor(const struct imc_tensors *file, const char *path, const struct imc_tensor *wanted,
                                   float *numbers, struct imc_error *error)
{
    int i = imc_tensors_find(file, wanted->name);
    if (i < 0)
        return fail(error, IMC_ERR_FORMAT, "%s: there is no tensor %s, which its architecture needs", path, wanted->name);
    const struct imc_tensor_info *info = imc_tensors_info(file, i);
    bool same = info->dims == wanted->dims;
    for (int d = 0; same && d < wanted->dims; d++)
        same = info->shape[d] == wanted->shape[d];
    if (!same)
        return fail(error, IMC_ERR_FORMAT, "%s: tensor %s has another shape than its architecture says", path, wanted->name);
    return imc_tensors_read_weights(file, i, numbers, error);
}

enum imc_status tensors_read_block(const struct imc_tensors *file, const char *path, const struct network *net, float *block,
                                   const char *prefix, struct imc_error *error)
{
    struct tensor_list *list = NULL;
    enum imc_status status = tensor_list_add(&list, net, block, prefix, error);
    for (int i = 0, t = 0; !status && i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        if (!layer->weights)
            continue;
        float *weights = (float *)list->tensor[t].numbers, *biases = (float *)list->tensor[t + 1].numbers;
        status = read_tensor(file, path, &list->tensor[t], weights, error);
        if (!status)
            status = read_tensor(file, path, &list->tensor[t + 1], biases, error);
        if (!status)
            layer->kind->copy_in(layer, block, weights, biases);
        t += 2;
    }
    tensor_list_free(list);
    return status;
}

/* ---- notes ---- */

/* Class names, a line each. */
static char *names_text(const struct imc_net *net)
{
    int classes = net->network->head.classes;
    char *text = malloc((size_t)classes * DATASET_NAME_MAX + 1);
    if (!text)
        return NULL;
    text[0] = 0;
    for (int c = 0, at = 0; c < classes; c++)
        at += snprintf(text + at, DATASET_NAME_MAX + 1, "%s%s", c ? "\n" : "", net->names[c]);
    return text;
}

static char *history_text(const struct imc_net *net)
{
    enum { LINE = 160 };
    char *text = malloc((size_t)net->epochs * LINE + 1);
    if (!text)
        return NULL;
    text[0] = 0;
    for (int e = 0, at = 0; e < net->epochs; e++) {
        const struct imc_epoch *h = &net->history[e];
        at += snprintf(text + at, LINE, "%s%.17g %.17g %.17g", e ? "\n" : "", h->rate, h->loss, h->accuracy);
        if (!isnan(h->validation_loss))
            at += snprintf(text + at, LINE, " %.17g %.17g", h->validation_loss, h->validation_accuracy);
    }
    return text;
}

bool model_notes(const struct imc_net *net, struct note_list *list)
{
    const struct network *n = net->network;
    char *names = names_text(net), *history = history_text(net);
    bool done = names && history && note_add(list, "format", FORMAT_NOTE) && note_add(list, "arch", "%s", n->text) &&
                note_add(list, "input", "%dx%dx%d", n->height, n->width, n->channels) &&
                note_add(list, "preprocess", "%s", net->as_is ? AS_IS_NOTE : "sample / 255") &&
                note_add(list, "classes", "%s", names) && note_add(list, "recipe", "%s", net->recipe) &&
                note_add(list, "seed", "%llu", (unsigned long long)net->seed) && note_add(list, "history", "%s", history) &&
                (!net->command[0] || note_add(list, "command", "%s", net->command)) &&
                (!net->result[0] || note_add(list, "test", "%s", net->result));
    free(names);
    free(history);
    return done;
}

enum imc_status model_add_epoch(struct imc_net *net, const struct imc_epoch *epoch, struct imc_error *error)
{
    struct imc_epoch *more = realloc(net->history, ((size_t)net->epochs + 1) * sizeof *more);
    if (!more)
        return fail_memory(error, "the history of a model");
    net->history = more;
    net->history[net->epochs++] = *epoch;
    return IMC_OK;
}

/* ---- from notes ---- */

static enum imc_status bad_note(struct imc_error *error, const char *path, const char *key)
{
    return fail(error, IMC_ERR_FORMAT, "%s: the note '%s' of its metadata is missing or damaged", path, key);
}

static bool read_input(const char *text, int size[3])
{
    for (int i = 0; i < 3; i++) {
        if (i && *text++ != 'x')
            return false;
        if (!text_to_int(text, &text, 1, i == 2 ? 1 : DATASET_SIDE_MAX, &size[i])) /* pictures are gray */
            return false;
    }
    return !*text;
}

static bool read_names(struct imc_net *net, const char *text)
{
    for (int c = 0; c < net->network->head.classes; c++) {
        size_t length = strcspn(text, "\n");
        if (length == 0 || length >= DATASET_NAME_MAX)
            return false;
        memcpy(net->names[c], text, length);
        text += length;
        text += *text == '\n';
    }
    return !*text;
}

static bool read_epoch(const char **text, struct imc_epoch *epoch)
{
    double *field[] = {&epoch->rate, &epoch->loss, &epoch->accuracy, &epoch->validation_loss, &epoch->validation_accuracy};
    int fields = 0;
    *epoch = (struct imc_epoch){.validation_loss = NAN, .validation_accuracy = NAN};
    while (fields < 5 && text_to_double(*text, text, field[fields])) {
        fields++;
        if (**text != ' ')
            break;
        ++*text;
    }
    return fields == 3 || fields == 5;
}

static enum imc_status read_history(struct imc_net *net, const char *path, const char *text, struct imc_error *error)
{
    enum imc_status status = IMC_OK;
    while (*text && !status) {
        struct imc_epoch epoch;
        if (net->epochs == EPOCHS_MAX || !read_epoch(&text, &epoch) || (*text && *text != '\n'))
            return bad_note(error, path, "history");
        text += *text == '\n';
        status = model_add_epoch(net, &epoch, error);
    }
    return status;
}

/* A note that is for people alone. */
static void read_remark(const struct imc_tensors *file, const char *key, char *text, size_t size)
{
    const char *value = imc_tensors_metadata_value(file, key);
    snprintf(text, size, "%s", value ? value : "");
}

static enum imc_status read_notes(const struct imc_tensors *file, const char *path, struct imc_net *net, struct imc_error *error)
{
    const char *names = imc_tensors_metadata_value(file, "classes"), *seed = imc_tensors_metadata_value(file, "seed");
    const char *history = imc_tensors_metadata_value(file, "history"), *taken = imc_tensors_metadata_value(file, "preprocess");
    char *end;
    net->as_is = taken && strcmp(taken, AS_IS_NOTE) == 0;
    net->names = mem_zalloc((size_t)net->network->head.classes, sizeof *net->names);
    if (!net->names)
        return fail_memory(error, "a model");
    if (!names || !read_names(net, names))
        return bad_note(error, path, "classes");
    read_remark(file, "recipe", net->recipe, sizeof net->recipe);
    read_remark(file, "command", net->command, sizeof net->command);
    read_remark(file, "test", net->result, sizeof net->result);
    net->seed = seed ? strtoull(seed, &end, 10) : 0;
    if (seed && *end)
        return bad_note(error, path, "seed");
    return history ? read_history(net, path, history, error) : IMC_OK;
}

enum imc_status refused_of_file(const char *path, enum imc_status status, const struct imc_error *refused, struct imc_error *error)
{
    return fail(error, status == IMC_ERR_ARGUMENT ? IMC_ERR_FORMAT : status, "%s: %s", path, refused->message);
}

enum imc_status model_from_notes(const struct imc_tensors *file, const char *path, struct imc_net **out, struct imc_error *error)
{
    const char *format = imc_tensors_metadata_value(file, "format"), *arch = imc_tensors_metadata_value(file, "arch");
    const char *input = imc_tensors_metadata_value(file, "input");
    int size[3];
    size_t numbers = 0; /* in the file: no honest network of it has more weights */
    *out = NULL;
    if (!format || strcmp(format, FORMAT_NOTE) != 0)
        return fail(error, IMC_ERR_FORMAT,
                    "%s: not a network of imgconv train (its metadata does not say '" FORMAT_NOTE
                    "'); its filters can be used with -k",
                    path);
    if (!arch)
        return bad_note(error, path, "arch");
    if (!input || !read_input(input, size))
        return bad_note(error, path, "input");
    struct imc_net *net = mem_zalloc(1, sizeof *net);
    if (!net)
        return fail_memory(error, "a model");
    for (int i = 0; i < imc_tensors_count(file); i++)
        numbers += (size_t)imc_tensors_info(file, i)->count;
    struct imc_error refused;
    enum imc_status status = network_create(arch, size[0], size[1], size[2], numbers, &net->network, &refused);
    status = status ? refused_of_file(path, status, &refused, error) : read_notes(file, path, net, error);
    if (status) {
        imc_net_free(net);
        return status;
    }
    *out = net;
    return IMC_OK;
}

/* ---- whole files ---- */

enum imc_status imc_net_load(const char *path, struct imc_net **net, struct imc_error *error)
{
    struct imc_tensors *file = NULL;
    *net = NULL;
    enum imc_status status = imc_tensors_open(path, &file, error);
    if (!status)
        status = model_from_notes(file, path, net, error);
    if (!status)
        status = tensors_read_block(file, path, (*net)->network, (*net)->network->parameter, "", error);
    imc_tensors_close(file);
    if (status) {
        imc_net_free(*net);
        *net = NULL;
        return status;
    }
    network_load((*net)->network);
    return IMC_OK;
}

enum imc_status imc_net_save(const struct imc_net *net, const char *path, struct imc_error *error)
{
    struct tensor_list *list = NULL;
    struct note_list notes = {0};
    char hash[IMC_HASH_TEXT_MAX];
    enum imc_status status = tensor_list_add(&list, net->network, net->network->parameter, "", error);
    if (!status)
        status = imc_tensors_save_hash(list->tensor, list->count, hash, error);
    if (!status && !(model_notes(net, &notes) && note_add(&notes, "sha256", "%s", hash)))
        status = fail_memory(error, "a model");
    if (!status)
        status = imc_tensors_save(path, false, list->tensor, list->count, notes.note, notes.count, error);
    tensor_list_free(list);
    note_list_free(&notes);
    return status;
}

enum imc_status imc_net_hash(const struct imc_net *net, char text[IMC_HASH_TEXT_MAX], struct imc_error *error)
{
    struct tensor_list *list = NULL;
    enum imc_status status = tensor_list_add(&list, net->network, net->network->parameter, "", error);
    if (!status)
        status = imc_tensors_save_hash(list->tensor, list->count, text, error);
    tensor_list_free(list);
    return status;
}

void imc_net_set_test(struct imc_net *net, const char *source, const struct imc_evaluation *evaluation)
{
    char name[DATASET_SOURCE_MAX];
    double share = evaluation->count ? (double)evaluation->right / evaluation->count : 0;
    snprintf(net->result, sizeof net->result, "%.100s: %d of %d right (%.2f %%), loss %.4f", folder_last_name(source, name),
             evaluation->right, evaluation->count, 100 * share, evaluation->loss);
}

void imc_net_free(struct imc_net *net)
{
    if (!net)
        return;
    network_free(net->network);
    free(net->history);
    mem_free(net->names);
    mem_free(net);
}
