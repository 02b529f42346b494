/* test_rowops.c: every row op at every CPU level this machine has, against the C definition: equal bits over random lengths 0..300
 * and misalignments, and nothing written beyond the output. With --bench: what each of them costs.
 * Transforms: test_fft.c. */
#include "simd/rowops.h"
#include "support/testing.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LENGTH_MAX = 300, ROWS_MAX = 7, TAPS_MAX = 9, STEP_MAX = 4, STRIDE_MAX = 4, LANES_MAX = 4, TRIES = 400, CANARY = 64 };
enum { IN_MAX = LENGTH_MAX * STRIDE_MAX * LANES_MAX + TAPS_MAX * STEP_MAX * LANES_MAX + 64, OUT_MAX = LENGTH_MAX * LANES_MAX + 64 };

/* One random call: inputs, sizes, and an output buffer with canaries for each level. */
struct trial {
    struct test_rng *rng;
    int n, rows, kw, lanes, stride;
    ptrdiff_t step;
    float in[ROWS_MAX][IN_MAX];
    const float *row[ROWS_MAX];
    float taps[ROWS_MAX * TAPS_MAX];
    float start[OUT_MAX]; /* what in-place ops find */
    uint8_t bytes[IN_MAX];
    uint16_t words[IN_MAX];
};

/* What one level wrote. */
struct written {
    _Alignas(64) unsigned char memory[CANARY + OUT_MAX * sizeof(double) + CANARY];
    struct imc_stats stats;
};

static float random_value(struct test_rng *rng)
{
    switch (test_random_int(rng, 0, 15)) {
    case 0:
        return 0;
    case 1:
        return (float)test_random_int(rng, -70000, 70000) + 0.5f; /* ties, and beyond every range */
    case 2:
        return (float)test_random_int(rng, 0, 255);
    default:
        return (float)(test_random_unit(rng) * 600 - 200);
    }
}

static void fill(struct trial *t)
{
    t->n = test_random_int(t->rng, 0, LENGTH_MAX);
    t->rows = test_random_int(t->rng, 1, ROWS_MAX);
    t->kw = test_random_int(t->rng, 1, TAPS_MAX);
    t->lanes = test_random_int(t->rng, 1, LANES_MAX);
    t->stride = test_random_int(t->rng, 1, STRIDE_MAX);
    t->step = test_random_int(t->rng, 1, STEP_MAX) * t->lanes;
    for (int r = 0; r < ROWS_MAX; r++) {
        t->row[r] = t->in[r] + test_random_int(t->rng, 0, 15);
        for (int i = 0; i < IN_MAX; i++)
            t->in[r][i] = random_value(t->rng);
    }
    for (int i = 0; i < ROWS_MAX * TAPS_MAX; i++)
        t->taps[i] = random_value(t->rng);
    for (int i = 0; i < OUT_MAX; i++)
        t->start[i] = random_value(t->rng);
    for (int i = 0; i < IN_MAX; i++) {
        t->bytes[i] = (uint8_t)test_random(t->rng);
        t->words[i] = (uint16_t)test_random(t->rng);
    }
}

/* The output of a call at a random misalignment, the same for every level. */
static void *out_at(struct written *w, int misalign, size_t size)
{
    return w->memory + CANARY + (size_t)misalign * size;
}

/* One row op applied to a trial. */
typedef void call_rowop(const struct rowops *ops, const struct trial *t, struct written *w, int misalign);

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
    const struct rowop_grid grid = {t->taps, offset, kh, kw, t->stride % 3 + 1, onto[t->words[0] % 3], t->words[1] % 2};
    ops->grid_f32(out, rows, in, &grid, n);
    ops->stream_end();
}

static void call_grid(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    grid(ops, t, w, m, t->lanes < ROWOP_ROWS ? t->lanes : ROWOP_ROWS, (t->rows - 1) / (t->stride % 3 + 1) + 1, t->kw,
         tap_step(t, t->step));
}

