/* test_pairwise.c: a set of cases in which every pair of levels of any two factors occurs (a covering array of strength 2), each
 * against the float64 reference.
 *
 * The set is made greedily: a row begins with a pair not yet covered, and takes for each other factor, in random order, the level
 * that covers most new pairs. Rows that would cost the reference too much are never made; each pair by itself is cheap enough.
 */
#include "conformance/conv_case.h"

#include <stdio.h>
#include <string.h>

enum { FAULTS_SHOWN = 3, WORK_MAX = 3000000, ROWS_MAX = 2000 };

static bool covered[FACTORS][LEVELS_MAX][FACTORS][LEVELS_MAX];

static void mark(int f, int a, int g, int b)
{
    covered[f][a][g][b] = covered[g][b][f][a] = true;
}

/* New pairs that level `a` of factor `f` makes with what the row already holds. */
static int gain_of(const signed char row[FACTORS], int f, int a)
{
    int gain = 0;
    for (int g = 0; g < FACTORS; g++)
        if (g != f && row[g] >= 0)
            gain += !covered[f][a][g][row[g]];
    return gain;
}

static void choose_level(signed char row[FACTORS], int f, struct test_rng *rng)
{
    int best = -1, start = test_random_int(rng, 0, factor_levels((enum factor)f) - 1), chosen = 0;
    for (int k = 0; k < factor_levels((enum factor)f); k++) {
        int a = (start + k) % factor_levels((enum factor)f), gain = gain_of(row, f, a);
        row[f] = (signed char)a;
        if (gain > best && case_work(row) <= WORK_MAX) {
            best = gain;
            chosen = a;
        }
    }
    row[f] = (signed char)chosen;
}

static bool find_uncovered(signed char row[FACTORS])
{
    memset(row, -1, FACTORS);
    for (int f = 0; f < FACTORS; f++)
        for (int g = f + 1; g < FACTORS; g++)
            for (int a = 0; a < factor_levels((enum factor)f); a++)
                for (int b = 0; b < factor_levels((enum factor)g); b++)
                    if (!covered[f][a][g][b]) {
                        row[f] = (signed char)a;
                        row[g] = (signed char)b;
                        return true;
                    }
    return false;
}

static void complete(signed char row[FACTORS], struct test_rng *rng)
{
    int order[FACTORS];
    for (int i = 0; i < FACTORS; i++) {
        int j = test_random_int(rng, 0, i);
        order[i] = order[j];
        order[j] = i;
    }
    for (int i = 0; i < FACTORS; i++)
        if (row[order[i]] < 0)
            choose_level(row, order[i], rng);
    for (int f = 0; f < FACTORS; f++)
        for (int g = f + 1; g < FACTORS; g++)
            mark(f, row[f], g, row[g]);
}

START_TEST(every_pair_of_settings_agrees_with_the_reference)
{
    struct test_rng rng = {20240611}; /* the set is the same in every run */
    signed char row[FACTORS];
    int rows = 0, wrong = 0;
    memset(covered, 0, sizeof covered);
    for (; find_uncovered(row) && wrong < FAULTS_SHOWN; rows++) {
        ck_assert_int_lt(rows, ROWS_MAX);
        complete(row, &rng);
        ck_assert_msg(case_work(row) <= WORK_MAX, "row %d is too large for the reference", rows);
        char repeat[80];
        snprintf(repeat, sizeof repeat, "pairwise case %d: IMGCONV_TEST_CASE=%d", rows, rows);
        if (case_asked() < 0 || case_asked() == rows)
            wrong += !case_check(row, 1000 + (uint64_t)rows, repeat);
    }
    ck_assert_msg(!wrong, "%d cases differ from the reference", wrong);
    printf("%d cases cover every pair\n", rows);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pairwise");
    TCase *tests = tcase_create("pairwise");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, every_pair_of_settings_agrees_with_the_reference);
    suite_add_tcase(suite, tests);
    return suite;
}
