/* test_properties.c: what must hold of convolution whatever the numbers are: impulse, linearity, shift, equal answers of all modes,
 * block means, exact integers, flat pictures, and the extremes of size and stride.
 */
#include "conformance/law2.h"
#include "support/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum imc_mode modes[] = {IMC_MODE_DIRECT, IMC_MODE_SEPARABLE, IMC_MODE_FFT, IMC_MODE_AUTO};
static const enum imc_border borders[] = {IMC_BORDER_CONSTANT, IMC_BORDER_REPLICATE, IMC_BORDER_SYMMETRIC, IMC_BORDER_REFLECT101,
                                          IMC_BORDER_WRAP};

enum { MODES = 4, BORDERS = 5 };

static bool can(enum imc_mode mode, bool rank_one)
{
    return mode != IMC_MODE_SEPARABLE || rank_one;
}

static struct imc_conv_desc describe(int h, int w, int kh, int kw, const float *taps)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = h;
    desc.in_w = w;
    desc.y.kernel = kh;
    desc.x.kernel = kw;
    desc.weights = taps;
    return desc;
}

static void set_types(struct imc_conv_desc *desc, enum imc_type in, enum imc_type out)
{
    desc->in_type = in;
    desc->out_type = out;
    desc->out_max = out == IMC_U8 ? 255 : out == IMC_U16 ? 65535 : 0;
}

/* Whole numbers lo..hi. */
static struct samples random_samples(struct test_rng *rng, int h, int w, int lo, int hi)
{
    struct samples in = samples_make(1, 1, h, w, 1);
    for (size_t i = 0; i < samples_count(&in); i++)
        in.value[i] = test_random_int(rng, lo, hi);
    return in;
}

static void assert_equal(const struct samples *a, const struct samples *b, const char *what)
{
    ck_assert_uint_eq(samples_count(a), samples_count(b));
    ck_assert_msg(memcmp(a->value, b->value, samples_count(a) * sizeof *a->value) == 0, "%s", what);
}

START_TEST(an_impulse_gives_the_mirrored_kernel)
{
    for (int m = 0; m < MODES; m++)
        for (int kh = 1; kh <= 6; kh++)
            for (int kw = 1; kw <= 7; kw++) {
                float taps[42];
                for (int i = 0; i < kh; i++) /* rank 1, so that every mode can */
                    for (int j = 0; j < kw; j++)
                        taps[i * kw + j] = (float)((i + 1) * (2 * j + 1));
                struct imc_conv_desc desc = describe(1, 1, kh, kw, taps);
                desc.border = IMC_BORDER_CONSTANT;
                desc.padding = IMC_PADDING_FULL;
                desc.mode = modes[m];
                if (!can(desc.mode, true))
                    continue;
                struct samples in = samples_make(1, 1, 1, 1, 1);
                in.value[0] = 1;
                struct samples out = engine_must_run(&desc, &in, NULL);
                ck_assert_int_eq(out.h, kh);
                ck_assert_int_eq(out.w, kw);
                for (int i = 0; i < kh * kw; i++)
                    ck_assert_msg(fabs(out.value[i] - (double)taps[kh * kw - 1 - i]) <= (desc.mode == IMC_MODE_FFT ? 1e-4 : 0),
                                  "mode %d kernel %dx%d: response %d is %g, the tap is %g", (int)desc.mode, kh, kw, i, out.value[i],
                                  (double)taps[kh * kw - 1 - i]);
                samples_free(&out);
                samples_free(&in);
            }
}
END_TEST

START_TEST(the_response_is_linear)
{
    struct test_rng rng = {test_seed()};
    float taps[35];
    for (int i = 0; i < 35; i++)
        taps[i] = (float)(test_random_unit(&rng) - 0.5);
    for (int m = 0; m < MODES; m++) {
        struct imc_conv_desc desc = describe(19, 23, 5, 7, taps);
        desc.mode = modes[m];
        if (!can(desc.mode, false))
            continue;
        struct samples a = random_samples(&rng, 19, 23, -100, 100), b = random_samples(&rng, 19, 23, -100, 100);
        struct samples both = samples_make(1, 1, 19, 23, 1);
        for (size_t i = 0; i < samples_count(&a); i++)
            both.value[i] = 3 * a.value[i] - 2 * b.value[i];
        struct samples of_a = engine_must_run(&desc, &a, NULL), of_b = engine_must_run(&desc, &b, NULL);
        struct samples of_both = engine_must_run(&desc, &both, NULL);
        for (size_t i = 0; i < samples_count(&of_a); i++) /* sum of |taps| at most 17.5: S is at most 8750 */
            ck_assert_double_eq_tol(of_both.value[i], 3 * of_a.value[i] - 2 * of_b.value[i], 2e-6 * 8750);
        struct samples *all[] = {&a, &b, &both, &of_a, &of_b, &of_both};
        for (int i = 0; i < 6; i++)
            samples_free(all[i]);
    }
}
END_TEST