static void call_line(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    grid(ops, t, w, m, t->lanes, 1, t->rows * t->kw, tap_step(t, t->lanes));
}

/* Bytes, for floats or, two rows in three, for bytes. Taps small enough for their sums to meet both ends of the range. */
static void call_grid_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
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
    const struct rowop_grid grid = {taps, offset, kh, t->kw, t->stride % 3 + 1, t->words[0] % 2 ? own : NULL, t->words[8] % 2};
    ops->grid_u8(out, t->words[1] % 3 ? bytes : NULL, t->stride > 2 ? 100 : 255, rows, in, &grid, n);
    ops->stream_end();
}

static void call_taps_wide(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->taps_wide_f32(out_at(w, m, 4), tap_rows(t), t->taps, t->rows * t->kw, t->n);
}

static void call_total_add(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    double *out = out_at(w, m, 8);
    for (int i = 0; i < t->n; i++)
        out[i] = t->start[i] / 3.0;
    ops->total_add(out, t->row[0], t->n);
}

static void call_total_end(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static double total[LENGTH_MAX];
    for (int i = 0; i < t->n; i++)
        total[i] = t->start[i] / 3.0;
    ops->total_end(out_at(w, m, 4), total, t->row[0], t->n);
}

static void call_affine(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->affine_f32(out_at(w, m, 4), t->taps[0], t->taps[1], t->n);
}

static void call_relu(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->relu_f32(out_at(w, m, 4), t->n);
}

static void call_abs(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 4), t->start, (size_t)t->n * 4);
    ops->abs_f32(out_at(w, m, 4), t->n);
}

static void call_magnitude(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->magnitude_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}

static void call_max(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->max_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}

static void call_sum(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->sum_f32(out_at(w, m, 4), t->row, t->rows, t->n);
}

static void call_widen_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_u8(out_at(w, m, 4), t->bytes + m, t->stride, t->n);
}

static void call_widen_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_u16(out_at(w, m, 4), t->words + m, t->stride, t->n);
}

static void call_copy_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->copy_u8(out_at(w, m, 1), t->bytes + m, t->stride, t->n);
}

static void call_copy_f32(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->copy_f32(out_at(w, m, 4), t->row[0], t->stride, t->n);
}

static void call_stream(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->stream_f32(out_at(w, m, 4), t->row[0], t->n);
}

static void call_luma_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->luma_u8(out_at(w, m, 1), t->bytes + m, t->stride + 2, t->n);
}

static void call_luma_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->luma_u16(out_at(w, m, 2), t->words + m, t->stride + 2, t->n);
}

static void call_narrow_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_u8(out_at(w, m, 1), t->row[0], t->stride > 2 ? 100 : 255, t->lanes, t->n, &w->stats);
}

static void call_narrow_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_u16(out_at(w, m, 2), t->row[0], t->stride > 2 ? 1000 : 65535, t->lanes, t->n, &w->stats);
}

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

static void call_taps_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    taps_u8(ops, t, w, m, false);
}

static void call_clipped_taps_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    taps_u8(ops, t, w, m, true);
}

static void call_add_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), t->words, (size_t)t->n * 2);
    ops->add_u8(out_at(w, m, 2), t->bytes + m, t->n);
}

static void call_slide_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), t->words, (size_t)t->n * 2);
    ops->slide_u8(out_at(w, m, 2), t->bytes + m, t->bytes + 500, t->n);
}

static void call_box_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
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

static void call_mean_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    int count = 8 * t->kw; /* 2^19 / count rounded up is below 2^16 */
    struct rowop_mean mean = {1.0f / (float)count, (uint16_t)(count / 2), (uint16_t)(((1 << 19) - 1) / count + (count > 8)), 3};
    ops->mean_u16(out_at(w, m, 1), small_words(t) + m, t->kw, t->step, &mean, t->n, t->stride > 2 ? &w->stats : NULL, t->rows % 2);
}

