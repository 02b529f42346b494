/* test_determinism.c: the same bits at every thread count, job height and order of jobs, wherever rows lie, and from two threads
 * that share a plan. */
#include "conformance/law2.h"
#include "support/testing.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Plans of every mode whose jobs have edges to get wrong: several images, strides, dilations, combinations, integer outputs. */
struct subject {
    enum imc_mode mode;
    enum imc_type in_type, out_type;
    int h, w, in_c, filters, lanes, kh, kw, stride, dilation, images;
    enum imc_border border;
    enum imc_combine combine;
};

static const struct subject subjects[] = {
    {IMC_MODE_DIRECT, IMC_U8, IMC_U8, 150, 61, 1, 2, 3, 3, 3, 1, 1, 1, IMC_BORDER_REPLICATE, IMC_COMBINE_MAGNITUDE},
    {IMC_MODE_DIRECT, IMC_F32, IMC_F32, 90, 40, 3, 2, 1, 5, 4, 2, 3, 2, IMC_BORDER_WRAP, IMC_COMBINE_NONE},
    {IMC_MODE_SEPARABLE, IMC_U16, IMC_U16, 131, 70, 1, 1, 4, 9, 9, 1, 2, 2, IMC_BORDER_SYMMETRIC, IMC_COMBINE_NONE},
    {IMC_MODE_SEPARABLE, IMC_F32, IMC_F32, 77, 1500, 2, 2, 1, 7, 7, 3, 1, 1, IMC_BORDER_CONSTANT, IMC_COMBINE_SUM},
    /* Samples that are read where they lie, and an output that goes past the caches. */
    {IMC_MODE_DIRECT, IMC_F32, IMC_F32, 70, 1301, 1, 1, 2, 7, 3, 1, 1, 2, IMC_BORDER_REFLECT101, IMC_COMBINE_NONE},
    {IMC_MODE_DIRECT, IMC_F32, IMC_F32, 1040, 4040, 1, 1, 1, 3, 3, 1, 1, 1, IMC_BORDER_REPLICATE, IMC_COMBINE_NONE},
    {IMC_MODE_FFT, IMC_U8, IMC_F32, 170, 90, 1, 2, 2, 13, 17, 1, 1, 2, IMC_BORDER_REFLECT101, IMC_COMBINE_NONE},
    {IMC_MODE_FFT, IMC_F32, IMC_F32, 600, 300, 1, 1, 1, 21, 21, 1, 1, 1, IMC_BORDER_WRAP, IMC_COMBINE_NONE},
    {IMC_MODE_FFT, IMC_F32, IMC_F32, 333, 200, 2, 1, 1, 8, 31, 2, 2, 2, IMC_BORDER_REPLICATE, IMC_COMBINE_ABS},
    {IMC_MODE_AUTO, IMC_U8, IMC_U8, 140, 64, 3, 1, 1, 5, 5, 1, 1, 3, IMC_BORDER_REPLICATE, IMC_COMBINE_NONE},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

struct prepared {
    struct imc_conv_desc desc;
    struct samples in;
    float *taps;
};

static void prepare(const struct subject *subject, struct prepared *made, struct test_rng *rng)
{
    int taps = subject->kh * subject->kw, kernels = subject->filters * subject->in_c;
    made->taps = malloc((size_t)(taps * kernels) * sizeof *made->taps);
    ck_assert_ptr_nonnull(made->taps);
    for (int i = 0; i < taps * kernels; i++) /* products of a column and a row */
        made->taps[i] = (float)((i % taps / subject->kw + 1) * (i % subject->kw - 1.25 - i / taps)) * 0.0625f;
    struct imc_conv_desc *desc = &made->desc;
    imc_conv_desc_default(desc);
    desc->mode = subject->mode;
    desc->in_type = subject->in_type;
    desc->out_type = subject->out_type;
    desc->out_max = subject->out_type == IMC_U8 ? 255 : 65535;
    desc->in_h = subject->h;
    desc->in_w = subject->w;
    desc->in_c = subject->in_c;
    desc->filters = subject->filters;
    desc->lanes = subject->lanes;
    desc->y = (struct imc_conv_axis){subject->kh, subject->stride, subject->dilation, -1, 0, 0};
    desc->x = (struct imc_conv_axis){subject->kw, subject->stride, subject->dilation, -1, 0, 0};
    desc->border = subject->border;
    desc->border_value = 3;
    desc->combine = subject->combine;
    desc->weights = made->taps;
    made->in = samples_make(subject->images, subject->in_c, subject->h, subject->w, subject->lanes);
    for (size_t i = 0; i < samples_count(&made->in); i++)
        made->in.value[i] = desc->in_type == IMC_F32 ? (double)(float)(test_random_unit(rng) - 0.5) : test_random_int(rng, 0, 255);
}

static void discard(struct prepared *made)
{
    free(made->taps);
    samples_free(&made->in);
}

static struct samples run(const struct prepared *made, struct run_way way, struct imc_stats *stats)
{
    struct samples out = {0};
    struct imc_error error = {0};
    enum imc_status status = engine_run(&made->desc, &made->in, &way, &out, stats, &error);
    ck_assert_msg(status == IMC_OK, "subject refused: %s\n  %s", error.message, law2_describe(&made->desc));
    return out;
}

START_TEST(threads_and_jobs_change_no_bit)
{
    static const struct run_way ways[] = {
        {.threads = 2},
        {.threads = 3},
        {.threads = 7},
        {.job_rows = 1},
        {.job_rows = 7},
        {.job_rows = 64},
        {.job_rows = 0},
        {.job_rows = 1, .reverse = true},
        {.job_rows = 7, .reverse = true},
        {.job_rows = 64, .reverse = true},
        {.job_rows = 10, .in_layout = LAYOUT_INTERLEAVED_GAPS, .out_layout = LAYOUT_PLANES_GAPS},
    };
    struct test_rng rng = {test_seed()};
    for (int s = 0; s < SUBJECTS; s++) {
        struct prepared made;
        struct imc_stats plain, other;
        prepare(&subjects[s], &made, &rng);
        struct samples want = run(&made, (struct run_way){.threads = 1}, &plain);
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            struct samples got = run(&made, ways[k], &other);
            ck_assert_msg(memcmp(want.value, got.value, samples_count(&want) * sizeof *want.value) == 0,
                          "subject %d: threads %d, jobs of %d rows, reverse %d change a bit\n  %s", s, ways[k].threads,
                          ways[k].job_rows, ways[k].reverse, law2_describe(&made.desc));
            ck_assert_msg(plain.lowest == other.lowest && plain.highest == other.highest && plain.clipped == other.clipped,
                          "subject %d, way %zu: the statistics differ", s, k);
            samples_free(&got);
        }
        samples_free(&want);
        discard(&made);
    }
}
END_TEST

