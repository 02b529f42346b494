/* rowqueue.c: a ring of rows between two threads. Room is given and rows are announced in parts of some 128 KiB: waking a thread
 * costs microseconds, so it should not happen for each row, and both sides should have something to do meanwhile. Threads that read
 * ahead and write behind cost a run 0.7 ms in all, which is what they save where a picture has a megabyte. */
#include "base/rowqueue.h"

#include "base/memory.h"
#include "base/whole.h"

#include <pthread.h>

enum { PART_BYTES = 128 << 10, PARTS = 8, WORTH_BYTES = 768 << 10 };

struct rowqueue {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* one side at most is waiting */
    bool ended, left;
    int capacity, part;  /* rows */
    uint64_t put, taken; /* rows, from the beginning */
    size_t row_bytes;
    char *memory;
};

bool rowqueue_is_worth(size_t row_bytes, int rows)
{
    size_t bytes;
    return rows > 1 && (!size_mul(row_bytes, (size_t)rows, &bytes) || bytes >= WORTH_BYTES);
}

static int part_rows(size_t row_bytes)
{
    return row_bytes < PART_BYTES ? (int)(PART_BYTES / row_bytes) : 1;
}

/* A part of one long row is enough of a part: two of them let both sides work. */
static int parts(size_t row_bytes)
{
    return row_bytes < PART_BYTES ? PARTS : row_bytes < (size_t)PART_BYTES * PARTS / 2 ? (int)(PART_BYTES * PARTS / row_bytes) : 2;
}

uint64_t rowqueue_bytes(size_t row_bytes)
{
    return (uint64_t)row_bytes * (uint64_t)part_rows(row_bytes) * (uint64_t)parts(row_bytes);
}

struct rowqueue *rowqueue_create(size_t row_bytes)
{
    struct rowqueue *queue = mem_zalloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    queue->row_bytes = row_bytes;
    queue->part = part_rows(row_bytes);
    queue->capacity = queue->part * parts(row_bytes);
    queue->memory = mem_alloc((size_t)queue->capacity, row_bytes);
    if (queue->memory)
        return queue;
    rowqueue_destroy(queue);
    return NULL;
}

void rowqueue_destroy(struct rowqueue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    mem_free(queue->memory);
    mem_free(queue);
}

/* The piece of the ring from row `from` on, of at most `rows`. */
static void *piece(const struct rowqueue *queue, uint64_t from, int *rows)
{
    int start = (int)(from % (uint64_t)queue->capacity);
    *rows = int_min(*rows, queue->capacity - start);
    return queue->memory + (size_t)start * queue->row_bytes;
}

void *rowqueue_room(struct rowqueue *queue, int wanted, int *rows)
{
    *rows = int_min(wanted, queue->part);
    pthread_mutex_lock(&queue->lock);
    while (!queue->left && queue->capacity - (int)(queue->put - queue->taken) < *rows)
        pthread_cond_wait(&queue->changed, &queue->lock);
    void *room = queue->left ? NULL : piece(queue, queue->put, rows);
    pthread_mutex_unlock(&queue->lock);
    return room;
}

const void *rowqueue_rows(struct rowqueue *queue, int wanted, int *rows)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->ended && queue->put == queue->taken)
        pthread_cond_wait(&queue->changed, &queue->lock);
    *rows = int_min(wanted, (int)(queue->put - queue->taken));
    const void *there = *rows ? piece(queue, queue->taken, rows) : NULL;
    pthread_mutex_unlock(&queue->lock);
    return there;
}

/* Changes the queue and wakes the other side. */
static void change(struct rowqueue *queue, int put, int taken, bool ended, bool left)
{
    pthread_mutex_lock(&queue->lock);
    queue->put += (uint64_t)put;
    queue->taken += (uint64_t)taken;
    queue->ended |= ended;
    queue->left |= left;
    pthread_cond_signal(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

void rowqueue_put(struct rowqueue *queue, int rows)
{
    change(queue, rows, 0, false, false);
}

void rowqueue_end(struct rowqueue *queue)
{
    change(queue, 0, 0, true, false);
}

void rowqueue_drop(struct rowqueue *queue, int rows)
{
    change(queue, 0, rows, false, false);
}

void rowqueue_leave(struct rowqueue *queue)
{
    change(queue, 0, 0, false, true);
}
