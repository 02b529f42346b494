/* opened.h: the inside of an imc_dataset. */
#ifndef OPENED_H
#define OPENED_H

#include "data/dataset.h"

#include <imgconv/net.h>

struct imc_dataset {
    struct dataset_pair pair;
    bool builtin;
    char name[DATASET_SOURCE_MAX]; /* the last one of its source */
};

/* One part; count 0 where it is not there. */
const struct dataset *dataset_opened(const struct imc_dataset *set, enum imc_dataset_part part);

#endif
