/* test_npypicture.c: NPY pictures: types, byte orders, Fortran order, what NumPy itself thinks. */
#include "base/npy.h"
#include "pictures.h"
#include "support/npymake.h"

/* A file of that header and data in memory; returns its picture. */
static struct picture read_array(const char *text, const void *data, size_t bytes)
{
    unsigned char file[2048];
    size_t size = npymake_head(file, 1, text);
    memcpy(file + size, data, bytes);
    return picture_read(file, size + bytes, NULL);
}

static void check_floats(struct picture picture, int channels, const float *expected, size_t count)
{
    ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
    ck_assert_int_eq(picture.info.type, IMC_F32);
    ck_assert_int_eq(picture.info.channels, channels);
    ck_assert(picture.info.full_scale == 0);
    ck_assert_int_eq(memcmp(picture.samples, expected, count * sizeof(float)), 0);
    picture_free(&picture);
}

START_TEST(types_and_byte_orders)
{
    const float floats[] = {1, -2.5f, INFINITY, 0.1f};
    const double doubles[] = {1, -2.5, INFINITY, 0.1};
    unsigned char turned[32];
    check_floats(read_array("{'descr':'=f4'," ORDER "'shape':(2,2)}", floats, 16), 1, floats, 4);
    check_floats(read_array("{'descr':'=f8'," ORDER "'shape':(2,2)}", doubles, 32), 1, floats, 4);
    for (int i = 0; i < 16; i++)
        turned[i] = ((const unsigned char *)floats)[i ^ 3];
    check_floats(read_array("{'descr':'>f4'," ORDER "'shape':(2,2)}", turned, 16), 1, floats, 4);
    for (int i = 0; i < 32; i++)
        turned[i] = ((const unsigned char *)doubles)[i ^ 7];
    check_floats(read_array("{'descr':'>f8'," ORDER "'shape':(2,1,2)}", turned, 32), 2, floats, 4);
    struct picture picture = read_array("{'descr':'>u2'," ORDER "'shape':(1,3)}", "\x00\x01\x12\x34\xff\xff", 6);
    ck_assert_int_eq(picture.status, IMC_OK);
    const uint16_t *words = picture.samples;
    ck_assert(picture.info.full_scale == 65535 && words[0] == 1 && words[1] == 0x1234 && words[2] == 65535);
    picture_free(&picture);
    picture = read_array("{'descr':'|b1'," ORDER "'shape':(1,3)}", "\x00\x01\x07", 3);
    ck_assert_int_eq(picture.status, IMC_OK);
    ck_assert(picture.info.full_scale == 1 && memcmp(picture.samples, "\x00\x01\x01", 3) == 0);
    picture_free(&picture);
}
END_TEST

START_TEST(alpha_goes_with_even_channels_of_integers)
{
    static const char *const text[] = {"{'descr':'|u1'," ORDER "'shape':(1,1,1)}", "{'descr':'|u1'," ORDER "'shape':(1,1,2)}",
                                       "{'descr':'|u1'," ORDER "'shape':(1,1,3)}", "{'descr':'|u1'," ORDER "'shape':(1,1,4)}"};
    for (int channels = 1; channels <= 4; channels++) {
        struct picture picture = read_array(text[channels - 1], "abcd", (size_t)channels);
        ck_assert_int_eq(picture.status, IMC_OK);
        ck_assert_int_eq(picture.info.channels, channels);
        ck_assert_int_eq(picture.info.alpha, channels % 2 == 0);
        ck_assert(picture.info.streams && picture.info.held_bytes == 0);
        ck_assert_int_eq(memcmp(picture.samples, "abcd", (size_t)channels), 0);
        picture_free(&picture);
    }
}
END_TEST

/* What a bank of two or four filters wrote. */
START_TEST(floats_have_no_alpha)
{
    static const char *const text[] = {"{'descr':'=f4'," ORDER "'shape':(1,1,1)}", "{'descr':'=f4'," ORDER "'shape':(1,1,2)}",
                                       "{'descr':'=f4'," ORDER "'shape':(1,1,3)}", "{'descr':'=f4'," ORDER "'shape':(1,1,4)}"};
    static const char *const colours[] = {"gray", NULL, "RGB", NULL};
    const float floats[] = {1, -2, 3, 0.5f};
    for (int channels = 1; channels <= 4; channels++) {
        struct picture picture = read_array(text[channels - 1], floats, (size_t)channels * sizeof *floats);
        ck_assert_int_eq(picture.status, IMC_OK);
        ck_assert(!picture.info.alpha);
        ck_assert_pstr_eq(picture.info.colour, colours[channels - 1]);
        check_floats(picture, channels, floats, (size_t)channels);
    }
}
END_TEST

