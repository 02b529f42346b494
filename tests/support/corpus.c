/* corpus.c: see corpus.h. */
#include "support/corpus.h"

#include "support/testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MOST = 1 << 16, PATH_MOST = 600 };

int corpus_each(const char *folder, void (*check)(const char *path, const char *name))
{
    int count = 0;
    DIR *corpus = opendir(folder);
    ck_assert_msg(corpus != NULL, "%s: the tests run in the root of the repository", folder);
    for (struct dirent *entry; (entry = readdir(corpus));) {
        char path[PATH_MOST];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check(path, entry->d_name);
        count++;
    }
    closedir(corpus);
    return count;
}

static void change(struct test_rng *rng, const char *likely, uint8_t *bytes, size_t *size)
{
    for (int changes = test_random_int(rng, 1, 6); changes > 0 && *size > 0; changes--) {
        size_t at = test_random(rng) % *size;
        int kind = test_random_int(rng, 0, 9);
        if (kind == 0)
            *size = at;
        else
            bytes[at] = (uint8_t)(kind < 5 || !*likely ? test_random(rng) : (uint64_t)likely[test_random(rng) % strlen(likely)]);
    }
}

/* What corpus_each cannot pass on. */
static struct {
    const char *likely;
    long cases;
    int (*target)(const uint8_t *data, size_t size);
    struct test_rng rng;
} work;

static void run_exact(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, size);
    ck_assert_int_eq(work.target(exact, size), 0);
    free(exact);
}

static void damage_file(const char *path, const char *name)
{
    static uint8_t original[SIZE_MOST], copy[SIZE_MOST];
    (void)name;
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t whole = fread(original, 1, SIZE_MOST, file);
    fclose(file);
    run_exact(original, whole);
    for (long i = 0; i < work.cases; i++) {
        size_t size = whole;
        memcpy(copy, original, whole);
        change(&work.rng, work.likely, copy, &size);
        run_exact(copy, size);
    }
}

int corpus_damage(const char *folder, const char *likely, long cases, int (*target)(const uint8_t *data, size_t size))
{
    work.likely = likely;
    work.cases = cases;
    work.target = target;
    work.rng.state = test_seed();
    return corpus_each(folder, damage_file);
}
