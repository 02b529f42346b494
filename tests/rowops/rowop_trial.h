/* rowop_trial.h: the random inputs of a call of a row op, and what the call wrote. */
#ifndef ROWOP_TRIAL_H
#define ROWOP_TRIAL_H

#include "support/testing.h"

#include <imgconv/conv.h>
#include <stddef.h>
#include <stdint.h>

enum { LENGTH_MAX = 300, ROWS_MAX = 7, TAPS_MAX = 9, STEP_MAX = 4, STRIDE_MAX = 4, LANES_MAX = 4, CANARY = 64 };
enum { IN_MAX = LENGTH_MAX * STRIDE_MAX * LANES_MAX + TAPS_MAX * STEP_MAX * LANES_MAX + 64, OUT_MAX = LENGTH_MAX * LANES_MAX + 64 };

/* One random call: its inputs and sizes. */
struct trial {
    struct test_rng *rng;
    int n, rows, kw, lanes, stride;
    ptrdiff_t step;
    float in[ROWS_MAX][IN_MAX];
    const float *row[ROWS_MAX];
    float taps[ROWS_MAX * TAPS_MAX];
    float start[OUT_MAX]; /* what in-place ops find */
    uint8_t bytes[IN_MAX];
    uint16_t words[IN_MAX];
};

/* What one level wrote, between canaries. */
struct written {
    _Alignas(64) unsigned char memory[CANARY + OUT_MAX * sizeof(double) + CANARY];
    struct imc_stats stats;
};

/* Draws all of it from t->rng. */
void trial_fill(struct trial *t);

/* The output of a call: `misalign` elements of `size` bytes into its room, the same for every level. */
void *out_at(struct written *w, int misalign, size_t size);

#endif
