/* pass.c: the network is cut into segments. In one of pictures each image (forward) or chunk of images (backward) is a job that
 * runs through all layers at once; a dense layer cuts its matrix products into jobs itself. Between two segments all threads wait
 * for each other: with the reference network five times a batch.
 *
 * A value is kept for the whole batch where backward or another segment reads it, else for the image in work alone (the output of a
 * convolution before a pool: the largest and not needed again). Gradients of values likewise.
 */
#include "nn/pass.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "nn/treesum.h"
#include "simd/rowops.h"

#include <string.h>

/* Blocks of one value, or of its gradient: of each image of the batch, or of each thread. */
struct blocks {
    float *memory;
    size_t floats; /* of one block */
    bool shared;   /* one a thread */
};

struct workspace {
    const struct network *net;
    int images, threads;
    struct blocks value[VALUES_MAX], gradient[VALUES_MAX];
    uint8_t *kept[ARCH_LAYERS_MAX]; /* [images] */
    char *work;                     /* [threads][work_bytes], or what the batch layers want */
    size_t work_bytes;
    float *packed; /* [chunks][net->packed] */
};

/* ---- memory ---- */

/* Is the value read by a layer on the whole batch, or an end of a segment? The pictures are neither where the first segment works
 * on one at a time. */
static bool crosses_segments(const struct network *net, int value)
{
    for (int s = 0; s < net->segments; s++) {
        int first = net->segment[s].first, last = net->segment[s].last - 1;
        if (((s > 0 || net->segment[s].batch) && net->from[first] == value) || net->to[last] == value)
            return true;
    }
    return false;
}

static bool backward_reads(const struct network *net, int value)
{
    for (int i = 0; i < net->layers; i++) {
        const struct layer_kind *kind = net->layer[i].kind;
        if ((kind->needs_in && net->from[i] == value) || (kind->needs_out && net->to[i] == value))
            return true;
    }
    return false;
}

static bool take_blocks(struct blocks *blocks, size_t floats, bool shared, int images, int threads)
{
    blocks->floats = floats;
    blocks->shared = shared;
    blocks->memory = mem_zalloc((size_t)(shared ? threads : images) * blocks->floats, sizeof(float));
    return blocks->memory != NULL;
}

static bool take_values(struct workspace *w, bool training)
{
    const struct network *net = w->net;
    for (int v = 0; v < net->values; v++) {
        size_t floats = layout_floats(&net->value[v]);
        bool crosses = crosses_segments(net, v), kept = crosses || (training && backward_reads(net, v));
        if (!take_blocks(&w->value[v], floats, !kept, w->images, w->threads))
            return false;
        if (training && !take_blocks(&w->gradient[v], floats, !crosses, w->images, w->threads))
            return false;
    }
    return true;
}

static bool take_work(struct workspace *w, bool training)
{
    const struct network *net = w->net;
    size_t total = 0;
    for (int i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        size_t batch = layer->kind->batch_bytes ? layer->kind->batch_bytes(layer, w->images, w->threads) : 0;
        w->work_bytes = size_align(layer->work_bytes) > w->work_bytes ? size_align(layer->work_bytes) : w->work_bytes;
        total = batch > total ? batch : total;
        if (training && layer->kept_bytes && !(w->kept[i] = mem_alloc((size_t)w->images, layer->kept_bytes)))
            return false;
    }
    size_t each = w->work_bytes * (size_t)w->threads, chunks = ((size_t)w->images + CHUNK_IMAGES - 1) / CHUNK_IMAGES;
    w->work = mem_alloc(1, each > total ? each : total);
    w->packed = training ? mem_alloc(chunks * net->packed, sizeof *w->packed) : NULL;
    return w->work && (w->packed || !training);
}

enum imc_status workspace_create(const struct network *net, int images, int threads, bool training, struct workspace **out,
                                 struct imc_error *error)
{
    struct workspace *w = *out = mem_zalloc(1, sizeof *w);
    if (!w)
        return fail_memory(error, "a batch");
    w->net = net;
    w->images = images;
    w->threads = threads;
    if (take_values(w, training) && take_work(w, training))
        return IMC_OK;
    workspace_free(w);
    *out = NULL;
    return fail_memory(error, "the values of a batch");
}