/* Column sums of any value; they stand in front of the columns that were turned. */
static void call_columns_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
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

static void call_running_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_running(ops, t, w, m, true);
}

static void call_running_f32(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_running(ops, t, w, m, false);
}

static void call_magnitude_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->magnitude_s16(out_at(w, m, 1), signed_row(t, 0) + m, signed_row(t, 1), t->stride > 2 ? 100 : 255, t->n, &w->stats);
}

/* Bytes with flat parts, and parts whose roots are near 255 and beyond it. */
static void call_gradient_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
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

static void call_max_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    const int16_t *rows[] = {signed_row(t, 0) + m, signed_row(t, 1), signed_row(t, 2)};
    ops->max_s16(out_at(w, m, 2), rows, t->rows % 3 + 1, t->n);
}

static void call_shift_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    memcpy(out_at(w, m, 2), signed_row(t, 8 % ROWS_MAX), (size_t)t->n * 2);
    ops->shift_s16(out_at(w, m, 2), t->kw - 4, t->rows % 2, t->n);
}

static void call_clip_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->clip_s16(out_at(w, m, 1), signed_row(t, 0) + m, t->stride > 2 ? 100 : 255, t->n, &w->stats);
}

static void call_widen_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_s16(out_at(w, m, 4), signed_row(t, 0) + m, t->n);
}

static void call_range_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->range_s16(signed_row(t, 0) + m, t->n, &w->stats);
}

static void call_narrow_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_s16(out_at(w, m, 2), t->row[0], t->stride > 2 ? 1000 : 32767, t->lanes, t->n, &w->stats);
}

static void call_range(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->range_f32(t->row[0] + m, t->n, &w->stats);
}

/* Pairs of taps at random places within 9 steps, in up to three groups. */
static int pair_taps(const struct trial *t, struct pair_tap *taps, struct pair_group *groups)
{
    int count = 0;
    for (int g = 0; g < 3; g++) {
        groups[g] = (struct pair_group){t->words[g] % 3 + 1, t->taps[g] * 1e-6f};
        for (int k = 0; k < groups[g].count; k++, count++) {
            const int16_t *drawn = (const int16_t *)t->words + 10 + 5 * count;
            taps[count] = (struct pair_tap){{drawn[0], drawn[1]}, {drawn[2], drawn[3]}, drawn[4] & 7};
        }
    }
    return count;
}

static void call_pairs_down(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    struct pair_tap taps[9];
    struct pair_group groups[3];
    int count = pair_taps(t, taps, groups), n = t->n / 2;
    int16_t *a = out_at(w, m, 2), *b = a + n;
    ops->pairs_down(t->rows % 2 ? a : b, t->rows % 2 ? b : a, (const int16_t *)t->words + 100 + m, t->step, taps, count,
                    (int32_t)t->taps[0], t->kw + 4, n);
}

static void call_pairs_across(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    struct pair_tap taps[9];
    struct pair_group groups[3];
    pair_taps(t, taps, groups);
    float range[2] = {INFINITY, -INFINITY};
    ops->pairs_across(out_at(w, m, 1), (const int16_t *)t->words + 100 + m, t->lanes, taps, groups, t->kw % 3 + 1, 127.5f, t->n,
                      t->kw > 4 ? range : NULL, t->rows % 2);
    w->stats.lowest = range[0];
    w->stats.highest = range[1];
}

static void call_pairs_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    int pixels = t->n / (4 * t->lanes) * 2;
    pixels -= pixels > 0 && t->rows % 2;
    ops->pairs_u8(out_at(w, m, 2), t->bytes + m, t->bytes + 500, t->lanes, pixels);
}

