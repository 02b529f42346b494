/* testing.h: what every test program shares. */
#ifndef TESTING_H
#define TESTING_H

#include <check.h>
#include <stdint.h>

/* Each test program defines this; main() is in testing.c. */
Suite *make_suite(void);
/* What it does instead of its tests when its argument is --bench; most programs have none. */
void test_bench(void) __attribute__((weak));

/* Random numbers for tests (splitmix64). The seed is printed at start; IMGCONV_TEST_SEED repeats it. */
uint64_t test_seed(void);
struct test_rng {
    uint64_t state;
};
uint64_t test_random(struct test_rng *rng);
/* lo..hi inclusive */
int test_random_int(struct test_rng *rng, int lo, int hi);
/* 0 <= x < 1 */
double test_random_unit(struct test_rng *rng);

/* How many random cases to run: IMGCONV_TEST_CASES, else `usual`. */
long test_cases(long usual);

/* A fresh folder under $TMPDIR for this test program, removed at exit. */
const char *test_folder(void);

/* The folder of data outside the project (../shared), or NULL where it is absent: the test then returns and says so. */
const char *test_shared(void);

#endif
