/* fuzz_safetensors.c: hostile model files. What opens keeps its promises: places inside the file, shapes that fill them, names that
 * are found again, numbers that can be read. Built like fuzz_kernel.c. */
#include <imgconv/tensor.h>

#include "kernel/tensorbank.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tensor(const struct imc_tensors *tensors, int i, size_t size)
{
    const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
    if (info->offset > size || info->bytes > size - info->offset || imc_tensors_find(tensors, info->name) != i)
        abort();
    struct imc_error error = {IMC_OK, ""};
    struct imc_bank *bank;
    if (tensor_bank_make(tensors, "fuzz", info->name, &bank, &error) != IMC_OK && error.message[0] == 0)
        abort();
    imc_bank_free(bank);
    if (!info->readable)
        return;
    float *numbers = malloc(info->count ? info->count * sizeof *numbers : 1);
    if (numbers && imc_tensors_read(tensors, i, numbers, NULL) != IMC_OK)
        abort();
    free(numbers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imc_error error = {IMC_OK, ""};
    struct imc_tensors *tensors;
    enum imc_status status = imc_tensors_open_memory(data, size, "fuzz", &tensors, &error);
    if (status != IMC_OK) {
        if (tensors || error.status != status || error.message[0] == 0)
            abort(); /* a refusal without a reason */
        return 0;
    }
    char hash[IMC_HASH_TEXT_MAX];
    const char *key, *value;
    for (int i = 0; i < imc_tensors_count(tensors); i++)
        check_tensor(tensors, i, size);
    for (int i = 0; imc_tensors_metadata(tensors, i, &key, &value); i++)
        if (!imc_tensors_metadata_value(tensors, key))
            abort();
    if (imc_tensors_hash(tensors, hash, NULL) != IMC_OK || strlen(hash) != IMC_HASH_TEXT_MAX - 1)
        abort();
    imc_tensors_close(tensors);
    return 0;
}
