/* test_pngmeta.c: what PNGs say beside the pixels: EXIF, XMP, ICC profiles and resolution, read from chunks made byte by byte, and
 * written and read back. */
#include "support/picturefile.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

static struct imc_error error;

/* ---- read ---- */

static void check_xmp(const void *chunk, size_t size, const char *expected)
{
    static const uint16_t samples[1];
    struct made_picture picture = {1, 1, 8, MADE_GRAY, 0, samples};
    struct made png = {0};
    made_begin(&png, &picture);
    made_chunk(&png, "iTXt", chunk, size);
    made_end(&png, &picture);
    struct imc_reader *reader;
    ck_assert_msg(imc_reader_open_memory(png.data, png.size, "xmp", NULL, &reader, &error) == IMC_OK, "%s", error.message);
    const struct imc_blob *xmp = &imc_reader_info(reader)->metadata.xmp;
    ck_assert_uint_eq(xmp->size, expected ? strlen(expected) : 0);
    ck_assert(!expected || memcmp(xmp->data, expected, xmp->size) == 0);
    imc_reader_close(reader);
    made_free(&png);
}

START_TEST(xmp)
{
    unsigned char chunk[200] = "XML:com.adobe.xmp\0\1\0de\0titel\0";
    enum { PREFIX = 17 + 3 + 3 + 6 };
    char packet[2000];
    memset(packet, 'x', sizeof packet - 1);
    packet[sizeof packet - 1] = 0;
    uLongf size = sizeof chunk - PREFIX;
    ck_assert_int_eq(compress(chunk + PREFIX, &size, (Bytef *)packet, sizeof packet - 1), Z_OK);
    check_xmp(chunk, PREFIX + size, packet);
    check_xmp(chunk, PREFIX + size - 1, NULL);
    check_xmp(chunk, PREFIX, NULL);
    check_xmp("XML:com.adobe.xmp\0\0\0en\0t\0packet", 17 + 3 + 3 + 2 + 6, "packet");
    check_xmp("XML:com.adobe.xmp\0\0\0en", 17 + 3 + 2, NULL);
    check_xmp("XML:com.adobe.xmp", 18, NULL);
    check_xmp("Title\0\0\0\0\0a title, and rather long", 31, NULL);
}
END_TEST

START_TEST(resolution)
{
    static const uint16_t samples[1];
    struct made_picture picture = {1, 1, 8, MADE_GRAY, 0, samples};
    for (int unit = 0; unit < 2; unit++) {
        struct made png = {0};
        made_begin(&png, &picture);
        made_chunk(&png, "pHYs", unit ? "\0\0\3\xe8\0\0\7\xd0\1" : "\0\0\3\xe8\0\0\7\xd0\0", 9);
        made_end(&png, &picture);
        struct imc_reader *reader;
        ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "pHYs", NULL, &reader, &error), IMC_OK);
        const struct imc_metadata *metadata = &imc_reader_info(reader)->metadata;
        ck_assert_double_eq(metadata->x_per_metre, unit ? 1000 : 0);
        ck_assert_double_eq(metadata->y_per_metre, unit ? 2000 : 0);
        ck_assert_double_eq(metadata->pixel_aspect,
                            unit ? 0 : 2); /* twice as many fit down as across: a pixel is twice as wide as high */
        imc_reader_close(reader);
        made_free(&png);
    }
}
END_TEST

/* ---- written ---- */

/* What libpng takes for an ICC profile: the header and a table of one tag. The tag's text is hard to compress, since libpng does
 * not read a profile that fills less than some ninety bytes. */
enum { PROFILE_TEXT = 152, PROFILE = PROFILE_TEXT + 204 };
static struct imc_blob icc_profile(unsigned char profile[PROFILE], const char *space)
{
    static const unsigned char d50[12] = {0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d};
    memset(profile, 0, PROFILE);
    profile[2] = PROFILE >> 8;
    profile[3] = PROFILE & 255;
    profile[8] = 2;
    memcpy(profile + 12, "mntr", 4);
    memcpy(profile + 16, space, 4);
    memcpy(profile + 20, "XYZ ", 4);
    memcpy(profile + 36, "acsp", 4);
    memcpy(profile + 68, d50, 12);
    memcpy(profile + 128, "\0\0\0\1cprt\0\0\0\x90\0\0\0\xd4text", 20);
    for (int i = PROFILE_TEXT; i < PROFILE; i++)
        profile[i] = (unsigned char)(i * i * 7 + i / 3);
    return (struct imc_blob){profile, PROFILE};
}

