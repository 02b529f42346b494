/* match.c: cosines between filters and kernels. For a filter F with channels F[c] and a kernel k that is spread over them by
 * weights w,
 *
 *     cos = sum over c of w[c] (F[c].k) / (|F| |w| |k|)
 *
 * is largest where w points along the vector of the F[c].k (Cauchy and Schwarz), which leaves its length over |F| |k|. */
#include "base/fail.h"
#include "kernel/bank.h"

#include <imgconv/match.h>

#include <math.h>
#include <string.h>

/* The score of one kernel; `length` is the filter's. */
static double score_of(const struct imc_bank *bank, const float *own, double length, const float *kernel)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    double square = 0, lengths = length * sqrt(taps_inner(kernel, kernel, plane));
    for (int c = 0; c < bank->in_c; c++) {
        double product = taps_inner(own + (size_t)c * plane, kernel, plane);
        square += product * product;
    }
    double score = lengths > 0 ? sqrt(square) / lengths : 0;
    return score < 1 ? score : 1;
}

/* The channel weights of length 1 that reach the score. */
static void weigh(const struct imc_bank *bank, const float *own, const float *kernel, double *weights)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    double square = 0;
    for (int c = 0; c < bank->in_c; c++) {
        weights[c] = taps_inner(own + (size_t)c * plane, kernel, plane);
        square += weights[c] * weights[c];
    }
    for (int c = 0; square > 0 && c < bank->in_c; c++)
        weights[c] /= sqrt(square);
}

static enum imc_status check(const struct imc_bank *bank, int filter, const struct imc_bank *kernels, int most,
                             struct imc_error *error)
{
    if (filter < 0 || filter >= bank->filters)
        return fail(error, IMC_ERR_ARGUMENT, "no filter %d; the bank has %d, counted from 0", filter, bank->filters);
    if (kernels->in_c != 1)
        return fail(error, IMC_ERR_ARGUMENT, "kernels on %d channels: filters are matched with kernels on one", kernels->in_c);
    if (kernels->kh != bank->kh || kernels->kw != bank->kw)
        return fail(error, IMC_ERR_ARGUMENT, "a filter of %dx%d taps is matched with kernels of that size, not %dx%d", bank->kh,
                    bank->kw, kernels->kh, kernels->kw);
    if (most < 1)
        return fail(error, IMC_ERR_ARGUMENT, "at least one match is to be asked for");
    return IMC_OK;
}

enum imc_status imc_bank_match(const struct imc_bank *bank, int filter, const struct imc_bank *kernels, int most,
                               struct imc_match *matches, double *weights, int *found, struct imc_error *error)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    enum imc_status status = check(bank, filter, kernels, most, error);
    *found = 0;
    if (status)
        return status;
    const float *own = bank->weights + (size_t)filter * bank_filter_taps(bank);
    double length = sqrt(taps_inner(own, own, bank_filter_taps(bank)));
    for (int k = 0; k < kernels->filters; k++) {
        struct imc_match match = {k, score_of(bank, own, length, kernels->weights + (size_t)k * plane)};
        int place = *found < most ? (*found)++ : most; /* the place behind the last is dropped */
        for (; place > 0 && matches[place - 1].score < match.score; place--)
            if (place < most)
                matches[place] = matches[place - 1];
        if (place < most)
            matches[place] = match;
    }
    for (int m = 0; weights && m < *found; m++)
        weigh(bank, own, kernels->weights + (size_t)matches[m].kernel * plane, weights + (size_t)m * (size_t)bank->in_c);
    return IMC_OK;
}
