/* trainer.c: epochs of batches. A batch: weights into the plans, forward, loss, backward, one step of the optimiser; a validation
 * after each epoch. What is drawn at random hangs on (seed, epoch, picture), what is summed on the batch alone, so that a run that
 * was interrupted between two batches goes on to the same bits.
 *
 * Training data in parallel on several machines would be one addition: the sum of `gradient` over them, between pass_backward and
 * the step (each machine having a power of two chunks of the batch).
 */
#include "nn/trainer.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "data/augment.h"
#include "data/opened.h"
#include "nn/batchfeed.h"
#include "nn/pass.h"
#include "nn/score.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { PIECE = 8192 /* parameters that a thread updates at a time */ };

/* What a run needs beside its trainer. */
struct session {
    struct trainer *trainer;
    struct pool *pool;
    struct workspace *workspace;
    struct feed feed;
    uint32_t *order; /* of the pictures in this epoch */
    uint8_t *labels; /* of a batch */
    float *d_out, *gradient;
    struct optimiser_step step;
    double seconds; /* of this epoch's batches */
};

/* ---- making ---- */

static enum imc_status check(const struct imc_train_options *o, const struct dataset *pictures, int train, struct imc_error *error)
{
    if (o->epochs < 1 || o->epochs > EPOCHS_MAX || o->batch < 1 || o->batch > 1 << 16)
        return fail(error, IMC_ERR_ARGUMENT, "%d epochs of batches of %d: epochs are 1 to %d, batches 1 to 65536", o->epochs,
                    o->batch, EPOCHS_MAX);
    if (!(o->rate > 0) || !isfinite(o->rate))
        return fail(error, IMC_ERR_ARGUMENT, "a learning rate is above 0, as in 0.001");
    if (!(o->validation >= 0 && o->validation < 1) || !(o->label_smoothing >= 0 && o->label_smoothing < 1))
        return fail(error, IMC_ERR_ARGUMENT, "the validation share and the label smoothing are 0 or more and below 1");
    if (pictures->channels != 1)
        return fail(error, IMC_ERR_ARGUMENT, "pictures of %d channels: networks here read gray", pictures->channels);
    if (train < 1)
        return fail(error, IMC_ERR_ARGUMENT, "%d training pictures, of which none is left for training", pictures->count);
    if (o->patience > 0 && train == pictures->count)
        return fail(error, IMC_ERR_ARGUMENT, "early stopping needs validation pictures");
    return IMC_OK;
}

static enum imc_status make_net(struct trainer *t, struct imc_error *error)
{
    const struct imc_train_options *o = &t->options;
    enum imc_status status =
        imc_net_create(o->arch, t->pictures->height, t->pictures->width, t->pictures->classes, o->seed, &t->net, error);
    if (!status)
        status = network_init(t->net->network, o->seed, o->he, error);
    if (status)
        return status;
    strncpy(t->net->recipe, o->recipe ? o->recipe : "", sizeof t->net->recipe - 1);
    strncpy(t->net->command, o->command ? o->command : "", sizeof t->net->command - 1);
    memcpy(t->net->names, t->pictures->names, (size_t)t->pictures->classes * sizeof *t->net->names);
    t->net->as_is = t->pictures->as_is;
    t->net->network->head.smoothing = (float)o->label_smoothing;
    return IMC_OK;
}

enum imc_status trainer_create(struct trainer *t, const struct imc_train_options *options, const struct imc_dataset *set,
                               struct imc_error *error)
{
    const struct dataset *pictures = dataset_opened(set, IMC_DATASET_TRAIN);
    *t = (struct trainer){.options = *options,
                          .pictures = pictures,
                          .fingerprint = options->path ? dataset_fingerprint(pictures) : 0,
                          .at = {.best_loss = DBL_MAX}};
    t->validation = (int)(options->validation * pictures->count);
    t->train = pictures->count - t->validation;
    enum imc_status status = check(options, pictures, t->train, error);
    if (!status)
        status = make_net(t, error);
    if (!status) {
        struct optimiser_rule rule = {options->optimiser,    (float)options->momentum, (float)options->beta1,
                                      (float)options->beta2, (float)options->epsilon,  (float)options->weight_decay};
        status = optimiser_create(&t->optimiser, &rule, t->net->network->parameters, error);
    }
    if (!status && options->patience > 0 && !(t->best = mem_zalloc(t->net->network->parameters, sizeof *t->best)))
        status = fail_memory(error, "the best weights");
    return status;
}

void trainer_free(struct trainer *t)
{
    imc_net_free(t->net);
    optimiser_free(&t->optimiser);
    mem_free(t->best);
}

static void session_free(struct session *s)
{
    pool_destroy(s->pool);
    workspace_free(s->workspace);
    feed_free(&s->feed);
    mem_free(s->order);
    mem_free(s->labels);
    mem_free(s->d_out);
    mem_free(s->gradient);
}

