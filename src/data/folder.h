/* folder.h: a folder with a folder of pictures for each class. */
#ifndef FOLDER_H
#define FOLDER_H

#include "data/dataset.h"
#include <stdbool.h>

/* Are there folders with pictures in it, directly or in train/ or test/? */
bool folder_is_there(const char *folder);

/* Reads the halves that are wanted: train/ and test/ where one of these is there, else the folder itself as the training half.
 * The sorted names of the classes are the labels; test/ must have no other classes than train/. Pictures of one size are taken
 * as they are, in gray; where sizes differ each is prepared as `imgconv predict` does (digit_input.h). A half that is not there
 * stays empty. */
enum imc_status folder_open(const char *folder, enum dataset_want want, struct dataset_pair *pair, struct imc_error *error);

#endif
