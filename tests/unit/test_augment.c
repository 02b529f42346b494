/* test_augment.c: augmentation: nothing asked changes nothing, one change does what its name says, and the same counters give
 * the same picture. */
#include "support/testing.h"

#include "data/augment.h"
#include "data/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint8_t digit[DIGITS_PIXELS], changed[DIGITS_PIXELS];
static void *scratch;

static void setup(void)
{
    scratch = malloc(augment_scratch(DIGITS_SIDE, DIGITS_SIDE));
    digits_draw(1, DIGITS_TRAIN, 3, digit);
}

static void teardown(void)
{
    free(scratch);
}

static void change(const struct augment *augment, uint32_t epoch, uint32_t image)
{
    augment_picture(augment, DIGITS_SIDE, DIGITS_SIDE, digit, changed, 1, epoch, image, scratch);
}

struct moments {
    double mass, x, y, xx, xy, yy;
};

static struct moments moments(const uint8_t *pixels)
{
    struct moments m = {0};
    for (int i = 0; i < DIGITS_PIXELS; i++) {
        m.mass += pixels[i];
        m.x += pixels[i] * (i % DIGITS_SIDE);
        m.y += pixels[i] * (i / DIGITS_SIDE);
    }
    m.x /= m.mass;
    m.y /= m.mass;
    for (int i = 0; i < DIGITS_PIXELS; i++) {
        double x = i % DIGITS_SIDE - m.x, y = i / DIGITS_SIDE - m.y, part = pixels[i] / m.mass;
        m.xx += part * x * x;
        m.xy += part * x * y;
        m.yy += part * y * y;
    }
    return m;
}

START_TEST(nothing)
{
    struct augment none = {0}, all;
    augment_default(&all);
    ck_assert(!augment_is_any(&none));
    ck_assert(augment_is_any(&all));
    change(&none, 3, 4);
    ck_assert_mem_eq(changed, digit, DIGITS_PIXELS);
}
END_TEST

START_TEST(counters)
{
    uint8_t first[DIGITS_PIXELS];
    struct augment all;
    augment_default(&all);
    change(&all, 3, 4);
    memcpy(first, changed, DIGITS_PIXELS);
    change(&all, 3, 5);
    ck_assert_mem_ne(changed, first, DIGITS_PIXELS);
    change(&all, 2, 4);
    ck_assert_mem_ne(changed, first, DIGITS_PIXELS);
    change(&all, 3, 4);
    ck_assert_mem_eq(changed, first, DIGITS_PIXELS);
}
END_TEST

/* Over many pictures each change stays within its bounds, reaches near to them, and is even on both sides. */
static void check_range(const char *what, double (*measure)(const struct moments *before, const struct moments *after),
                        struct augment augment, double low, double high)
{
    enum { PICTURES = 400 };
    struct moments before = moments(digit);
    double least = 1e9, most = -1e9, sum = 0;
    for (uint32_t i = 0; i < PICTURES; i++) {
        change(&augment, 0, i);
        struct moments after = moments(changed);
        double value = measure(&before, &after);
        least = fmin(least, value);
        most = fmax(most, value);
        sum += value / PICTURES;
    }
    double slack = 0.06 * (high - low);
    ck_assert_msg(least > low - slack && least < low + 2 * slack, "%s: least %f, not about %f", what, least, low);
    ck_assert_msg(most < high + slack && most > high - 2 * slack, "%s: most %f, not about %f", what, most, high);
    ck_assert_msg(fabs(sum - 0.5 * (low + high)) < 2 * slack, "%s: mean %f", what, sum);
}

static double moved_x(const struct moments *before, const struct moments *after)
{
    return after->x - before->x;
}

static double turned(const struct moments *before, const struct moments *after)
{
    double was = 0.5 * atan2(2 * before->xy, before->xx - before->yy), is = 0.5 * atan2(2 * after->xy, after->xx - after->yy);
    return remainder(is - was, 3.14159265) * 180 / 3.14159265;
}

static double grown(const struct moments *before, const struct moments *after)
{
    return sqrt((after->xx + after->yy) / (before->xx + before->yy));
}

static double slanted(const struct moments *before, const struct moments *after)
{
    return after->xy / after->yy - before->xy / before->yy;
}

static double inked(const struct moments *before, const struct moments *after)
{
    return after->mass / before->mass;
}

START_TEST(ranges)
{
    check_range("shift", moved_x, (struct augment){.shift = 2}, -2, 2);
    check_range("rotation", turned, (struct augment){.rotation = 10}, -10, 10);
    check_range("scale", grown, (struct augment){.scale = 0.1f}, 0.88, 1.12); /* the longer side is scaled by up to 13 % */
    check_range("shear", slanted, (struct augment){.shear = 0.2f}, -0.2, 0.2);
    struct moments before = moments(digit);
    change(&(struct augment){.stroke = 1}, 0, 0);
    struct moments after = moments(changed);
    ck_assert(inked(&before, &after) != 1);
    change(&(struct augment){.elastic = 1}, 0, 0);
    after = moments(changed);
    ck_assert(fabs(moved_x(&before, &after)) < 1);
    ck_assert_mem_ne(changed, digit, DIGITS_PIXELS);
}
END_TEST

/* Any size, extreme changes: nothing outside is read or written (the sanitizers watch). */
START_TEST(sizes)
{
    struct test_rng rng = {test_seed()};
    struct augment wild = {.shift = 50, .rotation = 180, .scale = 0.9f, .shear = 2, .stroke = 1, .elastic = 30};
    for (long n = test_cases(200); n > 0; n--) {
        int height = test_random_int(&rng, 1, 40), width = test_random_int(&rng, 1, 40);
        size_t size = (size_t)(height * width);
        uint8_t *in = malloc(size), *out = malloc(size);
        void *room = malloc(augment_scratch(height, width));
        for (size_t i = 0; i < size; i++)
            in[i] = (uint8_t)test_random(&rng);
        augment_picture(&wild, height, width, in, out, 1, 0, (uint32_t)n, room);
        augment_picture(&(struct augment){0}, height, width, in, out, 1, 0, (uint32_t)n, room);
        ck_assert_mem_eq(in, out, size);
        free(in);
        free(out);
        free(room);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("augment");
    TCase *tests = tcase_create("augment");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, nothing);
    tcase_add_test(tests, counters);
    tcase_add_test(tests, ranges);
    tcase_add_test(tests, sizes);
    suite_add_tcase(suite, tests);
    return suite;
}
