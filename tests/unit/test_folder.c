/* test_folder.c: data sets of pictures, a folder for each class. */
#include "support/picturefile.h"
#include "support/testing.h"

#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH = 700 };

static char folder[300];

static void new_folder(const char *name)
{
    snprintf(folder, sizeof folder, "%s/%s", test_folder(), name);
    mkdir(folder, 0777);
}

/* A picture of height x width in folder/NAME, whose folders are made: `channels` samples of `value`, a dark square in the
 * middle. */
static void put(const char *name, int height, int width, int channels, int value)
{
    char path[PATH];
    struct imc_error error;
    struct imc_image_info info = picture_info(width, height, channels, IMC_U8);
    uint8_t *samples = malloc(picture_bytes(&info));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0777);
        *slash = '/';
    }
    for (int i = 0; i < height * width; i++) {
        int y = i / width, x = i % width;
        bool dark = y >= height / 3 && y < height * 2 / 3 && x >= width * 2 / 5 && x < width * 3 / 5;
        for (int c = 0; c < channels; c++)
            samples[i * channels + c] = (uint8_t)(c == channels - 1 && channels % 2 == 0 ? 255 : dark ? 0 : value);
    }
    ck_assert_msg(picture_write(path, &info, NULL, samples, &error) == IMC_OK, "%s", error.message);
    free(samples);
}

static void expect(enum dataset_want want, const char *words)
{
    struct dataset_pair pair;
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = dataset_open(folder, want, &pair, &error);
    ck_assert_msg(status != IMC_OK && status == error.status && strstr(error.message, words), "'%s' lacks '%s'", error.message,
                  words);
    ck_assert_ptr_null(pair.train.pixels);
}

START_TEST(one_size)
{
    struct dataset_pair pair;
    struct imc_error error;
    new_folder("plain");
    put("dog/b.png", 6, 10, 1, 200);
    put("dog/a.pgm", 6, 10, 1, 100);
    put("cat/z.jpg", 6, 10, 3, 150);
    put("emu/x.png", 6, 10, 4, 90);
    put("emu/.hidden.png", 3, 3, 1, 1);
    put(".git/x.png", 3, 3, 1, 1);
    put("above.png", 3, 3, 1, 1);
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.count, 4);
    ck_assert_int_eq(pair.test.count, 0);
    ck_assert_int_eq(pair.train.classes, 3);
    ck_assert_int_eq(pair.train.height, 6);
    ck_assert_int_eq(pair.train.width, 10);
    ck_assert_str_eq(pair.train.names[0], "cat");
    ck_assert_str_eq(pair.train.names[1], "dog");
    ck_assert_str_eq(pair.train.names[2], "emu");
    static const uint8_t labels[] = {1, 0, 2, 1}, first[] = {100, 150, 90, 200};
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pair.train.labels[i], labels[i]);
        ck_assert_int_le(abs(dataset_picture(&pair.train, (size_t)i)[0] - first[i]), i == 1 ? 3 : 0); /* JPEG */
    }
    ck_assert_int_eq(dataset_picture(&pair.train, 0)[2 * 10 + 4], 0);
    dataset_pair_free(&pair);
    expect(DATASET_TEST, "the test half is missing");
}
END_TEST

START_TEST(split)
{
    struct dataset_pair pair;
    struct imc_error error;
    new_folder("split");
    put("train/a/1.png", 8, 8, 1, 255);
    put("train/b/1.png", 8, 8, 1, 254);
    put("train/c/1.png", 8, 8, 1, 253);
    put("test/b/1.png", 8, 8, 1, 252);
    put("test/c/1.png", 8, 8, 1, 251);
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.count, 3);
    ck_assert_int_eq(pair.test.count, 2);
    ck_assert_int_eq(pair.test.classes, 3);
    ck_assert_int_eq(pair.test.labels[0], 1);
    ck_assert_int_eq(pair.test.labels[1], 2);
    ck_assert_int_eq(pair.test.pixels[64], 251);
    dataset_pair_free(&pair);
    ck_assert_int_eq(dataset_open(folder, DATASET_TRAIN, &pair, &error), IMC_OK);
    ck_assert_int_eq(pair.test.count, 0);
    dataset_pair_free(&pair);
    put("test/d/1.png", 8, 8, 1, 250);
    expect(DATASET_BOTH, "test/d: no such class");
}
END_TEST

