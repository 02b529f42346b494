/* test_jpeg.c: JPEG: what is written comes back within the loss of the format, every colour model, metadata. */
#include "pictures.h"

#include "image/versions.h"
#include "jpeg_maker.h"

static int largest_difference(const unsigned char *a, const unsigned char *b, size_t count)
{
    int most = 0;
    for (size_t i = 0; i < count; i++)
        most = abs(a[i] - b[i]) > most ? abs(a[i] - b[i]) : most;
    return most;
}

static struct imc_image_info make_info(int channels)
{
    return (struct imc_image_info){.width = W, .height = H, .channels = channels, .type = IMC_U8, .full_scale = 255};
}

START_TEST(round_trip_is_near)
{
    static const struct {
        int channels, sx, sy;
    } cases[] = {{1, 2, 2}, {3, 1, 1}, {3, 2, 1}, {3, 1, 2}, {3, 2, 2}};
    struct imc_image_info info = make_info(cases[_i].channels);
    unsigned char samples[W * H * 3];
    fill_smooth(samples, info.channels);
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.quality = 98;
    options.subsampling_x = cases[_i].sx;
    options.subsampling_y = cases[_i].sy;
    size_t size;
    unsigned char *bytes = picture_encode("trip.jpg", &info, samples, &options, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.channels, info.channels);
    ck_assert_int_eq(picture.info.format, IMC_FORMAT_JPEG);
    ck_assert_str_eq(picture.info.colour, info.channels == 1 ? "gray" : "YCbCr");
    ck_assert(picture.info.streams && !picture.info.interlaced && picture.info.held_bytes == 0);
    ck_assert_int_eq(picture.info.subsampling_x, info.channels == 1 ? 1 : cases[_i].sx);
    ck_assert_int_eq(picture.info.subsampling_y, info.channels == 1 ? 1 : cases[_i].sy);
    ck_assert_int_le(largest_difference(picture.samples, samples, sizeof samples / 3 * (size_t)info.channels), 6);
    picture_free(&picture);
    free(bytes);
}
END_TEST

/* The Y plane that the library decodes, by the definition of the conversion: 0.299 R + 0.587 G + 0.114 B. */
START_TEST(luma_is_the_y_plane)
{
    unsigned char gray[W * H], rgb[W * H * 3];
    fill_smooth(gray, 1);
    for (int i = 0; i < W * H * 3; i++) /* neutral but for chroma of its own: Y stays that of gray */
        rgb[i] = i % 3 == 0 ? gray[i / 3] : 128;
    struct jpeg_recipe recipe = {
        .width = W, .height = H, .components = 3, .in = JCS_YCbCr, .file = JCS_YCbCr, .sampling_x = 2, .sampling_y = 2};
    struct jpeg_recipe gray_recipe = {.width = W, .height = H, .components = 1, .in = JCS_GRAYSCALE, .file = JCS_GRAYSCALE};
    struct imc_reader_options options;
    imc_reader_options_default(&options);
    options.luma = true;
    size_t size, gray_size;
    unsigned char *bytes = jpeg_make(&recipe, rgb, &size), *gray_bytes = jpeg_make(&gray_recipe, gray, &gray_size);
    struct picture luma = picture_read(bytes, size, &options), plain = picture_read(gray_bytes, gray_size, &options);
    ck_assert_msg(luma.status == IMC_OK, "%s", luma.error.message);
    ck_assert_int_eq(luma.info.channels, 1);
    ck_assert_str_eq(luma.info.colour, "YCbCr");
    ck_assert_int_eq(memcmp(luma.samples, plain.samples, W * H), 0);
    picture_free(&luma);
    picture_free(&plain);
    free(gray_bytes);
    free(bytes);
    recipe.in = recipe.file = JCS_RGB;
    bytes = jpeg_make(&recipe, rgb, &size);
    luma = picture_read(bytes, size, &options);
    ck_assert_int_eq(luma.status, IMC_OK);
    ck_assert_int_eq(luma.info.channels, 3); /* an RGB file is not affected */
    ck_assert_str_eq(luma.info.colour, "RGB");
    picture_free(&luma);
    free(bytes);
}
END_TEST

