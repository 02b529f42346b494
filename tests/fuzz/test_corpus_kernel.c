/* test_corpus_kernel.c: replays the corpus of kernel texts and files, so that both fuzz targets run in every test run, and then
 * again with random damage. */
#define LLVMFuzzerTestOneInput fuzz_kernel_text
#include "fuzz/fuzz_kernel.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_kernel_file
#include "fuzz/fuzz_kernfile.c"
#undef LLVMFuzzerTestOneInput

#include "support/corpus.h"
#include "support/testing.h"

/* One of the two targets and its corpus. */
static const struct {
    const char *folder;
    int (*target)(const uint8_t *data, size_t size);
} corpora[] = {{"tests/fuzz/corpus/kernel/text", fuzz_kernel_text}, {"tests/fuzz/corpus/kernel/file", fuzz_kernel_file}};

START_TEST(test_corpus)
{
    /* mostly characters that kernels are made of */
    static const char likely[] = "0123456789+-.,;:/(){}=x# \n\tnameofltsgau";
    ck_assert_int_ge(corpus_damage(corpora[_i].folder, likely, test_cases(300), corpora[_i].target), 20);
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
