/* test_filter_faults.c: faults that other tools have, at the level of files. Comments name the tools. */
#include "conformance/conv_case.h"
#include "conformance/filter_case.h"
#include "support/pngmake.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct test_rng rng;

static void fresh(void)
{
    rng = (struct test_rng){test_seed()};
}

/* The result of one kernel with default options. */
static struct samples simply(const char *kernel, const char *input, const char *output)
{
    struct imc_filter_options options = filter_options(kernel, NULL, NULL);
    struct samples out = filter_must(&options, input, filter_path(output), NULL);
    filter_options_free(&options);
    return out;
}

/* Blurs that do not weight colours by alpha draw a red halo: all but ImageMagick's. */
START_TEST(a_white_square_on_transparent_red_has_no_red)
{
    static const char *const kernels[] = {"gaussian:sigma=2", "mean:size=7", "gaussian:sigma=9"};
    for (int type = IMC_U8; type <= IMC_U16; type++) {
        double white = type == IMC_U8 ? 255 : 65535;
        struct samples pixels = samples_make(1, 1, 31, 31, 4);
        for (int i = 0; i < 31 * 31; i++) {
            bool inside = i / 31 > 9 && i / 31 < 21 && i % 31 > 9 && i % 31 < 21;
            for (int c = 0; c < 4; c++)
                pixels.value[4 * i + c] = inside || c == 0 ? white : 0;
            pixels.value[4 * i + 3] = inside ? white : 0;
        }
        struct filter_input input = filter_input_write("halo", "png", pixels, (enum imc_type)type, white);
        for (int k = 0; k < 3; k++) {
            struct samples out = simply(kernels[k], input.path, "out.png");
            int seen = 0;
            for (int i = 0; i < 31 * 31; i++) {
                const double *p = out.value + 4 * i;
                seen += p[3] > 0 && p[3] < white;
                ck_assert_msg(p[3] == 0 || (p[0] == white && p[1] == white && p[2] == white),
                              "%s: pixel %d is %g %g %g under alpha %g", kernels[k], i, p[0], p[1], p[2], p[3]);
            }
            ck_assert_int_gt(seen, 100);
            samples_free(&out);
        }
        filter_input_free(&input);
    }
}
END_TEST

/* A colour under no alpha at all is not kept. */
START_TEST(identity_is_exact)
{
    for (int channels = 1; channels <= 4; channels++)
        for (int type = IMC_U8; type <= IMC_U16; type++)
            for (int mode = IMC_MODE_AUTO; mode <= IMC_MODE_SEPARABLE; mode++) {
                double white = type == IMC_U8 ? 255 : 65535;
                struct filter_input input =
                    filter_input_random(&rng, channels % 2 ? "png" : "pam", 40, 33, channels, (enum imc_type)type, white);
                struct imc_filter_options options = filter_options("identity", NULL, NULL);
                options.mode = (enum imc_mode)mode;
                struct samples out = filter_must(&options, input.path, filter_path("out.png"), NULL);
                const struct samples *in = &input.picture.pixels;
                for (size_t i = 0; i < samples_count(in); i++) {
                    size_t alpha = i / (size_t)channels * (size_t)channels + (size_t)channels - 1;
                    bool gone = channels % 2 == 0 && in->value[alpha] == 0;
                    ck_assert_msg(out.value[i] == (gone ? 0 : in->value[i]), "%d channels: sample %zu was %g, is %g", channels, i,
                                  in->value[i], out.value[i]);
                }
                samples_free(&out);
                filter_options_free(&options);
                filter_input_free(&input);
            }
}
END_TEST

static void write_made(struct made *png, const char *path)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(png->data, 1, png->size, file), png->size);
    ck_assert_int_eq(fclose(file), 0);
    made_free(png);
}