START_TEST(cmyk_becomes_rgb)
{
    static const struct {
        J_COLOR_SPACE file;
        boolean no_adobe;
        const char *name;
    } cases[] = {{JCS_CMYK, FALSE, "CMYK"}, {JCS_CMYK, TRUE, "CMYK"}, {JCS_YCCK, FALSE, "YCCK"}};
    unsigned char cmyk[W * H * 4], expected[W * H * 3];
    fill_smooth(cmyk, 4);
    for (int i = 0; i < W * H * 3; i++) {
        int ink = cmyk[i / 3 * 4 + i % 3], black = cmyk[i / 3 * 4 + 3];
        expected[i] = (unsigned char)lround(cases[_i].no_adobe ? (255 - ink) * (255 - black) / 255.0 : ink * black / 255.0);
    }
    struct jpeg_recipe recipe = {.width = W,
                                 .height = H,
                                 .components = 4,
                                 .in = JCS_CMYK,
                                 .file = cases[_i].file,
                                 .no_adobe = cases[_i].no_adobe,
                                 .quality = 98};
    size_t size;
    unsigned char *bytes = jpeg_make(&recipe, cmyk, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.channels, 3);
    ck_assert_str_eq(picture.info.colour, cases[_i].name);
    ck_assert_int_le(largest_difference(picture.samples, expected, sizeof expected), 6);
    picture_free(&picture);
    free(bytes);
}
END_TEST

/* Progressive, and baseline in several scans: the same pixels as in one scan, but held. */
START_TEST(several_scans_are_held)
{
    unsigned char samples[W * H * 3];
    fill_smooth(samples, 3);
    struct jpeg_recipe recipe = {
        .width = W, .height = H, .components = 3, .in = JCS_RGB, .file = JCS_YCbCr, .sampling_x = 2, .sampling_y = 2};
    size_t plain_size, size;
    unsigned char *plain_bytes = jpeg_make(&recipe, samples, &plain_size);
    recipe.progressive = _i == 0;
    recipe.separate_scans = _i == 1;
    unsigned char *bytes = jpeg_make(&recipe, samples, &size);
    struct picture plain = picture_read(plain_bytes, plain_size, NULL), picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(memcmp(picture.samples, plain.samples, sizeof samples), 0);
    ck_assert_int_eq(picture.info.interlaced, recipe.progressive);
    ck_assert(!picture.info.streams);
    ck_assert_uint_eq(picture.info.held_bytes, (64 * 48 + 2 * 32 * 24) * 2); /* 61 x 45 padded to MCUs of 16 x 16 */
    picture_free(&picture);
    struct imc_reader_options options = {.max_pixels = 1 << 20, .max_memory = 9000};
    picture = picture_read(bytes, size, &options);
    ck_assert_int_eq(picture.status, IMC_ERR_LIMIT);
    picture_free(&plain);
    free(plain_bytes);
    free(bytes);
}
END_TEST

static const char xmp[] = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>";

static struct imc_reader *open_bytes(const unsigned char *bytes, size_t size)
{
    struct imc_reader *reader;
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = imc_reader_open_memory(bytes, size, "test", NULL, &reader, &error);
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    return reader;
}

