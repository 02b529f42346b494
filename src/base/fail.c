/* fail.c: the one place where error sentences are made. */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

enum imc_status fail(struct imc_error *error, enum imc_status status, const char *format, ...)
{
    if (!error)
        return status;
    error->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    for (char *p = error->message; *p; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            *p = '?';
    return status;
}

enum imc_status fail_memory(struct imc_error *error, const char *what)
{
    return fail(error, IMC_ERR_MEMORY, "out of memory for %s", what);
}

const char *imc_status_text(enum imc_status status)
{
    static const char *const text[] = {"done",         "wrong request", "out of memory", "over a limit", "input or output failed",
                                       "damaged file", "not supported", "cancelled"};
    return (unsigned)status < sizeof text / sizeof *text ? text[status] : "unknown status";
}