/* Palette indices are no samples, and a bit is black or white, not 0 or 1. */
START_TEST(identity_is_exact_for_palettes_bits_and_transparent_colours)
{
    static const struct {
        int bits, colour, channels, interlace;
        const char *chunk;
        unsigned char data[12];
        size_t size;
        const char *second;
        unsigned char alpha[4];
    } cases[] = {
        {2, 3, 3, 0, "PLTE", {255, 0, 0, 9, 8, 7, 0, 0, 255, 1, 2, 3}, 12, NULL, {0}},
        {2, 3, 4, 1, "PLTE", {255, 0, 0, 9, 8, 7, 0, 0, 255, 1, 2, 3}, 12, "tRNS", {255, 128, 1, 77}},
        {1, 0, 1, 0, NULL, {0}, 0, NULL, {0}},
        {4, 0, 1, 1, NULL, {0}, 0, NULL, {0}},
        {2, 0, 2, 0, "tRNS", {0, 2}, 2, NULL, {0}},
    };
    uint16_t stored[19 * 7];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_picture picture = {19, 7, cases[i].bits, cases[i].colour, cases[i].interlace, stored};
        struct made png = {0};
        for (int p = 0; p < 19 * 7; p++)
            stored[p] = (uint16_t)test_random_int(&rng, 0, (1 << cases[i].bits) - 1);
        made_begin(&png, &picture);
        if (cases[i].chunk)
            made_chunk(&png, cases[i].chunk, cases[i].data, cases[i].size);
        if (cases[i].second)
            made_chunk(&png, cases[i].second, cases[i].alpha, 4);
        made_end(&png, &picture);
        const char *path = filter_path("made.png");
        write_made(&png, path);
        enum imc_type type;
        double white;
        bool alpha;
        struct samples in = filter_read(path, &type, &white, &alpha), out = simply("identity", path, "out.png");
        ck_assert_int_eq(in.lanes, cases[i].channels);
        ck_assert_int_eq(out.lanes, cases[i].channels);
        for (size_t s = 0; s < samples_count(&in); s++) {
            bool gone = alpha && in.value[s / (size_t)in.lanes * (size_t)in.lanes + (size_t)in.lanes - 1] == 0;
            ck_assert_msg(gone || in.value[s] == out.value[s], "case %zu sample %zu: %g became %g", i, s, in.value[s],
                          out.value[s]);
        }
        samples_free(&in);
        samples_free(&out);
    }
}
END_TEST

START_TEST(gray_stays_gray)
{
    struct samples pixels = samples_make(1, 1, 15, 15, 3);
    for (int i = 0; i < 15 * 15; i++)
        pixels.value[3 * i] = pixels.value[3 * i + 1] = pixels.value[3 * i + 2] = test_random_int(&rng, 0, 255);
    struct filter_input colour = filter_input_write("colour", "png", pixels, IMC_U8, 255);
    struct filter_input gray = filter_input_random(&rng, "png", 15, 15, 1, IMC_U8, 255);
    static const char *const kernels[] = {"gaussian", "sharpen", "sobel"};
    for (int k = 0; k < 3; k++) {
        struct samples a = simply(kernels[k], colour.path, "a.png"), b = simply(kernels[k], gray.path, "b.png");
        ck_assert_int_eq(b.lanes, 1);
        ck_assert_int_eq(a.lanes, k == 2 ? 1 : 3);
        for (size_t i = 0; i < samples_count(&a); i++)
            ck_assert_double_eq(a.value[i], a.value[i / (size_t)a.lanes * (size_t)a.lanes]);
        samples_free(&a);
        samples_free(&b);
    }
    filter_input_free(&colour);
    filter_input_free(&gray);
}
END_TEST

static struct filter_input step_input(const char *name, bool up, bool turned)
{
    struct samples pixels = samples_make(1, 1, 20, 20, 1);
    for (int i = 0; i < 400; i++)
        pixels.value[i] = ((turned ? i / 20 : i % 20) >= 10) == up ? 255 : 0;
    return filter_input_write(name, "png", pixels, IMC_U8, 255);
}

