/* tensor.h: model files in the safetensors format: named arrays of numbers and a table of strings.
 *
 * The file is its header's length (8 bytes, little-endian), the header (JSON), and the numbers:
 *     {"__metadata__": {"seed": "1"}, "conv1.weight": {"dtype": "F32", "shape": [16,1,3,3], "data_offsets": [0,576]}}
 * Only the header is held; numbers are read where they are asked for, so that the size of a file does not matter.
 */
#ifndef IMGCONV_TENSOR_H
#define IMGCONV_TENSOR_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IMC_TENSOR_DIMS_MAX 8
#define IMC_HASH_TEXT_MAX   65

/* A tensor in a file. Strings belong to the file and hold no control characters. */
struct imc_tensor_info {
    const char *name;
    const char *dtype; /* as the file writes it: "F32", "BF16", "I64" ... */
    bool readable;     /* F64, F32, F16 or BF16: imc_tensors_read takes it */
    int dims;          /* 0 for a single number */
    uint64_t shape[IMC_TENSOR_DIMS_MAX];
    uint64_t count;         /* of its numbers: the product of the shape */
    uint64_t offset, bytes; /* where in the file its numbers stand */
};

struct imc_tensors;

/* Opens a safetensors file, or "model:NAME", a model that is shipped with the program, and checks its whole header: the memory
 * that this takes is bounded by the file's real size. *tensors is the caller's, freed by imc_tensors_close; NULL on failure.
 * Errors: IO, FORMAT, LIMIT (a header of more than 16 MiB), UNSUPPORTED (more than IMC_TENSOR_DIMS_MAX dimensions), MEMORY. */
IMC_API enum imc_status imc_tensors_open(const char *path, struct imc_tensors **tensors, struct imc_error *error);
/* The same for `size` bytes in memory, which must outlive it. `name` stands in messages. */
IMC_API enum imc_status imc_tensors_open_memory(const void *data, size_t size, const char *name, struct imc_tensors **tensors,
                                                struct imc_error *error);
/* NULL is allowed. */
IMC_API void imc_tensors_close(struct imc_tensors *tensors);

IMC_API int imc_tensors_count(const struct imc_tensors *tensors);
/* The i-th in the order of their numbers in the file, 0 <= i < count. Borrowed until the file is closed. */
IMC_API const struct imc_tensor_info *imc_tensors_info(const struct imc_tensors *tensors, int i);
/* The place of the tensor of that name, or -1. */
IMC_API int imc_tensors_find(const struct imc_tensors *tensors, const char *name);
/* The numbers of the i-th tensor as 32-bit floats, `count` of them. NaN and infinity are let through.
 * Errors: UNSUPPORTED (not `readable`), IO, FORMAT (the file has become shorter). */
IMC_API enum imc_status imc_tensors_read(const struct imc_tensors *tensors, int i, float *numbers, struct imc_error *error);
/* The same, but a number that is not finite as a 32-bit float is an error (FORMAT) that names the tensor and the place. */
IMC_API enum imc_status imc_tensors_read_weights(const struct imc_tensors *tensors, int i, float *numbers, struct imc_error *error);

/* The i-th string of the metadata, in the file's order; false past the last. Borrowed until the file is closed. */
IMC_API bool imc_tensors_metadata(const struct imc_tensors *tensors, int i, const char **key, const char **value);
/* The value of that key, or NULL. */
IMC_API const char *imc_tensors_metadata_value(const struct imc_tensors *tensors, const char *key);

/* SHA-256 of all numbers as they stand in the file, as 64 hexadecimal digits: what
 *     tail -c BYTES FILE | sha256sum
 * prints, BYTES being the sum of all `bytes`. The metadata does not enter it. Errors: IO, FORMAT. */
IMC_API enum imc_status imc_tensors_hash(const struct imc_tensors *tensors, char text[IMC_HASH_TEXT_MAX], struct imc_error *error);

/* A tensor to be written, as F32. */
struct imc_tensor {
    const char *name; /* UTF-8 without control characters; not "__metadata__" */
    int dims;
    uint64_t shape[IMC_TENSOR_DIMS_MAX];
    const float *numbers;
};
struct imc_tensor_note {
    const char *key, *value; /* UTF-8 */
};

/* Writes a safetensors file: equal content gives equal bytes, whatever the order of the lists (both are sorted by name). It takes
 * its name only when whole, as a picture does in imc_writer_open; with no_clobber an existing file is an error.
 * Errors: ARGUMENT (two of one name, a name or shape that cannot be; a terminal), IO, MEMORY. */
IMC_API enum imc_status imc_tensors_save(const char *path, bool no_clobber, const struct imc_tensor *tensors, int count,
                                         const struct imc_tensor_note *notes, int note_count, struct imc_error *error);
/* What imc_tensors_hash gives for the file that imc_tensors_save would write. Errors: ARGUMENT, MEMORY. */
IMC_API enum imc_status imc_tensors_save_hash(const struct imc_tensor *tensors, int count, char text[IMC_HASH_TEXT_MAX],
                                              struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
