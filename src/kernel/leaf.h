/* leaf.h: one leaf of a kernel text becomes a bank. */
#ifndef LEAF_H
#define LEAF_H

#include "kernel/parse.h"

/* Makes the bank that `node` (no call) stands for. `params` (NULL allowed) is what the command line adds to it. *bank has no label.
 * Errors: ARGUMENT (unknown name or parameter), UNSUPPORTED (model files), those of the readers of files. */
enum imc_status leaf_make(const struct place *place, const struct node *node, const struct imc_kernel_params *params,
                          struct imc_bank **bank, struct imc_error *error);

#endif
