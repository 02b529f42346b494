/* test_fixed.c: the fixed-point executor where it could be wrong: many kernels, awkward sizes, and the pictures that make the error
 * of its taps as large as it can be.
 */
#include "conformance/law2.h"
#include "conv/fixed_taps.h"
#include "conv/plan.h"
#include "support/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 201 };

/* A column and a row that each sum to 1. */
struct kernel {
    int kh, kw;
    float taps[SIDE_MAX * SIDE_MAX];
};

static void fill_line(double *line, int n, double sigma, struct test_rng *rng)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double x = i - (n - 1) / 2.0;
        line[i] = sigma > 0 ? exp(-x * x / (2 * sigma * sigma)) : test_random_unit(rng) + 0.01;
        if (sigma <= 0 && i >= (n + 1) / 2)
            line[i] = line[n - 1 - i];
        sum += line[i];
    }
    for (int i = 0; i < n; i++)
        line[i] /= sum;
}

/* sigma 0: random symmetric taps. */
static void fill_kernel(struct kernel *kernel, int kh, int kw, double sigma, struct test_rng *rng)
{
    double column[SIDE_MAX], row[SIDE_MAX];
    fill_line(column, kh, sigma, rng);
    fill_line(row, kw, sigma, rng);
    kernel->kh = kh;
    kernel->kw = kw;
    for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++)
            kernel->taps[i * kw + j] = (float)(column[i] * row[j]);
}

static void describe(struct imc_conv_desc *desc, const struct kernel *kernel, int h, int w, int lanes)
{
    imc_conv_desc_default(desc);
    desc->mode = IMC_MODE_SEPARABLE;
    desc->in_type = desc->out_type = IMC_U8;
    desc->out_max = 255;
    desc->in_h = h;
    desc->in_w = w;
    desc->lanes = lanes;
    desc->y.kernel = kernel->kh;
    desc->x.kernel = kernel->kw;
    desc->border = IMC_BORDER_REPLICATE;
    desc->weights = kernel->taps;
}

static struct samples random_picture(int h, int w, int lanes, struct test_rng *rng)
{
    struct samples in = samples_make(1, 1, h, w, lanes);
    bool extremes = test_random_int(rng, 0, 2) == 0;
    for (size_t i = 0; i < samples_count(&in); i++)
        in.value[i] = extremes ? 255 * test_random_int(rng, 0, 1) : test_random_int(rng, 0, 255);
    return in;
}

/* The executor that a description gets; NULL where none does. */
static const char *executor_of(const struct imc_conv_desc *desc)
{
    struct imc_plan *plan = NULL;
    struct imc_plan_info info = {0};
    if (imc_plan_create(desc, &plan, NULL) == IMC_OK)
        imc_plan_get_info(plan, &info);
    imc_plan_destroy(plan);
    return info.executor;
}

START_TEST(kernels_and_sizes_agree_with_the_reference)
{
    static const int sizes[] = {1, 2, 3, 4, 5, 17, 33, 70};
    struct test_rng rng = {test_seed()};
    static struct kernel kernel;
    long cases = test_cases(20000) / 40, fixed = 0;
    cases = cases > 20 ? cases : 20; /* fewer kernels may happen to be all of the kind that fixed point leaves alone */
    for (long i = 0; i < cases; i++) {
        int kh = test_random_int(&rng, 1, 25), kw = test_random_int(&rng, 1, 25), lanes = test_random_int(&rng, 1, 4);
        int h = sizes[test_random_int(&rng, 0, 7)], w = sizes[test_random_int(&rng, 0, 7)];
        double sigma = test_random_int(&rng, 0, 3) ? exp(test_random_unit(&rng) * 4 - 1) : 0;
        fill_kernel(&kernel, kh, kw, sigma, &rng);
        struct imc_conv_desc desc;
        describe(&desc, &kernel, h, w, lanes);
        desc.mode = test_random_int(&rng, 0, 1) ? IMC_MODE_SEPARABLE : IMC_MODE_AUTO;
        desc.border = (enum imc_border)test_random_int(&rng, IMC_BORDER_CONSTANT, IMC_BORDER_WRAP);
        desc.border_value = (float)test_random_int(&rng, 0, 255);
        struct samples in = random_picture(h, w, lanes, &rng);
        law2_assert(&desc, &in, "a kernel in fixed point");
        fixed += strcmp(executor_of(&desc), "fixed") == 0;
        samples_free(&in);
    }
    ck_assert_msg(fixed > cases / 2, "fixed point took only %ld of %ld kernels", fixed, cases);
}
END_TEST

