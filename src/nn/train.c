/* train.c: a run from its options, or from a checkpoint. */
#include "base/fail.h"
#include "data/opened.h"
#include "nn/trainer.h"

#include <stdlib.h>

/* Runs a trainer that is ready, and hands over its network. */
static enum imc_status finish(struct trainer *trainer, enum imc_status status, imc_train_watch *watch, void *context,
                              struct imc_net **net, struct imc_error *error)
{
    *net = NULL;
    if (!status)
        status = trainer_run(trainer, watch, context, error);
    if (!status) {
        *net = trainer->net;
        trainer->net = NULL;
    }
    trainer_free(trainer);
    return status;
}

enum imc_status imc_train(const struct imc_train_options *options, const struct imc_dataset *set, imc_train_watch *watch,
                          void *context, struct imc_net **net, struct imc_error *error)
{
    struct trainer trainer;
    enum imc_status status = trainer_create(&trainer, options, set, error);
    return finish(&trainer, status, watch, context, net, error);
}

enum imc_status imc_train_resume(const char *checkpoint, const struct imc_dataset *set, int threads, imc_train_watch *watch,
                                 void *context, struct imc_net **net, struct imc_error *error)
{
    struct trainer trainer;
    char *text;
    enum imc_status status = checkpoint_open(&trainer, checkpoint, set, threads, &text, error);
    status = finish(&trainer, status, watch, context, net, error);
    free(text);
    return status;
}
