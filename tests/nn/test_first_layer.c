/* test_first_layer.c: a filter of a network's first layer is an image filter: applied to a picture it gives the very numbers that
 * the network computes there, and so does the .kern file that it is dumped to. */
#include "support/testing.h"

#include <imgconv/imgconv.h>
#include <imgconv/net.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, FILTERS = 16 };

static const char *path_of(const char *name)
{
    static char path[3][4096];
    static int next;
    char *out = path[next++ % 3];
    snprintf(out, sizeof path[0], "%s/%s", test_folder(), name);
    return out;
}

static void write_picture(const char *path, const uint8_t *pixels)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "P5\n%d %d\n255\n", SIDE, SIDE);
    ck_assert_uint_eq(fwrite(pixels, 1, SIDE * SIDE, file), SIDE * SIDE);
    ck_assert_int_eq(fclose(file), 0);
}

/* The responses of a kernel to the picture, [y][x][filter], as the network reads it: samples / 255, zeros outside. */
static float *respond(const char *kernel, const char *picture)
{
    struct imc_error error = {0};
    struct imc_filter_options options;
    struct imc_filter_report report;
    struct imc_bank *bank;
    void *samples;
    ck_assert_msg(imc_bank_parse(kernel, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    imc_filter_options_default(&options);
    options.stages = (const struct imc_bank *const *)&bank;
    options.stage_count = 1;
    options.unit = true;
    options.own_bias = true;
    options.border = IMC_BORDER_CONSTANT;
    options.map = IMC_MAP_RAW;
    options.format = IMC_FORMAT_NPY;
    ck_assert_msg(imc_filter_memory(&options, picture, &samples, &report, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(report.output.type, IMC_F32);
    imc_bank_free(bank);
    return samples;
}

START_TEST(a_layer_is_a_filter)
{
    static const char *const archs[] = {"conv16x3,relu,pool2,dense3", "conv16x5,relu,pool2,dense3", "conv16x3,conv8x3,relu,dense3"};
    static uint8_t pixels[SIDE * SIDE];
    static float maps[FILTERS * SIDE * SIDE];
    struct test_rng rng = {test_seed()};
    struct imc_error error = {0};
    struct imc_net *net;
    char kernel[4200];
    for (int i = 0; i < SIDE * SIDE; i++)
        pixels[i] = (uint8_t)test_random_int(&rng, 0, 255);
    const char *picture = path_of("picture.pgm"), *model = path_of("net.safetensors");
    write_picture(picture, pixels);
    ck_assert_int_eq(imc_net_create(archs[_i], SIDE, SIDE, 3, 7, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_save(net, model, &error), IMC_OK);
    ck_assert_int_eq(imc_net_maps(net, pixels, 0, maps, &error), IMC_OK);
    snprintf(kernel, sizeof kernel, "%s:conv1", model);
    float *all = respond(kernel, picture);
    for (int f = 0; f < FILTERS; f++) {
        snprintf(kernel, sizeof kernel, "%s:conv1:%d", model, f);
        float *one = respond(kernel, picture);
        for (int p = 0; p < SIDE * SIDE; p++) {
            ck_assert_mem_eq(&one[p], &maps[f * SIDE * SIDE + p], sizeof *one);
            ck_assert_mem_eq(&all[p * FILTERS + f], &maps[f * SIDE * SIDE + p], sizeof *one);
        }
        free(one);
    }
    free(all);
    imc_net_free(net);
}
END_TEST

START_TEST(a_dumped_filter_is_the_same)
{
    static uint8_t pixels[SIDE * SIDE];
    struct test_rng rng = {test_seed()};
    struct imc_error error = {0};
    struct imc_net *net;
    struct imc_bank *bank;
    char kernel[4200];
    for (int i = 0; i < SIDE * SIDE; i++)
        pixels[i] = (uint8_t)test_random_int(&rng, 0, 255);
    const char *picture = path_of("picture.pgm"), *model = path_of("net.safetensors"), *dump = path_of("filter.kern");
    write_picture(picture, pixels);
    ck_assert_int_eq(imc_net_create("conv16x3,relu,pool2,dense3", SIDE, SIDE, 3, 8, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_save(net, model, &error), IMC_OK);
    snprintf(kernel, sizeof kernel, "%s:conv1:5", model);
    ck_assert_int_eq(imc_bank_parse(kernel, NULL, &bank, &error), IMC_OK);
    ck_assert_msg(imc_bank_save(bank, dump, false, &error) == IMC_OK, "%s", error.message);
    float *of_model = respond(kernel, picture), *of_dump = respond(dump, picture);
    ck_assert_mem_eq(of_model, of_dump, SIDE * SIDE * sizeof *of_model);
    free(of_model);
    free(of_dump);
    imc_bank_free(bank);
    imc_net_free(net);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("first layer");
    TCase *tests = tcase_create("first layer");
    tcase_add_loop_test(tests, a_layer_is_a_filter, 0, 3);
    tcase_add_test(tests, a_dumped_filter_is_the_same);
    suite_add_tcase(suite, tests);
    return suite;
}
