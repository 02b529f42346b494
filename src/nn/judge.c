/* judge.c: where a network errs: the confusion matrix and the worst pictures. */
#include "data/opened.h"
#include "nn/model.h"

#include <string.h>

/* Keeps the worst in order. Returns how many there are then. */
static int keep_worst(struct imc_judged *worst, int count, int max, const struct imc_judged *next)
{
    int at = count;
    while (at > 0 && worst[at - 1].confidence > next->confidence)
        at--;
    if (at == max)
        return count;
    count += count < max;
    memmove(&worst[at + 1], &worst[at], (size_t)(count - 1 - at) * sizeof *worst);
    worst[at] = *next;
    return count;
}

int imc_net_judge(const struct imc_net *net, const struct imc_dataset *set, enum imc_dataset_part part, const float *confidences,
                  int *counts, struct imc_judged *worst, int worst_max)
{
    int classes = net->network->head.classes, found = 0;
    const struct dataset *pictures = dataset_opened(set, part);
    memset(counts, 0, (size_t)classes * (size_t)classes * sizeof *counts);
    for (int i = 0; i < pictures->count; i++) {
        const float *row = confidences + (size_t)i * (size_t)classes;
        struct imc_judged one = {.index = i, .label = pictures->labels[i]};
        for (int c = 1; c < classes; c++)
            if (row[c] > row[one.predicted])
                one.predicted = c;
        one.confidence = row[one.label];
        one.predicted_confidence = row[one.predicted];
        counts[one.label * classes + one.predicted]++;
        found = keep_worst(worst, found, worst_max, &one);
    }
    return found;
}
