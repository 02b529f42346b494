/* optimiser.h: from gradients to the next parameters. */
#ifndef OPTIMISER_H
#define OPTIMISER_H

#include <imgconv/net.h>
#include <stddef.h>
#include <stdint.h>

struct optimiser_rule {
    enum imc_optimiser kind;
    float momentum;              /* SGD: velocity = momentum * velocity + gradient */
    float beta1, beta2, epsilon; /* Adam */
    float weight_decay; /* SGD and Adam add decay * weight to the gradient; AdamW takes rate * decay * weight off the weight */
};

/* State beside the parameters: `first` is the velocity or the mean gradient, `second` (Adam) the mean square. */
struct optimiser {
    struct optimiser_rule rule;
    size_t count;
    float *first, *second;
    uint64_t steps; /* that were made */
};

enum imc_status optimiser_create(struct optimiser *optimiser, const struct optimiser_rule *rule, size_t count,
                                 struct imc_error *error);
void optimiser_free(struct optimiser *optimiser);

/* A step of the learning rate `rate` begins: the factors that all parameters share. */
struct optimiser_step {
    float rate, decay; /* decay 0: none */
};
struct optimiser_step optimiser_begin(struct optimiser *optimiser, double rate);
/* Parameters first..first+count-1; decay where `decays` (weights, not biases). */
void optimiser_update(const struct optimiser *optimiser, const struct optimiser_step *step, float *parameters,
                      const float *gradient, size_t first, size_t count, int decays);

/* The learning rate of step 0..steps-1 of a run. */
double schedule_rate(enum imc_schedule kind, double peak, uint64_t step, uint64_t steps);

#endif
