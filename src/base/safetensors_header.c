/* safetensors_header.c: the JSON of model files, both ways, and the rules of the format: every name once; shapes whose product
 * times the size of a number is the length of the tensor's place; places that tile the numbers without gap, overlap or rest, so
 * that no byte has two readings. This is the one door to cJSON. https://github.com/huggingface/safetensors#format
 */
#include "base/safetensors.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/safetensors_scan.h"
#include "base/utf8.h"

#include <cjson/cJSON.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char notes_key[] = "__metadata__";
/* Doubles count exactly up to here; no file is longer. */
static const double SIZE_MOST = 9007199254740992.0;

enum { NAME_SHOWN = 80, DTYPE_MAX = 15 };

struct reading {
    const char *name;
    struct imc_error *error;
    const cJSON *tensor; /* the member that is being read */
};

static enum imc_status refuse(const struct reading *r, enum imc_status status, const char *what)
{
    const char *tensor = r->tensor->string;
    return fail(r->error, status, "%s: tensor '%.*s': %s", r->name, utf8_cut(tensor, NAME_SHOWN), tensor, what);
}

static enum imc_status wrong(const struct reading *r, const char *what)
{
    return refuse(r, IMC_ERR_FORMAT, what);
}

/* Bits of one number; those that are not in the table are listed, but nothing is known about their size. */
static const struct number_type {
    const char *dtype;
    unsigned bits;
    bool readable;
} number_types[] = {{"F64", 64, true},     {"F32", 32, true},     {"F16", 16, true},  {"BF16", 16, true}, {"BOOL", 8, false},
                    {"U8", 8, false},      {"I8", 8, false},      {"U16", 16, false}, {"I16", 16, false}, {"U32", 32, false},
                    {"I32", 32, false},    {"U64", 64, false},    {"I64", 64, false}, {"C64", 64, false}, {"F8_E5M2", 8, false},
                    {"F8_E4M3", 8, false}, {"F8_E8M0", 8, false}, {"F4", 4, false}};

static const struct number_type *find_type(const char *dtype)
{
    for (size_t i = 0; i < sizeof number_types / sizeof *number_types; i++)
        if (strcmp(number_types[i].dtype, dtype) == 0)
            return &number_types[i];
    return NULL;
}

static bool read_size(const cJSON *item, uint64_t *size)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < SIZE_MOST))
        return false;
    *size = (uint64_t)item->valuedouble;
    return (double)*size == item->valuedouble;
}

static enum imc_status read_dtype(const struct reading *r, const cJSON *item, struct imc_tensor_info *tensor)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (!cJSON_IsString(item))
        return wrong(r, "its dtype is no string");
    tensor->dtype = item->valuestring;
    size_t length = strlen(tensor->dtype);
    if (length < 1 || length > DTYPE_MAX || strspn(tensor->dtype, letters) != length)
        return wrong(r, "its dtype is not the name of a type of numbers, such as F32");
    const struct number_type *type = find_type(tensor->dtype);
    tensor->readable = type && type->readable;
    return IMC_OK;
}

static enum imc_status read_shape(const struct reading *r, const cJSON *item, struct imc_tensor_info *tensor)
{
    const cJSON *size;
    if (!cJSON_IsArray(item))
        return wrong(r, "its shape is no list");
    tensor->count = 1;
    cJSON_ArrayForEach(size, item)
    {
        if (tensor->dims == IMC_TENSOR_DIMS_MAX)
            return refuse(r, IMC_ERR_UNSUPPORTED, "it has more than 8 dimensions; save it reshaped");
        uint64_t *own = &tensor->shape[tensor->dims++];
        if (!read_size(size, own))
            return wrong(r, "its shape holds something that is no size");
        if (__builtin_mul_overflow(tensor->count, *own, &tensor->count))
            return wrong(r, "its shape is larger than any file");
    }
    return IMC_OK;
}

static enum imc_status read_place(const struct reading *r, const cJSON *item, struct imc_tensor_info *tensor)
{
    uint64_t end;
    if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2 || !read_size(item->child, &tensor->offset) ||
        !read_size(item->child->next, &end))
        return wrong(r, "its data_offsets are not two sizes");
    if (end < tensor->offset)
        return wrong(r, "its data_offsets end before they begin");
    tensor->bytes = end - tensor->offset;
    return IMC_OK;
}

/* Does the tensor's place hold its numbers? */
static enum imc_status check_bytes(const struct reading *r, const struct imc_tensor_info *tensor)
{
    char sentence[160];
    uint64_t bits;
    const struct number_type *type = find_type(tensor->dtype);
    if (!type)
        return IMC_OK;
    if (__builtin_mul_overflow(tensor->count, (uint64_t)type->bits, &bits))
        return wrong(r, "its shape is larger than any file");
    if (bits % 8 == 0 && bits / 8 == tensor->bytes)
        return IMC_OK;
    snprintf(sentence, sizeof sentence, "%llu numbers of type %s do not fill the %llu bytes of its data_offsets",
             (unsigned long long)tensor->count, tensor->dtype, (unsigned long long)tensor->bytes);
    return wrong(r, sentence);
}

