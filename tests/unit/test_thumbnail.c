/* test_thumbnail.c: pictures made small, and the rows of a run as they go by. */
#include "support/picturefile.h"
#include "support/testing.h"

#include <imgconv/imgconv.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(sizes_keep_proportions)
{
    static const int cases[][6] = {/* picture, box, thumbnail: width, height */
                                   {576, 432, 39, 100, 39, 29}, {576, 432, 100, 20, 27, 20}, {3, 2, 80, 80, 3, 2},
                                   {1, 1, 1, 1, 1, 1},          {1, 5000, 39, 40, 1, 40},    {5000, 1, 39, 40, 39, 1},
                                   {1000, 7, 10, 10, 10, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_image_info info = picture_info(cases[i][0], cases[i][1], 1, IMC_U8);
        int width, height;
        imc_thumbnail_fit(&info, cases[i][2], cases[i][3], &width, &height);
        ck_assert_int_eq(width, cases[i][4]);
        ck_assert_int_eq(height, cases[i][5]);
    }
}
END_TEST

START_TEST(sizes_that_are_none_are_refused)
{
    struct imc_image_info info = picture_info(4, 3, 1, IMC_U8);
    static const int sizes[][2] = {{0, 1}, {1, 0}, {5, 3}, {4, 4}, {-1, -1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct imc_thumbnail *thumbnail;
        struct imc_error error = {0};
        ck_assert_int_eq(imc_thumbnail_create(&info, sizes[i][0], sizes[i][1], &thumbnail, &error), IMC_ERR_ARGUMENT);
        ck_assert_ptr_null(thumbnail);
        ck_assert_str_ne(error.message, "");
    }
    imc_thumbnail_free(NULL);
}
END_TEST

/* Sample `i` as a number of full scale. */
static double sample_at(const struct imc_image_info *info, const void *samples, size_t i)
{
    if (info->type == IMC_F32)
        return ((const float *)samples)[i];
    return (info->type == IMC_U8 ? ((const uint8_t *)samples)[i] : ((const uint16_t *)samples)[i]) / (double)info->full_scale;
}

/* What the box of pixel x,y shows of channel c, by another way: every pixel is asked which box it lies in. */
static double box_mean(const struct imc_image_info *info, const void *samples, int width, int height, int x, int y, int c)
{
    double sum = 0;
    int count = 0, colours = info->channels - info->alpha;
    for (int i = 0; i < info->height; i++)
        for (int j = 0; j < info->width; j++) {
            /* the largest box whose start is not beyond the pixel */
            if (((j + 1) * (int64_t)width - 1) / info->width != x || ((i + 1) * (int64_t)height - 1) / info->height != y)
                continue;
            size_t at = ((size_t)i * (size_t)info->width + (size_t)j) * (size_t)info->channels;
            double value = sample_at(info, samples, at + (size_t)(colours >= 3 ? c : 0));
            double cover = info->alpha ? sample_at(info, samples, at + (size_t)colours) : 1;
            sum += value * cover + (1 - cover);
            count++;
        }
    ck_assert_int_gt(count, 0);
    return sum / count;
}

static void *random_samples(struct test_rng *rng, const struct imc_image_info *info)
{
    size_t bytes = picture_bytes(info);
    unsigned char *samples = malloc(bytes);
    for (size_t i = 0; i < bytes; i++)
        samples[i] = (unsigned char)test_random(rng);
    for (size_t i = 0; info->type == IMC_F32 && i < bytes / sizeof(float); i++)
        ((float *)(void *)samples)[i] = (float)test_random_int(rng, -300, 900) / 8;
    return samples;
}

/* Adds all rows in pieces of any size. */
static void add_all(struct test_rng *rng, struct imc_thumbnail *thumbnail, const struct imc_image_info *info, const void *samples)
{
    size_t row = picture_bytes(info) / (size_t)info->height;
    for (int y = 0, count; y < info->height; y += count) {
        count = test_random_int(rng, 1, info->height - y);
        imc_thumbnail_add(thumbnail, (const char *)samples + (size_t)y * row, count);
    }
}

static void compare_one(struct test_rng *rng, const struct imc_image_info *info)
{
    int width = test_random_int(rng, 1, info->width), height = test_random_int(rng, 1, info->height);
    struct imc_thumbnail *thumbnail;
    float low, high;
    void *samples = random_samples(rng, info);
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    ck_assert_int_eq(imc_thumbnail_create(info, width, height, &thumbnail, NULL), IMC_OK);
    add_all(rng, thumbnail, info, samples);
    imc_thumbnail_finish(thumbnail, rgb, &low, &high);
    double black = 0, white = 1, scale = info->type == IMC_F32 ? 1 : (double)info->full_scale;
    for (int i = 0; info->type == IMC_F32 && i < width * height * 3; i++) {
        double mean = box_mean(info, samples, width, height, i / 3 % width, i / 3 / width, i % 3);
        black = i ? fmin(black, mean) : mean;
        white = i ? fmax(white, mean) : mean;
    }
    ck_assert_double_le(fabs((double)low - black * scale), 1e-4);
    ck_assert_double_le(fabs((double)high - white * scale), 1e-4);
    for (int i = 0; i < width * height * 3; i++) {
        double mean = box_mean(info, samples, width, height, i / 3 % width, i / 3 / width, i % 3);
        double level = white > black ? 255 * (mean - black) / (white - black) : 0;
        ck_assert_double_le(fabs(level - rgb[i]), 0.5 + 1e-6);
    }
    imc_thumbnail_free(thumbnail);
    free(samples);
    free(rgb);
}

START_TEST(pixels_are_means_of_boxes)
{
    static const enum imc_type types[] = {IMC_U8, IMC_U16, IMC_F32};
    struct test_rng rng = {test_seed()};
    for (long i = 0; i < test_cases(400); i++) {
        enum imc_type type = types[i % 3];
        int channels = type == IMC_F32 ? (i % 2 ? 3 : 1) : test_random_int(&rng, 1, 4);
        struct imc_image_info info = picture_info(test_random_int(&rng, 1, 24), test_random_int(&rng, 1, 24), channels, type);
        compare_one(&rng, &info);
    }
}
END_TEST

/* What is not a number is black, and does not set the range. */
START_TEST(floats_that_are_no_numbers)
{
    float samples[4] = {NAN, -2, 6, INFINITY}, low, high;
    struct imc_image_info info = picture_info(4, 1, 1, IMC_F32);
    struct imc_thumbnail *thumbnail;
    uint8_t rgb[12];
    ck_assert_int_eq(imc_thumbnail_create(&info, 4, 1, &thumbnail, NULL), IMC_OK);
    imc_thumbnail_add(thumbnail, samples, 1);
    imc_thumbnail_finish(thumbnail, rgb, &low, &high);
    ck_assert(low == -2 && high == 6);
    ck_assert(rgb[0] == 0 && rgb[3] == 0 && rgb[6] == 255 && rgb[9] == 255);
    imc_thumbnail_free(thumbnail);
}
END_TEST

/* Rows seen in a run. */
struct seen {
    struct imc_image_info input, output;
    unsigned char *rows[2];
    size_t bytes[2];
    int starts;
    enum imc_status answer;
};

static enum imc_status start(void *context, const struct imc_image_info *input, const struct imc_image_info *output,
                             struct imc_error *error)
{
    struct seen *seen = context;
    seen->input = *input;
    seen->output = *output;
    seen->starts++;
    seen->rows[0] = malloc(picture_bytes(input));
    seen->rows[1] = malloc(picture_bytes(output));
    ck_assert_ptr_null(error); /* as it was given to the run */
    return seen->answer;
}

static void see(struct seen *seen, int which, const void *rows, int count)
{
    const struct imc_image_info *info = which ? &seen->output : &seen->input;
    size_t bytes = picture_bytes(info) / (size_t)info->height * (size_t)count;
    ck_assert_uint_le(seen->bytes[which] + bytes, picture_bytes(info));
    memcpy(seen->rows[which] + seen->bytes[which], rows, bytes);
    seen->bytes[which] += bytes;
}

static void see_input(void *context, const void *rows, int count)
{
    see(context, 0, rows, count);
}

static void see_output(void *context, const void *rows, int count)
{
    see(context, 1, rows, count);
}

static enum imc_status run(struct seen *seen, const char *kernel, enum imc_map map, int pad, const char *output)
{
    struct imc_bank *bank;
    struct imc_filter_options options;
    struct imc_filter_watch watch = {start, see_input, see_output, seen};
    ck_assert_int_eq(imc_bank_parse(kernel, NULL, &bank, NULL), IMC_OK);
    const struct imc_bank *stage = bank;
    imc_filter_options_default(&options);
    options.stages = &stage;
    options.stage_count = 1;
    options.map = map;
    options.padding = IMC_PADDING_GIVEN;
    options.pad_top = options.pad_bottom = pad;
    options.watch = &watch;
    enum imc_status status = imc_filter_file(&options, "sample:photo", output, NULL, NULL);
    imc_bank_free(bank);
    return status;
}

static void free_seen(struct seen *seen)
{
    free(seen->rows[0]);
    free(seen->rows[1]);
}

static void expect_rows(const struct seen *seen, int which, const char *path)
{
    struct imc_image_info info;
    unsigned char *samples = picture_read(path, &info, NULL);
    ck_assert_ptr_nonnull(samples);
    ck_assert_uint_eq(seen->bytes[which], picture_bytes(&info));
    ck_assert_int_eq(memcmp(seen->rows[which], samples, picture_bytes(&info)), 0);
    free(samples);
}

/* Every row of both pictures, whichever way the run takes, and although the padding crops; the same rows when nothing is written.
 */
START_TEST(a_watch_sees_every_row)
{
    static const struct {
        const char *kernel;
        enum imc_map map;
        int pad;
    } cases[] = {{"sobel", IMC_MAP_AUTO, 1}, {"gaussian:sigma=2", IMC_MAP_AUTO, 8}, {"mean", IMC_MAP_FIT, -100}};
    char path[300];
    snprintf(path, sizeof path, "%s/out.png", test_folder());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen with = {0}, without = {0};
        ck_assert_int_eq(run(&with, cases[i].kernel, cases[i].map, cases[i].pad, path), IMC_OK);
        ck_assert_int_eq(run(&without, cases[i].kernel, cases[i].map, cases[i].pad, NULL), IMC_OK);
        ck_assert_int_eq(with.starts, 1);
        expect_rows(&with, 0, "sample:photo");
        expect_rows(&with, 1, path);
        expect_rows(&without, 0, "sample:photo");
        expect_rows(&without, 1, path);
        free_seen(&with);
        free_seen(&without);
        remove(path);
    }
}
END_TEST

START_TEST(a_watch_can_end_the_run)
{
    char path[300];
    struct seen seen = {.answer = IMC_ERR_CANCELLED};
    snprintf(path, sizeof path, "%s/none.png", test_folder());
    ck_assert_int_eq(run(&seen, "sobel", IMC_MAP_AUTO, 1, path), IMC_ERR_CANCELLED);
    ck_assert_uint_eq(seen.bytes[0] + seen.bytes[1], 0);
    ck_assert_ptr_null(fopen(path, "rb"));
    free_seen(&seen);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("thumbnail");
    TCase *tests = tcase_create("thumbnail");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, sizes_keep_proportions);
    tcase_add_test(tests, sizes_that_are_none_are_refused);
    tcase_add_test(tests, pixels_are_means_of_boxes);
    tcase_add_test(tests, floats_that_are_no_numbers);
    tcase_add_test(tests, a_watch_sees_every_row);
    tcase_add_test(tests, a_watch_can_end_the_run);
    suite_add_tcase(suite, tests);
    return suite;
}
