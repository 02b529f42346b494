/* safetensors_scan.c: one pass over the text that knows only strings, brackets and commas. A parser of JSON recurses with each
 * bracket and takes a node for each value: that is settled here, before it runs. */
#include "base/safetensors_scan.h"

#include "base/fail.h"
#include "base/safetensors.h"
#include "base/utf8.h"

#include <string.h>

/* The header, a tensor, its shape. */
enum { DEPTH_MAX = 3 };

struct scan {
    const char *text;
    size_t size;
    const char *name;
    struct imc_error *error;
};

static enum imc_status damaged(const struct scan *s, size_t at, const char *what)
{
    return fail(s->error, IMC_ERR_FORMAT, "%s: damaged safetensors header at byte %zu: %s", s->name, at + SAFETENSORS_HEAD, what);
}

/* *at is on the opening quote, and is left on the closing one. */
static enum imc_status skip_string(const struct scan *s, size_t *at)
{
    static const char zero[] = "\\u0000";
    size_t open = *at;
    for ((*at)++; *at < s->size && s->text[*at] != '"'; (*at)++) {
        if ((unsigned char)s->text[*at] < 32)
            return damaged(s, *at, "a control character in a string");
        if (s->text[*at] != '\\')
            continue;
        if (s->size - *at >= 6 && memcmp(s->text + *at, zero, 6) == 0)
            return damaged(s, *at, "a zero character in a string");
        (*at)++;
    }
    return *at < s->size ? IMC_OK : damaged(s, open, "a string that is not closed");
}

static enum imc_status scan_brackets(const struct scan *s)
{
    int depth = 0, values = 0;
    for (size_t at = 0; at < s->size; at++) {
        enum imc_status status = s->text[at] == '"' ? skip_string(s, &at) : IMC_OK;
        if (status)
            return status;
        switch (s->text[at]) {
        case '{':
        case '[':
            if (++depth > DEPTH_MAX)
                return damaged(s, at, "brackets nested deeper than a header has them");
            break;
        case '}':
        case ']':
            depth--;
            break;
        case ',':
            if (++values > SAFETENSORS_VALUES_MAX)
                return fail(s->error, IMC_ERR_LIMIT, "%s: a safetensors header of more than %d values", s->name,
                            SAFETENSORS_VALUES_MAX);
            break;
        }
    }
    return IMC_OK;
}

enum imc_status safetensors_scan(const char *text, size_t size, const char *name, struct imc_error *error)
{
    struct scan scan = {text, size, name, error};
    size_t place;
    if (size == 0 || text[0] != '{')
        return damaged(&scan, 0, "it does not begin with '{'");
    if (!utf8_check(text, size, &place))
        return damaged(&scan, place, "not UTF-8");
    return scan_brackets(&scan);
}
