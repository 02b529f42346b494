/* writebehind.c: see writebehind.h. The thread alone uses codec and file until writebehind_stop has joined it. After a failure it
 * takes no more rows, which the caller learns with the next ones that it hands over, or at the end. */
#include "image/writebehind.h"

#include "base/memory.h"
#include "base/rowqueue.h"
#include "image/samples.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

struct writebehind {
    struct imc_writer *writer;
    size_t row_bytes;
    struct rowqueue *queue;
    pthread_t thread;
    /* The thread's, until it is joined. */
    enum imc_status status;
    struct imc_error error;
};

static void *write_rows(void *argument)
{
    struct writebehind *behind = argument;
    const char *row;
    int count;
    while (!behind->status && (row = rowqueue_rows(behind->queue, INT_MAX, &count))) {
        for (int y = 0; y < count && !behind->status; y++, row += behind->row_bytes)
            behind->status = behind->writer->codec->write_row(behind->writer, row, &behind->error);
        rowqueue_drop(behind->queue, count);
    }
    rowqueue_leave(behind->queue);
    return NULL;
}

struct writebehind *writebehind_start(struct imc_writer *writer)
{
    struct writebehind *behind = mem_zalloc(1, sizeof *behind);
    if (!behind)
        return NULL;
    behind->writer = writer;
    behind->row_bytes = samples_a_row(&writer->info) * imc_type_size(writer->info.type);
    behind->queue = rowqueue_create(behind->row_bytes);
    if (behind->queue && pthread_create(&behind->thread, NULL, write_rows, behind) == 0)
        return behind;
    rowqueue_destroy(behind->queue);
    mem_free(behind);
    return NULL;
}

/* The status may be read: the thread has left. */
static enum imc_status failure(const struct writebehind *behind, struct imc_error *error)
{
    if (error && behind->status)
        *error = behind->error;
    return behind->status;
}

enum imc_status writebehind_write(struct writebehind *behind, const void *rows, int count, struct imc_error *error)
{
    const char *in = rows;
    for (int part; count > 0; count -= part) {
        void *room = rowqueue_room(behind->queue, count, &part);
        if (!room)
            return failure(behind, error);
        memcpy(room, in, (size_t)part * behind->row_bytes);
        rowqueue_put(behind->queue, part);
        in += (size_t)part * behind->row_bytes;
    }
    return IMC_OK;
}

enum imc_status writebehind_stop(struct writebehind *behind, struct imc_error *error)
{
    if (!behind)
        return IMC_OK;
    rowqueue_end(behind->queue);
    pthread_join(behind->thread, NULL);
    enum imc_status status = failure(behind, error);
    rowqueue_destroy(behind->queue);
    mem_free(behind);
    return status;
}