START_TEST(metadata_travels)
{
    struct imc_image_info info = make_info(3);
    unsigned char samples[W * H * 3];
    fill_smooth(samples, 3);
    size_t icc_size = 150001, size; /* three chunks */
    unsigned char *icc = malloc(icc_size);
    for (size_t i = 0; i < icc_size; i++)
        icc[i] = (unsigned char)(i * i >> 7);
    struct imc_metadata metadata = {
        .exif = {(void *)exif, sizeof exif}, .xmp = {(void *)xmp, sizeof xmp - 1}, .icc = {icc, icc_size}};
    metadata.x_per_metre = 300 / 0.0254;
    metadata.y_per_metre = 11811; /* what a PNG makes of 300 dpi */
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.metadata = &metadata;
    unsigned char *bytes = picture_encode("meta.jpg", &info, samples, &options, &size);
    struct imc_reader *reader = open_bytes(bytes, size);
    const struct imc_image_info *back = imc_reader_info(reader);
    ck_assert_uint_eq(back->metadata.icc.size, icc_size);
    ck_assert_int_eq(memcmp(back->metadata.icc.data, icc, icc_size), 0);
    ck_assert_uint_eq(back->metadata.xmp.size, sizeof xmp - 1);
    ck_assert_int_eq(memcmp(back->metadata.xmp.data, xmp, sizeof xmp - 1), 0);
    ck_assert_uint_eq(back->metadata.exif.size, sizeof exif);
    ck_assert_int_eq(back->orientation, 1); /* the writer describes the upright picture */
    ck_assert_int_eq(back->width, W);
    ck_assert_double_eq_tol(back->metadata.x_per_metre, 300 / 0.0254, 1e-6);
    ck_assert_double_eq_tol(back->metadata.y_per_metre, 300 / 0.0254, 1e-6);
    imc_reader_close(reader);
    free(bytes);
    free(icc);
}
END_TEST

START_TEST(exif_orientation_turns)
{
    unsigned char payload[6 + sizeof exif] = "Exif";
    memcpy(payload + 6, exif, sizeof exif);
    const struct jpeg_marker_data markers[] = {
        {JPEG_APP0 + 1, payload, sizeof payload}, {JPEG_APP0 + 1, "Exif\0\0junk", 10}, {0, NULL, 0}};
    size_t size;
    unsigned char *bytes = with_markers(markers, &size), samples[W * H];
    fill_smooth(samples, 1);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.orientation, 6);
    ck_assert_int_eq(picture.info.width, H);
    ck_assert_int_eq(picture.info.height, W);
    const unsigned char *turned = picture.samples;
    for (int y = 0; y < W; y++)
        for (int x = 0; x < H; x++)
            ck_assert_int_le(abs(turned[y * H + x] - samples[(H - 1 - x) * W + y]), 6);
    picture_free(&picture);
    free(bytes);
}
END_TEST

/* Chroma that was halved across the stored picture is halved down the upright one. */
START_TEST(exif_orientation_turns_the_chroma)
{
    unsigned char payload[6 + sizeof exif] = "Exif", samples[W * H * 3];
    memcpy(payload + 6, exif, sizeof exif);
    const struct jpeg_marker_data markers[] = {{JPEG_APP0 + 1, payload, sizeof payload}, {0, NULL, 0}};
    struct jpeg_recipe recipe = {.width = W,
                                 .height = H,
                                 .components = 3,
                                 .in = JCS_RGB,
                                 .file = JCS_YCbCr,
                                 .sampling_x = 2,
                                 .sampling_y = 1,
                                 .markers = markers};
    size_t size;
    fill_smooth(samples, 3);
    unsigned char *bytes = jpeg_make(&recipe, samples, &size);
    struct imc_reader *reader = open_bytes(bytes, size);
    ck_assert_int_eq(imc_reader_info(reader)->orientation, 6);
    ck_assert_int_eq(imc_reader_info(reader)->subsampling_x, 1);
    ck_assert_int_eq(imc_reader_info(reader)->subsampling_y, 2);
    imc_reader_close(reader);
    free(bytes);
}
END_TEST