/* The lone output under a kernel as large as the picture; with `odd` the second of two. */
static double exact(const struct kernel *kernel, const struct samples *in, int x)
{
    double sum = 0;
    for (int i = 0; i < kernel->kh; i++)
        for (int j = 0; j < kernel->kw; j++)
            sum += (double)kernel->taps[i * kernel->kw + j] * *samples_at(in, 0, 0, i, x + j, 0);
    return sum;
}

/* White where the tap that integers give output x is above what it should be, black elsewhere (or the reverse): the picture of the
 * largest error. */
static void worst_picture(const struct kernel *kernel, const struct fixed_taps *taps, struct samples *in, int x, bool reverse)
{
    static double down[SIDE_MAX + 2], across[SIDE_MAX + 2];
    for (int t = 0; t < taps->down_count; t++)
        for (int k = 0; k < 2; k++)
            down[2 * t + k] = taps->down[t].even[k];
    const struct pair_tap *tap = taps->across;
    for (int g = 0; g < taps->groups; g++)
        for (int t = 0; t < taps->group[g].count; t++, tap++)
            for (int k = 0; k < 2; k++)
                across[2 * tap->place + k] = (double)taps->group[g].scale * (x ? tap->odd : tap->even)[k] / (1 << taps->shift);
    for (int i = 0; i < kernel->kh; i++)
        for (int j = 0; j < kernel->kw; j++) {
            bool above = down[i] * across[j + x] > (double)kernel->taps[i * kernel->kw + j];
            *samples_at(in, 0, 0, i, x + j, 0) = above != reverse ? 255 : 0;
        }
}

/* Statistics are taken of values before they are rounded, so they show the error itself. */
static double error_of(const struct imc_conv_desc *desc, const struct kernel *kernel, const struct samples *in)
{
    struct samples out = {0};
    struct imc_stats stats;
    ck_assert(engine_run(desc, in, NULL, &out, &stats, NULL) == IMC_OK);
    double a = exact(kernel, in, 0), b = exact(kernel, in, 1);
    samples_free(&out);
    return fmax(fabs((double)stats.lowest - fmin(a, b)), fabs((double)stats.highest - fmax(a, b)));
}

START_TEST(no_picture_exceeds_the_proven_error)
{
    static const struct {
        int kh, kw;
        double sigma;
    } list[] = {{7, 7, 1},  {9, 9, 1},  {19, 19, 3}, {25, 25, 3}, {61, 61, 10}, {81, 81, 10}, {201, 201, 25}, {5, 31, 4},
                {31, 5, 4}, {8, 12, 2}, {1, 9, 2},   {9, 1, 2},   {3, 3, 0.6},  {13, 13, 0},  {21, 6, 0}};
    struct test_rng rng = {test_seed()};
    static struct kernel kernel;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        fill_kernel(&kernel, list[i].kh, list[i].kw, list[i].sigma, &rng);
        struct imc_conv_desc desc;
        describe(&desc, &kernel, kernel.kh, kernel.kw + 1, 1);
        desc.padding = IMC_PADDING_VALID;
        struct imc_plan *plan = NULL;
        ck_assert(imc_plan_create(&desc, &plan, NULL) == IMC_OK);
        ck_assert_msg(plan->executor == &executor_fixed, "%dx%d sigma %g is not in fixed point", kernel.kh, kernel.kw,
                      list[i].sigma);
        const struct fixed_taps *taps = plan->state;
        ck_assert(taps->error < FIXED_ERROR_MAX);
        for (int k = 0; k < 24; k++) {
            struct samples in = random_picture(kernel.kh, kernel.kw + 1, 1, &rng);
            if (k < 16)
                worst_picture(&kernel, taps, &in, k & 1, k & 2);
            double error = error_of(&desc, &kernel, &in);
            ck_assert_msg(error <= taps->error, "%dx%d sigma %g: off by %g, proven %g", kernel.kh, kernel.kw, list[i].sigma, error,
                          taps->error);
            samples_free(&in);
        }
        imc_plan_destroy(plan);
    }
}
END_TEST