void workspace_free(struct workspace *w)
{
    if (!w)
        return;
    for (int v = 0; v < VALUES_MAX; v++) {
        mem_free(w->value[v].memory);
        mem_free(w->gradient[v].memory);
    }
    for (int i = 0; i < ARCH_LAYERS_MAX; i++)
        mem_free(w->kept[i]);
    mem_free(w->work);
    mem_free(w->packed);
    mem_free(w);
}

static float *block_of(const struct blocks *blocks, int image, int thread)
{
    return blocks->memory ? blocks->memory + (size_t)(blocks->shared ? thread : image) * blocks->floats : NULL;
}

/* ---- running ---- */

struct run {
    struct workspace *workspace;
    const struct pass *pass;
    const struct source *source;
    struct segment segment;
};

/* One image's way through layer i; the gradients are set where there are any. */
static struct image_pass image_pass(const struct run *run, int i, int image, int thread)
{
    struct workspace *w = run->workspace;
    const struct network *net = w->net;
    return (struct image_pass){
        .pass = run->pass,
        .image = image,
        .in = block_of(&w->value[net->from[i]], image, thread),
        .out = block_of(&w->value[net->to[i]], image, thread),
        .d_out = block_of(&w->gradient[net->to[i]], image, thread),
        .d_in = net->layer[i].first ? NULL : block_of(&w->gradient[net->from[i]], image, thread),
        .kept = w->kept[i] ? w->kept[i] + (size_t)image * net->layer[i].kept_bytes : NULL,
        .work = w->work + (size_t)thread * w->work_bytes,
    };
}

static struct batch_pass batch_pass(const struct run *run, int i)
{
    struct workspace *w = run->workspace;
    const struct network *net = w->net;
    return (struct batch_pass){
        .pass = run->pass,
        .parameters = net->parameter,
        .in = w->value[net->from[i]].memory,
        .out = w->value[net->to[i]].memory,
        .d_out = w->gradient[net->to[i]].memory,
        .d_in = net->layer[i].first ? NULL : w->gradient[net->from[i]].memory,
        .work = w->work,
    };
}

/* Is layer i followed, before layer `last`, by a ReLU that it applies itself? A pass over the values is saved. */
static bool applies_next(const struct network *net, int i, int last)
{
    return i + 1 < last && net->layer[i].kind->applies_relu && net->layer[i + 1].kind == &layer_relu;
}

static void forward_image(void *context, int image, int thread)
{
    const struct run *run = context;
    struct workspace *w = run->workspace;
    if (run->segment.first == 0)
        run->source->load(run->source->context, image, thread, &w->net->value[0], block_of(&w->value[0], image, thread));
    for (int i = run->segment.first, next; i < run->segment.last; i = next) {
        struct image_pass p = image_pass(run, i, image, thread);
        p.relu = applies_next(w->net, i, run->segment.last);
        next = p.relu ? i + 2 : i + 1;
        w->net->layer[i].kind->forward(&w->net->layer[i], &p);
    }
}

static void load_image(void *context, int image, int thread)
{
    const struct run *run = context;
    struct workspace *w = run->workspace;
    run->source->load(run->source->context, image, thread, &w->net->value[0], block_of(&w->value[0], image, thread));
}

/* Is there less to do than threads cost: a ReLU or a dropout between dense layers, of a batch of few values? */
static bool small_segment(const struct run *run)
{
    enum { FEW_VALUES = 1 << 14 };
    size_t values = 0;
    bool in_place = true;
    for (int i = run->segment.first; i < run->segment.last; i++) {
        const struct layer *layer = &run->workspace->net->layer[i];
        in_place = in_place && layer->kind->in_place;
        values += layout_floats(&layer->in) * (size_t)run->pass->images;
    }
    return in_place && values <= FEW_VALUES && run->segment.first > 0;
}

/* The segment's jobs, a share a thread: images and their gradients stay near the cache of one. */
static void run_segment(struct run *run, int jobs, void (*work)(void *context, int job, int thread))
{
    if (small_segment(run))
        for (int job = 0; job < jobs; job++)
            work(run, job, 0);
    else
        pool_deal(run->pass->pool, jobs, work, run);
}

