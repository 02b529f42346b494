/* testing.c: main() of every test program, random numbers, temporary folder. Exit status: 0 all passed, 1 some failed. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t test_random(struct test_rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

int test_random_int(struct test_rng *rng, int lo, int hi)
{
    return lo + (int)(test_random(rng) % (uint64_t)(hi - lo + 1));
}

double test_random_unit(struct test_rng *rng)
{
    return (double)(test_random(rng) >> 11) * 0x1p-53;
}

uint64_t test_seed(void)
{
    static uint64_t seed;
    if (!seed) {
        const char *text = getenv("IMGCONV_TEST_SEED");
        seed = text ? strtoull(text, NULL, 10) : (uint64_t)time(NULL);
        printf("seed %llu (IMGCONV_TEST_SEED repeats it)\n", (unsigned long long)seed);
        fflush(stdout);
    }
    return seed;
}

long test_cases(long usual)
{
    const char *text = getenv("IMGCONV_TEST_CASES");
    return text ? atol(text) : usual;
}

static char folder[256];

const char *test_folder(void)
{
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/imgconv-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder)) {
            perror(folder);
            exit(1);
        }
    }
    return folder;
}

static void remove_folder(void)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (folder[0] && system(command) != 0)
        perror(folder);
}

const char *test_shared(void)
{
    struct stat status;
    const char *path = getenv("IMGCONV_SHARED");
    if (!path)
        path = "../shared";
    return stat(path, &status) == 0 ? path : NULL;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1 && strcmp(argv[1], "--bench") == 0 && test_bench) {
        test_bench();
        return 0;
    }
    SRunner *runner = srunner_create(make_suite());
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    remove_folder();
    return failed ? 1 : 0;
}
