/* npz.c: ZIP's central directory, zlib's inflate, and .npy headers; see npz.h.
 *
 * A ZIP file ends with the end record (signature PK\5\6), which says where the central directory begins; each entry there
 * (PK\1\2) gives sizes, method and the offset of the local header (PK\3\4) that stands before the member's bytes.
 */
#include "conformance/npz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct bytes {
    unsigned char *data;
    size_t size;
};

static uint32_t little(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static bool read_whole(const char *path, struct bytes *file)
{
    FILE *stream = fopen(path, "rb");
    long size = -1;
    file->data = NULL;
    if (stream && fseek(stream, 0, SEEK_END) == 0 && (size = ftell(stream)) >= 0) {
        rewind(stream);
        file->size = (size_t)size;
        file->data = malloc(file->size + 1);
        if (file->data && fread(file->data, 1, file->size, stream) != file->size) {
            free(file->data);
            file->data = NULL;
        }
    }
    if (stream)
        fclose(stream);
    return file->data;
}

static bool inflate_raw(const unsigned char *packed, size_t packed_size, struct bytes *out)
{
    z_stream stream = {.next_in = (unsigned char *)packed,
                       .avail_in = (unsigned)packed_size,
                       .next_out = out->data,
                       .avail_out = (unsigned)out->size};
    if (inflateInit2(&stream, -15) != Z_OK)
        return false;
    int answer = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return answer == Z_STREAM_END && stream.total_out == out->size;
}

/* The text behind "'key': " in an .npy header, or NULL. */
static const char *header_value(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    at = at ? strchr(at + strlen(key), ':') : NULL;
    return at ? at + 1 + strspn(at + 1, " ") : NULL;
}

/* "'<f4'", "'|u1'", "'<U240'": kind and bytes. */
static bool parse_descr(const char *text, struct npz_array *array)
{
    if (!text || text[0] != '\'' || !strchr("<|", text[1]) || !strchr("fiuU", text[2]))
        return false;
    array->kind = text[2];
    array->bytes = atoi(text + 3) * (array->kind == 'U' ? 4 : 1);
    return array->bytes > 0;
}

static bool parse_shape(const char *text, struct npz_array *array)
{
    if (!text || *text++ != '(')
        return false;
    array->count = 1;
    for (array->dims = 0; array->dims < NPZ_DIMS_MAX; array->dims++) {
        text += strspn(text, ", ");
        if (*text == ')')
            return true;
        char *end;
        array->shape[array->dims] = strtoul(text, &end, 10);
        array->count *= array->shape[array->dims];
        if (end == text)
            return false;
        text = end;
    }
    return false;
}

/* Takes over the numbers behind the header; `member` stays the caller's. */
static bool parse_npy(const struct bytes *member, struct npz_array *array)
{
    if (member->size < 12 || memcmp(member->data, "\x93NUMPY", 6) != 0)
        return false;
    int width = member->data[6] == 1 ? 2 : 4;
    size_t length = little(member->data + 8, width), start = 8 + (size_t)width;
    if (length > member->size - start)
        return false;
    char *header = strndup((const char *)member->data + start, length);
    const char *order = header ? header_value(header, "fortran_order") : NULL;
    bool good = order && strncmp(order, "False", 5) == 0 && parse_descr(header_value(header, "'descr'"), array) &&
                parse_shape(header_value(header, "'shape'"), array);
    free(header);
    size_t size = array->count * (size_t)array->bytes;
    if (!good || size != member->size - start - length)
        return false;
    array->data = malloc(size + 1);
    if (!array->data)
        return false;
    memcpy(array->data, member->data + start + length, size);
    return true;
}

/* The member whose central entry stands at `entry`. */
static bool read_member(const struct bytes *file, const unsigned char *entry, struct npz_array *array)
{
    uint32_t method = little(entry + 10, 2), packed = little(entry + 20, 4), size = little(entry + 24, 4);
    uint32_t name = little(entry + 28, 2), offset = little(entry + 42, 4);
    size_t left = file->size - (size_t)(entry - file->data);
    if (left < 46 + (size_t)name || name < 5 || name - 4 >= sizeof array->name || offset + 30 > file->size)
        return false;
    snprintf(array->name, sizeof array->name, "%.*s", (int)name - 4, (const char *)entry + 46);
    const unsigned char *local = file->data + offset;
    size_t start = offset + 30 + (size_t)little(local + 26, 2) + little(local + 28, 2);
    if (start > file->size || packed > file->size - start)
        return false;
    struct bytes member = {malloc((size_t)size + 1), size};
    bool good = member.data;
    if (good && method == 8)
        good = inflate_raw(file->data + start, packed, &member);
    else if (good && method == 0 && packed == size)
        memcpy(member.data, file->data + start, size);
    else
        good = false;
    good = good && parse_npy(&member, array);
    free(member.data);
    return good;
}

static bool read_members(const struct bytes *file, struct npz *npz)
{
    const unsigned char *end = file->size >= 22 ? file->data + file->size - 22 : file->data;
    while (end > file->data && memcmp(end, "PK\5\6", 4) != 0)
        end--;
    if (end == file->data)
        return false;
    uint32_t entries = little(end + 10, 2), at = little(end + 16, 4);
    for (uint32_t i = 0; i < entries; i++) {
        if (i == NPZ_ARRAYS_MAX || (size_t)at + 46 > file->size || memcmp(file->data + at, "PK\1\2", 4) != 0)
            return false;
        const unsigned char *entry = file->data + at;
        if (!read_member(file, entry, &npz->array[i]))
            return false;
        npz->arrays++;
        at += 46 + little(entry + 28, 2) + little(entry + 30, 2) + little(entry + 32, 2);
    }
    return true;
}

bool npz_read(const char *path, struct npz *npz)
{
    struct bytes file;
    memset(npz, 0, sizeof *npz);
    if (!read_whole(path, &file))
        return false;
    bool good = read_members(&file, npz);
    free(file.data);
    if (!good)
        npz_free(npz);
    return good;
}

void npz_free(struct npz *npz)
{
    for (int i = 0; i < npz->arrays; i++)
        free(npz->array[i].data);
    npz->arrays = 0;
}

const struct npz_array *npz_find(const struct npz *npz, const char *prefix, const char *name)
{
    size_t length = strlen(prefix);
    for (int i = 0; i < npz->arrays; i++)
        if (strncmp(npz->array[i].name, prefix, length) == 0 && strcmp(npz->array[i].name + length, name) == 0)
            return &npz->array[i];
    return NULL;
}

double npz_number(const struct npz_array *array, size_t i)
{
    const unsigned char *at = array->data + i * (size_t)array->bytes;
    if (array->kind == 'f' && array->bytes == 4) {
        float value;
        memcpy(&value, at, sizeof value);
        return (double)value;
    }
    if (array->kind == 'f' && array->bytes == 8) {
        double value;
        memcpy(&value, at, sizeof value);
        return value;
    }
    uint64_t bits = 0;
    for (int k = array->bytes - 1; k >= 0; k--)
        bits = bits << 8 | at[k];
    if (array->kind == 'i') { /* extends the sign */
        int unused = 64 - 8 * array->bytes;
        return (double)((int64_t)(bits << unused) >> unused);
    }
    return (double)bits;
}

char *npz_text(const struct npz_array *array)
{
    size_t characters = (size_t)array->bytes / 4;
    char *text = calloc(characters + 1, 1);
    for (size_t i = 0; text && i < characters; i++)
        text[i] = (char)array->data[4 * i];
    return text;
}
