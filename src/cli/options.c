/* options.c: walks the command line with getopt_long. That function takes any unambiguous beginning of a long option for the whole,
 * so that a later option could change what an old script means; hence each long option is looked up in the table before
 * getopt_long sees it. In the mode "-" operands come back in order as option 1, and optind always names the next word. */
#include "cli/options.h"
#include "cli/message.h"
#include "cli/numbers.h"
#include "cli/words.h"
#include <imgconv/imgconv.h>

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 64, LONG_BASE = 256 };

static void *member(const struct option_spec *spec, void *request)
{
    return (char *)request + spec->at;
}

bool option_set_flag(const struct option_spec *spec, void *request, const char *value)
{
    (void)value;
    *(bool *)member(spec, request) = true;
    return true;
}

bool option_set_text(const struct option_spec *spec, void *request, const char *value)
{
    if (!*value)
        return refuse("--%s has an empty %s", spec->name, spec->argument);
    *(const char **)member(spec, request) = value;
    return true;
}

bool option_set_word(const struct option_spec *spec, void *request, const char *value)
{
    char option[40];
    int number;
    snprintf(option, sizeof option, "--%s", spec->name);
    if (!words_find(spec->detail, option, value, &number))
        return false;
    memcpy(member(spec, request), &number, sizeof number); /* every enum of ours is as wide as an int */
    return true;
}

bool option_set_int(const struct option_spec *spec, void *request, const char *value)
{
    const struct number_range *range = spec->detail;
    double number;
    if (!number_read(value, &number) || number < range->lo || number > range->hi || number != (double)(int)number)
        return refuse("--%s wants a whole number from %g to %g, not '%s'", spec->name, range->lo, range->hi, value);
    *(int *)member(spec, request) = (int)number;
    return true;
}

bool option_set_pair(const struct option_spec *spec, void *request, const char *value)
{
    const struct number_range *range = spec->detail;
    if (!number_read_pair(value, (int)range->lo, (int)range->hi, member(spec, request)))
        return refuse("--%s wants a whole number or two (rows,columns) from %g to %.0f, not '%s'", spec->name, range->lo, range->hi,
                      value);
    return true;
}

bool option_set_float(const struct option_spec *spec, void *request, const char *value)
{
    double number;
    if (!number_read(value, &number))
        return refuse("--%s wants a number, not '%s'", spec->name, value);
    *(float *)member(spec, request) = (float)number;
    return true;
}

static const struct option_spec *find_long(const struct option_spec *table, const char *name, size_t length)
{
    for (const struct option_spec *spec = table; spec->help; spec++)
        if (spec->name && strncmp(spec->name, name, length) == 0 && spec->name[length] == '\0')
            return spec;
    return NULL;
}

static const struct option_spec *find_letter(const struct option_spec *table, int letter)
{
    for (const struct option_spec *spec = table; spec->help; spec++)
        if (spec->name && spec->letter == letter)
            return spec;
    return NULL;
}

/* The option that was meant by a word that is none: one that it begins, else the nearest. */
static const char *nearest_option(const struct option_spec *table, const char *name)
{
    const char *names[OPTIONS_MAX];
    size_t count = 0;
    for (const struct option_spec *spec = table; spec->help; spec++)
        if (spec->name && count + 1 < OPTIONS_MAX) {
            if (*name && strncmp(spec->name, name, strlen(name)) == 0)
                return spec->name;
            names[count++] = spec->name;
        }
    names[count] = NULL;
    return imc_name_nearest(name, names);
}

/* Is the word a long option written in full, with a value only where one is due? */
static bool check_long(const struct option_spec *table, const char *word)
{
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    const struct option_spec *spec = find_long(table, name, length);
    if (spec && name[length] == '=' && !spec->argument)
        return refuse("--%s takes no value", spec->name);
    if (spec)
        return true;
    char written[64];
    snprintf(written, sizeof written, "%.*s", (int)length, name);
    const char *near = nearest_option(table, written);
    return near ? refuse("no option '--%s'; did you mean '--%s'?", written, near)
                : refuse("no option '--%s'; --help lists them", written);
}

