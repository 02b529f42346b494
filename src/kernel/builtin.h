/* builtin.h: the kernels that have names. */
#ifndef BUILTIN_H
#define BUILTIN_H

#include "kernel/place.h"

#include <imgconv/kernel.h>
#include <stddef.h>

/* Makes the fixed kernel, or the filter of a fixed bank, of that name (`length` characters, letter case ignored). *bank is NULL,
 * and the status IMC_OK, where there is none. */
enum imc_status builtin_make(const char *name, size_t length, struct imc_bank **bank, struct imc_error *error);

/* The error for a name that nothing has, with the word that imgconv has for it. */
enum imc_status fail_unknown_kernel(const char *name, size_t length, const struct place *place, struct imc_error *error);

#endif
