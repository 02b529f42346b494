/* safetensors.h: what the reader and the writer of model files share; the calls are those of <imgconv/tensor.h>. */
#ifndef SAFETENSORS_H
#define SAFETENSORS_H

#include <imgconv/tensor.h>

/* HEAD: the length that stands before the header. HEADER_MAX: the format allows 100 MB, but the table of the largest models has
 * under 1 MB, and a header costs some 30 times its size while it is read. VALUES_MAX: commas in it, for the same reason. */
enum { SAFETENSORS_HEAD = 8, SAFETENSORS_HEADER_MAX = 16 << 20, SAFETENSORS_VALUES_MAX = 1 << 20 };

/* The header as a table. */
struct safetensors_header {
    void *json; /* holds the strings */
    struct imc_tensor_info *tensors;
    struct imc_tensor_note *notes;
    int count, note_count;
};

/* Parses and checks a header text of a file whose numbers take `data_bytes` after it; offsets become those of the file.
 * `name` stands in messages. Errors: FORMAT, LIMIT, UNSUPPORTED, MEMORY. */
enum imc_status safetensors_header_parse(const char *text, size_t size, uint64_t data_bytes, const char *name,
                                         struct safetensors_header *header, struct imc_error *error);
void safetensors_header_free(struct safetensors_header *header);

/* The header text of a file to be written: the notes and the tensors in the given order, padded with blanks so that the numbers
 * begin at a multiple of 8. *text is freed by mem_free. Errors: MEMORY, LIMIT. */
enum imc_status safetensors_header_format(const struct imc_tensor *const *tensors, int count,
                                          const struct imc_tensor_note *const *notes, int note_count, char **text, size_t *size,
                                          struct imc_error *error);

/* Of cJSON, the reader of JSON in use. */
const char *safetensors_json_version(void);

/* Is the file's beginning that of safetensors: a header's length and a brace? */
bool safetensors_recognise(const unsigned char *head, size_t size);

#endif
