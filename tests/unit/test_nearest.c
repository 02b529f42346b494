/* test_nearest.c: which name was meant. */
#include "support/testing.h"

#include <imgconv/status.h>

#include <string.h>

static const char *const names[] = {"sobel", "sobel-x", "sobel-45", "scharr",     "mean",       "max",
                                    "log",   "log-5",   "gaussian", "laplacian4", "laplacian8", NULL};

START_TEST(test_slips)
{
    static const struct {
        const char *word, *meant;
    } cases[] = {
        {"sobel", "sobel"},
        {"SOBEL", "sobel"},
        {"sobl", "sobel"},
        {"sobell", "sobel"},
        {"osbel", "sobel"},
        {"sobelx", "sobel"},
        {"gausian", "gaussian"},
        {"guassian", "gaussian"},
        {"Gaussain", "gaussian"},
        {"laplacian", "laplacian4"},
        {"laplacian-8", "laplacian8"},
        {"schar", "scharr"},
        {"maen", "mean"},
        {"sobel_x", "sobel-x"},
        {"lo", "log"},
        {"log_5", "log-5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = imc_name_nearest(cases[i].word, names);
        ck_assert_msg(nearest && strcmp(nearest, cases[i].meant) == 0, "%s: %s", cases[i].word, nearest ? nearest : "nothing");
    }
}
END_TEST

START_TEST(test_far)
{
    static const char *const far[] = {"", "x", "blur", "kirsch", "photoshop", "sobelsobelsobel"};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++)
        ck_assert_msg(!imc_name_nearest(far[i], names), "%s: %s", far[i], imc_name_nearest(far[i], names));
    static const char *const letters[] = {"r", "g", "ab", NULL};
    static const char *const short_words[] = {"x", "", "r", "ac", "a"};
    for (size_t i = 0; i < sizeof short_words / sizeof *short_words; i++)
        ck_assert_ptr_null(imc_name_nearest(short_words[i], letters));
    static const char *const none[] = {NULL};
    ck_assert_ptr_null(imc_name_nearest("sobel", none));
}
END_TEST

/* Words and names of any length. */
START_TEST(test_long)
{
    char word[5000], name[5000];
    for (size_t n = 40; n < 60; n++) {
        memset(word, 'a', n);
        word[n] = 0;
        memset(name, 'a', n);
        name[n] = 0;
        name[0] = 'b';
        const char *const list[] = {name, NULL};
        const char *nearest = imc_name_nearest(word, list);
        ck_assert(nearest == NULL || nearest == name);
        ck_assert(n > 47 || nearest == name);
    }
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = 0;
    ck_assert_ptr_null(imc_name_nearest(word, names));
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tcase = tcase_create("nearest");
    tcase_add_test(tcase, test_slips);
    tcase_add_test(tcase, test_far);
    tcase_add_test(tcase, test_long);
    suite_add_tcase(suite, tcase);
    return suite;
}
