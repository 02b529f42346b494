/* fixed_taps.h: the taps of the fixed-point executor, and the proof that they are good enough. */
#ifndef FIXED_TAPS_H
#define FIXED_TAPS_H

#include "conv/plan.h"
#include "simd/rowops.h"

enum {
    FIXED_TAPS_MAX = 511, /* along an axis */
    FIXED_PAIRS_MAX = FIXED_TAPS_MAX / 2 + 1,
    FIXED_GROUPS_MAX = 24
};

/* How far a value may be off before it is rounded (law 2). */
#define FIXED_ERROR_MAX (1.0 / 128)

struct fixed_taps {
    int down_count, groups;
    int32_t start; /* arguments of pairs_down and pairs_across */
    int shift;
    float base;
    struct pair_tap down[FIXED_PAIRS_MAX], across[FIXED_PAIRS_MAX];
    struct pair_group group[FIXED_GROUPS_MAX];
    double error; /* proven: no value is further off, on any picture */
};

/* Finds taps for the plan's one kernel, non-negative and of rank 1, of at most FIXED_TAPS_MAX taps an axis. False if none were
 * found whose error stays below FIXED_ERROR_MAX; taps->error is then the best. Takes no memory: it is asked while executors are
 * chosen. */
bool fixed_taps_find(const struct imc_plan *plan, struct fixed_taps *taps);

#endif
