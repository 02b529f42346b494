/* bank.c: filter banks as data: made, copied, turned, measured. */
#include "kernel/bank.h"

#include "base/fail.h"
#include "base/memory.h"
#include "kernel/rank.h"

#include <math.h>
#include <string.h>

/* A filter whose taps sum to less than this part of their absolute sum answers to change alone. */
static const double DERIVATIVE_SUM = 1e-3;

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size, 1);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

static bool replace_text(char **place, const char *text)
{
    char *copy = copy_text(text);
    if (!copy)
        return false;
    mem_free(*place);
    *place = copy;
    return true;
}

bool bank_set_name(struct imc_bank *bank, int filter, const char *text)
{
    return replace_text(&bank->names[filter], text);
}

bool bank_set_label(struct imc_bank *bank, const char *text)
{
    return replace_text(&bank->label, text);
}

double taps_inner(const float *a, const float *b, size_t taps)
{
    double sum[4] = {0}; /* four, since an addition waits for the one before it */
    size_t i = 0;
    for (; i + 4 <= taps; i += 4)
        for (size_t s = 0; s < 4; s++)
            sum[s] += (double)a[i + s] * (double)b[i + s];
    for (; i < taps; i++)
        sum[0] += (double)a[i] * (double)b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static bool allocate(struct imc_bank *bank)
{
    bank->weights = mem_zalloc((size_t)bank->filters * bank_filter_taps(bank), sizeof *bank->weights);
    bank->names = mem_zalloc((size_t)bank->filters, sizeof *bank->names);
    if (!bank->weights || !bank->names || !bank_set_label(bank, ""))
        return false;
    for (int i = 0; i < bank->filters; i++)
        if (!bank_set_name(bank, i, ""))
            return false;
    return true;
}

enum imc_status imc_bank_create(int filters, int in_c, int kh, int kw, struct imc_bank **bank, struct imc_error *error)
{
    *bank = NULL;
    if (filters < 1 || in_c < 1 || kh < 1 || kw < 1)
        return fail(error, IMC_ERR_ARGUMENT, "a bank needs at least one filter, one channel and one tap, not %d x %d x %d x %d",
                    filters, in_c, kh, kw);
    if (kh > IMC_KERNEL_SIDE_MAX || kw > IMC_KERNEL_SIDE_MAX)
        return fail(error, IMC_ERR_LIMIT, "a kernel of %d x %d taps is too large: a side has at most %d", kh, kw,
                    IMC_KERNEL_SIDE_MAX);
    size_t taps;
    if (!size_mul((size_t)filters, (size_t)in_c, &taps) || !size_mul(taps, (size_t)kh * (size_t)kw, &taps) ||
        taps > IMC_BANK_TAPS_MAX)
        return fail(error, IMC_ERR_LIMIT, "a bank of %d x %d x %d x %d taps is too large: it has at most %d", filters, in_c, kh, kw,
                    IMC_BANK_TAPS_MAX);
    struct imc_bank *made = mem_zalloc(1, sizeof *made);
    if (!made)
        return fail_memory(error, "a filter bank");
    *made = (struct imc_bank){.filters = filters, .in_c = in_c, .kh = kh, .kw = kw, .scale = 1};
    made->anchor_y = (kh - 1) / 2;
    made->anchor_x = (kw - 1) / 2;
    *bank = made;
    return bank_settle(allocate(made) ? IMC_OK : fail_memory(error, "a filter bank"), bank);
}

/* Everything but the sizes, which are equal. */
static bool copy_contents(const struct imc_bank *from, struct imc_bank *to)
{
    struct imc_bank kept = *to;
    *to = *from;
    to->weights = kept.weights;
    to->names = kept.names;
    to->label = kept.label;
    to->bias = NULL;
    memcpy(to->weights, from->weights, (size_t)from->filters * bank_filter_taps(from) * sizeof *to->weights);
    if (from->bias) {
        to->bias = mem_alloc((size_t)from->filters, sizeof *to->bias);
        if (!to->bias)
            return false;
        memcpy(to->bias, from->bias, (size_t)from->filters * sizeof *to->bias);
    }
    for (int i = 0; i < from->filters; i++)
        if (!bank_set_name(to, i, from->names[i]))
            return false;
    return bank_set_label(to, from->label);
}

enum imc_status imc_bank_copy(const struct imc_bank *bank, struct imc_bank **copy, struct imc_error *error)
{
    enum imc_status status = imc_bank_create(bank->filters, bank->in_c, bank->kh, bank->kw, copy, error);
    if (!status && !copy_contents(bank, *copy))
        status = fail_memory(error, "a filter bank");
    return bank_settle(status, copy);
}

void imc_bank_free(struct imc_bank *bank)
{
    if (!bank)
        return;
    for (int i = 0; bank->names && i < bank->filters; i++)
        mem_free(bank->names[i]);
    mem_free(bank->names);
    mem_free(bank->label);
    mem_free(bank->weights);
    mem_free(bank->bias);
    mem_free(bank);
}

enum imc_status bank_settle(enum imc_status status, struct imc_bank **bank)
{
    if (status) {
        imc_bank_free(*bank);
        *bank = NULL;
    }
    return status;
}

bool bank_lay(const struct imc_bank *small, int from, struct imc_bank *large, int to)
{
    int above = large->anchor_y - small->anchor_y, left = large->anchor_x - small->anchor_x;
    if (above < 0 || left < 0 || above + small->kh > large->kh || left + small->kw > large->kw)
        return false;
    const float *taps = small->weights + (size_t)from * bank_filter_taps(small);
    float *out = large->weights + (size_t)to * bank_filter_taps(large);
    for (int i = 0; i < small->kh; i++)
        memcpy(out + (size_t)(above + i) * (size_t)large->kw + left, taps + (size_t)i * (size_t)small->kw,
               (size_t)small->kw * sizeof *out);
    return true;
}

void bank_cut(struct imc_bank *bank, int filters)
{
    for (int f = filters; f < bank->filters; f++)
        mem_free(bank->names[f]);
    bank->filters = filters;
}

void imc_bank_select(struct imc_bank *bank, int filter)
{
    size_t taps = bank_filter_taps(bank);
    memmove(bank->weights, bank->weights + (size_t)filter * taps, taps * sizeof *bank->weights);
    if (bank->bias)
        bank->bias[0] = bank->bias[filter];
    char *name = bank->names[filter];
    bank->names[filter] = NULL;
    for (int i = 0; i < bank->filters; i++)
        mem_free(bank->names[i]);
    bank->names[0] = name;
    bank->filters = 1;
    bank->combine = IMC_COMBINE_NONE;
}

void imc_bank_flip(struct imc_bank *bank)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    for (size_t p = 0; p < (size_t)bank->filters * (size_t)bank->in_c; p++) {
        float *taps = bank->weights + p * plane;
        for (size_t a = 0, b = plane - 1; a < b; a++, b--) {
            float kept = taps[a];
            taps[a] = taps[b];
            taps[b] = kept;
        }
    }
    bank->anchor_y = bank->kh - 1 - bank->anchor_y;
    bank->anchor_x = bank->kw - 1 - bank->anchor_x;
}

