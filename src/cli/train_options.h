/* train_options.h: what the command line of `train` asks for. */
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include "cli/options.h"
#include "cli/words.h"
#include <imgconv/net.h>

struct train_request {
    const char *data, *output, *recipe, *resume, *log, *plot, *keep_filters;
    bool augment, json, quiet;
    int threads;
    /* Options that override those of the recipe; -1, NAN and NULL where they were not given. */
    struct imc_train_options set;
    double seed;         /* a whole number below 2^53 */
    const char *distort; /* shift=2,rotation=10 ... */
    bool overrides;      /* any of them was given */
};

extern const struct option_spec train_table[];
extern const struct words words_optimiser, words_schedule;

void train_request_init(struct train_request *request);
/* The recipe's options with those of the command line over them. False after saying what is wrong. */
bool train_request_options(const struct train_request *request, struct imc_train_options *options);

#endif
