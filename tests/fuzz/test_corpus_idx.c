/* test_corpus_idx.c: replays the corpus of data sets, so that the fuzz target runs in every test run, then damages each file of
 * it at random. Good files are named good-*, and must be readable; bad-* must not be. */
#include "fuzz/fuzz_idx.c"
#include "fuzz/replay.h"
#include "support/testing.h"

static const char folder[] = "tests/fuzz/corpus/idx";
enum { SIZE_MOST = 1 << 16 };

/* A block of the exact size shows a read past the end. */
static enum imc_status run(const uint8_t *bytes, size_t size, struct imc_error *error)
{
    uint8_t *exact = malloc(size ? size : 1);
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    enum imc_status status = read_bytes(exact, size, error);
    free(exact);
    return status;
}

static void check_file(const char *name, struct test_rng *rng)
{
    static uint8_t original[SIZE_MOST], copy[SIZE_MOST];
    char path[600];
    struct imc_error error = {IMC_OK, ""};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t whole = fread(original, 1, SIZE_MOST, file);
    fclose(file);
    enum imc_status status = run(original, whole, &error);
    int good = strncmp(name, "good-", 5) == 0;
    ck_assert_msg(good || strncmp(name, "bad-", 4) == 0, "%s: is it good or bad?", name);
    ck_assert_msg((status == IMC_OK) == good, "%s: %s", path, status ? error.message : "should not be readable");
    for (long n = test_cases(200); n > 0; n--) {
        size_t size = whole;
        memcpy(copy, original, whole);
        for (int changes = test_random_int(rng, 1, 4); changes > 0 && size > 0; changes--) {
            size_t at = test_random(rng) % size;
            if (test_random_int(rng, 0, 9) == 0)
                size = at;
            else
                copy[at] = (uint8_t)test_random(rng);
        }
        run(copy, size, &error);
    }
}

START_TEST(corpus)
{
    struct test_rng rng = {test_seed()};
    int count = 0;
    DIR *files = opendir(folder);
    ck_assert_msg(files != NULL, "%s: the tests run in the root of the repository", folder);
    for (struct dirent *entry; (entry = readdir(files));)
        if (entry->d_name[0] != '.') {
            check_file(entry->d_name, &rng);
            count++;
        }
    closedir(files);
    ck_assert_int_ge(count, 15);
    ck_assert_int_eq(replay(folder), count);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("corpus of data sets");
    TCase *tests = tcase_create("corpus");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, corpus);
    suite_add_tcase(suite, tests);
    return suite;
}