static enum imc_status session_create(struct session *s, struct trainer *t, struct imc_error *error)
{
    const struct network *net = t->net->network;
    int batch = t->options.batch < t->train ? t->options.batch : t->train;
    *s = (struct session){.trainer = t};
    s->pool = pool_create(pool_threads(t->options.threads));
    s->order = mem_alloc((size_t)t->train, sizeof *s->order);
    s->labels = mem_alloc((size_t)batch, 1);
    s->d_out = mem_alloc((size_t)batch * layout_floats(&net->value[net->values - 1]), sizeof *s->d_out);
    s->gradient = mem_zalloc(net->parameters, sizeof *s->gradient);
    if (!s->pool || !s->order || !s->labels || !s->d_out || !s->gradient)
        return fail_memory(error, "a training run");
    enum imc_status status = feed_create(&s->feed, t->pictures, &t->options.augment, pool_size(s->pool), error);
    return status ? status : workspace_create(net, batch, pool_size(s->pool), true, &s->workspace, error);
}

/* ---- a batch ---- */

static void update_piece(void *context, int job, int thread)
{
    (void)thread;
    struct session *s = context;
    struct trainer *t = s->trainer;
    const struct network *net = t->net->network;
    size_t from = (size_t)job * PIECE, to = from + PIECE;
    for (int i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        size_t ends[3] = {layer->offset, layer->offset + layer->weights, layer->offset + layer->weights + layer->biases};
        for (int part = 0; part < 2; part++) { /* weights, biases */
            size_t first = ends[part] > from ? ends[part] : from, end = ends[part + 1] < to ? ends[part + 1] : to;
            if (first < end)
                optimiser_update(&t->optimiser, &s->step, net->parameter, s->gradient, first, end - first, part == 0);
        }
    }
}

static uint64_t steps_an_epoch(const struct trainer *t)
{
    return ((uint64_t)t->train + (uint64_t)t->options.batch - 1) / (uint64_t)t->options.batch;
}

static void run_batch(struct session *s)
{
    struct trainer *t = s->trainer;
    const struct imc_train_options *o = &t->options;
    const struct network *net = t->net->network;
    int first = t->at.batch * o->batch, images = t->train - first < o->batch ? t->train - first : o->batch;
    struct pass pass = {true, o->seed, (uint32_t)t->at.epoch, s->order + first, images, s->pool};
    for (int i = 0; i < images; i++)
        s->labels[i] = t->pictures->labels[s->order[first + i]];
    s->feed.pass = &pass;
    network_load(t->net->network);
    const float *out = pass_forward(s->workspace, &pass, &s->feed.source);
    head_loss(&net->head, out, net->value[net->values - 1].step, s->labels, images, s->d_out, &t->at.loss, &t->at.right);
    pass_backward(s->workspace, &pass, s->d_out, s->gradient);
    uint64_t step = (uint64_t)t->at.epoch * steps_an_epoch(t) + (uint64_t)t->at.batch;
    s->step = optimiser_begin(&t->optimiser, schedule_rate(o->schedule, o->rate, step, steps_an_epoch(t) * (uint64_t)o->epochs));
    pool_deal(s->pool, (int)((net->parameters + PIECE - 1) / PIECE), update_piece, s);
    t->at.seen += images;
    t->at.batch++;
}

/* ---- an epoch ---- */

static struct imc_epoch result_so_far(const struct trainer *t)
{
    double seen = t->at.seen ? t->at.seen : 1;
    return (struct imc_epoch){
        .loss = t->at.loss / seen, .accuracy = t->at.right / seen, .validation_loss = NAN, .validation_accuracy = NAN};
}

static struct imc_train_progress progress_of(const struct session *s)
{
    const struct trainer *t = s->trainer;
    return (struct imc_train_progress){.epoch = t->at.epoch + 1,
                                       .epochs = t->options.epochs,
                                       .seen = t->at.seen,
                                       .pictures = t->train,
                                       .result = result_so_far(t),
                                       .seconds = s->seconds};
}

static enum imc_status diverged(const struct trainer *t, const char *what, struct imc_error *error)
{
    return fail(error, IMC_ERR_ARGUMENT,
                "training has diverged: at batch %d of epoch %d %s is no longer a number; try a smaller learning rate", t->at.batch,
                t->at.epoch + 1, what);
}

static enum imc_status validate(struct session *s, struct imc_epoch *result, struct imc_error *error)
{
    struct trainer *t = s->trainer;
    struct imc_evaluation evaluation;
    if (!t->validation)
        return IMC_OK;
    enum imc_status status =
        score_pictures(t->net->network, t->pictures, t->train, t->validation, s->pool, &evaluation, NULL, error);
    result->validation_loss = evaluation.loss;
    result->validation_accuracy = (double)evaluation.right / evaluation.count;
    return status || isfinite(evaluation.loss) ? status : diverged(t, "the validation loss", error);
}

