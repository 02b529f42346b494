/* test_fft.c: the row ops of Fourier transforms: every CPU level equals the C definition bit for bit and writes nothing beyond its
 * output, and what they are for holds: the product of a spectrum with a conjugate one comes back as a circular correlation. */
#include "simd/fft_factors.h"
#include "simd/rowops.h"
#include "support/testing.h"

#include <math.h>
#include <string.h>

enum { LANES = 8, BLOCK = 16, ROW_MAX = 2048, COLUMN_MAX = 512, FLOATS = COLUMN_MAX * BLOCK, CANARY = 16 };

struct buffer {
    _Alignas(64) float memory[CANARY + FLOATS + CANARY];
};

static struct test_rng rng;

/* Random samples with canaries around the first `count`. */
static void fill(struct buffer *buffer, int count)
{
    for (int i = 0; i < FLOATS + 2 * CANARY; i++)
        buffer->memory[i] = i >= CANARY && i < CANARY + count ? (float)test_random_unit(&rng) - 0.25f : 12345;
}

static float *data(struct buffer *buffer)
{
    return buffer->memory + CANARY;
}

static void check_canaries(const struct buffer *buffer, int count, const char *name)
{
    for (int i = 0; i < CANARY; i++)
        ck_assert_msg(buffer->memory[i] == 12345 && buffer->memory[CANARY + count + i] == 12345, "%s writes beyond its output",
                      name);
}

/* One call: it may change `out`, and `row`. */
struct call {
    const char *name;
    int n, have, add;
    const float *factors, *turns, *a, *b;
};

static void call_column(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_column(out, call->n, call->factors);
}

static void call_column_back(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_column_back(out, call->n, call->factors);
}

static void call_row(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    ops->fft_row(out, BLOCK, row, call->n, call->factors, call->turns);
}

static void call_row_back(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_row_back(out, call->a, BLOCK, call->n, call->factors, call->turns);
}

static void call_product(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_product(out, call->a, call->b, call->add, call->n);
}

static void call_load(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_load(out, call->a + 3, call->b, call->have, call->n);
    ops->fft_load(out + LANES, call->a + 1, call->b, call->n, call->n);
}

static void call_store(const struct rowops *ops, const struct call *call, float *out, float *row)
{
    (void)row;
    ops->fft_store(out, call->a + LANES, call->b, call->have);
}

/* `count`: the floats that the call may write. */
static void check_levels(void (*run)(const struct rowops *, const struct call *, float *, float *), const struct call *call,
                         int count)
{
    static struct buffer start, row, expected, got, scratch;
    fill(&start, count);
    fill(&row, FLOATS);
    expected = start;
    scratch = row;
    run(rowops_of(CPU_C), call, data(&expected), data(&scratch));
    check_canaries(&expected, count, call->name);
    for (int level = CPU_C + 1; level <= (int)cpu_level(); level++) {
        if (!rowops_of((enum cpu_level)level)) /* another machine's */
            continue;
        got = start;
        scratch = row;
        run(rowops_of((enum cpu_level)level), call, data(&got), data(&scratch));
        ck_assert_msg(memcmp(&expected, &got, sizeof got) == 0, "%s at level %s differs from C: n %d have %d", call->name,
                      cpu_level_name((enum cpu_level)level), call->n, call->have);
    }
}

