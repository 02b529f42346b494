/* fuzz_idx.c: hostile data sets. The bytes are a pair of IDX files one after the other, behind four bytes that say how long the
 * first is (little-endian). What is read must keep what the header of a data set promises. Built like fuzz_kernel.c. */
#include "data/idx.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The status of the pair; a refusal without a reason is a fault. */
static enum imc_status read_bytes(const uint8_t *data, size_t size, struct imc_error *error)
{
    struct input *images = NULL, *labels = NULL;
    struct dataset set = {.count = 0};
    size_t first = size < 4 ? 0 : (size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16 | (size_t)data[3] << 24;
    size_t start = size < 4 ? size : 4, rest = size - start;
    first = first < rest ? first : rest;
    enum imc_status status = input_open_memory(data + start, first, "images", &images, error);
    if (status == IMC_OK)
        status = input_open_memory(data + start + first, rest - first, "labels", &labels, error);
    if (status == IMC_OK)
        status = idx_read(images, labels, "fuzz", &set, error);
    if (status == IMC_OK) {
        for (int i = 0; i < set.count; i++)
            if (set.labels[i] >= set.classes)
                abort();
        if (dataset_picture_size(&set) * (size_t)set.count > size * 1032)
            abort(); /* more memory than the file can fill */
    }
    dataset_free(&set);
    input_close(images);
    input_close(labels);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = read_bytes(data, size, &error);
    if (status != IMC_OK && (error.status != status || error.message[0] == 0))
        abort();
    return 0;
}
