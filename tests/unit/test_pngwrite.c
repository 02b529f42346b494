/* test_pngwrite.c: PNGs written by us, read back by us and, where netpbm is installed, by pngtopam. Metadata: test_pngmeta.c. */
#include "image/versions.h"
#include "support/picturefile.h"
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct imc_error error;
static char path[300];

static void setup(void)
{
    snprintf(path, sizeof path, "%s/out.png", test_folder());
}

static void *random_samples(struct test_rng *rng, const struct imc_image_info *info)
{
    size_t count = picture_bytes(info) / imc_type_size(info->type);
    unsigned full = (unsigned)info->full_scale;
    void *samples = malloc(count * imc_type_size(info->type));
    for (size_t i = 0; i < count; i++)
        if (info->type == IMC_U16)
            ((uint16_t *)samples)[i] = (uint16_t)(test_random(rng) % (full + 1));
        else
            ((uint8_t *)samples)[i] = (uint8_t)(test_random(rng) % (full + 1));
    return samples;
}

static void check_equal(const struct imc_image_info *info, const void *samples, const struct imc_image_info *got_info,
                        const void *got)
{
    ck_assert_int_eq(got_info->width, info->width);
    ck_assert_int_eq(got_info->height, info->height);
    ck_assert_int_eq(got_info->channels, info->channels);
    ck_assert_int_eq(got_info->alpha, info->alpha);
    ck_assert_int_eq(got_info->type, info->type);
    ck_assert(memcmp(samples, got, picture_bytes(info)) == 0);
}

static void check_round_trip(const struct imc_image_info *info, const void *samples, int compression)
{
    struct imc_writer_options options;
    struct imc_image_info got_info;
    imc_writer_options_default(&options);
    options.compression = compression;
    ck_assert_msg(picture_write(path, info, &options, samples, &error) == IMC_OK, "%s", error.message);
    void *got = picture_read(path, &got_info, &error);
    ck_assert_msg(got, "%s", error.message);
    check_equal(info, samples, &got_info, got);
    free(got);
}

START_TEST(round_trip)
{
    struct test_rng rng = {test_seed()};
    for (int type = IMC_U8; type <= IMC_U16; type++)
        for (int channels = 1; channels <= 4; channels++)
            for (int compression = 0; compression <= 9; compression++) {
                struct imc_image_info info =
                    picture_info(test_random_int(&rng, 1, 300), test_random_int(&rng, 1, 60), channels, (enum imc_type)type);
                void *samples = random_samples(&rng, &info);
                check_round_trip(&info, samples, compression);
                free(samples);
            }
}
END_TEST

/* Rows of all sorts: flat, smooth, repeated, noise. */
static unsigned char *mixed_bytes(struct test_rng *rng, const struct imc_image_info *info)
{
    size_t row = picture_bytes(info) / (size_t)info->height;
    unsigned char *bytes = malloc(picture_bytes(info));
    for (int y = 0; y < info->height; y++) {
        unsigned char *out = bytes + (size_t)y * row, base = (unsigned char)test_random(rng);
        size_t back = base ? base : 1;
        int sort = test_random_int(rng, 0, 3);
        for (size_t x = 0; x < row; x++)
            out[x] = (unsigned char)(sort == 0                ? base
                                     : sort == 1              ? base + x / 7 + (test_random(rng) & 3)
                                     : sort == 2 && x >= back ? out[x - back]
                                                              : test_random(rng));
    }
    return bytes;
}

