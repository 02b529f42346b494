/* dataset.c: memory of a data set. */
#include "nn/dataset.h"

#include "base/fail.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

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