/* cv2.Sobel with 8 bits loses one side of each edge, scipy's wraps to 252. Two of twenty columns are 1020, which does not fit. */
START_TEST(steps_up_and_down_are_equal_and_clipping_is_told)
{
    for (int turned = 0; turned < 2; turned++) {
        struct filter_input up = step_input("up", true, turned), down = step_input("down", false, turned);
        struct imc_filter_options options = filter_options("sobel", NULL, NULL);
        struct imc_filter_report report;
        struct samples a = filter_must(&options, up.path, filter_path("a.png"), &report);
        struct samples b = filter_must(&options, down.path, filter_path("b.png"), NULL);
        for (size_t i = 0; i < 400; i++)
            ck_assert_double_eq(a.value[i], b.value[i]);
        ck_assert_uint_eq(report.stats.clipped, 40);
        ck_assert_float_eq(report.stats.highest, 1020);
        ck_assert_float_eq(report.stats.lowest, 0);
        ck_assert_int_eq(report.notes, 1);
        ck_assert_msg(strstr(report.note[0], "10 % of the samples were clipped") && strstr(report.note[0], "from 0 to 1000;") &&
                          strstr(report.note[0], "--map fit or --scale 0.25 shows them all"),
                      "%s", report.note[0]);
        samples_free(&a);
        samples_free(&b);
        options.scale = 0.25f; /* the remedy that was named */
        a = filter_must(&options, up.path, filter_path("a.png"), &report);
        ck_assert_double_eq(*samples_at(&a, 0, 0, 10, 10, 0), 255);
        ck_assert_int_eq(report.notes, 0);
        samples_free(&a);
        options.scale = 0.05f; /* 51: the largest value is in the lowest quarter */
        a = filter_must(&options, up.path, filter_path("a.png"), &report);
        ck_assert_int_eq(report.notes, 1);
        ck_assert_msg(strstr(report.note[0], "the largest sample is 51 of 255; --map fit"), "%s", report.note[0]);
        samples_free(&a);
        filter_options_free(&options);
        filter_input_free(&up);
        filter_input_free(&down);
    }
}
END_TEST

/* Clipping on both sides has no scale as its remedy. */
START_TEST(clipping_on_both_sides_is_told)
{
    struct filter_input up = step_input("up", true, false);
    struct imc_filter_options options = filter_options("sobel-x", "1,0,-1", NULL);
    struct imc_filter_report report;
    options.map = IMC_MAP_CLIP;
    struct samples out = filter_must(&options, up.path, filter_path("a.png"), &report);
    ck_assert_uint_eq(report.stats.clipped, 80);
    ck_assert_float_eq(report.stats.lowest, -1020);
    ck_assert_float_eq(report.stats.highest, 1020);
    ck_assert_msg(strstr(report.note[0], "20 %") && strstr(report.note[0], "from -1000 to 1000") &&
                      !strstr(report.note[0], "--scale"),
                  "%s", report.note[0]);
    samples_free(&out);
    filter_options_free(&options);
    filter_input_free(&up);
}
END_TEST

/* Frames of false edges (vips logmat: 200 everywhere), and noise made visible by --map fit. */
static void check_flat(const struct filter_input *input, const char *kernel, enum imc_mode mode)
{
    struct imc_filter_options options = filter_options(kernel, NULL, NULL);
    options.mode = mode;
    for (int border = IMC_BORDER_REPLICATE; border <= IMC_BORDER_WRAP; border++)
        for (int way = 0; way < 3; way++) {
            struct imc_error error = {0};
            options.border = (enum imc_border)border;
            options.map = way == 2 ? IMC_MAP_FIT : IMC_MAP_ABS;
            options.padding = way == 1 ? IMC_PADDING_FULL : IMC_PADDING_SAME;
            const char *path = filter_path("out.pam");
            enum imc_status status = imc_filter_file(&options, input->path, path, NULL, &error);
            if (status && mode == IMC_MODE_SEPARABLE)
                continue; /* not of rank 1 */
            ck_assert_msg(status == IMC_OK, "%s", error.message);
            enum imc_type type;
            double white;
            bool alpha;
            struct samples out = filter_read(path, &type, &white, &alpha);
            for (size_t i = 0; i < samples_count(&out); i++)
                ck_assert_msg(out.value[i] == 0, "%s, mode %d, border %d, way %d: %g on a flat picture of %d channels", kernel,
                              (int)mode, border, way, out.value[i], input->picture.pixels.lanes);
            samples_free(&out);
        }
    filter_options_free(&options);
}

