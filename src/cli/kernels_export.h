/* kernels_export.h: kernels written as files. */
#ifndef KERNELS_EXPORT_H
#define KERNELS_EXPORT_H

#include <imgconv/imgconv.h>

/* Opens one kernel; NULL after saying why, *code is then the exit code. */
struct imc_bank *kernel_open(const char *text, int *code);

/* Writes the kernels that were named, or all built-in ones into a folder; returns the exit code. A learned bank becomes a file for
 * each filter, and bank.npy. */
int kernels_export(int count, char **texts, const char *target);

#endif