/* The sum goes to the statistics, for the comparison. Few values that differ little make ties in Paeth's choice. */
static void call_png(enum png_row filter, const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t in[LENGTH_MAX + LANES_MAX], above[LENGTH_MAX + LANES_MAX];
    for (int i = 0; i < t->n + t->lanes; i++) {
        in[i] = t->stride == 1 ? t->bytes[i] & 3 : t->bytes[i];
        above[i] = t->stride == 1 ? t->bytes[i + LENGTH_MAX] & 3 : t->bytes[i + LENGTH_MAX];
    }
    w->stats.clipped = ops->filter_png[filter](out_at(w, m, 1), in + t->lanes, above + t->lanes, t->lanes, (size_t)t->n);
}

static void call_png_plain(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_PLAIN, ops, t, w, m);
}

static void call_png_left(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_LEFT, ops, t, w, m);
}

static void call_png_above(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_ABOVE, ops, t, w, m);
}

static void call_png_mean(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_MEAN, ops, t, w, m);
}

static void call_png_paeth(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_PAETH, ops, t, w, m);
}

/* Whole pixels. The first row of a picture has zeros above it. */
static void call_unpng(enum png_row filter, const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t zeros[LENGTH_MAX];
    size_t pixels = (size_t)(t->n / t->lanes);
    ops->unfilter_png[filter](out_at(w, m, 1), t->bytes + m, t->stride == 1 ? zeros : t->bytes + LENGTH_MAX, t->lanes,
                              pixels * (size_t)t->lanes);
}

/* Of few values, or of one. The words go to the statistics, for the comparison of what stands behind the row's last bit. */
static void call_repeats_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t in[LENGTH_MAX + 1];
    static uint64_t repeats[LENGTH_MAX / 64 + 1];
    uint8_t *out = out_at(w, m, 1);
    for (int i = 0; i <= t->n; i++)
        in[i] = t->bytes[i] & (t->stride == 1 ? 1 : t->stride == 2 ? 3 : 0);
    ops->repeats_u8(repeats, in + 1, (size_t)t->n);
    for (int i = 0; i < t->n; i++)
        out[i] = repeats[i / 64] >> i % 64 & 1;
    w->stats.clipped = 0;
    for (int i = 0; i < (t->n + 63) / 64; i++)
        w->stats.clipped = w->stats.clipped * 31 + repeats[i];
}

static void call_unpng_left(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_LEFT, ops, t, w, m);
}

static void call_unpng_above(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_ABOVE, ops, t, w, m);
}

static void call_unpng_mean(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_MEAN, ops, t, w, m);
}

static void call_unpng_paeth(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_PAETH, ops, t, w, m);
}

