/* tensorbank.c: a layer of a network becomes a bank. Its weights are [out][in][kh][kw], as PyTorch and ONNX have them, and
 * applied as correlation: nothing needs to be turned. */
#include "kernel/tensorbank.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "kernel/bank.h"
#include "kernel/kernfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char weight[] = ".weight", bias[] = ".bias";

enum { SHOWN = 80, JOINED_MAX = 1024 };

/* Is it a layer whose filters read a picture? */
static bool reads_pictures(const struct imc_tensor_info *info)
{
    return info->dims == 4 && (info->shape[1] == 1 || info->shape[1] == 3) && info->count > 0;
}

/* One whose numbers cannot be read is taken where there is no other, so that the refusal names their type. */
static int find_first(const struct imc_tensors *tensors)
{
    int count = imc_tensors_count(tensors), unread = -1;
    for (int i = 0; i < count; i++) {
        const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
        if (reads_pictures(info) && info->readable)
            return i;
        if (reads_pictures(info) && unread < 0)
            unread = i;
    }
    return unread;
}

static int find_joined(const struct imc_tensors *tensors, const char *stem, int length, const char *end)
{
    char joined[JOINED_MAX];
    int size = snprintf(joined, sizeof joined, "%.*s%s", length, stem, end);
    return size < JOINED_MAX ? imc_tensors_find(tensors, joined) : -1;
}

/* The layer whose name is nearest to a word that is none. */
static const char *nearest_layer(const struct imc_tensors *tensors, const char *word)
{
    int count = imc_tensors_count(tensors), layers = 0;
    const char **names = mem_alloc((size_t)count + 1, sizeof *names), *near = NULL;
    for (int i = 0; names && i < count; i++)
        if (imc_tensors_info(tensors, i)->dims == 4)
            names[layers++] = imc_tensors_info(tensors, i)->name;
    if (names) {
        char joined[JOINED_MAX];
        snprintf(joined, sizeof joined, "%s%s", word, weight);
        names[layers] = NULL;
        near = imc_name_nearest(word, names);
        near = near ? near : imc_name_nearest(joined, names);
    }
    mem_free(names);
    return near;
}

/* Length of the layer's name in a word such as "conv1:-1" or "conv1[3", whose end was to choose a filter; else 0. */
static int named_layer(const struct imc_tensors *tensors, const char *word)
{
    size_t length = strcspn(word, "[:");
    if (!word[length] || length > SHOWN)
        return 0;
    int exact = find_joined(tensors, word, (int)length, ""), layer = find_joined(tensors, word, (int)length, weight);
    return exact >= 0 || layer >= 0 ? (int)length : 0;
}

static enum imc_status refuse_name(const struct imc_tensors *tensors, const char *path, const char *word, struct imc_error *error)
{
    if (!word)
        return fail(
            error, IMC_ERR_ARGUMENT,
            "%s: no tensor of four dimensions with 1 or 3 input channels, whose filters could read a picture; 'imgconv info' "
            "lists what there is",
            path);
    int layer = named_layer(tensors, word);
    if (layer)
        return fail(error, IMC_ERR_ARGUMENT, "%s: no tensor '%.*s'; a filter of '%.*s' is %.*s:I, I a whole number from 0", path,
                    utf8_cut(word, SHOWN), word, layer, word, layer, word);
    const char *near = nearest_layer(tensors, word);
    return fail(error, IMC_ERR_ARGUMENT, "%s: no tensor '%.*s'%s%.*s%s 'imgconv info' lists them", path, utf8_cut(word, SHOWN),
                word, near ? "; did you mean '" : ";", near ? utf8_cut(near, SHOWN) : 0, near ? near : "", near ? "'?" : "");
}

