/* rowop_calls_box.c: calls of the row ops on running sums of 8-bit rows. */
#include "rowops/rowop_calls.h"

#include <string.h>

void call_add_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), t->words, (size_t)t->n * 2);
    ops->add_u8(out_at(w, m, 2), t->bytes + m, t->n);
}

void call_slide_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), t->words, (size_t)t->n * 2);
    ops->slide_u8(out_at(w, m, 2), t->bytes + m, t->bytes + 500, t->n);
}

void call_box_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->box_u16(out_at(w, m, 4), t->words + m, t->kw, t->step, t->taps[0], t->n);
}

/* Small sums, whose products stay below 256. */
static const uint16_t *small_words(const struct trial *t)
{
    static uint16_t small[IN_MAX];
    for (int i = 0; i < IN_MAX; i++)
        small[i] = t->words[i] % 2041;
    return small;
}

void call_mean_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    int count = 8 * t->kw; /* 2^19 / count rounded up is below 2^16 */
    struct rowop_mean mean = {1.0f / (float)count, (uint16_t)(count / 2), (uint16_t)(((1 << 19) - 1) / count + (count > 8)), 3};
    ops->mean_u16(out_at(w, m, 1), small_words(t) + m, t->kw, t->step, &mean, t->n, t->stride > 2 ? &w->stats : NULL, t->rows % 2);
}

/* Column sums of any value; they stand in front of the columns that were turned. */
void call_columns_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    int width = t->n / 2;
    const uint8_t *in[ROWOP_RUNS], *out[ROWOP_RUNS];
    uint16_t *sums = out_at(w, m, 2);
    for (int r = 0; r < ROWOP_RUNS; r++) {
        in[r] = t->bytes + r * 37 + m;
        out[r] = t->bytes + 900 + r * 41;
    }
    memcpy(sums, t->words, (size_t)width * 2);
    ops->columns_u8((int16_t *)sums + width, sums, in, out, t->kw, width);
}

/* Column sums as one could meet them: k rows of bytes, k*k*255 being below 2^24. */
static const int16_t *some_columns(const struct trial *t, int most)
{
    static int16_t columns[(LENGTH_MAX + TAPS_MAX * STEP_MAX * LANES_MAX) * ROWOP_RUNS];
    for (int i = 0; i < (int)(sizeof columns / sizeof *columns); i++)
        columns[i] = (int16_t)((t->words[i % IN_MAX] + i / IN_MAX * 77) % (most + 1) - 32768);
    return columns;
}

/* Totals that fit the columns: of the k - 1 pixels behind the first. */
static void start_totals(int32_t *totals, const int16_t *columns, int k, int step)
{
    for (int i = 0; i < step * ROWOP_RUNS; i++) {
        totals[i] = 0;
        for (int j = 0; j < k; j++)
            totals[i] += columns[j * step * ROWOP_RUNS + i] + 32768;
    }
}

static void call_running(const struct rowops *ops, const struct trial *t, struct written *w, int m, bool bytes)
{
    int32_t totals[LANES_MAX * ROWOP_RUNS];
    int most = t->rows % 2 ? 65535 : 700, width = bytes ? t->n : t->n / 4;
    const int16_t *columns = some_columns(t, most);
    uint8_t *rows[ROWOP_RUNS];
    float *floats[ROWOP_RUNS];
    for (int r = 0; r < ROWOP_RUNS; r++) {
        rows[r] = (uint8_t *)out_at(w, m, 1) + r * width - t->stride;
        floats[r] = (float *)out_at(w, m, 4) + r * width - t->stride;
    }
    start_totals(totals, columns, t->kw, t->lanes);
    float tap = 255.0f / (float)(most * t->kw);
    if (bytes)
        ops->running_u8(rows, totals, columns, t->kw, t->lanes, tap, t->stride, width, t->rows > 3 ? &w->stats : NULL);
    else
        ops->running_f32(floats, totals, columns, t->kw, t->lanes, tap, t->stride, width);
    for (int i = 0; i < t->lanes * ROWOP_RUNS; i++) /* how they end, for the comparison */
        w->stats.clipped = w->stats.clipped * 31 + (uint64_t)totals[i];
}

void call_running_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_running(ops, t, w, m, true);
}

void call_running_f32(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_running(ops, t, w, m, false);
}
