/* test_channels.c: the row ops of networks at every CPU level this machine has, against the C definition: equal bits over random
 * shapes and misalignments, and nothing written beside the output; and the definition against sums in float64.
 */
#include "simd/rowops.h"
#include "support/testing.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 1 << 16, OUTS = 1 << 16, TAPS = 300, DIMS = 16, TRIES = 300, LEAD = 64 };

/* One random call. */
struct trial {
    float in[SAMPLES], other[SAMPLES], start[OUTS];
    const float *row[TAPS];
    int dim[DIMS]; /* 0..2^20, for an op to take its sizes from */
    int misalign;
};

/* What an op wrote, and where it may. */
struct written {
    float out[OUTS];
    bool may[OUTS];
};

/* Zeros of both signs, values so small that their products vanish, and ordinary ones. */
static float random_value(struct test_rng *rng)
{
    switch (test_random_int(rng, 0, 9)) {
    case 0:
    case 1:
    case 2:
        return 0;
    case 3:
        return -0.0f;
    case 4:
        return test_random_int(rng, 0, 1) ? 1e-30f : -1e-30f;
    default:
        return (float)(test_random_unit(rng) * 4 - 2);
    }
}

static void fill(struct trial *t, struct test_rng *rng)
{
    t->misalign = test_random_int(rng, 0, 15);
    for (int i = 0; i < SAMPLES; i++) {
        t->in[i] = random_value(rng);
        t->other[i] = random_value(rng);
        t->start[i] = random_value(rng);
    }
    for (int i = 0; i < TAPS; i++)
        t->row[i] = t->in + test_random_int(rng, 0, SAMPLES / 2);
    for (int i = 0; i < DIMS; i++)
        t->dim[i] = test_random_int(rng, 0, 1 << 20);
}

static int dim(const struct trial *t, int i, int lo, int hi)
{
    return lo + t->dim[i] % (hi - lo + 1);
}

static float *out_of(const struct trial *t, struct written *w)
{
    return w->out + LEAD + t->misalign;
}

/* Rows of n samples that lie `step` apart may be written. */
static void allow(struct written *w, const float *out, int rows, ptrdiff_t step, int n)
{
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < n; x++)
            w->may[out - w->out + y * step + x] = true;
}

static void call_product(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int filters = dim(t, 0, 1, dim(t, 1, 1, 24)), n = dim(t, 2, 1, dim(t, 3, 0, 2) ? 40 : 300), count = dim(t, 4, 0, 70);
    int group = dim(t, 5, 0, 1) ? 8 : dim(t, 6, 1, 80);
    ptrdiff_t step = n + dim(t, 7, 0, 5), in_step = n + dim(t, 8, 0, 3);
    float *out = out_of(t, w);
    allow(w, out, filters, step, n);
    ops->product_f32(out, step, t->other + t->misalign, count + dim(t, 9, 0, 3), t->in, in_step, count, filters, n, group);
}

/* Many terms for many filters: rows are packed, and summed by subtrees; or zeros are left out, where rows are long. Operands' rows
 * may overlap. */
static void call_long_product(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int filters = dim(t, 0, 20, 150), n = dim(t, 7, 0, 3) ? dim(t, 1, 1, 40) : dim(t, 1, 30, 300), count = dim(t, 2, 1, 1500);
    const int groups[] = {8, 32, dim(t, 6, 1, 300)};
    float *out = out_of(t, w);
    allow(w, out, filters, n + 3, n);
    ops->product_f32(out, n + 3, t->other, dim(t, 3, 1, 100), t->in, dim(t, 4, 1, 20), count, filters, n, groups[dim(t, 5, 0, 2)]);
}

static void call_transpose(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int rows = dim(t, 0, 0, 60), n = dim(t, 1, 0, 60);
    ptrdiff_t step = rows + dim(t, 2, 0, 4);
    float *out = out_of(t, w);
    allow(w, out, n, step, rows);
    ops->transpose_f32(out, step, t->in + t->misalign, n + dim(t, 3, 0, 4), rows, n);
}