static unsigned char *file_bytes(size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void check_threads(const struct imc_image_info *info, const void *samples, int compression)
{
    size_t size[5];
    unsigned char *bytes[5];
    for (int threads = 1; threads <= 4; threads++) {
        struct imc_writer_options options;
        imc_writer_options_default(&options);
        options.compression = compression;
        options.threads = threads;
        ck_assert_msg(picture_write(path, info, &options, samples, &error) == IMC_OK, "%s", error.message);
        bytes[threads] = file_bytes(&size[threads]);
        size_t same = 0;
        while (same < size[threads] && same < size[1] && bytes[threads][same] == bytes[1][same])
            same++;
        ck_assert_msg(same == size[1] && size[threads] == size[1],
                      "%d x %d at compression %d: %d threads write another file than one: %zu bytes and %zu, the first %zu alike",
                      info->width, info->height, compression, threads, size[threads], size[1], same);
    }
    struct imc_image_info got_info;
    void *got = picture_read(path, &got_info, &error);
    ck_assert_msg(got, "%s", error.message);
    check_equal(info, samples, &got_info, got);
    free(got);
    for (int threads = 1; threads <= 4; threads++)
        free(bytes[threads]);
}

/* Heights about a band's: it has as many rows (of a filter's number and the samples) as fit 256 KiB, or 1 MiB. */
START_TEST(bands_and_threads)
{
    struct test_rng rng = {test_seed() + 1};
    for (int compression = 0; compression <= 9; compression++) {
        struct imc_image_info info =
            picture_info(test_random_int(&rng, 500, 3000), 1, test_random_int(&rng, 1, 4), compression & 1 ? IMC_U8 : IMC_U16);
        int rows = (compression > 6 ? 1 << 20 : 256 << 10) / ((int)picture_bytes(&info) + 1);
        const int heights[] = {1, rows - 1, rows, rows + 1, 3 * rows, 9 * rows + 1};
        for (size_t i = 0; i < sizeof heights / sizeof *heights - (compression > 6); i++) {
            info.height = heights[i];
            unsigned char *samples = mixed_bytes(&rng, &info);
            check_threads(&info, samples, compression);
            free(samples);
        }
    }
}
END_TEST

/* Shapes with next to nothing in a row or a column, and a row that is longer than a band. */
START_TEST(odd_shapes)
{
    static const int sizes[][2] = {{1, 1}, {1, 7}, {7, 1}, {2, 3}, {1, 300000}, {300000, 1}, {300000, 3}};
    struct test_rng rng = {test_seed() + 2};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int compression = 0; compression <= 9; compression += 3)
            for (int channels = 1; channels <= 4; channels += 3) {
                struct imc_image_info info = picture_info(sizes[i][0], sizes[i][1], channels, i & 1 ? IMC_U16 : IMC_U8);
                unsigned char *samples = mixed_bytes(&rng, &info);
                check_threads(&info, samples, compression);
                free(samples);
            }
}
END_TEST

START_TEST(more_compression_is_smaller)
{
    struct test_rng rng = {test_seed() + 3};
    struct imc_image_info info = picture_info(700, 500, 3, IMC_U8);
    unsigned char *samples = malloc(picture_bytes(&info));
    unsigned char tile[2100];
    for (size_t i = 0; i < sizeof tile; i++)
        tile[i] = (unsigned char)(test_random(&rng) & 7);
    for (size_t i = 0; i < picture_bytes(&info); i++) /* a ramp, with a texture on it that repeats in every 20th row */
        samples[i] = (unsigned char)(i / 8400 + tile[(i % 2100 + i / 2100 % 20 * 173) % 2100]);
    static const int levels[] = {0, 6, 9};
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct imc_writer_options options;
        imc_writer_options_default(&options);
        options.compression = levels[i];
        ck_assert_int_eq(picture_write(path, &info, &options, samples, &error), IMC_OK);
        size_t size;
        free(file_bytes(&size));
        ck_assert_msg(size <= before, "compression %d gives %zu bytes, the level before %zu", levels[i], size, before);
        before = size;
    }
    ck_assert_uint_lt(before, picture_bytes(&info) / 2);
    free(samples);
}
END_TEST

/* A writer that is closed early leaves no thread, no memory and no file. */
START_TEST(given_up)
{
    struct imc_image_info info = picture_info(2000, 2000, 1, IMC_U8);
    struct test_rng rng = {test_seed() + 4};
    unsigned char *samples = mixed_bytes(&rng, &info);
    for (int rows = 0; rows <= 2000; rows += 400) {
        struct imc_writer *writer;
        struct imc_writer_options options;
        imc_writer_options_default(&options);
        options.threads = 3;
        remove(path);
        ck_assert_int_eq(imc_writer_open(path, &info, &options, &writer, &error), IMC_OK);
        ck_assert_int_eq(imc_writer_write(writer, samples, rows, &error), IMC_OK);
        imc_writer_close(writer);
        struct stat status;
        ck_assert_int_ne(stat(path, &status), 0);
    }
    free(samples);
}
END_TEST

START_TEST(second_program)
{
    if (system("command -v pngtopam >/dev/null 2>&1") != 0) {
        printf("second program: skipped, pngtopam (netpbm) is not installed\n");
        return;
    }
    struct test_rng rng = {test_seed()};
    for (int type = IMC_U8; type <= IMC_U16; type++)
        for (int channels = 1; channels <= 4; channels++) {
            struct imc_image_info info = picture_info(370, 511, channels, (enum imc_type)type), got_info;
            void *samples = random_samples(&rng, &info);
            char command[1000], pam[400];
            ck_assert_int_eq(picture_write(path, &info, NULL, samples, &error), IMC_OK);
            snprintf(pam, sizeof pam, "%s/out.pam", test_folder());
            snprintf(command, sizeof command, "pngtopam -quiet %s '%s' > '%s'", info.alpha ? "-alphapam" : "", path, pam);
            ck_assert_int_eq(system(command), 0);
            void *got = picture_read(pam, &got_info, &error);
            ck_assert_msg(got, "%s", error.message);
            check_equal(&info, samples, &got_info, got);
            free(got);
            free(samples);
        }
}
END_TEST

