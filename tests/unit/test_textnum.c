/* test_textnum.c: numbers with a point, whatever the locale says. */
#include "support/testing.h"

#include "base/textnum.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

START_TEST(test_read_double)
{
    static const struct {
        const char *text;
        bool good;
        double value;
        int length;
    } cases[] = {
        {"1", true, 1, 1},           {"-0.5x", true, -0.5, 4}, {"+.25,", true, 0.25, 4}, {"1e3 ", true, 1000, 3},
        {"0x1p-4", true, 0.0625, 6}, {"1.", true, 1, 2},       {"1,5", true, 1, 1},      {"2e", true, 2, 1},
        {"", false, 0, 0},           {" 1", false, 0, 0},      {"nan", false, 0, 0},     {"-inf", false, 0, 0},
        {"infinity", false, 0, 0},   {".", false, 0, 0},       {"-", false, 0, 0},       {"e5", false, 0, 0},
        {"1e999", false, 0, 0},      {"-1e999", false, 0, 0},  {"--1", false, 0, 0},     {"1e-999", true, 0, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *end = NULL;
        double value = 77;
        ck_assert_msg(text_to_double(cases[i].text, &end, &value) == cases[i].good, "'%s'", cases[i].text);
        ck_assert_msg(end == cases[i].text + cases[i].length, "'%s' was read to %td", cases[i].text, end - cases[i].text);
        if (cases[i].good)
            ck_assert_double_eq(value, cases[i].value);
    }
}
END_TEST

START_TEST(test_read_int)
{
    static const struct {
        const char *text;
        bool good;
        int value, length;
    } cases[] = {
        {"5", true, 5, 1},
        {"-10x", true, -10, 3},
        {"+7", true, 7, 2},
        {"0x5", true, 0, 1},
        {"100", true, 100, 3},
        {"101", false, 0, 0},
        {"-11", false, 0, 0},
        {"", false, 0, 0},
        {" 5", false, 0, 0},
        {"-", false, 0, 0},
        {"x", false, 0, 0},
        {"- 5", false, 0, 0},
        {"99999999999999999999", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *end = NULL;
        int value = 0;
        ck_assert_msg(text_to_int(cases[i].text, &end, -10, 100, &value) == cases[i].good, "'%s'", cases[i].text);
        ck_assert_msg(end == cases[i].text + cases[i].length, "'%s' was read to %td", cases[i].text, end - cases[i].text);
        ck_assert_int_eq(value, cases[i].value);
    }
}
END_TEST

START_TEST(test_write)
{
    static const struct {
        float value;
        const char *text;
    } cases[] = {{0, "0"},        {1, "1"},          {-2.5f, "-2.5"},          {0.0625f, "0.0625"},
                 {0.1f, "0.1"},   {1e-10f, "1e-10"}, {1 / 3.0f, "0.33333334"}, {3.4028235e38f, "3.4028235e+38"},
                 {0.01f, "0.01"}, {0.001f, "0.001"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        text_from_float(text, sizeof text, cases[i].value);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

/* Every float comes back from its text, to the bit. */
static void check_round_trips(uint64_t seed, long count)
{
    struct test_rng rng = {seed};
    while (count-- > 0) {
        uint32_t bits = (uint32_t)test_random(&rng);
        float value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[32];
        const char *end;
        double number;
        text_from_float(text, sizeof text, value);
        ck_assert_msg(text_to_double(text, &end, &number) && *end == 0, "%s", text);
        back = (float)number;
        ck_assert_msg(memcmp(&back, &value, sizeof back) == 0, "%a became %s", (double)value, text);
    }
}

START_TEST(test_round_trips)
{
    check_round_trips(test_seed(), test_cases(100000));
}
END_TEST

START_TEST(test_bytes)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},
        {1, "1 byte"},
        {1023, "1023 bytes"},
        {1024, "1 KiB"},
        {1025, "1.1 KiB"}, /* rounded up: more than 1 KiB does not look like it */
        {1536, "1.5 KiB"},
        {1048575, "1 MiB"},
        {85354086, "81.4 MiB"},
        {(uint64_t)4 << 30, "4 GiB"},
        {((uint64_t)4 << 30) + 1, "4.1 GiB"},
        {(uint64_t)1023 << 40, "1023 TiB"},
        {UINT64_MAX, "16 EiB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT_BYTES_MAX];
        ck_assert_str_eq(text_from_bytes(text, cases[i].bytes), cases[i].text);
    }
}
END_TEST

START_TEST(test_comma_locale)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE",      "fr_FR.UTF-8", "fr_FR.utf8",
                                        "nl_NL.utf8",  "sv_SE.utf8", "pl_PL.utf8", NULL};
    int i = 0;
    while (names[i] && !setlocale(LC_ALL, names[i]))
        i++;
    if (!names[i]) {
        printf("skipped: no locale with a decimal comma is installed\n");
        return;
    }
    char text[32];
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5"); /* the host's own locale, before ... */
    check_round_trips(test_seed() + 1, 1000);
    text_from_float(text, sizeof text, 0.5f);
    ck_assert_str_eq(text, "0.5");
    char bytes[TEXT_BYTES_MAX];
    ck_assert_str_eq(text_from_bytes(bytes, 1536), "1.5 KiB");
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5"); /* ... and after */
    setlocale(LC_ALL, "C");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("textnum");
    TCase *tcase = tcase_create("textnum");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_read_double);
    tcase_add_test(tcase, test_read_int);
    tcase_add_test(tcase, test_write);
    tcase_add_test(tcase, test_round_trips);
    tcase_add_test(tcase, test_bytes);
    tcase_add_test(tcase, test_comma_locale);
    suite_add_tcase(suite, tcase);
    return suite;
}