/* Every part of a set has its share of each class. */
START_TEST(classes_take_turns)
{
    enum { FEW = 10, MANY = 40, ALL = FEW + MANY, PART = 10 };
    struct dataset_pair pair;
    struct imc_error error;
    new_folder("turns");
    for (int i = 0; i < MANY; i++) {
        char name[40];
        snprintf(name, sizeof name, "many/%02d.pgm", i);
        put(name, 4, 4, 1, i);
        snprintf(name, sizeof name, "few/%02d.pgm", i);
        if (i < FEW)
            put(name, 4, 4, 1, i);
    }
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.count, ALL);
    for (int first = 0, next[2] = {0, 0}; first < ALL; first += PART) {
        int of_many = 0;
        for (size_t i = (size_t)first; i < (size_t)first + PART; i++) {
            int label = pair.train.labels[i];
            of_many += label;
            ck_assert_int_eq(dataset_picture(&pair.train, i)[0], next[label]++);
        }
        ck_assert_int_eq(of_many, PART * MANY / ALL);
    }
    dataset_pair_free(&pair);
}
END_TEST

/* What half is asked for changes neither labels nor sizes: here training has a class more, and another size. */
START_TEST(a_half_alone)
{
    struct dataset_pair both, test;
    struct imc_error error;
    new_folder("half");
    put("train/a/1.png", 60, 50, 1, 255);
    put("train/b/1.png", 28, 28, 1, 254);
    put("train/c/1.png", 28, 28, 1, 253);
    put("test/b/1.png", 28, 28, 1, 252);
    put("test/c/1.png", 28, 28, 1, 251);
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &both, &error) == IMC_OK, "%s", error.message);
    ck_assert_msg(dataset_open(folder, DATASET_TEST, &test, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(test.train.count, 0);
    ck_assert_int_eq(test.test.classes, 3);
    ck_assert(!test.test.as_is);
    ck_assert_mem_eq(test.test.labels, both.test.labels, 2);
    ck_assert_int_eq(test.test.labels[0], 1);
    ck_assert_mem_eq(test.test.pixels, both.test.pixels, 2 * dataset_picture_size(&both.test));
    dataset_pair_free(&both);
    dataset_pair_free(&test);
}
END_TEST

/* The picture that differs may be the last one of the other half. */
START_TEST(a_late_size)
{
    struct dataset_pair both, train;
    struct imc_error error;
    new_folder("late");
    put("train/a/1.png", 28, 28, 1, 255);
    put("train/b/1.png", 28, 28, 1, 254);
    put("test/a/1.png", 28, 28, 1, 253);
    put("test/b/1.png", 28, 28, 1, 252);
    put("test/b/2.png", 30, 28, 1, 251);
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &both, &error) == IMC_OK, "%s", error.message);
    ck_assert_msg(dataset_open(folder, DATASET_TRAIN, &train, &error) == IMC_OK, "%s", error.message);
    ck_assert(!both.train.as_is && !both.test.as_is && !train.train.as_is);
    ck_assert_int_eq(both.test.count, 3);
    ck_assert_int_eq(both.train.pixels[0], 0); /* paper, light on dark */
    ck_assert_mem_eq(both.train.pixels, train.train.pixels, 2 * dataset_picture_size(&train.train));
    dataset_pair_free(&both);
    dataset_pair_free(&train);
}
END_TEST

/* Where sizes differ every picture is prepared as predict does: the dark square becomes ink in a box of 20. */
START_TEST(many_sizes)
{
    struct dataset_pair pair;
    struct imc_error error;
    new_folder("sizes");
    put("0/a.png", 60, 50, 1, 200);
    put("1/b.png", 45, 70, 3, 220);
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.height, 28);
    ck_assert_int_eq(pair.train.width, 28);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(dataset_picture(&pair.train, i)[0], 0);
        ck_assert_int_eq(dataset_picture(&pair.train, i)[14 * 28 + 14], 255);
    }
    dataset_pair_free(&pair);
}
END_TEST

START_TEST(faults)
{
    char path[PATH];
    new_folder("faults");
    put("a/1.png", 8, 8, 1, 255);
    expect(DATASET_BOTH, "1 folders of classes");
    put("b/1.png", 8, 8, 1, 255);
    snprintf(path, sizeof path, "%s/c", folder);
    mkdir(path, 0777);
    expect(DATASET_BOTH, "/c: no pictures");
    put("c/1.png", 8, 8, 1, 255);
    snprintf(path, sizeof path, "%s/c/2.png", folder);
    FILE *file = fopen(path, "wb");
    fputs("no picture", file);
    fclose(file);
    expect(DATASET_BOTH, "c/2.png");
    new_folder("lines");
    put("a/1.png", 8, 8, 1, 255);
    put("b\nc/1.png", 8, 8, 1, 255);
    expect(DATASET_BOTH, "line break");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("folder");
    TCase *tests = tcase_create("folder");
    tcase_add_test(tests, one_size);
    tcase_add_test(tests, split);
    tcase_add_test(tests, classes_take_turns);
    tcase_add_test(tests, a_half_alone);
    tcase_add_test(tests, a_late_size);
    tcase_add_test(tests, many_sizes);
    tcase_add_test(tests, faults);
    suite_add_tcase(suite, tests);
    return suite;
}