static const struct {
    struct jpeg_marker_data markers[4];
    const char *profile; /* NULL: none may come out */
} profiles[] = {
    {{{JPEG_APP0 + 2, ICC("\1", "\1", "abcd"), 18}}, "abcd"},
    {{{JPEG_APP0 + 2, ICC("\2", "\2", "cd"), 16}, {JPEG_APP0 + 2, ICC("\1", "\2", "ab"), 16}}, "abcd"}, /* out of order */
    {{{JPEG_APP0 + 2, ICC("\1", "\2", "ab"), 16}}, NULL},                                               /* one is missing */
    {{{JPEG_APP0 + 2, ICC("\1", "\1", "ab"), 16}, {JPEG_APP0 + 2, ICC("\1", "\1", "ab"), 16}}, NULL},   /* twice */
    {{{JPEG_APP0 + 2, ICC("\1", "\2", "ab"), 16}, {JPEG_APP0 + 2, ICC("\2", "\3", "ab"), 16}}, NULL},   /* counts differ */
    {{{JPEG_APP0 + 2, ICC("\0", "\1", "ab"), 16}}, NULL},
    {{{JPEG_APP0 + 2, ICC("\3", "\2", "ab"), 16}}, NULL},
    {{{JPEG_APP0 + 2, ICC("\0", "\0", "ab"), 16}}, NULL},
    {{{JPEG_APP0 + 2, ICC("\1", "\1", ""), 14}}, NULL}, /* empty */
    {{{JPEG_APP0 + 2, "ICC_PROFILE", 12}}, NULL},
    {{{JPEG_APP0 + 2, "ICC", 3}}, NULL},
    {{{JPEG_APP0 + 2, "", 0}}, NULL},
};

START_TEST(profiles_are_joined_or_dropped)
{
    size_t size;
    unsigned char *bytes = with_markers(profiles[_i].markers, &size);
    struct imc_reader *reader = open_bytes(bytes, size);
    const struct imc_blob *icc = &imc_reader_info(reader)->metadata.icc;
    const char *expected = profiles[_i].profile;
    ck_assert_uint_eq(icc->size, expected ? strlen(expected) : 0);
    if (expected)
        ck_assert_int_eq(memcmp(icc->data, expected, icc->size), 0);
    imc_reader_close(reader);
    free(bytes);
}
END_TEST

START_TEST(density)
{
    static const struct {
        double x, y, aspect; /* written */
        int unit, dx, dy;    /* in the file's JFIF header */
    } cases[] = {{0, 0, 0, 0, 1, 1},         {72 / 0.0254, 144 / 0.0254, 0, 1, 72, 144},
                 {5000, 7700, 0, 2, 50, 77}, {2835, 2835, 0, 1, 72, 72},
                 {0, 0, 2, 0, 1, 2},         {0, 0, 16.0 / 15, 0, 15, 16},
                 {1e12, 1e12, 0, 0, 1, 1}};
    struct imc_image_info info = make_info(1);
    unsigned char samples[W * H];
    fill_smooth(samples, 1);
    struct imc_metadata metadata = {.x_per_metre = cases[_i].x, .y_per_metre = cases[_i].y, .pixel_aspect = cases[_i].aspect};
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.metadata = &metadata;
    size_t size;
    unsigned char *bytes = picture_encode("density.jpg", &info, samples, &options, &size);
    ck_assert_int_eq(memcmp(bytes + 6, "JFIF", 5), 0);
    ck_assert_int_eq(bytes[13], cases[_i].unit);
    ck_assert_int_eq(bytes[14] << 8 | bytes[15], cases[_i].dx);
    ck_assert_int_eq(bytes[16] << 8 | bytes[17], cases[_i].dy);
    struct imc_reader *reader = open_bytes(bytes, size);
    const struct imc_metadata *back = &imc_reader_info(reader)->metadata;
    ck_assert_double_eq_tol(back->pixel_aspect, cases[_i].aspect, 1e-9);
    ck_assert_double_eq_tol(back->x_per_metre, cases[_i].unit ? cases[_i].x : 0, 1);
    ck_assert_double_eq_tol(back->y_per_metre, cases[_i].unit ? cases[_i].y : 0, 1);
    imc_reader_close(reader);
    free(bytes);
}
END_TEST

