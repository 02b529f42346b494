/* rowop_trial.c: see rowop_trial.h. */
#include "rowops/rowop_trial.h"

static float random_value(struct test_rng *rng)
{
    switch (test_random_int(rng, 0, 15)) {
    case 0:
        return 0;
    case 1:
        return (float)test_random_int(rng, -70000, 70000) + 0.5f; /* ties, and beyond every range */
    case 2:
        return (float)test_random_int(rng, 0, 255);
    default:
        return (float)(test_random_unit(rng) * 600 - 200);
    }
}

void trial_fill(struct trial *t)
{
    t->n = test_random_int(t->rng, 0, LENGTH_MAX);
    t->rows = test_random_int(t->rng, 1, ROWS_MAX);
    t->kw = test_random_int(t->rng, 1, TAPS_MAX);
    t->lanes = test_random_int(t->rng, 1, LANES_MAX);
    t->stride = test_random_int(t->rng, 1, STRIDE_MAX);
    t->step = test_random_int(t->rng, 1, STEP_MAX) * t->lanes;
    for (int r = 0; r < ROWS_MAX; r++) {
        t->row[r] = t->in[r] + test_random_int(t->rng, 0, 15);
        for (int i = 0; i < IN_MAX; i++)
            t->in[r][i] = random_value(t->rng);
    }
    for (int i = 0; i < ROWS_MAX * TAPS_MAX; i++)
        t->taps[i] = random_value(t->rng);
    for (int i = 0; i < OUT_MAX; i++)
        t->start[i] = random_value(t->rng);
    for (int i = 0; i < IN_MAX; i++) {
        t->bytes[i] = (uint8_t)test_random(t->rng);
        t->words[i] = (uint16_t)test_random(t->rng);
    }
}

void *out_at(struct written *w, int misalign, size_t size)
{
    return w->memory + CANARY + (size_t)misalign * size;
}
