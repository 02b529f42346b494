/* test_predict.c: pictures as the input of a network, random picks, and what sheets show of networks. */
#include "data/digits.h"
#include "data/opened.h"
#include "nn/model.h"
#include "support/picturefile.h"
#include "support/testing.h"

#include <imgconv/sheet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *write_gray(const char *name, int height, int width, const uint8_t *gray)
{
    static char path[600];
    struct imc_image_info info = picture_info(width, height, 1, IMC_U8);
    struct imc_error error = {0};
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    ck_assert_msg(picture_write(path, &info, NULL, gray, &error) == IMC_OK, "%s", error.message);
    return path;
}

START_TEST(digits_are_read)
{
    static uint8_t paper[60 * 80];
    uint8_t digit[DIGITS_PIXELS];
    struct imc_digit_picture read;
    struct imc_error error = {0};
    digits_draw(1, DIGITS_TRAIN, 3, digit);
    ck_assert_int_eq(imc_digit_read(write_gray("three.png", 28, 28, digit), true, &read, &error), IMC_OK);
    ck_assert_mem_eq(read.pixels, digit, DIGITS_PIXELS);
    ck_assert_ptr_null(read.doubt);
    memset(paper, 200, sizeof paper);
    ck_assert_int_eq(imc_digit_read(write_gray("paper.png", 60, 80, paper), false, &read, &error), IMC_OK);
    ck_assert_str_eq(read.doubt, "no ink found");
    for (int y = 10; y < 50; y++) /* a stroke down */
        memset(paper + y * 80 + 40, 20, 6);
    ck_assert_int_eq(imc_digit_read(write_gray("one.png", 60, 80, paper), false, &read, &error), IMC_OK);
    ck_assert_ptr_null(read.doubt);
    ck_assert_int_eq(read.pixels[14 * 28 + 14], 255);
    ck_assert_int_eq(imc_digit_read(write_gray("one.png", 60, 80, paper), true, &read, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_digit_read("nowhere.png", false, &read, &error), IMC_ERR_IO);
}
END_TEST

START_TEST(pictures_of_the_networks_size)
{
    uint8_t gray[6 * 9], read[6 * 9];
    struct imc_error error = {0};
    struct imc_net *net;
    for (int i = 0; i < 6 * 9; i++)
        gray[i] = (uint8_t)(4 * i);
    ck_assert_int_eq(imc_net_create("dense2", 6, 9, 2, 1, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_read_picture(net, write_gray("small.png", 6, 9, gray), read, &error), IMC_OK);
    ck_assert_mem_eq(read, gray, sizeof gray);
    ck_assert_int_eq(imc_net_read_picture(net, write_gray("turned.png", 9, 6, gray), read, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "is 6x9 pixels; as they are, the network reads pictures of 9x6"));
    imc_net_free(net);
}
END_TEST

START_TEST(picks_are_different_and_repeat)
{
    enum { COUNT = 50 };
    struct imc_error error = {0};
    struct imc_dataset set = {.builtin = true};
    int first[COUNT], again[COUNT], other[COUNT];
    bool seen[COUNT] = {false};
    ck_assert_int_eq(dataset_create(&set.pair.test, COUNT, 1, 2, 2, 2, "test", &error), IMC_OK);
    ck_assert_int_eq(imc_dataset_pick(&set, IMC_DATASET_TEST, 5, COUNT, first, &error), IMC_OK);
    ck_assert_int_eq(imc_dataset_pick(&set, IMC_DATASET_TEST, 5, 7, again, &error), IMC_OK);
    ck_assert_int_eq(imc_dataset_pick(&set, IMC_DATASET_TEST, 6, COUNT, other, &error), IMC_OK);
    ck_assert_mem_eq(first, again, 7 * sizeof *again);
    ck_assert_mem_ne(first, other, sizeof first);
    for (int i = 0; i < COUNT; i++) {
        ck_assert(first[i] >= 0 && first[i] < COUNT && !seen[first[i]]);
        seen[first[i]] = true;
    }
    ck_assert_int_eq(imc_dataset_pick(&set, IMC_DATASET_TEST, 5, COUNT + 1, other, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_dataset_pick(&set, IMC_DATASET_TRAIN, 5, 1, other, &error), IMC_ERR_ARGUMENT);
    dataset_pair_free(&set.pair);
}
END_TEST

/* Weights that a file may hold, and whose sums are no numbers. */
START_TEST(answers_are_numbers)
{
    static uint8_t picture[6 * 9];
    float confidences[2];
    struct imc_error error = {0};
    struct imc_net *net;
    memset(picture, 255, sizeof picture);
    ck_assert_int_eq(imc_net_create("dense40,dense2", 6, 9, 2, 1, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_predict(net, picture, 1, 1, confidences, &error), IMC_OK);
    for (size_t i = 0; i < net->network->parameters; i++)
        net->network->parameter[i] = 1e30f;
    ck_assert_int_eq(imc_net_predict(net, picture, 1, 1, confidences, &error), IMC_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.message, "no numbers"));
    imc_net_free(net);
}
END_TEST

/* Maps follow the text of the network, whatever order it computes in: what stands behind a ReLU has no negative value, and a pool's
 * map is the largest of the map before it. */
START_TEST(maps_follow_the_text)
{
    enum { SIDE = 8, FILTERS = 4 };
    static float relu[FILTERS][SIDE][SIDE], pool[FILTERS][SIDE / 2][SIDE / 2];
    uint8_t picture[SIDE * SIDE];
    struct test_rng rng = {test_seed()};
    struct imc_error error = {0};
    struct imc_net *net;
    for (int i = 0; i < SIDE * SIDE; i++)
        picture[i] = (uint8_t)test_random_int(&rng, 0, 255);
    ck_assert_int_eq(imc_net_create("conv4x3,relu,pool2,flatten,dense2", SIDE, SIDE, 2, 1, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_maps(net, picture, 1, relu[0][0], &error), IMC_OK);
    ck_assert_int_eq(imc_net_maps(net, picture, 2, pool[0][0], &error), IMC_OK);
    for (int c = 0; c < FILTERS; c++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                ck_assert(relu[c][y][x] >= 0);
                ck_assert(pool[c][y / 2][x / 2] >= relu[c][y][x]);
            }
    imc_net_free(net);
}
END_TEST

START_TEST(sheets_of_maps)
{
    static const char *const arch[] = {"conv4x3,relu,pool2,flatten,dense8,relu,dropout0.5,dense3", "conv3x5s2p0,relu,dense3,svm",
                                       "relu,avgpool3,dense3"};
    static uint8_t picture[20 * 13];
    char path[600];
    for (size_t i = 0; i < sizeof arch / sizeof *arch; i++) {
        struct imc_error error = {0};
        struct imc_image_info info;
        struct imc_net *net;
        snprintf(path, sizeof path, "%s/maps.png", test_folder());
        ck_assert_msg(imc_net_create(arch[i], 20, 13, 3, 1, &net, &error) == IMC_OK, "%s", error.message);
        ck_assert_msg(imc_sheet_maps(net, picture, "title", path, NULL, &error) == IMC_OK, "%s", error.message);
        unsigned char *sheet = picture_read(path, &info, &error);
        ck_assert_ptr_nonnull(sheet);
        ck_assert_int_gt(info.width, 900);
        free(sheet);
        imc_net_free(net);
    }
}
END_TEST

/* A sample's pixels are squares of 4; a marked one has a red frame. */
START_TEST(sheets_of_samples)
{
    enum { LEFT = 12, TOP = 36, STEP = 122 };
    static uint8_t pixels[28 * 28] = {10, 20};
    const struct imc_sheet_sample samples[] = {{.pixels = pixels, .line = {"a", NULL}, .marked = true}, {.pixels = pixels}};
    struct imc_image_info info;
    struct imc_error error = {0};
    char path[600];
    snprintf(path, sizeof path, "%s/samples.png", test_folder());
    ck_assert_int_eq(imc_sheet_samples(samples, 2, 28, 28, "title", path, NULL, &error), IMC_OK);
    unsigned char *sheet = picture_read(path, &info, &error);
    ck_assert_ptr_nonnull(sheet);
    for (int s = 0; s < 2; s++) {
        const unsigned char *at = sheet + 3 * (TOP * info.width + LEFT + s * STEP);
        ck_assert_int_eq(at[0], 10);
        ck_assert_int_eq(at[3 * 3 + 2], 10);
        ck_assert_int_eq(at[3 * 4], 20);
        ck_assert_int_eq(at[3 * (3 * info.width + 7)], 20);
        const unsigned char *frame = at - 3;
        ck_assert_int_eq(frame[0] - frame[1] > 100, s == 0);
    }
    free(sheet);
}
END_TEST

/* A picture alone takes other ways through the products than one of many: the bits of its answer are the same, whatever the batch
 * and the threads. */
START_TEST(alone_as_in_a_batch)
{
    enum { COUNT = 40, CLASSES = 10 };
    static uint8_t pictures[COUNT * DIGITS_PIXELS];
    static const int ways[][2] = {{1, 1}, {1, 2}, {2, 1}, {7, 2}, {33, 1}, {9, 2}, {40, 2}, {33, 3}, {40, 5}};
    float together[COUNT * CLASSES], other[COUNT * CLASSES];
    struct imc_error error = {0};
    struct imc_net *net;
    for (int i = 0; i < COUNT; i++)
        digits_draw(1, DIGITS_TRAIN, (uint32_t)i, pictures + i * DIGITS_PIXELS);
    ck_assert_int_eq(imc_net_create("conv16x3,relu,pool2,dense203,relu,dense10", 28, 28, CLASSES, 1, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_predict(net, pictures, COUNT, 1, together, &error), IMC_OK);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        struct imc_predictor *predictor;
        ck_assert_int_eq(imc_predictor_create(net, ways[w][0], ways[w][1], &predictor, &error), IMC_OK);
        imc_predictor_run(predictor, pictures, COUNT, other);
        ck_assert_mem_eq(together, other, sizeof other);
        imc_predictor_free(predictor);
    }
    imc_net_free(net);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("predict");
    TCase *tests = tcase_create("predict");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, digits_are_read);
    tcase_add_test(tests, pictures_of_the_networks_size);
    tcase_add_test(tests, answers_are_numbers);
    tcase_add_test(tests, alone_as_in_a_batch);
    tcase_add_test(tests, picks_are_different_and_repeat);
    tcase_add_test(tests, maps_follow_the_text);
    tcase_add_test(tests, sheets_of_maps);
    tcase_add_test(tests, sheets_of_samples);
    suite_add_tcase(suite, tests);
    return suite;
}