START_TEST(refusals_name_the_remedy)
{
    static const struct {
        int channels, width;
        enum imc_type type;
        const char *says;
    } cases[] = {{2, 1, IMC_U8, "PNG and PAM"}, {4, 1, IMC_U8, "PNG and PAM"}, {1, 1, IMC_U16, "PNG, PNM"},
                 {3, 1, IMC_F32, "PFM"},        {5, 1, IMC_U8, "NPY"},         {1, 65501, IMC_U8, "65500"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_image_info info = {
            .width = cases[i].width, .height = 1, .channels = cases[i].channels, .type = cases[i].type, .full_scale = 255};
        info.alpha = cases[i].channels == 2 || cases[i].channels == 4;
        unsigned char *samples = calloc(65501, 1);
        struct imc_error error = {IMC_OK, ""};
        ck_assert_int_eq(picture_write(test_path("x.jpg"), &info, samples, NULL, &error), IMC_ERR_ARGUMENT);
        ck_assert_msg(strstr(error.message, cases[i].says) != NULL, "%s", error.message);
        free(samples);
    }
}
END_TEST

START_TEST(full_scale_is_rescaled)
{
    struct imc_image_info info = make_info(1);
    info.full_scale = 100;
    unsigned char samples[W * H];
    memset(samples, 40, sizeof samples);
    struct imc_writer_options options;
    imc_writer_options_default(&options);
    options.quality = 100;
    size_t size;
    unsigned char *bytes = picture_encode("scale.jpg", &info, samples, &options, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_int_eq(picture.status, IMC_OK);
    ck_assert_int_eq(((unsigned char *)picture.samples)[0], 102);
    picture_free(&picture);
    free(bytes);
}
END_TEST

/* A second decoder, to the bit: netpbm's jpegtopnm runs the same arithmetic. */
START_TEST(jpegtopnm_reads_ours)
{
    if (!program_runs("jpegtopnm --version")) {
        puts("skipped: jpegtopnm_reads_ours, for want of jpegtopnm (netpbm)");
        return;
    }
    struct imc_image_info info = make_info(3);
    unsigned char samples[W * H * 3];
    fill_smooth(samples, 3);
    size_t size, pnm_size;
    unsigned char *bytes = picture_encode("ours.jpg", &info, samples, NULL, &size);
    char command[900];
    snprintf(command, sizeof command, "jpegtopnm -quiet '%s/ours.jpg' > '%s/theirs'", test_folder(), test_folder());
    ck_assert_int_eq(system(command), 0);
    unsigned char *pnm = file_bytes(test_path("theirs"), &pnm_size);
    struct picture ours = picture_read(bytes, size, NULL), theirs = picture_read(pnm, pnm_size, NULL);
    ck_assert_int_eq(theirs.status, IMC_OK);
    ck_assert_int_eq(theirs.info.channels, 3);
    ck_assert_int_le(largest_difference(ours.samples, theirs.samples, sizeof samples), 1);
    picture_free(&ours);
    picture_free(&theirs);
    free(pnm);
    free(bytes);
}
END_TEST

START_TEST(version_is_told)
{
    ck_assert(image_jpeg_version()[0] >= '1' && image_jpeg_version()[0] <= '9');
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("jpeg");
    TCase *tests = tcase_create("jpeg");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, round_trip_is_near, 0, 5);
    tcase_add_test(tests, luma_is_the_y_plane);
    tcase_add_loop_test(tests, cmyk_becomes_rgb, 0, 3);
    tcase_add_loop_test(tests, several_scans_are_held, 0, 2);
    tcase_add_test(tests, metadata_travels);
    tcase_add_test(tests, exif_orientation_turns);
    tcase_add_test(tests, exif_orientation_turns_the_chroma);
    tcase_add_loop_test(tests, profiles_are_joined_or_dropped, 0, sizeof profiles / sizeof *profiles);
    tcase_add_loop_test(tests, density, 0, 7);
    tcase_add_test(tests, refusals_name_the_remedy);
    tcase_add_test(tests, full_scale_is_rescaled);
    tcase_add_test(tests, jpegtopnm_reads_ours);
    tcase_add_test(tests, version_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