START_TEST(ramp_of_16_bits)
{
    struct imc_image_info info = picture_info(65536, 1, 1, IMC_U16);
    uint16_t *samples = malloc(65536 * sizeof *samples);
    for (int i = 0; i < 65536; i++)
        samples[i] = (uint16_t)i;
    check_round_trip(&info, samples, 6);
    free(samples);
}
END_TEST

/* Every value of every small full scale, and some of the large ones, to the nearest. */
START_TEST(other_full_scales)
{
    static const int scales[] = {1, 2, 3, 7, 15, 31, 99, 100, 127, 254, 255, 256, 1000, 1023, 4095, 16383, 32768, 65534};
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        int scale = scales[s], wide = scale > 255;
        struct imc_image_info info = picture_info(scale + 1, 1, 1, wide ? IMC_U16 : IMC_U8), got_info;
        info.full_scale = (float)scale;
        unsigned char *bytes = malloc((size_t)scale + 1);
        uint16_t *words = malloc(((size_t)scale + 1) * 2);
        for (int i = 0; i <= scale; i++) {
            bytes[i] = (unsigned char)i;
            words[i] = (uint16_t)i;
        }
        ck_assert_int_eq(picture_write(path, &info, NULL, wide ? (void *)words : bytes, &error), IMC_OK);
        void *got = picture_read(path, &got_info, &error);
        ck_assert_float_eq(got_info.full_scale, wide ? 65535 : 255);
        for (int i = 0; i <= scale; i++) {
            double exact = (wide ? 65535.0 : 255.0) * i / scale, sample = wide ? ((uint16_t *)got)[i] : ((uint8_t *)got)[i];
            ck_assert_double_le(sample > exact ? sample - exact : exact - sample, 0.5);
        }
        free(got);
        free(bytes);
        free(words);
    }
}
END_TEST

static void check_refused(struct imc_image_info info, const char *words)
{
    static const float samples[5];
    remove(path);
    ck_assert_int_eq(picture_write(path, &info, NULL, samples, &error), IMC_ERR_ARGUMENT);
    ck_assert_msg(strstr(error.message, words), "%s", error.message);
    struct stat status;
    ck_assert_int_ne(stat(path, &status), 0);
}

START_TEST(refused)
{
    struct imc_image_info info = picture_info(1, 1, 1, IMC_F32);
    check_refused(info, "NPY and PFM");
    check_refused(picture_info(1, 1, 5, IMC_U8), "NPY");
    info = picture_info(1, 1, 2, IMC_U8);
    info.alpha = false;
    check_refused(info, "NPY");
    info = picture_info(1, 1, 3, IMC_U8);
    info.full_scale = 256;
    check_refused(info, "full scale");
    check_refused(picture_info(0, 1, 3, IMC_U8), "0 x 1");
    check_refused(picture_info(1, 1, 0, IMC_U8), "channels");
}
END_TEST

START_TEST(full_disk)
{
    struct imc_image_info info = picture_info(1000, 1000, 1, IMC_U16);
    struct test_rng rng = {test_seed()};
    void *samples = random_samples(&rng, &info);
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.format = IMC_FORMAT_PNG;
    options.compression = 1;
    ck_assert_int_eq(picture_write("/dev/full", &info, &options, samples, &error), IMC_ERR_IO);
    ck_assert_str_eq(error.message, "/dev/full: cannot write: No space left on device");
    free(samples);
}
END_TEST

START_TEST(versions)
{
    ck_assert(strncmp(image_png_version(), "1.", 2) == 0);
    ck_assert(image_zlib_version()[0] == '1');
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pngwrite");
    TCase *tests = tcase_create("pngwrite");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, setup, NULL);
    tcase_add_test(tests, round_trip);
    tcase_add_test(tests, bands_and_threads);
    tcase_add_test(tests, odd_shapes);
    tcase_add_test(tests, more_compression_is_smaller);
    tcase_add_test(tests, given_up);
    tcase_add_test(tests, second_program);
    tcase_add_test(tests, ramp_of_16_bits);
    tcase_add_test(tests, other_full_scales);
    tcase_add_test(tests, refused);
    tcase_add_test(tests, full_disk);
    tcase_add_test(tests, versions);
    suite_add_tcase(suite, tests);
    return suite;
}
