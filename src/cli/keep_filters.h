/* keep_filters.h: the filters of every epoch, for `train --keep-filters`. */
#ifndef KEEP_FILTERS_H
#define KEEP_FILTERS_H

#include <stdbool.h>

/* Writes the first layer of filters of the file `model` as FOLDER/epoch-001.safetensors, tensors of the same names. False after
 * saying why. */
bool keep_filters(const char *folder, const char *model, int epoch);

#endif
