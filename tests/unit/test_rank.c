/* test_rank.c: the factorisation finds the number of passes that the kernel was made of, and its factors give the taps back. */
#include "support/testing.h"

#include "kernel/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 255 };

static float taps[SIDE * SIDE], columns[RANK_MAX * SIDE], rows[RANK_MAX * SIDE];

static double abs_sum(int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += fabs((double)taps[i]);
    return sum;
}

/* Sum of |taps - sum of products|, relative to the sum of |taps|. */
static double error_of(int kh, int kw, int rank)
{
    double sum = 0;
    for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++) {
            double rest = taps[i * kw + j];
            for (int r = 0; r < rank; r++)
                rest -= (double)columns[r * kh + i] * (double)rows[r * kw + j];
            sum += fabs(rest);
        }
    return sum / abs_sum(kh * kw);
}

static int rank_of(int kh, int kw, int max_rank)
{
    int rank = -1;
    ck_assert_int_eq(rank_factor(taps, kh, kw, max_rank, &rank, columns, rows), IMC_OK);
    return rank;
}

/* The sum of r random outer products, rounded to float. */
static void make_sum(struct test_rng *rng, int kh, int kw, int r)
{
    double sum[SIDE], column[8][SIDE], row[8][SIDE];
    for (int k = 0; k < r; k++) {
        for (int i = 0; i < kh; i++)
            column[k][i] = 2 * test_random_unit(rng) - 1;
        for (int j = 0; j < kw; j++)
            row[k][j] = 2 * test_random_unit(rng) - 1;
    }
    for (int i = 0; i < kh; i++) {
        memset(sum, 0, sizeof sum);
        for (int k = 0; k < r; k++)
            for (int j = 0; j < kw; j++)
                sum[j] += column[k][i] * row[k][j];
        for (int j = 0; j < kw; j++)
            taps[i * kw + j] = (float)sum[j];
    }
}

START_TEST(test_random_sums)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(2000); n > 0; n--) {
        int kh = test_random_int(&rng, 1, 24), kw = test_random_int(&rng, 1, 24), side = kh < kw ? kh : kw;
        int r = test_random_int(&rng, 1, side < 8 ? side : 8);
        make_sum(&rng, kh, kw, r);
        int rank = rank_of(kh, kw, RANK_MAX);
        ck_assert_msg(rank <= r, "%dx%d of %d products gave rank %d", kh, kw, r, rank);
        /* a product can be small by chance, but not often: the tolerance is 2^-22 */
        ck_assert_msg(rank >= r - 1, "%dx%d of %d products gave rank %d", kh, kw, r, rank);
        ck_assert_double_lt(error_of(kh, kw, rank), 0x1p-21);
        if (rank > 1)
            ck_assert_int_eq(rank_of(kh, kw, rank - 1), rank); /* max_rank + 1: more are needed */
    }
}
END_TEST

START_TEST(test_random_sums_equal)
{
    struct test_rng rng = {test_seed() + 1};
    for (int r = 1; r <= 8; r++) {
        make_sum(&rng, 31, 17, r);
        ck_assert_int_eq(rank_of(31, 17, RANK_MAX), r);
    }
}
END_TEST

START_TEST(test_large)
{
    struct test_rng rng = {test_seed() + 2};
    make_sum(&rng, SIDE, SIDE, 3);
    ck_assert_int_eq(rank_of(SIDE, SIDE, RANK_MAX), 3);
    ck_assert_double_lt(error_of(SIDE, SIDE, 3), 0x1p-22);
    for (int i = 0; i < SIDE * SIDE; i++)
        taps[i] = (float)(test_random_unit(&rng) - 0.5);
    ck_assert_int_eq(rank_of(SIDE, SIDE, RANK_MAX), RANK_MAX + 1);
    ck_assert_int_eq(rank_of(SIDE, SIDE, 3), 4);
}
END_TEST

START_TEST(test_zero_and_limits)
{
    memset(taps, 0, sizeof taps);
    ck_assert_int_eq(rank_of(5, 7, 4), 0);
    taps[3] = 1;
    ck_assert_int_eq(rank_of(5, 7, 4), 1);
    ck_assert_int_eq(rank_of(5, 7, 0), 1); /* max_rank + 1 */
    int rank = -1;
    ck_assert_int_eq(rank_factor(taps, 5, 7, 4, &rank, NULL, NULL), IMC_OK);
    ck_assert_int_eq(rank, 1);
    taps[3] = INFINITY;
    ck_assert_int_eq(rank_of(5, 7, 4), 5);
    taps[3] = NAN;
    ck_assert_int_eq(rank_of(5, 7, 4), 5);
}
END_TEST

