/* kernmeta.c: metadata lines, by a table of keys. */
#include "kernel/kernmeta.h"

#include "base/textnum.h"
#include "kernel/taps.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const combine_names[] = {"none", "magnitude", "max", "sum", "abs", NULL};
static const char *const map_names[] = {"auto", "clip", "abs", "offset", "fit", "raw", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

const char *combine_name(enum imc_combine combine)
{
    return combine_names[combine];
}

const char *map_name(enum imc_map map)
{
    return map_names[map];
}

/* A value with its place, blanks trimmed. */
struct value {
    const char *at, *end;
    const struct place *place;
    struct imc_error *error;
};

static enum imc_status refuse(const struct value *value, const char *expected)
{
    return fail_at(value->error, IMC_ERR_FORMAT, value->place, value->at, "%s expected", expected);
}

static enum imc_status read_word(const struct value *value, const char *const *names, const char *expected, int *number)
{
    size_t length = (size_t)(value->end - value->at);
    for (int i = 0; names[i]; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], value->at, length) == 0) {
            *number = i;
            return IMC_OK;
        }
    return refuse(value, expected);
}

static enum imc_status read_number(const struct value *value, float *number)
{
    const char *at = value->at;
    enum imc_status status = taps_read_number(&at, number, value->place, value->error);
    return status || at == value->end ? status : refuse(value, "one number or fraction");
}

static enum imc_status read_anchor(const struct value *value, struct kern_meta *meta)
{
    const char *at = value->at, *end;
    if (!text_to_int(at, &end, 0, IMC_KERNEL_SIDE_MAX - 1, &meta->anchor_y) || *end != ',')
        return refuse(value, "the anchor's row and column, such as 1,1, counted from 0,");
    at = skip_blanks(end + 1, value->end);
    if (!text_to_int(at, &end, 0, IMC_KERNEL_SIDE_MAX - 1, &meta->anchor_x) || end != value->end)
        return refuse(value, "the anchor's row and column, such as 1,1, counted from 0,");
    meta->has_anchor = true;
    meta->anchor_line = value->place->line;
    return IMC_OK;
}

static enum imc_status read_channels(const struct value *value, struct kern_meta *meta)
{
    const char *end;
    bool good = text_to_int(value->at, &end, 1, IMC_BANK_TAPS_MAX, &meta->channels) && end == value->end;
    return good ? IMC_OK : refuse(value, "a number of channels");
}

/* Those up to KEY_BIAS speak of one kernel. */
enum key {
    KEY_NAME,
    KEY_GROUP,
    KEY_ANSWERS,
    KEY_BIAS,
    KEY_SCALE,
    KEY_OFFSET,
    KEY_COMBINE,
    KEY_MAP,
    KEY_ANCHOR,
    KEY_LEARNED,
    KEY_CHANNELS,
    KEYS
};
static const char *const keys[KEYS] = {"name",    "group", "answers", "bias",    "scale",   "offset",
                                       "combine", "map",   "anchor",  "learned", "channels"};

static enum imc_status read_meta(enum key key, const struct value *value, struct kern_meta *meta)
{
    int number = 0;
    enum imc_status status;
    switch (key) {
    case KEY_SCALE:
        return read_number(value, &meta->scale);
    case KEY_OFFSET:
        return read_number(value, &meta->offset);
    case KEY_COMBINE:
        status = read_word(value, combine_names, "none, magnitude, max, sum or abs", &number);
        meta->combine = (enum imc_combine)number;
        return status;
    case KEY_MAP:
        status = read_word(value, map_names, "auto, clip, abs, offset, fit or raw", &number);
        meta->map = (enum imc_map)number;
        return status;
    case KEY_LEARNED:
        status = read_word(value, no_yes, "yes or no", &number);
        meta->learned = number;
        return status;
    case KEY_CHANNELS:
        return read_channels(value, meta);
    default:
        return read_anchor(value, meta);
    }
}

static void copy_value(char out[KERN_WORD_MAX], const struct value *value)
{
    snprintf(out, KERN_WORD_MAX, "%.*s", (int)(value->end - value->at < KERN_WORD_MAX ? value->end - value->at : KERN_WORD_MAX),
             value->at);
}

enum imc_status kernmeta_read(const char *at, const char *end, struct kern_note *note, struct kern_meta *meta, bool begun,
                              bool *known, const struct place *place, struct imc_error *error)
{
    *known = false;
    at = skip_blanks(at + 1, end);
    const char *colon = memchr(at, ':', (size_t)(end - at));
    if (!colon)
        return IMC_OK;
    int key = 0;
    while (key < KEYS && (strlen(keys[key]) != (size_t)(colon - at) || strncasecmp(keys[key], at, (size_t)(colon - at)) != 0))
        key++;
    if (key == KEYS)
        return IMC_OK;
    *known = true;
    struct value value = {skip_blanks(colon + 1, end), end, place, error};
    while (value.end > value.at && skip_blanks(value.end - 1, value.end) == value.end)
        value.end--;
    if (value.at == value.end)
        return fail_at(error, IMC_ERR_FORMAT, place, at, "%s has no value", keys[key]);
    if (key <= KEY_ANSWERS) {
        copy_value(key == KEY_NAME ? note->name : key == KEY_GROUP ? note->group : note->answers, &value);
        return IMC_OK;
    }
    if (key == KEY_BIAS) {
        meta->has_bias = true;
        return read_number(&value, &note->bias);
    }
    if (begun)
        return fail_at(error, IMC_ERR_FORMAT, place, at, "%s holds for the whole file: it belongs above the first kernel",
                       keys[key]);
    return read_meta((enum key)key, &value, meta);
}