/* Under wrap a shifted picture gives the shifted result, in direct and separable mode to the bit. */
START_TEST(a_shifted_picture_gives_a_shifted_result)
{
    enum { H = 13, W = 17, DY = 4, DX = 9 };
    struct test_rng rng = {test_seed()};
    float taps[15];
    for (int i = 0; i < 15; i++)
        taps[i] = (float)(i / 5 + 1) * 0.37f * (float)(i % 5 - 3);
    for (int m = 0; m < MODES; m++) {
        struct imc_conv_desc desc = describe(H, W, 3, 5, taps);
        desc.border = IMC_BORDER_WRAP;
        desc.mode = modes[m];
        if (!can(desc.mode, true))
            continue;
        double allowed = desc.mode == IMC_MODE_FFT ? 0.05 : 0;
        struct samples in = random_samples(&rng, H, W, 0, 255), moved = samples_make(1, 1, H, W, 1);
        for (int i = 0; i < H * W; i++)
            moved.value[(i / W + DY) % H * W + (i % W + DX) % W] = in.value[i];
        struct samples a = engine_must_run(&desc, &in, NULL), b = engine_must_run(&desc, &moved, NULL);
        for (int i = 0; i < H * W; i++)
            ck_assert_double_le(fabs(b.value[(i / W + DY) % H * W + (i % W + DX) % W] - a.value[i]), allowed);
        struct samples *all[] = {&in, &moved, &a, &b};
        for (int i = 0; i < 4; i++)
            samples_free(all[i]);
    }
}
END_TEST

START_TEST(every_mode_gives_the_same_answer)
{
    struct test_rng rng = {test_seed()};
    static const int sizes[][2] = {{3, 3}, {1, 9}, {9, 1}, {4, 6}, {11, 11}, {25, 25}};
    for (int s = 0; s < 6; s++)
        for (int b = 0; b < BORDERS; b++)
            for (int m = 0; m < MODES; m++) {
                int kh = sizes[s][0], kw = sizes[s][1];
                float taps[625], column[25], row[25];
                for (int i = 0; i < 25; i++) {
                    column[i] = (float)test_random_unit(&rng);
                    row[i] = (float)test_random_unit(&rng);
                }
                for (int i = 0; i < kh * kw; i++)
                    taps[i] = column[i / kw] * row[i % kw];
                struct imc_conv_desc desc = describe(40, 37, kh, kw, taps);
                desc.border = borders[b];
                desc.mode = modes[m];
                struct samples in = random_samples(&rng, 40, 37, 0, 255);
                if (can(desc.mode, true))
                    law2_assert(&desc, &in, "a kernel of rank 1");
                samples_free(&in);
            }
}
END_TEST

START_TEST(a_mean_with_its_own_stride_gives_block_means)
{
    struct test_rng rng = {test_seed()};
    for (int n = 2; n <= 8; n++)
        for (int m = 0; m < MODES; m++) {
            float taps[64];
            for (int i = 0; i < n * n; i++)
                taps[i] = 1.0f / (float)(n * n);
            int h = 5 * n + n - 1, w = 7 * n;
            struct imc_conv_desc desc = describe(h, w, n, n, taps);
            desc.y.stride = desc.x.stride = n;
            desc.padding = IMC_PADDING_VALID;
            desc.mode = modes[m];
            if (!can(desc.mode, true))
                continue;
            struct samples in = random_samples(&rng, h, w, 0, 255), out = engine_must_run(&desc, &in, NULL);
            ck_assert_int_eq(out.h, 5);
            ck_assert_int_eq(out.w, 7);
            for (int k = 0; k < 35; k++) {
                double sum = 0;
                for (int i = 0; i < n * n; i++)
                    sum += *samples_at(&in, 0, 0, k / 7 * n + i / n, k % 7 * n + i % n, 0);
                ck_assert_double_eq_tol(out.value[k], sum / (n * n), 2e-6 * 255 + 1e-5);
            }
            samples_free(&out);
            samples_free(&in);
        }
}
END_TEST

