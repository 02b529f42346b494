/* test_corpus.c: replays the corpus of good and hostile files, so that the fuzz targets run in every test run. Then damages each
 * file of it at random. Good files are named good-*, and must be readable; bad-* must not be. */
#include "fuzz/fuzz_image.c"
#include "fuzz/replay.h"
#include "support/picturefile.h"
#include "support/testing.h"

static const char folder[] = "tests/fuzz/corpus/image";

START_TEST(image_corpus)
{
    int count = replay(folder);
    ck_assert_msg(count >= 30, "%s: %d files; the tests run in the root of the repository", folder, count);
}
END_TEST

/* Calls check(path, name) for each file of the corpus. */
static void each_file(void (*check)(const char *path, const char *name))
{
    DIR *corpus = opendir(folder);
    ck_assert_ptr_nonnull(corpus);
    for (struct dirent *entry; (entry = readdir(corpus));) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            check(path, entry->d_name);
    }
    closedir(corpus);
}

static void check_readable(const char *path, const char *name)
{
    struct imc_image_info info;
    struct imc_error error = {IMC_OK, ""};
    int good = strncmp(name, "good-", 5) == 0;
    ck_assert_msg(good || strncmp(name, "bad-", 4) == 0, "%s: is it good or bad?", name);
    void *samples = picture_read(path, &info, &error);
    ck_assert_msg((samples != NULL) == good, "%s: %s", path, samples ? "should not be readable" : error.message);
    ck_assert_msg(good || (error.status != IMC_OK && strncmp(error.message, path, strlen(path)) == 0), "%s: %s", path,
                  error.message);
    free(samples);
}

START_TEST(good_and_bad)
{
    each_file(check_readable);
}
END_TEST

static struct test_rng rng;

static void damage(uint8_t *data, size_t *size)
{
    for (int changes = test_random_int(&rng, 1, 6); changes > 0 && *size > 0; changes--) {
        size_t at = test_random(&rng) % *size;
        if (test_random_int(&rng, 0, 9) == 0)
            *size = at;
        else
            data[at] = (uint8_t)test_random(&rng);
    }
}

static void check_damaged(const char *path, const char *name)
{
    (void)name;
    enum { SIZE_MOST = 1 << 16 };
    static uint8_t original[SIZE_MOST];
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t whole = fread(original, 1, SIZE_MOST, file);
    fclose(file);
    for (long i = 0; i < test_cases(100); i++) {
        size_t size = whole;
        uint8_t *copy = malloc(whole + 1);
        memcpy(copy, original, whole);
        damage(copy, &size);
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, copy, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        free(copy);
    }
}

START_TEST(damaged)
{
    rng.state = test_seed();
    each_file(check_damaged);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("corpus");
    TCase *tests = tcase_create("corpus");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, image_corpus);
    tcase_add_test(tests, good_and_bad);
    tcase_add_test(tests, damaged);
    suite_add_tcase(suite, tests);
    return suite;
}
