/* kerntext.c: banks written as .kern files. Every number is the shortest text that reads back as the same float. */
#include "kernel/kernfile.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "base/textnum.h"
#include "kernel/bank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

char *imc_bank_to_text(const struct imc_bank *bank)
{
    if (bank->in_c != 1)
        return NULL;
    struct text text = {.whole = true};
    append_head(&text, bank);
    for (int f = 0; f < bank->filters; f++) {
        append(&text, "\n");
        if (bank->names[f][strspn(bank->names[f], " \t\r\n")])
            append_meta(&text, "name", bank->names[f]);
        append_taps(&text, bank->weights + (size_t)f * bank_filter_taps(bank), bank->kh, bank->kw);
    }
    if (text.whole)
        return text.bytes;
    mem_free(text.bytes);
    return NULL;
}

static enum imc_status write_file(const char *path, bool no_clobber, const char *text, struct imc_error *error)
{
    struct outfile *file;
    enum imc_status status = outfile_open(path, no_clobber, &file, error);
    if (status)
        return status;
    status = outfile_write(file, text, strlen(text), error);
    if (!status)
        status = outfile_commit(file, error);
    outfile_close(file);
    return status;
}

enum imc_status imc_bank_save(const struct imc_bank *bank, const char *path, bool no_clobber, struct imc_error *error)
{
    if (bank->in_c != 1)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: a .kern file holds kernels of one channel, and these have %d", path,
                    bank->in_c);
    char *text = imc_bank_to_text(bank);
    if (!text)
        return fail_memory(error, "the text of a kernel");
    enum imc_status status = write_file(path, no_clobber, text, error);
    mem_free(text);
    return status;
}
