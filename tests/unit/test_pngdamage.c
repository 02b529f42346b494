/* test_pngdamage.c: PNGs that are cut short, damaged, that claim more than they hold, or exceed a limit. */
#include "support/picturefile.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct imc_error error;

/* A small file with many kinds of chunks. */
static struct made small_png(int interlace)
{
    static const uint16_t samples[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 3, 2, 1, 0};
    struct made_picture picture = {5, 4, 8, MADE_GRAY, interlace, samples};
    struct made png = {0}, exif = made_exif(1, 1, 300, 300);
    static const unsigned char resolution[] = {0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1};
    made_begin(&png, &picture);
    made_chunk(&png, "pHYs", resolution, sizeof resolution);
    made_chunk(&png, "eXIf", exif.data, exif.size);
    made_chunk(&png, "tEXt", "Comment\0hello", 13);
    made_chunk(&png, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>", 26);
    made_chunk(&png, "prVt", "private", 7);
    struct made idat = made_idat(&picture);
    made_chunk(&png, "IDAT", idat.data, 7);
    made_chunk(&png, "IDAT", idat.data + 7, idat.size - 7);
    made_chunk(&png, "tIME", "\7\xd0\1\1\0\0\0", 7);
    made_chunk(&png, "IEND", NULL, 0);
    made_free(&idat);
    made_free(&exif);
    return png;
}

START_TEST(truncated_anywhere)
{
    struct imc_image_info info;
    for (int interlace = 0; interlace < 2; interlace++) {
        struct made png = small_png(interlace);
        void *whole = picture_read_memory(png.data, png.size, NULL, &info, &error);
        ck_assert_msg(whole, "%s", error.message);
        free(whole);
        for (size_t size = 0; size < png.size; size++) {
            unsigned char *copy = malloc(size + 1); /* its own block, so that a read past the end shows */
            memcpy(copy, png.data, size);
            ck_assert_msg(!picture_read_memory(copy, size, NULL, &info, &error), "%d of %d bytes were enough", (int)size,
                          (int)png.size);
            ck_assert_msg(error.status == IMC_ERR_FORMAT, "%d bytes: %s", (int)size, error.message);
            ck_assert(strncmp(error.message, "memory: ", 8) == 0);
            free(copy);
        }
        made_free(&png);
    }
}
END_TEST

/* Every byte but the text of the signature is under a CRC, or is one. */
START_TEST(flipped_bits)
{
    struct imc_image_info info;
    for (int interlace = 0; interlace < 2; interlace++) {
        struct made png = small_png(interlace);
        for (size_t bit = 0; bit < png.size * 8; bit++) {
            png.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
            ck_assert_msg(!picture_read_memory(png.data, png.size, NULL, &info, &error), "bit %d flipped, not noticed", (int)bit);
            png.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        made_free(&png);
    }
}
END_TEST

/* Damage under right CRCs: it must be survived, whatever comes out. */
START_TEST(random_chunks)
{
    struct test_rng rng = {test_seed()};
    struct imc_reader_options options;
    imc_reader_options_default(&options);
    options.max_pixels = 1 << 16;
    static const char types[][5] = {"PLTE", "tRNS", "eXIf", "iTXt", "iCCP", "pHYs", "IDAT",
                                    "zTXt", "sPLT", "hIST", "cHRM", "gAMA", "sBIT"};
    for (long i = 0; i < test_cases(3000); i++) {
        static const int colours[] = {MADE_GRAY, MADE_RGB, MADE_PALETTE, MADE_GRAY_ALPHA, MADE_RGB_ALPHA};
        uint16_t samples[8 * 8 * 4] = {0};
        struct made png = {0};
        struct made_picture picture = {test_random_int(&rng, 1, 8),      test_random_int(&rng, 1, 8),
                                       1 << test_random_int(&rng, 0, 4), colours[test_random_int(&rng, 0, 4)],
                                       test_random_int(&rng, 0, 1),      samples};
        made_begin(&png, &picture);
        for (int chunks = test_random_int(&rng, 0, 5); chunks > 0; chunks--) {
            unsigned char data[80];
            for (size_t b = 0; b < sizeof data; b++)
                data[b] = (unsigned char)test_random(&rng);
            if (test_random_int(&rng, 0, 1))
                memcpy(data, "XML:com.adobe.xmp\0\1\0\0\0\x78\x9c", 24);
            made_chunk(&png, types[test_random(&rng) % (sizeof types / sizeof *types)], data,
                       (size_t)test_random_int(&rng, 0, sizeof data));
        }
        made_end(&png, &picture);
        struct imc_image_info info;
        free(picture_read_memory(png.data, png.size, &options, &info, &error));
        made_free(&png);
    }
}
END_TEST

/* The CRCs are right, but not what they guard. */
START_TEST(wrong_inside)
{
    static const uint16_t samples[20];
    struct made_picture picture = {5, 4, 8, MADE_GRAY, 0, samples};
    struct imc_image_info info;
    for (int fault = 0; fault < 3; fault++) {
        struct made png = {0}, idat = made_idat(&picture);
        made_begin(&png, &picture);
        if (fault == 0)
            idat.data[idat.size - 1] ^= 1; /* the checksum of the unpacked rows */
        if (fault == 1)
            idat.size -= 6;
        made_chunk(&png, "IDAT", idat.data, idat.size);
        if (fault == 2)
            made_add(&png, "garbage instead of the next chunk", 33);
        made_chunk(&png, "IEND", NULL, 0);
        ck_assert_msg(!picture_read_memory(png.data, png.size, NULL, &info, &error), "fault %d was not noticed", fault);
        ck_assert_int_eq(error.status, IMC_ERR_FORMAT);
        made_free(&png);
        made_free(&idat);
    }
}
END_TEST

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* IHDR claims far more than the file can hold. Through a pipe nobody knows how long the file is. */
static void check_claim(int width, int height, int interlace, int by_pipe, enum imc_status expected)
{
    static const uint16_t samples[8];
    struct made_picture real = {1, 1, 16, MADE_RGB_ALPHA, interlace, samples}, claimed = real;
    struct made png = {0}, idat = made_idat(&real);
    claimed.width = width;
    claimed.height = height;
    made_begin(&png, &claimed);
    made_chunk(&png, "IDAT", idat.data, idat.size);
    made_chunk(&png, "IEND", NULL, 0);
    struct imc_reader *reader;
    int ends[2], saved = dup(STDIN_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], png.data, png.size), (int)png.size);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    enum imc_status status = by_pipe ? imc_reader_open("-", NULL, &reader, &error)
                                     : imc_reader_open_memory(png.data, png.size, "claim", NULL, &reader, &error);
    if (status == IMC_OK) {
        void *row = malloc((size_t)width * 8);
        status = imc_reader_read(reader, row, 1, &error);
        free(row);
    }
    imc_reader_close(reader);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    ck_assert_msg(status == expected, "%d x %d: %d: %s", width, height, status, error.message);
    made_free(&png);
    made_free(&idat);
}

