/* fuzz_kernel.c: hostile kernel texts. Any bytes are taken for a KERNEL; those that could name a file are left out. Built with a
 * fuzzer:
 *     clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude -Isrc -Itests tests/fuzz/fuzz_kernel.c LIBRARY-SOURCES ...
 * and without one by replay_main.c and by test_corpus_kernel.c. */
#include <imgconv/kernel.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imc_kernel_params params = {0, 0, -1, -1};
    struct imc_error error = {IMC_OK, ""};
    struct imc_bank *bank;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    if (size & 1)
        params.size_y = params.size_x = 5;
    enum imc_status status = strpbrk(text, "./") ? IMC_ERR_IO : imc_bank_parse(text, &params, &bank, &error);
    if (status == IMC_OK)
        imc_bank_free(bank);
    else if (status != IMC_ERR_IO && (error.status != status || error.message[0] == 0))
        abort(); /* a refusal without a reason */
    free(text);
    return 0;
}
