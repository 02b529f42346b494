/* test_corpus_kernel.c: replays the corpus of kernel texts and files, so that both fuzz targets run in every test run, and then
 * again with random damage. */
#define LLVMFuzzerTestOneInput fuzz_kernel_text
#include "fuzz/fuzz_kernel.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_kernel_file
#include "fuzz/fuzz_kernfile.c"
#undef LLVMFuzzerTestOneInput

#include "support/testing.h"

#include <dirent.h>
#include <stdio.h>

enum { SIZE_MOST = 1 << 16 };

/* One of the two targets and its corpus. */
struct corpus {
    const char *folder;
    int (*target)(const uint8_t *data, size_t size);
    int files; /* at least */
};
static const struct corpus corpora[] = {{"tests/fuzz/corpus/kernel/text", fuzz_kernel_text, 20},
                                        {"tests/fuzz/corpus/kernel/file", fuzz_kernel_file, 20}};

static size_t read_whole(const char *folder, const char *name, uint8_t *bytes)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t size = fread(bytes, 1, SIZE_MOST, file);
    fclose(file);
    return size;
}

/* A block of the exact size shows a read past the end. */
static void run(const struct corpus *corpus, const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, size);
    ck_assert_int_eq(corpus->target(exact, size), 0);
    free(exact);
}

/* Changes a few bytes, mostly to characters that kernels are made of, or cuts the end off. */
static void damage(struct test_rng *rng, uint8_t *bytes, size_t *size)
{
    static const char likely[] = "0123456789+-.,;:/(){}=x# \n\tnameofltsgau";
    for (int changes = test_random_int(rng, 1, 5); changes > 0 && *size > 0; changes--) {
        size_t at = test_random(rng) % *size;
        int kind = test_random_int(rng, 0, 9);
        if (kind == 0)
            *size = at;
        else if (kind < 3)
            bytes[at] = (uint8_t)test_random(rng);
        else
            bytes[at] = (uint8_t)likely[test_random_int(rng, 0, (int)sizeof likely - 2)];
    }
}

START_TEST(test_corpus)
{
    const struct corpus *corpus = &corpora[_i];
    static uint8_t original[SIZE_MOST], copy[SIZE_MOST];
    struct test_rng rng = {test_seed() + (uint64_t)_i};
    DIR *folder = opendir(corpus->folder);
    ck_assert_msg(folder != NULL, "%s: the tests run in the root of the repository", corpus->folder);
    int files = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        size_t whole = read_whole(corpus->folder, entry->d_name, original);
        run(corpus, original, whole);
        files++;
        for (long n = test_cases(300); n > 0; n--) {
            size_t size = whole;
            memcpy(copy, original, whole);
            damage(&rng, copy, &size);
            run(corpus, copy, size);
        }
    }
    closedir(folder);
    ck_assert_int_ge(files, corpus->files);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("corpus of kernels");
    TCase *tcase = tcase_create("corpus");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, test_corpus, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
