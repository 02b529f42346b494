/* watch.c: see watch.h. */
#include "filter/watch.h"

static enum imc_status pull(struct feed *feed, void *rows, int count, struct imc_error *error)
{
    struct watch *watch = (struct watch *)feed;
    enum imc_status status = watch->source->pull(watch->source, rows, count, error);
    if (!status && watch->watch->input)
        watch->watch->input(watch->watch->context, rows, count);
    return status;
}

void watch_init(struct watch *watch, const struct imc_filter_watch *by, struct feed *source)
{
    *watch = (struct watch){.feed.pull = pull, .source = source, .watch = by};
}
