/* test_digits.c: drawn digits: the same for ever, alike in form to MNIST's, and different from each other. */
#include "support/testing.h"

#include "base/pool.h"
#include "data/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t GOLDEN = 0xd6f7ac50u;

/* FNV-1a. */
static uint32_t hash(const uint8_t *bytes, size_t size)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * 16777619u;
    return sum;
}

START_TEST(threads_change_nothing)
{
    enum { TRAIN = 1000, TEST = 300 };
    struct dataset_pair pair[2];
    struct imc_error error;
    uint8_t one[DIGITS_PIXELS];
    for (int i = 0; i < 2; i++) {
        struct pool *pool = pool_create(i ? 3 : 1);
        ck_assert_msg(digits_dataset(5, TRAIN, TEST, pool, &pair[i], &error) == IMC_OK, "%s", error.message);
        pool_destroy(pool);
    }
    ck_assert_int_eq(pair[0].train.count, TRAIN);
    ck_assert_int_eq(pair[0].test.count, TEST);
    ck_assert_int_eq(pair[0].train.classes, 10);
    ck_assert_mem_eq(pair[0].train.pixels, pair[1].train.pixels, (size_t)TRAIN * DIGITS_PIXELS);
    ck_assert_mem_eq(pair[0].test.pixels, pair[1].test.pixels, (size_t)TEST * DIGITS_PIXELS);
    ck_assert_mem_ne(pair[0].train.pixels, pair[0].test.pixels, DIGITS_PIXELS);
    ck_assert_int_eq(pair[0].train.labels[777], 7);
    digits_draw(5, DIGITS_TEST, 123, one);
    ck_assert_mem_eq(one, dataset_picture(&pair[0].test, 123), DIGITS_PIXELS);
    dataset_pair_free(&pair[0]);
    dataset_pair_free(&pair[1]);
}
END_TEST

/* A seed means the same pictures on every machine and in every version: trained models and published figures hang on it. */
START_TEST(golden)
{
    static uint8_t pixels[100][DIGITS_PIXELS];
    for (uint32_t i = 0; i < 100; i++)
        digits_draw(1, DIGITS_TRAIN, i, pixels[i]);
    ck_assert_msg(hash(pixels[0], sizeof pixels) == GOLDEN, "the first hundred digits of seed 1 have hash 0x%08x",
                  hash(pixels[0], sizeof pixels));
}
END_TEST

/* MNIST's form: ink fills a box of 20 in one direction, and its centre of mass is pixel (14, 14), to half a pixel. */
START_TEST(form)
{
    double ink = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        uint8_t pixels[DIGITS_PIXELS];
        int left = 28, right = -1, top = 28, bottom = -1, most = 0;
        double mass = 0, x = 0, y = 0;
        digits_draw(9, DIGITS_TRAIN, i, pixels);
        for (int p = 0; p < DIGITS_PIXELS; p++) {
            most = pixels[p] > most ? pixels[p] : most;
            mass += pixels[p];
            x += pixels[p] * (p % 28);
            y += pixels[p] * (p / 28);
            if (pixels[p] < 8)
                continue;
            left = p % 28 < left ? p % 28 : left;
            right = p % 28 > right ? p % 28 : right;
            top = p / 28 < top ? p / 28 : top;
            bottom = p / 28 > bottom ? p / 28 : bottom;
        }
        int side = right - left > bottom - top ? right - left + 1 : bottom - top + 1;
        ck_assert_msg(side >= 18 && side <= 20, "digit %u is %d pixels large", i, side);
        ck_assert_msg(most >= 150, "digit %u is faint: %d", i, most);
        if (side == 20 || (left > 4 && right < 23)) /* else the frame holds it back */
            ck_assert_msg(fabs(x / mass - 14) < 4.1 && fabs(y / mass - 14) < 4.1, "digit %u: %f %f", i, x / mass, y / mass);
        ink += mass / 255 / DIGITS_PIXELS / 2000;
    }
    ck_assert_msg(ink > 0.115 && ink < 0.145, "mean ink %f; MNIST has 0.131", ink);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("digits");
    TCase *tests = tcase_create("digits");
    tcase_add_test(tests, threads_change_nothing);
    tcase_add_test(tests, golden);
    tcase_add_test(tests, form);
    suite_add_tcase(suite, tests);
    return suite;
}
