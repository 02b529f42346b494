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

/* Networks by their texts, new and saved, and those that come with the program. */
static const char *const nets[] = {"conv16x3,relu,pool2,dense3", "conv16x5,relu,pool2,dense3", "conv16x3,conv8x3,relu,dense3",
                                   "model:digits", "model:digits5"};

/* Also the name of its file in *model. */
static struct imc_net *open_net(const char *text, const char **model)
{
    struct imc_net *net;
    struct imc_error error = {0};
    if (strncmp(text, "model:", 6) == 0) {
        *model = text;
        ck_assert_msg(imc_net_load(text, &net, &error) == IMC_OK, "%s", error.message);
        return net;
    }
    *model = path_of("net.safetensors");
    ck_assert_int_eq(imc_net_create(text, SIDE, SIDE, 3, 7, &net, &error), IMC_OK);
    ck_assert_int_eq(imc_net_save(net, *model, &error), IMC_OK);
    return net;
}

static void dump(const char *kernel, const char *path)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_int_eq(imc_bank_parse(kernel, NULL, &bank, &error), IMC_OK);
    ck_assert_msg(imc_bank_save(bank, path, false, &error) == IMC_OK, "%s", error.message);
    imc_bank_free(bank);
}

/* The layer, one of its filters, and the file that this is dumped to: the same bytes. */
START_TEST(a_layer_is_a_filter_and_so_is_its_dump)
{
    static uint8_t pixels[SIDE * SIDE];
    static float maps[FILTERS * SIDE * SIDE];
    struct test_rng rng = {test_seed()};
    struct imc_error error = {0};
    char kernel[4200];
    for (int i = 0; i < SIDE * SIDE; i++)
        pixels[i] = (uint8_t)test_random_int(&rng, 0, 255);
    const char *picture = path_of("picture.pgm"), *file = path_of("filter.kern"), *model;
    write_picture(picture, pixels);
    struct imc_net *net = open_net(nets[_i], &model);
    ck_assert_int_eq(imc_net_maps(net, pixels, 0, maps, &error), IMC_OK);
    snprintf(kernel, sizeof kernel, "%s:conv1", model);
    float *all = respond(kernel, picture);
    for (int f = 0; f < FILTERS; f++) {
        snprintf(kernel, sizeof kernel, "%s:conv1:%d", model, f);
        dump(kernel, file);
        float *one = respond(kernel, picture), *dumped = respond(file, picture);
        ck_assert_mem_eq(one, maps + f * SIDE * SIDE, SIDE * SIDE * sizeof *one);
        ck_assert_mem_eq(dumped, one, SIDE * SIDE * sizeof *one);
        for (int p = 0; p < SIDE * SIDE; p++)
            ck_assert_mem_eq(&all[p * FILTERS + f], &one[p], sizeof *one);
        free(one);
        free(dumped);
    }
    free(all);
    imc_net_free(net);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("first layer");
    TCase *tests = tcase_create("first layer");
    tcase_add_loop_test(tests, a_layer_is_a_filter_and_so_is_its_dump, 0, 5);
    suite_add_tcase(suite, tests);
    return suite;
}