static const struct {
    const char *name;
    call_rowop *call;
    size_t size;     /* of an output element; 0 for none */
    bool lanes_wide; /* the output takes n * lanes elements */
} list[] = {
    /* clang-format off */
    {"grid_f32", call_grid, 4, true},
    {"grid_f32 line", call_line, 4, true},
    {"grid_u8", call_grid_u8, 4, true},
    {"taps_wide_f32", call_taps_wide, 4, false},
    {"total_add", call_total_add, 8, false},
    {"total_end", call_total_end, 4, false},
    {"affine_f32", call_affine, 4, false},
    {"relu_f32", call_relu, 4, false},
    {"abs_f32", call_abs, 4, false},
    {"magnitude_f32", call_magnitude, 4, false},
    {"max_f32", call_max, 4, false},
    {"sum_f32", call_sum, 4, false},
    {"widen_u8", call_widen_u8, 4, false},
    {"widen_u16", call_widen_u16, 4, false},
    {"copy_u8", call_copy_u8, 1, false},
    {"copy_f32", call_copy_f32, 4, false},
    {"stream_f32", call_stream, 4, false},
    {"luma_u8", call_luma_u8, 1, false},
    {"luma_u16", call_luma_u16, 2, false},
    {"narrow_u8", call_narrow_u8, 1, true},
    {"narrow_u16", call_narrow_u16, 2, true},
    {"narrow_s16", call_narrow_s16, 2, true},
    {"taps_u8", call_taps_u8, 2, false},
    {"clipped_taps_u8", call_clipped_taps_u8, 1, false},
    {"pairs_u8", call_pairs_u8, 2, false},
    {"pairs_down", call_pairs_down, 2, false},
    {"pairs_across", call_pairs_across, 1, true},
    {"add_u8", call_add_u8, 2, false},
    {"slide_u8", call_slide_u8, 2, false},
    {"box_u16", call_box_u16, 4, false},
    {"mean_u16", call_mean_u16, 1, false},
    {"columns_u8", call_columns_u8, ROWOP_RUNS + 1, false},
    {"running_u8", call_running_u8, ROWOP_RUNS, false},
    {"running_f32", call_running_f32, ROWOP_RUNS, false},
    {"magnitude_s16", call_magnitude_s16, 1, false},
    {"gradient_u8", call_gradient_u8, 1, false},
    {"max_s16", call_max_s16, 2, false},
    {"shift_s16", call_shift_s16, 2, false},
    {"clip_s16", call_clip_s16, 1, false},
    {"widen_s16", call_widen_s16, 4, false},
    {"range_s16", call_range_s16, 0, false},
    {"range_f32", call_range, 0, false},
    {"filter_png plain", call_png_plain, 1, false},
    {"filter_png left", call_png_left, 1, false},
    {"filter_png above", call_png_above, 1, false},
    {"filter_png mean", call_png_mean, 1, false},
    {"filter_png paeth", call_png_paeth, 1, false},
    {"unfilter_png left", call_unpng_left, 1, false},
    {"unfilter_png above", call_unpng_above, 1, false},
    {"unfilter_png mean", call_unpng_mean, 1, false},
    {"unfilter_png paeth", call_unpng_paeth, 1, false},
    {"repeats_u8", call_repeats_u8, 1, false},
    /* clang-format on */
};

enum { OPS = sizeof list / sizeof *list };

/* The canaries are what memset left; out_at may shift the output by up to 15 elements into its room. */
static void run_level(enum cpu_level level, int op, const struct trial *t, struct written *w, int misalign)
{
    memset(w->memory, 0xa5, sizeof w->memory);
    w->stats = (struct imc_stats){INFINITY, -INFINITY, 0};
    list[op].call(rowops_of(level), t, w, misalign);
}

/* What a run computed, for a comparison between machines: the same seed has to give the same bits on each. */
static uint64_t digest_of(uint64_t digest, const void *memory, size_t size)
{
    const unsigned char *bytes = memory;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ bytes[i]) * 0x100000001b3u;
    return digest;
}

START_TEST(every_level_equals_the_definition)
{
    static struct trial t;
    static struct written expected, got;
    struct test_rng rng = {test_seed()};
    uint64_t digest = 0xcbf29ce484222325u;
    t.rng = &rng;
    for (int try = 0; try < TRIES; try++) {
        fill(&t);
        int misalign = test_random_int(&rng, 0, 15);
        for (int op = 0; op < OPS; op++) {
            run_level(CPU_C, op, &t, &expected, misalign);
            digest = digest_of(digest, expected.memory, sizeof expected.memory);
            for (int level = CPU_C + 1; level <= (int)cpu_level(); level++) {
                if (!rowops_of((enum cpu_level)level)) /* another machine's */
                    continue;
                run_level((enum cpu_level)level, op, &t, &got, misalign);
                bool same = memcmp(expected.memory, got.memory, sizeof got.memory) == 0 &&
                            memcmp(&expected.stats, &got.stats, sizeof got.stats) == 0;
                ck_assert_msg(same,
                              "%s at level %s differs from C: n %d rows %d kw %d step %d lanes %d stride %d misalign %d (try %d)",
                              list[op].name, cpu_level_name((enum cpu_level)level), t.n, t.rows, t.kw, (int)t.step, t.lanes,
                              t.stride, misalign, try);
            }
        }
    }
    printf("digest %016llx\n", (unsigned long long)digest);
}
END_TEST

