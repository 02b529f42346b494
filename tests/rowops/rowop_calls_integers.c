/* rowop_calls_integers.c: calls of the row ops on 8-bit rows in 16-bit sums. */
#include "rowops/rowop_calls.h"

#include <string.h>

/* Integer inputs: words as signed responses, and taps whose absolute values sum to at most 128. */
static const int16_t *signed_row(const struct trial *t, int r)
{
    static int16_t rows[ROWS_MAX][LENGTH_MAX + 16];
    for (int i = 0; i < LENGTH_MAX + 16; i++)
        rows[r][i] = (int16_t)(((int)t->words[i * 7 + r * 131] % 65535 - 32767) >> (r + t->kw) % 9);
    return rows[r];
}

static void taps_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m, bool clipped)
{
    const uint8_t *in[8];
    int8_t taps[8];
    int count = t->rows / 2 * 2;
    for (int i = 0; i < count; i++) {
        in[i] = t->bytes + i * 301 + m;
        taps[i] = (int8_t)((int)t->words[i] % 33 - 16);
    }
    if (clipped)
        ops->clipped_taps_u8(out_at(w, m, 1), in, taps, count, t->stride > 2 ? 100 : 255, t->n, t->kw % 2 ? &w->stats : NULL,
                             t->lanes % 2);
    else
        ops->taps_u8(out_at(w, m, 2), in, taps, count, t->n, t->lanes % 2);
}

void call_taps_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    taps_u8(ops, t, w, m, false);
}

void call_clipped_taps_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    taps_u8(ops, t, w, m, true);
}

void call_magnitude_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->magnitude_s16(out_at(w, m, 1), signed_row(t, 0) + m, signed_row(t, 1), t->stride > 2 ? 100 : 255, t->n, &w->stats);
}

/* Bytes with flat parts, and parts whose roots are near 255 and beyond it. */
void call_gradient_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static const int16_t taps[][2] = {{1, 2}, {1, 1}, {3, 10}, {-1, -2}, {16, 32}, {0, 1}};
    static uint8_t bytes[IN_MAX];
    for (int i = 0; i < IN_MAX; i++)
        bytes[i] = t->bytes[i] >> (t->rows + i / 64) % 8;
    const uint8_t *rows[] = {bytes + m, bytes + 700, bytes + 1400 + m};
    ptrdiff_t step = t->rows == 1 ? 17 + t->kw : t->step;
    ops->gradient_u8(out_at(w, m, 1), rows, step, taps[t->kw % 6], t->stride > 2 ? 100 : 255, t->n, t->rows % 2 ? &w->stats : NULL,
                     t->kw % 2);
}

void call_max_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    const int16_t *rows[] = {signed_row(t, 0) + m, signed_row(t, 1), signed_row(t, 2)};
    ops->max_s16(out_at(w, m, 2), rows, t->rows % 3 + 1, t->n);
}

void call_shift_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), signed_row(t, 8 % ROWS_MAX), (size_t)t->n * 2);
    ops->shift_s16(out_at(w, m, 2), t->kw - 4, t->rows % 2, t->n);
}

void call_clip_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->clip_s16(out_at(w, m, 1), signed_row(t, 0) + m, t->stride > 2 ? 100 : 255, t->n, &w->stats);
}

void call_widen_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_s16(out_at(w, m, 4), signed_row(t, 0) + m, t->n);
}

void call_range_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->range_s16(signed_row(t, 0) + m, t->n, &w->stats);
}
