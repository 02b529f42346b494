/* test_folds.c: the row ops on symmetric taps: at every CPU level this machine has against the C definition, equal bits over random
 * sizes and misalignments, and nothing written beside the output; and the definition against sums in float64. Rows end where the
 * contract says, so that a sanitizer sees who reads on. */
#include "simd/rowops.h"
#include "support/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 400, N_MAX = 600, ROWS_IN = ROWOP_FOLD_ROWS + 80, OUT_STEP = N_MAX + 40, OUTS = ROWOP_FOLD_ROWS * OUT_STEP };

/* One random call, and its memory. */
struct trial {
    struct rowop_fold fold;
    float taps[ROWOP_FOLD_SPAN / 2 + 1];
    int rows, n, step, misalign;
    bool across, bytes, stream, onto;
    int in_rows, in_n;
    void *in[ROWS_IN];
    float start[OUTS];
};

static size_t sample_size(const struct trial *t)
{
    return t->bytes ? 1 : sizeof(float);
}

static void choose(struct trial *t, struct test_rng *rng)
{
    t->across = test_random_int(rng, 0, 1);
    t->bytes = !t->across && test_random_int(rng, 0, 1);
    t->step = t->across ? test_random_int(rng, 1, ROWOP_FOLD_STEP) : 1;
    t->rows = test_random_int(rng, 1, ROWOP_FOLD_ROWS);
    t->n = test_random_int(rng, 0, test_random_int(rng, 0, 2) ? 100 : N_MAX);
    int most = t->across ? ROWOP_FOLD_SPAN : ROWS_IN - ROWOP_FOLD_ROWS;
    t->fold.span = test_random_int(rng, 0, test_random_int(rng, 0, 2) ? 12 : most);
    t->fold.group = test_random_int(rng, 1, 40);
    t->fold.taps = t->taps;
    t->stream = test_random_int(rng, 0, 1);
    t->onto = test_random_int(rng, 0, 1);
    t->misalign = t->stream ? 4 * test_random_int(rng, 0, 3) : test_random_int(rng, 0, 15);
    for (int i = 0; i < ROWOP_FOLD_SPAN / 2 + 1; i++)
        t->taps[i] = (float)(test_random_unit(rng) * 2 - 1);
    for (int i = 0; i < OUTS; i++)
        t->start[i] = (float)test_random_unit(rng);
}

static void fill(struct trial *t, struct test_rng *rng)
{
    choose(t, rng);
    t->in_rows = t->across ? t->rows : t->rows + t->fold.span;
    t->in_n = t->across ? t->n + t->fold.span * t->step : t->n;
    for (int r = 0; r < t->in_rows; r++) {
        t->in[r] = malloc((size_t)t->in_n * sample_size(t) + (t->in_n == 0));
        ck_assert_ptr_nonnull(t->in[r]);
        for (int x = 0; x < t->in_n; x++)
            if (t->bytes)
                ((uint8_t *)t->in[r])[x] = (uint8_t)test_random(rng);
            else
                ((float *)t->in[r])[x] = (float)(test_random_unit(rng) * 600 - 200);
    }
}

static void clear(struct trial *t)
{
    for (int r = 0; r < t->in_rows; r++)
        free(t->in[r]);
}

static void run(const struct rowops *ops, struct trial *t, float *memory)
{
    float *out[ROWOP_FOLD_ROWS], *onto[ROWOP_FOLD_ROWS];
    memcpy(memory, t->start, OUTS * sizeof *memory);
    for (int r = 0; r < t->rows; r++) {
        out[r] = memory + r * OUT_STEP + 16 + t->misalign;
        onto[r] = t->start + r * OUT_STEP + t->misalign;
    }
    if (t->across)
        ops->fold_across_f32(out, t->onto ? onto : NULL, t->rows, (const float *const *)t->in, t->step, &t->fold, t->n, t->stream);
    else if (t->bytes)
        ops->fold_u8(out, t->rows, (const uint8_t *const *)t->in, &t->fold, t->n);
    else
        ops->fold_f32(out, t->rows, (const float *const *)t->in, &t->fold, t->n);
    ops->stream_end();
}

static bool is_output(const struct trial *t, int i)
{
    int r = i / OUT_STEP, x = i % OUT_STEP - 16 - t->misalign;
    return r < t->rows && x >= 0 && x < t->n;
}

static double sample(const struct trial *t, int r, int x, int i)
{
    const void *row = t->in[t->across ? r : r + i];
    x += t->across ? i * t->step : 0;
    return t->bytes ? ((const uint8_t *)row)[x] : ((const float *)row)[x];
}

/* Half a rounding of the sum of absolute terms for each that is taken: a pair, its tap, a group, and what was there before. */
static void check_output(const struct trial *t, float got, int i)
{
    int r = i / OUT_STEP, x = i % OUT_STEP - 16 - t->misalign, span = t->fold.span;
    double sum = t->onto && t->across ? t->start[i - 16] : 0, size = fabs(sum);
    for (int k = 0; k <= span; k++) {
        double tap = t->taps[2 * k < span ? k : span - k], term = tap * sample(t, r, x, k);
        sum += term;
        size += fabs(term);
    }
    double roundings = 4 + (t->fold.group < span / 2 ? t->fold.group : span / 2) + (double)span / 2 / t->fold.group;
    ck_assert_msg(fabs(got - sum) <= roundings * 0x1p-24 * size, "span %d group %d across %d: %.9g, expected %.9g", span,
                  t->fold.group, t->across, (double)got, sum);
}

START_TEST(the_definition_is_near_the_sum_in_double)
{
    static struct trial t;
    static float got[OUTS];
    struct test_rng rng = {test_seed()};
    for (int try = 0; try < TRIES / 4; try++) {
        fill(&t, &rng);
        run(rowops_of(CPU_C), &t, got);
        for (int i = 0; i < OUTS; i++)
            if (is_output(&t, i))
                check_output(&t, got[i], i);
            else
                ck_assert_msg(got[i] == t.start[i], "sample %d beside the output was written (try %d)", i, try);
        clear(&t);
    }
}
END_TEST

START_TEST(every_level_equals_the_definition)
{
    static struct trial t;
    static _Alignas(64) float expected[OUTS], got[OUTS];
    struct test_rng rng = {test_seed() + 1};
    for (int try = 0; try < TRIES; try++) {
        fill(&t, &rng);
        run(rowops_of(CPU_C), &t, expected);
        for (int level = CPU_C + 1; level <= (int)cpu_level(); level++) {
            if (!rowops_of((enum cpu_level)level)) /* another machine's */
                continue;
            run(rowops_of((enum cpu_level)level), &t, got);
            ck_assert_msg(memcmp(expected, got, sizeof got) == 0,
                          "level %s differs from C: across %d bytes %d rows %d n %d span %d group %d step %d onto %d (try %d)",
                          cpu_level_name((enum cpu_level)level), t.across, t.bytes, t.rows, t.n, t.fold.span, t.fold.group, t.step,
                          t.onto, try);
        }
        clear(&t);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("folds");
    TCase *cases = tcase_create("folds");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, the_definition_is_near_the_sum_in_double);
    tcase_add_test(cases, every_level_equals_the_definition);
    suite_add_tcase(suite, cases);
    return suite;
}