/* Are these the sizes of a layer of filters? */
static enum imc_status check_shape(const struct imc_tensor_info *info, const char *path, struct imc_error *error)
{
    const uint64_t *shape = info->shape;
    if (info->dims != 4)
        return fail(error, IMC_ERR_ARGUMENT,
                    "%s: tensor '%.*s' has %d dimension%s; filters have four: filters, channels, height, width", path,
                    utf8_cut(info->name, SHOWN), info->name, info->dims, info->dims == 1 ? "" : "s");
    if (info->count == 0)
        return fail(error, IMC_ERR_FORMAT, "%s: tensor '%.*s' is empty", path, utf8_cut(info->name, SHOWN), info->name);
    if (info->count > IMC_BANK_TAPS_MAX || shape[2] > IMC_KERNEL_SIDE_MAX || shape[3] > IMC_KERNEL_SIDE_MAX)
        return fail(error, IMC_ERR_LIMIT,
                    "%s: tensor '%.*s' of %" PRIu64 " x %" PRIu64 " x %" PRIu64 " x %" PRIu64
                    " is too large for a filter bank: a side has at most %d taps, all together %d",
                    path, utf8_cut(info->name, SHOWN), info->name, shape[0], shape[1], shape[2], shape[3], IMC_KERNEL_SIDE_MAX,
                    IMC_BANK_TAPS_MAX);
    return IMC_OK;
}

/* Length of the layer's name, which its weights and its bias share. */
static int stem_length(const char *name)
{
    size_t length = strlen(name), end = strlen(weight);
    bool has = length > end && strcmp(name + length - end, weight) == 0;
    return (int)(has ? length - end : length);
}

static enum imc_status read_bias(const struct imc_tensors *tensors, const struct imc_tensor_info *weights, const char *path,
                                 struct imc_bank *bank, struct imc_error *error)
{
    int i = find_joined(tensors, weights->name, stem_length(weights->name), bias);
    if (i < 0)
        return IMC_OK;
    const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
    if (info->dims != 1 || info->count != (uint64_t)bank->filters)
        return fail(error, IMC_ERR_FORMAT, "%s: tensor '%.*s' is no bias of the %d filters of '%.*s'", path,
                    utf8_cut(info->name, SHOWN), info->name, bank->filters, utf8_cut(weights->name, SHOWN), weights->name);
    bank->bias = mem_alloc((size_t)bank->filters, sizeof *bank->bias);
    return bank->bias ? imc_tensors_read_weights(tensors, i, bank->bias, error) : fail_memory(error, path);
}

static enum imc_status fill(const struct imc_tensors *tensors, int i, const char *path, struct imc_bank *bank,
                            struct imc_error *error)
{
    const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
    char name[KERN_WORD_MAX + 16];
    int stem = stem_length(info->name), shown = utf8_cut(info->name, KERN_WORD_MAX);
    enum imc_status status = imc_tensors_read_weights(tensors, i, bank->weights, error);
    if (status || (status = read_bias(tensors, info, path, bank, error)))
        return status;
    for (int f = 0; f < bank->filters; f++) {
        snprintf(name, sizeof name, "%.*s.%d", stem < shown ? stem : shown, info->name, f);
        if (!bank_set_name(bank, f, name))
            return fail_memory(error, path);
    }
    bank->learned = true;
    return IMC_OK;
}

enum imc_status tensor_bank_make(const struct imc_tensors *tensors, const char *path, const char *tensor, struct imc_bank **bank,
                                 struct imc_error *error)
{
    *bank = NULL;
    int i = tensor ? imc_tensors_find(tensors, tensor) : find_first(tensors);
    if (i < 0 && tensor)
        i = find_joined(tensors, tensor, (int)strnlen(tensor, JOINED_MAX), weight);
    if (i < 0)
        return refuse_name(tensors, path, tensor, error);
    const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
    enum imc_status status = check_shape(info, path, error);
    if (status)
        return status;
    status = imc_bank_create((int)info->shape[0], (int)info->shape[1], (int)info->shape[2], (int)info->shape[3], bank, error);
    if (!status)
        status = fill(tensors, i, path, *bank, error);
    return bank_settle(status, bank);
}

enum imc_status tensor_bank_read(const char *path, const char *tensor, struct imc_bank **bank, struct imc_error *error)
{
    struct imc_tensors *tensors;
    *bank = NULL;
    enum imc_status status = imc_tensors_open(path, &tensors, error);
    if (!status)
        status = tensor_bank_make(tensors, path, tensor, bank, error);
    imc_tensors_close(tensors);
    return status;
}
