/* json.c: the printer knows at each level whether a comma is due, so that its callers only name members and values. Members of an
 * object stand on lines of their own, items of an array of numbers in one line. */
#include "cli/json.h"
#include "cli/numbers.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Length of the UTF-8 character at `text`, or 0 where there is none (also for surrogates and overlong forms). */
static int utf8_length(const unsigned char *text)
{
    if (text[0] < 0x80)
        return 1;
    int length = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    if ((text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) || (text[0] == 0xF0 && text[1] < 0x90) ||
        (text[0] == 0xF4 && text[1] > 0x8F))
        return 0;
    return length;
}

static void print_quoted(FILE *out, const char *text)
{
    putc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        int length = utf8_length(p);
        if (length == 0) {
            fputs("\\ufffd", out);
            p++;
            continue;
        }
        if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p < 32 || *p == 127)
            fprintf(out, "\\u%04x", *p);
        else
            fwrite(p, 1, (size_t)length, out);
        p += length;
    }
    putc('"', out);
}

static void indent(struct json *json)
{
    if (json->line) {
        if (json->filled[json->depth])
            putc(' ', json->out);
        return;
    }
    fprintf(json->out, "\n%*s", 2 * json->depth, "");
}

/* The comma before a value, and its key. Objects in an array start lines of their own. */
static void lead(struct json *json, const char *key, bool own_line)
{
    if (json->filled[json->depth])
        putc(',', json->out);
    if (key || own_line)
        indent(json);
    else if (json->filled[json->depth])
        putc(' ', json->out);
    json->filled[json->depth] = true;
    if (key) {
        print_quoted(json->out, key);
        fputs(": ", json->out);
    }
}

static void open_level(struct json *json, char open, char close)
{
    putc(open, json->out);
    json->depth++;
    json->filled[json->depth] = false;
    json->close[json->depth] = close;
}

void json_begin(struct json *json, FILE *out)
{
    *json = (struct json){.out = out};
    open_level(json, '{', '}');
    json_int(json, "version", 1);
}

void json_end(struct json *json)
{
    json_close(json);
    putc('\n', json->out);
}

void json_line_begin(struct json *json, FILE *out, const char *event)
{
    *json = (struct json){.out = out, .line = true};
    open_level(json, '{', '}');
    json_string(json, "event", event);
}

void json_line_end(struct json *json)
{
    json->filled[json->depth] = false; /* nothing is due before the brace */
    json_end(json);
    fflush(json->out);
}

void json_object(struct json *json, const char *key)
{
    lead(json, key, true);
    open_level(json, '{', '}');
}

void json_array(struct json *json, const char *key)
{
    lead(json, key, false);
    open_level(json, '[', ']');
}

void json_close(struct json *json)
{
    char close = json->close[json->depth];
    bool lines = close == '}' && json->filled[json->depth];
    json->depth--;
    if (lines)
        indent(json);
    putc(close, json->out);
}

void json_string(struct json *json, const char *key, const char *text)
{
    lead(json, key, false);
    if (text)
        print_quoted(json->out, text);
    else
        fputs("null", json->out);
}

void json_int(struct json *json, const char *key, int64_t value)
{
    lead(json, key, false);
    fprintf(json->out, "%" PRId64, value);
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
    lead(json, key, false);
    fprintf(json->out, "%" PRIu64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    lead(json, key, false);
    fputs(value ? "true" : "false", json->out);
}

void json_float(struct json *json, const char *key, float value)
{
    char text[NUMBER_TEXT_MAX];
    lead(json, key, false);
    fputs(isfinite(value) ? number_float_text(text, value) : "null", json->out);
}

void json_double(struct json *json, const char *key, double value)
{
    char text[NUMBER_TEXT_MAX];
    lead(json, key, false);
    fputs(isfinite(value) ? number_double_text(text, value) : "null", json->out);
}
