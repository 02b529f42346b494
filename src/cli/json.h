/* json.h: a printer of strict JSON (RFC 8259) for --json. Every document is one object that begins with "version": 1. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 16 };

struct json {
    FILE *out;
    int depth;
    bool line;                   /* all on one line */
    bool filled[JSON_DEPTH_MAX]; /* something stands at this level already: a comma is due */
    char close[JSON_DEPTH_MAX];
};

/* Opens the document. */
void json_begin(struct json *json, FILE *out);
/* Closes it. */
void json_end(struct json *json);
/* The same on one line, for JSON Lines, its first member "event"; flushed at its end. */
void json_line_begin(struct json *json, FILE *out, const char *event);
void json_line_end(struct json *json);

/* In all that follow `key` is the member's name, or NULL inside an array. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
/* Closes the innermost object or array. */
void json_close(struct json *json);

/* NULL text is null; bytes that are not UTF-8 become U+FFFD. */
void json_string(struct json *json, const char *key, const char *text);
void json_int(struct json *json, const char *key, int64_t value);
void json_unsigned(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
/* The shortest digits that read back alike; what is not finite has no form in JSON and becomes null. */
void json_float(struct json *json, const char *key, float value);
void json_double(struct json *json, const char *key, double value);

#endif
