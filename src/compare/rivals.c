/* rivals.c: what the program makes by hand at one size, and what the caller adds. */
#include "compare/rivals.h"

#include "base/fail.h"
#include "kernel/bank.h"

#include <imgconv/match.h>

#include <string.h>

static enum imc_status check_given(const struct imc_bank *given, int kh, int kw, struct imc_error *error)
{
    const char *label = given->label ? given->label : "a kernel";
    if (given->in_c != 1)
        return fail(error, IMC_ERR_ARGUMENT, "%.200s: reads %d channels: filters are compared with kernels on one", label,
                    given->in_c);
    for (int f = 0; f < given->filters; f++)
        if (imc_bank_abs_sum(given, f) == 0)
            return fail(error, IMC_ERR_ARGUMENT, "%.200s: all taps are zero: nothing can be compared with it", label);
    if (given->kh > kh || given->kw > kw)
        return fail(error, IMC_ERR_ARGUMENT, "%.200s: %d x %d taps are more than the %d x %d of the filters", label, given->kh,
                    given->kw, kh, kw);
    return IMC_OK;
}

/* Adds the filters of a bank as kernels `at` and on. */
static enum imc_status add_bank(const struct imc_bank *given, struct imc_bank *rivals, int at, struct imc_error *error)
{
    for (int f = 0; f < given->filters; f++) {
        if (!bank_lay(given, f, rivals, at + f))
            return fail(error, IMC_ERR_ARGUMENT,
                        "%.200s: %d x %d taps with the anchor at %d,%d reach out of the %d x %d of the filters",
                        given->label ? given->label : "a kernel", given->kh, given->kw, given->anchor_y, given->anchor_x,
                        rivals->kh, rivals->kw);
        if (!bank_set_name(rivals, at + f, given->filters == 1 && given->label ? given->label : given->names[f]))
            return fail_memory(error, "kernels to compare with");
    }
    return IMC_OK;
}

enum imc_status rivals_make(int kh, int kw, const struct imc_bank *const *with, int with_count, struct imc_bank **rivals,
                            struct imc_error *error)
{
    struct imc_bank *made;
    enum imc_status status = imc_handmade_create(kh, kw, &made, error);
    *rivals = NULL;
    if (status)
        return status;
    int count = made->filters, at = 0;
    for (int i = 0; i < with_count && !status; i++) {
        status = check_given(with[i], kh, kw, error);
        count += with[i]->filters;
    }
    if (!status)
        status = imc_bank_create(count, 1, kh, kw, rivals, error);
    if (!status)
        status = add_bank(made, *rivals, 0, error);
    at = made->filters;
    for (int i = 0; i < with_count && !status; i++) {
        status = add_bank(with[i], *rivals, at, error);
        at += with[i]->filters;
    }
    if (!status && !bank_set_label(*rivals, "hand-made kernels"))
        status = fail_memory(error, "kernels to compare with");
    imc_bank_free(made);
    return bank_settle(status, rivals);
}
