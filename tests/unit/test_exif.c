/* test_exif.c: orientation and resolution in EXIF and XMP, and blobs that lie about their own size. */
#include "image/exif.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct imc_blob blob_of(struct made *made)
{
    return (struct imc_blob){made->data, made->size};
}

START_TEST(orientation_and_resolution)
{
    for (int big = 0; big < 2; big++)
        for (int orientation = 1; orientation <= 8; orientation++) {
            struct made made = made_exif(big, orientation, 300, 150);
            struct imc_blob exif = blob_of(&made);
            double x = 0, y = 0;
            ck_assert_int_eq(exif_orientation(&exif), orientation);
            ck_assert(exif_resolution(&exif, &x, &y));
            ck_assert_double_eq_tol(x, 300 / 0.0254, 1e-6);
            ck_assert_double_eq_tol(y, 150 / 0.0254, 1e-6);
            made_free(&made);
        }
}
END_TEST

START_TEST(upright_swaps_once)
{
    for (int big = 0; big < 2; big++)
        for (int orientation = 1; orientation <= 8; orientation++) {
            struct made made = made_exif(big, orientation, 300, 150);
            struct imc_blob exif = blob_of(&made);
            for (int times = 0; times < 2; times++) {
                double x = 0, y = 0;
                exif_make_upright(&exif);
                ck_assert_int_eq(exif_orientation(&exif), 1);
                ck_assert(exif_resolution(&exif, &x, &y));
                ck_assert_double_eq_tol(x, (orientation >= 5 ? 150 : 300) / 0.0254, 1e-6);
                ck_assert_double_eq_tol(y, (orientation >= 5 ? 300 : 150) / 0.0254, 1e-6);
            }
            made_free(&made);
        }
}
END_TEST

START_TEST(absent_or_out_of_range)
{
    struct imc_blob none = {0};
    double x = 5, y = 6;
    ck_assert_int_eq(exif_orientation(&none), 1);
    ck_assert(!exif_resolution(&none, &x, &y));
    exif_make_upright(&none);
    for (int orientation = 0; orientation < 300; orientation += orientation == 0 ? 9 : 97) {
        struct made made = made_exif(1, orientation, 0, 0);
        struct imc_blob exif = blob_of(&made);
        ck_assert_int_eq(exif_orientation(&exif), 1);
        ck_assert(!exif_resolution(&exif, &x, &y));
        made_free(&made);
    }
    ck_assert(x == 5 && y == 6);
}
END_TEST

/* Every prefix, and random bytes in every place: the sanitizers watch. Blocks of the exact size show a read past the end. */
START_TEST(hostile)
{
    struct test_rng rng = {test_seed()};
    struct made made = made_exif(0, 6, 300, 150);
    for (long i = 0; i < test_cases(20000); i++) {
        size_t size = (size_t)test_random_int(&rng, 0, (int)made.size);
        unsigned char *copy = malloc(size ? size : 1);
        memcpy(copy, made.data, size);
        for (int flips = test_random_int(&rng, 0, 4); flips > 0 && size > 0; flips--)
            copy[test_random(&rng) % size] = (unsigned char)test_random(&rng);
        struct imc_blob exif = {copy, size};
        double x = 1, y = 1;
        int orientation = exif_orientation(&exif);
        ck_assert(orientation >= 1 && orientation <= 8);
        if (exif_resolution(&exif, &x, &y))
            ck_assert(x > 0 && y > 0);
        exif_make_upright(&exif);
        ck_assert_int_eq(exif_orientation(&exif), 1);
        free(copy);
    }
    made_free(&made);
}
END_TEST

static void check_xmp(const char *before, const char *after)
{
    struct imc_blob xmp = {malloc(strlen(before)), strlen(before)};
    memcpy(xmp.data, before, xmp.size);
    for (int times = 0; times < 2; times++) {
        xmp_make_upright(&xmp);
        ck_assert_int_eq((int)xmp.size, (int)strlen(after));
        ck_assert(memcmp(xmp.data, after, xmp.size) == 0);
    }
    free(xmp.data);
}

START_TEST(xmp_orientation)
{
    check_xmp("<x tiff:Orientation=\"6\" tiff:XResolution=\"300/1\" tiff:YResolution='150/1'/>",
              "<x tiff:Orientation=\"1\" tiff:YResolution=\"300/1\" tiff:XResolution='150/1'/>");
    check_xmp("<tiff:Orientation>8</tiff:Orientation><tiff:XResolution>3</tiff:XResolution>",
              "<tiff:Orientation>1</tiff:Orientation><tiff:YResolution>3</tiff:YResolution>");
    check_xmp("<x tiff:Orientation = '3' tiff:XResolution=\"300/1\"/>", "<x tiff:Orientation = '1' tiff:XResolution=\"300/1\"/>");
    check_xmp("<x tiff:Orientation=\"9\"", "<x tiff:Orientation=\"9\"");
    check_xmp("tiff:Orientation", "tiff:Orientation");
    check_xmp("tiff:Orientation=\"", "tiff:Orientation=\"");
    check_xmp("Resolution tiff:Orientation=6 Resolution", "Resolution tiff:Orientation=1 Resolution");
    check_xmp("", "");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("exif");
    TCase *tests = tcase_create("exif");
    tcase_add_test(tests, orientation_and_resolution);
    tcase_add_test(tests, upright_swaps_once);
    tcase_add_test(tests, absent_or_out_of_range);
    tcase_add_test(tests, hostile);
    tcase_add_test(tests, xmp_orientation);
    suite_add_tcase(suite, tests);
    return suite;
}
