/* rowop_calls_values.c: calls of the row ops on float values: affine steps, e^x, combinations. */
#include "rowops/rowop_calls.h"

#include <float.h>
#include <math.h>
#include <string.h>

void call_affine(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->affine_f32(out_at(w, m, 4), t->taps[0], t->taps[1], t->n);
}

/* Differences of some tens, as of a network's outputs, and among them what is special. */
void call_exp(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static const float special[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 0x1p-149f, 709.79f, -744.9f, -745.1f};
    enum { SPECIALS = sizeof special / sizeof *special };
    float in[LENGTH_MAX];
    for (int i = 0; i < t->n; i++)
        in[i] = t->bytes[i] < SPECIALS ? special[t->bytes[i]] : t->row[0][i] / (1 + t->bytes[i] % 16);
    ops->exp_f32(out_at(w, m, 8), in, t->bytes[t->n] % 4 ? t->taps[0] / 16 : 0, t->n);
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
