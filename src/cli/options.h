/* options.h: a command's options as one table, from which the parser, the help and the suggestions come. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* One row: an option, or a heading of the help where `name` is NULL. A row without `help` ends the table. */
struct option_spec {
    const char *name;     /* without dashes */
    char letter;          /* the short form, or 0 */
    const char *argument; /* what the help calls its value; NULL where it takes none, "[=X]" where a number may follow */
    /* Stores `value` (NULL where there is none) in the request. A bad value: says why, returns false. NULL: help. */
    bool (*set)(const struct option_spec *spec, void *request, const char *value);
    size_t at;          /* which member of the request, for the setters below */
    const void *detail; /* what the setter needs to know: a struct words, a struct number_range */
    const char *help;
};

/* The row of -h, --help. */
#define OPTION_HELP                                                                                                                \
    {                                                                                                                              \
        "help", 'h', NULL, NULL, 0, NULL, "this help"                                                                              \
    }

struct number_range {
    double lo, hi;
};

/* Setters for common kinds of members. */
bool option_set_flag(const struct option_spec *spec, void *request, const char *value);  /* bool: true */
bool option_set_text(const struct option_spec *spec, void *request, const char *value);  /* const char * */
bool option_set_word(const struct option_spec *spec, void *request, const char *value);  /* an enum; detail: struct words */
bool option_set_int(const struct option_spec *spec, void *request, const char *value);   /* int; detail: struct number_range */
bool option_set_pair(const struct option_spec *spec, void *request, const char *value);  /* int[2]; detail: struct number_range */
bool option_set_float(const struct option_spec *spec, void *request, const char *value); /* float */

enum options_result { OPTIONS_OK, OPTIONS_BAD, OPTIONS_HELP };

/* Parses argv[1..argc-1]. Operands are moved to argv[0..*operands-1]. Options stand anywhere before `--`. */
enum options_result options_parse(const struct option_spec *table, int argc, char **argv, void *request, int *operands);

/* Prints the rows as lines of help. */
void options_print_help(const struct option_spec *table);

#endif
