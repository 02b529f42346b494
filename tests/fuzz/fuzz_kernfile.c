/* fuzz_kernfile.c: hostile kernel files: .kern, matrix and .npy by turns. A .kern file that is read is written and read again,
 * and must come back with equal taps. Built like fuzz_kernel.c. */
#include "base/memory.h"
#include "kernel/kernfile.h"
#include "kernel/npybank.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct imc_bank *bank)
{
    struct imc_bank *again;
    char *text = imc_bank_to_text(bank);
    if (!text)
        return;
    size_t taps = (size_t)bank->filters * (size_t)bank->in_c * (size_t)bank->kh * (size_t)bank->kw;
    if (kernfile_parse(text, strlen(text), "again.kern", &again, NULL, NULL) || again->filters != bank->filters ||
        again->kh != bank->kh || again->in_c != bank->in_c || again->learned != bank->learned || !again->bias != !bank->bias ||
        memcmp(again->weights, bank->weights, taps * sizeof(float)) != 0)
        abort();
    imc_bank_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"fuzz.kern", "fuzz.mat"};
    struct imc_error error;
    struct imc_bank *bank;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    for (int i = 0; i < 2; i++) {
        struct kern_note *notes;
        if (kernfile_parse(text, size, names[i], &bank, &notes, &error) == IMC_OK) {
            check_round_trip(bank);
            imc_bank_free(bank);
            mem_free(notes);
        }
    }
    if (npy_bank_parse(data, size, "fuzz.npy", &bank, &error) == IMC_OK)
        imc_bank_free(bank);
    free(text);
    return 0;
}
