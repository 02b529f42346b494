/* taps.c: rows of numbers. */
#include "kernel/taps.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++;
    return at;
}

static enum imc_status grow(struct tap_list *list, const struct place *place, struct imc_error *error)
{
    if (list->count >= IMC_BANK_TAPS_MAX)
        return fail_at(error, IMC_ERR_LIMIT, place, NULL, "more than %d taps", IMC_BANK_TAPS_MAX);
    size_t room = list->room ? list->room * 2 : FIRST_ROOM;
    float *taps = mem_alloc(room, sizeof *taps);
    if (!taps)
        return fail_memory(error, "the taps of a kernel");
    if (list->count)
        memcpy(taps, list->taps, list->count * sizeof *taps);
    mem_free(list->taps);
    list->taps = taps;
    list->room = room;
    return IMC_OK;
}

enum imc_status taps_add(struct tap_list *list, float tap, const struct place *place, struct imc_error *error)
{
    if (list->count == list->room) {
        enum imc_status status = grow(list, place, error);
        if (status)
            return status;
    }
    list->taps[list->count++] = tap;
    return IMC_OK;
}

/* What stands where a number should: one sentence for each slip that is likely. */
static enum imc_status refuse(const char *at, const struct place *place, struct imc_error *error)
{
    if (*at == '.' || *at == '-' || *at == '+' || isdigit((unsigned char)*at))
        return fail_at(error, IMC_ERR_FORMAT, place, at, "not a finite number, such as 2, -0.5, 1e-3 or 1/16");
    if (isgraph((unsigned char)*at))
        return fail_at(error, IMC_ERR_FORMAT, place, at, "'%c' stands where a number should be, such as 2, -0.5 or 1/16", *at);
    return fail_at(error, IMC_ERR_FORMAT, place, at, "a number is missing");
}

enum imc_status taps_read_number(const char **at, float *value, const struct place *place, struct imc_error *error)
{
    const char *end;
    double number, divisor = 1;
    if (!text_to_double(*at, &end, &number))
        return refuse(*at, place, error);
    if (*end == '/') {
        const char *below = end + 1;
        if (!text_to_double(below, &end, &divisor))
            return refuse(below, place, error);
        if (divisor == 0)
            return fail_at(error, IMC_ERR_FORMAT, place, below, "division by zero");
    }
    number /= divisor;
    if (!isfinite((float)number)) /* 3.4028235e38, the text of the largest float, is a little larger than that float */
        return fail_at(error, IMC_ERR_FORMAT, place, *at, "the number is too large: at most 3.4e38");
    *at = end;
    *value = (float)number;
    return IMC_OK;
}

/* Blanks and one comma between numbers; *comma where the comma stood, or NULL. */
static const char *skip_separator(const char *at, const char *end, const char **comma)
{
    at = skip_blanks(at, end);
    *comma = NULL;
    if (at < end && *at == ',') {
        *comma = at;
        at = skip_blanks(at + 1, end);
    }
    return at;
}

enum imc_status taps_read_row(const char *at, const char *end, struct tap_list *list, int *count, const struct place *place,
                              struct imc_error *error)
{
    *count = 0;
    const char *comma = NULL;
    for (at = skip_blanks(at, end); at < end;) {
        const char *number = at;
        float tap;
        enum imc_status status = taps_read_number(&at, &tap, place, error);
        if (status)
            return status;
        if (*count == IMC_KERNEL_SIDE_MAX)
            return fail_at(error, IMC_ERR_LIMIT, place, number, "more than %d taps in a row", IMC_KERNEL_SIDE_MAX);
        status = taps_add(list, tap, place, error);
        if (status)
            return status;
        ++*count;
        const char *behind = at;
        at = skip_separator(at, end, &comma);
        if (at == behind && at < end)
            return fail_at(error, IMC_ERR_FORMAT, place, at, "'%c' behind a number: taps are separated by blanks or commas",
                           isgraph((unsigned char)*at) ? *at : '?');
    }
    if (comma)
        return fail_at(error, IMC_ERR_FORMAT, place, comma, "a number is missing behind the comma");
    return IMC_OK;
}
