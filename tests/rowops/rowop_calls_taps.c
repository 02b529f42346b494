/* rowop_calls_taps.c: calls of the row ops on taps over rows, and their totals. */
#include "rowops/rowop_calls.h"

#include <math.h>
#include <string.h>

/* Pointers for a list of taps: as many as rows * kw, all over the input rows. */
static const float *const *tap_rows(const struct trial *t)
{
    static const float *rows[ROWS_MAX * TAPS_MAX];
    for (int i = 0; i < t->rows * t->kw; i++)
        rows[i] = t->row[i % ROWS_MAX] + i % t->kw * t->step;
    return rows;
}

/* Output rows lie side by side: those of whole registers, or blocks of them, can go past the caches. */
static int row_length(const struct trial *t)
{
    static const int whole[] = {1, 16, 64};
    return t->n / whole[t->words[3] % 3] * whole[t->words[3] % 3];
}

/* Taps lie side by side half the time, which has ways of its own. */
static ptrdiff_t tap_step(const struct trial *t, ptrdiff_t step)
{
    return t->words[2] % 2 ? 1 : step;
}

/* Taps `step` samples apart. */
static void grid(const struct rowops *ops, const struct trial *t, struct written *w, int m, int rows, int kh, int kw,
                 ptrdiff_t step)
{
    int n = row_length(t);
    ptrdiff_t offset[ROWS_MAX * TAPS_MAX];
    static float sums[ROWOP_ROWS][LENGTH_MAX];
    float *own[ROWOP_ROWS];
    const float *in[3 * ROWOP_ROWS + ROWS_MAX];
    float *out[ROWOP_ROWS];
    for (int j = 0; j < kw; j++)
        offset[j] = j * step;
    for (int i = 0; i < 3 * ROWOP_ROWS + ROWS_MAX; i++)
        in[i] = t->row[i % ROWS_MAX] + i / ROWS_MAX;
    for (int r = 0; r < rows; r++) {
        out[r] = (float *)out_at(w, m, 4) + r * n;
        own[r] = sums[r];
        memcpy(out[r], t->start, (size_t)n * 4);
        memcpy(own[r], t->start + r, (size_t)n * 4);
    }
    float *const *const onto[] = {NULL, out, own};
    const struct rowop_grid grid = {t->taps, offset, kh, kw, t->stride % 3 + 1, onto[t->words[0] % 3], t->words[1] % 2, NULL};
    ops->grid_f32(out, rows, in, &grid, n);
    ops->stream_end();
}

void call_grid(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    grid(ops, t, w, m, t->lanes < ROWOP_ROWS ? t->lanes : ROWOP_ROWS, (t->rows - 1) / (t->stride % 3 + 1) + 1, t->kw,
         tap_step(t, t->step));
}

void call_line(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    grid(ops, t, w, m, t->lanes, 1, t->rows * t->kw, tap_step(t, t->lanes));
}

/* Bytes, for floats or, two rows in three, for bytes. Taps small enough for their sums to meet both ends of the range. */
void call_grid_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    const int rows = t->lanes, kh = (t->rows - 1) / (t->stride % 3 + 1) + 1, n = row_length(t);
    ptrdiff_t offset[TAPS_MAX];
    static const float beyond[] = {NAN, 1e30f, -1e30f, INFINITY};
    static float sums[ROWOP_ROWS][LENGTH_MAX], taps[ROWS_MAX * TAPS_MAX];
    const uint8_t *in[3 * ROWOP_ROWS + ROWS_MAX];
    float *out[ROWOP_ROWS], *own[ROWOP_ROWS];
    uint8_t *bytes[ROWOP_ROWS];
    for (int j = 0; j < t->kw; j++)
        offset[j] = j * tap_step(t, t->step);
    for (int i = 0; i < kh * t->kw; i++)
        taps[i] = t->taps[i] * 0.01f;
    for (int i = 0; i < 3 * ROWOP_ROWS + ROWS_MAX; i++)
        in[i] = t->bytes + i * 37;
    for (int r = 0; r < rows; r++) {
        out[r] = (float *)out_at(w, m, 4) + r * n;
        bytes[r] = (uint8_t *)out_at(w, m, 1) + r * n;
        own[r] = sums[r];
        memcpy(own[r], t->start + r, (size_t)n * 4);
        for (int i = 0; i < 4; i++)
            own[r][t->words[4 + i] % LENGTH_MAX] = beyond[i];
    }
    float *const *onto = t->words[0] % 2 ? own : NULL;
    const struct rowop_grid grid = {taps, offset, kh, t->kw, t->stride % 3 + 1, onto, t->words[8] % 2, NULL};
    ops->grid_u8(out, t->words[1] % 3 ? bytes : NULL, t->stride > 2 ? 100 : 255, rows, in, &grid, n);
    ops->stream_end();
}

void call_taps_wide(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->taps_wide_f32(out_at(w, m, 4), tap_rows(t), t->taps, t->rows * t->kw, t->n);
}

void call_total_add(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    double *out = out_at(w, m, 8);
    for (int i = 0; i < t->n; i++)
        out[i] = t->start[i] / 3.0;
    ops->total_add(out, t->row[0], t->n);
}

void call_total_end(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static double total[LENGTH_MAX];
    for (int i = 0; i < t->n; i++)
        total[i] = t->start[i] / 3.0;
    ops->total_end(out_at(w, m, 4), total, t->row[0], t->n);
}