START_TEST(a_flat_picture_has_no_edges)
{
    static const double gray8[] = {200}, rgba8[] = {200, 31, 7, 100}, gray16[] = {51234}, rgba16[] = {51234, 12, 65535, 777};
    struct filter_input inputs[] = {
        filter_input_flat("flat-a", 9, 8, 1, IMC_U8, gray8), filter_input_flat("flat-b", 9, 8, 4, IMC_U8, rgba8),
        filter_input_flat("flat-c", 9, 8, 1, IMC_U16, gray16), filter_input_flat("flat-d", 9, 8, 4, IMC_U16, rgba16)};
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    for (int k = 0; k < count; k++) {
        struct imc_filter_options options = filter_options(list[k].name, NULL, NULL);
        bool derivative = imc_bank_is_derivative(options.stages[0]);
        filter_options_free(&options);
        for (int mode = IMC_MODE_AUTO; mode <= IMC_MODE_FFT && derivative; mode++) /* pictures take turns */
            check_flat(&inputs[(k + mode) % 4], list[k].name, (enum imc_mode)mode);
    }
    for (int i = 0; i < 4; i++)
        filter_input_free(&inputs[i]);
}
END_TEST

/* vips gaussblur: no kernel below sigma 0.6. */
START_TEST(a_gaussian_of_half_a_pixel_blurs)
{
    struct filter_input up = step_input("up", true, false);
    struct samples out = simply("gaussian:sigma=0.5", up.path, "out.png");
    double dark = *samples_at(&out, 0, 0, 5, 9, 0), bright = *samples_at(&out, 0, 0, 5, 10, 0);
    double tail = exp(-2) + exp(-8), side = tail / (1 + 2 * tail); /* beyond one and two pixels */
    ck_assert_double_eq(dark, nearbyint(255 * side));
    ck_assert_double_eq(bright, nearbyint(255 * (1 - side)));
    samples_free(&out);
    filter_input_free(&up);
}
END_TEST

/* ImageMagick divides custom kernels by their sum and turns them. */
START_TEST(an_impulse_answers_as_written)
{
    struct samples pixels = samples_make(1, 1, 5, 5, 1);
    *samples_at(&pixels, 0, 0, 2, 2, 0) = 1;
    struct filter_input input = filter_input_write("impulse", "png", pixels, IMC_U8, 255);
    struct imc_filter_options options = filter_options("1,2,3;4,5,6;7,8,9", NULL, NULL);
    for (int flip = 0; flip < 2; flip++) {
        options.flip = flip;
        struct samples out = filter_must(&options, input.path, filter_path("out.png"), NULL);
        for (int i = 0; i < 9; i++)
            ck_assert_double_eq(*samples_at(&out, 0, 0, 1 + i / 3, 1 + i % 3, 0), flip ? 1 + i : 9 - i);
        samples_free(&out);
    }
    filter_options_free(&options);
    filter_input_free(&input);
}
END_TEST

/* The same picture with opaque alpha and without. */
START_TEST(an_opaque_picture_is_filtered_as_if_it_had_no_alpha)
{
    static const char *const kernels[] = {"gaussian:sigma=1.3", "mean", "sharpen", "sobel", "laplacian8", "1,2;3,4"};
    struct filter_input plain = filter_input_random(&rng, "png", 25, 18, 3, IMC_U8, 255);
    struct samples pixels = samples_make(1, 1, 18, 25, 4);
    for (int i = 0; i < 25 * 18; i++)
        for (int c = 0; c < 4; c++)
            pixels.value[4 * i + c] = c == 3 ? 255 : plain.picture.pixels.value[3 * i + c];
    struct filter_input opaque = filter_input_write("opaque", "png", pixels, IMC_U8, 255);
    for (int k = 0; k < 6; k++) {
        struct samples a = simply(kernels[k], plain.path, "a.png"), b = simply(kernels[k], opaque.path, "b.png");
        int differ = 0;
        ck_assert_int_eq(b.lanes, a.lanes == 1 ? 1 : 4);
        for (int i = 0; i < 25 * 18; i++)
            for (int c = 0; c < b.lanes; c++) {
                double want = c == 3 ? 255 : a.value[i * a.lanes + c], got = b.value[i * b.lanes + c];
                ck_assert_msg(fabs(got - want) <= (k == 0), "%s: pixel %d is %g, was %g", kernels[k], i, got, want);
                differ += got != want;
            }
        /* Fixed point for one and floats for the other may part within 1/128 step of a tie: one sample in 64 at most (law 2). */
        ck_assert_int_le(differ, k == 0 ? 25 * 18 * 3 / 64 : 0);
        samples_free(&a);
        samples_free(&b);
    }
    filter_input_free(&plain);
    filter_input_free(&opaque);
}
END_TEST

