/* test_pfm.c: PFM in both byte orders, rows from the bottom up, round trips to the bit, and bad files. */
#include "pictures.h"

#include <math.h>

/* 1.0f, 2.0f, 3.0f, 4.0f in either order; the file's first row is the picture's last. */
#define LITTLE "\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40"
#define BIG    "\x3f\x80\x00\x00\x40\x00\x00\x00\x40\x40\x00\x00\x40\x80\x00\x00"

static const struct {
    const char *bytes;
    size_t size;
} gray[] = {{"Pf\n2 2\n-1.0\n" LITTLE, 28}, {"Pf\n2 2\n1.0\n" BIG, 27}, {"Pf 2 2 -0.5 " LITTLE, 28}, {"Pf\n2 2\n3e2\n" BIG, 27}};

START_TEST(byte_orders_and_row_order)
{
    struct picture picture = picture_read(gray[_i].bytes, gray[_i].size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    const struct imc_image_info *info = &picture.info;
    ck_assert_int_eq(info->type, IMC_F32);
    ck_assert_int_eq(info->channels, 1);
    ck_assert(info->full_scale == 0 && info->bits == 32);
    ck_assert(!info->streams);
    ck_assert_uint_eq(info->held_bytes, 16);
    const float *samples = picture.samples;
    ck_assert(samples[0] == 3 && samples[1] == 4 && samples[2] == 1 && samples[3] == 2);
    picture_free(&picture);
}
END_TEST

static void fill_floats(float *samples, size_t count)
{
    struct test_rng rng = {test_seed()};
    for (size_t i = 0; i < count; i++)
        samples[i] = (float)(test_random_unit(&rng) * 2000 - 1000);
    samples[0] = NAN;
    samples[1] = INFINITY;
    samples[2] = -0.0f;
}

START_TEST(round_trip_is_exact)
{
    int channels = _i == 0 ? 1 : 3;
    struct imc_image_info info = {.width = 7, .height = 5, .channels = channels, .type = IMC_F32};
    float samples[7 * 5 * 3];
    fill_floats(samples, (size_t)(7 * 5 * channels));
    size_t size;
    unsigned char *bytes = picture_encode("trip.pfm", &info, samples, NULL, &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.channels, channels);
    ck_assert_int_eq(memcmp(picture.samples, samples, picture_row(&info) * 5), 0);
    picture_free(&picture);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        picture = picture_read(copy, cut, NULL);
        ck_assert_msg(picture.status == IMC_ERR_FORMAT, "cut to %zu bytes: status %d", cut, picture.status);
        free(copy);
    }
    free(bytes);
}
END_TEST

START_TEST(netpbm_reads_ours)
{
    if (!program_runs("pfmtopam --version")) {
        puts("skipped: netpbm_reads_ours, for want of pfmtopam (netpbm)");
        return;
    }
    struct imc_image_info info = {.width = 3, .height = 2, .channels = 3, .type = IMC_F32};
    float samples[18];
    for (int i = 0; i < 18; i++)
        samples[i] = (float)i / 17;
    size_t size;
    free(picture_encode("ours.pfm", &info, samples, NULL, &size));
    char command[900];
    snprintf(command, sizeof command, "pfmtopam '%s/ours.pfm' > '%s/theirs'", test_folder(), test_folder());
    ck_assert_int_eq(system(command), 0);
    unsigned char *bytes = file_bytes(test_path("theirs"), &size);
    struct picture picture = picture_read(bytes, size, NULL);
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    for (int i = 0; i < 18; i++)
        ck_assert_int_eq(((uint8_t *)picture.samples)[i], 15 * i); /* of 255 */
    picture_free(&picture);
    free(bytes);
}
END_TEST

static const struct {
    const char *bytes;
    enum imc_status status;
    const char *says;
} bad[] = {
    {"Pf\n2 2\n0\n", IMC_ERR_FORMAT, "scale"},
    {"Pf\n2 2\nnan\n", IMC_ERR_FORMAT, "scale"},
    {"Pf\n2 2\n-1x\n", IMC_ERR_FORMAT, "scale"},
    {"Pf\n2 2\n", IMC_ERR_FORMAT, "scale"},
    {"Pf\n0 2\n-1\n", IMC_ERR_FORMAT, "width"},
    {"Pf\n2 -2\n-1\n", IMC_ERR_FORMAT, "height"},
    {"PF\n2147483647 2147483647\n-1\n", IMC_ERR_LIMIT, ""},
    {"PF\n30000 30000\n-1\n", IMC_ERR_LIMIT, "max-memory"},
    {"PF\n15000 15000\n-1\n", IMC_ERR_FORMAT, "file ends in"}, /* 2.7 GB claimed: refused before memory is taken */
};

START_TEST(bad_files_fail)
{
    struct picture picture = picture_read(bad[_i].bytes, strlen(bad[_i].bytes), NULL);
    ck_assert_msg(picture.status == bad[_i].status, "status %d: %s", picture.status, picture.error.message);
    ck_assert_msg(strstr(picture.error.message, bad[_i].says) != NULL, "%s", picture.error.message);
}
END_TEST

START_TEST(refusals_name_the_remedy)
{
    static const struct {
        int channels;
        enum imc_type type;
        const char *says;
    } cases[] = {{1, IMC_U8, "PNG, PNM"}, {3, IMC_U16, "PNG, PNM"}, {2, IMC_F32, "NPY"}, {4, IMC_F32, "NPY"}, {16, IMC_F32, "NPY"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_image_info info = {
            .width = 1, .height = 1, .channels = cases[i].channels, .type = cases[i].type, .full_scale = 255};
        info.alpha = cases[i].channels == 2 || cases[i].channels == 4;
        float samples[16] = {0};
        struct imc_error error = {IMC_OK, ""};
        ck_assert_int_eq(picture_write(test_path("x.pfm"), &info, samples, NULL, &error), IMC_ERR_ARGUMENT);
        ck_assert_msg(strstr(error.message, cases[i].says) != NULL, "%s", error.message);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pfm");
    TCase *tests = tcase_create("pfm");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, byte_orders_and_row_order, 0, sizeof gray / sizeof *gray);
    tcase_add_loop_test(tests, round_trip_is_exact, 0, 2);
    tcase_add_test(tests, netpbm_reads_ours);
    tcase_add_loop_test(tests, bad_files_fail, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, refusals_name_the_remedy);
    suite_add_tcase(suite, tests);
    return suite;
}
