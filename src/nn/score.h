/* score.h: a network used on many pictures. */
#ifndef SCORE_H
#define SCORE_H

#include "data/dataset.h"
#include "nn/network.h"

#include <imgconv/net.h>

/* Pictures first..first+count-1 of a set. confidences [count][classes], or NULL. */
enum imc_status score_pictures(const struct network *net, const struct dataset *set, int first, int count, struct pool *pool,
                               struct imc_evaluation *evaluation, float *confidences, struct imc_error *error);

#endif
