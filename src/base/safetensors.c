/* safetensors.c: model files are read in place: the header when the file is opened, and of the numbers only the tensor that is
 * asked for, in pieces, so that one filter of a file of many gigabytes costs a few reads. */
#include "base/safetensors.h"

#include "base/fail.h"
#include "base/halffloat.h"
#include "base/memory.h"
#include "base/modelpath.h"
#include "base/sha256.h"
#include "base/textnum.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16, NAME_SHOWN = 80 };

struct imc_tensors {
    char *name;
    int file;                    /* -1 where the bytes are in memory */
    const unsigned char *memory; /* borrowed */
    uint64_t size;               /* of the file */
    struct safetensors_header header;
};

bool safetensors_recognise(const unsigned char *head, size_t size)
{
    return size > SAFETENSORS_HEAD && head[7] == 0 && head[6] == 0 && head[5] == 0 && head[SAFETENSORS_HEAD] == '{';
}

/* Bytes at..at+size of the file. */
static enum imc_status read_bytes(const struct imc_tensors *t, uint64_t at, void *bytes, size_t size, struct imc_error *error)
{
    if (t->memory) {
        memcpy(bytes, t->memory + at, size);
        return IMC_OK;
    }
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(t->file, (char *)bytes + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(error, IMC_ERR_IO, "%s: cannot read: %s", t->name, strerror(errno));
        if (got == 0)
            return fail(error, IMC_ERR_FORMAT, "%s: the file has become shorter while it was read", t->name);
        done += (size_t)got;
    }
    return IMC_OK;
}