/* One thread of the shared-plan test: its own scratch and output, every row, again and again. */
struct sharer {
    const struct imc_plan *plan;
    const struct imc_view *in;
    float *out;
    int rows, width;
    pthread_t thread;
};

static void *share(void *context)
{
    struct sharer *sharer = context;
    struct imc_scratch *scratch;
    struct imc_view out = {sharer->out, IMC_F32, 1, sharer->width, 0, 0};
    if (imc_scratch_create(sharer->plan, &scratch, NULL))
        return "no scratch";
    for (int round = 0; round < 5; round++)
        for (int y = 0; y < sharer->rows; y += 5)
            imc_plan_run(sharer->plan, scratch, sharer->in, &out,
                         (struct imc_job){0, y, y + 5 < sharer->rows ? y + 5 : sharer->rows}, NULL);
    imc_scratch_destroy(scratch);
    return NULL;
}

START_TEST(two_threads_share_one_plan)
{
    enum { H = 60, W = 50, SHARERS = 2 };
    static const enum imc_mode modes[] = {IMC_MODE_DIRECT, IMC_MODE_SEPARABLE, IMC_MODE_FFT};
    static float in[H * W], out[SHARERS][H * W], taps[49];
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < H * W; i++)
        in[i] = (float)test_random_unit(&rng);
    for (int i = 0; i < 49; i++)
        taps[i] = (float)(i / 7 + 1) * (float)(i % 7);
    for (int m = 0; m < 3; m++) {
        struct imc_conv_desc desc;
        imc_conv_desc_default(&desc);
        desc.in_h = H;
        desc.in_w = W;
        desc.y.kernel = desc.x.kernel = 7;
        desc.weights = taps;
        desc.mode = modes[m];
        struct imc_plan *plan;
        ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
        struct imc_view view = {in, IMC_F32, 1, W, 0, 0};
        struct sharer sharers[SHARERS];
        for (int t = 0; t < SHARERS; t++) {
            sharers[t] = (struct sharer){.plan = plan, .in = &view, .out = out[t], .rows = H, .width = W};
            ck_assert_int_eq(pthread_create(&sharers[t].thread, NULL, share, &sharers[t]), 0);
        }
        for (int t = 0; t < SHARERS; t++) {
            void *answer;
            pthread_join(sharers[t].thread, &answer);
            ck_assert_ptr_null(answer);
        }
        struct samples dense = samples_make(1, 1, H, W, 1);
        for (int i = 0; i < H * W; i++)
            dense.value[i] = (double)in[i];
        struct samples want = engine_must_run(&desc, &dense, NULL);
        for (int t = 0; t < SHARERS; t++)
            for (int i = 0; i < H * W; i++)
                if ((double)out[t][i] != want.value[i])
                    ck_abort_msg("mode %d, thread %d, sample %d", (int)modes[m], t, i);
        samples_free(&want);
        samples_free(&dense);
        imc_plan_destroy(plan);
    }
}
END_TEST

