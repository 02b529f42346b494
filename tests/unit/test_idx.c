/* test_idx.c: data sets in IDX files: every name they go by, packed or not, and every way in which they can be wrong. */
#include "support/testing.h"

#include "data/dataset.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { COUNT = 5, HEIGHT = 3, WIDTH = 4, IMAGES = 16 + COUNT * HEIGHT * WIDTH, LABELS = 8 + COUNT, PATH = 600 };

static char folder[300];

/* An empty folder of its own for each test; Check runs each in a process of its own, so names tell them apart. */
static void new_folder(const char *name)
{
    snprintf(folder, sizeof folder, "%s/%s", test_folder(), name);
    char command[2 * PATH];
    snprintf(command, sizeof command, "rm -rf '%s' && mkdir -p '%s'", folder, folder);
    ck_assert_int_eq(system(command), 0);
}

static void put(const char *name, const void *bytes, size_t size)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void put_gz(const char *name, const void *bytes, size_t size)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile file = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(file, bytes, (unsigned)size), (int)size);
    gzclose(file);
}

static size_t get(const char *name, unsigned char *bytes, size_t most)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    size_t size = fread(bytes, 1, most, file);
    fclose(file);
    return size;
}

/* Five pictures of 3x4 whose pixels count up, labels 0 3 6 9 2. */
static void make_pair(unsigned char images[IMAGES], unsigned char labels[LABELS])
{
    static const unsigned char image_head[16] = {0, 0, 8, 3, 0, 0, 0, COUNT, 0, 0, 0, HEIGHT, 0, 0, 0, WIDTH};
    static const unsigned char label_head[8] = {0, 0, 8, 1, 0, 0, 0, COUNT};
    memcpy(images, image_head, 16);
    memcpy(labels, label_head, 8);
    for (int i = 16; i < IMAGES; i++)
        images[i] = (unsigned char)(i * 3);
    for (int i = 0; i < COUNT; i++)
        labels[8 + i] = (unsigned char)(i * 3 % 10);
}

static void check_set(const struct dataset *set)
{
    unsigned char images[IMAGES], labels[LABELS];
    make_pair(images, labels);
    ck_assert_int_eq(set->count, COUNT);
    ck_assert_int_eq(set->height, HEIGHT);
    ck_assert_int_eq(set->width, WIDTH);
    ck_assert_int_eq(set->channels, 1);
    ck_assert_int_eq(set->classes, 10);
    ck_assert_str_eq(set->names[9], "9");
    ck_assert_str_eq(set->source, folder);
    ck_assert_mem_eq(set->pixels, images + 16, IMAGES - 16);
    ck_assert_mem_eq(set->labels, labels + 8, COUNT);
    ck_assert_ptr_eq(dataset_picture(set, 2), set->pixels + 2 * HEIGHT * WIDTH);
}