static void call_channels(const struct rowops *ops, const struct trial *t, struct written *w)
{
    struct channel_taps taps = {.weights = t->other + 100, .count = dim(t, 0, 1, TAPS), .outs = 8 * dim(t, 1, 1, 4)};
    taps.bias = dim(t, 2, 0, 3) ? t->other : NULL;
    taps.gain = dim(t, 3, 0, 2) ? 1 : -1.5f;
    taps.group = dim(t, 4, 0, 3) ? ROWOP_GROUP : dim(t, 5, 1, 40);
    taps.relu = dim(t, 6, 0, 1);
    int n = dim(t, 7, 0, 40);
    ptrdiff_t step = taps.outs + dim(t, 8, 0, 9);
    float *out = out_of(t, w);
    allow(w, out, n, step, taps.outs);
    ops->channels_f32(out, step, t->row, dim(t, 9, 1, 40), &taps, n);
}

static void call_wino_in(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int channels = 8 * dim(t, 0, 1, 5), n = dim(t, 1, 0, 20);
    ptrdiff_t plane = (ptrdiff_t)channels * n + dim(t, 2, 0, 9);
    float *out = out_of(t, w);
    allow(w, out, 16, plane, channels * n);
    ops->wino_in_f32(out, plane, t->row, channels + dim(t, 3, 0, 9), channels, n);
}

static void call_wino_out(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int channels = 8 * dim(t, 0, 1, 5), n = dim(t, 1, 0, 20);
    ptrdiff_t step = channels + dim(t, 2, 0, 9);
    float *out = out_of(t, w), *const rows[] = {out, out + 2 * n * step + dim(t, 3, 0, 9)};
    allow(w, rows[0], 2 * n, step, channels);
    allow(w, rows[1], 2 * n, step, channels);
    ops->wino_out_f32(rows, step, t->in, (ptrdiff_t)channels * n + dim(t, 4, 0, 9), t->other, dim(t, 5, 0, 1) ? 1 : -2.5f,
                      dim(t, 6, 0, 1), channels, n);
}

/* The list in a form that can be compared: behind its end anything may stand. */
static struct nonzeros list_of(const struct rowops *ops, const float *in, int channels, int pixels)
{
    static int32_t first[1000], channel[SAMPLES], pixel[SAMPLES];
    static float value[SAMPLES];
    struct nonzeros list = {first, channel, pixel, value};
    ops->nonzeros_f32(&list, in, channels, pixels);
    return list;
}

static void call_nonzeros(const struct rowops *ops, const struct trial *t, struct written *w)
{
    int channels = dim(t, 0, 0, 1) ? 8 * dim(t, 1, 1, 9) : dim(t, 1, 1, 20), pixels = dim(t, 2, 0, 50);
    struct nonzeros list = list_of(ops, t->in + t->misalign, channels, pixels);
    float *out = out_of(t, w);
    int count = list.first[pixels];
    allow(w, out, 1, 0, pixels + 1 + 3 * count);
    for (int p = 0; p <= pixels; p++)
        *out++ = (float)list.first[p];
    for (int e = 0; e < count; e++, out += 3) {
        out[0] = (float)list.channel[e];
        out[1] = (float)list.pixel[e];
        out[2] = list.value[e];
    }
}

static struct tap_grid grid_of(const struct trial *t)
{
    int most = dim(t, 15, 0, 2) ? 3 : 8, lanes = dim(t, 10, 1, 2) * 8;
    return (struct tap_grid){dim(t, 14, 1, most), dim(t, 13, 1, most), dim(t, 12, 32, 50) * lanes, dim(t, 11, 1, 4) * lanes, lanes};
}

static void call_pull(const struct rowops *ops, const struct trial *t, struct written *w)
{
    ptrdiff_t at[100];
    struct tap_grid grid = grid_of(t);
    int count = dim(t, 0, 0, 100);
    for (int e = 0; e < count; e++)
        at[e] = t->row[e] - t->in;
    float *out = out_of(t, w);
    allow(w, out, 1, 0, grid.rows * grid.columns * grid.lanes);
    ops->pull_f32(out, &grid, t->in, at, t->other + t->misalign, count);
}

