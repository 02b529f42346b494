/* test_safetensors.c: model files. The good ones of the fuzzer's corpus were written by tests/fuzz/make_safetensors.py, which knows
 * the format and none of this code. */
#include "support/testing.h"

#include <imgconv/tensor.h>

#include "base/safetensors.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char corpus[] = "tests/fuzz/corpus/safetensors";

static struct imc_tensors *open_good(const char *name)
{
    char path[300];
    struct imc_tensors *tensors;
    struct imc_error error = {IMC_OK, ""};
    snprintf(path, sizeof path, "%s/%s", *name == '/' ? "" : corpus, name);
    ck_assert_msg(imc_tensors_open(path, &tensors, &error) == IMC_OK, "%s", error.message);
    return tensors;
}

/* Is it the script's tensor of that name, type and shape? */
static void expect_tensor(const struct imc_tensors *tensors, const char *name, const char *dtype, const char *shape)
{
    int i = imc_tensors_find(tensors, name);
    ck_assert_msg(i >= 0, "%s", name);
    const struct imc_tensor_info *info = imc_tensors_info(tensors, i);
    char text[200] = "";
    for (int d = 0; d < info->dims; d++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", d ? "," : "", (int)info->shape[d]);
    ck_assert_str_eq(text, shape);
    ck_assert_str_eq(info->dtype, dtype);
    if (!info->readable)
        return;
    float *numbers = malloc(info->count * sizeof *numbers);
    ck_assert_int_eq(imc_tensors_read_weights(tensors, i, numbers, NULL), IMC_OK);
    for (uint64_t n = 0; n < info->count; n++)
        ck_assert_float_eq(numbers[n], ((float)(37 * n % 101) - 50) / 64);
    free(numbers);
}

START_TEST(test_others_files)
{
    struct imc_tensors *tensors = open_good("good-resnet-f16.safetensors");
    ck_assert_int_eq(imc_tensors_count(tensors), 2);
    expect_tensor(tensors, "conv1.weight", "F16", "64,3,7,7");
    expect_tensor(tensors, "bn1.weight", "F32", "64");
    ck_assert_int_eq(imc_tensors_find(tensors, "conv1"), -1);
    imc_tensors_close(tensors);
    tensors = open_good("good-bf16.safetensors");
    expect_tensor(tensors, "features.0.weight", "BF16", "4,3,3,3");
    imc_tensors_close(tensors);
    tensors = open_good("good-mixed.safetensors");
    expect_tensor(tensors, "conv2.weight", "F64", "2,2,3,3");
    expect_tensor(tensors, "steps", "I64", "");
    ck_assert_str_eq(imc_tensors_metadata_value(tensors, "seed"), "1");
    ck_assert_str_eq(imc_tensors_metadata_value(tensors, "history"), "[1, 2,\n3]");
    ck_assert_ptr_null(imc_tensors_metadata_value(tensors, "Seed"));
    imc_tensors_close(tensors);
    tensors = open_good("good-unpadded.safetensors");
    expect_tensor(tensors, "x", "F64", "2,2");
    imc_tensors_close(tensors);
    tensors = open_good("good-zero-size.safetensors");
    expect_tensor(tensors, "a", "F32", "0,3");
    imc_tensors_close(tensors);
}
END_TEST

/* Asks for tensor 0 of a file and expects a refusal that says `word`. */
static void expect_refusal(const char *name, bool weights, enum imc_status status, const char *word)
{
    struct imc_tensors *tensors = open_good(name);
    struct imc_error error = {IMC_OK, ""};
    int i = strcmp(name, "good-mixed.safetensors") == 0 ? imc_tensors_find(tensors, "steps") : 0;
    float numbers[8];
    ck_assert_int_eq((weights ? imc_tensors_read_weights : imc_tensors_read)(tensors, i, numbers, &error), status);
    ck_assert_msg(status == IMC_OK || strstr(error.message, word), "%s: '%s'", word, error.message);
    imc_tensors_close(tensors);
}

START_TEST(test_refused_numbers)
{
    expect_refusal("good-mixed.safetensors", false, IMC_ERR_UNSUPPORTED, "tensor 'steps' is of type I64");
    expect_refusal("good-unknown-type.safetensors", false, IMC_ERR_UNSUPPORTED, "of type F2_X");
    expect_refusal("good-nan.safetensors", false, IMC_OK, "");
    expect_refusal("good-nan.safetensors", true, IMC_ERR_FORMAT, "tensor 'c.weight': number 1 is not a number");
    expect_refusal("good-infinite.safetensors", true, IMC_ERR_FORMAT, "tensor 'c.weight': number 1 is infinite");
}
END_TEST

static void expect_bad(const char *name, enum imc_status status, const char *words)
{
    char path[300];
    struct imc_tensors *tensors;
    struct imc_error error = {IMC_OK, ""};
    snprintf(path, sizeof path, "%s%s%s", *name == '/' ? "" : corpus, *name == '/' ? "" : "/bad-", name);
    ck_assert_int_eq(imc_tensors_open(path, &tensors, &error), status);
    ck_assert_ptr_null(tensors);
    ck_assert_msg(strstr(error.message, words), "%s: '%s'", words, error.message);
}

START_TEST(test_hostile)
{
    static const struct {
        const char *name, *words;
    } cases[] = {
        {"short", "it has 3 bytes"},
        {"length", "a header of 1000000 bytes in a file of"},
        {"length-huge", "a header of 18446744073709551615 bytes"},
        {"length-zero", "does not begin with '{'"},
        {"no-json", "at byte 13: no JSON"},
        {"trailing", "at byte 12: no JSON"},
        {"open-string", "at byte 9: a string that is not closed"},
        {"not-utf8", "at byte 10: not UTF-8"},
        {"zero-escape", "a zero character"},
        {"raw-control", "a control character in a string"},
        {"control-name", "control characters in its name"},
        {"deep", "nested deeper"},
        {"twice", "the tensor 'a' stands twice"},
        {"key-twice", "dtype, shape or data_offsets stands twice"},
        {"metadata-twice", "the metadata 'a' stands twice"},
        {"metadata-two", "'__metadata__' stands twice"},
        {"metadata-number", "no table of strings"},
        {"no-dtype", "is missing"},
        {"shape-wrong", "3 numbers of type F32 do not fill the 8 bytes"},
        {"shape-overflow", "larger than any file"},
        {"shape-wraps", "larger than any file"},
        {"shape-negative", "something that is no size"},
        {"offsets-backward", "end before they begin"},
        {"offsets-past", "8 bytes past the end of the file"},
        {"rest", "4 bytes after the last tensor"},
        {"gap", "leave a gap"},
        {"overlap", "tensor 'b': its data_offsets overlap"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_bad(cases[i].name, IMC_ERR_FORMAT, cases[i].words);
    expect_bad("dims", IMC_ERR_UNSUPPORTED, "more than 8 dimensions");
    expect_bad("nothing", IMC_ERR_IO, "No such file");
    expect_bad("/tmp", IMC_ERR_IO, "is a folder");
    expect_bad("/dev/null", IMC_ERR_IO, "no regular file");
}
END_TEST

/* A header that would cost a parser much more memory than it has bytes, and one above the limit. */
START_TEST(test_costly_headers)
{
    enum { SIZE = SAFETENSORS_HEADER_MAX + 16 };
    unsigned char *file = calloc(1, SIZE);
    struct imc_tensors *tensors;
    struct imc_error error;
    memset(file + 8, ',', SIZE - 8);
    memcpy(file + 8, "{\"a\":[", 6);
    file[2] = 0x80; /* 8 MiB */
    ck_assert_int_eq(imc_tensors_open_memory(file, SIZE, "big", &tensors, &error), IMC_ERR_LIMIT);
    ck_assert_msg(strstr(error.message, "more than 1048576 values"), "%s", error.message);
    file[2] = 0;
    file[3] = 1; /* 16 MiB and one byte */
    file[0] = 1;
    ck_assert_int_eq(imc_tensors_open_memory(file, SIZE, "big", &tensors, &error), IMC_ERR_LIMIT);
    ck_assert_msg(strstr(error.message, "the most that is read is 16 MiB"), "%s", error.message);
    free(file);
}
END_TEST

/* A file of 5 GiB, nearly all of it a hole: the last tensor is read without the rest. */
START_TEST(test_large_file)
{
    static const char header[] = "{\"big\":{\"dtype\":\"U8\",\"shape\":[5368709120],\"data_offsets\":[0,5368709120]},"
                                 "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[5368709120,5368709128]}}";
    unsigned char head[8] = {sizeof header - 1};
    const float numbers[2] = {1.5f, -2};
    off_t end = 8 + (off_t)sizeof header - 1 + 5368709120;
    char path[300];
    snprintf(path, sizeof path, "%s/large.safetensors", test_folder());
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_eq(pwrite(file, head, 8, 0), 8);
    ck_assert_int_eq(pwrite(file, header, sizeof header - 1, 8), sizeof header - 1);
    bool room = ftruncate(file, end) == 0;
    ck_assert(!room || pwrite(file, numbers, sizeof numbers, end) == sizeof numbers);
    close(file);
    if (room) {
        struct imc_tensors *tensors = open_good(path);
        float got[2];
        ck_assert_int_eq(imc_tensors_read(tensors, imc_tensors_find(tensors, "last"), got, NULL), IMC_OK);
        ck_assert_mem_eq(got, numbers, sizeof got);
        ck_assert_int_eq(truncate(path, end), 0);
        ck_assert_int_eq(imc_tensors_read(tensors, imc_tensors_find(tensors, "last"), got, NULL), IMC_ERR_FORMAT);
        imc_tensors_close(tensors);
    }
    unlink(path);
}
END_TEST

static const float weights[18] = {1, -0.0f, 1e-45f, 3.4e38f, 0.1f};
static const float biases[2] = {-1, 2};
static const struct imc_tensor conv = {"conv1.weight", 4, {2, 1, 3, 3}, weights};
static const struct imc_tensor bias = {"conv1.bias", 1, {2}, biases};
static const struct imc_tensor step = {"step \xC3\xA4\"\\", 0, {0}, weights};

static size_t read_whole(const char *path, unsigned char *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(bytes, 1, room, file);
    fclose(file);
    return size;
}

START_TEST(test_write)
{
    static const struct imc_tensor_note notes[] = {{"seed", "1"}, {"history", "{\"loss\": [1,\n2]}"}};
    const struct imc_tensor one[] = {conv, bias, step}, other[] = {step, conv, bias};
    const struct imc_tensor_note turned[] = {notes[1], notes[0]};
    char a[300], b[300], hash[IMC_HASH_TEXT_MAX], again[IMC_HASH_TEXT_MAX];
    unsigned char first[2000], second[2000];
    snprintf(a, sizeof a, "%s/a.safetensors", test_folder());
    snprintf(b, sizeof b, "%s/b.safetensors", test_folder());
    ck_assert_int_eq(imc_tensors_save(a, false, one, 3, notes, 2, NULL), IMC_OK);
    ck_assert_int_eq(imc_tensors_save(b, false, other, 3, turned, 2, NULL), IMC_OK);
    size_t size = read_whole(a, first, sizeof first);
    ck_assert_uint_eq(read_whole(b, second, sizeof second), size);
    ck_assert_mem_eq(first, second, size);
    ck_assert_int_eq(first[0] % 8, 0);
    ck_assert(safetensors_recognise(first, size));

    struct imc_tensors *tensors = open_good(a);
    float got[18];
    ck_assert_int_eq(imc_tensors_count(tensors), 3);
    ck_assert_str_eq(imc_tensors_info(tensors, 0)->name, "conv1.bias");
    ck_assert_str_eq(imc_tensors_info(tensors, 2)->name, step.name);
    ck_assert_uint_eq(imc_tensors_info(tensors, 0)->offset % 8, 0);
    ck_assert_int_eq(imc_tensors_read_weights(tensors, 1, got, NULL), IMC_OK);
    ck_assert_mem_eq(got, weights, sizeof got);
    ck_assert_str_eq(imc_tensors_metadata_value(tensors, "history"), notes[1].value);
    ck_assert_int_eq(imc_tensors_hash(tensors, hash, NULL), IMC_OK);
    ck_assert_int_eq(imc_tensors_save_hash(other, 3, again, NULL), IMC_OK);
    ck_assert_str_eq(hash, again);
    imc_tensors_close(tensors);
    ck_assert_int_eq(imc_tensors_save(a, true, one, 3, NULL, 0, NULL), IMC_ERR_IO);
}
END_TEST

START_TEST(test_write_refuses)
{
    struct imc_tensor bad[2] = {conv, conv};
    const struct imc_tensor_note twice[] = {{"a", "1"}, {"a", "2"}}, wrong = {"a", "\xFF"};
    char path[300];
    snprintf(path, sizeof path, "%s/never.safetensors", test_folder());
    ck_assert_int_eq(imc_tensors_save(path, false, bad, 2, NULL, 0, NULL), IMC_ERR_ARGUMENT);
    static const char *const names[] = {"__metadata__", "a\n", "\xFF"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bad[0].name = names[i];
        ck_assert_int_eq(imc_tensors_save(path, false, bad, 1, NULL, 0, NULL), IMC_ERR_ARGUMENT);
    }
    bad[0] = conv;
    bad[0].shape[0] = UINT64_MAX / 2;
    ck_assert_int_eq(imc_tensors_save(path, false, bad, 1, NULL, 0, NULL), IMC_ERR_ARGUMENT);
    bad[0].dims = 9;
    ck_assert_int_eq(imc_tensors_save(path, false, bad, 1, NULL, 0, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_tensors_save(path, false, &conv, 1, twice, 2, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_tensors_save(path, false, &conv, 1, &wrong, 1, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("safetensors");
    TCase *tests = tcase_create("safetensors");
    tcase_add_test(tests, test_others_files);
    tcase_add_test(tests, test_refused_numbers);
    tcase_add_test(tests, test_hostile);
    tcase_add_test(tests, test_costly_headers);
    tcase_add_test(tests, test_large_file);
    tcase_add_test(tests, test_write);
    tcase_add_test(tests, test_write_refuses);
    suite_add_tcase(suite, tests);
    return suite;
}