/* Nothing beyond the output is touched, even by the definition that the levels are compared with. */
START_TEST(the_definition_stays_in_its_output)
{
    static struct trial t;
    static struct written w;
    struct test_rng rng = {test_seed() + 1};
    t.rng = &rng;
    for (int try = 0; try < TRIES; try++) {
        fill(&t);
        for (int op = 0; op < OPS; op++) {
            size_t end = CANARY + (size_t)t.n * (size_t)(list[op].lanes_wide ? t.lanes : 1) * list[op].size;
            run_level(CPU_C, op, &t, &w, 0);
            for (size_t i = 0; i < CANARY; i++) {
                ck_assert_msg(w.memory[i] == 0xa5, "%s writes before its output", list[op].name);
                ck_assert_msg(w.memory[end + i] == 0xa5, "%s writes behind its output", list[op].name);
            }
        }
    }
}
END_TEST

/* Every sum of two squares up to 80000 is rounded as the exact root is, in every lane: those of a level may go different ways. */
START_TEST(roots_are_exact)
{
    enum { SIDE = 288 };
    static int16_t a[SIDE], b[SIDE];
    static uint8_t out[SIDE];
    for (int i = 0; i < SIDE * 8; i++) {
        for (int k = 0; k < SIDE; k++) {
            a[k] = (int16_t)(i / 8);
            b[k] = (int16_t)(-(k + i % 8) % SIDE);
        }
        rowops()->magnitude_s16(out, a, b, 255, SIDE, NULL);
        for (int k = 0; k < SIDE; k++) {
            int m = a[k] * a[k] + b[k] * b[k], r = 0;
            while (r < 255 && m > r * r + r)
                r++;
            if (out[k] != r)
                ck_abort_msg("root of %d: %d, not %d", m, out[k], r);
        }
    }
}
END_TEST

START_TEST(known_values)
{
    const struct rowops *ops = rowops();
    struct imc_stats stats = {INFINITY, -INFINITY, 0};
    const float values[] = {-0.6f, -0.4f, 0.5f, 1.5f, 254.5f, 255.4f, 255.6f, NAN};
    uint8_t out[8];
    ops->narrow_u8(out, values, 255, 1, 8, &stats);
    const uint8_t expected[] = {0, 0, 0, 2, 254, 255, 255, 0};
    ck_assert_mem_eq(out, expected, 8);
    ck_assert_int_eq((int)stats.clipped, 2);
    ck_assert(stats.lowest == -0.6f && stats.highest == 255.6f);
    const float a[] = {3}, b[] = {4}, *const rows[] = {a, b};
    float magnitude;
    ops->magnitude_f32(&magnitude, rows, 2, 1);
    ck_assert(magnitude == 5);
}
END_TEST

/* Paeth as the standard words it, for every left, above and corner of 0..255 on a grid that has the extremes. */
START_TEST(paeth_is_the_standards)
{
    for (int a = 0; a < 256; a += 3)
        for (int b = 0; b < 256; b += 3)
            for (int c = 0; c < 256; c++) {
                int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);
                int expected = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
                uint8_t in[2] = {(uint8_t)a, 0}, above[2] = {(uint8_t)c, (uint8_t)b}, out;
                uint64_t sum = rowops()->filter_png[PNG_ROW_PAETH](&out, in + 1, above + 1, 1, 1);
                ck_assert_int_eq(out, (uint8_t)-expected);
                ck_assert_int_eq((int)sum, abs((int8_t)-expected));
            }
}
END_TEST

/* ---- --bench: each op at each level on a row of BENCH_LENGTH, nanoseconds an output ---- */

enum { BENCH_LENGTH = 256, BENCH_CALLS = 200, BENCH_ROUNDS = 40 };

