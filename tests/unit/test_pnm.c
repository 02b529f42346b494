/* test_pnm.c: PNM and PAM from hand-made bytes, what is written read back by us and by the Netpbm programs, and bad files. */
#include "pictures.h"

struct good_case {
    const char *bytes;
    size_t size;
    int width, height, channels, full_scale, bits;
    int sample[12];
};
#define GOOD(text, ...)                                                                                                            \
    {                                                                                                                              \
        text, sizeof text - 1, __VA_ARGS__                                                                                         \
    }

static const struct good_case good[] = {
    GOOD("P1\n3 2\n1 0 1\n0 1 0\n", 3, 2, 1, 255, 1, {0, 255, 0, 255, 0, 255}),
    GOOD("P1 # a bitmap\n#second line\n3 2 101 01\n0", 3, 2, 1, 255, 1, {0, 255, 0, 255, 0, 255}),
    GOOD("P1#\n3#w\n#h\n2#e\n1#\n0#\n1#\n010", 3, 2, 1, 255, 1, {0, 255, 0, 255, 0, 255}),
    GOOD("P2\n2 2\n255\n0 1\n254 255", 2, 2, 1, 255, 8, {0, 1, 254, 255}),
    GOOD("P2 2 2 # maxval follows\r\n100 0 50 99\t\t100\n", 2, 2, 1, 100, 8, {0, 50, 99, 100}),
    GOOD("P2\n2 1\n1\n1 0\n", 2, 1, 1, 1, 8, {1, 0}),
    GOOD("P2\n2 1\n256\n256 0\n", 2, 1, 1, 256, 16, {256, 0}),
    GOOD("P2\n2 1\n65535\n65535 #why not\n 00012\n", 2, 1, 1, 65535, 16, {65535, 12}),
    GOOD("P3\n1 2\n1000\n0 500 1000\n1 2 3\n", 1, 2, 3, 1000, 16, {0, 500, 1000, 1, 2, 3}),
    GOOD("P4\n10 1\n\x81\x40", 10, 1, 1, 255, 1, {0, 255, 255, 255, 255, 255, 255, 0, 255, 0}),
    GOOD("P4 1 2 \x80\x7f", 1, 2, 1, 255, 1, {0, 255}),
    GOOD("P4\n8 1\n#", 8, 1, 1, 255, 1, {255, 255, 0, 255, 255, 255, 0, 0}), /* behind the header '#' is a sample: 0x23 */
    GOOD("P5\n2 2\n255\n\x00\x7f\x80\xff", 2, 2, 1, 255, 8, {0, 127, 128, 255}),
    GOOD("P5\n2 1\n255#comment\n\x01\x02", 2, 1, 1, 255, 8, {1, 2}),
    GOOD("P5\n2 1\n255\n# ", 2, 1, 1, 255, 8, {35, 32}),
    GOOD("P5 2 1 1 \x01\x00", 2, 1, 1, 1, 8, {1, 0}),
    GOOD("P5\n2 1\n65535\n\x12\x34\xff\xff", 2, 1, 1, 65535, 16, {0x1234, 65535}),
    GOOD("P5\n2 1\n1000\n\x03\xe8\x00\x01", 2, 1, 1, 1000, 16, {1000, 1}),
    GOOD("P5\n1 1\n256\n\x01\x00", 1, 1, 1, 256, 16, {256}),
    GOOD("P6\n1 2\n255\nabcdef", 1, 2, 3, 255, 8, {97, 98, 99, 100, 101, 102}),
    GOOD("P6\n1 1\n255\nabcP6\n1 1\n255\ndef", 1, 1, 3, 255, 8, {97, 98, 99}), /* a second picture behind the first */
    GOOD("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\nab", 2, 1, 1, 255, 8, {97, 98}),
    GOOD("P7\n# made by hand\n\nMAXVAL   1000\n  DEPTH 2 \nHEIGHT 1\nWIDTH 1\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n\x03\xe8\x00\x07",
         1, 1, 2, 1000, 16, {1000, 7}),
    GOOD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 100\nTUPLTYPE RGB\nENDHDR\nabc", 1, 1, 3, 100, 8, {97, 98, 99}),
    GOOD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcd", 1, 1, 4, 255, 8, {97, 98, 99, 100}),
    GOOD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 65535\nENDHDR\nabcdefgh", 1, 1, 4, 65535, 16, {0x6162, 0x6364, 0x6566, 0x6768}),
    GOOD("P7\nWIDTH 3\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\x01\x00\x01", 3, 1, 1, 255, 1, {255, 0, 255}),
    GOOD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE_ALPHA\nENDHDR\n\x01\x00", 1, 1, 2, 255, 1, {255, 0}),
};

