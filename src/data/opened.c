/* opened.c: data sets as the public API shows them. */
#include "data/opened.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "data/digits.h"

#include <string.h>

enum { BUILTIN_SEED = 1, BUILTIN_TRAIN = 60000, BUILTIN_TEST = 10000 }; /* as many as MNIST has */

static enum imc_status draw_builtin(struct imc_dataset *set, enum imc_dataset_part parts, struct imc_error *error)
{
    struct pool *pool = pool_create(pool_threads(0));
    set->builtin = true;
    enum imc_status status = pool ? digits_dataset(BUILTIN_SEED, parts & IMC_DATASET_TRAIN ? BUILTIN_TRAIN : 0,
                                                   parts & IMC_DATASET_TEST ? BUILTIN_TEST : 0, pool, &set->pair, error)
                                  : fail_memory(error, "threads");
    pool_destroy(pool);
    return status;
}

/* A part that is there: both agree in size and classes. */
static const struct dataset *any_part(const struct imc_dataset *set)
{
    return set->pair.train.count ? &set->pair.train : &set->pair.test;
}

enum imc_status imc_dataset_open(const char *folder, enum imc_dataset_part parts, struct imc_dataset **out, struct imc_error *error)
{
    struct imc_dataset *set = *out = mem_zalloc(1, sizeof *set);
    enum dataset_want want = (enum dataset_want)parts;
    enum imc_status status = set ? IMC_OK : fail_memory(error, "a data set");
    if (!status && !folder)
        status = dataset_search(want, &set->pair, error);
    else if (!status && strcmp(folder, "builtin") != 0)
        status = dataset_open(folder, want, &set->pair, error);
    if (!status && set->pair.train.count == 0 && set->pair.test.count == 0)
        status = draw_builtin(set, parts, error);
    if (status) {
        imc_dataset_free(set);
        *out = NULL;
        return status;
    }
    folder_last_name(any_part(set)->source, set->name);
    return IMC_OK;
}

void imc_dataset_free(struct imc_dataset *set)
{
    if (set)
        dataset_pair_free(&set->pair);
    mem_free(set);
}

const struct dataset *dataset_opened(const struct imc_dataset *set, enum imc_dataset_part part)
{
    return part == IMC_DATASET_TEST ? &set->pair.test : &set->pair.train;
}

void imc_dataset_get_info(const struct imc_dataset *set, struct imc_dataset_info *info)
{
    const struct dataset *any = any_part(set);
    *info = (struct imc_dataset_info){
        .source = any->source,
        .name = set->name,
        .builtin = set->builtin,
        .train = set->pair.train.count,
        .test = set->pair.test.count,
        .height = any->height,
        .width = any->width,
        .classes = any->classes,
    };
}

const uint8_t *imc_dataset_picture(const struct imc_dataset *set, enum imc_dataset_part part, int index, int *label)
{
    const struct dataset *pictures = dataset_opened(set, part);
    *label = pictures->labels[index];
    return dataset_picture(pictures, (size_t)index);
}

const char *imc_dataset_class_name(const struct imc_dataset *set, int label)
{
    return any_part(set)->names[label];
}

enum imc_status imc_dataset_pick(const struct imc_dataset *set, enum imc_dataset_part part, uint64_t seed, int count, int *indices,
                                 struct imc_error *error)
{
    const struct dataset *pictures = dataset_opened(set, part);
    struct random random;
    if (count < 1 || count > pictures->count)
        return fail(error, IMC_ERR_ARGUMENT, "%d pictures of %d cannot be picked", count, pictures->count);
    uint32_t *order = mem_alloc((size_t)pictures->count, sizeof *order);
    if (!order)
        return fail_memory(error, "an order of pictures");
    random_start(&random, seed, RANDOM_PICK, 0, 0);
    random_permutation(&random, order, (uint32_t)pictures->count);
    for (int i = 0; i < count; i++)
        indices[i] = (int)order[i];
    mem_free(order);
    return IMC_OK;
}
