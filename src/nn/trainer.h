/* trainer.h: a run of training between two of its steps, which is what a checkpoint holds. */
#ifndef TRAINER_H
#define TRAINER_H

#include "nn/model.h"
#include "nn/optimiser.h"

/* What a run has reached. Everything that the next step hangs on is here, in the weights and in the optimiser. */
struct progress {
    int epoch, batch; /* the next batch: both from 0 */
    double loss;      /* sum over the pictures of this epoch so far */
    int right, seen;
    double best_loss; /* early stopping: the least validation loss, and when it was */
    int best_epoch;
};

struct trainer {
    struct imc_train_options options;
    const struct dataset *pictures;
    uint64_t fingerprint;  /* of them, for checkpoints */
    int train, validation; /* pictures: the first are trained on, the last held back */
    struct imc_net *net;
    struct optimiser optimiser;
    float *best; /* the parameters of best_epoch, where there is patience */
    struct progress at;
};

enum imc_status trainer_create(struct trainer *trainer, const struct imc_train_options *options, const struct imc_dataset *set,
                               struct imc_error *error);
void trainer_free(struct trainer *trainer);

/* Runs to the end. */
enum imc_status trainer_run(struct trainer *trainer, imc_train_watch *watch, void *context, struct imc_error *error);

/* checkpoint.c */
enum imc_status checkpoint_save(const struct trainer *trainer, struct imc_error *error);
/* A trainer that stands where the checkpoint left it; freed by trainer_free in any case, *text (its options' texts) by free(). */
enum imc_status checkpoint_open(struct trainer *trainer, const char *path, const struct imc_dataset *set, int threads, char **text,
                                struct imc_error *error);

#endif
