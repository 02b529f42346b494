/* generate.h: kernels that are computed from a size and a width. */
#ifndef GENERATE_H
#define GENERATE_H

#include "kernel/place.h"

#include <imgconv/kernel.h>

/* What was asked for: index 0 is rows (y), 1 is columns (x). */
struct generator_args {
    bool has_size, has_sigma;
    int size[2];
    double sigma[2];
};

struct generator {
    struct imc_kernel_entry entry;
    bool takes_sigma; /* all of them take a size */
    enum imc_status (*make)(const struct generator_args *args, const struct place *place, struct imc_bank **bank,
                            struct imc_error *error);
};

/* NULL where no generator has that name (`length` characters, letter case ignored). */
const struct generator *generator_find(const char *name, size_t length);
/* The i-th, NULL past the last. */
const struct generator *generator_at(int i);
/* Checks the arguments and makes the bank, named, without a label. `place` is the kernel text, for messages. */
enum imc_status generator_run(const struct generator *generator, const struct generator_args *args, const struct place *place,
                              struct imc_bank **bank, struct imc_error *error);

#endif
