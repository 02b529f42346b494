/* test_jpegdamage.c: JPEG files that are cut short, damaged, longer than they should be, or of a kind that is not read. */
#include "pictures.h"

#include "jpeg_maker.h"

/* The kinds of files that damage is tried on. */
static unsigned char *make_kind(int kind, size_t *size)
{
    unsigned char samples[W * H * 4], payload[6 + sizeof exif] = "Exif";
    fill_smooth(samples, 4);
    memcpy(payload + 6, exif, sizeof exif);
    payload[6 + 18] = 2; /* an orientation that streams */
    const struct jpeg_marker_data markers[] = {
        {JPEG_APP0 + 1, payload, sizeof payload}, {JPEG_APP0 + 2, ICC("\1", "\2", "ab"), 16}, {0, NULL, 0}};
    struct jpeg_recipe recipe = {.width = W,
                                 .height = H,
                                 .components = 3,
                                 .in = JCS_RGB,
                                 .file = JCS_YCbCr,
                                 .sampling_x = 2,
                                 .sampling_y = 2,
                                 .progressive = kind == 1,
                                 .separate_scans = kind == 2,
                                 .arithmetic = kind == 4,
                                 .markers = markers};
    if (kind == 3) {
        recipe.components = 4;
        recipe.in = JCS_CMYK;
        recipe.file = JCS_YCCK;
    }
    return jpeg_make(&recipe, samples, size);
}
enum { KINDS = 5 };

START_TEST(truncation_fails)
{
    size_t size;
    unsigned char *bytes = make_kind(_i, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    picture_free(&picture);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        picture = picture_read(copy, cut, NULL);
        ck_assert_msg(picture.status == IMC_ERR_FORMAT, "kind %d cut to %zu of %zu bytes: status %d", _i, cut, size,
                      picture.status);
        /* The same with the end marker put behind the cut: a warning in the library, a failure here. Only files of one scan in
         * Huffman code tell: a scan may be left out, and an arithmetic decoder reads zeros past its end by definition. */
        if ((_i == 0 || _i == 3) && cut > 700 && cut + 16 < size) {
            copy = realloc(copy, cut + 2);
            memcpy(copy + cut, "\xff\xd9", 2);
            picture = picture_read(copy, cut + 2, NULL);
            ck_assert_msg(picture.status != IMC_OK, "kind %d ended at %zu of %zu bytes is accepted", _i, cut, size);
            picture_free(&picture);
        }
        free(copy);
    }
    bytes[size - 1] = 0xd0; /* all pixels are there, but a restart marker stands where the end marker should */
    picture = picture_read(bytes, size, NULL);
    ck_assert_int_eq(picture.status, IMC_ERR_FORMAT);
    free(bytes);
}
END_TEST

START_TEST(bytes_behind_the_end_are_ignored)
{
    size_t size;
    unsigned char *bytes = make_kind(_i, &size);
    bytes = realloc(bytes, size + 100);
    memset(bytes + size, 0xff, 100);
    struct picture picture = picture_read(bytes, size + 100, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    picture_free(&picture);
    free(bytes);
}
END_TEST

START_TEST(random_damage_is_survived)
{
    struct test_rng rng = {test_seed() + (uint64_t)_i};
    size_t size;
    unsigned char *bytes = make_kind(_i, &size);
    for (long n = 0; n < test_cases(400); n++) {
        unsigned char *copy = malloc(size);
        memcpy(copy, bytes, size);
        int end = n % 2 ? (int)size - 1 : 700; /* every other time in the header alone */
        for (int k = test_random_int(&rng, 1, 4); k > 0; k--)
            copy[test_random_int(&rng, 2, end < (int)size ? end : (int)size - 1)] = (unsigned char)test_random(&rng);
        struct imc_reader_options options = {.max_pixels = 1 << 22, .max_memory = 1 << 26, .luma = n % 3 == 0};
        struct picture picture = picture_read(copy, size, &options);
        ck_assert(picture.status == IMC_OK || picture.error.message[0]);
        picture_free(&picture);
        free(copy);
    }
    free(bytes);
}
END_TEST

/* Changes the frame header's byte at `offset` behind its marker. */
static void change_frame(unsigned char *bytes, size_t size, int offset, const char *values, size_t count)
{
    for (size_t i = 2; i + 20 < size; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) {
            memcpy(bytes + (ptrdiff_t)i + offset, values, count);
            return;
        }
    ck_abort_msg("no frame header");
}

START_TEST(foreign_kinds_are_named)
{
    static const struct {
        int offset;
        const char *values;
        size_t count;
        enum imc_status status;
        const char *says;
    } cases[] = {{4, "\x0c", 1, IMC_ERR_UNSUPPORTED, ""},                  /* 12 bits */
                 {1, "\xc5", 1, IMC_ERR_UNSUPPORTED, "convert it"},        /* hierarchical */
                 {5, "\x00\x00", 2, IMC_ERR_FORMAT, ""},                   /* no height */
                 {5, "\xff\xff\xff\xff", 4, IMC_ERR_UNSUPPORTED, "65500"}, /* 65535 x 65535 */
                 {5, "\xff\x00\xff\x00", 4, IMC_ERR_LIMIT, "max-pixels"},  /* 65280 x 65280 */
                 {5, "\x7f\x00\x7f\x00", 4, IMC_ERR_FORMAT, "row"}};       /* 32512 x 32512 in a few hundred bytes */
    size_t size;
    unsigned char *bytes = with_markers(NULL, &size);
    change_frame(bytes, size, cases[_i].offset, cases[_i].values, cases[_i].count);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == cases[_i].status, "status %d: %s", picture.status, picture.error.message);
    ck_assert_msg(strstr(picture.error.message, cases[_i].says) != NULL, "%s", picture.error.message);
    free(bytes);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("jpegdamage");
    TCase *tests = tcase_create("jpegdamage");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, truncation_fails, 0, KINDS);
    tcase_add_loop_test(tests, bytes_behind_the_end_are_ignored, 0, KINDS);
    tcase_add_loop_test(tests, random_damage_is_survived, 0, KINDS);
    tcase_add_loop_test(tests, foreign_kinds_are_named, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