static void call_push(const struct rowops *ops, const struct trial *t, struct written *w)
{
    struct tap_grid grid = grid_of(t);
    int channels = 8 * dim(t, 0, 1, 4), n = dim(t, 1, 0, 30);
    ptrdiff_t step = grid.lanes * dim(t, 2, 1, 3);
    struct nonzeros list = list_of(&rowops_c, t->other, channels, n);
    float *out = out_of(t, w);
    for (int x = 0; x < n; x++)
        for (int i = 0; i < grid.rows; i++)
            allow(w, out + x * step + i * grid.row_step, grid.columns, grid.column_step, grid.lanes);
    ops->push_f32(out, step, &grid, t->in + t->misalign, grid.rows * grid.columns * grid.lanes + dim(t, 3, 0, 9), &list, n);
}

static void call_outer(const struct rowops *ops, const struct trial *t, struct written *w)
{
    static float change[SAMPLES];
    struct tap_grid grid = grid_of(t);
    int n = dim(t, 0, 0, dim(t, 1, 0, 3) ? 40 : 700);
    ptrdiff_t change_step = grid.lanes * dim(t, 2, 1, 3), sums_step = grid.lanes * dim(t, 3, 1, 3);
    for (int i = 0; i < SAMPLES; i++) /* some vectors are all zero */
        change[i] = i / grid.lanes % 3 == t->dim[4] % 3 ? 0 : t->other[i];
    float *bias = out_of(t, w), *out = bias + grid.lanes;
    allow(w, bias, 1, 0, grid.lanes);
    allow(w, out, grid.rows * grid.columns, sums_step, grid.lanes);
    ops->outer_f32(out, sums_step, bias, &grid, t->in + t->misalign, dim(t, 5, 1, 2), change, change_step, n);
}

/* Windows of a few channels; of samples alone, or such as may overlap. */
static struct rowop_pool pool_of(const struct trial *t, int channels)
{
    bool usual = dim(t, 0, 0, 1), alone = dim(t, 1, 0, 1);
    struct rowop_pool pool = {
        usual ? 2 : dim(t, 2, 1, 4), usual ? 2 : dim(t, 3, 1, 4), 0, channels + dim(t, 4, 0, 3), 0, dim(t, 12, 0, 1), alone};
    pool.row = 2000 + dim(t, 5, 0, 50);
    pool.apart = alone ? pool.kw * pool.column : dim(t, 6, 1, 5) * pool.column;
    return pool;
}

static void call_max_pool(const struct rowops *ops, const struct trial *t, struct written *w)
{
    uint8_t which[20 * 40];
    int channels = dim(t, 7, 0, 3) ? 8 * dim(t, 8, 1, 5) : dim(t, 8, 1, 40), windows = dim(t, 9, 0, 20), count = windows * channels;
    struct rowop_pool pool = pool_of(t, channels);
    bool told = dim(t, 10, 0, 2);
    static float in[SAMPLES]; /* with some NaN */
    float *out = out_of(t, w);
    for (int i = 0; i < SAMPLES; i++)
        in[i] = i % 13 == 5 ? NAN : t->in[i];
    allow(w, out, 1, 0, 2 * count);
    ops->max_pool_f32(out, told ? which : NULL, in + t->misalign, &pool, windows, channels);
    for (int i = 0; told && i < count; i++)
        out[count + i] = which[i];
}

