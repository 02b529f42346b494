/* leaf.c: names, taps and files, with their parameters. */
#include "kernel/leaf.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/modelpath.h"
#include "base/textnum.h"
#include "kernel/bank.h"
#include "kernel/builtin.h"
#include "kernel/generate.h"
#include "kernel/inlinetaps.h"
#include "kernel/kernfile.h"
#include "kernel/npybank.h"
#include "kernel/taps.h"
#include "kernel/tensorbank.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_MAX = 64 };

/* Everything that can be said about a leaf besides its name. */
struct leaf_args {
    struct generator_args generator;
    bool has_anchor, has_filter;
    int anchor[2];
    int filter; /* of a file */
};

struct context {
    const struct place *place;
    struct imc_error *error;
};

/* Reads one number of a pair, up to the 'x', the comma or the end. It is cut out first: in sigma=0x2 the number is 0, not
 * hexadecimal. */
static bool read_part(const char **at, const char *end, bool integer, double *value)
{
    char text[NUMBER_MAX];
    const char *stop = *at, *behind;
    while (stop < end && !strchr("xX,", *stop))
        stop++;
    size_t length = (size_t)(stop - *at);
    while (length > 0 && skip_blanks(*at + length - 1, *at + length) == *at + length)
        length--;
    if (length >= sizeof text)
        return false;
    memcpy(text, *at, length);
    text[length] = 0;
    int whole;
    if (integer ? !text_to_int(text, &behind, -(1 << 30), 1 << 30, &whole) : !text_to_double(text, &behind, value))
        return false;
    if (integer)
        *value = whole;
    *at = stop;
    return *behind == 0;
}

/* "5" or "3x5" or "3,5": rows first; one number is for both. */
static bool read_pair(const struct item *item, bool integer, bool both, double pair[2])
{
    const char *at = item->value, *end = item->value_end;
    if (!read_part(&at, end, integer, &pair[0]))
        return false;
    pair[1] = pair[0];
    if (at == end)
        return !both;
    at = skip_blanks(at + 1, end);
    return read_part(&at, end, integer, &pair[1]) && at == end;
}

enum item_key { ITEM_SIZE, ITEM_SIGMA, ITEM_ANCHOR, ITEM_SHAPE };

static const char *item_key_name(int key)
{
    static const char *const pairs[ITEM_SHAPE] = {"size", "sigma", "anchor"};
    return key < ITEM_SHAPE ? pairs[key] : shape_key_name((enum shape_key)(key - ITEM_SHAPE));
}

/* A parameter that is one number. */
static enum imc_status read_shape(const struct context *c, const struct item *item, enum shape_key key, struct generator_args *args)
{
    const char *at = item->value;
    if (!read_part(&at, item->value_end, false, &args->shape[key]) || at != item->value_end)
        return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, item->value, "%s is a number, such as %s", shape_key_name(key),
                       key == SHAPE_WAVELENGTH ? "4"
                       : key == SHAPE_GAMMA    ? "0.5"
                                               : "45 (degrees)");
    args->has_shape[key] = true;
    return IMC_OK;
}

static enum imc_status read_item(const struct context *c, const struct item *item, struct leaf_args *args)
{
    enum { KEYS = ITEM_SHAPE + SHAPE_KEYS };
    int key = 0, length = (int)(item->key_end - item->key);
    double pair[2];
    while (key < KEYS && ((int)strlen(item_key_name(key)) != length || strncasecmp(item_key_name(key), item->key, (size_t)length)))
        key++;
    if (key == KEYS)
        return fail_at(
            c->error, IMC_ERR_ARGUMENT, c->place, item->key,
            "no parameter is named %.*s; there are size, sigma and anchor, for some kernels wavelength, theta, psi and gamma",
            length < NUMBER_MAX ? length : NUMBER_MAX, item->key);
    if (key >= ITEM_SHAPE)
        return read_shape(c, item, (enum shape_key)(key - ITEM_SHAPE), &args->generator);
    if (key == ITEM_SIGMA) {
        if (!read_pair(item, false, false, args->generator.sigma))
            return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, item->value,
                           "sigma is a number, such as 1.5, or rows x columns, such as 2x0.5");
        args->generator.has_sigma = true;
        return IMC_OK;
    }
    if (!read_pair(item, true, key == ITEM_ANCHOR, pair))
        return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, item->value, "%s",
                       key == ITEM_SIZE ? "size is a whole number of taps, such as 5, or rows x columns, such as 3x5"
                                        : "anchor is a row and a column, such as 1,1, counted from 0");
    for (int a = 0; a < 2; a++)
        *(key == ITEM_SIZE ? &args->generator.size[a] : &args->anchor[a]) = (int)pair[a];
    *(key == ITEM_SIZE ? &args->generator.has_size : &args->has_anchor) = true;
    return IMC_OK;
}

