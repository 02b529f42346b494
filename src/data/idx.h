/* idx.h: the IDX format of MNIST: images and labels, gzip'd or not. */
#ifndef IDX_H
#define IDX_H

#include "data/dataset.h"
#include "image/input.h"

/* Reads one pair. The inputs are borrowed; `source` is the set's. */
enum imc_status idx_read(struct input *images, struct input *labels, const char *source, struct dataset *set,
                         struct imc_error *error);

/* The files of one half in a folder, "train" or "t10k", under any of the names they go by. Neither is there: IMC_OK and *set empty.
 * One of two: an error. */
enum imc_status idx_open(const char *folder, const char *half, struct dataset *set, struct imc_error *error);

/* Is one of the four files of either half there? */
bool idx_is_there(const char *folder);

#endif
