/* test_mathx.c: our exp, log, pow, sin and cos against the system's, within a few units in the last place. */
#include "support/testing.h"

#include "base/mathx.h"

#include <math.h>
#include <string.h>

enum { ULP_MAX = 4 };

/* Distance in units of the last place of `expected`. */
static double ulps(double value, double expected)
{
    if (value == expected)
        return 0;
    double next = nextafter(fabs(expected), INFINITY) - fabs(expected);
    return fabs(value - expected) / next;
}

START_TEST(test_exp)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(300000); n > 0; n--) {
        double x = -700 + 1400 * test_random_unit(&rng);
        x *= n % 3 == 0 ? 1 : n % 3 == 1 ? 0.01 : 1e-6;
        ck_assert_msg(ulps(mathx_exp(x), exp(x)) <= ULP_MAX, "exp(%a) is %a, not %a", x, mathx_exp(x), exp(x));
    }
}
END_TEST

START_TEST(test_exp_ends)
{
    ck_assert_double_eq(mathx_exp(0), 1);
    ck_assert_double_eq(mathx_exp(-0.0), 1);
    ck_assert_double_eq(mathx_exp(-746), 0);
    ck_assert_double_eq(mathx_exp(-1e300), 0);
    ck_assert_double_eq(mathx_exp(-INFINITY), 0);
    ck_assert(isinf(mathx_exp(710)));
    ck_assert(isinf(mathx_exp(INFINITY)));
    for (double x = -745; x < -708; x += 0.37) /* subnormal results: one unit of those */
        ck_assert_msg(fabs(mathx_exp(x) - exp(x)) <= ULP_MAX * 0x1p-1074, "exp(%a) is %a, not %a", x, mathx_exp(x), exp(x));
    for (double x = 709; x < 709.78; x += 0.01)
        ck_assert_msg(ulps(mathx_exp(x), exp(x)) <= ULP_MAX, "exp(%a) is %a, not %a", x, mathx_exp(x), exp(x));
}
END_TEST

/* Any positive, normal double. */
static double random_positive(struct test_rng *rng)
{
    uint64_t bits = (uint64_t)test_random_int(rng, 1, 2046) << 52 | test_random(rng) >> 12;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

START_TEST(test_log)
{
    struct test_rng rng = {test_seed() + 1};
    ck_assert_double_eq(mathx_log(1), 0);
    for (long n = test_cases(300000); n > 0; n--) {
        double x = n % 3 == 0   ? random_positive(&rng)
                   : n % 3 == 1 ? 0.5 + test_random_unit(&rng)
                                : 1 + 1e-6 * (test_random_unit(&rng) - 0.5);
        ck_assert_msg(ulps(mathx_log(x), log(x)) <= ULP_MAX, "log(%a) is %a, not %a", x, mathx_log(x), log(x));
    }
}
END_TEST

/* pow is exp(y log x): an error of one unit in y log x, which is up to 2^-43 for results near the ends of the range, is an error
 * of the result itself. So 4 units hold where |y log x| is at most 1, and the bound grows with it. */
START_TEST(test_pow)
{
    struct test_rng rng = {test_seed() + 2};
    ck_assert_double_eq(mathx_pow(0, 2.4), 0);
    ck_assert_double_eq(mathx_pow(7, 0), 1);
    ck_assert_double_eq(mathx_pow(0, 0), 1);
    for (long n = test_cases(300000); n > 0; n--) {
        double x = n % 2 ? test_random_unit(&rng) + 1e-9 : 100 * test_random_unit(&rng) + 1e-9, y = 6 * test_random_unit(&rng) - 3;
        double expected = pow(x, y), allowed = ULP_MAX * (1 + fabs(y * log(x)));
        ck_assert_msg(ulps(mathx_pow(x, y), expected) <= allowed, "pow(%a, %a) is %a, not %a", x, y, mathx_pow(x, y), expected);
    }
}
END_TEST

START_TEST(test_sin_cos)
{
    struct test_rng rng = {test_seed() + 3};
    static const double reach[] = {0.8, 7, 1000, 1e6, 1e-5};
    ck_assert_double_eq(mathx_sin(0), 0);
    ck_assert_double_eq(mathx_cos(0), 1);
    for (long n = test_cases(300000); n > 0; n--) {
        double x = reach[n % 5] * (2 * test_random_unit(&rng) - 1);
        ck_assert_msg(ulps(mathx_sin(x), sin(x)) <= ULP_MAX, "sin(%a) is %a, not %a", x, mathx_sin(x), sin(x));
        ck_assert_msg(ulps(mathx_cos(x), cos(x)) <= ULP_MAX, "cos(%a) is %a, not %a", x, mathx_cos(x), cos(x));
    }
    for (int k = -600000; k <= 600000; k += 7) { /* near the zeros, where the reduction of the argument shows */
        double x = k * 0x1.921fb54442d18p+0;
        ck_assert_msg(ulps(mathx_sin(x), sin(x)) <= ULP_MAX, "sin(%a) is %a, not %a", x, mathx_sin(x), sin(x));
        ck_assert_msg(ulps(mathx_cos(x), cos(x)) <= ULP_MAX, "cos(%a) is %a, not %a", x, mathx_cos(x), cos(x));
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("mathx");
    TCase *tcase = tcase_create("mathx");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_exp);
    tcase_add_test(tcase, test_exp_ends);
    tcase_add_test(tcase, test_log);
    tcase_add_test(tcase, test_pow);
    tcase_add_test(tcase, test_sin_cos);
    suite_add_tcase(suite, tcase);
    return suite;
}