START_TEST(reads_by_hand)
{
    const struct good_case *c = &good[_i];
    struct picture picture = picture_read(c->bytes, c->size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%.20s: %s", c->bytes, picture.error.message);
    const struct imc_image_info *info = &picture.info;
    ck_assert_int_eq(info->width, c->width);
    ck_assert_int_eq(info->height, c->height);
    ck_assert_int_eq(info->channels, c->channels);
    ck_assert_int_eq((int)info->full_scale, c->full_scale);
    ck_assert_int_eq(info->bits, c->bits);
    ck_assert_int_eq(info->alpha, c->channels % 2 == 0);
    ck_assert_int_eq(info->type, c->full_scale < 256 ? IMC_U8 : IMC_U16);
    ck_assert(info->streams && info->held_bytes == 0);
    ck_assert_str_eq(info->colour, c->channels < 3 ? "gray" : "RGB");
    for (int i = 0; i < c->width * c->height * c->channels; i++) {
        int sample = info->type == IMC_U8 ? ((uint8_t *)picture.samples)[i] : ((uint16_t *)picture.samples)[i];
        ck_assert_msg(sample == c->sample[i], "case %d: sample %d is %d, not %d", _i, i, sample, c->sample[i]);
    }
    picture_free(&picture);
}
END_TEST

/* Every shorter version of the raw files fails as a damaged file. */
START_TEST(truncation_fails)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (good[i].bytes[1] < '4' || i == 20) /* in ASCII the last number may be cut and still be one; 20 has bytes to spare */
            continue;
        for (size_t size = 0; size < good[i].size; size++) {
            unsigned char *copy = malloc(size + 1); /* of exact size, so that the sanitizer sees a step too far */
            memcpy(copy, good[i].bytes, size);
            struct picture picture = picture_read(copy, size, NULL);
            ck_assert_msg(picture.status == IMC_ERR_FORMAT, "case %zu cut to %zu bytes: status %d", i, size, picture.status);
            ck_assert(picture.samples == NULL && picture.error.message[0]);
            free(copy);
        }
    }
}
END_TEST

struct bad_case {
    const char *bytes;
    size_t size;
    enum imc_status status;
    const char *says;
};
#define BAD(text, ...)                                                                                                             \
    {                                                                                                                              \
        text, sizeof text - 1, __VA_ARGS__                                                                                         \
    }

static const struct bad_case bad[] = {
    BAD("P2\n2 1\n100\n100 101\n", IMC_ERR_FORMAT, "101"),
    BAD("P2\n2 1\n100\n1 -1\n", IMC_ERR_FORMAT, "-1"),
    BAD("P2\n2 1\n100\n1 +1\n", IMC_ERR_FORMAT, "+1"),
    BAD("P2\n2 1\n100\n1 1.5\n", IMC_ERR_FORMAT, "1.5"),
    BAD("P2\n2 1\n100\n1", IMC_ERR_FORMAT, "row 1 of 1"),
    BAD("P2\n2 1\n100\n1 99999999999999999999999999999999999999999\n", IMC_ERR_FORMAT, "longer"),
    BAD("P1\n2 1\n0 2\n", IMC_ERR_FORMAT, "'2'"),
    BAD("P5\n2 1\n100\n\x01\x65", IMC_ERR_FORMAT, "101"),
    BAD("P5\n2 1\n1000\n\x03\xe9\x00\x00", IMC_ERR_FORMAT, "1001"),
    BAD("P5\n0 1\n255\n", IMC_ERR_FORMAT, "width"),
    BAD("P5\n1 0\n255\n", IMC_ERR_FORMAT, "height"),
    BAD("P5\n1 1\n0\n\x00", IMC_ERR_FORMAT, "maxval"),
    BAD("P5\n1 1\n65536\n\x00\x00", IMC_ERR_FORMAT, "maxval"),
    BAD("P5\n-1 1\n255\n\x00", IMC_ERR_FORMAT, "width"),
    BAD("P5\nx 1\n255\n\x00", IMC_ERR_FORMAT, "'x'"),
    BAD("P5\n2147483648 1\n255\n\x00", IMC_ERR_FORMAT, "width"),
    BAD("P5\n2147483647 2147483647\n255\n\x00", IMC_ERR_LIMIT, "max-pixels"),
    BAD("P6\n40000 40000\n255\n\x00", IMC_ERR_FORMAT, "row 1 of 40000"), /* under the limit of pixels: costs one row */
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nENDHDR\n\x01", IMC_ERR_FORMAT, "MAXVAL"),
    BAD("P7\nWIDTH 1\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nENDHDR\n\x01", IMC_ERR_FORMAT, "twice"),
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 1\nENDHDR\n\1\1\1\1\1", IMC_ERR_UNSUPPORTED, "depth 5"),
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 9\nTUPLTYPE CMYK\nENDHDR\n\x01", IMC_ERR_UNSUPPORTED, "CMYK"),
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 9\nTUPLTYPE RGB\nENDHDR\n\x01", IMC_ERR_FORMAT, "DEPTH 1"),
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 9\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\x01", IMC_ERR_FORMAT, "MAXVAL 9"),
    BAD("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\x02", IMC_ERR_FORMAT, "maxval 1"),
    BAD("P7\nWIDTH 1\nCOLOUR 1\nENDHDR\n\x01", IMC_ERR_FORMAT, "COLOUR"),
    BAD("P7\nWIDTH 1 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nENDHDR\n\x01", IMC_ERR_FORMAT, "1 1"),
    BAD("P7\nWIDTH\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nENDHDR\n\x01", IMC_ERR_FORMAT, "WIDTH"),
};