START_TEST(huge_claims)
{
    long before = peak_kib();
    check_claim(30000, 30000, 0, 0, IMC_ERR_FORMAT);
    check_claim(30000, 30000, 1, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 0x7fffffff, 1, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 1, 0, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 1, 0, 1, IMC_ERR_LIMIT);
    check_claim(40000, 40000, 1, 1, IMC_ERR_LIMIT);
    check_claim(100000, 100000, 0, 1, IMC_ERR_LIMIT);
    check_claim(8000, 8000, 1, 1, IMC_ERR_FORMAT);
    check_claim(30000, 30000, 0, 1, IMC_ERR_FORMAT);
#ifndef __SANITIZE_ADDRESS__ /* which keeps books about memory that is never touched */
    ck_assert_int_lt(peak_kib() - before, 16 * 1024);
#else
    (void)before;
#endif
}
END_TEST

START_TEST(limits)
{
    struct made png = small_png(0);
    struct imc_reader_options options;
    struct imc_reader *reader;
    imc_reader_options_default(&options);
    options.max_pixels = 19;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "max-pixels"));
    options.max_pixels = 20;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_OK);
    imc_reader_close(reader);
    made_free(&png);
    png = small_png(1);
    options.max_memory = 39; /* four rows are 20 bytes, the held picture 20 */
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_ERR_LIMIT);
    ck_assert_str_eq(error.message,
                     "small: reading it takes 40 bytes of memory, more than the limit of 39 bytes; raise --max-memory");
    options.max_memory = 40;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_OK);
    imc_reader_close(reader);
    made_free(&png);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pngdamage");
    TCase *tests = tcase_create("pngdamage");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, huge_claims); /* first, while the peak is low */
    tcase_add_test(tests, truncated_anywhere);
    tcase_add_test(tests, flipped_bits);
    tcase_add_test(tests, random_chunks);
    tcase_add_test(tests, wrong_inside);
    tcase_add_test(tests, limits);
    suite_add_tcase(suite, tests);
    return suite;
}
