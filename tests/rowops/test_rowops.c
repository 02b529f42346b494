/* test_rowops.c: every row op at every CPU level this machine has, against the C definition: equal bits over random lengths 0..300
 * and misalignments, and nothing written beyond the output. With --bench: what each of them costs.
 * Transforms: test_fft.c. Symmetric taps: test_folds.c. For networks: test_channels.c. */
#include "rowops/rowop_calls.h"

#include "base/mathx.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 400 };

/* The digest is of the calls in this order. */
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
    {"exp_f32", call_exp, 8, false},
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
    {"unit_u8", call_unit_u8, 4, false},
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
        trial_fill(&t);
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
        trial_fill(&t);
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

/* Every level against mathx_exp itself, which another file compiles. */
START_TEST(powers_are_those_of_mathx)
{
    enum { N = 45 };
    struct test_rng rng = {test_seed() + 3};
    for (int try = 0; try < TRIES; try++) {
        float in[N], base = (float)(40 * test_random_unit(&rng) - 20), reach = try % 2 ? 30 : 900;
        double got[N];
        for (int i = 0; i < N; i++)
            in[i] = i < 2 ? (i ? NAN : -INFINITY) : reach * (float)(2 * test_random_unit(&rng) - 1);
        for (int level = 0; level <= (int)cpu_level(); level++) {
            if (!rowops_of((enum cpu_level)level))
                continue;
            rowops_of((enum cpu_level)level)->exp_f32(got, in, base, N);
            for (int i = 0; i < N; i++) {
                double expected = mathx_exp((double)in[i] - base);
                ck_assert_msg(memcmp(&got[i], &expected, sizeof expected) == 0, "e^(%a - %a) at level %s is %a, not %a",
                              (double)in[i], (double)base, cpu_level_name((enum cpu_level)level), got[i], expected);
            }
        }
    }
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
    trial_fill(&t);
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

Suite *make_suite(void)
{
    Suite *suite = suite_create("rowops");
    TCase *cases = tcase_create("rowops");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, every_level_equals_the_definition);
    tcase_add_test(cases, the_definition_stays_in_its_output);
    tcase_add_test(cases, roots_are_exact);
    tcase_add_test(cases, known_values);
    tcase_add_test(cases, powers_are_those_of_mathx);
    tcase_add_test(cases, paeth_is_the_standards);
    tcase_add_test(cases, unfiltering_undoes_filtering);
    suite_add_tcase(suite, cases);
    return suite;
}