START_TEST(every_level_equals_the_definition)
{
    static struct buffer a, b, factors, turns;
    fill(&a, FLOATS);
    fill(&b, FLOATS);
    struct call call = {.factors = data(&factors), .turns = data(&turns), .a = data(&a), .b = data(&b)};
    for (call.n = 4; call.n <= COLUMN_MAX; call.n *= 2) {
        fft_factors_fill(data(&factors), call.n);
        call.name = "fft_column";
        check_levels(call_column, &call, call.n * BLOCK);
        call.name = "fft_column_back";
        check_levels(call_column_back, &call, call.n * BLOCK);
    }
    for (call.n = 64; call.n <= ROW_MAX; call.n *= 2) {
        fft_factors_fill(data(&factors), call.n / LANES);
        fft_turns_fill(data(&turns), call.n);
        call.name = "fft_row";
        check_levels(call_row, &call, 2 * call.n);
        call.name = "fft_row_back";
        check_levels(call_row_back, &call, 2 * call.n);
    }
    for (int try = 0; try < 100; try++) {
        call.n = test_random_int(&rng, 0, 70);
        call.add = try % 2;
        call.name = "fft_product";
        check_levels(call_product, &call, call.n * BLOCK);
        call.have = test_random_int(&rng, 0, call.n * LANES);
        call.name = "fft_store";
        check_levels(call_store, &call, call.have);
        call.n *= LANES;
        call.name = "fft_load";
        check_levels(call_load, &call, 2 * call.n);
    }
}
END_TEST

/* Sum over x of a[x + shift] * b[x], circular, a complex, b real. */
static void correlate(const float *a, const float *b, int n, int shift, double sum[2])
{
    sum[0] = sum[1] = 0;
    for (int x = 0; x < n; x++)
        for (int part = 0; part < 2; part++)
            sum[part] += (double)a[2 * ((x + shift) % n) + part] * b[x];
}

/* A row is one signal, a column 8 of them, of which one lane is looked at. */
static void check_correlation(int n, bool row)
{
    static float signal[2 * COLUMN_MAX], taps[COLUMN_MAX];
    static struct buffer a, b, x, y, factors, turns;
    const struct rowops *ops = rowops();
    fill(&a, row ? 2 * n : n * BLOCK);
    fill(&b, row ? 2 * n : n * BLOCK);
    for (int i = 0; i < n; i++) {
        int place = row ? i / LANES * BLOCK + i % LANES : i * BLOCK + 5;
        data(&b)[place + LANES] = 0;
        taps[i] = data(&b)[place];
        signal[2 * i] = data(&a)[place];
        signal[2 * i + 1] = data(&a)[place + LANES];
    }
    fft_factors_fill(data(&factors), row ? n / LANES : n);
    if (row) {
        fft_turns_fill(data(&turns), n);
        ops->fft_row(data(&x), BLOCK, data(&a), n, data(&factors), data(&turns));
        ops->fft_row(data(&y), BLOCK, data(&b), n, data(&factors), data(&turns));
        ops->fft_product(data(&x), data(&x), data(&y), 0, n / LANES);
        ops->fft_row_back(data(&a), data(&x), BLOCK, n, data(&factors), data(&turns));
    } else {
        ops->fft_column(data(&a), n, data(&factors));
        ops->fft_column(data(&b), n, data(&factors));
        ops->fft_product(data(&a), data(&a), data(&b), 0, n);
        ops->fft_column_back(data(&a), n, data(&factors));
    }
    for (int i = 0; i < n; i++)
        for (int part = 0; part < 2; part++) {
            double sum[2], got = data(&a)[(row ? i / LANES * BLOCK + i % LANES : i * BLOCK + 5) + LANES * part] / n;
            correlate(signal, taps, n, i, sum);
            ck_assert_msg(fabs(got - sum[part]) < 5e-7 * n, "%s of %d: result %d is %g, not %g", row ? "row" : "column", n, i, got,
                          sum[part]);
        }
}

START_TEST(products_come_back_as_correlations)
{
    for (int n = 4; n <= COLUMN_MAX; n *= 2)
        check_correlation(n, false);
    for (int n = 64; n <= COLUMN_MAX; n *= 2)
        check_correlation(n, true);
}
END_TEST

Suite *make_suite(void)
{
    rng = (struct test_rng){test_seed()};
    Suite *suite = suite_create("Fourier transforms");
    TCase *tests = tcase_create("fft");
    tcase_add_test(tests, every_level_equals_the_definition);
    tcase_add_test(tests, products_come_back_as_correlations);
    suite_add_tcase(suite, tests);
    return suite;
}
