/* train_command.h: a run's options as the command that repeats it. */
#ifndef TRAIN_COMMAND_H
#define TRAIN_COMMAND_H

#include <imgconv/net.h>

enum { COMMAND_MAX = 1024 };

/* "imgconv train --data mnist --recipe notes --seed 1": recipe, seed, and what differs from the recipe. Of folders the last name
 * alone is told: a model that travels says nothing about the machine that made it. */
void train_command(const struct imc_train_options *options, const struct imc_dataset_info *data, char text[COMMAND_MAX]);

#endif