static void call_max_unpool(const struct rowops *ops, const struct trial *t, struct written *w)
{
    uint8_t which[20 * 40];
    int channels = dim(t, 7, 0, 3) ? 8 * dim(t, 8, 1, 5) : dim(t, 8, 1, 40), windows = dim(t, 9, 0, 20), count = windows * channels;
    struct rowop_pool pool = pool_of(t, channels);
    for (int i = 0; i < count; i++)
        which[i] = (uint8_t)((i * 7 + i / 11 + dim(t, 11, 0, 9)) % (pool.kh * pool.kw));
    float *d_in = out_of(t, w);
    for (int i = 0; i < windows * pool.kw; i++)
        for (int y = 0; y < pool.kh; y++)
            allow(w, d_in + y * pool.row + i / pool.kw * pool.apart + i % pool.kw * pool.column, 1, 0, channels);
    ops->max_unpool_f32(d_in, which, t->other + t->misalign, &pool, windows, channels);
}

static const struct {
    const char *name;
    void (*call)(const struct rowops *ops, const struct trial *t, struct written *w);
} list[] = {
    {"max_pool_f32", call_max_pool},   {"max_unpool_f32", call_max_unpool},
    {"product_f32", call_product},     {"product_f32, long", call_long_product},
    {"transpose_f32", call_transpose}, {"channels_f32", call_channels},
    {"nonzeros_f32", call_nonzeros},   {"pull_f32", call_pull},
    {"push_f32", call_push},           {"outer_f32", call_outer},
    {"wino_in_f32", call_wino_in},     {"wino_out_f32", call_wino_out},
};

enum { OPS = sizeof list / sizeof *list };

static void run_level(enum cpu_level level, int op, const struct trial *t, struct written *w)
{
    memcpy(w->out, t->start, sizeof w->out);
    memset(w->may, 0, sizeof w->may);
    list[op].call(rowops_of(level), t, w);
}

START_TEST(every_level_equals_the_definition)
{
    static struct trial t;
    static struct written expected, got;
    struct test_rng rng = {test_seed()};
    for (int try = 0; try < TRIES; try++) {
        fill(&t, &rng);
        for (int op = 0; op < OPS; op++) {
            run_level(CPU_C, op, &t, &expected);
            for (int i = 0; i < OUTS; i++)
                if (!expected.may[i] && memcmp(&expected.out[i], &t.start[i], sizeof(float)) != 0)
                    ck_abort_msg("%s writes beside its output (try %d)", list[op].name, try);
            for (int level = CPU_C + 1; level <= (int)cpu_level(); level++) {
                run_level((enum cpu_level)level, op, &t, &got);
                for (int i = 0; i < OUTS; i++)
                    if (memcmp(&expected.out[i], &got.out[i], sizeof(float)) != 0)
                        ck_abort_msg("%s at level %s differs from C at %d: %.9g, expected %.9g (try %d)", list[op].name,
                                     cpu_level_name((enum cpu_level)level), i - LEAD - t.misalign, (double)got.out[i],
                                     (double)expected.out[i], try);
            }
        }
    }
}
END_TEST

/* The bound of a tree of groups: half a group and the levels of the tree, in roundings of the sum of absolute terms. */
START_TEST(a_product_is_near_the_sum_in_double)
{
    enum { COUNT = 1568, N = 40, FILTERS = 9 };
    static float taps[FILTERS * COUNT], in[COUNT * N], out[FILTERS * N];
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < FILTERS * COUNT; i++)
        taps[i] = (float)test_random_unit(&rng);
    for (int i = 0; i < COUNT * N; i++)
        in[i] = (float)test_random_unit(&rng);
    rowops()->product_f32(out, N, taps, COUNT, in, N, COUNT, FILTERS, N, 32);
    for (int f = 0; f < FILTERS; f++)
        for (int x = 0; x < N; x++) {
            double sum = 0;
            for (int t = 0; t < COUNT; t++)
                sum += (double)taps[f * COUNT + t] * in[t * N + x];
            ck_assert_double_le(fabs(out[f * N + x] - sum), 22 * 0x1p-24 * sum);
        }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("channels");
    TCase *cases = tcase_create("channels");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, every_level_equals_the_definition);
    tcase_add_test(cases, a_product_is_near_the_sum_in_double);
    suite_add_tcase(suite, cases);
    return suite;
}
