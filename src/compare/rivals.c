/* rivals.c: what the program makes by hand at one size, and what the caller adds. */
#include "compare/rivals.h"

#include "base/fail.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64 };

/* The kernel centred in zeros. */
static void place(struct rivals *rivals, const char *name, const float *taps, int kh, int kw)
{
    size_t at = (size_t)rivals->count, size = (size_t)rivals->kh * (size_t)rivals->kw;
    float *own = rivals->taps + at * size;
    char *text = rivals->names + at * NAME_SIZE;
    int top = (rivals->kh - kh) / 2, left = (rivals->kw - kw) / 2;
    memset(own, 0, size * sizeof *own);
    for (int i = 0; i < kh; i++)
        memcpy(own + (size_t)(i + top) * (size_t)rivals->kw + (size_t)left, taps + (size_t)i * (size_t)kw,
               (size_t)kw * sizeof *own);
    snprintf(text, NAME_SIZE, "%s", name);
    rivals->kernels[at] = (struct imc_compare_kernel){text, own};
    rivals->count++;
}

static enum imc_status check_given(const struct imc_bank *bank, int kh, int kw, struct imc_error *error)
{
    const char *label = bank->label ? bank->label : "a kernel";
    if (bank->in_c != 1)
        return fail(error, IMC_ERR_ARGUMENT, "%.200s: reads %d channels: filters are compared with kernels on one", label,
                    bank->in_c);
    if (bank->kh > kh || bank->kw > kw)
        return fail(error, IMC_ERR_ARGUMENT, "%.200s: %d x %d taps are more than the %d x %d of the filters", label, bank->kh,
                    bank->kw, kh, kw);
    for (int f = 0; f < bank->filters; f++)
        if (imc_bank_abs_sum(bank, f) == 0)
            return fail(error, IMC_ERR_ARGUMENT, "%.200s: all taps are zero: nothing can be compared with it", label);
    return IMC_OK;
}

static enum imc_status take_room(struct rivals *rivals, size_t count, struct imc_error *error)
{
    rivals->kernels = mem_zalloc(count, sizeof *rivals->kernels);
    rivals->names = mem_zalloc(count, NAME_SIZE);
    rivals->taps = mem_zalloc(count * (size_t)rivals->kh * (size_t)rivals->kw, sizeof *rivals->taps);
    return rivals->kernels && rivals->names && rivals->taps ? IMC_OK : fail_memory(error, "kernels to compare with");
}

/* A kernel that the program makes: at this size where it has one, else as it is; left out where it is larger. */
static enum imc_status add_made(struct rivals *rivals, const struct imc_kernel_entry *entry, struct imc_error *error)
{
    char text[100];
    struct imc_bank *bank;
    bool sized = strstr(entry->params, "size") != NULL;
    snprintf(text, sizeof text, sized ? "%s:size=%dx%d" : "%s", entry->name, rivals->kh, rivals->kw);
    enum imc_status status = imc_bank_parse(text, NULL, &bank, error);
    if (status) /* there is none of this size */
        return status == IMC_ERR_ARGUMENT ? IMC_OK : status;
    if (bank->filters == 1 && bank->kh <= rivals->kh && bank->kw <= rivals->kw)
        place(rivals, entry->name, bank->weights, bank->kh, bank->kw);
    imc_bank_free(bank);
    return IMC_OK;
}

enum imc_status rivals_make(int kh, int kw, const struct imc_bank *const *with, int with_count, struct rivals *rivals,
                            struct imc_error *error)
{
    int entries;
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    size_t room = (size_t)entries;
    enum imc_status status = IMC_OK;
    *rivals = (struct rivals){.kh = kh, .kw = kw};
    for (int i = 0; i < with_count && !status; i++) {
        status = check_given(with[i], kh, kw, error);
        room += (size_t)with[i]->filters;
    }
    if (!status)
        status = take_room(rivals, room, error);
    for (int i = 0; i < entries && !status; i++)
        status = add_made(rivals, &entry[i], error);
    for (int i = 0; i < with_count && !status; i++)
        for (int f = 0; f < with[i]->filters; f++)
            place(rivals, with[i]->filters == 1 ? with[i]->label : with[i]->names[f],
                  with[i]->weights + (size_t)f * (size_t)with[i]->kh * (size_t)with[i]->kw, with[i]->kh, with[i]->kw);
    if (status)
        rivals_free(rivals);
    return status;
}

void rivals_free(struct rivals *rivals)
{
    mem_free(rivals->kernels);
    mem_free(rivals->names);
    mem_free(rivals->taps);
    *rivals = (struct rivals){0};
}
