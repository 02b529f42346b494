/* model.h: the inside of an imc_net: a network and what a model file says of it. */
#ifndef MODEL_H
#define MODEL_H

#include "base/tensornotes.h"
#include "data/dataset.h"
#include "nn/network.h"

#include <imgconv/net.h>

enum { RECIPE_MAX = 64, COMMAND_MAX = 1024, RESULT_MAX = 256, EPOCHS_MAX = 100000 };

struct imc_net {
    struct network *network;
    char recipe[RECIPE_MAX];
    char command[COMMAND_MAX]; /* that trained it, and what it reached on test pictures; "" where nothing is known */
    char result[RESULT_MAX];
    uint64_t seed;
    bool as_is; /* trained on pictures as they were: predict takes them so */
    int epochs; /* of the history */
    struct imc_epoch *history;
    char (*names)[DATASET_NAME_MAX]; /* [classes] */
};

/* Room for one epoch more. */
enum imc_status model_add_epoch(struct imc_net *net, const struct imc_epoch *epoch, struct imc_error *error);

/* The tensors of one block of a network's parameters (the parameters themselves, or what an optimiser keeps beside them), in the
 * order of model files, their names behind `prefix`. */
struct tensor_list {
    int count;
    struct imc_tensor tensor[8 * ARCH_LAYERS_MAX];
    char name[8 * ARCH_LAYERS_MAX][48];
};
/* Adds a block to a list; *list NULL: to a new one. tensor_list_free frees it, also where adding failed. */
enum imc_status tensor_list_add(struct tensor_list **list, const struct network *net, const float *block, const char *prefix,
                                struct imc_error *error);
void tensor_list_free(struct tensor_list *list);
/* Reads such tensors back into a block. Errors: FORMAT (one is missing, or its shape is another), IO. */
enum imc_status tensors_read_block(const struct imc_tensors *file, const char *path, const struct network *net, float *block,
                                   const char *prefix, struct imc_error *error);

/* The notes that every file of a network has. */
bool model_notes(const struct imc_net *net, struct note_list *list);
/* What a file asks for was refused: that is the file's fault, not wrong use. Returns the status for it. */
enum imc_status refused_of_file(const char *path, enum imc_status status, const struct imc_error *refused, struct imc_error *error);
/* A network of the file's notes: architecture, classes, seed, recipe and history; parameters zero. */
enum imc_status model_from_notes(const struct imc_tensors *file, const char *path, struct imc_net **net, struct imc_error *error);

#endif
