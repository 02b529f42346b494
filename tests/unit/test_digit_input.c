/* test_digit_input.c: pictures of digits brought into MNIST's form, and told from what is none. */
#include "support/digitphoto.h"
#include "support/picturefile.h"
#include "support/testing.h"

#include "data/digit_input.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct digit_input input;

static void prepare(const uint8_t *gray, int height, int width)
{
    struct imc_error error;
    ck_assert_msg(digit_input_gray(gray, height, width, "test", &input, &error) == IMC_OK, "%s", error.message);
}

static const struct {
    int height, width;
} sizes[] = {{160, 200}, {200, 160}, {96, 96}, {480, 640}};

/* The box that is found is that of the pen's line, to a twelfth of the picture. */
START_TEST(photographs)
{
    enum { PHOTOS = 8 };
    int height = sizes[_i].height, width = sizes[_i].width;
    double slack = 0.08 * (height > width ? height : width);
    uint8_t *gray = malloc((size_t)(height * width));
    for (uint32_t i = 0; i < PHOTOS; i++) {
        struct digit_photo photo;
        digit_photo_draw(7, i, (int)i % 10, height, width, gray, &photo);
        prepare(gray, height, width);
        ck_assert_msg(input.verdict == DIGIT_FINE, "photo %u: %s", i, digit_verdict_text(input.verdict));
        ck_assert_int_eq(input.light_on_dark, photo.light_on_dark);
        ck_assert_msg(fabs((double)photo.left - input.left) < slack && fabs((double)photo.right - input.right) < slack &&
                          fabs((double)photo.top - input.top) < slack && fabs((double)photo.bottom - input.bottom) < slack,
                      "photo %u: box %d,%d to %d,%d", i, input.left, input.top, input.right, input.bottom);
    }
    free(gray);
}
END_TEST

/* As a part of b's ink, at the best of nine places: a centre of mass between two pixels may go either way. */
static double difference(const uint8_t *a, const uint8_t *b)
{
    double least = 1e9;
    for (int place = 0; place < 9; place++) {
        double differ = 0, mass = 0;
        int shift = (place / 3 - 1) * DIGITS_SIDE + place % 3 - 1;
        for (int p = DIGITS_SIDE + 1; p < DIGITS_PIXELS - DIGITS_SIDE - 1; p++) {
            differ += abs(a[p + shift] - b[p]);
            mass += b[p];
        }
        least = fmin(least, differ / mass);
    }
    return least;
}

/* A digit of MNIST's own form, enlarged without its margin kept, comes back nearly as it was. */
START_TEST(there_and_back)
{
    enum { TIMES = 8, LARGE = 28 * TIMES, DIGITS = 20 };
    static uint8_t large[LARGE * LARGE];
    uint8_t digit[DIGITS_PIXELS];
    double sum = 0;
    for (uint32_t i = 0; i < DIGITS; i++) {
        digits_draw(3, DIGITS_TRAIN, i, digit);
        for (int p = 0; p < LARGE * LARGE; p++) { /* dark on light, edges of pixels smoothed by interpolation */
            double x = (p % LARGE + 0.5) / TIMES - 0.5, y = (p / LARGE + 0.5) / TIMES - 0.5;
            int x0 = x < 0 ? 0 : x > 26 ? 26 : (int)x, y0 = y < 0 ? 0 : y > 26 ? 26 : (int)y;
            double fx = x - x0, fy = y - y0;
            const uint8_t *d = digit + y0 * 28 + x0;
            double value = (1 - fy) * ((1 - fx) * d[0] + fx * d[1]) + fy * ((1 - fx) * d[28] + fx * d[29]);
            large[p] = (uint8_t)(230 - 0.8 * fmin(255, fmax(0, value)));
        }
        prepare(large, LARGE, LARGE);
        double differ = difference(input.pixels, digit);
        ck_assert_msg(differ < 0.5, "digit %u: differs by %f of its ink", i, differ);
        sum += differ;
        ck_assert(!input.light_on_dark);
    }
    ck_assert_msg(sum < 0.25 * DIGITS, "differ by %f of their ink", sum / DIGITS);
}
END_TEST