/* The three sums of one filter. */
struct sums {
    double all, absolute, positive;
};

static struct sums sum_taps(const struct imc_bank *bank, int filter)
{
    size_t taps = bank_filter_taps(bank);
    const float *weights = bank->weights + (size_t)filter * taps;
    struct sums sums = {0, 0, 0};
    for (size_t i = 0; i < taps; i++) {
        double tap = weights[i];
        sums.all += tap;
        sums.absolute += fabs(tap);
        sums.positive += tap > 0 ? tap : 0;
    }
    return sums;
}

double imc_bank_sum(const struct imc_bank *bank, int filter)
{
    return sum_taps(bank, filter).all;
}

double imc_bank_abs_sum(const struct imc_bank *bank, int filter)
{
    return sum_taps(bank, filter).absolute;
}

static bool sums_to_zero(struct sums sums)
{
    return fabs(sums.all) <= DERIVATIVE_SUM * sums.absolute;
}

void imc_bank_normalize(struct imc_bank *bank)
{
    size_t taps = bank_filter_taps(bank);
    for (int f = 0; f < bank->filters; f++) {
        struct sums sums = sum_taps(bank, f);
        double divisor = sums_to_zero(sums) ? sums.positive : sums.all;
        float *weights = bank->weights + (size_t)f * taps;
        for (size_t i = 0; divisor != 0 && i < taps; i++)
            weights[i] = (float)(weights[i] / divisor);
    }
    bank->scale = 1; /* a scale such as 1/16 is the file's own way to do this */
}

bool imc_bank_is_derivative(const struct imc_bank *bank)
{
    for (int f = 0; f < bank->filters && !bank->learned; f++)
        if (!sums_to_zero(sum_taps(bank, f)))
            return false;
    return true;
}

int imc_bank_rank(const struct imc_bank *bank, int filter)
{
    size_t plane = (size_t)bank->kh * (size_t)bank->kw;
    int largest = 0;
    for (int c = 0; c < bank->in_c; c++) {
        const float *taps = bank->weights + (size_t)filter * bank_filter_taps(bank) + (size_t)c * plane;
        int rank;
        if (rank_factor(taps, bank->kh, bank->kw, RANK_MAX, &rank, NULL, NULL))
            return -1;
        largest = rank > largest ? rank : largest;
    }
    return largest;
}
