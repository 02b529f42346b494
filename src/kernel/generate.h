/* generate.h: kernels that are computed from a few numbers: the list of them, and what was asked for. */
#ifndef GENERATE_H
#define GENERATE_H

#include "kernel/place.h"

#include <imgconv/kernel.h>

/* Parameters of one number each. */
enum shape_key { SHAPE_WAVELENGTH, SHAPE_THETA, SHAPE_PSI, SHAPE_GAMMA, SHAPE_KEYS };

/* What a generator takes besides a size: TAKES_SIGMA, and 1 << key for a shape_key. */
enum { TAKES_SIGMA = 1 << SHAPE_KEYS };

/* What was asked for: index 0 is rows (y), 1 is columns (x). */
struct generator_args {
    bool has_size, has_sigma, has_shape[SHAPE_KEYS];
    int size[2];
    double sigma[2];
    double shape[SHAPE_KEYS]; /* angles in degrees */
};

struct generator;
/* Makes the bank; after a failure *bank may hold one that is to be freed. */
typedef enum imc_status generator_maker(const struct generator *generator, const struct generator_args *args,
                                        const struct place *place, struct imc_bank **bank, struct imc_error *error);

struct generator {
    struct imc_kernel_entry entry;
    unsigned takes;
    bool file_is_default; /* without a size the kernel file of that name is meant, which has the list's entry too */
    generator_maker *make;
};

/* "wavelength" ... */
const char *shape_key_name(enum shape_key key);
/* NULL where no generator has that name (`length` characters, letter case ignored). */
const struct generator *generator_find(const char *name, size_t length);
/* The i-th, NULL past the last. */
const struct generator *generator_at(int i);
/* Checks the arguments and makes the bank, named, without a label. `place` is the kernel text, for messages. */
enum imc_status generator_run(const struct generator *generator, const struct generator_args *args, const struct place *place,
                              struct imc_bank **bank, struct imc_error *error);

#endif
