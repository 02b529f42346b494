/* test_filter_travels.c: what of a file besides its samples reaches the result of a run: a colour profile where it still speaks of
 * the result's colours, and the chroma subsampling of JPEG.
 */
#include "conformance/filter_case.h"
#include "unit/jpeg_maker.h"

#include <string.h>

/* Writes bytes as NAME in the test folder. */
static const char *write_bytes(const char *name, const void *bytes, size_t size)
{
    const char *path = filter_path(name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

enum { PROFILE_BYTES = 140, ICC_HEAD = 14 }; /* of the profile; "ICC_PROFILE", chunk 1 of 1 */

/* A JPEG of one or three components with a profile of that colour space, of which the signature is all that is looked at. */
static const char *write_with_profile(int components, const char *space)
{
    unsigned char marker[ICC_HEAD + PROFILE_BYTES] = "ICC_PROFILE\0\1\1", samples[W * H * 3];
    memcpy(marker + ICC_HEAD + 16, space, 4);
    const struct jpeg_marker_data markers[] = {{JPEG_APP0 + 2, marker, sizeof marker}, {0, NULL, 0}};
    struct jpeg_recipe recipe = {.width = W, .height = H, .components = components, .markers = markers};
    recipe.in = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    recipe.file = components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
    size_t size;
    fill_smooth(samples, components);
    unsigned char *bytes = jpeg_make(&recipe, samples, &size);
    const char *path = write_bytes("profile.jpg", bytes, size);
    free(bytes);
    return path;
}

static struct imc_reader *open_result(const char *path)
{
    struct imc_reader *reader;
    struct imc_error error = {0};
    ck_assert_msg(imc_reader_open(path, NULL, &reader, &error) == IMC_OK, "%s", error.message);
    return reader;
}

START_TEST(a_profile_stays_with_its_colours)
{
    static const struct {
        int components;
        const char *space, *kernel;
        bool kept;
    } cases[] = {
        {3, "RGB ", "gaussian", true},  {3, "RGB ", "sobel", false},    {1, "GRAY", "gaussian", true},  {1, "GRAY", "sobel", true},
        {3, "CMYK", "gaussian", false}, {1, "RGB ", "gaussian", false}, {3, "GRAY", "gaussian", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *input = write_with_profile(cases[i].components, cases[i].space), *output = filter_path("out.jpg");
        struct imc_filter_options options = filter_options(cases[i].kernel, NULL, NULL);
        struct samples out = filter_must(&options, input, output, NULL);
        struct imc_reader *reader = open_result(output);
        const struct imc_blob *icc = &imc_reader_info(reader)->metadata.icc;
        ck_assert_msg(icc->size == (cases[i].kept ? PROFILE_BYTES : 0), "case %zu: a profile of %zu bytes", i, icc->size);
        if (cases[i].kept)
            ck_assert_mem_eq((const char *)icc->data + 16, cases[i].space, 4);
        imc_reader_close(reader);
        samples_free(&out);
        filter_options_free(&options);
    }
}
END_TEST

START_TEST(chroma_keeps_its_subsampling)
{
    static const struct {
        int x, y, want_x, want_y;
    } cases[] = {
        {1, 1, 1, 1}, {2, 1, 2, 1}, {1, 2, 1, 2}, {2, 2, 2, 2}, {4, 1, 2, 1}}; /* a quarter becomes a half, the most we write */
    struct imc_filter_options options = filter_options("gaussian", NULL, NULL);
    unsigned char samples[W * H * 3];
    fill_smooth(samples, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jpeg_recipe recipe = {.width = W, .height = H, .components = 3, .in = JCS_RGB, .file = JCS_YCbCr};
        recipe.sampling_x = cases[i].x;
        recipe.sampling_y = cases[i].y;
        size_t size;
        unsigned char *bytes = jpeg_make(&recipe, samples, &size);
        const char *input = write_bytes("in.jpg", bytes, size), *output = filter_path("out.jpg");
        struct samples out = filter_must(&options, input, output, NULL);
        struct imc_reader *reader = open_result(output);
        ck_assert_int_eq(imc_reader_info(reader)->subsampling_x, cases[i].want_x);
        ck_assert_int_eq(imc_reader_info(reader)->subsampling_y, cases[i].want_y);
        imc_reader_close(reader);
        samples_free(&out);
        free(bytes);
    }
    filter_options_free(&options);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("what travels with the samples");
    TCase *tcase = tcase_create("travels");
    tcase_add_test(tcase, a_profile_stays_with_its_colours);
    tcase_add_test(tcase, chroma_keeps_its_subsampling);
    suite_add_tcase(suite, tcase);
    return suite;
}
