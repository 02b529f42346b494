/* rowop_calls_values.c: calls of the row ops on float values: affine steps, combinations. */
#include "rowops/rowop_calls.h"

#include <string.h>

void call_affine(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->affine_f32(out_at(w, m, 4), t->taps[0], t->taps[1], t->n);
}

void call_relu(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->relu_f32(out_at(w, m, 4), t->n);
}

void call_abs(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->abs_f32(out_at(w, m, 4), t->n);
}

void call_magnitude(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->magnitude_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}

void call_max(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->max_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}

void call_sum(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->sum_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}