static const char *const spellings[][2] = {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
                                           {"train-images.idx3-ubyte", "train-labels.idx1-ubyte"},
                                           {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"},
                                           {"train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte"}};

START_TEST(every_name)
{
    unsigned char images[IMAGES], labels[LABELS];
    struct dataset_pair pair;
    struct imc_error error;
    make_pair(images, labels);
    for (size_t i = 0; i < 4; i++) {
        new_folder("names");
        (i < 2 ? put : put_gz)(spellings[i][0], images, IMAGES);
        (i != 2 ? put : put_gz)(spellings[i][1], labels, LABELS);
        ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
        check_set(&pair.train);
        ck_assert_int_eq(pair.test.count, 0);
        dataset_pair_free(&pair);
    }
    put("t10k-images-idx3-ubyte", images,
        IMAGES); /* unpacked under a name that says packed, and the other way round: content counts */
    put("t10k-labels-idx1-ubyte.gz", labels, LABELS);
    ck_assert_msg(dataset_open(folder, DATASET_TEST, &pair, &error) == IMC_OK, "%s", error.message);
    check_set(&pair.test);
    ck_assert_int_eq(pair.train.count, 0);
    dataset_pair_free(&pair);
}
END_TEST

/* Opening must fail, and the sentence hold `words`. */
static void expect(const char *words)
{
    struct dataset_pair pair;
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = dataset_open(folder, DATASET_BOTH, &pair, &error);
    ck_assert_msg(status != IMC_OK && status == error.status && strstr(error.message, words), "'%s' lacks '%s'", error.message,
                  words);
    ck_assert_ptr_null(pair.train.pixels);
    ck_assert_int_eq(pair.train.count, 0);
}

/* What is done to a good pair, and what is said of it. */
static const struct {
    char file; /* i, l: images or labels */
    int at;    /* byte to change; negative: bytes to cut off; 1000 and more: bytes to add */
    unsigned char value;
    const char *words;
} wrongs[] = {
    {'i', 3, 1, "an IDX file of labels, not of images"},
    {'l', 3, 3, "an IDX file of images, not of labels"},
    {'i', 2, 13, "type 0x0d"},
    {'i', 3, 4, "with 4 dimensions"},
    {'i', 0, 'P', "is not an IDX file"},
    {'i', 0, '<', "web page"},
    {'i', 4, 255, "1 to 268435456"},
    {'i', 6, 1, "more than the file can hold"},
    {'i', 7, 4, "5 labels for the 4 images"},
    {'i', 10, 17, "1 to 4096"},
    {'i', 15, 0, "1 to 4096"},
    {'i', 15, 3, "more bytes behind the data"},
    {'i', -1, 0, "file ends in the images"},
    {'i', -70, 0, "header"},
    {'i', -76, 0, "header"},
    {'i', 1001, 0, "more bytes behind the data"},
    {'l', -1, 0, "file ends in the labels"},
    {'l', 7, 4, "4 labels for the 5 images"},
    {'l', 1003, 0, "more bytes behind the data"},
    {'l', 10, 10, "the label of image 2 is 10; labels are 0 to 9"},
    {'l', 0, 0x1f, "is not an IDX file"},
};

START_TEST(every_fault)
{
    unsigned char images[IMAGES + 8] = {0}, labels[LABELS + 8] = {0};
    bool of_images = wrongs[_i].file == 'i';
    unsigned char *bytes = of_images ? images : labels;
    size_t image_size = IMAGES, label_size = LABELS, *size = of_images ? &image_size : &label_size;
    make_pair(images, labels);
    if (wrongs[_i].at < 0)
        *size -= (size_t)-wrongs[_i].at;
    else if (wrongs[_i].at >= 1000)
        *size += (size_t)(wrongs[_i].at - 1000);
    else
        bytes[wrongs[_i].at] = wrongs[_i].value;
    new_folder("faults");
    put(spellings[0][0], images, image_size);
    put(spellings[0][1], labels, label_size);
    expect(wrongs[_i].words);
    /* the same within gzip; there only reading shows what is missing */
    new_folder("faults");
    put_gz(spellings[2][0], images, image_size);
    put_gz(spellings[2][1], labels, label_size);
    expect(strcmp(wrongs[_i].words, "more than the file can hold") == 0 ? "" : wrongs[_i].words);
}
END_TEST

START_TEST(half_a_pair)
{
    unsigned char images[IMAGES], labels[LABELS];
    make_pair(images, labels);
    new_folder("half");
    expect("no data set");
    put("t10k-images-idx3-ubyte", images, IMAGES);
    expect("t10k-labels-idx1-ubyte is missing");
    put("t10k-labels-idx1-ubyte", labels, LABELS);
    expect("the training half is missing");
    put("train-images-idx3-ubyte", images, IMAGES);
    expect("train-labels-idx1-ubyte is missing");
    put("train-labels-idx1-ubyte", labels, LABELS);
    images[11] = WIDTH;
    images[15] = HEIGHT;
    put("t10k-images-idx3-ubyte", images, IMAGES);
    put("t10k-labels-idx1-ubyte", labels, LABELS);
    expect("must be alike");
    strcat(folder, "/nowhere");
    expect("cannot open");
    *strrchr(folder, '/') = 0;
    strcat(folder, "/train-images-idx3-ubyte");
    expect("is a file");
}
END_TEST

START_TEST(damaged_gzip)
{
    enum { MOST = 1000 };
    unsigned char images[IMAGES], labels[LABELS], packed[MOST], twice[2 * MOST];
    make_pair(images, labels);
    new_folder("gzip");
    put_gz("train-images-idx3-ubyte.gz", images, IMAGES);
    put("train-labels-idx1-ubyte", labels, LABELS);
    size_t size = get("train-images-idx3-ubyte.gz", packed, MOST);
    put("train-images-idx3-ubyte.gz", packed, size - 1);
    expect("file ends in its checksum");
    put("train-images-idx3-ubyte.gz", packed, size - 20);
    expect("file ends in the images");
    put("train-images-idx3-ubyte.gz", packed, 12);
    expect("file ends in the header");
    packed[size - 5] ^= 1; /* the checksum */
    put("train-images-idx3-ubyte.gz", packed, size);
    expect("damaged gzip data");
    packed[size - 5] ^= 1;
    memcpy(twice, packed, size);
    twice[size] = 'x';
    put("train-images-idx3-ubyte.gz", twice, size + 1);
    expect("more bytes behind");
    put_gz("train-images-idx3-ubyte.gz", packed, size);
    expect("a gzip file within a gzip file");
    /* two members make one file */
    put_gz("a", images, 20);
    put_gz("b", images + 20, IMAGES - 20);
    size = get("a", twice, MOST);
    size += get("b", twice + size, MOST);
    put("train-images-idx3-ubyte.gz", twice, size);
    struct dataset_pair pair;
    struct imc_error error = {IMC_OK, ""};
    ck_assert_msg(dataset_open(folder, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    check_set(&pair.train);
    dataset_pair_free(&pair);
}
END_TEST

/* A few kilobytes that announce, and even hold, gigabytes: refused by their size, before memory is taken. */
START_TEST(bomb)
{
    static unsigned char zeros[1 << 22];
    unsigned char labels[LABELS], head[16] = {0, 0, 8, 3, 0, 0, 0xff, 0xff, 0, 0, 0x0f, 0xff, 0, 0, 0x0f, 0xff};
    unsigned char images[IMAGES];
    make_pair(images, labels);
    new_folder("bomb");
    put_gz("train-images-idx3-ubyte.gz", head, sizeof head);
    put("train-labels-idx1-ubyte", labels, LABELS);
    expect("more than the file can hold");
    memcpy(zeros, images, IMAGES); /* true to its header, and then 4 MiB more */
    put_gz("train-images-idx3-ubyte.gz", zeros, sizeof zeros);
    expect("more bytes behind");
}
END_TEST

static void open_found(const char *words)
{
    struct dataset_pair pair;
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = dataset_search(DATASET_BOTH, &pair, &error);
    if (words) {
        ck_assert_msg(status != IMC_OK && strstr(error.message, words), "%s", error.message);
        return;
    }
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.count, COUNT);
    dataset_pair_free(&pair);
}

START_TEST(search)
{
    unsigned char images[IMAGES], labels[LABELS];
    struct dataset_pair pair;
    char home[PATH];
    make_pair(images, labels);
    new_folder("search");
    snprintf(home, sizeof home, "%s", folder);
    ck_assert_int_eq(chdir(home), 0);
    setenv("HOME", home, 1);
    unsetenv("XDG_DATA_HOME");
    unsetenv("IMGCONV_DATA");
    ck_assert_int_eq(mkdir("mnist", 0777), 0); /* empty: does not count */
    ck_assert_int_eq(dataset_search(DATASET_BOTH, &pair, NULL), IMC_OK);
    ck_assert_int_eq(pair.train.count, 0);
    ck_assert_int_eq(system("mkdir -p .local/share/imgconv/mnist other/imgconv/mnist data/mnist"), 0);
    snprintf(folder, sizeof folder, "%.200s/.local/share/imgconv/mnist", home);
    put(spellings[0][0], images, IMAGES);
    put(spellings[0][1], labels, LABELS);
    open_found(NULL);
    char elsewhere[PATH + 10];
    snprintf(elsewhere, sizeof elsewhere, "%s/other", home);
    setenv("XDG_DATA_HOME", elsewhere, 1); /* nothing there yet */
    ck_assert_int_eq(dataset_search(DATASET_BOTH, &pair, NULL), IMC_OK);
    ck_assert_int_eq(pair.train.count, 0);
    snprintf(folder, sizeof folder, "data/mnist");
    put(spellings[1][0], images, IMAGES);
    open_found("is missing"); /* half a pair is an error here too */
    put(spellings[1][1], labels, LABELS);
    open_found(NULL);
    setenv("IMGCONV_DATA", "nowhere", 1); /* named data do not fall back */
    open_found("nowhere: cannot open");
    setenv("IMGCONV_DATA", "mnist", 1);
    open_found("no data set");
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(real_mnist)
{
    char path[PATH];
    struct dataset_pair pair;
    struct imc_error error;
    if (!test_shared())
        return;
    snprintf(path, sizeof path, "%s/mnist", test_shared());
    ck_assert_msg(dataset_open(path, DATASET_BOTH, &pair, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(pair.train.count, 60000);
    ck_assert_int_eq(pair.test.count, 10000);
    ck_assert_uint_eq(dataset_picture_size(&pair.test), 784);
    ck_assert_int_eq(pair.train.labels[0], 5);
    ck_assert_int_eq(pair.test.labels[9999], 6);
    dataset_pair_free(&pair);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("idx");
    TCase *tests = tcase_create("idx");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_name);
    tcase_add_loop_test(tests, every_fault, 0, sizeof wrongs / sizeof *wrongs);
    tcase_add_test(tests, half_a_pair);
    tcase_add_test(tests, damaged_gzip);
    tcase_add_test(tests, bomb);
    tcase_add_test(tests, search);
    tcase_add_test(tests, real_mnist);
    suite_add_tcase(suite, tests);
    return suite;
}