/* One scratch serves one picture after the other: nothing of the first may show in the second. */
START_TEST(a_scratch_keeps_nothing_of_the_last_picture)
{
    enum { H = 20, W = 15 };
    static float first[H * W], second[H * W], out[H * W], taps[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1};
    for (int i = 0; i < H * W; i++) {
        first[i] = NAN;
        second[i] = (float)(i % 7);
    }
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = H;
    desc.in_w = W;
    desc.y.kernel = desc.x.kernel = 3;
    desc.weights = taps;
    for (int m = IMC_MODE_AUTO; m <= IMC_MODE_FFT; m++) {
        struct imc_plan *plan;
        struct imc_scratch *scratch;
        desc.mode = (enum imc_mode)m;
        ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
        ck_assert_int_eq(imc_scratch_create(plan, &scratch, NULL), IMC_OK);
        struct imc_view from = {first, IMC_F32, 1, W, 0, 0}, to = {out, IMC_F32, 1, W, 0, 0};
        imc_plan_run(plan, scratch, &from, &to, (struct imc_job){0, 0, H}, NULL);
        from.data = second;
        imc_plan_run(plan, scratch, &from, &to, (struct imc_job){0, 0, H}, NULL);
        for (int i = 0; i < H * W; i++)
            if (isnan(out[i]))
                ck_abort_msg("mode %d: sample %d still holds the first picture's NaN", m, i);
        imc_scratch_destroy(scratch);
        imc_plan_destroy(plan);
    }
}
END_TEST

/* Rows that lie a multiple of 2 KiB apart share sets of the cache, for which box has a way of its own. */
START_TEST(where_rows_of_the_output_lie_changes_no_sample)
{
    enum { H = 75, W = 671, LANES = 3, STEP = 4096, UNTOUCHED = 99 };
    static uint8_t in[H * W * LANES], out[2][H * STEP];
    static float taps[15 * 9];
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < 15 * 9; i++)
        taps[i] = 1 / 135.0f;
    for (int i = 0; i < H * W * LANES; i++)
        in[i] = (uint8_t)test_random_int(&rng, 0, 255);
    for (int lanes = 1; lanes <= LANES; lanes += 2) {
        struct imc_conv_desc desc;
        imc_conv_desc_default(&desc);
        desc.in_type = desc.out_type = IMC_U8;
        desc.out_max = 255;
        desc.in_h = H;
        desc.in_w = W;
        desc.lanes = lanes;
        desc.y.kernel = 15;
        desc.x.kernel = 9;
        desc.border = IMC_BORDER_REPLICATE;
        desc.weights = taps;
        struct imc_plan *plan;
        ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
        struct imc_view from = {in, IMC_U8, lanes, W * lanes, 0, 0};
        struct imc_stats stats[2];
        memset(out, UNTOUCHED, sizeof out);
        for (int k = 0; k < 2; k++) {
            struct imc_view to = {out[k], IMC_U8, lanes, k == 0 ? W * lanes : STEP, 0, 0};
            imc_stats_reset(&stats[k]);
            ck_assert_int_eq(imc_plan_run_all(plan, &from, &to, 1, 1, &stats[k], NULL), IMC_OK);
        }
        for (int y = 0; y < H; y++) {
            ck_assert_mem_eq(out[0] + y * W * lanes, out[1] + y * STEP, (size_t)(W * lanes));
            for (int i = W * lanes; i < STEP; i++)
                ck_assert_int_eq(out[1][y * STEP + i], UNTOUCHED);
        }
        ck_assert(stats[0].lowest == stats[1].lowest && stats[0].highest == stats[1].highest);
        imc_plan_destroy(plan);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("determinism");
    TCase *tests = tcase_create("determinism");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, threads_and_jobs_change_no_bit);
    tcase_add_test(tests, two_threads_share_one_plan);
    tcase_add_test(tests, a_scratch_keeps_nothing_of_the_last_picture);
    tcase_add_test(tests, where_rows_of_the_output_lie_changes_no_sample);
    suite_add_tcase(suite, tests);
    return suite;
}