static uint64_t little(const unsigned char *bytes, int count)
{
    uint64_t value = 0;
    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

/* The length of the header, checked against the file and the limit. */
static enum imc_status read_length(const struct imc_tensors *t, size_t *length, struct imc_error *error)
{
    char most[TEXT_BYTES_MAX], claim[TEXT_BYTES_MAX];
    unsigned char head[SAFETENSORS_HEAD];
    if (t->size < sizeof head)
        return fail(error, IMC_ERR_FORMAT, "%s: no safetensors file: it has %d bytes, and the length of its header alone takes %d",
                    t->name, (int)t->size, SAFETENSORS_HEAD);
    enum imc_status status = read_bytes(t, 0, head, sizeof head, error);
    if (status)
        return status;
    uint64_t value = little(head, SAFETENSORS_HEAD);
    if (value > t->size - sizeof head)
        return fail(error, IMC_ERR_FORMAT, "%s: cut off, or no safetensors file: a header of %llu bytes in a file of %llu", t->name,
                    (unsigned long long)value, (unsigned long long)t->size);
    if (value > SAFETENSORS_HEADER_MAX)
        return fail(error, IMC_ERR_LIMIT, "%s: a safetensors header of %s; the most that is read is %s", t->name,
                    text_from_bytes(claim, value), text_from_bytes(most, SAFETENSORS_HEADER_MAX));
    *length = (size_t)value;
    return IMC_OK;
}

static enum imc_status read_table(struct imc_tensors *t, struct imc_error *error)
{
    size_t length = 0;
    enum imc_status status = read_length(t, &length, error);
    if (status)
        return status;
    char *text = mem_alloc(length, 1);
    if (!text)
        return fail_memory(error, t->name);
    status = read_bytes(t, SAFETENSORS_HEAD, text, length, error);
    if (!status)
        status = safetensors_header_parse(text, length, t->size - SAFETENSORS_HEAD - length, t->name, &t->header, error);
    mem_free(text);
    return status;
}

static enum imc_status open_file(struct imc_tensors *t, struct imc_error *error)
{
    struct stat status;
    t->file = open(t->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO without a writer would wait here */
    if (t->file < 0)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", t->name, strerror(errno));
    if (fstat(t->file, &status) != 0)
        return fail(error, IMC_ERR_IO, "%s: cannot read: %s", t->name, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(error, IMC_ERR_IO, "%s: is %s; a model file is read in place, so it has to be a regular file", t->name,
                    S_ISDIR(status.st_mode) ? "a folder" : "no regular file");
    t->size = (uint64_t)status.st_size;
    return IMC_OK;
}

/* What both ways of opening share; bytes NULL: the file of that name. */
static enum imc_status open_tensors(const void *bytes, size_t size, const char *name, struct imc_tensors **tensors,
                                    struct imc_error *error)
{
    *tensors = NULL;
    struct imc_tensors *t = mem_zalloc(1, sizeof *t);
    if (!t)
        return fail_memory(error, name);
    *t = (struct imc_tensors){.file = -1, .memory = bytes, .size = size};
    enum imc_status status = model_path(name, &t->name, error);
    if (!status && !bytes)
        status = open_file(t, error);
    if (!status)
        status = read_table(t, error);
    if (status)
        imc_tensors_close(t);
    else
        *tensors = t;
    return status;
}

enum imc_status imc_tensors_open(const char *path, struct imc_tensors **tensors, struct imc_error *error)
{
    return open_tensors(NULL, 0, path, tensors, error);
}

enum imc_status imc_tensors_open_memory(const void *data, size_t size, const char *name, struct imc_tensors **tensors,
                                        struct imc_error *error)
{
    return open_tensors(data ? data : "", size, name, tensors, error);
}

void imc_tensors_close(struct imc_tensors *t)
{
    if (!t)
        return;
    if (t->file >= 0)
        close(t->file);
    safetensors_header_free(&t->header);
    mem_free(t->name);
    mem_free(t);
}

int imc_tensors_count(const struct imc_tensors *t)
{
    return t->header.count;
}

const struct imc_tensor_info *imc_tensors_info(const struct imc_tensors *t, int i)
{
    return &t->header.tensors[i];
}

int imc_tensors_find(const struct imc_tensors *t, const char *name)
{
    for (int i = 0; i < t->header.count; i++)
        if (strcmp(t->header.tensors[i].name, name) == 0)
            return i;
    return -1;
}

bool imc_tensors_metadata(const struct imc_tensors *t, int i, const char **key, const char **value)
{
    if (i < 0 || i >= t->header.note_count)
        return false;
    *key = t->header.notes[i].key;
    *value = t->header.notes[i].value;
    return true;
}

const char *imc_tensors_metadata_value(const struct imc_tensors *t, const char *key)
{
    const char *found, *value;
    for (int i = 0; imc_tensors_metadata(t, i, &found, &value); i++)
        if (strcmp(found, key) == 0)
            return value;
    return NULL;
}

/* ---- numbers ---- */

static float from_f64(const unsigned char *bytes)
{
    uint64_t bits = little(bytes, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static float from_f32(const unsigned char *bytes)
{
    uint32_t bits = (uint32_t)little(bytes, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float from_f16(const unsigned char *bytes)
{
    return half_to_float((uint16_t)little(bytes, 2));
}

static float from_bf16(const unsigned char *bytes)
{
    return bfloat_to_float((uint16_t)little(bytes, 2));
}

static const struct converter {
    const char *dtype;
    int bytes;
    float (*convert)(const unsigned char *bytes);
} converters[] = {{"F64", 8, from_f64}, {"F32", 4, from_f32}, {"F16", 2, from_f16}, {"BF16", 2, from_bf16}};

enum imc_status imc_tensors_read(const struct imc_tensors *t, int i, float *numbers, struct imc_error *error)
{
    const struct imc_tensor_info *tensor = &t->header.tensors[i];
    const struct converter *c = converters;
    if (!tensor->readable)
        return fail(error, IMC_ERR_UNSUPPORTED,
                    "%s: tensor '%.*s' is of type %s; F64, F32, F16 and BF16 are read: convert it, "
                    "with .float() in PyTorch, and save again",
                    t->name, utf8_cut(tensor->name, NAME_SHOWN), tensor->name, tensor->dtype);
    while (strcmp(c->dtype, tensor->dtype) != 0)
        c++;
    unsigned char piece[PIECE];
    uint64_t end = tensor->offset + tensor->bytes;
    for (uint64_t at = tensor->offset; at < end;) {
        size_t size = end - at < PIECE ? (size_t)(end - at) : PIECE;
        enum imc_status status = read_bytes(t, at, piece, size, error);
        if (status)
            return status;
        for (size_t b = 0; b < size; b += (size_t)c->bytes)
            *numbers++ = c->convert(piece + b);
        at += size;
    }
    return IMC_OK;
}

enum imc_status imc_tensors_read_weights(const struct imc_tensors *t, int i, float *numbers, struct imc_error *error)
{
    const struct imc_tensor_info *tensor = &t->header.tensors[i];
    enum imc_status status = imc_tensors_read(t, i, numbers, error);
    for (uint64_t n = 0; n < tensor->count && !status; n++)
        if (!isfinite(numbers[n]))
            status = fail(error, IMC_ERR_FORMAT, "%s: tensor '%.*s': number %llu is %s, and weights must be finite 32-bit floats",
                          t->name, utf8_cut(tensor->name, NAME_SHOWN), tensor->name, (unsigned long long)n,
                          isnan(numbers[n]) ? "not a number" : "infinite");
    return status;
}

enum imc_status imc_tensors_hash(const struct imc_tensors *t, char text[IMC_HASH_TEXT_MAX], struct imc_error *error)
{
    struct sha256 hash;
    unsigned char piece[PIECE];
    int count = t->header.count;
    sha256_begin(&hash);
    for (uint64_t at = count ? t->header.tensors[0].offset : t->size; at < t->size;) {
        size_t size = t->size - at < PIECE ? (size_t)(t->size - at) : PIECE;
        enum imc_status status = read_bytes(t, at, piece, size, error);
        if (status)
            return status;
        sha256_add(&hash, piece, size);
        at += size;
    }
    sha256_end_text(&hash, text);
    return IMC_OK;
}