START_TEST(bad_files_fail)
{
    const struct bad_case *c = &bad[_i];
    struct picture picture = picture_read(c->bytes, c->size, NULL);
    ck_assert_msg(picture.status == c->status, "case %d: status %d: %s", _i, picture.status, picture.error.message);
    ck_assert_msg(strstr(picture.error.message, c->says) != NULL, "'%s' does not say '%s'", picture.error.message, c->says);
    ck_assert_msg(strncmp(picture.error.message, "test: ", 6) == 0, "%s", picture.error.message);
}
END_TEST

START_TEST(endless_header_line_fails)
{
    char text[2000] = "P7\nTUPLTYPE ";
    memset(text + strlen(text), 'x', sizeof text - 13);
    struct picture picture = picture_read(text, sizeof text, NULL);
    ck_assert_int_eq(picture.status, IMC_ERR_FORMAT);
    memset(text, 0, sizeof text);
    strcpy(text, "P7\n");
    for (int i = 0; i < 60; i++)
        strcat(text, "TUPLTYPE abcdef\n");
    picture = picture_read(text, sizeof text, NULL);
    ck_assert_int_eq(picture.status, IMC_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(picture.error.message, "TUPLTYPE"));
}
END_TEST

static void fill_random(void *samples, const struct imc_image_info *info)
{
    struct test_rng rng = {test_seed()};
    size_t count = (size_t)info->width * (size_t)info->height * (size_t)info->channels;
    for (size_t i = 0; i < count; i++) {
        int value = test_random_int(&rng, 0, (int)info->full_scale);
        if (info->type == IMC_U8)
            ((uint8_t *)samples)[i] = (uint8_t)value;
        else
            ((uint16_t *)samples)[i] = (uint16_t)value;
    }
}

static const struct {
    enum imc_format format;
    int channels;
    float full_scale;
} shapes[] = {
    {IMC_FORMAT_PNM, 1, 255},   {IMC_FORMAT_PNM, 3, 255},  {IMC_FORMAT_PNM, 1, 1},     {IMC_FORMAT_PNM, 3, 100},
    {IMC_FORMAT_PNM, 1, 256},   {IMC_FORMAT_PNM, 3, 1000}, {IMC_FORMAT_PNM, 1, 65535}, {IMC_FORMAT_PAM, 1, 255},
    {IMC_FORMAT_PAM, 2, 65535}, {IMC_FORMAT_PAM, 3, 1000}, {IMC_FORMAT_PAM, 4, 255},   {IMC_FORMAT_PAM, 4, 65535},
};

static struct imc_image_info make_info(int channels, float full_scale)
{
    return (struct imc_image_info){.width = 13,
                                   .height = 7,
                                   .channels = channels,
                                   .alpha = channels % 2 == 0,
                                   .type = full_scale < 256 ? IMC_U8 : IMC_U16,
                                   .full_scale = full_scale};
}

START_TEST(round_trip_is_exact)
{
    struct imc_image_info info = make_info(shapes[_i].channels, shapes[_i].full_scale);
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.format = shapes[_i].format;
    uint16_t samples[13 * 7 * 4];
    fill_random(samples, &info);
    size_t size;
    unsigned char *bytes = picture_encode("trip", &info, samples, &options, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.channels, info.channels);
    ck_assert_int_eq(picture.info.type, info.type);
    ck_assert_int_eq(picture.info.alpha, info.alpha);
    ck_assert(picture.info.full_scale == info.full_scale);
    ck_assert_int_eq(memcmp(picture.samples, samples, picture_row(&info) * 7), 0);
    picture_free(&picture);
    free(bytes);
}
END_TEST

