/* safetensors_write.c: model files written. Names are sorted by their bytes, so that the same weights give the same file; numbers
 * are F32, little-endian. */
#include "base/safetensors.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "base/sha256.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 4096, NAME_SHOWN = 80 };

/* The lists in their order in the file. */
struct content {
    const struct imc_tensor **tensors;
    const struct imc_tensor_note **notes;
    int count, note_count;
};

static int compare_tensors(const void *a, const void *b)
{
    return strcmp((*(const struct imc_tensor *const *)a)->name, (*(const struct imc_tensor *const *)b)->name);
}

static int compare_notes(const void *a, const void *b)
{
    return strcmp((*(const struct imc_tensor_note *const *)a)->key, (*(const struct imc_tensor_note *const *)b)->key);
}

/* Numbers of a tensor; false where they are too many for memory. */
static bool count_numbers(const struct imc_tensor *tensor, size_t *count)
{
    size_t bytes = sizeof(float);
    for (int d = 0; d < tensor->dims; d++)
        if (tensor->shape[d] > SIZE_MAX || !size_mul(bytes, (size_t)tensor->shape[d], &bytes))
            return false;
    *count = bytes / sizeof(float);
    return true;
}

static bool good_text(const char *text)
{
    size_t place;
    return utf8_check(text, strlen(text), &place);
}

static enum imc_status check_tensor(const struct imc_tensor *tensor, struct imc_error *error)
{
    size_t count;
    if (!good_text(tensor->name) || utf8_has_controls(tensor->name) || strcmp(tensor->name, "__metadata__") == 0)
        return fail(error, IMC_ERR_ARGUMENT, "a tensor cannot be named '%.80s'", tensor->name);
    if (tensor->dims < 0 || tensor->dims > IMC_TENSOR_DIMS_MAX || !count_numbers(tensor, &count))
        return fail(error, IMC_ERR_ARGUMENT, "tensor '%.*s' has a shape that no file holds", utf8_cut(tensor->name, NAME_SHOWN),
                    tensor->name);
    return IMC_OK;
}

static enum imc_status check_content(const struct content *content, struct imc_error *error)
{
    for (int i = 0; i < content->count; i++) {
        enum imc_status status = check_tensor(content->tensors[i], error);
        if (status)
            return status;
        if (i && compare_tensors(&content->tensors[i - 1], &content->tensors[i]) == 0)
            return fail(error, IMC_ERR_ARGUMENT, "two tensors are named '%.80s'", content->tensors[i]->name);
    }
    for (int i = 0; i < content->note_count; i++) {
        const struct imc_tensor_note *note = content->notes[i];
        if (!good_text(note->key) || utf8_has_controls(note->key) || !good_text(note->value) ||
            (i && compare_notes(&content->notes[i - 1], &content->notes[i]) == 0))
            return fail(error, IMC_ERR_ARGUMENT, "metadata '%.80s' is not UTF-8, or stands twice", note->key);
    }
    return IMC_OK;
}

static void free_content(struct content *content)
{
    mem_free(content->tensors);
    mem_free(content->notes);
}

/* Sorts and checks. */
static enum imc_status make_content(const struct imc_tensor *tensors, int count, const struct imc_tensor_note *notes,
                                    int note_count, struct content *content, struct imc_error *error)
{
    *content = (struct content){mem_alloc((size_t)count, sizeof *content->tensors),
                                mem_alloc((size_t)note_count, sizeof *content->notes), count, note_count};
    enum imc_status status = IMC_OK;
    if (!content->tensors || !content->notes)
        status = fail_memory(error, "a model file");
    for (int i = 0; i < count && !status; i++)
        content->tensors[i] = &tensors[i];
    for (int i = 0; i < note_count && !status; i++)
        content->notes[i] = &notes[i];
    if (!status) {
        qsort(content->tensors, (size_t)count, sizeof *content->tensors, compare_tensors);
        qsort(content->notes, (size_t)note_count, sizeof *content->notes, compare_notes);
        status = check_content(content, error);
    }
    if (status)
        free_content(content);
    return status;
}

/* Where bytes go: a hash or a file. */
struct sink {
    enum imc_status (*take)(void *context, const void *bytes, size_t size, struct imc_error *error);
    void *context;
};

/* All numbers, in order, as the bytes of the file. */
static enum imc_status put_numbers(const struct content *content, const struct sink *sink, struct imc_error *error)
{
    unsigned char piece[4 * PIECE];
    for (int i = 0; i < content->count; i++) {
        size_t count = 0;
        count_numbers(content->tensors[i], &count);
        for (size_t at = 0; at < count; at += PIECE) {
            size_t part = count - at < PIECE ? count - at : PIECE;
            for (size_t n = 0; n < part; n++) {
                uint32_t bits;
                memcpy(&bits, content->tensors[i]->numbers + at + n, sizeof bits);
                for (size_t b = 0; b < 4; b++)
                    piece[4 * n + b] = (unsigned char)(bits >> (8 * b));
            }
            enum imc_status status = sink->take(sink->context, piece, 4 * part, error);
            if (status)
                return status;
        }
    }
    return IMC_OK;
}

static enum imc_status take_into_hash(void *hash, const void *bytes, size_t size, struct imc_error *error)
{
    (void)error;
    sha256_add(hash, bytes, size);
    return IMC_OK;
}

static enum imc_status take_into_file(void *file, const void *bytes, size_t size, struct imc_error *error)
{
    return outfile_write(file, bytes, size, error);
}

static enum imc_status write_file(struct outfile *file, const struct content *content, struct imc_error *error)
{
    char *text;
    size_t size;
    unsigned char head[SAFETENSORS_HEAD];
    enum imc_status status =
        safetensors_header_format(content->tensors, content->count, content->notes, content->note_count, &text, &size, error);
    if (status)
        return status;
    for (int b = 0; b < SAFETENSORS_HEAD; b++)
        head[b] = (unsigned char)((uint64_t)size >> (8 * b));
    status = outfile_write(file, head, sizeof head, error);
    if (!status)
        status = outfile_write(file, text, size, error);
    mem_free(text);
    if (!status)
        status = put_numbers(content, &(struct sink){take_into_file, file}, error);
    return status ? status : outfile_commit(file, error);
}

enum imc_status imc_tensors_save(const char *path, bool no_clobber, const struct imc_tensor *tensors, int count,
                                 const struct imc_tensor_note *notes, int note_count, struct imc_error *error)
{
    struct content content;
    struct outfile *file = NULL;
    enum imc_status status = make_content(tensors, count, notes, note_count, &content, error);
    if (status)
        return status;
    status = outfile_open(path, no_clobber, &file, error);
    if (!status)
        status = write_file(file, &content, error);
    outfile_close(file);
    free_content(&content);
    return status;
}

enum imc_status imc_tensors_save_hash(const struct imc_tensor *tensors, int count, char text[IMC_HASH_TEXT_MAX],
                                      struct imc_error *error)
{
    struct content content;
    struct sha256 hash;
    enum imc_status status = make_content(tensors, count, NULL, 0, &content, error);
    if (status)
        return status;
    sha256_begin(&hash);
    status = put_numbers(&content, &(struct sink){take_into_hash, &hash}, error);
    sha256_end_text(&hash, text);
    free_content(&content);
    return status;
}
