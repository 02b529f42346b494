/* template.h: names of results, from the TEMPLATE of -o. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <imgconv/imgconv.h>
#include <stdbool.h>

/* What stands for {dir} {stem} {ext} {kernel} {n}. */
struct name_parts {
    char *dir, *stem, *ext;
    const char *kernel;
    int number, digits; /* {n} is filled with zeros to `digits` */
};

/* Splits an input's name; `format` is that of --format or AUTO. {ext} is the suffix of the result: where neither --format nor the
 * input's suffix tells it, the file is opened to see what it is; if that fails, *error holds why. False if memory ran out. */
bool name_parts_make(const char *input, enum imc_format format, struct name_parts *parts, struct imc_error *error);
void name_parts_free(struct name_parts *parts);

/* A kernel's label as a part of a file name: characters other than A-Za-z0-9._- become '-'. The caller frees. */
char *name_clean(const char *label);

/* Fills the template; the caller frees. NULL after saying why (an unknown {word}). */
char *template_fill(const char *template, const struct name_parts *parts);
/* DIR/{stem}.{ext} for a folder, else the template itself; the caller frees. */
char *template_of(const char *output);
/* Does `path` end with a slash or name an existing folder? */
bool names_folder(const char *path);

/* The suffix of a path's last part without its dot, "" where there is none. */
const char *name_suffix(const char *path);
/* What else helps where no format has a file's suffix. */
#define OR_FORMAT "; or give --format"
/* Can a result have this name? Otherwise says why not, which suffixes there are, and what else helps ("": nothing). */
bool name_check_result(const char *path, enum imc_format format, const char *or_else);
/* Says what is wrong with the name of a drawing, which is FILE.svg or FILE.png; `what` are drawn: "curves". */
bool name_check_drawing(const char *path, const char *what);

#endif