enum { SIDE = 120 };
static uint8_t paper[SIDE * SIDE];

static void ink_box(int left, int top, int right, int bottom)
{
    for (int y = top; y < bottom; y++)
        memset(paper + y * SIDE + left, 30, (size_t)(right - left));
}

START_TEST(verdicts)
{
    struct test_rng rng = {test_seed()};
    memset(paper, 220, sizeof paper);
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_EMPTY);
    for (int i = 0; i < SIDE * SIDE; i++) /* noise is no ink, nor is light that falls off */
        paper[i] = (uint8_t)(220 - i % SIDE - test_random_int(&rng, 0, 20));
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_EMPTY);
    memset(paper, 220, sizeof paper);
    ink_box(55, 20, 65, 100);
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_FINE);
    ck_assert_int_le(abs(input.left - 55), 1);
    ck_assert_int_le(abs(input.bottom - 100), 1);
    ck_assert_int_eq(input.pixels[14 * 28 + 14], 255);
    ck_assert_int_eq(input.pixels[14 * 28 + 3], 0);
    ink_box(20, 60, 22, 62); /* a speck */
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_FINE);
    ck_assert_int_le(abs(input.left - 55), 1);
    ink_box(80, 25, 90, 95); /* another digit */
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_SEVERAL);
    memset(paper, 220, sizeof paper);
    ink_box(55, 20, 65, SIDE);
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_CUT);
    memset(paper, 220, sizeof paper);
    ink_box(35, 30, 85, 90);
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_SOLID);
    memset(paper, 220, sizeof paper);
    ink_box(60, 60, 62, 66);
    prepare(paper, SIDE, SIDE);
    ck_assert_int_eq(input.verdict, DIGIT_SMALL);
    ck_assert_ptr_null(digit_verdict_text(DIGIT_FINE));
    for (int i = DIGIT_EMPTY; i <= DIGIT_SOLID; i++)
        ck_assert_ptr_nonnull(digit_verdict_text((enum digit_verdict)i));
}
END_TEST

/* Any bytes of any size. */
START_TEST(anything)
{
    struct test_rng rng = {test_seed() + 1};
    for (long n = test_cases(150); n > 0; n--) {
        int height = test_random_int(&rng, 1, 60), width = test_random_int(&rng, 1, 60);
        uint8_t *gray = malloc((size_t)(height * width));
        int kind = test_random_int(&rng, 0, 3);
        for (int i = 0; i < height * width; i++) { /* noise, salt, a ramp, white */
            int noise = test_random_int(&rng, 0, 255);
            const int value[] = {noise, noise < 16 ? 255 : 0, i, 255};
            gray[i] = (uint8_t)value[kind];
        }
        prepare(gray, height, width);
        free(gray);
    }
}
END_TEST

START_TEST(as_is)
{
    char path[600];
    struct imc_error error;
    uint8_t digit[DIGITS_PIXELS];
    struct imc_image_info info = picture_info(28, 28, 1, IMC_U8);
    digits_draw(1, DIGITS_TRAIN, 2, digit);
    snprintf(path, sizeof path, "%s/two.png", test_folder());
    ck_assert_int_eq(picture_write(path, &info, NULL, digit, &error), IMC_OK);
    ck_assert_msg(digit_input_read(path, true, &input, &error) == IMC_OK, "%s", error.message);
    ck_assert_mem_eq(input.pixels, digit, DIGITS_PIXELS);
    ck_assert_int_eq(digit_input_read(path, false, &input, &error), IMC_OK);
    ck_assert_int_eq(input.verdict, DIGIT_FINE);
    ck_assert(input.light_on_dark);
    ck_assert_int_eq(digit_input_read("sample:gray", true, &input, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "28x28"));
    ck_assert_int_eq(digit_input_read("nowhere.png", false, &input, &error), IMC_ERR_IO);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("digit_input");
    TCase *tests = tcase_create("digit_input");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, photographs, 0, sizeof sizes / sizeof *sizes);
    tcase_add_test(tests, there_and_back);
    tcase_add_test(tests, verdicts);
    tcase_add_test(tests, anything);
    tcase_add_test(tests, as_is);
    suite_add_tcase(suite, tests);
    return suite;
}