/* May the option stand alone? Its value is a number behind '=', or the next word if that is a number. */
static bool may_stand_alone(const struct option_spec *spec)
{
    return spec->argument && spec->argument[0] == '[';
}

static const char *next_number(int argc, char **argv)
{
    double number;
    return optind < argc && number_read(argv[optind], &number) ? argv[optind++] : NULL;
}

/* The table in getopt_long's own form. */
struct getopt_form {
    char letters[2 + 2 * OPTIONS_MAX + 1];
    struct option longs[OPTIONS_MAX + 1];
};

static void make_getopt_form(const struct option_spec *table, struct getopt_form *form)
{
    char *letter = form->letters;
    *letter++ = '-'; /* operands in order */
    *letter++ = ':'; /* a missing value is told from an unknown option */
    int count = 0;
    for (const struct option_spec *spec = table; spec->help && count < OPTIONS_MAX; spec++) {
        if (!spec->name)
            continue;
        int takes = !spec->argument ? no_argument : may_stand_alone(spec) ? optional_argument : required_argument;
        form->longs[count++] = (struct option){spec->name, takes, NULL, LONG_BASE + (int)(spec - table)};
        if (!spec->letter)
            continue;
        *letter++ = spec->letter;
        if (spec->argument)
            *letter++ = ':';
    }
    *letter = '\0';
    form->longs[count] = (struct option){0};
}

/* What to say when getopt_long gives up at optopt. */
static bool refuse_option(const struct option_spec *table, int answer)
{
    const struct option_spec *spec = optopt >= LONG_BASE ? &table[optopt - LONG_BASE] : find_letter(table, optopt);
    if (answer == ':' && spec)
        return spec->letter && optopt < LONG_BASE ? refuse("-%c wants a value: %s", spec->letter, spec->argument)
                                                  : refuse("--%s wants a value: %s", spec->name, spec->argument);
    return refuse("no option '-%c'; --help lists them", optopt);
}

enum options_result options_parse(const struct option_spec *table, int argc, char **argv, void *request, int *operands)
{
    struct getopt_form form;
    make_getopt_form(table, &form);
    opterr = 0;
    optind = 1;
    *operands = 0;
    for (;;) {
        const char *word = optind < argc ? argv[optind] : "";
        if (strncmp(word, "--", 2) == 0 && word[2] && !check_long(table, word))
            return OPTIONS_BAD;
        int answer = getopt_long(argc, argv, form.letters, form.longs, NULL);
        if (answer == -1)
            break;
        if (answer == 1) {
            argv[(*operands)++] = optarg;
            continue;
        }
        if (answer == '?' || answer == ':')
            return refuse_option(table, answer) ? OPTIONS_OK : OPTIONS_BAD;
        const struct option_spec *spec = answer >= LONG_BASE ? &table[answer - LONG_BASE] : find_letter(table, answer);
        if (!spec->set)
            return OPTIONS_HELP;
        const char *value = may_stand_alone(spec) && !optarg ? next_number(argc, argv) : optarg;
        if (!spec->set(spec, request, value))
            return OPTIONS_BAD;
    }
    while (optind < argc)
        argv[(*operands)++] = argv[optind++];
    return OPTIONS_OK;
}

void options_print_help(const struct option_spec *table)
{
    for (const struct option_spec *spec = table; spec->help; spec++) {
        if (!spec->name) {
            printf("%s\n", spec->help);
            continue;
        }
        char left[64], letter[8] = "    ";
        if (spec->letter)
            snprintf(letter, sizeof letter, "-%c, ", spec->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, spec->name, spec->argument && !may_stand_alone(spec) ? " " : "",
                 spec->argument ? spec->argument : "");
        printf("  %-28s %s\n", left, spec->help);
    }
}
