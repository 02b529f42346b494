/* test_folded.c: symmetric kernels of low rank, whose passes are folded: against the reference at awkward sizes, and the same bits
 * whatever the layout.
 */
#include "conformance/law2.h"
#include "support/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 140 };

/* Symmetric factors of either sign; a third of them bell-shaped, whose outermost taps may vanish. */
static void fill_factor(double *factor, int n, struct test_rng *rng)
{
    bool bell = test_random_int(rng, 0, 2) == 0;
    for (int i = 0; i < n; i++) {
        double x = (i - (n - 1) / 2.0) / (1 + n * 0.05);
        factor[i] = i >= (n + 1) / 2 ? factor[n - 1 - i] : bell ? exp(-x * x / 2) : test_random_unit(rng) * 2 - 1;
    }
}

static void fill_taps(float *taps, int kh, int kw, int rank, struct test_rng *rng)
{
    double sum[SIDE_MAX * 40] = {0}, column[SIDE_MAX], row[SIDE_MAX];
    for (int r = 0; r < rank; r++) {
        fill_factor(column, kh, rng);
        fill_factor(row, kw, rng);
        for (int i = 0; i < kh * kw; i++)
            sum[i] += column[i / kw] * row[i % kw];
    }
    for (int i = 0; i < kh * kw; i++)
        taps[i] = (float)sum[i];
}

static void describe(struct imc_conv_desc *desc, const float *taps, int kh, int kw, struct test_rng *rng)
{
    static const int sizes[] = {1, 2, 3, 5, 16, 17, 33, 70, 210};
    static const enum imc_type types[] = {IMC_U8, IMC_U16, IMC_F32};
    imc_conv_desc_default(desc);
    desc->mode = test_random_int(rng, 0, 2) ? IMC_MODE_SEPARABLE : IMC_MODE_AUTO;
    desc->in_type = types[test_random_int(rng, 0, 2)];
    desc->out_type = IMC_F32;
    desc->in_h = sizes[test_random_int(rng, 0, 7)];
    desc->in_w = sizes[test_random_int(rng, 0, 8)];
    desc->lanes = test_random_int(rng, 1, 4);
    desc->y.kernel = kh;
    desc->x.kernel = kw;
    if (test_random_int(rng, 0, 3) == 0) {
        desc->y.dilation = test_random_int(rng, 1, 2);
        desc->x.dilation = test_random_int(rng, 1, 3);
        desc->y.stride = test_random_int(rng, 1, 2);
        desc->x.stride = test_random_int(rng, 1, 3);
    }
    desc->border = (enum imc_border)test_random_int(rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
    desc->border_value = (float)test_random_int(rng, 0, 255);
    desc->weights = taps;
}

static struct samples random_picture(const struct imc_conv_desc *desc, struct test_rng *rng)
{
    struct samples in = samples_make(1, 1, desc->in_h, desc->in_w, desc->lanes);
    for (size_t i = 0; i < samples_count(&in); i++)
        in.value[i] = desc->in_type == IMC_F32 ? (float)test_random_unit(rng) * 300 - 40 : (float)test_random_int(rng, 0, 255);
    return in;
}

START_TEST(symmetric_kernels_agree_with_the_reference)
{
    struct test_rng rng = {test_seed()};
    static float taps[SIDE_MAX * 40];
    long cases = test_cases(20000) / 40;
    for (long i = 0; i < (cases > 20 ? cases : 20); i++) {
        int kh = test_random_int(&rng, 1, 39),
            kw = test_random_int(&rng, 0, 3) ? test_random_int(&rng, 1, 45) : SIDE_MAX - (int)(i % 40);
        struct imc_conv_desc desc;
        fill_taps(taps, kh, kw, kh > 4 && kw > 4 ? test_random_int(&rng, 1, 2) : 1, &rng);
        describe(&desc, taps, kh, kw, &rng);
        struct samples in = random_picture(&desc, &rng);
        law2_assert(&desc, &in, "a symmetric kernel");
        samples_free(&in);
    }
}
END_TEST

static void run(const struct imc_conv_desc *desc, const float *in, float *out)
{
    struct imc_plan *plan;
    ptrdiff_t row = (ptrdiff_t)desc->in_w * desc->lanes;
    struct imc_view from = {(void *)in, IMC_F32, desc->lanes, row, 0, 0}, to = {out, IMC_F32, desc->lanes, row, 0, 0};
    ck_assert_int_eq(imc_plan_create(desc, &plan, NULL), IMC_OK);
    ck_assert_int_eq(imc_plan_run_all(plan, &from, &to, 1, 1, NULL, NULL), IMC_OK);
    imc_plan_destroy(plan);
}

/* Every lane of interleaved samples is filtered as a picture of its own is. */
START_TEST(the_layout_changes_no_bit)
{
    enum { H = 37, W = 211, KH = 25, KW = 61, LANES = 3 };
    static float taps[KH * KW], in[H * W * LANES], out[H * W * LANES], plane[H * W], alone[H * W];
    struct test_rng rng = {test_seed() + 1};
    fill_taps(taps, KH, KW, 2, &rng);
    for (int i = 0; i < H * W * LANES; i++)
        in[i] = (float)test_random_unit(&rng) * 255;
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.mode = IMC_MODE_SEPARABLE;
    desc.in_type = desc.out_type = IMC_F32;
    desc.in_h = H;
    desc.in_w = W;
    desc.lanes = LANES;
    desc.y.kernel = KH;
    desc.x.kernel = KW;
    desc.weights = taps;
    run(&desc, in, out);
    desc.lanes = 1;
    for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < H * W; i++)
            plane[i] = in[i * LANES + lane];
        run(&desc, plane, alone);
        for (int i = 0; i < H * W; i++)
            ck_assert_msg(out[i * LANES + lane] == alone[i], "sample %d of lane %d is %.9g, alone %.9g", i, lane,
                          (double)out[i * LANES + lane], (double)alone[i]);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("folded");
    TCase *tests = tcase_create("folded");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, symmetric_kernels_agree_with_the_reference);
    tcase_add_test(tests, the_layout_changes_no_bit);
    suite_add_tcase(suite, tests);
    return suite;
}
