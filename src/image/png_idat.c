/* png_idat.c: rows are filtered as they come, in the caller's thread, into bands of a fixed number of bytes; each band is deflated
 * by itself, by whichever thread is free; and they are handed out in order. The bands lie in a ring:
 *
 * taken <= started <= filled <= taken + count          band i is bands[i % count]
 *
 * filled counts the bands that are full, started those that a thread has begun, taken those handed out. When the ring is full the
 * caller deflates too, instead of waiting. A picture of two bands starts no thread. */
#include "image/png_idat.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "image/deflate.h"
#include "image/png_filter.h"
#include "simd/rowops.h"

#include <pthread.h>
#include <string.h>

enum { HEADER = 2, TRAILER = 4, BANDS_A_THREAD = 2 };

struct band {
    unsigned char *in;  /* the bytes before it, then its own */
    unsigned char *out; /* HEADER bytes of room, the result, TRAILER bytes of room */
    size_t before, size, made;
    uint32_t checksum;
    bool last, done;
};

struct png_idat {
    struct deflate_way way;
    struct png_filter filter;
    size_t row_size; /* filtered */
    size_t band_size;
    int rows_left;
    unsigned char header[HEADER], window[DEFLATE_WINDOW];
    size_t window_size;
    uint32_t checksum; /* of the bands taken */

    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    bool quit;
    int workers; /* threads that were started */
    int count;
    uint64_t filled, started, taken;
    struct band *bands;
    struct worker {
        struct png_idat *idat;
        struct deflater *deflater;
        pthread_t thread;
    } * worker; /* [0] is the caller */
};

struct shape {
    size_t row_bytes, row_size, band_size;
    int pixel_bytes, workers, count;
};

/* False if a row overflows. */
static bool find_shape(const struct imc_image_info *info, int compression, int threads, struct shape *shape)
{
    size_t piece = deflate_way(compression).piece;
    shape->pixel_bytes = info->channels * (info->type == IMC_U16 ? 2 : 1);
    if (!size_mul((size_t)info->width, (size_t)shape->pixel_bytes, &shape->row_bytes) ||
        !size_add(shape->row_bytes, 1, &shape->row_size))
        return false;
    size_t rows = shape->row_size < piece ? piece / shape->row_size : 1;
    size_t bands = ((size_t)info->height + rows - 1) / rows;
    if (rows > (size_t)info->height)
        rows = (size_t)info->height;
    size_t workers = (size_t)pool_threads(threads) - 1, worth = (bands - 1) / 2; /* the caller's share, and two bands a thread */
    shape->workers = (int)(workers < worth ? workers : worth);
    shape->count = shape->workers ? (shape->workers + 1) * BANDS_A_THREAD : 1;
    return size_mul(rows, shape->row_size, &shape->band_size);
}

uint64_t png_idat_memory(const struct imc_image_info *info, int compression, int threads)
{
    enum { ENGINE = 540 << 10 };
    struct shape shape;
    if (!find_shape(info, compression, threads, &shape))
        return UINT64_MAX;
    uint64_t band = DEFLATE_WINDOW + shape.band_size + deflate_room(shape.band_size);
    return 4 * (uint64_t)shape.row_bytes + (uint64_t)shape.count * band + (uint64_t)(shape.workers + 1) * ENGINE;
}

/* ---- threads ---- */

static void deflate_band(struct worker *worker, struct band *band)
{
    struct png_idat *idat = worker->idat;
    if (!worker->deflater)
        worker->deflater = deflater_create(idat->way);
    band->made = 0;
    if (worker->deflater)
        band->made =
            deflater_run(worker->deflater, band->in + DEFLATE_WINDOW, band->size, band->before, band->last, band->out + HEADER);
    band->checksum = deflate_checksum(1, band->in + DEFLATE_WINDOW, band->size);
}