/* Integer kernels of rank 1: factors are integers and their products are the taps, exactly. */
START_TEST(test_integers)
{
    struct test_rng rng = {test_seed() + 3};
    for (long n = test_cases(2000); n > 0; n--) {
        int kh = test_random_int(&rng, 1, 12), kw = test_random_int(&rng, 1, 12), column[12], row[12], any_column = 0, any_row = 0;
        for (int i = 0; i < kh; i++)
            any_column |= column[i] = test_random_int(&rng, -60, 60);
        for (int j = 0; j < kw; j++)
            any_row |= row[j] = test_random_int(&rng, -60, 60);
        for (int i = 0; i < kh * kw; i++)
            taps[i] = (float)(column[i / kw] * row[i % kw]);
        ck_assert_int_eq(rank_of(kh, kw, 4), any_column && any_row ? 1 : 0);
        if (!any_column || !any_row)
            continue;
        for (int i = 0; i < kh * kw; i++)
            ck_assert_float_eq(columns[i / kw] * rows[i % kw], taps[i]);
        for (int i = 0; i < kh; i++)
            ck_assert_float_eq(columns[i], rintf(columns[i]));
        for (int j = 0; j < kw; j++)
            ck_assert_float_eq(rows[j], rintf(rows[j]));
    }
}
END_TEST

/* A constant kernel is ones times the constant, without rounding, although 1/9 is no dyadic fraction. */
START_TEST(test_constant_is_exact)
{
    for (int side = 1; side <= SIDE; side += 2) {
        for (int i = 0; i < side * side; i++)
            taps[i] = (float)(1.0 / (side * side));
        ck_assert_int_eq(rank_of(side, side, 2), 1);
        for (int i = 0; i < side; i++) {
            ck_assert_float_eq(columns[i], taps[0]);
            ck_assert_float_eq(rows[i], 1);
        }
    }
}
END_TEST

START_TEST(test_known_kernels)
{
    static const struct {
        float taps[9];
        int rank;
    } known[] = {
        {{-1, 0, 1, -2, 0, 2, -1, 0, 1}, 1}, {{0, 1, 0, 1, -4, 1, 0, 1, 0}, 2},    {{1, 1, 1, 1, -8, 1, 1, 1, 1}, 2},
        {{-2, -1, 0, -1, 0, 1, 0, 1, 2}, 2}, {{0, -1, 0, -1, 5, -1, 0, -1, 0}, 2}, {{5, 5, 5, -3, 0, -3, -3, -3, -3}, 2},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        memcpy(taps, known[k].taps, sizeof known[k].taps);
        ck_assert_int_eq(rank_of(3, 3, 3), known[k].rank);
        ck_assert_double_lt(error_of(3, 3, known[k].rank), 0x1p-22);
    }
}
END_TEST

static float largest(const float *values, int n)
{
    float most = 0;
    for (int i = 0; i < n; i++)
        most = fabsf(values[i]) > most ? fabsf(values[i]) : most;
    return most;
}

/* Values at both ends of a float's range: columns and rows share the size, so that neither overflows or loses bits. */
START_TEST(test_range)
{
    struct test_rng rng = {test_seed() + 4};
    static const float scales[] = {1e-36f, 1e36f};
    for (int k = 0; k < 2; k++) {
        make_sum(&rng, 9, 11, 2);
        for (int i = 0; i < 99; i++)
            taps[i] *= scales[k];
        ck_assert_int_eq(rank_of(9, 11, 4), 2);
        ck_assert_double_lt(error_of(9, 11, 2), 0x1p-21);
        float ratio = largest(columns, 9) / largest(rows, 11);
        ck_assert_msg(ratio > 0.1f && ratio < 10, "columns are %g times the rows", (double)ratio);
    }
}
END_TEST

START_TEST(test_repeats_itself)
{
    static float again[2][4 * 40];
    struct test_rng rng = {test_seed() + 5};
    make_sum(&rng, 40, 40, 4);
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(rank_of(40, 40, 4), 4);
        memcpy(again[k], columns, sizeof again[k]);
    }
    ck_assert_mem_eq(again[0], again[1], sizeof again[0]);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("rank");
    TCase *tcase = tcase_create("rank");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_random_sums);
    tcase_add_test(tcase, test_random_sums_equal);
    tcase_add_test(tcase, test_large);
    tcase_add_test(tcase, test_zero_and_limits);
    tcase_add_test(tcase, test_integers);
    tcase_add_test(tcase, test_constant_is_exact);
    tcase_add_test(tcase, test_known_kernels);
    tcase_add_test(tcase, test_range);
    tcase_add_test(tcase, test_repeats_itself);
    suite_add_tcase(suite, tcase);
    return suite;
}
