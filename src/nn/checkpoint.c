/* checkpoint.c: a run between two batches as a safetensors file: the weights as in a model file, what the optimiser keeps beside
 * them (first.conv1.weight, second.conv1.weight), the best weights so far (best.*), and in the metadata the options and what was
 * reached. Numbers that must come back to the last bit are written as hexadecimal floats. */
#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"
#include "data/opened.h"
#include "nn/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".safetensors"

char *imc_checkpoint_path(const char *model)
{
    size_t length = strlen(model), suffix = strlen(SUFFIX);
    bool has = length > suffix && strcmp(model + length - suffix, SUFFIX) == 0;
    char *path;
    return asprintf(&path, "%.*s.checkpoint" SUFFIX, (int)(has ? length - suffix : length), model) < 0 ? NULL : path;
}

/* ---- options as notes ---- */

enum field_kind { FIELD_INT, FIELD_DOUBLE, FIELD_FLOAT, FIELD_BOOL };

#define OPTION(kind, name)                                                                                                         \
    {                                                                                                                              \
#name, kind, offsetof(struct imc_train_options, name)                                                                      \
    }
/* Every option but texts, the seed and threads. Enumerations are ints. */
static const struct field {
    const char *name;
    enum field_kind kind;
    size_t at;
} fields[] = {
    OPTION(FIELD_INT, epochs),
    OPTION(FIELD_INT, batch),
    OPTION(FIELD_DOUBLE, rate),
    OPTION(FIELD_INT, schedule),
    OPTION(FIELD_INT, optimiser),
    OPTION(FIELD_DOUBLE, momentum),
    OPTION(FIELD_DOUBLE, beta1),
    OPTION(FIELD_DOUBLE, beta2),
    OPTION(FIELD_DOUBLE, epsilon),
    OPTION(FIELD_DOUBLE, weight_decay),
    OPTION(FIELD_DOUBLE, label_smoothing),
    OPTION(FIELD_DOUBLE, validation),
    OPTION(FIELD_INT, patience),
    OPTION(FIELD_BOOL, he),
    OPTION(FIELD_FLOAT, augment.shift),
    OPTION(FIELD_FLOAT, augment.rotation),
    OPTION(FIELD_FLOAT, augment.scale),
    OPTION(FIELD_FLOAT, augment.shear),
    OPTION(FIELD_FLOAT, augment.stroke),
    OPTION(FIELD_FLOAT, augment.elastic),
};
_Static_assert(sizeof(enum imc_schedule) == sizeof(int) && sizeof(enum imc_optimiser) == sizeof(int), "kept as ints");

enum { FIELDS = sizeof fields / sizeof *fields };

static bool note_option(struct note_list *list, const struct imc_train_options *options, const struct field *field)
{
    const char *at = (const char *)options + field->at;
    if (field->kind == FIELD_DOUBLE)
        return note_add(list, field->name, "%a", *(const double *)at);
    if (field->kind == FIELD_FLOAT)
        return note_add(list, field->name, "%a", (double)*(const float *)at);
    return note_add(list, field->name, "%d", field->kind == FIELD_BOOL ? *(const bool *)at : *(const int *)at);
}

static bool read_option(const char *text, struct imc_train_options *options, const struct field *field)
{
    char *at = (char *)options + field->at;
    const char *end;
    double number;
    int whole;
    if (field->kind == FIELD_DOUBLE || field->kind == FIELD_FLOAT) {
        if (!text_to_double(text, &end, &number) || *end)
            return false;
        if (field->kind == FIELD_DOUBLE)
            *(double *)at = number;
        else
            *(float *)at = (float)number;
        return true;
    }
    if (!text_to_int(text, &end, 0, INT32_MAX, &whole) || *end)
        return false;
    if (field->kind == FIELD_BOOL)
        *(bool *)at = whole;
    else
        *(int *)at = whole;
    return true;
}

