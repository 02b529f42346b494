/* test_npy.c: the NPY header: good, odd and hostile. Pictures: test_npypicture.c. */
#include "base/npy.h"
#include "pictures.h"
#include "support/npymake.h"

#include <math.h>

static const struct {
    int version;
    const char *text;
    char kind;
    int bytes, dims;
    size_t shape[4];
    bool fortran;
} good[] = {
    {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }      \n", 'f', 4, 2, {3, 4}, false},
    {2, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n", 'f', 4, 2, {3, 4}, false},
    {3, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n", 'f', 4, 2, {3, 4}, false},
    {1, "{'shape':(7,),'fortran_order':True,'descr':'|u1'}", 'u', 1, 1, {7}, true},
    {1, " { \"descr\" : \"<i8\" , 'fortran_order' : False , 'shape' : ( 1 , 2 , 3 , 4 , ) , } ", 'i', 8, 4, {1, 2, 3, 4}, false},
    {1, "{'descr': '|b1', 'fortran_order': False, 'shape': (5L, 6L)}", 'b', 1, 2, {5, 6}, false},
    {1, "{'descr': '=u2', 'fortran_order': False, 'shape': (0, 6)}", 'u', 2, 2, {0, 6}, false},
    {1, "{'descr': 'f8', 'fortran_order': False, 'shape': (1,)}", 'f', 8, 1, {1}, false},
};

START_TEST(good_headers)
{
    unsigned char head[512];
    size_t size = npymake_head(head, good[_i].version, good[_i].text);
    struct npy_header header;
    struct imc_error error = {IMC_OK, ""};
    ck_assert_uint_eq(npy_header_size(head), size);
    enum imc_status status = npy_parse(head, size, "test", &header, &error);
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    ck_assert_int_eq(header.kind, good[_i].kind);
    ck_assert_int_eq(header.bytes, good[_i].bytes);
    ck_assert_int_eq(header.dims, good[_i].dims);
    ck_assert_int_eq(header.fortran, good[_i].fortran);
    ck_assert(!header.swap);
    ck_assert_uint_eq(header.data_offset, size);
    for (int i = 0; i < header.dims; i++)
        ck_assert_uint_eq(header.shape[i], good[_i].shape[i]);
    for (size_t cut = 0; cut < size; cut++)
        ck_assert_int_eq(npy_parse(head, cut, "test", &header, NULL), IMC_ERR_FORMAT);
}
END_TEST

static const struct {
    const char *text;
    enum imc_status status;
} hostile[] = {
    {"", IMC_ERR_FORMAT},
    {"{", IMC_ERR_FORMAT},
    {"{{{{{{{{{{{{", IMC_ERR_FORMAT},
    {"}", IMC_ERR_FORMAT},
    {"{}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER SHAPE, IMC_ERR_FORMAT},
    {"{" DESCR ORDER SHAPE "}}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER SHAPE "} x", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "}", IMC_ERR_FORMAT},
    {"{" DESCR SHAPE "}", IMC_ERR_FORMAT},
    {"{" ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{" DESCR DESCR ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER SHAPE "'more': 1}", IMC_ERR_FORMAT},
    {"{'descr' '<f4', " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{'descr': '<f4' " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{'descr': '<f4, " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED}, /* a type named "<f4, " */
    {"{'descr': '', " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{'descr': '<', " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{'descr': f4, " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{'descr': 'ffffffffffffffffffffffffffffffffffffffff', " ORDER SHAPE "}", IMC_ERR_FORMAT},
    {"{" DESCR "'fortran_order': Maybe, " SHAPE "}", IMC_ERR_FORMAT},
    {"{" DESCR "'fortran_order': 0, " SHAPE "}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': 3}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3 4)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3, -4)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3, 4.0)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3,, 4)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (,)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (3, 4}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': [3, 4]}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (18446744073709551616,)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (4611686018427387904, 4)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': (4294967296, 4294967296)}", IMC_ERR_FORMAT},
    {"{" DESCR ORDER "'shape': ()}", IMC_ERR_UNSUPPORTED},
    {"{" DESCR ORDER "'shape': (1, 1, 1, 1, 1)}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '|O', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<c8', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<U10', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<M8[ns]', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<f16', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<f1', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': '<b2', " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
    {"{'descr': [('a', '<f4'), ('b', '<f4')], " ORDER SHAPE "}", IMC_ERR_UNSUPPORTED},
};

START_TEST(hostile_headers)
{
    unsigned char head[512];
    size_t size = npymake_head(head, 1 + _i % 3, hostile[_i].text);
    struct npy_header header;
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = npy_parse(head, size, "test", &header, &error);
    if (size < NPY_FIXED)
        ck_assert_int_eq(status, IMC_ERR_FORMAT);
    ck_assert_msg(status == hostile[_i].status, "%s: status %d: %s", hostile[_i].text, status, error.message);
    ck_assert_msg(strncmp(error.message, "test: ", 6) == 0, "%s", error.message);
    struct picture picture = picture_read(head, size, NULL);
    ck_assert_int_eq(picture.status, hostile[_i].status);
}
END_TEST

START_TEST(hostile_lengths)
{
    unsigned char head[NPY_HEAD_MAX + 64] = {0};
    struct npy_header header;
    npymake_head(head, 1, "{" DESCR ORDER SHAPE "}");
    head[8] = head[9] = 0xff;
    ck_assert_int_eq(npy_parse(head, sizeof head, "test", &header, NULL), IMC_ERR_FORMAT);
    npymake_head(head, 2, "{" DESCR ORDER SHAPE "}");
    head[8] = head[9] = head[10] = head[11] = 0xff;
    ck_assert_int_eq(npy_parse(head, sizeof head, "test", &header, NULL), IMC_ERR_FORMAT);
    ck_assert_int_eq(picture_read(head, sizeof head, NULL).status, IMC_ERR_FORMAT);
    head[6] = 4;
    ck_assert_int_eq(npy_parse(head, sizeof head, "test", &header, NULL), IMC_ERR_UNSUPPORTED);
    ck_assert(!npy_recognise((const unsigned char *)"\x93NUMP", 5));
}
END_TEST

START_TEST(random_header_damage)
{
    struct test_rng rng = {test_seed()};
    for (long n = 0; n < test_cases(20000); n++) {
        unsigned char head[256];
        size_t size = npymake_head(head, 1, "{" DESCR ORDER SHAPE "}");
        for (int k = test_random_int(&rng, 1, 3); k > 0; k--)
            head[test_random_int(&rng, 6, (int)size - 1)] = (unsigned char)test_random(&rng);
        unsigned char *exact = malloc(size);
        memcpy(exact, head, size);
        struct npy_header header;
        if (npy_parse(exact, size, "test", &header, NULL) == IMC_OK)
            ck_assert(header.dims >= 1 && header.dims <= NPY_DIMS_MAX && header.data_offset <= size);
        free(exact);
    }
}
END_TEST

START_TEST(written_header_reads_back)
{
    const size_t shape[] = {480, 640, 3, 70000};
    for (int dims = 1; dims <= 4; dims++) {
        unsigned char head[NPY_HEAD_MAX];
        size_t size = npy_write_header(head, 'u', 2, shape, dims);
        struct npy_header header;
        ck_assert_uint_eq(size % 64, 0);
        ck_assert_int_eq(head[size - 1], '\n');
        ck_assert_int_eq(npy_parse(head, size, "test", &header, NULL), IMC_OK);
        ck_assert_int_eq(header.dims, dims);
        ck_assert(header.kind == 'u' && header.bytes == 2 && !header.swap && !header.fortran && header.data_offset == size);
        ck_assert_int_eq(memcmp(header.shape, shape, sizeof *shape * (size_t)dims), 0);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("npy");
    TCase *tests = tcase_create("npy");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, good_headers, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, hostile_headers, 0, sizeof hostile / sizeof *hostile);
    tcase_add_test(tests, hostile_lengths);
    tcase_add_test(tests, random_header_damage);
    tcase_add_test(tests, written_header_reads_back);
    suite_add_tcase(suite, tests);
    return suite;
}