static enum imc_status read_items(const struct context *c, const char *at, const char *end, struct leaf_args *args)
{
    struct item item;
    while (at < end && item_read(at, end, &item)) {
        enum imc_status status = read_item(c, &item, args);
        if (status)
            return status;
        at = item.value_end < end ? item.value_end + 1 : end;
    }
    return IMC_OK;
}

/* What --size and --sigma say takes the place of what the text says. One number of a pair stands for both. */
static void add_params(const struct imc_kernel_params *params, struct generator_args *args)
{
    if (!params)
        return;
    if (params->size_y != 0 || params->size_x != 0) {
        args->has_size = true;
        args->size[0] = params->size_y != 0 ? params->size_y : params->size_x;
        args->size[1] = params->size_x != 0 ? params->size_x : params->size_y;
    }
    if (!(params->sigma_y < 0) || !(params->sigma_x < 0)) {
        args->has_sigma = true;
        args->sigma[0] = params->sigma_y < 0 ? params->sigma_x : params->sigma_y;
        args->sigma[1] = params->sigma_x < 0 ? params->sigma_y : params->sigma_x;
    }
}

/* The first parameter that was given and is not among those of `generator`, or of a kernel that has none where it is NULL; NULL
 * if there is no such parameter. */
static const char *misplaced_parameter(const struct generator_args *args, const struct generator *generator)
{
    unsigned takes = generator ? generator->takes : 0;
    if (args->has_size && !generator)
        return item_key_name(ITEM_SIZE);
    if (args->has_sigma && !(takes & TAKES_SIGMA))
        return item_key_name(ITEM_SIGMA);
    for (int key = 0; key < SHAPE_KEYS; key++)
        if (args->has_shape[key] && !(takes & 1u << key))
            return shape_key_name((enum shape_key)key);
    return NULL;
}

static enum imc_status check_parameters(const struct context *c, const struct node *node, const struct leaf_args *args,
                                        const struct generator *generator)
{
    const char *misplaced = misplaced_parameter(&args->generator, generator);
    int length = (int)(node->end - node->at);
    length = length < NUMBER_MAX ? length : NUMBER_MAX;
    if (misplaced && generator)
        return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, NULL, "%.*s has no %s; it has %s", length, node->at, misplaced,
                       generator->entry.params);
    if (misplaced)
        return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, NULL, "%.*s has no %s; 'imgconv kernels' lists the parameters", length,
                       node->at, misplaced);
    return IMC_OK;
}

static enum imc_status make_named(const struct context *c, const struct node *node, const struct leaf_args *args,
                                  struct imc_bank **bank)
{
    size_t length = (size_t)(node->end - node->at);
    const struct generator *generator = generator_find(node->at, length);
    enum imc_status status = IMC_OK;
    if (!generator || (generator->file_is_default && !args->generator.has_size)) {
        status = builtin_make(node->at, length, bank, c->error);
        if (!status && !*bank)
            return fail_unknown_kernel(node->at, length, c->place, c->error);
    }
    if (!status)
        status = check_parameters(c, node, args, generator);
    if (!status && !*bank)
        status = generator_run(generator, &args->generator, c->place, bank, c->error);
    return status;
}

/* "I" or "[I]" that fills at..end. */
static bool read_index(const char *at, const char *end, int *index)
{
    bool bracket = at < end && *at == '[';
    const char *stop;
    return text_to_int(at + bracket, &stop, 0, 1 << 30, index) && (!bracket || *stop == ']') && stop + bracket == end;
}

/* The last colon of at..end, or NULL. */
static const char *last_colon(const char *at, const char *end)
{
    while (end > at && end[-1] != ':')
        end--;
    return end > at ? end - 1 : NULL;
}

/* Takes ":I" and ":key=value,..." off the end of a file's text; *end is then the end of the path. */
static enum imc_status split_path(const struct context *c, const char *at, const char **end, struct leaf_args *args)
{
    for (const char *colon; (colon = last_colon(at, *end)); *end = colon) {
        struct item item;
        if (!args->has_filter && read_index(colon + 1, *end, &args->filter)) {
            args->has_filter = true;
        } else if (item_read(colon + 1, *end, &item)) {
            enum imc_status status = read_items(c, colon + 1, *end, args);
            if (status)
                return status;
        } else {
            break;
        }
    }
    return IMC_OK;
}

/* Does the path, or its part before a colon (model.onnx:conv1), end so? */
static bool has_suffix(const char *path, const char *suffix)
{
    size_t m = strlen(suffix);
    for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.'))
        if (strncasecmp(dot, suffix, m) == 0 && (dot[m] == 0 || dot[m] == ':'))
            return true;
    return false;
}