/* Element (y, x, c) of value 100 y + 10 x + c, stored with y running fastest. */
START_TEST(fortran_order)
{
    enum { H = 3, W = 4, C = 3 };
    float stored[H * W * C], expected[H * W * C];
    double wide[H * W * C];
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int c = 0; c < C; c++) {
                stored[y + H * (x + W * c)] = expected[(y * W + x) * C + c] = (float)(100 * y + 10 * x + c);
                wide[y + H * (x + W * c)] = 100 * y + 10 * x + c;
            }
    struct picture picture = read_array("{'descr':'=f4','fortran_order':True,'shape':(3,4,3)}", stored, sizeof stored);
    ck_assert(!picture.info.streams);
    ck_assert_uint_eq(picture.info.held_bytes, sizeof stored);
    check_floats(picture, C, expected, H * W * C);
    check_floats(read_array("{'descr':'=f8','fortran_order':True,'shape':(3,4,3)}", wide, sizeof wide), C, expected, H * W * C);
    picture = read_array("{'descr':'=f4','fortran_order':True,'shape':(3,4,3)}", stored, sizeof stored - 1);
    ck_assert_int_eq(picture.status, IMC_ERR_FORMAT);
}
END_TEST

static const struct {
    const char *text;
    enum imc_status status;
    const char *says;
} no_pictures[] = {
    {"{'descr':'<i4'," ORDER "'shape':(1,1)}", IMC_ERR_UNSUPPORTED, "int32"},
    {"{'descr':'|i1'," ORDER "'shape':(1,1)}", IMC_ERR_UNSUPPORTED, ".astype('float32')"},
    {"{'descr':'<u8'," ORDER "'shape':(1,1)}", IMC_ERR_UNSUPPORTED, "uint64"},
    {"{'descr':'<f2'," ORDER "'shape':(1,1)}", IMC_ERR_UNSUPPORTED, "float16"},
    {"{'descr':'<c8'," ORDER "'shape':(1,1)}", IMC_ERR_UNSUPPORTED, "c8"},
    {"{" DESCR ORDER "'shape':(4,)}", IMC_ERR_UNSUPPORTED, "1 dimension "},
    {"{" DESCR ORDER "'shape':(4,4,4,4)}", IMC_ERR_UNSUPPORTED, "4 dimensions"},
    {"{" DESCR ORDER "'shape':(3,4,5)}", IMC_ERR_UNSUPPORTED, "channels last"},
    {"{" DESCR ORDER "'shape':(0,5)}", IMC_ERR_FORMAT, "empty"},
    {"{" DESCR ORDER "'shape':(5,5,0)}", IMC_ERR_FORMAT, "empty"},
    {"{" DESCR ORDER "'shape':(3000000000,1)}", IMC_ERR_LIMIT, "3000000000"},
    {"{" DESCR ORDER "'shape':(2000000000,2)}", IMC_ERR_LIMIT, "max-pixels"},
    {"{" DESCR "'fortran_order':True,'shape':(50000,40000)}", IMC_ERR_LIMIT,
     " GiB of memory, more than the limit of 4 GiB; raise --max-memory"},
    {"{" DESCR "'fortran_order':True,'shape':(20000,20000)}", IMC_ERR_FORMAT, "file ends in"},
    {"{" DESCR ORDER "'shape':(20000,20000)}", IMC_ERR_FORMAT, "row 1 of 20000"},
};

START_TEST(arrays_that_are_no_pictures)
{
    struct picture picture = read_array(no_pictures[_i].text, "abcd", 4);
    ck_assert_msg(picture.status == no_pictures[_i].status, "%s: %s", no_pictures[_i].text, picture.error.message);
    ck_assert_msg(strstr(picture.error.message, no_pictures[_i].says) != NULL, "%s", picture.error.message);
}
END_TEST

static const struct {
    enum imc_type type;
    int channels;
    const char *summary; /* as Python prints dtype and shape */
} shapes[] = {
    {IMC_U8, 1, "uint8 (5, 7)"},    {IMC_U8, 4, "uint8 (5, 7, 4)"},    {IMC_U16, 3, "uint16 (5, 7, 3)"},
    {IMC_F32, 1, "float32 (5, 7)"}, {IMC_F32, 2, "float32 (5, 7, 2)"}, {IMC_F32, 16, "float32 (5, 7, 16)"},
};

static unsigned char *write_shape(int i, const struct imc_image_info *info, float *samples, size_t *size)
{
    struct test_rng rng = {test_seed() + (uint64_t)i};
    for (int k = 0; k < 5 * 7 * 16; k++)
        samples[k] = (float)test_random_unit(&rng);
    return picture_encode("trip.npy", info, samples, NULL, size);
}