/* Every 8-bit and 16-bit sample, and floats of all sizes, under a single tap and under a 3x3 with a one in the middle. */
START_TEST(identity_keeps_every_bit)
{
    static const float one[] = {1}, centre[] = {0, 0, 0, 0, 1, 0, 0, 0, 0};
    struct test_rng rng = {test_seed()};
    for (int type = IMC_U8; type <= IMC_F32; type++)
        for (int m = 0; m < MODES; m++)
            for (int k = 1; k <= 3; k += 2) {
                struct imc_conv_desc desc = describe(256, 256, k, k, k == 1 ? one : centre);
                set_types(&desc, (enum imc_type)type, (enum imc_type)type);
                desc.mode = modes[m];
                if (!can(desc.mode, true) || (desc.mode == IMC_MODE_FFT && type == IMC_F32))
                    continue;
                struct samples in = samples_make(1, 1, 256, 256, 1);
                for (int i = 0; i < 65536; i++)
                    in.value[i] = type == IMC_U8 ? i & 255
                                  : type == IMC_U16
                                      ? i
                                      : (double)ldexpf((float)test_random_unit(&rng), test_random_int(&rng, -140, 127));
                struct samples out = engine_must_run(&desc, &in, NULL);
                assert_equal(&in, &out, law2_describe(&desc));
                samples_free(&out);
                samples_free(&in);
            }
}
END_TEST

/* A zero-sum kernel of small integers, as a product where rank_one, so that the separable mode can. */
static void zero_sum_taps(float *taps, int k, bool rank_one, struct test_rng *rng)
{
    float line[31] = {0}, sum = 0, line_sum = 0;
    for (int i = 0; i < k; i++)
        line_sum += line[i] = (float)test_random_int(rng, -2, 2);
    line[k - 1] -= line_sum;
    for (int i = 0; i < k * k; i++)
        sum += taps[i] = rank_one ? line[i % k] * (float)(1 + (i / k) % 3) : (float)test_random_int(rng, -2, 2);
    taps[k * k - 1] -= sum; /* nothing where rank_one */
}

static void check_flat(int k, bool rank_one, enum imc_mode mode, enum imc_border border, enum imc_type type, double level,
                       struct test_rng *rng)
{
    float taps[31 * 31];
    zero_sum_taps(taps, k, rank_one, rng);
    struct imc_conv_desc desc = describe(33, 29, k, k, taps);
    set_types(&desc, type, type);
    desc.mode = mode;
    desc.border = border;
    desc.take_abs = true; /* a small negative error must not hide behind the clip */
    struct samples in = samples_make(1, 1, 33, 29, 1);
    for (size_t i = 0; i < samples_count(&in); i++)
        in.value[i] = level;
    struct samples out = engine_must_run(&desc, &in, NULL);
    for (size_t i = 0; i < samples_count(&out); i++)
        if (out.value[i] != 0)
            ck_abort_msg("flat %g gives %g at sample %zu\n  %s", level, out.value[i], i, law2_describe(&desc));
    samples_free(&out);
    samples_free(&in);
}

START_TEST(a_flat_picture_gives_exactly_zero_under_zero_sum_kernels)
{
    static const int sizes[] = {2, 3, 5, 9, 15, 31};
    struct test_rng rng = {test_seed()};
    for (int s = 0; s < 6; s++)
        for (int m = 0; m < MODES; m++)
            for (int b = 1; b < BORDERS; b++)
                for (int rank_one = 0; rank_one < 2; rank_one++) {
                    if (!can(modes[m], rank_one))
                        continue;
                    check_flat(sizes[s], rank_one, modes[m], borders[b], IMC_U8, 255, &rng);
                    check_flat(sizes[s], rank_one, modes[m], borders[b], IMC_U16, 65535, &rng);
                    check_flat(sizes[s], rank_one, modes[m], borders[b], IMC_U16, 30001, &rng);
                }
}
END_TEST

