/* score.c: batches forward, and what the outputs say. */
#include "nn/score.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "data/opened.h"
#include "nn/batchfeed.h"
#include "nn/model.h"
#include "nn/pass.h"

#include <math.h>

enum { BATCH = 64 };

struct imc_predictor {
    const struct network *net;
    struct pool *pool, *own_pool; /* own_pool: NULL where the caller gave one */
    struct workspace *workspace;
    struct dataset pictures; /* the batch in work, as a set */
    struct feed feed;
    uint32_t *numbers; /* 0, 1, 2 ... */
    int batch;
};

/* With a pool of the caller's. */
static enum imc_status predictor_make(const struct network *net, int batch, struct pool *pool, struct imc_predictor **out,
                                      struct imc_error *error)
{
    struct imc_predictor *p = *out = mem_zalloc(1, sizeof *p);
    if (!p)
        return fail_memory(error, "a predictor");
    p->net = net;
    p->pool = pool;
    p->batch = batch;
    p->pictures = (struct dataset){.channels = net->channels, .height = net->height, .width = net->width};
    p->numbers = mem_alloc((size_t)batch, sizeof *p->numbers);
    for (int i = 0; p->numbers && i < batch; i++)
        p->numbers[i] = (uint32_t)i;
    enum imc_status status =
        p->numbers ? feed_create(&p->feed, &p->pictures, NULL, pool_size(pool), error) : fail_memory(error, "a predictor");
    if (!status)
        status = workspace_create(net, batch, pool_size(pool), false, &p->workspace, error);
    if (status) {
        imc_predictor_free(p);
        *out = NULL;
    }
    return status;
}

void imc_predictor_free(struct imc_predictor *p)
{
    if (!p)
        return;
    workspace_free(p->workspace);
    feed_free(&p->feed);
    pool_destroy(p->own_pool);
    mem_free(p->numbers);
    mem_free(p);
}

/* The outputs, a row of the last value's step for each picture. */
static const float *predictor_outputs(struct imc_predictor *p, const uint8_t *pixels, int images)
{
    struct pass pass = {.image = p->numbers, .images = images, .pool = p->pool};
    p->pictures.pixels = (uint8_t *)pixels;
    p->feed.pass = &pass;
    return pass_forward(p->workspace, &pass, &p->feed.source);
}

static int output_step(const struct network *net)
{
    return net->value[net->values - 1].step;
}

/* Loss, hits and confidences of a batch's outputs. */
static void score_outputs(const struct network *net, const float *out, const uint8_t *labels, int images,
                          struct imc_evaluation *evaluation, float *confidences)
{
    struct head head = net->head;
    int step = output_step(net);
    head.smoothing = 0; /* is for training */
    head_loss(&head, out, step, labels, images, NULL, &evaluation->loss, &evaluation->right);
    for (int i = 0; confidences && i < images; i++)
        head_confidences(out + (ptrdiff_t)i * step, head.classes, confidences + (ptrdiff_t)i * head.classes);
}

enum imc_status score_pictures(const struct network *net, const struct dataset *set, int first, int count, struct pool *pool,
                               struct imc_evaluation *evaluation, float *confidences, struct imc_error *error)
{
    struct imc_predictor *predictor;
    int batch = count < BATCH ? count : BATCH;
    *evaluation = (struct imc_evaluation){.count = count};
    enum imc_status status = predictor_make(net, batch, pool, &predictor, error);
    for (int at = 0; !status && at < count; at += batch) {
        int images = count - at < batch ? count - at : batch;
        const float *out = predictor_outputs(predictor, dataset_picture(set, (size_t)(first + at)), images);
        score_outputs(net, out, set->labels + first + at, images, evaluation,
                      confidences ? confidences + (ptrdiff_t)at * net->head.classes : NULL);
    }
    evaluation->loss /= count;
    imc_predictor_free(predictor);
    return status;
}

static enum imc_status too_large(struct imc_error *error)
{
    return fail(error, IMC_ERR_FORMAT, "what the network answers are no numbers: its weights are too large");
}

enum imc_status imc_net_evaluate(const struct imc_net *net, const struct imc_dataset *set, enum imc_dataset_part part, int threads,
                                 struct imc_evaluation *evaluation, float *confidences, struct imc_error *error)
{
    const struct dataset *pictures = dataset_opened(set, part);
    const struct network *n = net->network;
    if (pictures->count == 0)
        return fail(error, IMC_ERR_ARGUMENT, "the data have no such part");
    if (pictures->height != n->height || pictures->width != n->width || pictures->channels != n->channels)
        return fail(error, IMC_ERR_ARGUMENT, "%s: pictures of %dx%d, but the network reads %dx%d", pictures->source,
                    pictures->height, pictures->width, n->height, n->width);
    if (pictures->classes != n->head.classes)
        return fail(error, IMC_ERR_ARGUMENT, "%s: %d classes, but the network knows %d", pictures->source, pictures->classes,
                    n->head.classes);
    struct pool *pool = pool_create(pool_threads(threads));
    enum imc_status status = pool ? score_pictures(n, pictures, 0, pictures->count, pool, evaluation, confidences, error)
                                  : fail_memory(error, "threads");
    pool_destroy(pool);
    return status || isfinite(evaluation->loss) ? status : too_large(error);
}

enum imc_status imc_predictor_create(const struct imc_net *net, int batch, int threads, struct imc_predictor **predictor,
                                     struct imc_error *error)
{
    *predictor = NULL;
    if (batch < 1 || batch > 1 << 16)
        return fail(error, IMC_ERR_ARGUMENT, "batches of %d pictures: they are 1 to 65536", batch);
    struct pool *pool = pool_create(pool_threads(threads));
    if (!pool)
        return fail_memory(error, "threads");
    enum imc_status status = predictor_make(net->network, batch, pool, predictor, error);
    if (status)
        pool_destroy(pool);
    else
        (*predictor)->own_pool = pool;
    return status;
}

void imc_predictor_run(struct imc_predictor *p, const uint8_t *pictures, int count, float *confidences)
{
    const struct network *net = p->net;
    int classes = net->head.classes;
    size_t picture = dataset_picture_size(&p->pictures);
    for (int at = 0; at < count; at += p->batch) {
        int images = count - at < p->batch ? count - at : p->batch;
        const float *out = predictor_outputs(p, pictures + (size_t)at * picture, images);
        for (int i = 0; i < images; i++)
            head_confidences(out + (ptrdiff_t)i * output_step(net), classes, confidences + (ptrdiff_t)(at + i) * classes);
    }
}

enum imc_status imc_net_predict(const struct imc_net *net, const uint8_t *pictures, int count, int threads, float *confidences,
                                struct imc_error *error)
{
    struct imc_predictor *predictor;
    if (count < 1)
        return fail(error, IMC_ERR_ARGUMENT, "%d pictures to classify", count);
    enum imc_status status = imc_predictor_create(net, count < BATCH ? count : BATCH, threads, &predictor, error);
    if (status)
        return status;
    imc_predictor_run(predictor, pictures, count, confidences);
    imc_predictor_free(predictor);
    for (size_t i = 0, all = (size_t)count * (size_t)net->network->head.classes; i < all && !status; i++)
        status = isfinite(confidences[i]) ? IMC_OK : too_large(error);
    return status;
}
