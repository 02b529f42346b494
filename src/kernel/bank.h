/* bank.h: what the makers of banks share. */
#ifndef BANK_H
#define BANK_H

#include <imgconv/kernel.h>

/* Taps of one filter: in_c * kh * kw. */
static inline size_t bank_filter_taps(const struct imc_bank *bank)
{
    return (size_t)bank->in_c * (size_t)bank->kh * (size_t)bank->kw;
}

/* The sum of a[i]*b[i]. */
double taps_inner(const float *a, const float *b, size_t taps);

/* Replace a name or the label by a copy of `text`; false if memory ran out. */
bool bank_set_name(struct imc_bank *bank, int filter, const char *text);
bool bank_set_label(struct imc_bank *bank, const char *text);

/* Copies filter `from` of `small` into the zeros of filter `to` of `large`, anchor on anchor, both on one channel; false where it
 * does not fit in. */
bool bank_lay(const struct imc_bank *small, int from, struct imc_bank *large, int to);

/* Keeps the first `filters` of a bank, 1 at least. */
void bank_cut(struct imc_bank *bank, int filters);

/* Returns `status`; where it is a failure, frees *bank (NULL allowed) and sets it to NULL: the end of every function that makes a
 * bank. */
enum imc_status bank_settle(enum imc_status status, struct imc_bank **bank);

#endif