/* Halves are exact in a float: the law's freedom near a tie does not cover them. 0.5 becomes 0, 1.5 becomes 2, 2.5 becomes 2. */
START_TEST(exact_ties_round_to_even)
{
    static const float halves[] = {0.25f, 0.25f};
    for (int type = IMC_U8; type <= IMC_U16; type++)
        for (int m = IMC_MODE_AUTO; m <= IMC_MODE_SEPARABLE; m++) {
            struct imc_conv_desc desc = describe(1, 200, 1, 2, halves);
            set_types(&desc, IMC_U16, (enum imc_type)type);
            desc.mode = (enum imc_mode)m;
            desc.x.dilation = 200; /* both taps read the same pixel under wrap */
            desc.border = IMC_BORDER_WRAP;
            struct samples in = samples_make(1, 1, 1, 200, 1);
            for (int i = 0; i < 200; i++)
                in.value[(i + 100) % 200] = i;
            struct samples out = engine_must_run(&desc, &in, NULL);
            for (int i = 0; i < 200; i++) {
                int even = i / 4 * 2, rest = i % 4; /* i/2 is even, even + 0.5, even + 1, even + 1.5 */
                ck_assert_double_eq(out.value[i], rest < 2 ? even : rest == 2 ? even + 1 : even + 2);
            }
            samples_free(&out);
            samples_free(&in);
        }
}
END_TEST

/* Sums below 2^24 are whole floats: direct mode, and separable mode on integer factors, must give them exactly. */
START_TEST(integer_sums_are_exact)
{
    struct test_rng rng = {test_seed()};
    for (int round = 0; round < 200; round++) {
        float taps[25];
        bool rank_one = round % 2;
        for (int i = 0; i < 25; i++)
            taps[i] = rank_one ? (float)((i / 5 - 2) * (i % 5 + 1 - round % 7)) : (float)test_random_int(&rng, -10, 10);
        enum imc_type type = round % 4 < 2 ? IMC_U8 : IMC_U16;
        struct imc_conv_desc desc = describe(7, 11, 5, 5, taps);
        set_types(&desc, type, IMC_F32);
        desc.border = borders[round % BORDERS];
        desc.mode = rank_one ? IMC_MODE_SEPARABLE : IMC_MODE_DIRECT;
        struct samples in = random_samples(&rng, 7, 11, 0, type == IMC_U8 ? 255 : 65535);
        struct samples out = engine_must_run(&desc, &in, NULL);
        struct reference want;
        ck_assert(ref_conv(&desc, &in, &want));
        for (size_t i = 0; i < samples_count(&out); i++)
            if (out.value[i] != want.out.value[i])
                ck_abort_msg("sample %zu: %.9g, the sum is %.9g\n  %s", i, out.value[i], want.out.value[i], law2_describe(&desc));
        ref_free(&want);
        samples_free(&out);
        samples_free(&in);
    }
}
END_TEST

START_TEST(large_kernels_work)
{
    static const int sides[][2] = {{255, 255}, {1, 255}, {255, 1}, {256, 3}};
    struct test_rng rng = {test_seed()};
    float *taps = malloc(255 * 255 * sizeof *taps);
    ck_assert_ptr_nonnull(taps);
    for (int s = 0; s < 4; s++)
        for (int m = 0; m < MODES; m++) {
            bool line = sides[s][0] == 1 || sides[s][1] == 1;
            for (int i = 0; i < sides[s][0] * sides[s][1]; i++)
                taps[i] = (float)(test_random_unit(&rng) - 0.3);
            struct imc_conv_desc small = describe(14, 9, sides[s][0], sides[s][1], taps);
            struct imc_conv_desc valid = describe(258, 259, sides[s][0], sides[s][1], taps);
            valid.padding = IMC_PADDING_VALID;
            valid.x.stride = 3;
            small.mode = valid.mode = modes[m];
            struct samples in = random_samples(&rng, 14, 9, 0, 255), large = random_samples(&rng, 258, 259, 0, 255);
            if (can(modes[m], line)) {
                law2_assert(&small, &in, "a kernel larger than its image");
                law2_assert(&valid, &large, "a large kernel");
            }
            samples_free(&in);
            samples_free(&large);
        }
    free(taps);
}
END_TEST

