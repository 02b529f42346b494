/* test_utf8.c: what is UTF-8, and where it stops to be. */
#include "support/testing.h"

#include "base/utf8.h"

#include <string.h>

START_TEST(test_check)
{
    static const struct {
        const char *text;
        size_t good; /* bytes */
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x99\x82", 9},
        {"\xED\x9F\xBF\xEE\x80\x80", 6}, /* around the surrogates */
        {"\xF4\x8F\xBF\xBF", 4},         /* U+10FFFF */
        {"a\x80", 1},                    /* a tail without a head */
        {"ab\xC3", 2},                   /* cut */
        {"a\xC0\xAF", 1},
        {"a\xE0\x9F\xBF", 1}, /* overlong */
        {"a\xF0\x8F\xBF\xBF", 1},
        {"\xED\xA0\x80", 0}, /* a surrogate */
        {"\xF4\x90\x80\x80", 0},
        {"\xF8\x88\x80\x80\x80", 0},
        {"\xE2\x28\xA1", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t place, size = strlen(cases[i].text);
        ck_assert_int_eq(utf8_check(cases[i].text, size, &place), size == cases[i].good);
        ck_assert_uint_eq(place, cases[i].good);
    }
}
END_TEST

START_TEST(test_controls)
{
    ck_assert(!utf8_has_controls("conv1.weight \xC3\xA4\xC2\xA0"));
    ck_assert(utf8_has_controls("a\x1B[31m"));
    ck_assert(utf8_has_controls("a\x7F"));
    ck_assert(utf8_has_controls("a\xC2\x9B"));
}
END_TEST

START_TEST(test_cut)
{
    ck_assert_int_eq(utf8_cut("abc", 5), 3);
    ck_assert_int_eq(utf8_cut("abcdef", 4), 4);
    ck_assert_int_eq(utf8_cut("ab\xE2\x82\xAC", 5), 5);
    ck_assert_int_eq(utf8_cut("ab\xE2\x82\xAC", 4), 2);
    ck_assert_int_eq(utf8_cut("ab\xE2\x82\xAC", 3), 2);
    ck_assert_int_eq(utf8_cut("ab\xE2\x82\xAC", 2), 2);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_add_test(tests, test_check);
    tcase_add_test(tests, test_controls);
    tcase_add_test(tests, test_cut);
    suite_add_tcase(suite, tests);
    return suite;
}