START_TEST(bands_threads_and_layouts_change_no_bit)
{
    static const struct run_way ways[] = {{.threads = 2},
                                          {.job_rows = 1},
                                          {.job_rows = 7, .reverse = true},
                                          {.job_rows = 33},
                                          {.job_rows = 5, .in_layout = LAYOUT_INTERLEAVED_GAPS, .out_layout = LAYOUT_PLANES_GAPS}};
    struct test_rng rng = {test_seed()};
    static struct kernel kernel;
    for (int lanes = 1; lanes <= 4; lanes++) {
        fill_kernel(&kernel, 9 + lanes, 23, 3, &rng);
        struct imc_conv_desc desc;
        describe(&desc, &kernel, 101, 4201 / lanes, lanes);
        struct samples in = random_picture(desc.in_h, desc.in_w, lanes, &rng), want = engine_must_run(&desc, &in, NULL);
        ck_assert_str_eq(executor_of(&desc), "fixed");
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            struct samples got = engine_must_run(&desc, &in, &ways[k]);
            ck_assert_msg(memcmp(want.value, got.value, samples_count(&want) * sizeof *want.value) == 0,
                          "%d lanes: way %zu changes a bit", lanes, k);
            samples_free(&got);
        }
        samples_free(&want);
        samples_free(&in);
    }
}
END_TEST

START_TEST(flat_pictures_stay_flat)
{
    struct test_rng rng = {test_seed()};
    static struct kernel kernel;
    for (int level = 0; level < 256; level += 5) {
        fill_kernel(&kernel, 1 + level % 61, 61 - level % 59, 1 + level / 20.0, &rng);
        struct imc_conv_desc desc;
        describe(&desc, &kernel, 40, 45, 1);
        struct samples in = samples_make(1, 1, 40, 45, 1);
        for (size_t i = 0; i < samples_count(&in); i++)
            in.value[i] = level;
        struct samples out = engine_must_run(&desc, &in, NULL);
        ck_assert(memcmp(in.value, out.value, samples_count(&in) * sizeof *in.value) == 0);
        samples_free(&in);
        samples_free(&out);
    }
}
END_TEST

/* What fixed point cannot do right is left to the float passes. */
START_TEST(others_are_refused)
{
    struct test_rng rng = {test_seed()};
    static struct kernel kernel;
    fill_kernel(&kernel, 7, 7, 1, &rng);
    struct imc_conv_desc plain, desc;
    describe(&plain, &kernel, 20, 20, 1);
    ck_assert_str_eq(executor_of(&plain), "fixed");
    desc = plain, desc.in_type = IMC_U16;
    ck_assert_str_eq(executor_of(&desc), "separable");
    desc = plain, desc.out_type = IMC_F32;
    ck_assert_str_eq(executor_of(&desc), "separable");
    desc = plain, desc.gain = 0.5f;
    ck_assert_str_eq(executor_of(&desc), "separable");
    desc = plain, desc.border = IMC_BORDER_CONSTANT, desc.border_value = 0.5f;
    ck_assert_str_eq(executor_of(&desc), "separable");
    desc = plain, desc.x.stride = 2;
    ck_assert_str_eq(executor_of(&desc), "separable");
    desc = plain, desc.lanes = 5;
    ck_assert_str_eq(executor_of(&desc), "separable");
    kernel.taps[0] *= 1.5f; /* no longer of rank 1 */
    ck_assert_str_ne(executor_of(&plain), "fixed");
    fill_kernel(&kernel, 7, 7, 1, &rng);
    for (int i = 0; i < 49; i++)
        kernel.taps[i] *= 1.5f; /* sums to more than 1 */
    ck_assert_str_eq(executor_of(&plain), "separable");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("fixed");
    TCase *tests = tcase_create("fixed");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, kernels_and_sizes_agree_with_the_reference);
    tcase_add_test(tests, no_picture_exceeds_the_proven_error);
    tcase_add_test(tests, bands_threads_and_layouts_change_no_bit);
    tcase_add_test(tests, flat_pictures_stay_flat);
    tcase_add_test(tests, others_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
