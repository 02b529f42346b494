/* feed.h: rows on demand. Each step of a run is a feed that pulls from the one before it: reader -> prepare -> stage -> stage. */
#ifndef FEED_H
#define FEED_H

#include <imgconv/status.h>

struct feed {
    /* The next `count` rows, packed. */
    enum imc_status (*pull)(struct feed *feed, void *rows, int count, struct imc_error *error);
};

#endif
