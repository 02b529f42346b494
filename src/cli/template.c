/* template.c: {dir} {stem} {ext} {kernel} {n}, filled for one input at a time. */
#include "cli/template.h"
#include "cli/message.h"
#include "cli/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char sample_prefix[] = "sample:";

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *name_suffix(const char *path)
{
    const char *name = last_part(path), *dot = strrchr(name, '.');
    return dot && dot != name ? dot + 1 : "";
}

bool names_folder(const char *path)
{
    struct stat status;
    size_t length = strlen(path);
    return (length && path[length - 1] == '/') || (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

/* The suffix usually given to a format. */
static const char *usual_suffix(enum imc_format format)
{
    return format == IMC_FORMAT_JPEG ? "jpg" : imc_format_name(format);
}

/* The format of a file whose name does not tell it. */
static enum imc_format look_inside(const char *input, struct imc_error *error)
{
    struct imc_reader *reader;
    if (imc_reader_open(input, NULL, &reader, error) != IMC_OK)
        return IMC_FORMAT_AUTO;
    enum imc_format format = imc_reader_info(reader)->format;
    imc_reader_close(reader);
    return format;
}

/* The suffix of the result of `input`. */
static const char *suffix_of_result(const char *input, enum imc_format format, struct imc_error *error)
{
    const char *own = name_suffix(input);
    enum imc_format own_format = imc_format_from_path(input);
    if (own_format != IMC_FORMAT_AUTO && (format == IMC_FORMAT_AUTO || format == own_format))
        return own;
    if (format == IMC_FORMAT_AUTO && strncmp(input, sample_prefix, strlen(sample_prefix)) == 0)
        format = IMC_FORMAT_PNG;
    if (format == IMC_FORMAT_AUTO && strcmp(input, "-") == 0) {
        error->status = IMC_ERR_ARGUMENT;
        snprintf(error->message, sizeof error->message, "standard input has no name to take a suffix from: give --format");
        return own;
    }
    if (format == IMC_FORMAT_AUTO)
        format = look_inside(input, error);
    return format == IMC_FORMAT_AUTO ? own : usual_suffix(format);
}

bool name_parts_make(const char *input, enum imc_format format, struct name_parts *parts, struct imc_error *error)
{
    bool sample = strncmp(input, sample_prefix, strlen(sample_prefix)) == 0;
    const char *name = sample ? input + strlen(sample_prefix) : last_part(input);
    const char *suffix = name_suffix(name);
    size_t dir = name > input && !sample ? (size_t)(name - input - 1) : 0;
    size_t stem = *suffix ? (size_t)(suffix - name - 1) : strlen(name);
    error->status = IMC_OK;
    parts->dir = dir ? strndup(input, dir) : strdup(*input == '/' ? "/" : ".");
    parts->stem = strcmp(input, "-") == 0 ? strdup("stdin") : strndup(name, stem);
    parts->ext = strdup(suffix_of_result(input, format, error));
    if (parts->dir && parts->stem && parts->ext)
        return true;
    name_parts_free(parts);
    return refuse("out of memory for names of results");
}

void name_parts_free(struct name_parts *parts)
{
    free(parts->dir);
    free(parts->stem);
    free(parts->ext);
    parts->dir = parts->stem = parts->ext = NULL;
}

char *name_clean(const char *label)
{
    char *clean = strdup(label);
    for (char *p = clean; p && *p; p++)
        if (!isascii((unsigned char)*p) || (!isalnum((unsigned char)*p) && !strchr("._-", *p)))
            *p = '-';
    return clean;
}

/* Writes what stands for the word at `brace` and returns the place behind it; NULL after saying that there is no such word. */
static const char *fill_word(FILE *out, const char *brace, const struct name_parts *parts)
{
    char number[16];
    snprintf(number, sizeof number, "%0*d", parts->digits, parts->number);
    const struct {
        const char *word, *text;
    } words[] = {
        {"{dir}", parts->dir}, {"{stem}", parts->stem}, {"{ext}", parts->ext}, {"{kernel}", parts->kernel}, {"{n}", number}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(brace, words[i].word, length) == 0) {
            fputs(words[i].text, out);
            return brace + length;
        }
    }
    refuse("-o knows {dir} {stem} {ext} {kernel} {n}, not '%.*s'", (int)strcspn(brace, "}") + 1, brace);
    return NULL;
}

char *template_fill(const char *template, const struct name_parts *parts)
{
    char *name = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&name, &size);
    if (!out) {
        refuse("out of memory for names of results");
        return NULL;
    }
    const char *at = template;
    while (at && *at) {
        if (*at == '{')
            at = fill_word(out, at, parts);
        else
            putc(*at++, out);
    }
    if (fclose(out) == 0 && at)
        return name;
    free(name);
    return NULL;
}

char *template_of(const char *output)
{
    if (!names_folder(output))
        return strdup(output);
    size_t length = strlen(output);
    const char *slash = output[length - 1] == '/' ? "" : "/";
    char *template = NULL;
    if (asprintf(&template, "%s%s{stem}.{ext}", output, slash) < 0)
        return NULL;
    return template;
}

bool name_check_result(const char *path, enum imc_format format, const char *or_else)
{
    const char *suffix = name_suffix(path);
    if (strncmp(path, sample_prefix, strlen(sample_prefix)) == 0)
        return refuse("%s: is a picture inside the program and cannot be OUTPUT; for a file of that name write ./%s", path, path);
    if (format != IMC_FORMAT_AUTO || !*suffix || imc_format_from_path(path) != IMC_FORMAT_AUTO)
        return true;
    for (const struct foreign_word *word = words_format.foreign; word->name; word++)
        if (strcasecmp(word->name, suffix) == 0)
            return refuse("%s: %s %s", path, suffix, word->advice);
    return refuse("%s: no format has the suffix .%s: it is .png, .jpg, .pnm (.pgm, .ppm), .pam, .pfm or .npy%s", path, suffix,
                  or_else);
}

bool name_check_drawing(const char *path, const char *what)
{
    const char *suffix = name_suffix(path);
    return strcasecmp(suffix, "svg") == 0 || strcasecmp(suffix, "png") == 0 ||
           refuse("--plot %s: %s are drawn as FILE.svg or FILE.png", path, what);
}