/* Transparent pixels show the background, and the user is told. */
START_TEST(a_jpeg_shows_the_background_under_alpha)
{
    static const double hidden[] = {255, 0, 0, 0}, half[] = {200, 100, 0, 128};
    struct filter_input clear = filter_input_flat("clear", 16, 16, 4, IMC_U8, hidden);
    struct filter_input shown = filter_input_flat("half", 16, 16, 4, IMC_U8, half);
    struct imc_filter_options options = filter_options("mean", NULL, NULL);
    struct imc_filter_report report;
    options.quality = 100;
    options.background[0] = 0;
    struct samples a = filter_must(&options, clear.path, filter_path("out.jpg"), &report);
    ck_assert_int_eq(a.lanes, 3);
    ck_assert_int_eq(report.notes, 1);
    ck_assert_ptr_nonnull(strstr(report.note[0], "JPEG has no alpha"));
    struct samples b = filter_must(&options, shown.path, filter_path("out.jpg"), NULL);
    for (int i = 0; i < 16 * 16 * 3; i++) {
        double background = i % 3 ? 255 : 0;
        ck_assert_double_le(fabs(a.value[i] - background), 2);
        ck_assert_double_le(fabs(b.value[i] - (background + (half[i % 3] - background) * 128 / 255)), 2);
    }
    samples_free(&a);
    samples_free(&b);
    filter_options_free(&options);
    filter_input_free(&clear);
    filter_input_free(&shown);
}
END_TEST

START_TEST(kept_alpha_is_the_stored_alpha)
{
    struct filter_input input = filter_input_random(&rng, "png", 26, 19, 4, IMC_U8, 255);
    struct imc_filter_options options = filter_options("sharpen", "gaussian", NULL);
    options.stride_y = 2;
    options.stride_x = 3;
    struct samples out = filter_must(&options, input.path, filter_path("out.png"), NULL);
    for (int y = 0; y < out.h; y++)
        for (int x = 0; x < out.w; x++)
            ck_assert_double_eq(*samples_at(&out, 0, 0, y, x, 3), *samples_at(&input.picture.pixels, 0, 0, 2 * y, 3 * x, 3));
    samples_free(&out);
    filter_options_free(&options);
    filter_input_free(&input);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("faults of other tools, with files");
    TCase *tcase = tcase_create("faults");
    tcase_add_checked_fixture(tcase, fresh, NULL);
    tcase_add_test(tcase, a_white_square_on_transparent_red_has_no_red);
    tcase_add_test(tcase, identity_is_exact);
    tcase_add_test(tcase, identity_is_exact_for_palettes_bits_and_transparent_colours);
    tcase_add_test(tcase, gray_stays_gray);
    tcase_add_test(tcase, steps_up_and_down_are_equal_and_clipping_is_told);
    tcase_add_test(tcase, clipping_on_both_sides_is_told);
    tcase_add_test(tcase, a_flat_picture_has_no_edges);
    tcase_add_test(tcase, a_gaussian_of_half_a_pixel_blurs);
    tcase_add_test(tcase, an_impulse_answers_as_written);
    tcase_add_test(tcase, an_opaque_picture_is_filtered_as_if_it_had_no_alpha);
    tcase_add_test(tcase, a_jpeg_shows_the_background_under_alpha);
    tcase_add_test(tcase, kept_alpha_is_the_stored_alpha);
    suite_add_tcase(suite, tcase);
    return suite;
}