/* A flat picture makes every rounding of a sum fall the same way: the worst case for means over many taps or many channels. */
START_TEST(long_sums_of_equal_terms_do_not_drift)
{
    static const struct {
        int channels, k;
    } sums[] = {{1, 255}, {1, 63}, {1, 9}, {600, 3}, {7, 31}};
    float *taps = malloc(255 * 255 * sizeof *taps);
    ck_assert_ptr_nonnull(taps);
    for (int s = 0; s < 5; s++)
        for (int m = 0; m < MODES; m++)
            for (int third = 1; third <= 2; third++) {
                int count = sums[s].channels * sums[s].k * sums[s].k;
                for (int i = 0; i < count; i++)
                    taps[i] = (float)third / 3.0f / (float)count;
                struct imc_conv_desc desc = describe(5, 6, sums[s].k, sums[s].k, taps);
                desc.in_c = sums[s].channels;
                desc.mode = modes[m];
                if (!can(desc.mode, true))
                    continue;
                struct samples in = samples_make(1, desc.in_c, 5, 6, 1);
                for (size_t i = 0; i < samples_count(&in); i++)
                    in.value[i] = (double)(200.0f / 3);
                law2_assert(&desc, &in, "a mean of a flat picture");
                samples_free(&in);
            }
    free(taps);
}
END_TEST

START_TEST(large_strides_and_dilations_work)
{
    static const int strides[] = {9, 10, 1000, 1 << 30}, dilations[] = {20, 1000, 30000};
    static const float taps[] = {1, 2, 3, 2, 4, 6, 3, 6, 9};
    struct test_rng rng = {test_seed()};
    struct samples in = random_samples(&rng, 9, 10, 0, 255);
    for (int m = 0; m < MODES; m++)
        for (int k = 0; k < 4; k++) {
            struct imc_conv_desc desc = describe(9, 10, 3, 3, taps);
            desc.mode = modes[m];
            if (!can(desc.mode, true))
                continue;
            desc.y.stride = desc.x.stride = strides[k];
            law2_assert(&desc, &in, "a large stride");
            desc.y.stride = desc.x.stride = 1;
            desc.y.dilation = k < 3 ? dilations[k] : 1;
            desc.border = IMC_BORDER_WRAP;
            if (desc.mode != IMC_MODE_FFT)
                law2_assert(&desc, &in, "a large dilation");
        }
    samples_free(&in);
}
END_TEST

START_TEST(a_kernel_of_zeros_gives_the_bias)
{
    static const float taps[15], bias[] = {7};
    struct test_rng rng = {test_seed()};
    struct samples in = random_samples(&rng, 6, 5, 0, 255);
    for (int m = 0; m < MODES; m++) {
        struct imc_conv_desc desc = describe(6, 5, 3, 5, taps);
        desc.bias = bias;
        desc.mode = modes[m];
        if (!can(desc.mode, true))
            continue;
        struct samples out = engine_must_run(&desc, &in, NULL);
        for (size_t i = 0; i < samples_count(&out); i++)
            ck_assert_double_eq(out.value[i], 7);
        samples_free(&out);
    }
    samples_free(&in);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("properties");
    TCase *tests = tcase_create("properties");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, an_impulse_gives_the_mirrored_kernel);
    tcase_add_test(tests, the_response_is_linear);
    tcase_add_test(tests, a_shifted_picture_gives_a_shifted_result);
    tcase_add_test(tests, every_mode_gives_the_same_answer);
    tcase_add_test(tests, a_mean_with_its_own_stride_gives_block_means);
    tcase_add_test(tests, identity_keeps_every_bit);
    tcase_add_test(tests, a_flat_picture_gives_exactly_zero_under_zero_sum_kernels);
    tcase_add_test(tests, exact_ties_round_to_even);
    tcase_add_test(tests, integer_sums_are_exact);
    tcase_add_test(tests, large_kernels_work);
    tcase_add_test(tests, long_sums_of_equal_terms_do_not_drift);
    tcase_add_test(tests, large_strides_and_dilations_work);
    tcase_add_test(tests, a_kernel_of_zeros_gives_the_bias);
    suite_add_tcase(suite, tests);
    return suite;
}
