/* readahead.h: the reader's rows as a feed, decoded by a thread of their own while the rows before them are filtered. */
#ifndef READAHEAD_H
#define READAHEAD_H

#include "base/rowqueue.h"
#include "filter/feed.h"

#include <imgconv/image.h>
#include <pthread.h>

struct readahead {
    struct feed feed; /* first member: a feed that is a readahead */
    struct imc_reader *reader;
    size_t row_bytes;
    int rows_left; /* to be read */
    struct rowqueue *queue;
    pthread_t thread;
    /* The thread's, until the queue has ended. */
    enum imc_status status;
    struct imc_error error;
};

/* Whether a run with that many threads has one of them read ahead, for rows of this picture. */
bool readahead_is_worth(const struct imc_image_info *info, int threads);
/* Without a thread where it is not worth it: then each pull reads. */
enum imc_status readahead_init(struct readahead *ahead, struct imc_reader *reader, int threads, struct imc_error *error);
void readahead_free(struct readahead *ahead);

#endif
