/* kernfile.c: reads kernels line by line.
 *
 *     # combine: magnitude        metadata; a block of its own at the top, with an empty line below it, speaks of the whole file
 *
 *     # name: sobel-x             metadata above a kernel speaks of that kernel; other comments are only comments
 *     -1 0 1                      taps, separated by blanks or commas; fractions as 1/16; several channels one after the other
 *     -2 0 2
 *     -1 0 1
 *                                 an empty line ends a kernel; the next one has the same size
 */
#include "kernel/kernfile.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/readfile.h"
#include "kernel/bank.h"
#include "kernel/kernmeta.h"
#include "kernel/taps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct parser {
    struct place place;
    struct imc_error *error;
    const char *at, *end; /* what is left of the file */
    struct kern_meta meta;
    struct kern_note file, next; /* of the file; of the kernel that comes next */
    struct kern_note *notes;     /* [filters] */
    int filters, room;
    struct tap_list list;
    int kh, kw;    /* of the first kernel, the rows of all its channels; 0 while it is unknown */
    int rows;      /* of the open kernel, 0 where none is open */
    int announced; /* rows that libvips's first line announced, else 0 */
};

/* The next line without its end, comment included; false at the end of the file. */
static bool next_line(struct parser *p, const char **line, const char **end)
{
    if (p->at >= p->end)
        return false;
    const char *stop = memchr(p->at, '\n', (size_t)(p->end - p->at));
    *line = p->place.start = p->at;
    *end = stop ? stop : p->end;
    p->at = stop ? stop + 1 : p->end;
    p->place.line++;
    return true;
}

static const char *cut_comment(const char *line, const char *end)
{
    const char *hash = memchr(line, '#', (size_t)(end - line));
    return hash ? hash : end;
}

static enum imc_status close_kernel(struct parser *p)
{
    if (p->rows == 0)
        return IMC_OK;
    if (p->kh == 0)
        p->kh = p->rows;
    if (p->rows != p->kh)
        return fail_at(p->error, IMC_ERR_FORMAT, &p->place, NULL,
                       "kernel %d ends after %d rows but the first one has %d: kernels of one file have one size", p->filters,
                       p->rows, p->kh);
    p->rows = 0;
    return IMC_OK;
}

/* Room for one more note. */
static enum imc_status open_kernel(struct parser *p)
{
    if (p->filters == KERN_FILTERS_MAX)
        return fail_at(p->error, IMC_ERR_LIMIT, &p->place, NULL, "more than %d kernels in one file", KERN_FILTERS_MAX);
    if (p->filters == p->room) {
        int room = p->room ? p->room * 2 : 8;
        struct kern_note *notes = mem_alloc((size_t)room, sizeof *notes);
        if (!notes)
            return fail_memory(p->error, "a kernel file");
        if (p->filters)
            memcpy(notes, p->notes, (size_t)p->filters * sizeof *notes);
        mem_free(p->notes);
        p->notes = notes;
        p->room = room;
    }
    p->notes[p->filters++] = p->next;
    memset(&p->next, 0, sizeof p->next);
    return IMC_OK;
}

static enum imc_status add_row(struct parser *p, const char *line, const char *end)
{
    enum imc_status status = p->rows == 0 ? open_kernel(p) : IMC_OK;
    int count;
    if (status || (status = taps_read_row(line, end, &p->list, &count, &p->place, p->error)))
        return status;
    if (p->kw == 0)
        p->kw = count;
    if (count != p->kw)
        return fail_at(p->error, IMC_ERR_FORMAT, &p->place, NULL, "%d taps in this row but %d in the %s", count, p->kw,
                       p->announced ? "first line's width" : "first row");
    if (p->rows / p->meta.channels == IMC_KERNEL_SIDE_MAX)
        return fail_at(p->error, IMC_ERR_LIMIT, &p->place, NULL, "more than %d rows in a kernel", IMC_KERNEL_SIDE_MAX);
    p->rows++;
    return IMC_OK;
}

static enum imc_status read_comment(struct parser *p, const char *line, const char *end)
{
    bool known;
    enum imc_status status = kernmeta_read(line, end, &p->next, &p->meta, p->filters > 0, &known, &p->place, p->error);
    if (!status && known && p->rows > 0)
        return fail_at(p->error, IMC_ERR_FORMAT, &p->place, line,
                       "metadata between the rows of a kernel: it stands above the kernel, behind an empty line");
    return status;
}

