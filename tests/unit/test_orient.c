/* test_orient.c: the eight EXIF orientations against the standard's own words, by themselves and through a PNG with eXIf. */
#include "image/orient.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <imgconv/image.h>
#include <stdlib.h>
#include <string.h>

/* Where the stored pixel (x, y) of a w x h picture is seen. EXIF says where stored row 0 and stored column 0 are seen: */
static void seen_at(int orientation, int w, int h, int x, int y, int *seen_x, int *seen_y)
{
    static const char rows[9] = " TTBBLRRL";    /* row 0 at the top, bottom, left, right */
    static const char columns[9] = " LRRLTTBB"; /* column 0 likewise */
    switch (rows[orientation]) {
    case 'T':
        *seen_y = y;
        break;
    case 'B':
        *seen_y = h - 1 - y;
        break;
    case 'L':
        *seen_x = y;
        break;
    default:
        *seen_x = h - 1 - y;
    }
    switch (columns[orientation]) {
    case 'L':
        *seen_x = x;
        break;
    case 'R':
        *seen_x = w - 1 - x;
        break;
    case 'T':
        *seen_y = x;
        break;
    default:
        *seen_y = w - 1 - x;
    }
}

static void check_orient(struct test_rng *rng, int orientation, int w, int h, size_t pixel)
{
    size_t size = (size_t)w * (size_t)h * pixel;
    unsigned char *stored = malloc(size), *expected = malloc(size);
    int out_w = orient_swaps(orientation) ? h : w, out_h = orient_swaps(orientation) ? w : h;
    unsigned char *row = malloc((size_t)out_w * pixel);
    for (size_t i = 0; i < size; i++)
        stored[i] = (unsigned char)test_random(rng);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int sx = 0, sy = 0;
            seen_at(orientation, w, h, x, y, &sx, &sy);
            memcpy(expected + ((size_t)sy * (size_t)out_w + (size_t)sx) * pixel,
                   stored + ((size_t)y * (size_t)w + (size_t)x) * pixel, pixel);
        }
    struct orient *orient = orient_create(orientation, w, h, pixel);
    ck_assert_ptr_nonnull(orient);
    ck_assert(!orient_allocated(orient));
    ck_assert(orient_allocate(orient));
    ck_assert(orient_allocated(orient));
    bool holds = orient_holds(orientation);
    for (int y = 0; holds && y < h; y++)
        memcpy(orient_stored_row(orient, y), stored + (size_t)y * (size_t)w * pixel, (size_t)w * pixel);
    for (int y = 0; y < out_h; y++) {
        if (!holds)
            memcpy(orient_stored_row(orient, 0), stored + (size_t)y * (size_t)w * pixel, (size_t)w * pixel);
        orient_row(orient, holds ? y : 0, row);
        ck_assert_msg(memcmp(row, expected + (size_t)y * (size_t)out_w * pixel, (size_t)out_w * pixel) == 0,
                      "orientation %d, %d x %d, %d bytes a pixel, row %d", orientation, w, h, (int)pixel, y);
    }
    orient_destroy(orient);
    free(stored);
    free(expected);
    free(row);
}

START_TEST(every_orientation)
{
    struct test_rng rng = {test_seed()};
    static const size_t pixels[] = {1, 2, 3, 4, 6, 8, 12, 16};
    for (int orientation = 1; orientation <= 8; orientation++)
        for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++)
            for (int i = 0; i < 12; i++)
                check_orient(&rng, orientation, i ? test_random_int(&rng, 1, 9) : 1, i ? test_random_int(&rng, 1, 9) : 1,
                             pixels[p]);
}
END_TEST

START_TEST(holds_and_swaps)
{
    for (int orientation = 1; orientation <= 8; orientation++) {
        ck_assert(orient_holds(orientation) == (orientation > 2));
        ck_assert(orient_swaps(orientation) == (orientation > 4));
    }
}
END_TEST

enum { WIDTH = 5, HEIGHT = 3 };

static struct made oriented_png(int orientation, int interlace, const uint16_t *samples)
{
    struct made png = {0}, exif = made_exif(0, orientation, 300, 150);
    struct made_picture picture = {WIDTH, HEIGHT, 16, 2, interlace, samples};
    made_begin(&png, &picture);
    made_chunk(&png, "eXIf", exif.data, exif.size);
    made_end(&png, &picture);
    made_free(&exif);
    return png;
}

static void check_info(const struct imc_image_info *info, int orientation, int interlace)
{
    bool swaps = orientation > 4;
    enum { PICTURE = WIDTH * HEIGHT * 6 };
    ck_assert_int_eq(info->width, swaps ? HEIGHT : WIDTH);
    ck_assert_int_eq(info->height, swaps ? WIDTH : HEIGHT);
    ck_assert_int_eq(info->orientation, orientation);
    ck_assert(info->streams == (orientation <= 2 && !interlace));
    ck_assert_int_eq((int)info->held_bytes, PICTURE * ((orientation > 2) + interlace));
    ck_assert_double_eq_tol(info->metadata.x_per_metre, (swaps ? 150 : 300) / 0.0254, 1e-6);
    ck_assert_double_eq_tol(info->metadata.y_per_metre, (swaps ? 300 : 150) / 0.0254, 1e-6);
}

static void check_png(int orientation, int interlace)
{
    uint16_t samples[HEIGHT][WIDTH][3];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++)
                samples[y][x][c] = (uint16_t)(y * 4096 + x * 256 + c);
    struct made png = oriented_png(orientation, interlace, &samples[0][0][0]);
    struct imc_reader *reader;
    struct imc_error error;
    ck_assert_msg(imc_reader_open_memory(png.data, png.size, "turned", NULL, &reader, &error) == IMC_OK, "%s", error.message);
    const struct imc_image_info *info = imc_reader_info(reader);
    check_info(info, orientation, interlace);
    uint16_t out[WIDTH * HEIGHT * 3];
    ck_assert_msg(imc_reader_read(reader, out, info->height, &error) == IMC_OK, "%s", error.message);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int sx = 0, sy = 0;
            seen_at(orientation, WIDTH, HEIGHT, x, y, &sx, &sy);
            ck_assert(memcmp(out + (sy * info->width + sx) * 3, samples[y][x], 6) == 0);
        }
    imc_reader_close(reader);
    made_free(&png);
}

START_TEST(through_png)
{
    for (int orientation = 1; orientation <= 8; orientation++)
        for (int interlace = 0; interlace < 2; interlace++)
            check_png(orientation, interlace);
}
END_TEST

START_TEST(memory_limit)
{
    uint16_t samples[HEIGHT * WIDTH * 3] = {0};
    struct made png = oriented_png(6, 0, samples);
    struct imc_reader_options options;
    struct imc_reader *reader;
    struct imc_error error;
    imc_reader_options_default(&options);
    options.max_memory = 150;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "turned", &options, &reader, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_null(reader);
    ck_assert_ptr_nonnull(strstr(error.message, "max-memory"));
    made_free(&png);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("orient");
    TCase *tests = tcase_create("orient");
    tcase_add_test(tests, every_orientation);
    tcase_add_test(tests, holds_and_swaps);
    tcase_add_test(tests, through_png);
    tcase_add_test(tests, memory_limit);
    suite_add_tcase(suite, tests);
    return suite;
}
