/* test_faults.c: faults that other tools have, at the level of the engine. Comments name the tools that have
 * them. */
#include "conformance/law2.h"
#include "support/testing.h"

#include <math.h>
#include <string.h>

static const float sobel[18] = {-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1};
static const float counting[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, counting_turned[9] = {9, 8, 7, 6, 5, 4, 3, 2, 1};

static struct imc_conv_desc describe(int h, int w, int k, const float *taps, enum imc_type in, enum imc_type out)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = h;
    desc.in_w = w;
    desc.y.kernel = desc.x.kernel = k;
    desc.weights = taps;
    desc.in_type = in;
    desc.out_type = out;
    desc.out_max = out == IMC_U8 ? 255 : out == IMC_U16 ? 65535 : 0;
    return desc;
}

/* Is `got` the h*w numbers of `want`? */
static void assert_values(const struct samples *got, const double *want, const char *what)
{
    for (size_t i = 0; i < samples_count(got); i++)
        ck_assert_msg(got->value[i] == want[i], "%s: sample %zu is %g, expected %g", what, i, got->value[i], want[i]);
}

/* ImageMagick scales custom kernels and answers 51 45 39 ...; here the taps are used as written. */
START_TEST(an_impulse_answers_nine_to_one_and_flipped_one_to_nine)
{
    static const double falling[9] = {9, 8, 7, 6, 5, 4, 3, 2, 1}, rising[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct samples in = samples_make(1, 1, 5, 5, 1);
    *samples_at(&in, 0, 0, 2, 2, 0) = 1;
    for (int flipped = 0; flipped < 2; flipped++) {
        struct imc_conv_desc desc = describe(5, 5, 3, flipped ? counting_turned : counting, IMC_U8, IMC_U8);
        desc.padding = IMC_PADDING_GIVEN; /* the middle 3x3 of the result */
        struct samples out = engine_must_run(&desc, &in, NULL);
        ck_assert_int_eq(out.h * out.w, 9);
        assert_values(&out, flipped ? rising : falling, flipped ? "flipped" : "as written");
        samples_free(&out);
    }
    samples_free(&in);
}
END_TEST

/* cv2.Sobel with an 8-bit result loses one side of every edge, scipy wraps to 252. */
START_TEST(steps_up_and_down_have_equal_sobel_magnitude)
{
    enum { H = 6, W = 12 };
    for (int turned = 0; turned < 2; turned++)
        for (int type = IMC_U8; type <= IMC_F32; type++) {
            struct samples up = samples_make(1, 1, H, W, 1), down = samples_make(1, 1, H, W, 1);
            for (int i = 0; i < H * W; i++) {
                bool beyond = turned ? i / W >= H / 2 : i % W >= W / 2;
                up.value[i] = beyond ? 255 : 0;
                down.value[i] = beyond ? 0 : 255;
            }
            struct imc_conv_desc desc = describe(H, W, 3, sobel, IMC_U8, (enum imc_type)type);
            desc.filters = 2;
            desc.combine = IMC_COMBINE_MAGNITUDE;
            struct samples of_up = engine_must_run(&desc, &up, NULL), of_down = engine_must_run(&desc, &down, NULL);
            ck_assert_int_eq(of_up.c, 1);
            assert_values(&of_up, of_down.value, "up and down");
            double top = 0, edge = type == IMC_U8 ? 255 : 1020;
            for (int i = 0; i < H * W; i++)
                top = fmax(top, of_up.value[i]);
            ck_assert_double_eq(top, edge);
            struct samples *all[] = {&up, &down, &of_up, &of_down};
            for (int i = 0; i < 4; i++)
                samples_free(all[i]);
        }
}
END_TEST

/* A clipped value is counted: 1020 does not fit 8 bits. */
START_TEST(clipped_edges_are_counted)
{
    struct samples in = samples_make(1, 1, 4, 8, 1), out;
    for (int i = 0; i < 32; i++)
        in.value[i] = i % 8 >= 4 ? 255 : 0;
    struct imc_conv_desc desc = describe(4, 8, 3, sobel, IMC_U8, IMC_U8);
    desc.filters = 2;
    desc.combine = IMC_COMBINE_MAGNITUDE;
    struct imc_stats stats;
    ck_assert_int_eq(engine_run(&desc, &in, NULL, &out, &stats, NULL), IMC_OK);
    ck_assert_uint_eq(stats.clipped, 8); /* two columns of four rows */
    ck_assert_float_eq(stats.lowest, 0);
    ck_assert_float_eq(stats.highest, 1020);
    samples_free(&out);
    samples_free(&in);
}
END_TEST

/* Frames of false edges: derivative kernels on a flat picture give 0 up to the border, under every border but a constant. */
START_TEST(a_flat_picture_has_no_edges)
{
    static const float log5[25] = {0, 0, 1, 0, 0, 0, 1, 2, 1, 0, 1, 2, -16, 2, 1, 0, 1, 2, 1, 0, 0, 0, 1, 0, 0};
    static const float laplacian8[9] = {1, 1, 1, 1, -8, 1, 1, 1, 1}, laplacian4[9] = {0, 1, 0, 1, -4, 1, 0, 1, 0};
    static const struct {
        const float *taps;
        int k, filters;
        enum imc_combine combine;
    } kernels[] = {{sobel, 3, 2, IMC_COMBINE_MAGNITUDE},
                   {sobel, 3, 2, IMC_COMBINE_MAX},
                   {laplacian4, 3, 1, IMC_COMBINE_ABS},
                   {laplacian8, 3, 1, IMC_COMBINE_ABS},
                   {log5, 5, 1, IMC_COMBINE_ABS}};
    struct samples in = samples_make(1, 1, 7, 6, 1);
    for (int i = 0; i < 42; i++)
        in.value[i] = 200;
    for (int k = 0; k < 5; k++)
        for (int b = IMC_BORDER_REPLICATE; b <= IMC_BORDER_WRAP; b++)
            for (int type = IMC_U8; type <= IMC_F32; type++) {
                static const double nothing[42];
                struct imc_conv_desc desc = describe(7, 6, kernels[k].k, kernels[k].taps, IMC_U8, (enum imc_type)type);
                desc.filters = kernels[k].filters;
                desc.combine = kernels[k].combine;
                desc.border = (enum imc_border)b;
                struct samples out = engine_must_run(&desc, &in, NULL);
                assert_values(&out, nothing, law2_describe(&desc));
                samples_free(&out);
            }
    samples_free(&in);
}
END_TEST

/* Gradient pairs of 3x3 taps have a loop of their own: any weights, order and sign, size, step and border. */
START_TEST(gradient_pairs_are_right)
{
    struct test_rng rng = {test_seed()};
    static const float weights[][2] = {{1, 2}, {1, 1}, {3, 10}, {-2, 1}, {0, 1}};
    for (int try = 0; try < 200; try++) {
        const float *w = weights[try % 5], sign = try % 3 ? 1 : -1, p = w[0], q = w[1];
        const float dx[] = {-p, 0, p, -q, 0, q, -p, 0, p}, dy[] = {-p, -q, -p, 0, 0, 0, p, q, p};
        float taps[18];
        for (int i = 0; i < 9; i++) {
            taps[i] = try % 2 ? dx[i] : sign * dy[i];
            taps[i + 9] = try % 2 ? sign * dy[i] : dx[i];
        }
        int h = test_random_int(&rng, 1, 40), width = test_random_int(&rng, 1, try % 7 ? 100 : 1500);
        struct imc_conv_desc desc = describe(h, width, 3, taps, IMC_U8, IMC_U8);
        desc.filters = 2;
        desc.combine = IMC_COMBINE_MAGNITUDE;
        desc.lanes = test_random_int(&rng, 1, 4);
        desc.border = (enum imc_border)test_random_int(&rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
        desc.y.stride = test_random_int(&rng, 1, 2);
        desc.x.dilation = test_random_int(&rng, 1, 6);
        struct samples in = samples_make(1, 1, h, width, desc.lanes);
        int most = test_random_int(&rng, 10, 255);
        for (size_t i = 0; i < samples_count(&in); i++)
            in.value[i] = test_random_int(&rng, 0, most);
        law2_assert(&desc, &in, "a gradient pair");
        samples_free(&in);
    }
}
END_TEST

/* The same kernel with a zero border does answer at the frame: the border is in use. */
START_TEST(a_zero_border_is_an_edge)
{
    static const double want[9] = {750, 450, 750, 450, 0, 450, 750, 450, 750}; /* 8 neighbours of 150, those outside are missing */
    static const float laplacian8[9] = {-1, -1, -1, -1, 8, -1, -1, -1, -1};
    struct imc_conv_desc desc = describe(3, 3, 3, laplacian8, IMC_U8, IMC_U16);
    desc.border = IMC_BORDER_CONSTANT;
    struct samples in = samples_make(1, 1, 3, 3, 1);
    for (int i = 0; i < 9; i++)
        in.value[i] = 150;
    struct samples out = engine_must_run(&desc, &in, NULL);
    assert_values(&out, want, "laplacian of a flat picture, zero border");
    samples_free(&out);
    samples_free(&in);
}
END_TEST

/* torch.nn.functional.conv2d of arange(25) on ones(3,3): stride 2 with padding 1, and without. */
START_TEST(strides_pick_the_pixels_that_torch_picks)
{
    static const float ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const double same[9] = {12, 27, 24, 63, 108, 81, 72, 117, 84}, valid[4] = {54, 72, 144, 162};
    struct samples in = samples_make(1, 1, 5, 5, 1);
    for (int i = 0; i < 25; i++)
        in.value[i] = i;
    struct imc_conv_desc desc = describe(5, 5, 3, ones, IMC_F32, IMC_F32);
    desc.border = IMC_BORDER_CONSTANT;
    desc.y.stride = desc.x.stride = 2;
    struct samples out = engine_must_run(&desc, &in, NULL);
    ck_assert_int_eq(out.h * out.w, 9);
    assert_values(&out, same, "same");
    samples_free(&out);
    desc.padding = IMC_PADDING_VALID;
    out = engine_must_run(&desc, &in, NULL);
    ck_assert_int_eq(out.h * out.w, 4);
    assert_values(&out, valid, "valid");
    samples_free(&out);
    samples_free(&in);
}
END_TEST

/* Same padding with a stride is the stride-1 result, thinned: no shift by half a stride, as some tools have. */
START_TEST(same_with_a_stride_thins_the_full_result)
{
    struct test_rng rng = {test_seed()};
    for (int h = 1; h <= 9; h++)
        for (int k = 1; k <= 5; k++)
            for (int s = 2; s <= 4; s++) {
                float taps[25];
                for (int i = 0; i < k * k; i++)
                    taps[i] = (float)test_random_int(&rng, -9, 9);
                struct samples in = samples_make(1, 1, h, 10 - h, 1);
                for (size_t i = 0; i < samples_count(&in); i++)
                    in.value[i] = test_random_int(&rng, 0, 255);
                struct imc_conv_desc desc = describe(h, 10 - h, k, taps, IMC_U8, IMC_F32);
                struct samples dense = engine_must_run(&desc, &in, NULL);
                desc.y.stride = desc.x.stride = s;
                struct samples thin = engine_must_run(&desc, &in, NULL);
                ck_assert_int_eq(thin.h, (h + s - 1) / s);
                ck_assert_int_eq(thin.w, (10 - h + s - 1) / s);
                for (int y = 0; y < thin.h; y++)
                    for (int x = 0; x < thin.w; x++)
                        ck_assert_double_eq(*samples_at(&thin, 0, 0, y, x, 0), *samples_at(&dense, 0, 0, y * s, x * s, 0));
                samples_free(&dense);
                samples_free(&thin);
                samples_free(&in);
            }
}
END_TEST

/* Even kernels have no middle: the default anchor is floor((k-1)/2), an explicit one moves the picture by whole pixels. */
START_TEST(even_kernels_obey_their_anchor)
{
    static const float first_tap[4] = {1, 0, 0, 0};
    static const double plain[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, moved[9] = {1, 1, 2, 1, 1, 2, 4, 4, 5};
    struct samples in = samples_make(1, 1, 3, 3, 1);
    memcpy(in.value, plain, sizeof plain);
    struct imc_conv_desc desc = describe(3, 3, 2, first_tap, IMC_F32, IMC_F32);
    struct samples out = engine_must_run(&desc, &in, NULL);
    assert_values(&out, plain, "default anchor 0");
    samples_free(&out);
    desc.y.anchor = desc.x.anchor = 1;
    out = engine_must_run(&desc, &in, NULL);
    assert_values(&out, moved, "anchor 1,1");
    samples_free(&out);
    samples_free(&in);
}
END_TEST

/* One pixel is its own neighbourhood under every border but a constant, however far the kernel reaches. */
START_TEST(one_pixel_is_a_picture)
{
    static const float counting_sum = 45;
    struct samples in = samples_make(1, 1, 1, 1, 1);
    in.value[0] = 5;
    for (int b = IMC_BORDER_CONSTANT; b <= IMC_BORDER_WRAP; b++)
        for (int dilation = 1; dilation <= 4; dilation += 3) {
            struct imc_conv_desc desc = describe(1, 1, 3, counting, IMC_U8, IMC_U16);
            desc.border = (enum imc_border)b;
            desc.y.dilation = desc.x.dilation = dilation;
            struct samples out = engine_must_run(&desc, &in, NULL);
            ck_assert_double_eq(out.value[0], b == IMC_BORDER_CONSTANT ? 25 : 5 * (double)counting_sum);
            samples_free(&out);
        }
    samples_free(&in);
}
END_TEST

/* Kernels several times larger than the picture, whose reflections go back and forth. */
START_TEST(kernels_larger_than_the_picture)
{
    struct test_rng rng = {test_seed()};
    float taps[19 * 19];
    for (int i = 0; i < 19 * 19; i++)
        taps[i] = (float)test_random_int(&rng, -3, 3);
    for (int h = 1; h <= 4; h++)
        for (int b = IMC_BORDER_CONSTANT; b <= IMC_BORDER_WRAP; b++)
            for (int k = 12; k <= 19; k += 7) {
                struct samples in = samples_make(1, 1, h, 5 - h, 1);
                for (size_t i = 0; i < samples_count(&in); i++)
                    in.value[i] = test_random_int(&rng, 0, 65535);
                struct imc_conv_desc desc = describe(h, 5 - h, k, taps, IMC_U16, IMC_F32);
                desc.border = (enum imc_border)b;
                law2_assert(&desc, &in, "a kernel larger than the picture");
                samples_free(&in);
            }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("faults");
    TCase *tests = tcase_create("faults");
    tcase_add_test(tests, an_impulse_answers_nine_to_one_and_flipped_one_to_nine);
    tcase_add_test(tests, gradient_pairs_are_right);
    tcase_add_test(tests, steps_up_and_down_have_equal_sobel_magnitude);
    tcase_add_test(tests, clipped_edges_are_counted);
    tcase_add_test(tests, a_flat_picture_has_no_edges);
    tcase_add_test(tests, a_zero_border_is_an_edge);
    tcase_add_test(tests, strides_pick_the_pixels_that_torch_picks);
    tcase_add_test(tests, same_with_a_stride_thins_the_full_result);
    tcase_add_test(tests, even_kernels_obey_their_anchor);
    tcase_add_test(tests, one_pixel_is_a_picture);
    tcase_add_test(tests, kernels_larger_than_the_picture);
    suite_add_tcase(suite, tests);
    return suite;
}
