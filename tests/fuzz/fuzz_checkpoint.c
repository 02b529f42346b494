/* fuzz_checkpoint.c: hostile checkpoints. What is accepted must be a run that can go on: options that a trainer takes, numbers of
 * steps and pictures within the data set's. The data set is eight pictures of 6 x 6 in two classes, those of the corpus. Built like
 * fuzz_kernel.c. */
#include "data/opened.h"
#include "nn/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PICTURES = 8, SIDE = 6 };

static void make_pictures(struct imc_dataset *set)
{
    struct imc_error error;
    if (dataset_create(&set->pair.train, PICTURES, 1, SIDE, SIDE, 2, "fuzz", &error) != IMC_OK)
        abort();
    for (int i = 0; i < PICTURES * SIDE * SIDE; i++)
        set->pair.train.pixels[i] = (uint8_t)(i * 37);
    for (int i = 0; i < PICTURES; i++)
        set->pair.train.labels[i] = (uint8_t)(i % 2);
}

static void check_run(const struct trainer *t)
{
    if (t->at.epoch < 0 || t->at.epoch > t->options.epochs || t->at.batch < 0 || t->at.right < 0 || t->at.seen < 0 ||
        (int64_t)t->at.batch * t->options.batch > (int64_t)t->train + t->options.batch)
        abort();
}

static enum imc_status open_checkpoint(const char *path, struct imc_error *error)
{
    struct imc_dataset set = {.builtin = false};
    struct trainer trainer;
    char *text;
    make_pictures(&set);
    enum imc_status status = checkpoint_open(&trainer, path, &set, 1, &text, error);
    if (status == IMC_OK)
        check_run(&trainer);
    trainer_free(&trainer);
    dataset_pair_free(&set.pair);
    free(text);
    return status;
}

/* The bytes as a file of the name that the corpus tells. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/fuzz-checkpoint-XXXXXX", path[80];
    struct imc_error error = {IMC_OK, ""};
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/digits.checkpoint.safetensors", folder);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
    enum imc_status status = open_checkpoint(path, &error);
    if (status != IMC_OK && (error.status != status || error.message[0] == 0))
        abort(); /* a refusal without a reason */
    unlink(path);
    rmdir(folder);
    return 0;
}