static enum imc_status refuse_model(const char *path, struct imc_error *error)
{
    static const char *const models[] = {".pth", ".pt", ".onnx", ".ckpt", ".h5"};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (has_suffix(path, models[i]))
            return fail(error, IMC_ERR_UNSUPPORTED,
                        "%s: of model files safetensors are read: save the weights so (in PyTorch: "
                        "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')), or as .npy",
                        path);
    return IMC_OK;
}

/* Where the path of a model file ends in "model.safetensors:conv1" or "model:digits:conv1": at the colon or the end; NULL where the
 * text names none. */
static char *model_end(char *text)
{
    static const char suffix[] = ".safetensors";
    char *from = text;
    if (model_is_named(text)) {
        char *colon = strchr(strchr(text, ':') + 1, ':');
        return colon ? colon : text + strlen(text);
    }
    while ((from = strchr(from, '.'))) {
        char *end = from + sizeof suffix - 1;
        if (strncasecmp(from, suffix, sizeof suffix - 1) == 0 && (*end == 0 || *end == ':' || *end == '['))
            return end;
        from++;
    }
    return NULL;
}

/* Takes "[I]" off the end: conv1[3] is conv1:3. */
static void split_brackets(char *text, struct leaf_args *args)
{
    size_t length = strlen(text);
    char *open = length && text[length - 1] == ']' ? strrchr(text, '[') : NULL;
    if (!open || args->has_filter || !read_index(open, text + length, &args->filter))
        return;
    args->has_filter = true;
    *open = 0;
}

/* "PATH[:TENSOR]", with `end` where the path ends; both are cut apart. */
static enum imc_status read_model(char *path, char *end, struct imc_bank **bank, struct imc_error *error)
{
    const char *tensor = *end ? end + 1 : NULL;
    *end = 0;
    return tensor_bank_read(path, tensor && *tensor ? tensor : NULL, bank, error);
}

static enum imc_status read_bank(char *path, struct leaf_args *args, struct imc_bank **bank, struct imc_error *error)
{
    char *end = model_end(path);
    if (end)
        split_brackets(path, args);
    enum imc_status status = end ? read_model(path, end, bank, error) : refuse_model(path, error);
    if (!end && !status)
        status = has_suffix(path, ".npy") ? npy_bank_read(path, bank, error) : kernfile_read(path, bank, error);
    if (status || !args->has_filter)
        return status;
    if (args->filter >= (*bank)->filters)
        return fail(error, IMC_ERR_ARGUMENT, "%s: no filter %d; it has %d, counted from 0", path, args->filter, (*bank)->filters);
    imc_bank_select(*bank, args->filter);
    return IMC_OK;
}

static enum imc_status make_file(const struct context *c, const struct node *node, struct leaf_args *args, struct imc_bank **bank)
{
    const char *end = node->end;
    enum imc_status status = split_path(c, node->at, &end, args);
    if (status)
        return status;
    size_t length = (size_t)(end - node->at);
    char *path = mem_alloc(length + 1, 1);
    if (!path)
        return fail_memory(c->error, "a file's name");
    memcpy(path, node->at, length);
    path[length] = 0;
    status = read_bank(path, args, bank, c->error);
    mem_free(path);
    return status;
}

static enum imc_status set_anchor(const struct context *c, const struct leaf_args *args, struct imc_bank *bank)
{
    if (!args->has_anchor)
        return IMC_OK;
    int y = args->anchor[0], x = args->anchor[1];
    if (y < 0 || x < 0 || y >= bank->kh || x >= bank->kw)
        return fail_at(c->error, IMC_ERR_ARGUMENT, c->place, NULL,
                       "the anchor %d,%d lies outside the kernel of %d rows and %d columns", y, x, bank->kh, bank->kw);
    bank->anchor_y = y;
    bank->anchor_x = x;
    return IMC_OK;
}

enum imc_status leaf_make(const struct place *place, const struct node *node, const struct imc_kernel_params *params,
                          struct imc_bank **bank, struct imc_error *error)
{
    struct context context = {place, error}, *c = &context;
    struct leaf_args args = {0};
    *bank = NULL;
    enum imc_status status = read_items(c, node->items, node->items_end, &args);
    add_params(params, &args.generator);
    if (status)
        return status;
    if (node->kind == NODE_NAME)
        status = make_named(c, node, &args, bank);
    else if (node->kind == NODE_TAPS)
        status = inline_taps_parse(node->at, node->end, place, bank, error);
    else
        status = make_file(c, node, &args, bank);
    if (!status && node->kind != NODE_NAME)
        status = check_parameters(c, node, &args, NULL);
    if (!status)
        status = set_anchor(c, &args, *bank);
    return bank_settle(status, bank);
}