/* pamtopnm -plain writes our file as text: a second reader. */
START_TEST(netpbm_reads_ours)
{
    if (!program_runs("pamtopnm --version")) {
        puts("skipped: netpbm_reads_ours, for want of pamtopnm (netpbm)");
        return;
    }
    struct imc_image_info info = make_info(3, shapes[_i].full_scale);
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.format = shapes[_i].format;
    uint16_t samples[13 * 7 * 4];
    fill_random(samples, &info);
    size_t size;
    free(picture_encode("ours", &info, samples, &options, &size));
    char command[900];
    snprintf(command, sizeof command, "pamtopnm -plain '%s/ours' > '%s/plain'", test_folder(), test_folder());
    ck_assert_int_eq(system(command), 0);
    unsigned char *text = file_bytes(test_path("plain"), &size);
    struct picture picture = picture_read(text, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert(picture.info.full_scale == info.full_scale);
    ck_assert_int_eq(text[1], '3');
    ck_assert_int_eq(memcmp(picture.samples, samples, picture_row(&info) * 7), 0);
    picture_free(&picture);
    free(text);
}
END_TEST

/* 16-bit samples of a maxval below 256 become single bytes. */
START_TEST(wide_samples_of_small_scale)
{
    struct imc_image_info info = {.width = 3, .height = 1, .channels = 1, .type = IMC_U16, .full_scale = 200};
    const uint16_t samples[] = {0, 7, 200};
    size_t size;
    unsigned char *bytes = picture_encode("wide.pgm", &info, samples, NULL, &size);
    ck_assert_uint_eq(size, 11 + 3);
    ck_assert_int_eq(memcmp(bytes, "P5\n3 1\n200\n\x00\x07\xc8", size), 0);
    free(bytes);
}
END_TEST

static void expect_refusal(const char *name, struct imc_image_info info, const char *says)
{
    const float samples[64] = {0};
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = picture_write(test_path(name), &info, samples, NULL, &error);
    ck_assert_msg(status == IMC_ERR_ARGUMENT, "%s: status %d: %s", name, status, error.message);
    ck_assert_msg(strstr(error.message, says) != NULL, "'%s' does not say '%s'", error.message, says);
}

START_TEST(refusals_name_the_remedy)
{
    struct imc_image_info info = {.width = 2, .height = 2, .channels = 4, .alpha = true, .type = IMC_U8, .full_scale = 255};
    expect_refusal("x.ppm", info, "PAM and PNG");
    info.channels = 2;
    expect_refusal("x.pgm", info, "PAM and PNG");
    info.alpha = false;
    expect_refusal("x.pam", info, "NPY");
    info.channels = 5;
    expect_refusal("x.pam", info, "NPY");
    expect_refusal("x.pnm", info, "NPY");
    info.channels = 1;
    info.type = IMC_F32;
    info.full_scale = 0;
    expect_refusal("x.pgm", info, "PFM and NPY");
    expect_refusal("x.pam", info, "PFM and NPY");
}
END_TEST

START_TEST(samples_above_the_scale_are_refused)
{
    struct imc_image_info info = {.width = 2, .height = 1, .channels = 1, .type = IMC_U8, .full_scale = 100};
    const uint8_t samples[] = {100, 101};
    struct imc_error error;
    ck_assert_int_eq(picture_write(test_path("x.pgm"), &info, samples, NULL, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "101"));
}
END_TEST

/* Random damage: any status, no crash; the sanitizers watch. */
START_TEST(random_damage_is_survived)
{
    struct test_rng rng = {test_seed()};
    for (long n = 0; n < test_cases(4000); n++) {
        const struct good_case *c = &good[test_random_int(&rng, 0, (int)(sizeof good / sizeof *good) - 1)];
        unsigned char *copy = malloc(c->size);
        memcpy(copy, c->bytes, c->size);
        for (int k = test_random_int(&rng, 1, 4); k > 0; k--)
            copy[test_random_int(&rng, 0, (int)c->size - 1)] = (unsigned char)test_random(&rng);
        struct imc_reader_options options = {.max_pixels = 1 << 20, .max_memory = 1 << 24};
        struct picture picture = picture_read(copy, c->size, &options);
        ck_assert(picture.status == IMC_OK || picture.error.message[0]);
        picture_free(&picture);
        free(copy);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pnm");
    TCase *tests = tcase_create("pnm");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, reads_by_hand, 0, sizeof good / sizeof *good);
    tcase_add_test(tests, truncation_fails);
    tcase_add_loop_test(tests, bad_files_fail, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, endless_header_line_fails);
    tcase_add_loop_test(tests, round_trip_is_exact, 0, sizeof shapes / sizeof *shapes);
    tcase_add_loop_test(tests, netpbm_reads_ours, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(tests, wide_samples_of_small_scale);
    tcase_add_test(tests, refusals_name_the_remedy);
    tcase_add_test(tests, samples_above_the_scale_are_refused);
    tcase_add_test(tests, random_damage_is_survived);
    suite_add_tcase(suite, tests);
    return suite;
}
