/* npy.c: the header of .npy files. After the magic bytes, a version and a length stands the text of a Python dictionary:
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (480, 640), }
 * A cursor walks over it once; exactly these three keys are taken, in any order, each once, as NumPy itself demands.
 * Format: numpy.lib.format, versions 1.0 (16-bit length), 2.0 (32-bit length) and 3.0 (UTF-8 text).
 */
#include "base/npy.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"

#include <stdio.h>
#include <string.h>

static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static const char own_order = '>';
#else
static const char own_order = '<';
#endif

enum { KEY_DESCR = 1, KEY_FORTRAN = 2, KEY_SHAPE = 4, KEY_ALL = 7, WORD_SIZE = 32 };

struct cursor {
    const unsigned char *start, *at, *end; /* start: of the file, for the place in messages */
    const char *name;
    struct imc_error *error;
};

static enum imc_status damaged(const struct cursor *c, const char *what)
{
    return fail(c->error, IMC_ERR_FORMAT, "%s: damaged NPY header at byte %zu: %s", c->name, (size_t)(c->at - c->start), what);
}

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
        c->at++;
}

/* Takes `symbol` if it comes next, blanks before it included. */
static bool take(struct cursor *c, char symbol)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != (unsigned char)symbol)
        return false;
    c->at++;
    return true;
}

