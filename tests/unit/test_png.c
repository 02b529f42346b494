/* test_png.c: reading PNGs of every stored form, made bit by bit. Damaged ones: test_pngdamage.c; what they say beside the pixels:
 * test_pngmeta.c; writing: test_pngwrite.c. */
#include "support/picturefile.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct imc_error error;

/* A stored picture with everything that decides how it is delivered. */
struct form {
    struct made_picture picture;
    int transparent; /* has tRNS */
    uint16_t key[3]; /* the transparent colour of gray and RGB */
    unsigned char palette[256][3], opacity[256];
};

static void fill_form(struct test_rng *rng, struct form *form, uint16_t *samples)
{
    struct made_picture *picture = &form->picture;
    size_t count = (size_t)picture->width * (size_t)picture->height * (size_t)made_channels(picture->colour);
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint16_t)(test_random(rng) & ((1u << picture->bits) - 1));
    for (int i = 0; i < 3; i++)
        form->key[i] = samples[picture->colour == MADE_RGB ? i : 0]; /* so that at least one pixel has it */
    for (int i = 0; i < 256; i++) {
        for (int c = 0; c < 3; c++)
            form->palette[i][c] = (unsigned char)test_random(rng);
        form->opacity[i] = (unsigned char)test_random(rng);
    }
    picture->samples = samples;
}

static struct made make_png(const struct form *form)
{
    struct made png = {0};
    int colour = form->picture.colour, colours = 1 << (form->picture.bits > 8 ? 8 : form->picture.bits);
    unsigned char key[6];
    for (int i = 0; i < 3; i++) {
        key[2 * i] = (unsigned char)(form->key[i] >> 8);
        key[2 * i + 1] = (unsigned char)form->key[i];
    }
    made_begin(&png, &form->picture);
    if (colour == MADE_PALETTE)
        made_chunk(&png, "PLTE", form->palette, (size_t)colours * 3);
    if (form->transparent && colour == MADE_PALETTE)
        made_chunk(&png, "tRNS", form->opacity, (size_t)(colours + 1) / 2); /* the rest is opaque */
    else if (form->transparent)
        made_chunk(&png, "tRNS", key, colour == MADE_GRAY ? 2 : 6);
    made_end(&png, &form->picture);
    return png;
}

/* What pixel i should look like: up to four samples. */
static void expect_pixel(const struct form *form, size_t i, unsigned out[4])
{
    int colour = form->picture.colour, bits = form->picture.bits, channels = made_channels(colour);
    unsigned full = bits == 16 ? 65535 : 255, most = (1u << bits) - 1;
    const uint16_t *in = form->picture.samples + i * (size_t)channels;
    if (colour == MADE_PALETTE) {
        int given = ((1 << bits) + 1) / 2;
        for (int c = 0; c < 3; c++)
            out[c] = form->palette[in[0]][c];
        out[3] = in[0] < given ? form->opacity[in[0]] : 255;
        return;
    }
    int equal = 1;
    for (int c = 0; c < channels; c++) {
        out[c] = in[c] * full / most;
        equal = equal && in[c] == form->key[c];
    }
    if (form->transparent)
        out[channels] = equal ? 0 : full;
}

static void check_info(const struct form *form, const struct imc_image_info *info)
{
    const struct made_picture *picture = &form->picture;
    int colour = picture->colour, alpha = form->transparent || colour == MADE_GRAY_ALPHA || colour == MADE_RGB_ALPHA;
    ck_assert_int_eq(info->width, picture->width);
    ck_assert_int_eq(info->height, picture->height);
    ck_assert_int_eq(info->bits, picture->bits);
    ck_assert_int_eq(info->type, picture->bits == 16 ? IMC_U16 : IMC_U8);
    ck_assert_float_eq(info->full_scale, picture->bits == 16 ? 65535 : 255);
    ck_assert_int_eq(info->channels, (colour == MADE_GRAY || colour == MADE_GRAY_ALPHA ? 1 : 3) + alpha);
    ck_assert_int_eq(info->alpha, alpha);
    ck_assert_int_eq(info->palette, colour == MADE_PALETTE);
    ck_assert_int_eq(info->interlaced, picture->interlace);
    ck_assert_int_eq(info->streams, !picture->interlace);
    ck_assert_int_eq(info->orientation, 1);
    ck_assert_int_eq(info->format, IMC_FORMAT_PNG);
    ck_assert_str_eq(info->colour, colour == MADE_PALETTE                           ? "palette"
                                   : colour == MADE_RGB || colour == MADE_RGB_ALPHA ? "RGB"
                                                                                    : "gray");
    ck_assert_uint_eq(info->held_bytes, picture->interlace ? picture_bytes(info) : 0);
}

static void check_form(const struct form *form)
{
    struct made png = make_png(form);
    struct imc_image_info info;
    unsigned char *got = picture_read_memory(png.data, png.size, NULL, &info, &error);
    ck_assert_msg(got, "%s", error.message);
    check_info(form, &info);
    size_t pixels = (size_t)info.width * (size_t)info.height, channels = (size_t)info.channels;
    for (size_t i = 0; i < pixels; i++) {
        unsigned expected[4];
        expect_pixel(form, i, expected);
        for (size_t c = 0; c < channels; c++) {
            unsigned sample = info.type == IMC_U16 ? ((uint16_t *)(void *)got)[i * channels + c] : got[i * channels + c];
            ck_assert_msg(sample == expected[c], "colour %d, %d bits, tRNS %d, interlace %d: pixel %d channel %d is %u, not %u",
                          form->picture.colour, form->picture.bits, form->transparent, form->picture.interlace, (int)i, (int)c,
                          sample, expected[c]);
        }
    }
    free(got);
    made_free(&png);
}

START_TEST(every_stored_form)
{
    static const int forms[][2] = {{MADE_GRAY, 1},        {MADE_GRAY, 2},      {MADE_GRAY, 4},      {MADE_GRAY, 8},
                                   {MADE_GRAY, 16},       {MADE_RGB, 8},       {MADE_RGB, 16},      {MADE_PALETTE, 1},
                                   {MADE_PALETTE, 2},     {MADE_PALETTE, 4},   {MADE_PALETTE, 8},   {MADE_GRAY_ALPHA, 8},
                                   {MADE_GRAY_ALPHA, 16}, {MADE_RGB_ALPHA, 8}, {MADE_RGB_ALPHA, 16}};
    struct test_rng rng = {test_seed()};
    uint16_t samples[40 * 40 * 4];
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (int variant = 0; variant < 4; variant++)
            for (int i = 0; i < 30; i++) {
                int width = test_random_int(&rng, 1, i < 25 ? 9 : 40), height = test_random_int(&rng, 1, i < 25 ? 9 : 40);
                struct form form = {.picture = {width, height, forms[f][1], forms[f][0], variant & 1, samples},
                                    .transparent = variant >> 1};
                if (form.transparent && form.picture.colour >= MADE_GRAY_ALPHA)
                    continue;
                fill_form(&rng, &form, samples);
                check_form(&form);
            }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("png");
    TCase *tests = tcase_create("png");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_stored_form);
    suite_add_tcase(suite, tests);
    return suite;
}
