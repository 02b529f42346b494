/* small_run.h: a network of ours and its reference on the same numbers, and a batch of random pictures. */
#ifndef SMALL_RUN_H
#define SMALL_RUN_H

#include "nn/network.h"
#include "nn/pass.h"
#include "nn/ref_net.h"
#include "support/testing.h"

struct small_run {
    struct network *net;
    struct ref_net ref;
    int images;
    double *pictures;
    uint8_t *labels;
    uint32_t *numbers;
    struct pool *pool;
    struct workspace *workspace;
    struct source source;
};

/* Weights are random, biases too. */
void small_run_make(struct small_run *run, const char *arch, int height, int width, int images, int threads, struct test_rng *rng);
void small_run_free(struct small_run *run);

/* Forward (outputs [images][step], which stand until the next call) and, where gradient is given, backward. Returns the mean loss.
 * */
double small_run_loss(struct small_run *run, float smoothing, const float **outputs, float *gradient);

/* The tensors of a block of parameters, as doubles, in the order of ref_net's. */
void small_run_tensors(const struct small_run *run, const float *block, double *const *tensors);

#endif