/* Early stopping: keeps the best weights. */
static void watch_validation(struct trainer *t, double loss)
{
    if (!t->best || !(loss < t->at.best_loss))
        return;
    t->at.best_loss = loss;
    t->at.best_epoch = t->at.epoch;
    memcpy(t->best, t->net->network->parameter, t->net->network->parameters * sizeof *t->best);
}

/* Between two epochs: is the run at its end? */
static bool is_done(const struct trainer *t)
{
    return t->at.epoch >= t->options.epochs || (t->best && t->at.epoch - 1 - t->at.best_epoch >= t->options.patience);
}

/* The model as it would be if the run ended now. */
static enum imc_status save_model(struct trainer *t, struct imc_error *error)
{
    float *parameters = t->net->network->parameter;
    if (!t->options.path)
        return IMC_OK;
    if (t->best)
        t->net->network->parameter = t->best;
    enum imc_status status = imc_net_save(t->net, t->options.path, error);
    t->net->network->parameter = parameters;
    return status;
}

/* The loss that is watched is that before a batch's step; the last step may be the one too far. */
static enum imc_status check_weights(const struct trainer *t, struct imc_error *error)
{
    const struct network *net = t->net->network;
    for (size_t i = 0; i < net->parameters; i++)
        if (!isfinite(net->parameter[i]))
            return diverged(t, "a weight", error);
    return IMC_OK;
}

static enum imc_status end_epoch(struct session *s, struct imc_train_progress *progress, struct imc_error *error)
{
    struct trainer *t = s->trainer;
    *progress = progress_of(s);
    progress->epoch_ended = true;
    progress->result.rate = s->step.rate;
    network_load(t->net->network);
    enum imc_status status = check_weights(t, error);
    if (!status)
        status = validate(s, &progress->result, error);
    progress->result.rate = schedule_rate(t->options.schedule, t->options.rate, (uint64_t)(t->at.epoch + 1) * steps_an_epoch(t) - 1,
                                          steps_an_epoch(t) * (uint64_t)t->options.epochs);
    if (!status)
        status = model_add_epoch(t->net, &progress->result, error);
    if (status)
        return status;
    watch_validation(t, progress->result.validation_loss);
    struct progress next = {.epoch = t->at.epoch + 1, .best_loss = t->at.best_loss, .best_epoch = t->at.best_epoch};
    t->at = next;
    s->seconds = 0;
    status = save_model(t, error);
    return status || !t->options.path ? status : checkpoint_save(t, error);
}

/* Batches to the end of the epoch; false in *goes_on where the watcher wants an end. */
static enum imc_status run_epoch(struct session *s, imc_train_watch *watch, void *context, bool *goes_on, struct imc_error *error)
{
    struct trainer *t = s->trainer;
    struct random random;
    random_start(&random, t->options.seed, RANDOM_SHUFFLE, (uint32_t)t->at.epoch, 0);
    random_permutation(&random, s->order, (uint32_t)t->train);
    while (*goes_on && (uint64_t)t->at.batch < steps_an_epoch(t)) {
        int64_t start = clock_ns();
        run_batch(s);
        s->seconds += 1e-9 * (double)(clock_ns() - start);
        if (!isfinite(t->at.loss))
            return diverged(t, "the loss", error);
        struct imc_train_progress progress = progress_of(s);
        *goes_on = !watch || watch(context, &progress);
    }
    return IMC_OK;
}

static enum imc_status run_epochs(struct session *s, imc_train_watch *watch, void *context, struct imc_error *error)
{
    struct trainer *t = s->trainer;
    bool begins = t->at.epoch == 0 && t->at.batch == 0, goes_on = true;
    /* From here on there is one that is this run's, and none of another. */
    enum imc_status status = begins && t->options.path ? checkpoint_save(t, error) : IMC_OK;
    while (!status && !is_done(t)) {
        status = run_epoch(s, watch, context, &goes_on, error);
        if (!status && !goes_on) {
            status = t->options.path ? checkpoint_save(t, error) : IMC_OK;
            return status ? status : fail(error, IMC_ERR_CANCELLED, "training was stopped in epoch %d", t->at.epoch + 1);
        }
        struct imc_train_progress progress;
        if (!status)
            status = end_epoch(s, &progress, error);
        if (!status && watch)
            goes_on = watch(context, &progress) || is_done(t);
        if (!status && !goes_on)
            return fail(error, IMC_ERR_CANCELLED, "training was stopped after epoch %d", t->at.epoch);
    }
    return status;
}

enum imc_status trainer_run(struct trainer *t, imc_train_watch *watch, void *context, struct imc_error *error)
{
    struct session s;
    enum imc_status status = session_create(&s, t, error);
    if (!status)
        status = run_epochs(&s, watch, context, error);
    session_free(&s);
    if (status)
        return status;
    if (t->best)
        memcpy(t->net->network->parameter, t->best, t->net->network->parameters * sizeof *t->best);
    network_load(t->net->network);
    return IMC_OK;
}