START_TEST(round_trip_is_exact)
{
    struct imc_image_info info = {.width = 7, .height = 5, .channels = shapes[_i].channels, .type = shapes[_i].type};
    info.full_scale = info.type == IMC_U8 ? 255 : info.type == IMC_U16 ? 65535 : 0;
    float samples[5 * 7 * 16];
    size_t size;
    unsigned char *bytes = write_shape(_i, &info, samples, &size);
    size_t data = 5 * picture_row(&info);
    ck_assert_uint_eq(size, npy_header_size(bytes) + data);
    ck_assert_int_eq(memcmp(bytes + size - data, samples, data), 0);
    if (info.channels <= 4) {
        struct picture picture = picture_read(bytes, size, NULL);
        ck_assert_msg(picture.status == IMC_OK, "%s", picture.error.message);
        ck_assert_int_eq(picture.info.type, info.type);
        ck_assert_int_eq(picture.info.channels, info.channels);
        ck_assert_int_eq(memcmp(picture.samples, samples, data), 0);
        picture_free(&picture);
        picture = picture_read(bytes, size - 1, NULL);
        ck_assert_int_eq(picture.status, IMC_ERR_FORMAT);
        ck_assert_ptr_nonnull(strstr(picture.error.message, "row 5 of 5"));
    }
    free(bytes);
}
END_TEST

/* A Python that has NumPy, or NULL. */
static const char *numpy_python(void)
{
    static const char *const pythons[] = {"python3", "/usr/bin/python3"};
    for (int i = 0; i < 2; i++) {
        char command[80];
        snprintf(command, sizeof command, "%s -c 'import numpy'", pythons[i]);
        if (program_runs(command))
            return pythons[i];
    }
    return NULL;
}

START_TEST(numpy_reads_ours)
{
    const char *python = numpy_python();
    if (!python) {
        puts("skipped: numpy_reads_ours, for want of python3 with numpy");
        return;
    }
    for (int i = 0; i < (int)(sizeof shapes / sizeof *shapes); i++) {
        struct imc_image_info info = {.width = 7, .height = 5, .channels = shapes[i].channels, .type = shapes[i].type};
        info.full_scale = info.type == IMC_U8 ? 255 : info.type == IMC_U16 ? 65535 : 0;
        float samples[5 * 7 * 16];
        size_t size;
        free(write_shape(i, &info, samples, &size));
        char command[1200];
        snprintf(command, sizeof command,
                 "%s -c \"import numpy as n; a=n.load('%s/trip.npy'); assert str(a.dtype)+' '+str(a.shape)=='%s', a; "
                 "a.tofile('%s/raw')\"",
                 python, test_folder(), shapes[i].summary, test_folder());
        ck_assert_msg(system(command) == 0, "numpy does not read %s", shapes[i].summary);
        unsigned char *raw = file_bytes(test_path("raw"), &size);
        ck_assert_uint_eq(size, 5 * picture_row(&info));
        ck_assert_int_eq(memcmp(raw, samples, size), 0);
        free(raw);
    }
}
END_TEST

START_TEST(we_read_numpys)
{
    const char *python = numpy_python();
    if (!python) {
        puts("skipped: we_read_numpys, for want of python3 with numpy");
        return;
    }
    static const char *const arrays[] = {"n.arange(24,dtype='f4').reshape(2,3,4)", "n.arange(24,dtype='>f8').reshape(2,3,4)",
                                         "n.asfortranarray(n.arange(24,dtype='f4').reshape(2,3,4))"};
    float expected[24];
    for (int i = 0; i < 24; i++)
        expected[i] = (float)i;
    for (int i = 0; i < 3; i++) {
        char command[900];
        snprintf(command, sizeof command, "%s -c \"import numpy as n; n.save('%s/theirs.npy', %s)\"", python, test_folder(),
                 arrays[i]);
        ck_assert_int_eq(system(command), 0);
        size_t size;
        unsigned char *bytes = file_bytes(test_path("theirs.npy"), &size);
        check_floats(picture_read(bytes, size, NULL), 4, expected, 24);
        free(bytes);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("npypicture");
    TCase *tests = tcase_create("npypicture");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, types_and_byte_orders);
    tcase_add_test(tests, alpha_goes_with_even_channels_of_integers);
    tcase_add_test(tests, floats_have_no_alpha);
    tcase_add_test(tests, fortran_order);
    tcase_add_loop_test(tests, arrays_that_are_no_pictures, 0, sizeof no_pictures / sizeof *no_pictures);
    tcase_add_loop_test(tests, round_trip_is_exact, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(tests, numpy_reads_ours);
    tcase_add_test(tests, we_read_numpys);
    suite_add_tcase(suite, tests);
    return suite;
}
