/* dataset.c: memory of a data set, and the places where one may lie. */
#include "data/dataset.h"

#include "base/fail.h"
#include "base/memory.h"
#include "data/folder.h"
#include "data/idx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

enum imc_status dataset_create(struct dataset *set, size_t count, int channels, int height, int width, int classes,
                               const char *source, struct imc_error *error)
{
    memset(set, 0, sizeof *set);
    if (count < 1 || count > DATASET_COUNT_MAX || channels < 1 || channels > 4 || height < 1 || height > DATASET_SIDE_MAX ||
        width < 1 || width > DATASET_SIDE_MAX || classes < 1 || classes > DATASET_CLASSES_MAX)
        return fail(error, IMC_ERR_LIMIT,
                    "%s: %zu pictures of %dx%d, %d channels and %d classes are not a data set that is read here", source, count,
                    height, width, channels, classes);
    set->count = (int)count;
    set->channels = channels;
    set->height = height;
    set->width = width;
    set->classes = classes;
    set->pixels = mem_alloc(count, dataset_picture_size(set));
    set->labels = mem_zalloc(count, 1);
    set->names = mem_zalloc((size_t)classes, sizeof *set->names);
    if (!set->pixels || !set->labels || !set->names) {
        dataset_free(set);
        return fail_memory(error, source);
    }
    for (int i = 0; i < classes; i++)
        snprintf(set->names[i], sizeof set->names[i], "%d", i);
    snprintf(set->source, sizeof set->source, "%s", source);
    return IMC_OK;
}

uint64_t dataset_fingerprint(const struct dataset *set)
{
    /* FNV-1a, of the pictures by words of 8 bytes: of MNIST in 6 ms on a Zen 5. */
    const uint64_t prime = 0x100000001b3u;
    uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)set->height << 32 ^ (uint64_t)set->width;
    size_t bytes = (size_t)set->count * dataset_picture_size(set);
    for (int i = 0; i < set->count; i++)
        hash = (hash ^ set->labels[i]) * prime;
    for (size_t at = 0; at < bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, set->pixels + at, bytes - at < 8 ? bytes - at : 8);
        hash = (hash ^ word) * prime;
    }
    return hash;
}

const char *folder_last_name(const char *path, char name[DATASET_SOURCE_MAX])
{
    size_t end = strlen(path), start;
    while (end > 1 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    snprintf(name, DATASET_SOURCE_MAX, "%.*s", (int)(end - start), path + start);
    return name;
}

void dataset_free(struct dataset *set)
{
    mem_free(set->pixels);
    mem_free(set->labels);
    mem_free(set->names);
    memset(set, 0, sizeof *set);
}

void dataset_pair_free(struct dataset_pair *pair)
{
    dataset_free(&pair->train);
    dataset_free(&pair->test);
}

/* Halves that are read must be there, and be of one shape. */
static enum imc_status check_pair(const char *folder, enum dataset_want want, const struct dataset_pair *pair,
                                  struct imc_error *error)
{
    const struct dataset *train = &pair->train, *test = &pair->test;
    if (want & DATASET_TRAIN && train->count == 0)
        return fail(error, IMC_ERR_IO,
                    "%s: the training half is missing: train-images-idx3-ubyte and train-labels-idx1-ubyte, or train/", folder);
    if (want == DATASET_TEST && test->count == 0)
        return fail(error, IMC_ERR_IO, "%s: the test half is missing: t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or test/",
                    folder);
    if (train->count && test->count && (train->height != test->height || train->width != test->width))
        return fail(error, IMC_ERR_FORMAT, "%s: the pictures of training are %dx%d, those of the test %dx%d: they must be alike",
                    folder, train->height, train->width, test->height, test->width);
    return IMC_OK;
}

enum imc_status dataset_open(const char *folder, enum dataset_want want, struct dataset_pair *pair, struct imc_error *error)
{
    struct stat about;
    enum imc_status status = IMC_OK;
    memset(pair, 0, sizeof *pair);
    if (stat(folder, &about) != 0)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", folder, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return fail(error, IMC_ERR_IO, "%s: is a file; data are named by the folder that holds them", folder);
    if (idx_is_there(folder)) {
        if (want & DATASET_TRAIN)
            status = idx_open(folder, "train", &pair->train, error);
        if (status == IMC_OK && want & DATASET_TEST)
            status = idx_open(folder, "t10k", &pair->test, error);
    } else if (folder_is_there(folder)) {
        status = folder_open(folder, want, pair, error);
    } else {
        status = fail(error, IMC_ERR_IO,
                      "%s: no data set: neither train-images-idx3-ubyte (or its .gz) nor a folder of pictures for "
                      "each class",
                      folder);
    }
    if (status == IMC_OK)
        status = check_pair(folder, want, pair, error);
    if (status)
        dataset_pair_free(pair);
    /* Halves that lie in folders of their own bear the name that was given all the same. */
    snprintf(pair->train.source, sizeof pair->train.source, "%s", folder);
    snprintf(pair->test.source, sizeof pair->test.source, "%s", folder);
    return status;
}

enum imc_status dataset_search(enum dataset_want want, struct dataset_pair *pair, struct imc_error *error)
{
    char own[PATH_BYTES] = "";
    const char *named = getenv("IMGCONV_DATA"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    memset(pair, 0, sizeof *pair);
    if (named && named[0])
        return dataset_open(named, want, pair, error);
    if (data && data[0] == '/') /* the rule of XDG: a relative one does not count */
        snprintf(own, sizeof own, "%s/imgconv/mnist", data);
    else if (home && home[0])
        snprintf(own, sizeof own, "%s/.local/share/imgconv/mnist", home);
    const char *const places[] = {"./mnist", "./data/mnist", own};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i][0] && (idx_is_there(places[i]) || folder_is_there(places[i])))
            return dataset_open(places[i], want, pair, error);
    return IMC_OK;
}