const float *pass_forward_to(struct workspace *w, const struct pass *pass, const struct source *source, int layers)
{
    const struct network *net = w->net;
    if (net->segment[0].batch)
        pool_deal(pass->pool, pass->images, load_image, &(struct run){w, pass, source, net->segment[0]});
    for (int s = 0; s < net->segments && net->segment[s].first < layers; s++) {
        struct run run = {w, pass, source, net->segment[s]};
        int i = run.segment.first;
        run.segment.last = run.segment.last < layers ? run.segment.last : layers;
        if (run.segment.batch) {
            struct batch_pass p = batch_pass(&run, i);
            net->layer[i].kind->forward_batch(&net->layer[i], &p);
        } else {
            run_segment(&run, pass->images, forward_image);
        }
    }
    return w->value[net->to[layers - 1]].memory;
}

const float *pass_forward(struct workspace *w, const struct pass *pass, const struct source *source)
{
    return pass_forward_to(w, pass, source, w->net->layers);
}

/* Asks memory for a block that will be read soon, unless it is so large that it would drive out what is in work. */
static void fetch_block(const void *block, size_t bytes)
{
    enum { FETCH_MOST = 1 << 16 };
    if (bytes <= FETCH_MOST)
        rowops()->fetch(block, bytes);
}

/* What backward reads of an image: the batch between has left it far away. */
static void fetch_image(const struct run *run, int image)
{
    const struct workspace *w = run->workspace;
    const struct network *net = w->net;
    int first = run->segment.first, last = run->segment.last - 1;
    for (int v = net->from[first]; v <= net->to[last]; v++)
        if (!w->value[v].shared)
            fetch_block(block_of(&w->value[v], image, 0), w->value[v].floats * sizeof(float));
    for (int i = first; i <= last; i++)
        if (w->kept[i])
            fetch_block(w->kept[i] + (size_t)image * net->layer[i].kept_bytes, net->layer[i].kept_bytes);
    const struct blocks *gradient = &w->gradient[net->to[last]];
    fetch_block(block_of(gradient, image, 0), gradient->floats * sizeof(float));
}

static void backward_chunk(void *context, int chunk, int thread)
{
    const struct run *run = context;
    struct workspace *w = run->workspace;
    float *packed = w->packed + (size_t)chunk * w->net->packed;
    int first = chunk * CHUNK_IMAGES, end = first + CHUNK_IMAGES < run->pass->images ? first + CHUNK_IMAGES : run->pass->images;
    for (int i = run->segment.first; i < run->segment.last; i++)
        memset(packed + w->net->packed_at[i], 0, w->net->layer[i].packed * sizeof *packed);
    for (int image = first; image < end; image++) {
        if (image + 1 < end)
            fetch_image(run, image + 1);
        for (int i = run->segment.last - 1; i >= run->segment.first; i--) {
            struct image_pass p = image_pass(run, i, image, thread);
            p.gradient = packed + w->net->packed_at[i];
            if (p.d_in || w->net->layer[i].weights)
                w->net->layer[i].kind->backward(&w->net->layer[i], &p);
        }
    }
}

void pass_backward(struct workspace *w, const struct pass *pass, const float *d_out, float *gradient)
{
    const struct network *net = w->net;
    int chunks = (pass->images + CHUNK_IMAGES - 1) / CHUNK_IMAGES;
    struct run run = {.workspace = w, .pass = pass};
    struct blocks *last = &w->gradient[net->values - 1];
    memcpy(last->memory, d_out, (size_t)pass->images * last->floats * sizeof *d_out);
    for (int s = net->segments - 1; s >= 0; s--) {
        int i = net->segment[s].first;
        run.segment = net->segment[s];
        if (run.segment.batch) {
            struct batch_pass p = batch_pass(&run, i);
            p.gradient = gradient + net->layer[i].offset;
            net->layer[i].kind->backward_batch(&net->layer[i], &p);
        } else {
            run_segment(&run, chunks, backward_chunk);
        }
    }
    tree_sum(w->packed, chunks, net->packed, net->packed);
    for (int i = 0; i < net->layers; i++)
        if (net->layer[i].packed)
            net->layer[i].kind->unpack(&net->layer[i], w->packed + net->packed_at[i], gradient + net->layer[i].offset);
}