static struct imc_reader *write_with(struct imc_metadata *metadata, int channels)
{
    static const unsigned char samples[3];
    char path[300];
    struct imc_image_info info = picture_info(1, 1, channels, IMC_U8);
    struct imc_writer_options options;
    struct imc_reader *reader;
    snprintf(path, sizeof path, "%s/out.png", test_folder());
    imc_writer_options_default(&options);
    options.metadata = metadata;
    ck_assert_msg(picture_write(path, &info, &options, samples, &error) == IMC_OK, "%s", error.message);
    ck_assert_msg(imc_reader_open(path, NULL, &reader, &error) == IMC_OK, "%s", error.message);
    return reader;
}

static void check_blob(const struct imc_blob *got, const struct imc_blob *given)
{
    ck_assert_uint_eq(got->size, given->size);
    ck_assert(memcmp(got->data, given->data, got->size) == 0);
}

START_TEST(metadata)
{
    unsigned char profile[PROFILE];
    char packet[] = "<?xpacket?> tiff:Orientation=\"1\" \xc3\xa4";
    for (int times = 0; times < 2; times++) {
        struct made exif = made_exif(times, 1, 72, 72);
        struct imc_metadata given = {.exif = {exif.data, exif.size},
                                     .xmp = {packet, strlen(packet)},
                                     .icc = icc_profile(profile, "RGB "),
                                     .x_per_metre = times ? 11811.02 : 0,
                                     .y_per_metre = times ? 5905.7 : 0,
                                     .pixel_aspect = times ? 0 : 1.5};
        struct imc_reader *reader = write_with(&given, 3);
        const struct imc_metadata *got = &imc_reader_info(reader)->metadata;
        check_blob(&got->exif, &given.exif);
        check_blob(&got->xmp, &given.xmp);
        check_blob(&got->icc, &given.icc);
        ck_assert_double_eq(got->x_per_metre, times ? 11811 : 0);
        ck_assert_double_eq(got->y_per_metre, times ? 5906 : 0);
        ck_assert_double_eq(got->pixel_aspect, times ? 0 : 1.5);
        imc_reader_close(reader);
        made_free(&exif);
    }
}
END_TEST

START_TEST(metadata_is_upright)
{
    struct made exif = made_exif(0, 6, 300, 150), turned = made_exif(0, 1, 150, 300);
    char xmp[] = "tiff:Orientation=\"6\"";
    struct imc_metadata given = {.exif = {exif.data, exif.size}, .xmp = {xmp, strlen(xmp)}};
    struct imc_reader *reader = write_with(&given, 1);
    const struct imc_image_info *info = imc_reader_info(reader);
    ck_assert_int_eq(info->orientation, 1);
    check_blob(&info->metadata.exif, &(struct imc_blob){turned.data, turned.size});
    check_blob(&info->metadata.xmp, &(struct imc_blob){"tiff:Orientation=\"1\"", 20});
    ck_assert_str_eq(xmp, "tiff:Orientation=\"6\""); /* the caller's own is as it was */
    imc_reader_close(reader);
    made_free(&exif);
    made_free(&turned);
}
END_TEST

START_TEST(profiles_that_do_not_fit)
{
    unsigned char profile[PROFILE];
    struct imc_metadata given = {.icc = icc_profile(profile, "RGB ")};
    struct imc_reader *reader = write_with(&given, 1);
    ck_assert_ptr_null(imc_reader_info(reader)->metadata.icc.data);
    imc_reader_close(reader);
    given.icc = icc_profile(profile, "GRAY");
    reader = write_with(&given, 1);
    check_blob(&imc_reader_info(reader)->metadata.icc, &given.icc);
    imc_reader_close(reader);
    given.icc = (struct imc_blob){"rubbish", 7};
    reader = write_with(&given, 3);
    ck_assert_ptr_null(imc_reader_info(reader)->metadata.icc.data);
    imc_reader_close(reader);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pngmeta");
    TCase *tests = tcase_create("pngmeta");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, xmp);
    tcase_add_test(tests, resolution);
    tcase_add_test(tests, metadata);
    tcase_add_test(tests, metadata_is_upright);
    tcase_add_test(tests, profiles_that_do_not_fit);
    suite_add_tcase(suite, tests);
    return suite;
}
