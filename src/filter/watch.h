/* watch.h: a feed that shows the rows it passes on to the watch of the options. */
#ifndef WATCH_H
#define WATCH_H

#include "filter/feed.h"

#include <imgconv/filter.h>

struct watch {
    struct feed feed; /* first member: a feed that is a watch */
    struct feed *source;
    const struct imc_filter_watch *watch;
};

/* The rows of `source`, shown as rows of the input. */
void watch_init(struct watch *watch, const struct imc_filter_watch *by, struct feed *source);

#endif
