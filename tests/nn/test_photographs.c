/* test_photographs.c: photographs of digits, as files, through the preprocessing of `predict` and a network that has seen only
 * digits drawn by the program, changed at random. `make bench-photographs` measures one that has seen MNIST. */
#include "base/pool.h"
#include "data/digits.h"
#include "data/opened.h"
#include "support/digitphoto.h"
#include "support/picturefile.h"
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

enum { PHOTOS = 240, DRAWN = 8000, HEIGHT = 150, WIDTH = 120 };

static struct imc_net *train_on_drawn(void)
{
    struct imc_error error = {0};
    struct imc_dataset set = {.builtin = true};
    struct imc_train_options options;
    struct imc_net *net = NULL;
    struct pool *pool = pool_create(1);
    ck_assert_int_eq(digits_dataset(1, DRAWN, 0, pool, &set.pair, &error), IMC_OK);
    pool_destroy(pool);
    ck_assert_int_eq(imc_train_options_recipe("fast", &options, &error), IMC_OK);
    imc_augment_default(&options.augment);
    options.epochs = 2;
    options.validation = 0;
    options.threads = 1;
    ck_assert_msg(imc_train(&options, &set, NULL, NULL, &net, &error) == IMC_OK, "%s", error.message);
    dataset_pair_free(&set.pair);
    return net;
}

/* Draws a photograph and reads its file. */
static void photograph(uint32_t index, int digit, struct imc_digit_picture *read)
{
    static uint8_t gray[HEIGHT * WIDTH];
    struct imc_image_info info = picture_info(WIDTH, HEIGHT, 1, IMC_U8);
    struct imc_error error = {0};
    struct digit_photo photo;
    char path[600];
    snprintf(path, sizeof path, "%s/photo.png", test_folder());
    digit_photo_draw(11, index, digit, HEIGHT, WIDTH, gray, &photo);
    ck_assert_int_eq(picture_write(path, &info, NULL, gray, &error), IMC_OK);
    ck_assert_msg(imc_digit_read(path, false, read, &error) == IMC_OK, "%s", error.message);
}

START_TEST(nine_of_ten_are_right)
{
    struct imc_net *net = train_on_drawn();
    struct imc_error error = {0};
    static uint8_t pixels[PHOTOS][DIGITS_PIXELS];
    static float confidences[PHOTOS][10];
    int right = 0, doubts = 0;
    for (int i = 0; i < PHOTOS; i++) {
        struct imc_digit_picture read;
        photograph((uint32_t)i, i % 10, &read);
        doubts += read.doubt != NULL;
        memcpy(pixels[i], read.pixels, DIGITS_PIXELS);
    }
    ck_assert_int_eq(imc_net_predict(net, pixels[0], PHOTOS, 1, confidences[0], &error), IMC_OK);
    for (int i = 0; i < PHOTOS; i++) {
        int best = 0;
        for (int c = 1; c < 10; c++)
            best = confidences[i][c] > confidences[i][best] ? c : best;
        right += best == i % 10;
    }
    ck_assert_msg(10 * right >= 9 * PHOTOS, "%d of %d photographs are right", right, PHOTOS);
    ck_assert_msg(20 * doubts <= PHOTOS, "%d of %d photographs do not look like one digit", doubts, PHOTOS);
    imc_net_free(net);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("photographs");
    TCase *tests = tcase_create("photographs");
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, nine_of_ten_are_right);
    suite_add_tcase(suite, tests);
    return suite;
}
