/* batchfeed.h: pictures of a data set as the input of a network: sample / 255, and changed at random where asked for. */
#ifndef BATCHFEED_H
#define BATCHFEED_H

#include "data/augment.h"
#include "data/dataset.h"
#include "nn/pass.h"

#include <imgconv/net.h>

struct feed {
    struct source source;    /* for pass_forward */
    const struct pass *pass; /* whose images to load */
    const struct dataset *pictures;
    struct augment augment;
    bool changes;
    size_t scratch_bytes;
    uint8_t *changed; /* [threads]: a picture, and the scratch of augment_picture */
};

/* `augment` NULL: unchanged. */
enum imc_status feed_create(struct feed *feed, const struct dataset *pictures, const struct imc_augment *augment, int threads,
                            struct imc_error *error);
void feed_free(struct feed *feed);

#endif
