/* test_corpus.c: replays the corpora of pictures, model files and checkpoints, so that these fuzz targets run in every test run;
 * then damages each file at random. Good files are named good-*, and must be readable; bad-* must not be. */
#define LLVMFuzzerTestOneInput fuzz_image
#include "fuzz/fuzz_image.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_safetensors
#include "fuzz/fuzz_safetensors.c"
#undef LLVMFuzzerTestOneInput

#define LLVMFuzzerTestOneInput fuzz_checkpoint
#include "fuzz/fuzz_checkpoint.c"
#undef LLVMFuzzerTestOneInput

#include "support/corpus.h"
#include "support/picturefile.h"
#include "support/testing.h"

#include <imgconv/tensor.h>

#include <string.h>

/* Is the file readable, and does the sentence begin with its name where it is not? */
static void check_verdict(const char *path, const char *name, bool readable, const struct imc_error *error)
{
    bool good = strncmp(name, "good-", 5) == 0;
    ck_assert_msg(good || strncmp(name, "bad-", 4) == 0, "%s: is it good or bad?", name);
    ck_assert_msg(readable == good, "%s: %s", name, readable ? "should not be readable" : error->message);
    ck_assert_msg(good || (error->status != IMC_OK && strncmp(error->message, path, strlen(path)) == 0), "%s: %s", name,
                  error->message);
}

static void check_picture(const char *path, const char *name)
{
    struct imc_image_info info;
    struct imc_error error = {IMC_OK, ""};
    void *samples = picture_read(path, &info, &error);
    check_verdict(path, name, samples != NULL, &error);
    free(samples);
}

static void check_model(const char *path, const char *name)
{
    struct imc_tensors *tensors;
    struct imc_error error = {IMC_OK, ""};
    check_verdict(path, name, imc_tensors_open(path, &tensors, &error) == IMC_OK, &error);
    imc_tensors_close(tensors);
}

/* A checkpoint goes by its name, so it is taken to one. */
static void check_checkpoint(const char *path, const char *name)
{
    static char named[4200], command[8600];
    struct imc_error error = {IMC_OK, ""};
    snprintf(named, sizeof named, "%s/digits.checkpoint.safetensors", test_folder());
    snprintf(command, sizeof command, "cp '%s' '%s'", path, named);
    ck_assert_int_eq(system(command), 0);
    check_verdict(named, name, open_checkpoint(named, &error) == IMC_OK, &error);
}

static const struct {
    const char *folder, *likely;
    int files; /* at least */
    int (*target)(const uint8_t *data, size_t size);
    void (*check)(const char *path, const char *name);
} corpora[] = {
    {"tests/fuzz/corpus/image", "", 30, fuzz_image, check_picture},
    {"tests/fuzz/corpus/safetensors", "{}[]\",:0123456789-.eF\\u", 60, fuzz_safetensors, check_model},
    {"tests/fuzz/corpus/checkpoint", "{}[]\",:0123456789-.axp", 20, fuzz_checkpoint, check_checkpoint},
};

START_TEST(good_and_bad)
{
    ck_assert_int_ge(corpus_each(corpora[_i].folder, corpora[_i].check), corpora[_i].files);
}
END_TEST

START_TEST(damaged)
{
    corpus_damage(corpora[_i].folder, corpora[_i].likely, test_cases(100), corpora[_i].target);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("corpus");
    TCase *tests = tcase_create("corpus");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, good_and_bad, 0, sizeof corpora / sizeof *corpora);
    tcase_add_loop_test(tests, damaged, 0, sizeof corpora / sizeof *corpora);
    suite_add_tcase(suite, tests);
    return suite;
}
