/* train_command.h: a run's options as the command that repeats it. */
#ifndef TRAIN_COMMAND_H
#define TRAIN_COMMAND_H

#include "nn/dataset.h"

#include <imgconv/net.h>
#include <stdbool.h>

enum { COMMAND_MAX = 1024 };

/* "imgconv train --data mnist --recipe notes --seed 1": recipe, seed, and what differs from the recipe. Of folders the last name
 * alone is told: a model that travels says nothing about the machine that made it. */
void train_command(const struct imc_train_options *options, const char *arch, const struct dataset *pictures, bool builtin,
                   char text[COMMAND_MAX]);

/* The last name of a path. */
const char *folder_last_name(const char *path, char name[DATASET_SOURCE_MAX]);

#endif
