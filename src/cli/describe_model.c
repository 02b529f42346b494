/* describe_model.c: a model file as a table of its tensors and its metadata. */
#include "cli/describe.h"
#include "cli/numbers.h"

#include <inttypes.h>
#include <string.h>

/* Characters of a value that are shown; --json prints all. A file of more bytes is not read through for its hash. */
enum { VALUE_SHOWN = 160, NAME_WIDTH = 28 };
static const uint64_t HASHED_MAX = 64 << 20;

/* What all tensors have together. */
struct totals {
    uint64_t numbers, bytes;
};

static struct totals add_up(const struct imc_tensors *tensors)
{
    struct totals totals = {0, 0};
    for (int i = 0; i < imc_tensors_count(tensors); i++) {
        totals.numbers += imc_tensors_info(tensors, i)->count;
        totals.bytes += imc_tensors_info(tensors, i)->bytes;
    }
    return totals;
}

/* Is there a hash? */
static bool find_hash(const struct imc_tensors *tensors, char hash[IMC_HASH_TEXT_MAX])
{
    return add_up(tensors).bytes <= HASHED_MAX && imc_tensors_hash(tensors, hash, NULL) == IMC_OK;
}

static void print_tensor(FILE *out, const struct imc_tensor_info *info)
{
    fprintf(out, "  %-*s %-5s [", NAME_WIDTH, info->name, info->dtype);
    for (int d = 0; d < info->dims; d++)
        fprintf(out, "%s%" PRIu64, d ? "," : "", info->shape[d]);
    fputs("]\n", out);
}

/* On one line; control characters, which could drive a terminal, become blanks. */
static void print_value(FILE *out, const char *value)
{
    const unsigned char *at = (const unsigned char *)value;
    for (int left = VALUE_SHOWN; *at && (left > 0 || (*at & 0xC0) == 0x80); at++, left--) {
        bool c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0;
        putc(*at < 32 || *at == 127 || c1 ? ' ' : *at, out);
        at += c1;
    }
    fputs(*at ? " ...\n" : "\n", out);
}

void describe_model(FILE *out, const char *path, const struct imc_tensors *tensors)
{
    char bytes[NUMBER_TEXT_MAX], hash[IMC_HASH_TEXT_MAX];
    const char *key, *value;
    int count = imc_tensors_count(tensors);
    struct totals totals = add_up(tensors);
    fprintf(out, "%s: safetensors, %d tensor%s, %" PRIu64 " numbers, %s\n", path, count, count == 1 ? "" : "s", totals.numbers,
            number_bytes_text(bytes, totals.bytes));
    for (int i = 0; i < count; i++)
        print_tensor(out, imc_tensors_info(tensors, i));
    for (int i = 0; imc_tensors_metadata(tensors, i, &key, &value); i++) {
        fprintf(out, "%s  %-*s ", i ? "" : "metadata\n", NAME_WIDTH, key);
        print_value(out, value);
    }
    if (find_hash(tensors, hash))
        fprintf(out, "sha256 of the numbers %s\n", hash);
}

static void print_tensor_json(struct json *json, const struct imc_tensor_info *info)
{
    json_object(json, NULL);
    json_string(json, "name", info->name);
    json_string(json, "dtype", info->dtype);
    json_array(json, "shape");
    for (int d = 0; d < info->dims; d++)
        json_unsigned(json, NULL, info->shape[d]);
    json_close(json);
    json_unsigned(json, "count", info->count);
    json_unsigned(json, "offset", info->offset);
    json_unsigned(json, "bytes", info->bytes);
    json_close(json);
}

void describe_model_json(struct json *json, const struct imc_tensors *tensors)
{
    char hash[IMC_HASH_TEXT_MAX];
    const char *key, *value;
    struct totals totals = add_up(tensors);
    json_unsigned(json, "numbers", totals.numbers);
    json_unsigned(json, "bytes", totals.bytes);
    json_array(json, "tensors");
    for (int i = 0; i < imc_tensors_count(tensors); i++)
        print_tensor_json(json, imc_tensors_info(tensors, i));
    json_close(json);
    json_object(json, "metadata");
    for (int i = 0; imc_tensors_metadata(tensors, i, &key, &value); i++)
        json_string(json, key, value);
    json_close(json);
    json_string(json, "sha256", find_hash(tensors, hash) ? hash : NULL);
}