/* An empty line ends a kernel, or the block at the top of the file. */
static enum imc_status read_empty(struct parser *p)
{
    if (p->filters > 0)
        return close_kernel(p);
    if (p->next.name[0] || p->next.group[0] || p->next.answers[0])
        p->file = p->next;
    memset(&p->next, 0, sizeof p->next);
    return IMC_OK;
}

static enum imc_status read_line(struct parser *p, const char *line, const char *end)
{
    const char *taps_end = cut_comment(line, end), *first = skip_blanks(line, end);
    if (first == end)
        return p->announced ? IMC_OK : read_empty(p);
    if (*first == '#')
        return read_comment(p, first, end);
    return add_row(p, line, taps_end);
}

/* How many numbers the next line with taps holds, up to `most` of them in `numbers`; 0 where there is none or it is no row of
 * numbers. */
static int peek_row(struct parser *p, float *numbers, int most)
{
    const char *line, *end;
    while (next_line(p, &line, &end)) {
        const char *stop = cut_comment(line, end);
        if (skip_blanks(line, stop) == stop)
            continue;
        struct tap_list list = {0};
        int count = 0;
        if (taps_read_row(line, stop, &list, &count, &p->place, NULL))
            count = 0;
        for (int i = 0; i < count && i < most; i++)
            numbers[i] = list.taps[i];
        mem_free(list.taps);
        return count;
    }
    return 0;
}

static int count_rows(struct parser *p)
{
    const char *line, *end;
    int rows = 0;
    while (rows <= IMC_KERNEL_SIDE_MAX && next_line(p, &line, &end))
        rows += skip_blanks(line, end) != cut_comment(line, end);
    return rows;
}

static bool is_side(float number)
{
    return number >= 1 && number <= IMC_KERNEL_SIDE_MAX && rintf(number) == number;
}

/* libvips's matrix file begins with "width height [scale [offset]]". It is one if width and height are those of the rows that
 * follow. vips divides by its scale: response = sum / scale + offset. */
static enum imc_status read_vips_line(struct parser *p)
{
    struct parser begin = *p;
    float head[4] = {0, 0, 1, 0}, row;
    int numbers = peek_row(p, head, 4);
    struct parser behind = *p;
    bool fits = numbers >= 2 && numbers <= 4 && is_side(head[0]) && is_side(head[1]);
    fits = fits && peek_row(p, &row, 1) == (int)head[0] && count_rows(p) == (int)head[1] - 1;
    if (!fits) {
        *p = begin;
        return IMC_OK;
    }
    *p = behind;
    if (head[2] == 0)
        return fail_at(p->error, IMC_ERR_FORMAT, &p->place, NULL, "the scale in libvips's first line is zero");
    p->announced = (int)head[1];
    p->kw = (int)head[0];
    p->meta.scale = (float)(1.0 / (double)head[2]);
    p->meta.offset = head[3];
    return isfinite(p->meta.scale)
               ? IMC_OK
               : fail_at(p->error, IMC_ERR_FORMAT, &p->place, NULL, "the scale in libvips's first line is too small");
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcasecmp(name + n - m, suffix) == 0;
}

static enum imc_status read_lines(struct parser *p)
{
    if (p->end - p->at >= 3 && memcmp(p->at, "\xef\xbb\xbf", 3) == 0)
        p->at += 3; /* a UTF-8 byte order mark, as some editors write it */
    enum imc_status status = has_suffix(p->place.name, ".kern") ? IMC_OK : read_vips_line(p);
    const char *line, *end;
    while (!status && next_line(p, &line, &end))
        status = read_line(p, line, end);
    if (status || (status = close_kernel(p)))
        return status;
    if (p->filters == 0)
        return fail(p->error, IMC_ERR_FORMAT, "%s: no taps in this file", p->place.name);
    return IMC_OK;
}

void path_stem(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path;
    const char *dot = strrchr(stem, '.');
    size_t length = dot && dot != stem ? (size_t)(dot - stem) : strlen(stem);
    snprintf(out, size, "%.*s", (int)(length < size ? length : size), stem);
}

