/* test_srgb.c: the sRGB curve against the standard's formula in libm, on both sides of its joint and beyond 0..1. */
#include "filter/srgb.h"
#include "support/testing.h"

#include <math.h>

static double decode(double v)
{
    double a = fabs(v);
    return copysign(a <= 0.04045 ? a / 12.92 : pow((a + 0.055) / 1.055, 2.4), v);
}

static double encode(double v)
{
    double a = fabs(v);
    return copysign(a <= 0.0031308 ? a * 12.92 : 1.055 * pow(a, 1 / 2.4) - 0.055, v);
}

START_TEST(curve_is_the_standards)
{
    for (int i = -3000; i <= 6000; i++) {
        float v = (float)i / 3000;
        ck_assert_double_eq_tol(srgb_decode(v), decode(v), 1.2e-7 * (1 + fabs(decode(v))));
        ck_assert_double_eq_tol(srgb_encode(v), encode(v), 1.2e-7 * (1 + fabs(encode(v))));
    }
    for (int i = 0; i <= 2000; i++) { /* around the joint of each direction */
        float v = (float)(0.0028 + i * 1e-6), w = (float)(0.039 + i * 1e-6);
        ck_assert_double_eq_tol(srgb_encode(v), encode(v), 1e-8);
        ck_assert_double_eq_tol(srgb_decode(w), decode(w), 1e-9);
    }
}
END_TEST

START_TEST(encode_undoes_decode)
{
    for (int i = 0; i <= 65535; i++) {
        float v = (float)i / 65535;
        ck_assert_double_eq_tol(srgb_encode(srgb_decode(v)), v, 4e-7);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("srgb");
    TCase *cases = tcase_create("srgb");
    tcase_add_test(cases, curve_is_the_standards);
    tcase_add_test(cases, encode_undoes_decode);
    suite_add_tcase(suite, cases);
    return suite;
}
