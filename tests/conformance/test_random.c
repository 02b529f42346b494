/* test_random.c: random cases of small size against the float64 reference. IMGCONV_TEST_CASES sets their number, IMGCONV_TEST_SEED
 * and IMGCONV_TEST_CASE repeat one.
 */
#include "conformance/conv_case.h"

#include <stdio.h>

enum { FAULTS_SHOWN = 3, WORK_MAX = 20000 };

/* Draws levels, again and again until the case is cheap enough. */
static void draw_levels(signed char levels[FACTORS], struct test_rng *rng)
{
    do {
        bool large = test_random_int(rng, 0, 15) == 0;
        for (int f = 0; f < FACTORS; f++) {
            int count = large ? factor_levels((enum factor)f) : factor_small_levels((enum factor)f);
            levels[f] = (signed char)test_random_int(rng, 0, count - 1);
        }
    } while (case_work(levels) > WORK_MAX);
}

START_TEST(random_cases_agree_with_the_reference)
{
    long cases = test_cases(20000), asked = case_asked();
    int wrong = 0;
    for (long i = asked < 0 ? 0 : asked; i < (asked < 0 ? cases : asked + 1) && wrong < FAULTS_SHOWN; i++) {
        struct test_rng rng = {test_seed() * 0x9e3779b97f4a7c15u + (uint64_t)i * 0xd1342543de82ef95u};
        signed char levels[FACTORS];
        draw_levels(levels, &rng);
        char repeat[120];
        snprintf(repeat, sizeof repeat, "IMGCONV_TEST_SEED=%llu IMGCONV_TEST_CASE=%ld", (unsigned long long)test_seed(), i);
        wrong += !case_check(levels, test_random(&rng), repeat);
    }
    ck_assert_msg(!wrong, "%d cases differ from the reference", wrong);
    printf("%ld random cases\n", asked < 0 ? cases : 1);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, random_cases_agree_with_the_reference);
    suite_add_tcase(suite, tests);
    return suite;
}
