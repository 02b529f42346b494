/* kerntext.c: banks written as .kern files. Every number is the shortest text that reads back as the same float. */
#include "kernel/kernfile.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "base/textnum.h"
#include "kernel/bank.h"
#include "kernel/npybank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_MAX = 32, LINE_MAX_BYTES = 2 * KERN_WORD_MAX };

/* A text that grows. After a failure (`whole` false) nothing more is added. */
struct text {
    char *bytes;
    size_t size, room;
    bool whole;
};

static void append(struct text *text, const char *more)
{
    size_t length = strlen(more);
    if (!text->whole)
        return;
    if (text->size + length + 1 > text->room) {
        size_t room = 2 * (text->size + length + 1);
        char *bytes = mem_alloc(room, 1);
        text->whole = bytes != NULL;
        if (!bytes)
            return;
        if (text->size)
            memcpy(bytes, text->bytes, text->size);
        mem_free(text->bytes);
        text->bytes = bytes;
        text->room = room;
    }
    memcpy(text->bytes + text->size, more, length + 1);
    text->size += length;
}

/* Integers without an exponent, for people's eyes. */
static void format_number(char out[NUMBER_MAX], float value)
{
    if (fabsf(value) < 1e7f && rintf(value) == value && !(value == 0 && signbit(value)))
        snprintf(out, NUMBER_MAX, "%d", (int)value);
    else
        text_from_float(out, NUMBER_MAX, value);
}

/* "# key: value", line breaks in the value taken out. */
static void append_meta(struct text *text, const char *key, const char *value)
{
    char line[LINE_MAX_BYTES];
    snprintf(line, sizeof line, "# %s: %.*s", key, KERN_WORD_MAX, value);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = '?';
    append(text, line);
    append(text, "\n");
}

static void append_number(struct text *text, const char *key, float value)
{
    char number[NUMBER_MAX];
    format_number(number, value);
    append_meta(text, key, number);
}

static void append_head(struct text *text, const struct imc_bank *bank)
{
    char anchor[NUMBER_MAX];
    append_meta(text, "kernel of imgconv", bank->label);
    if (bank->scale != 1)
        append_number(text, "scale", bank->scale);
    if (bank->offset != 0)
        append_number(text, "offset", bank->offset);
    if (bank->combine != IMC_COMBINE_NONE)
        append_meta(text, "combine", combine_name(bank->combine));
    if (bank->map != IMC_MAP_AUTO)
        append_meta(text, "map", map_name(bank->map));
    if (bank->learned)
        append_meta(text, "learned", "yes");
    if (bank->in_c != 1)
        append_number(text, "channels", (float)bank->in_c);
    if (bank->anchor_y != (bank->kh - 1) / 2 || bank->anchor_x != (bank->kw - 1) / 2) {
        snprintf(anchor, sizeof anchor, "%d,%d", bank->anchor_y, bank->anchor_x);
        append_meta(text, "anchor", anchor);
    }
}

/* Rows with their columns flush right. */
static void append_taps(struct text *text, const float *taps, int kh, int kw)
{
    char number[NUMBER_MAX], cell[2 * NUMBER_MAX];
    int width = 0;
    for (int i = 0; i < kh * kw; i++) {
        format_number(number, taps[i]);
        int length = (int)strlen(number);
        width = length > width ? length : width;
    }
    for (int i = 0; i < kh * kw; i++) {
        format_number(number, taps[i]);
        snprintf(cell, sizeof cell, "%*s%s", width, number, (i + 1) % kw ? " " : "\n");
        append(text, cell);
    }
}

/* One filter: what is said about it, and its channels one after the other. */
static void append_filter(struct text *text, const struct imc_bank *bank, int filter)
{
    char line[NUMBER_MAX];
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    const float *taps = bank->weights + (size_t)filter * bank_filter_taps(bank);
    append(text, "\n");
    if (bank->names[filter][strspn(bank->names[filter], " \t\r\n")])
        append_meta(text, "name", bank->names[filter]);
    if (bank->bias)
        append_number(text, "bias", bank->bias[filter]);
    for (int c = 0; c < bank->in_c; c++, taps += plane) {
        snprintf(line, sizeof line, "# channel %d\n", c);
        if (bank->in_c > 1)
            append(text, line);
        append_taps(text, taps, bank->kh, bank->kw);
    }
}

char *imc_bank_to_text(const struct imc_bank *bank)
{
    struct text text = {.whole = true};
    append_head(&text, bank);
    for (int f = 0; f < bank->filters; f++)
        append_filter(&text, bank, f);
    if (text.whole)
        return text.bytes;
    mem_free(text.bytes);
    return NULL;
}

static enum imc_status write_text(struct outfile *file, const struct imc_bank *bank, struct imc_error *error)
{
    char *text = imc_bank_to_text(bank);
    if (!text)
        return fail_memory(error, "the text of a kernel");
    enum imc_status status = outfile_write(file, text, strlen(text), error);
    mem_free(text);
    return status;
}

static bool names_array(const char *path)
{
    size_t length = strlen(path);
    return length >= 4 && strcasecmp(path + length - 4, ".npy") == 0;
}

enum imc_status imc_bank_save(const struct imc_bank *bank, const char *path, bool no_clobber, struct imc_error *error)
{
    struct outfile *file;
    enum imc_status status = outfile_open(path, no_clobber, &file, error);
    if (status)
        return status;
    status = names_array(path) ? npy_bank_write(file, bank, error) : write_text(file, bank, error);
    if (!status)
        status = outfile_commit(file, error);
    outfile_close(file);
    return status;
}
