/* test_stores.c: how results are stored changes no sample: rounded as they leave the row op or after statistics were taken, past
 * the caches (large pictures, where the machine can) or not, in whole lines of the cache or not. */
#include <imgconv/conv.h>

#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

/* Odd taps, some negative, none zero. Of rank 1 or full rank. */
static void make_taps(float *taps, int size, bool separable)
{
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++)
            taps[i * size + j] =
                separable ? (float)(i + 1) * (float)(j + 2) / 64 : (float)((i * 7 + j * j * 3) % 11 + 1) / 40 - 0.11f;
}

/* Runs a plan with every way of storing: all must agree with jobs and statistics. */
static void compare_ways(struct imc_conv_desc *desc, const void *in, const char *what)
{
    const size_t size = imc_type_size(desc->out_type);
    struct imc_plan *plan;
    struct imc_scratch *scratch;
    struct imc_stats stats;
    ck_assert_int_eq(imc_plan_create(desc, &plan, NULL), IMC_OK);
    ck_assert_int_eq(imc_scratch_create(plan, &scratch, NULL), IMC_OK);
    ptrdiff_t wide = desc->in_w;
    size_t bytes = (size_t)desc->in_h * (size_t)wide * size;
    size_t room = bytes / 64 * 64 + 128;
    char *want = aligned_alloc(64, room), *got = aligned_alloc(64, room);
    ck_assert(want && got);
    struct imc_view from = {(void *)in, desc->in_type, 1, wide, 0, 0}, to = {want, desc->out_type, 1, wide, 0, 0};
    imc_stats_reset(&stats);
    imc_plan_run(plan, scratch, &from, &to, (struct imc_job){0, 0, desc->in_h}, &stats);
    for (int way = 0; way < 4; way++) {
        to.data = got + way / 2 * size; /* on a line of the cache, and not */
        memset(got, 0xa5, room);
        imc_stats_reset(&stats);
        ck_assert_int_eq(imc_plan_run_all(plan, &from, &to, 1, 2, way % 2 ? &stats : NULL, NULL), IMC_OK);
        ck_assert_msg(memcmp(want, to.data, bytes) == 0, "%s, way %d: other samples", what, way);
    }
    free(want);
    free(got);
    imc_scratch_destroy(scratch);
    imc_plan_destroy(plan);
}

static void every_mode(enum imc_type type, int height, int width)
{
    float taps[11 * 11];
    struct test_rng rng = {test_seed()};
    size_t size = type == IMC_U8 ? 1 : sizeof(float), count = (size_t)height * (size_t)width;
    void *in = malloc(count * size);
    ck_assert(in);
    for (size_t i = 0; i < count; i++)
        if (type == IMC_U8)
            ((uint8_t *)in)[i] = (uint8_t)test_random(&rng);
        else
            ((float *)in)[i] = (float)test_random_unit(&rng);
    for (int way = 0; way < 6; way++) {
        int kernel = way % 3 * 4 + 3;
        struct imc_conv_desc desc;
        imc_conv_desc_default(&desc);
        desc.in_h = height;
        desc.in_w = width;
        desc.in_type = desc.out_type = type;
        desc.out_max = 255;
        desc.y.kernel = desc.x.kernel = kernel;
        desc.weights = taps;
        desc.mode = way < 3 ? IMC_MODE_DIRECT : IMC_MODE_SEPARABLE;
        make_taps(taps, kernel, way >= 3);
        compare_ways(&desc, in, way < 3 ? "direct" : "separable");
    }
    free(in);
}

/* Kernels on bytes that have executors of their own. */
static void every_integer_kernel(int height, int width)
{
    static const float mean[] = {1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f, 1 / 9.f};
    static const float smooth[] = {1 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 4 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 1 / 16.f};
    static const float second[] = {0, 1, 0, 1, -4, 1, 0, 1, 0};
    static const float sobel[] = {-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1};
    static const struct {
        const char *name;
        const float *taps;
        enum imc_type out;
        int filters;
    } list[] = {{"mean", mean, IMC_U8, 1},
                {"Gaussian", smooth, IMC_U8, 1},
                {"Laplacian", second, IMC_U8, 1},
                {"Sobel dx", sobel, IMC_S16, 1},
                {"Sobel", sobel, IMC_U8, 2}};
    struct test_rng rng = {test_seed()};
    size_t count = (size_t)height * (size_t)width;
    uint8_t *in = malloc(count);
    ck_assert(in);
    for (size_t i = 0; i < count; i++)
        in[i] = (uint8_t)test_random(&rng);
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct imc_conv_desc desc;
        imc_conv_desc_default(&desc);
        desc.in_h = height;
        desc.in_w = width;
        desc.in_type = IMC_U8;
        desc.out_type = list[k].out;
        desc.out_max = list[k].out == IMC_U8 ? 255 : 32767;
        desc.filters = list[k].filters;
        desc.combine = list[k].filters > 1 ? IMC_COMBINE_MAGNITUDE : IMC_COMBINE_NONE;
        desc.y.kernel = desc.x.kernel = 3;
        desc.weights = list[k].taps;
        compare_ways(&desc, in, list[k].name);
    }
    free(in);
}

START_TEST(integer_kernels)
{
    every_integer_kernel(20, 64);
    every_integer_kernel(20, 129);
    every_integer_kernel(1030, 6400);
    every_integer_kernel(1030, 6401);
}
END_TEST

START_TEST(small_pictures)
{
    for (int w = 61; w < 64; w++)
        every_mode(IMC_U8, 37, w);
    every_mode(IMC_F32, 37, 64);
}
END_TEST

/* Above what could stay in a cache. */
START_TEST(large_pictures)
{
    every_mode(IMC_F32, 1030, 4112);
    every_mode(IMC_F32, 1030, 4111);
    every_mode(IMC_U8, 1030, 6400);
    every_mode(IMC_U8, 1030, 6401);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("stores");
    TCase *tests = tcase_create("stores");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, small_pictures);
    tcase_add_test(tests, large_pictures);
    tcase_add_test(tests, integer_kernels);
    suite_add_tcase(suite, tests);
    return suite;
}
