/* test_filter_finish.c: the last steps of a run, each on a picture small enough to say what must come out: ReLU after the division
 * by alpha, composition on a background, and when clipping is told.
 */
#include "conformance/filter_case.h"

#include <math.h>
#include <string.h>

/* Colours are divided by the filtered alpha before they take bias and ReLU: 100 - 150 is 0, and only then comes the offset. */
START_TEST(relu_comes_after_the_division_and_before_the_offset)
{
    static const double pixel[] = {100, 160, 255, 51};
    static const char *const outputs[] = {"out.npy", "out.png"};
    struct filter_input input = filter_input_flat("flat", 8, 6, 4, IMC_U8, pixel);
    struct imc_filter_options options = filter_options("mean", NULL, NULL);
    options.bias = -150;
    options.offset = 60;
    for (int relu = 0; relu < 2; relu++)
        for (int o = 0; o < 2; o++) {
            const double want[] = {relu ? 60 : 10, 70, 165, 51};
            options.relu = relu;
            filter_check(&options, &input, filter_path(outputs[o]));
            struct samples out = filter_must(&options, input.path, filter_path(outputs[o]), NULL);
            ck_assert_int_eq(out.lanes, 4);
            for (int i = 0; i < 8 * 6 * 4; i++)
                ck_assert_double_eq_tol(out.value[i], want[i % 4], 1e-3);
            samples_free(&out);
        }
    filter_options_free(&options);
    filter_input_free(&input);
}
END_TEST

/* Sharpening an edge of alpha makes it 2 on one side and -1 on the other; a picture is never more than opaque nor less than
 * clear. */
START_TEST(alpha_beyond_its_bounds_is_clipped_before_composition)
{
    struct samples pixels = samples_make(1, 1, 16, 16, 4);
    for (int i = 0; i < 16 * 16; i++)
        for (int c = 0; c < 4; c++)
            pixels.value[4 * i + c] = c == 3 ? (i % 16 < 8 ? 0 : 255) : 128;
    struct filter_input input = filter_input_write("edge", "png", pixels, IMC_U8, 255);
    struct imc_filter_options options = filter_options("sharpen", NULL, NULL);
    options.alpha = IMC_ALPHA_WEIGHTED;
    options.quality = 100;
    for (int black = 0; black < 2; black++) {
        for (int c = 0; c < 3; c++)
            options.background[c] = black ? 0 : 1;
        struct samples out = filter_must(&options, input.path, filter_path("out.jpg"), NULL);
        for (int i = 0; i < 16 * 16 * 3; i++) {
            int x = i / 3 % 16;
            double want = x < 8 ? (black ? 0 : 255) : 128;
            ck_assert_msg(fabs(out.value[i] - want) <= 3, "column %d is %g, not %g", x, out.value[i], want);
        }
        samples_free(&out);
    }
    filter_options_free(&options);
    filter_input_free(&input);
}
END_TEST

/* Of 2000 samples two are 0.1 %: no more than that is not worth a word. */
START_TEST(more_than_a_thousandth_clipped_is_told)
{
    static const struct {
        int clipped;
        const char *says;
    } cases[] = {{0, NULL}, {1, NULL}, {2, NULL}, {3, "0.15 %"}, {10, "0.5 %"}, {40, "2 %"}};
    struct imc_filter_options options = filter_options("identity", NULL, NULL);
    options.scale = 2;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct samples pixels = samples_make(1, 1, 40, 50, 1);
        for (int i = 0; i < 2000; i++)
            pixels.value[i] = i < cases[k].clipped ? 200 : 100;
        struct filter_input input = filter_input_write("bright", "png", pixels, IMC_U8, 255);
        struct imc_filter_report report;
        struct samples out = filter_must(&options, input.path, filter_path("out.png"), &report);
        ck_assert_uint_eq(report.stats.clipped, (unsigned)cases[k].clipped);
        ck_assert_int_eq(report.notes, cases[k].says != NULL);
        ck_assert_msg(!cases[k].says || strncmp(report.note[0], cases[k].says, strlen(cases[k].says)) == 0, "%s", report.note[0]);
        samples_free(&out);
        filter_input_free(&input);
    }
    filter_options_free(&options);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("the last steps of a run");
    TCase *tcase = tcase_create("finish");
    tcase_add_test(tcase, relu_comes_after_the_division_and_before_the_offset);
    tcase_add_test(tcase, alpha_beyond_its_bounds_is_clipped_before_composition);
    tcase_add_test(tcase, more_than_a_thousandth_clipped_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