/* Members other than the three are let be; each of the three stands once. */
static enum imc_status read_tensor(struct reading *r, struct imc_tensor_info *tensor)
{
    static const struct {
        const char *key;
        enum imc_status (*read)(const struct reading *r, const cJSON *item, struct imc_tensor_info *tensor);
    } parts[] = {{"dtype", read_dtype}, {"shape", read_shape}, {"data_offsets", read_place}};
    bool seen[3] = {false, false, false};
    const cJSON *item;
    tensor->name = r->tensor->string;
    if (utf8_has_controls(tensor->name))
        return wrong(r, "control characters in its name");
    if (!cJSON_IsObject(r->tensor))
        return wrong(r, "no {dtype, shape, data_offsets} follows");
    cJSON_ArrayForEach(item, r->tensor)
    {
        for (int i = 0; i < 3; i++) {
            if (strcmp(item->string, parts[i].key) != 0)
                continue;
            enum imc_status status =
                seen[i] ? wrong(r, "dtype, shape or data_offsets stands twice") : parts[i].read(r, item, tensor);
            if (status)
                return status;
            seen[i] = true;
        }
    }
    if (!seen[0] || !seen[1] || !seen[2])
        return wrong(r, "dtype, shape or data_offsets is missing");
    return check_bytes(r, tensor);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A name that stands twice among the members of `object`, or NULL; false if memory ran out. */
static bool find_twin(const cJSON *object, const char **twin)
{
    size_t count = 0;
    const char **names = mem_alloc((size_t)cJSON_GetArraySize(object), sizeof *names);
    const cJSON *item;
    *twin = NULL;
    if (!names)
        return false;
    cJSON_ArrayForEach(item, object) names[count++] = item->string;
    qsort(names, count, sizeof *names, compare_strings);
    for (size_t i = 1; i < count && !*twin; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            *twin = names[i];
    mem_free(names);
    return true;
}

static enum imc_status check_names(const struct reading *r, const cJSON *object, const char *what)
{
    const char *twin;
    if (!find_twin(object, &twin))
        return fail_memory(r->error, r->name);
    if (twin)
        return fail(r->error, IMC_ERR_FORMAT, "%s: %s '%.*s' stands twice in the safetensors header", r->name, what,
                    utf8_cut(twin, NAME_SHOWN), twin);
    return IMC_OK;
}

static enum imc_status read_notes(const struct reading *r, const cJSON *notes, struct safetensors_header *header)
{
    const cJSON *item;
    if (!notes)
        return IMC_OK;
    bool strings = cJSON_IsObject(notes);
    header->notes = mem_alloc((size_t)cJSON_GetArraySize(notes), sizeof *header->notes);
    if (!header->notes)
        return fail_memory(r->error, r->name);
    cJSON_ArrayForEach(item, notes)
    {
        strings = strings && cJSON_IsString(item) && !utf8_has_controls(item->string);
        header->notes[header->note_count++] = (struct imc_tensor_note){item->string, item->valuestring};
    }
    return strings ? check_names(r, notes, "the metadata")
                   : fail(r->error, IMC_ERR_FORMAT, "%s: %s of the safetensors header is no table of strings", r->name, notes_key);
}

/* By place; at one place those without numbers first. */
static int compare_places(const void *a, const void *b)
{
    const struct imc_tensor_info *x = a, *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if ((x->bytes == 0) != (y->bytes == 0))
        return x->bytes == 0 ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The places tile 0..data_bytes. */
static enum imc_status check_tiling(const struct safetensors_header *header, uint64_t data_bytes, const char *name,
                                    struct imc_error *error)
{
    uint64_t at = 0;
    for (int i = 0; i < header->count; i++) {
        const struct imc_tensor_info *tensor = &header->tensors[i];
        if (tensor->offset != at)
            return fail(error, IMC_ERR_FORMAT, "%s: tensor '%.*s': its data_offsets %s: they begin at %llu, not at %llu", name,
                        utf8_cut(tensor->name, NAME_SHOWN), tensor->name,
                        tensor->offset < at ? "overlap those of another tensor" : "leave a gap before them",
                        (unsigned long long)tensor->offset, (unsigned long long)at);
        at += tensor->bytes; /* both below SIZE_MOST */
        if (at > data_bytes)
            return fail(error, IMC_ERR_FORMAT, "%s: tensor '%.*s': its numbers end %llu bytes past the end of the file", name,
                        utf8_cut(tensor->name, NAME_SHOWN), tensor->name, (unsigned long long)(at - data_bytes));
    }
    if (at < data_bytes)
        return fail(error, IMC_ERR_FORMAT, "%s: %llu bytes after the last tensor, which belong to none", name,
                    (unsigned long long)(data_bytes - at));
    return IMC_OK;
}

/* cJSON keeps the place of its last error in one variable for the whole process. */
static cJSON *parse_json(const char *text, size_t size, const char **end)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&one_at_a_time);
    cJSON *json = cJSON_ParseWithLengthOpts(text, size, end, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return json;
}

static enum imc_status read_header(struct safetensors_header *header, uint64_t data_bytes, const char *name,
                                   struct imc_error *error)
{
    struct reading r = {name, error, header->json};
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(header->json, notes_key);
    enum imc_status status = check_names(&r, header->json, "the tensor");
    if (status || (status = read_notes(&r, notes, header)))
        return status;
    int members = cJSON_GetArraySize(header->json);
    header->tensors = mem_zalloc((size_t)members, sizeof *header->tensors);
    if (!header->tensors)
        return fail_memory(error, name);
    cJSON_ArrayForEach(r.tensor, (const cJSON *)header->json)
    {
        if (r.tensor != notes && (status = read_tensor(&r, &header->tensors[header->count++])))
            return status;
    }
    qsort(header->tensors, (size_t)header->count, sizeof *header->tensors, compare_places);
    return check_tiling(header, data_bytes, name, error);
}

enum imc_status safetensors_header_parse(const char *text, size_t size, uint64_t data_bytes, const char *name,
                                         struct safetensors_header *header, struct imc_error *error)
{
    *header = (struct safetensors_header){0};
    enum imc_status status = safetensors_scan(text, size, name, error);
    if (status)
        return status;
    const char *end = text;
    header->json = parse_json(text, size, &end);
    while (header->json && end < text + size && *end == ' ')
        end++;
    if (!header->json || end < text + size)
        status = fail(error, IMC_ERR_FORMAT, "%s: damaged safetensors header at byte %zu: no JSON", name,
                      (size_t)(end - text) + SAFETENSORS_HEAD);
    else
        status = read_header(header, data_bytes, name, error);
    if (status)
        safetensors_header_free(header);
    for (int i = 0; i < header->count; i++)
        header->tensors[i].offset += SAFETENSORS_HEAD + size;
    return status;
}

void safetensors_header_free(struct safetensors_header *header)
{
    cJSON_Delete(header->json);
    mem_free(header->tensors);
    mem_free(header->notes);
    *header = (struct safetensors_header){0};
}

/* ---- writing ---- */

static bool add_sizes(cJSON *to, const char *key, const uint64_t *sizes, int count)
{
    cJSON *list = cJSON_AddArrayToObject(to, key);
    for (int i = 0; list && i < count; i++) {
        cJSON *size = cJSON_CreateNumber((double)sizes[i]);
        if (!cJSON_AddItemToArray(list, size)) {
            cJSON_Delete(size);
            return false;
        }
    }
    return list != NULL;
}

static bool add_all(cJSON *root, const struct imc_tensor *const *tensors, int count, const struct imc_tensor_note *const *notes,
                    int note_count)
{
    uint64_t place[2] = {0, 0};
    cJSON *table = note_count ? cJSON_AddObjectToObject(root, notes_key) : root;
    for (int i = 0; table && i < note_count; i++)
        if (!cJSON_AddStringToObject(table, notes[i]->key, notes[i]->value))
            return false;
    for (int i = 0; table && i < count; i++) {
        uint64_t numbers = 1;
        for (int d = 0; d < tensors[i]->dims; d++)
            numbers *= tensors[i]->shape[d];
        place[0] = place[1];
        place[1] += numbers * sizeof(float);
        cJSON *tensor = cJSON_AddObjectToObject(root, tensors[i]->name);
        if (!tensor || !cJSON_AddStringToObject(tensor, "dtype", "F32") ||
            !add_sizes(tensor, "shape", tensors[i]->shape, tensors[i]->dims) || !add_sizes(tensor, "data_offsets", place, 2))
            return false;
    }
    return table != NULL;
}

/* The JSON with the blanks behind it. */
static char *pad(const char *json, size_t *size)
{
    size_t length = strlen(json);
    *size = (length + 7) / 8 * 8;
    char *text = mem_alloc(*size, 1);
    if (text) {
        memset(text, ' ', *size);
        memcpy(text, json, length);
    }
    return text;
}

enum imc_status safetensors_header_format(const struct imc_tensor *const *tensors, int count,
                                          const struct imc_tensor_note *const *notes, int note_count, char **text, size_t *size,
                                          struct imc_error *error)
{
    cJSON *root = cJSON_CreateObject();
    char *json = root && add_all(root, tensors, count, notes, note_count) ? cJSON_PrintUnformatted(root) : NULL;
    *text = json ? pad(json, size) : NULL;
    cJSON_free(json);
    cJSON_Delete(root);
    if (!*text)
        return fail_memory(error, "the header of a model file");
    if (*size <= SAFETENSORS_HEADER_MAX)
        return IMC_OK;
    mem_free(*text);
    *text = NULL;
    return fail(error, IMC_ERR_LIMIT, "the metadata of a model file takes more than 16 MiB");
}

const char *safetensors_json_version(void)
{
    return cJSON_Version();
}
