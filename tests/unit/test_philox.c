/* test_philox.c: Philox against the published answers, and the numbers made of it against what their distribution says. */
#include "support/testing.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From the known-answer file of Random123, the authors' own library: key, counter, answer. */
static const struct {
    uint32_t key[2], counter[4], answer[4];
} known[] = {
    {{0, 0}, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{~0u, ~0u}, {~0u, ~0u, ~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

START_TEST(known_answers)
{
    uint32_t block[4];
    random_block(known[_i].key, known[_i].counter, block);
    ck_assert_mem_eq(block, known[_i].answer, sizeof block);
}
END_TEST

START_TEST(a_stream_is_its_counters)
{
    struct random random;
    uint32_t key[2] = {0x89abcdefu, 0x01234567u}, counter[4] = {RANDOM_AUGMENT, 7, 9, 0}, block[4];
    random_start(&random, 0x0123456789abcdefu, RANDOM_AUGMENT, 7, 9);
    for (uint32_t draw = 0; draw < 5; draw++) {
        counter[3] = draw;
        random_block(key, counter, block);
        for (int i = 0; i < 4; i++)
            ck_assert_uint_eq(random_word(&random), block[i]);
    }
}
END_TEST

/* Means of n numbers of variance v stray by sqrt(v/n); 6 of those are never passed with these fixed seeds. */
START_TEST(unit_and_normal)
{
    enum { COUNT = 200000 };
    struct random random;
    double sum[5] = {0};
    random_start(&random, 1, RANDOM_INIT, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        float x = random_unit(&random), z = random_normal(&random);
        ck_assert(x >= 0 && x < 1);
        ck_assert(fabsf(z) < 7);
        sum[0] += x;
        sum[1] += (x - 0.5) * (x - 0.5);
        sum[2] += z;
        sum[3] += (double)z * z;
        sum[4] += (double)z * z * z * z;
    }
    static const double mean[] = {0.5, 1 / 12.0, 0, 1, 3}, variance[] = {1 / 12.0, 1 / 180.0, 1, 2, 96};
    for (int i = 0; i < 5; i++)
        ck_assert_msg(fabs(sum[i] / COUNT - mean[i]) < 6 * sqrt(variance[i] / COUNT), "%d: %g, not %g", i, sum[i] / COUNT, mean[i]);
}
END_TEST

START_TEST(below)
{
    enum { N = 7, COUNT = 70000 };
    struct random random;
    int seen[N] = {0};
    random_start(&random, 2, RANDOM_SHUFFLE, 0, 0);
    for (int i = 0; i < COUNT; i++)
        seen[random_below(&random, N)]++;
    for (int i = 0; i < N; i++)
        ck_assert_int_lt(abs(seen[i] - COUNT / N), 6 * 93); /* sqrt(COUNT/7 * 6/7) = 93 */
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(random_below(&random, 1), 0);
        ck_assert_uint_lt(random_below(&random, 0xfffffff0u), 0xfffffff0u);
    }
    /* With n = 3 * 2^30, multiples of 3 would come half as often again without the refusal. */
    int thirds = 0;
    for (int i = 0; i < COUNT; i++)
        thirds += random_below(&random, 3u << 30) % 3 == 0;
    ck_assert_int_lt(abs(thirds - COUNT / 3), 6 * 125);
}
END_TEST

START_TEST(permutation)
{
    enum { N = 5, COUNT = 10000 };
    struct random random;
    int first[N] = {0};
    for (uint32_t epoch = 0; epoch < COUNT; epoch++) {
        uint32_t order[N], seen = 0;
        random_start(&random, 3, RANDOM_SHUFFLE, epoch, 0);
        random_permutation(&random, order, N);
        for (int i = 0; i < N; i++)
            seen |= 1u << order[i];
        ck_assert_uint_eq(seen, (1u << N) - 1);
        first[order[0]]++;
    }
    for (int i = 0; i < N; i++)
        ck_assert_int_lt(abs(first[i] - COUNT / N), 6 * 40);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");
    tcase_add_loop_test(tests, known_answers, 0, sizeof known / sizeof *known);
    tcase_add_test(tests, a_stream_is_its_counters);
    tcase_add_test(tests, unit_and_normal);
    tcase_add_test(tests, below);
    tcase_add_test(tests, permutation);
    suite_add_tcase(suite, tests);
    return suite;
}
