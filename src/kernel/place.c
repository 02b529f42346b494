/* place.c: messages with their place. */
#include "kernel/place.h"

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SHOWN = 60, SENTENCE_MAX = 400 };

static enum imc_status fail_in_text(struct imc_error *error, enum imc_status status, const struct place *place, const char *at,
                                    const char *sentence)
{
    const char *dots = strlen(place->name) > TEXT_SHOWN ? "..." : "";
    if (at)
        return fail(error, status, "kernel '%.*s%s', column %ld: %s", TEXT_SHOWN, place->name, dots, (long)(at - place->start) + 1,
                    sentence);
    return fail(error, status, "kernel '%.*s%s': %s", TEXT_SHOWN, place->name, dots, sentence);
}

enum imc_status fail_at(struct imc_error *error, enum imc_status status, const struct place *place, const char *at,
                        const char *format, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (place->line == 0)
        return fail_in_text(error, status, place, at, sentence);
    if (at)
        return fail(error, status, "%s:%d:%ld: %s", place->name, place->line, (long)(at - place->start) + 1, sentence);
    return fail(error, status, "%s:%d: %s", place->name, place->line, sentence);
}
