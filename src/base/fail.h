/* fail.h: filling an imc_error. */
#ifndef FAIL_H
#define FAIL_H

#include <imgconv/status.h>

/* Stores `status` and the formatted sentence in *error (NULL allowed) and returns `status`, so that a failure is one line:
 *     return fail(error, IMC_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
 * Control characters in the result are shown as '?', so that a hostile file name cannot drive the terminal. */
enum imc_status fail(struct imc_error *error, enum imc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* fail() for want of memory. */
enum imc_status fail_memory(struct imc_error *error, const char *what);

#endif
