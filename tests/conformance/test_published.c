/* test_published.c: the reference, and the engine in every mode, against values that others published. The data lie outside the
 * project; where they are absent the tests say so and pass.
 */
#include "conformance/law2.h"
#include "conformance/published.h"
#include "support/testing.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many cases there are in the data at the least, so that a reader that silently takes fewer is noticed. */
enum { JSON_LEAST = 80, ONNX_LEAST = 30 };

static void compare(const struct published *made, const struct samples *got, const double *scale, const char *who)
{
    const struct samples *want = &made->want;
    ck_assert_msg(got->n == want->n && got->c == want->c && got->h == want->h && got->w == want->w,
                  "%s by %s: size %d x %d x %dx%d, published %d x %d x %dx%d", made->name, who, got->n, got->c, got->h, got->w,
                  want->n, want->c, want->h, want->w);
    size_t plane = (size_t)want->h * (size_t)want->w;
    for (size_t i = 0; i < samples_count(want); i++) {
        double allowed = 2e-6 * scale[i / plane % (size_t)want->c] + made->tolerance;
        if (!(fabs(got->value[i] - want->value[i]) <= allowed))
            ck_abort_msg("%s by %s: sample %zu is %.9g, published %.9g\n  %s", made->name, who, i, got->value[i], want->value[i],
                         law2_describe(&made->desc));
    }
}

/* The reference and every mode that takes the case; direct and auto must. */
static void check_case(struct published *made)
{
    static const char *const names[] = {"auto", "direct", "separable", "fft"};
    struct reference reference;
    ck_assert_msg(ref_conv(&made->desc, &made->in, &reference), "%s: no output", made->name);
    compare(made, &reference.out, reference.scale, "the reference");
    for (int m = IMC_MODE_AUTO; m <= IMC_MODE_FFT; m++) {
        struct samples got;
        struct imc_error error;
        made->desc.mode = (enum imc_mode)m;
        enum imc_status status = engine_run(&made->desc, &made->in, NULL, &got, NULL, &error);
        ck_assert_msg(status == IMC_OK || m > IMC_MODE_DIRECT, "%s: %s", made->name, error.message);
        if (status != IMC_OK)
            continue;
        compare(made, &got, reference.scale, names[m]);
        samples_free(&got);
    }
    ref_free(&reference);
}

static cJSON *read_json(const char *path)
{
    enum { SIZE_MAX_READ = 1 << 20 };
    FILE *stream = fopen(path, "rb");
    char *text = calloc(SIZE_MAX_READ + 1, 1);
    if (!text)
        abort();
    size_t size = stream ? fread(text, 1, SIZE_MAX_READ, stream) : 0;
    if (stream)
        fclose(stream);
    cJSON *root = cJSON_ParseWithLength(text, size);
    free(text);
    return root;
}

static int check_json_file(const char *path)
{
    cJSON *root = read_json(path);
    ck_assert_msg(root, "%s: not JSON", path);
    int count = 0;
    for (const cJSON *entry = cJSON_GetObjectItem(root, "cases")->child; entry; entry = entry->next, count++) {
        struct published made;
        ck_assert_msg(published_from_json(entry, &made), "%s: case %d is not understood", path, count);
        check_case(&made);
        published_free(&made);
    }
    cJSON_Delete(root);
    return count;
}

static int check_onnx_file(const char *path)
{
    struct published made;
    enum onnx_answer answer = published_from_onnx(path, &made);
    ck_assert_msg(answer != ONNX_DAMAGED, "%s: not understood", path);
    if (answer != ONNX_TAKEN)
        return 0;
    check_case(&made);
    published_free(&made);
    return 1;
}

/* Runs `check` on each file of the folder whose name ends in `suffix`; the sum of what it returns. */
static int check_folder(const char *folder, const char *suffix, int (*check)(const char *path))
{
    char path[1024];
    int count = 0;
    snprintf(path, sizeof path, "%s/%s", test_shared(), folder);
    DIR *directory = opendir(path);
    ck_assert_msg(directory, "%s cannot be read", path);
    for (const struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name), tail = strlen(suffix);
        if (length < tail || strcmp(entry->d_name + length - tail, suffix) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", test_shared(), folder, entry->d_name);
        count += check(path);
    }
    closedir(directory);
    return count;
}

static bool absent(const char *folder)
{
    if (!test_shared())
        printf("skipped: the published values (%s) are not here\n", folder);
    return !test_shared();
}

START_TEST(values_of_scipy_and_scikit_image)
{
    if (absent("vectors"))
        return;
    int count = check_folder("vectors", ".json", check_json_file);
    printf("%d published cases of scipy and scikit-image\n", count);
    ck_assert_int_ge(count, JSON_LEAST);
}
END_TEST

START_TEST(values_of_onnx)
{
    if (absent("onnx"))
        return;
    int count = check_folder("onnx", ".npz", check_onnx_file);
    printf("%d published cases of ONNX\n", count);
    ck_assert_int_ge(count, ONNX_LEAST);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("published");
    TCase *tests = tcase_create("published");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, values_of_scipy_and_scikit_image);
    tcase_add_test(tests, values_of_onnx);
    suite_add_tcase(suite, tests);
    return suite;
}
