/* responses.c: what a filter makes of a point and of a step. A kernel is applied as correlation, so a point meets the taps in the
 * opposite order. */
#include "kernel/bank.h"

#include <imgconv/analysis.h>

#include <string.h>

void imc_bank_impulse_response(const struct imc_bank *bank, int filter, double *response)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    const float *taps = bank->weights + (size_t)filter * bank_filter_taps(bank);
    memset(response, 0, plane * sizeof *response);
    for (size_t i = 0; i < bank_filter_taps(bank); i++)
        response[plane - 1 - i % plane] += (double)taps[i];
}

void imc_bank_step_response(const struct imc_bank *bank, int filter, bool down, double *response)
{
    size_t kw = (size_t)bank->kw, kh = (size_t)bank->kh, side = down ? kh : kw;
    const float *taps = bank->weights + (size_t)filter * bank_filter_taps(bank);
    memset(response, 0, (side + 1) * sizeof *response);
    for (size_t i = 0; i < bank_filter_taps(bank); i++)
        response[side - (down ? i / kw % kh : i % kw)] += (double)taps[i];
    for (size_t i = 1; i <= side; i++)
        response[i] += response[i - 1];
}