static bool take_word(struct cursor *c, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* A quoted word, shorter than WORD_SIZE, without escapes: neither keys nor number types need more. */
static bool take_quoted(struct cursor *c, char word[WORD_SIZE])
{
    skip_blanks(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    unsigned char quote = *c->at++;
    size_t length = 0;
    while (c->at < c->end && *c->at != quote && length < WORD_SIZE - 1)
        word[length++] = (char)*c->at++;
    word[length] = 0;
    return c->at < c->end && *c->at++ == quote;
}

static enum imc_status unsupported_type(const struct cursor *c, const char *descr)
{
    return fail(c->error, IMC_ERR_UNSUPPORTED, "%s: NPY of type '%s' is not read; save it with .astype('float32')", c->name, descr);
}

/* "<f4": byte order, kind, bytes. */
static enum imc_status parse_descr(struct cursor *c, struct npy_header *header)
{
    char descr[WORD_SIZE];
    skip_blanks(c);
    if (c->at < c->end && (*c->at == '[' || *c->at == '('))
        return fail(c->error, IMC_ERR_UNSUPPORTED, "%s: NPY of structured records is not read; save one field of it", c->name);
    if (!take_quoted(c, descr))
        return damaged(c, "'descr' is not a quoted type");
    const char *text = descr;
    char order = own_order;
    if (*text && strchr("<>=|", *text)) {
        if (*text == '<' || *text == '>')
            order = *text;
        text++;
    }
    if (!*text)
        return damaged(c, "'descr' names no type");
    if (!strchr("uifb", *text) || !text[1] || !strchr("1248", text[1]) || text[2])
        return unsupported_type(c, descr);
    header->kind = *text;
    header->bytes = text[1] - '0';
    if ((header->kind == 'b' && header->bytes != 1) || (header->kind == 'f' && header->bytes == 1))
        return unsupported_type(c, descr);
    header->swap = header->bytes > 1 && order != own_order;
    return IMC_OK;
}

static bool take_size(struct cursor *c, size_t *value)
{
    skip_blanks(c);
    const unsigned char *first = c->at;
    for (*value = 0; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (!size_mul(*value, 10, value) || !size_add(*value, *c->at - '0', value))
            return false;
    if (c->at == first)
        return false;
    take(c, 'L'); /* Python 2 wrote long integers so */
    return true;
}

/* (480, 640) or (480,); an empty tuple is a lone number. */
static enum imc_status parse_shape(struct cursor *c, struct npy_header *header)
{
    header->dims = 0;
    if (!take(c, '('))
        return damaged(c, "'shape' is not a tuple");
    bool comma = true;
    while (!take(c, ')')) {
        if (!comma)
            return damaged(c, "expected ',' or ')' in 'shape'");
        if (header->dims == NPY_DIMS_MAX)
            return fail(c->error, IMC_ERR_UNSUPPORTED, "%s: NPY of more than %d dimensions is not read; save a part of it", c->name,
                        NPY_DIMS_MAX);
        if (!take_size(c, &header->shape[header->dims++]))
            return damaged(c, "'shape' holds something that is no size");
        comma = take(c, ',');
    }
    if (header->dims == 0)
        return fail(c->error, IMC_ERR_UNSUPPORTED, "%s: NPY of a single number; save an array", c->name);
    if (header->dims == 1 && !comma)
        return damaged(c, "'shape' is not a tuple");
    return IMC_OK;
}

static enum imc_status parse_order(struct cursor *c, struct npy_header *header)
{
    header->fortran = take_word(c, "True");
    return header->fortran || take_word(c, "False") ? IMC_OK : damaged(c, "'fortran_order' is neither True nor False");
}

static enum imc_status parse_item(struct cursor *c, struct npy_header *header, int *seen)
{
    static const struct {
        const char *name;
        int bit;
        enum imc_status (*parse)(struct cursor *c, struct npy_header *header);
    } keys[] = {{"descr", KEY_DESCR, parse_descr}, {"fortran_order", KEY_FORTRAN, parse_order}, {"shape", KEY_SHAPE, parse_shape}};
    char word[WORD_SIZE];
    if (!take_quoted(c, word))
        return damaged(c, "expected a quoted key");
    if (!take(c, ':'))
        return damaged(c, "expected ':' after a key");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(word, keys[i].name) == 0) {
            if (*seen & keys[i].bit)
                return damaged(c, "a key stands twice");
            *seen |= keys[i].bit;
            return keys[i].parse(c, header);
        }
    return damaged(c, "a key other than 'descr', 'fortran_order' and 'shape'");
}

static enum imc_status parse_dictionary(struct cursor *c, struct npy_header *header)
{
    int seen = 0;
    if (!take(c, '{'))
        return damaged(c, "expected '{'");
    bool comma = true;
    while (!take(c, '}')) {
        if (!comma)
            return damaged(c, "expected ',' or '}'");
        enum imc_status status = parse_item(c, header, &seen);
        if (status != IMC_OK)
            return status;
        comma = take(c, ',');
    }
    skip_blanks(c);
    if (c->at != c->end)
        return damaged(c, "text after '}'");
    if (seen != KEY_ALL)
        return damaged(c, "'descr', 'fortran_order' or 'shape' is missing");
    size_t bytes = (size_t)header->bytes;
    for (int i = 0; i < header->dims; i++)
        if (!size_mul(bytes, header->shape[i], &bytes))
            return damaged(c, "'shape' is larger than any file");
    return IMC_OK;
}

bool npy_recognise(const unsigned char *head, size_t size)
{
    return size >= sizeof magic && memcmp(head, magic, sizeof magic) == 0;
}

size_t npy_header_size(const unsigned char head[NPY_FIXED])
{
    if (!npy_recognise(head, NPY_FIXED) || head[6] < 1 || head[6] > 3)
        return 0;
    if (head[6] == 1)
        return 10 + ((size_t)head[8] | (size_t)head[9] << 8);
    return NPY_FIXED + ((size_t)head[8] | (size_t)head[9] << 8 | (size_t)head[10] << 16 | (size_t)head[11] << 24);
}

enum imc_status npy_parse(const unsigned char *head, size_t size, const char *name, struct npy_header *header,
                          struct imc_error *error)
{
    char claim[TEXT_BYTES_MAX], most[TEXT_BYTES_MAX];
    *header = (struct npy_header){0};
    if (size < NPY_FIXED)
        return fail(error, IMC_ERR_FORMAT, "%s: file ends in the NPY header", name);
    if (!npy_recognise(head, size))
        return fail(error, IMC_ERR_FORMAT, "%s: not an NPY file", name);
    size_t length = npy_header_size(head);
    if (length == 0)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: NPY version %d is not read; versions 1 to 3 are", name, head[6]);
    if (length > NPY_HEAD_MAX)
        return fail(error, IMC_ERR_FORMAT, "%s: NPY header of %s; the most that is read is %s", name,
                    text_from_bytes(claim, length), text_from_bytes(most, NPY_HEAD_MAX));
    if (length > size)
        return fail(error, IMC_ERR_FORMAT, "%s: file ends in the NPY header", name);
    struct cursor cursor = {head, head + (head[6] == 1 ? 10 : NPY_FIXED), head + length, name, error};
    header->data_offset = length;
    return parse_dictionary(&cursor, header);
}

size_t npy_write_header(unsigned char out[NPY_HEAD_MAX], char kind, int bytes, const size_t *shape, int dims)
{
    enum { TEXT = 10 };
    char sizes[NPY_DIMS_MAX * 24] = "";
    size_t used = 0;
    for (int i = 0; i < dims && i < NPY_DIMS_MAX; i++)
        used += (size_t)snprintf(sizes + used, sizeof sizes - used, "%s%zu", i ? ", " : "", shape[i]);
    int length = snprintf((char *)out + TEXT, NPY_HEAD_MAX - TEXT, "{'descr': '%c%c%d', 'fortran_order': False, 'shape': (%s%s), }",
                          bytes == 1 ? '|' : own_order, kind, bytes, sizes, dims == 1 ? "," : "");
    size_t total = ((size_t)length + TEXT + 1 + 63) / 64 * 64;
    memset(out + TEXT + length, ' ', total - TEXT - (size_t)length);
    out[total - 1] = '\n';
    memcpy(out, magic, sizeof magic);
    out[6] = 1;
    out[7] = 0;
    out[8] = (unsigned char)((total - TEXT) & 255);
    out[9] = (unsigned char)((total - TEXT) >> 8);
    return total;
}