/* The fastest of some rounds: the others were disturbed. */
static double time_op(const struct rowops *ops, int op, const struct trial *t, struct written *w)
{
    double best = INFINITY;
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        struct timespec start, end;
        w->stats = (struct imc_stats){INFINITY, -INFINITY, 0};
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int i = 0; i < BENCH_CALLS; i++)
            list[op].call(ops, t, w, 0);
        clock_gettime(CLOCK_MONOTONIC, &end);
        best = fmin(best, (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec));
    }
    return best / BENCH_CALLS / t->n;
}

static void do_nothing(void)
{
}

/* A table that costs what the harness costs: preparing a call's inputs. */
static const struct rowops *no_ops(void)
{
    static union {
        struct rowops ops;
        void (*op[sizeof(struct rowops) / sizeof(void (*)(void))])(void);
    } table;
    for (size_t i = 0; i < sizeof table / sizeof *table.op; i++)
        table.op[i] = do_nothing;
    return &table.ops;
}

/* The rest of the first line says what is fixed: cost a tap is a figure / (rows * kw). */
void test_bench(void)
{
    static struct trial t;
    static struct written w;
    struct test_rng rng = {1};
    t.rng = &rng;
    fill(&t);
    t.n = BENCH_LENGTH, t.rows = 4, t.kw = 4, t.lanes = 1, t.stride = 2, t.step = 1;
    printf("ns a sample (rows %d, kw %d, stride %d)", t.rows, t.kw, t.stride);
    for (int level = 0; level <= (int)cpu_level(); level++)
        if (rowops_of((enum cpu_level)level))
            printf(" %8s", cpu_level_name((enum cpu_level)level));
    for (int op = 0; op < OPS; op++) {
        double harness = time_op(no_ops(), op, &t, &w);
        printf("\n%-36s", list[op].name);
        for (int level = 0; level <= (int)cpu_level(); level++)
            if (rowops_of((enum cpu_level)level))
                printf(" %8.3f", time_op(rowops_of((enum cpu_level)level), op, &t, &w) - harness);
    }
    printf("\n");
}

/* What one op filters the other restores. */
START_TEST(unfiltering_undoes_filtering)
{
    enum { N = 240, MARGIN = 8 };
    struct test_rng rng = {test_seed() + 2};
    uint8_t row[MARGIN + N] = {0}, above[MARGIN + N] = {0}, filtered[N], got[N];
    for (int try = 0; try < TRIES; try++) {
        int few = test_random_int(&rng, 0, 1), step = test_random_int(&rng, 1, MARGIN);
        for (int i = MARGIN; i < MARGIN + N; i++) {
            row[i] = (uint8_t)test_random_int(&rng, 0, few ? 3 : 255);
            above[i] = (uint8_t)test_random_int(&rng, 0, few ? 3 : 255);
        }
        size_t n = (size_t)(N / step * step);
        for (int f = 0; f < PNG_ROW_FILTERS; f++)
            for (int level = 0; level <= (int)cpu_level(); level++) {
                const struct rowops *ops = rowops_of((enum cpu_level)level);
                if (!ops)
                    continue;
                ops->filter_png[f](filtered, row + MARGIN, above + MARGIN, step, n);
                ops->unfilter_png[f](got, filtered, above + MARGIN, step, n);
                ck_assert_msg(memcmp(got, row + MARGIN, n) == 0, "filter %d of pixels of %d bytes is not undone", f, step);
            }
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("rowops");
    TCase *cases = tcase_create("rowops");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, every_level_equals_the_definition);
    tcase_add_test(cases, the_definition_stays_in_its_output);
    tcase_add_test(cases, roots_are_exact);
    tcase_add_test(cases, known_values);
    tcase_add_test(cases, paeth_is_the_standards);
    tcase_add_test(cases, unfiltering_undoes_filtering);
    suite_add_tcase(suite, cases);
    return suite;
}