static enum imc_status bad_note(struct imc_error *error, const char *path, const char *key)
{
    return fail(error, IMC_ERR_FORMAT, "%s: not a checkpoint of imgconv train, or damaged: its metadata has no usable '%s'", path,
                key);
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The model of a checkpoint lies beside it, under the name that the checkpoint's own is made of, whatever path it tells: it may
 * have been moved, and no file may choose what a run overwrites. */
static enum imc_status model_beside(const char *path, const char *told, char **model, struct imc_error *error)
{
    const char *name = name_in(told);
    char *expected = imc_checkpoint_path(name);
    enum imc_status status = IMC_OK;
    *model = NULL;
    if (!expected)
        return fail_memory(error, "a checkpoint");
    if (strcmp(expected, name_in(path)) != 0)
        status = fail(error, IMC_ERR_FORMAT, "%s: is the checkpoint of '%s': name it %s to go on", path, name, expected);
    else if (asprintf(model, "%.*s%s", (int)(name_in(path) - path), path, name) < 0)
        status = fail_memory(error, "a checkpoint");
    free(expected);
    return status;
}

/* The texts of a checkpoint's options: recipe, architecture and path, one behind the other. */
static enum imc_status read_texts(const struct imc_tensors *file, const char *path, struct imc_train_options *options, char **text,
                                  struct imc_error *error)
{
    const char *recipe = imc_tensors_metadata_value(file, "recipe"), *arch = imc_tensors_metadata_value(file, "arch");
    const char *told = imc_tensors_metadata_value(file, "path");
    char *model;
    if (!recipe || !arch)
        return bad_note(error, path, !recipe ? "recipe" : "arch");
    enum imc_status status = model_beside(path, told, &model, error);
    if (status)
        return status;
    int length = asprintf(text, "%s%c%s%c%s", recipe, 0, arch, 0, model);
    free(model);
    if (length < 0) {
        *text = NULL;
        return fail_memory(error, "a checkpoint");
    }
    options->recipe = *text;
    options->arch = options->recipe + strlen(options->recipe) + 1;
    options->path = options->arch + strlen(options->arch) + 1;
    return IMC_OK;
}

static enum imc_status read_options(const struct imc_tensors *file, const char *path, struct imc_train_options *options,
                                    char **text, struct imc_error *error)
{
    const char *seed = imc_tensors_metadata_value(file, "seed");
    char *end;
    for (int i = 0; i < FIELDS; i++) {
        const char *value = imc_tensors_metadata_value(file, fields[i].name);
        if (!value || !read_option(value, options, &fields[i]))
            return bad_note(error, path, fields[i].name);
    }
    options->seed = seed ? strtoull(seed, &end, 10) : 0;
    if (!seed || *end)
        return bad_note(error, path, "seed");
    if (options->schedule > IMC_SCHEDULE_ONE_CYCLE || options->optimiser > IMC_OPTIMISER_ADAMW)
        return bad_note(error, path, "schedule");
    return read_texts(file, path, options, text, error);
}

/* A network as large as the text asks for is made before its weights are read: is the file that large? */
static enum imc_status check_network(const struct imc_tensors *file, const char *path, struct imc_error *error)
{
    struct imc_net *told;
    enum imc_status status = model_from_notes(file, path, &told, error);
    imc_net_free(told);
    return status;
}

/* Taken for its checkpoint, a model is the likeliest wrong file. */
static enum imc_status refuse_model(const struct imc_tensors *file, const char *path, struct imc_error *error)
{
    if (imc_tensors_metadata_value(file, "path"))
        return IMC_OK;
    char *checkpoint = imc_checkpoint_path(path);
    if (!checkpoint)
        return fail_memory(error, "a checkpoint");
    fail(error, IMC_ERR_FORMAT, "%s: a model, not a checkpoint: a run that was stopped goes on from %s", path, checkpoint);
    free(checkpoint);
    return IMC_ERR_FORMAT;
}

enum imc_status imc_checkpoint_options(const char *path, struct imc_train_options *options, char **text, struct imc_error *error)
{
    struct imc_tensors *file = NULL;
    *options = (struct imc_train_options){0};
    *text = NULL;
    enum imc_status status = imc_tensors_open(path, &file, error);
    if (!status)
        status = check_network(file, path, error);
    if (!status)
        status = refuse_model(file, path, error);
    if (!status)
        status = read_options(file, path, options, text, error);
    imc_tensors_close(file);
    return status;
}

/* ---- what was reached ---- */

static bool note_progress(struct note_list *list, const struct trainer *t)
{
    const struct progress *at = &t->at;
    return note_add(list, "epoch", "%d", at->epoch) && note_add(list, "next-batch", "%d", at->batch) &&
           note_add(list, "loss", "%a", at->loss) && note_add(list, "right", "%d", at->right) &&
           note_add(list, "seen", "%d", at->seen) && note_add(list, "best-loss", "%a", at->best_loss) &&
           note_add(list, "best-epoch", "%d", at->best_epoch) &&
           note_add(list, "steps", "%llu", (unsigned long long)t->optimiser.steps) &&
           note_add(list, "path", "%s", t->options.path) && note_add(list, "data", "%016llx", (unsigned long long)t->fingerprint);
}

static enum imc_status check_data(const struct imc_tensors *file, const char *path, const struct dataset *set,
                                  struct imc_error *error)
{
    const char *data = imc_tensors_metadata_value(file, "data");
    if (!data || strtoull(data, NULL, 16) != dataset_fingerprint(set))
        return fail(error, IMC_ERR_ARGUMENT, "%s: was made on other data than %s: name the same with --data", path, set->source);
    return IMC_OK;
}

static enum imc_status read_progress(const struct imc_tensors *file, const char *path, struct trainer *t, struct imc_error *error)
{
    struct progress *at = &t->at;
    const struct {
        const char *key;
        int *whole;
        double *real;
    } parts[] = {{"epoch", &at->epoch, NULL},          {"next-batch", &at->batch, NULL}, {"loss", NULL, &at->loss},
                 {"right", &at->right, NULL},          {"seen", &at->seen, NULL},        {"best-loss", NULL, &at->best_loss},
                 {"best-epoch", &at->best_epoch, NULL}};
    const char *end, *steps = imc_tensors_metadata_value(file, "steps");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *value = imc_tensors_metadata_value(file, parts[i].key);
        bool good = value && (parts[i].whole ? text_to_int(value, &end, 0, INT32_MAX, parts[i].whole)
                                             : text_to_double(value, &end, parts[i].real));
        if (!good || *end)
            return bad_note(error, path, parts[i].key);
    }
    char *after;
    t->optimiser.steps = steps ? strtoull(steps, &after, 10) : 0;
    if (!steps || *after)
        return bad_note(error, path, "steps");
    if (at->epoch > t->options.epochs || (int64_t)at->batch * t->options.batch > (int64_t)t->train + t->options.batch)
        return bad_note(error, path, "next-batch");
    if (at->right > at->seen || at->seen > t->train || !isfinite(at->loss))
        return bad_note(error, path, "seen");
    return IMC_OK;
}

