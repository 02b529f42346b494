/* readahead.c: see readahead.h. Decoding is the longest step of most runs, and cannot be divided; so nothing else may wait in its
 * way. A failure comes through behind the rows that were read before it. */
#include "filter/readahead.h"

#include "base/fail.h"
#include "base/memory.h"

#include <string.h>

static void *read_rows(void *argument)
{
    struct readahead *ahead = argument;
    while (ahead->rows_left > 0 && !ahead->status) {
        int rows;
        void *room = rowqueue_room(ahead->queue, ahead->rows_left, &rows);
        if (!room)
            break;
        ahead->status = imc_reader_read(ahead->reader, room, rows, &ahead->error);
        if (ahead->status)
            break;
        ahead->rows_left -= rows;
        rowqueue_put(ahead->queue, rows);
    }
    rowqueue_end(ahead->queue);
    return NULL;
}

static enum imc_status pull_read(struct feed *feed, void *rows, int count, struct imc_error *error)
{
    return imc_reader_read(((struct readahead *)feed)->reader, rows, count, error);
}

static enum imc_status pull_queued(struct feed *feed, void *rows, int count, struct imc_error *error)
{
    struct readahead *ahead = (struct readahead *)feed;
    char *out = rows;
    for (int got; count > 0; count -= got) {
        const void *there = rowqueue_rows(ahead->queue, count, &got);
        if (!there) {
            if (error)
                *error = ahead->error;
            return ahead->status;
        }
        memcpy(out, there, (size_t)got * ahead->row_bytes);
        rowqueue_drop(ahead->queue, got);
        out += (size_t)got * ahead->row_bytes;
    }
    return IMC_OK;
}

static size_t row_bytes_of(const struct imc_image_info *info)
{
    return (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
}

bool readahead_is_worth(const struct imc_image_info *info, int threads)
{
    return threads > 1 && rowqueue_is_worth(row_bytes_of(info), info->height);
}

enum imc_status readahead_init(struct readahead *ahead, struct imc_reader *reader, int threads, struct imc_error *error)
{
    const struct imc_image_info *info = imc_reader_info(reader);
    *ahead = (struct readahead){.feed.pull = pull_read, .reader = reader, .rows_left = info->height};
    if (!readahead_is_worth(info, threads))
        return IMC_OK;
    ahead->row_bytes = row_bytes_of(info);
    ahead->queue = rowqueue_create(ahead->row_bytes);
    if (!ahead->queue)
        return fail_memory(error, "the rows read ahead");
    if (pthread_create(&ahead->thread, NULL, read_rows, ahead) == 0) {
        ahead->feed.pull = pull_queued;
        return IMC_OK;
    }
    rowqueue_destroy(ahead->queue); /* no thread to be had: then without */
    ahead->queue = NULL;
    return IMC_OK;
}

void readahead_free(struct readahead *ahead)
{
    if (!ahead->queue)
        return;
    rowqueue_leave(ahead->queue);
    pthread_join(ahead->thread, NULL);
    rowqueue_destroy(ahead->queue);
    ahead->queue = NULL;
}
