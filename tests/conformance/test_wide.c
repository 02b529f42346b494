/* test_wide.c: rows wide enough to be read in place and in pieces, under the executors that do so: every output against the
 * reference, next to the ends above all. */
#include "conformance/law2.h"
#include "support/testing.h"

enum { TRIES = 60, KERNEL_MAX = 24 };

static struct samples random_samples(struct test_rng *rng, int h, int w, int lanes)
{
    struct samples in = samples_make(1, 1, h, w, lanes);
    int kind = test_random_int(rng, 0, 2); /* any, extremes, white */
    for (size_t i = 0; i < samples_count(&in); i++) {
        int value = test_random_int(rng, 0, 255);
        in.value[i] = kind == 0 ? value : kind == 1 ? value % 2 * 255 : 255;
    }
    return in;
}

static struct imc_conv_desc describe(struct test_rng *rng, int kh, int kw, const float *taps)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = test_random_int(rng, 1, 24);
    desc.in_w = test_random_int(rng, 1, 4) == 1 ? test_random_int(rng, 1, 300) : test_random_int(rng, 300, 1500);
    desc.lanes = test_random_int(rng, 1, 3) > 1 ? 1 : test_random_int(rng, 2, 5);
    desc.border = (enum imc_border)test_random_int(rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
    desc.border_value = 7;
    desc.padding = test_random_int(rng, 0, 2) ? IMC_PADDING_SAME : IMC_PADDING_FULL;
    desc.y.kernel = kh;
    desc.x.kernel = kw;
    if (test_random_int(rng, 0, 4) == 0) {
        desc.padding = IMC_PADDING_GIVEN;
        desc.x.before = test_random_int(rng, -5, 90);
        desc.x.after = test_random_int(rng, kw, 90);
        desc.y.before = desc.y.after = kh;
    }
    desc.weights = taps;
    desc.in_type = IMC_U8;
    desc.out_type = test_random_int(rng, 0, 2) ? IMC_U8 : IMC_F32;
    desc.out_max = desc.out_type == IMC_U8 ? 255 : 0;
    return desc;
}

static void check(struct test_rng *rng, const struct imc_conv_desc *desc, const char *what)
{
    struct samples in = random_samples(rng, desc->in_h, desc->in_w, desc->lanes);
    law2_assert(desc, &in, what);
    samples_free(&in);
}

START_TEST(boxes_are_right)
{
    struct test_rng rng = {test_seed()};
    static float taps[KERNEL_MAX * KERNEL_MAX];
    for (int try = 0; try < TRIES; try++) {
        int most = try % 2 ? KERNEL_MAX : 8, kh = test_random_int(&rng, 1, most), kw = test_random_int(&rng, 4, most);
        for (int i = 0; i < kh * kw; i++)
            taps[i] = try % 5 ? 1.0f / (float)(kh * kw) : -0.75f;
        struct imc_conv_desc desc = describe(&rng, kh, kw, taps);
        check(&rng, &desc, "a box");
    }
}
END_TEST

/* Windows of three to seven and tall ones: sums of 16 bits and beyond. */
START_TEST(tall_and_odd_boxes_are_right)
{
    struct test_rng rng = {test_seed() + 1};
    static float taps[300 * 7];
    for (int try = 0; try < TRIES / 4; try++) {
        int kh = try % 3 ? 2 * test_random_int(&rng, 1, 3) + 1 : test_random_int(&rng, 50, 257), kw = try % 2 ? kh % 8 : 3;
        kw = kw > 0 ? kw : 5;
        for (int i = 0; i < kh * kw; i++)
            taps[i] = 1.0f / (float)(kh * kw);
        struct imc_conv_desc desc = describe(&rng, kh, kw, taps);
        desc.padding = IMC_PADDING_SAME;
        check(&rng, &desc, "a box");
    }
}
END_TEST

START_TEST(integer_taps_are_right)
{
    struct test_rng rng = {test_seed() + 2};
    float taps[2 * 25];
    for (int try = 0; try < TRIES; try++) {
        int k = test_random_int(&rng, 1, 5), stride = test_random_int(&rng, 1, 4) > 1 ? 1 : 2;
        for (int i = 0; i < 2 * k * k; i++)
            taps[i] = (float)test_random_int(&rng, -3, 3);
        struct imc_conv_desc desc = describe(&rng, k, k, taps);
        desc.filters = try % 2 + 1;
        desc.combine = try % 4 == 3 ? IMC_COMBINE_MAGNITUDE : IMC_COMBINE_NONE;
        desc.y.stride = desc.x.stride = stride;
        desc.x.dilation = test_random_int(&rng, 1, 3);
        desc.x.after = desc.padding == IMC_PADDING_GIVEN ? desc.x.after + 10 : 0;
        check(&rng, &desc, "integer taps");
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("wide");
    TCase *tests = tcase_create("wide");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, boxes_are_right);
    tcase_add_test(tests, tall_and_odd_boxes_are_right);
    tcase_add_test(tests, integer_taps_are_right);
    suite_add_tcase(suite, tests);
    return suite;
}