/* ---- files ---- */

static enum imc_status list_tensors(const struct trainer *t, struct tensor_list **list, struct imc_error *error)
{
    const struct network *net = t->net->network;
    enum imc_status status = tensor_list_add(list, net, net->parameter, "", error);
    if (!status)
        status = tensor_list_add(list, net, t->optimiser.first, "first.", error);
    if (!status)
        status = tensor_list_add(list, net, t->optimiser.second, "second.", error);
    return status || !t->best ? status : tensor_list_add(list, net, t->best, "best.", error);
}

enum imc_status checkpoint_save(const struct trainer *t, struct imc_error *error)
{
    struct tensor_list *list = NULL;
    struct note_list notes = {0};
    char *path = imc_checkpoint_path(t->options.path);
    enum imc_status status = path ? list_tensors(t, &list, error) : fail_memory(error, "a checkpoint");
    bool noted = model_notes(t->net, &notes) && note_progress(&notes, t);
    for (int i = 0; i < FIELDS; i++)
        noted = noted && note_option(&notes, &t->options, &fields[i]);
    if (!status && !noted)
        status = fail_memory(error, "a checkpoint");
    if (!status)
        status = imc_tensors_save(path, false, list->tensor, list->count, notes.note, notes.count, error);
    tensor_list_free(list);
    note_list_free(&notes);
    free(path);
    return status;
}

void imc_checkpoint_remove(const char *model)
{
    char *path = imc_checkpoint_path(model);
    if (path)
        unlink(path);
    free(path);
}

static enum imc_status read_blocks(const struct imc_tensors *file, const char *path, struct trainer *t, struct imc_error *error)
{
    const struct network *net = t->net->network;
    enum imc_status status = tensors_read_block(file, path, net, net->parameter, "", error);
    if (!status)
        status = tensors_read_block(file, path, net, t->optimiser.first, "first.", error);
    if (!status)
        status = tensors_read_block(file, path, net, t->optimiser.second, "second.", error);
    return status || !t->best ? status : tensors_read_block(file, path, net, t->best, "best.", error);
}

/* The epochs before this one and the command of the run, as the model file tells them. */
static enum imc_status take_record(const struct imc_tensors *file, const char *path, struct trainer *t, struct imc_error *error)
{
    struct imc_net *told;
    enum imc_status status = model_from_notes(file, path, &told, error);
    if (!status)
        memcpy(t->net->command, told->command, sizeof told->command);
    for (int e = 0; !status && e < told->epochs; e++)
        status = model_add_epoch(t->net, &told->history[e], error);
    imc_net_free(told);
    return status;
}

/* The options are the file's, so a trainer that refuses them refuses the file. */
static enum imc_status load(struct trainer *t, const struct imc_tensors *file, const char *path,
                            const struct imc_train_options *options, const struct imc_dataset *set, struct imc_error *error)
{
    struct imc_error refused;
    enum imc_status status = check_data(file, path, dataset_opened(set, IMC_DATASET_TRAIN), error);
    if (status)
        return status;
    status = trainer_create(t, options, set, &refused);
    if (status)
        return refused_of_file(path, status, &refused, error);
    status = read_progress(file, path, t, error);
    if (!status)
        status = read_blocks(file, path, t, error);
    return status ? status : take_record(file, path, t, error);
}

enum imc_status checkpoint_open(struct trainer *t, const char *path, const struct imc_dataset *set, int threads, char **text,
                                struct imc_error *error)
{
    struct imc_train_options options;
    struct imc_tensors *file = NULL;
    *t = (struct trainer){.pictures = NULL};
    enum imc_status status = imc_checkpoint_options(path, &options, text, error);
    options.threads = threads;
    if (!status)
        status = imc_tensors_open(path, &file, error);
    if (!status)
        status = load(t, file, path, &options, set, error);
    imc_tensors_close(file);
    return status;
}