/* Draws a band that is full. Called and left with the lock held. */
static void deflate_next(struct worker *worker)
{
    struct png_idat *idat = worker->idat;
    struct band *band = &idat->bands[idat->started++ % (uint64_t)idat->count];
    pthread_mutex_unlock(&idat->lock);
    deflate_band(worker, band);
    pthread_mutex_lock(&idat->lock);
    band->done = true;
    pthread_cond_signal(&idat->done);
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct png_idat *idat = worker->idat;
    pthread_mutex_lock(&idat->lock);
    while (!idat->quit) {
        if (idat->started < idat->filled)
            deflate_next(worker);
        else
            pthread_cond_wait(&idat->wake, &idat->lock);
    }
    pthread_mutex_unlock(&idat->lock);
    return NULL;
}

/* A machine that grants no more threads does with fewer: there is always the caller. */
static void start_workers(struct png_idat *idat, int workers)
{
    for (int i = 0; i <= workers; i++)
        idat->worker[i].idat = idat;
    while (idat->workers < workers &&
           pthread_create(&idat->worker[idat->workers + 1].thread, NULL, worker_main, &idat->worker[idat->workers + 1]) == 0)
        idat->workers++;
}

static void stop_workers(struct png_idat *idat)
{
    pthread_mutex_lock(&idat->lock);
    idat->quit = true;
    pthread_cond_broadcast(&idat->wake);
    pthread_mutex_unlock(&idat->lock);
    for (int i = 1; i <= idat->workers; i++)
        pthread_join(idat->worker[i].thread, NULL);
}

/* ---- the stream ---- */

static unsigned filters_of(int compression)
{
    enum { PLAIN = 1 << PNG_ROW_PLAIN, FAST = 1 << PNG_ROW_LEFT | 1 << PNG_ROW_ABOVE, ALL = (1 << PNG_ROW_FILTERS) - 1 };
    return compression == 0 ? PLAIN : compression == 1 ? FAST : ALL;
}

static bool allocate(struct png_idat *idat, const struct shape *shape)
{
    idat->worker = mem_zalloc((size_t)shape->workers + 1, sizeof *idat->worker);
    idat->bands = mem_zalloc((size_t)shape->count, sizeof *idat->bands);
    if (!idat->worker || !idat->bands)
        return false;
    idat->count = shape->count;
    for (int i = 0; i < shape->count; i++) {
        size_t room = deflate_room(shape->band_size), all;
        if (room < shape->band_size || !size_add(room, DEFLATE_WINDOW + HEADER + TRAILER, &all))
            return false;
        idat->bands[i].in = mem_alloc(1, all);
        idat->bands[i].out = mem_alloc(1, all);
        if (!idat->bands[i].in || !idat->bands[i].out)
            return false;
    }
    return true;
}

enum imc_status png_idat_create(const struct imc_image_info *info, int compression, int threads, struct png_idat **out,
                                struct imc_error *error)
{
    struct shape shape;
    *out = NULL;
    struct png_idat *idat = mem_zalloc(1, sizeof *idat);
    if (!idat)
        return fail_memory(error, "a PNG stream");
    pthread_mutex_init(&idat->lock, NULL);
    pthread_cond_init(&idat->wake, NULL);
    pthread_cond_init(&idat->done, NULL);
    if (!find_shape(info, compression, threads, &shape) || !allocate(idat, &shape) ||
        !png_filter_init(&idat->filter, shape.row_bytes, shape.pixel_bytes, filters_of(compression))) {
        png_idat_destroy(idat);
        return fail_memory(error, "the bands of a PNG stream");
    }
    idat->way = deflate_way(compression);
    idat->row_size = shape.row_size;
    idat->band_size = shape.band_size;
    idat->rows_left = info->height;
    idat->checksum = 1;
    deflate_header(&idat->way, idat->header);
    start_workers(idat, shape.workers);
    *out = idat;
    return IMC_OK;
}