/* A kernel's own name, else the file's, else its stem; kernels of a bank are then told apart by their number. */
static bool set_names(struct parser *p, struct imc_bank *bank)
{
    char stem[KERN_WORD_MAX], name[KERN_WORD_MAX + 16];
    path_stem(p->place.name, stem, sizeof stem);
    const char *common = p->file.name[0] ? p->file.name : stem;
    for (int i = 0; i < p->filters; i++) {
        if (p->notes[i].name[0])
            snprintf(name, sizeof name, "%s", p->notes[i].name);
        else if (p->filters == 1)
            snprintf(name, sizeof name, "%s", common);
        else
            snprintf(name, sizeof name, "%s:%d", common, i);
        if (!bank_set_name(bank, i, name))
            return false;
    }
    return true;
}

static enum imc_status set_bias(const struct parser *p, struct imc_bank *bank)
{
    if (!p->meta.has_bias)
        return IMC_OK;
    bank->bias = mem_alloc((size_t)p->filters, sizeof *bank->bias);
    if (!bank->bias)
        return fail_memory(p->error, "a kernel file");
    for (int i = 0; i < p->filters; i++)
        bank->bias[i] = p->notes[i].bias;
    return IMC_OK;
}

static enum imc_status make_bank(struct parser *p, struct imc_bank **bank)
{
    int channels = p->meta.channels, kh = p->kh / channels;
    if (p->kh % channels)
        return fail(p->error, IMC_ERR_FORMAT, "%s: a kernel of %d rows is none of %d channels", p->place.name, p->kh, channels);
    enum imc_status status = imc_bank_create(p->filters, channels, kh, p->kw, bank, p->error);
    if (status || (status = set_bias(p, *bank)))
        return status;
    struct imc_bank *made = *bank;
    made->learned = p->meta.learned;
    memcpy(made->weights, p->list.taps, p->list.count * sizeof *made->weights);
    made->scale = p->meta.scale;
    made->offset = p->meta.offset;
    made->combine = p->meta.combine;
    made->map = p->meta.map;
    if (p->meta.has_anchor && (p->meta.anchor_y >= kh || p->meta.anchor_x >= p->kw)) {
        p->place.line = p->meta.anchor_line;
        return fail_at(p->error, IMC_ERR_FORMAT, &p->place, NULL,
                       "the anchor %d,%d lies outside the kernel of %d rows and %d columns", p->meta.anchor_y, p->meta.anchor_x, kh,
                       p->kw);
    }
    if (p->meta.has_anchor) {
        made->anchor_y = p->meta.anchor_y;
        made->anchor_x = p->meta.anchor_x;
    }
    if (made->combine == IMC_COMBINE_ABS && p->filters > 1)
        return fail(p->error, IMC_ERR_FORMAT, "%s: combine abs is for a single kernel; magnitude, max and sum combine several",
                    p->place.name);
    return set_names(p, made) ? IMC_OK : fail_memory(p->error, "a kernel file");
}

static enum imc_status make_notes(struct parser *p, struct kern_note **notes)
{
    *notes = mem_alloc((size_t)p->filters + 1, sizeof **notes);
    if (!*notes)
        return fail_memory(p->error, "a kernel file");
    (*notes)[0] = p->file;
    memcpy(*notes + 1, p->notes, (size_t)p->filters * sizeof **notes);
    return IMC_OK;
}

enum imc_status kernfile_parse(const char *bytes, size_t size, const char *name, struct imc_bank **bank, struct kern_note **notes,
                               struct imc_error *error)
{
    *bank = NULL;
    if (size == 0)
        return fail(error, IMC_ERR_FORMAT, "%s: the file is empty", name);
    if (memchr(bytes, 0, size))
        return fail(error, IMC_ERR_FORMAT, "%s: a binary file; a kernel file is text, or NumPy's .npy", name);
    struct parser p = {
        .place = {name, 0, bytes}, .error = error, .at = bytes, .end = bytes + size, .meta = {.scale = 1, .channels = 1}};
    enum imc_status status = read_lines(&p);
    if (!status)
        status = make_bank(&p, bank);
    if (!status && notes)
        status = make_notes(&p, notes);
    mem_free(p.notes);
    mem_free(p.list.taps);
    return bank_settle(status, bank);
}

enum imc_status kernfile_read(const char *path, struct imc_bank **bank, struct imc_error *error)
{
    unsigned char *bytes;
    size_t size;
    *bank = NULL;
    enum imc_status status = read_file(path, KERN_BYTES_MAX, &bytes, &size, error);
    if (status)
        return status;
    status = kernfile_parse((const char *)bytes, size, path, bank, NULL, error);
    mem_free(bytes);
    return status;
}