void png_idat_destroy(struct png_idat *idat)
{
    if (!idat)
        return;
    stop_workers(idat);
    for (int i = 0; idat->worker && i <= idat->workers; i++)
        deflater_destroy(idat->worker[i].deflater);
    for (int i = 0; i < idat->count; i++) {
        mem_free(idat->bands[i].in);
        mem_free(idat->bands[i].out);
    }
    mem_free(idat->worker);
    mem_free(idat->bands);
    png_filter_free(&idat->filter);
    pthread_cond_destroy(&idat->done);
    pthread_cond_destroy(&idat->wake);
    pthread_mutex_destroy(&idat->lock);
    mem_free(idat);
}

unsigned char *png_idat_row(struct png_idat *idat)
{
    return png_filter_row(&idat->filter);
}

static struct band *band_at(struct png_idat *idat, uint64_t i)
{
    return &idat->bands[i % (uint64_t)idat->count];
}

/* The bytes that the next band may refer to: the last of those there are. */
static void keep_window(struct png_idat *idat, const struct band *band)
{
    if (!idat->way.window)
        return;
    size_t there = band->before + band->size;
    idat->window_size = there < DEFLATE_WINDOW ? there : DEFLATE_WINDOW;
    memcpy(idat->window, band->in + DEFLATE_WINDOW + band->size - idat->window_size, idat->window_size);
}

static void submit(struct png_idat *idat, struct band *band)
{
    band->last = idat->rows_left == 0;
    keep_window(idat, band);
    pthread_mutex_lock(&idat->lock);
    idat->filled++;
    pthread_cond_signal(&idat->wake);
    pthread_mutex_unlock(&idat->lock);
}

bool png_idat_add(struct png_idat *idat)
{
    struct band *band = band_at(idat, idat->filled);
    if (band->size == 0) {
        band->before = idat->window_size;
        memcpy(band->in + DEFLATE_WINDOW - band->before, idat->window, band->before);
    }
    png_filter_apply(&idat->filter, band->in + DEFLATE_WINDOW + band->size);
    band->size += idat->row_size;
    idat->rows_left--;
    if (band->size < idat->band_size && idat->rows_left > 0)
        return false;
    submit(idat, band);
    return true;
}

/* Is the oldest band done? If it has to be, sees to it. */
static bool oldest_is_done(struct png_idat *idat)
{
    bool done = false;
    pthread_mutex_lock(&idat->lock);
    while (idat->taken < idat->filled && !done) {
        bool needed = idat->rows_left == 0 || idat->filled - idat->taken == (uint64_t)idat->count;
        done = band_at(idat, idat->taken)->done;
        if (!done && !needed)
            break;
        if (!done && idat->started < idat->filled)
            deflate_next(&idat->worker[0]);
        else if (!done)
            pthread_cond_wait(&idat->done, &idat->lock);
    }
    pthread_mutex_unlock(&idat->lock);
    return done;
}

/* Header and checksum where they belong. */
static size_t complete(struct png_idat *idat, struct band *band, const unsigned char **piece)
{
    unsigned char *start = band->out + HEADER, *end = start + band->made;
    idat->checksum = deflate_checksum_joined(idat->checksum, band->checksum, band->size);
    if (idat->taken == 0) {
        start -= HEADER;
        memcpy(start, idat->header, HEADER);
    }
    for (int shift = 24; band->last && shift >= 0; shift -= 8)
        *end++ = (unsigned char)(idat->checksum >> shift);
    band->size = 0;
    band->done = false;
    *piece = start;
    return (size_t)(end - start);
}

enum imc_status png_idat_take(struct png_idat *idat, const unsigned char **piece, size_t *size, struct imc_error *error)
{
    *size = 0;
    if (!oldest_is_done(idat))
        return IMC_OK;
    struct band *band = band_at(idat, idat->taken);
    if (band->made == 0)
        return fail_memory(error, "the PNG encoder");
    *size = complete(idat, band, piece);
    idat->taken++;
    return IMC_OK;
}
