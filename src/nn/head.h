/* head.h: from a network's outputs to the loss, and back. */
#ifndef HEAD_H
#define HEAD_H

#include "nn/arch.h"

#include <stddef.h>
#include <stdint.h>

struct head {
    enum arch_head kind;
    int classes;
    float smoothing; /* softmax: this share of a label goes to all classes alike */
};

/* For each of `images` rows of outputs, `step` floats apart: the loss is added to *loss (in double), and the number of rows whose
 * largest output (the first of equals) is the label to *right. Where d_out is given it becomes the gradient of the mean loss over
 * the rows, zero beyond the classes. */
void head_loss(const struct head *head, const float *out, int step, const uint8_t *labels, int images, float *d_out, double *loss,
               int *right);

/* The largest of a row, the first of equals. */
int head_best(const float *out, int classes);

/* A row of outputs as probabilities; of a linear SVM, whose outputs are margins, the softmax of these, which ranks alike but is no
 * probability. */
void head_confidences(const float *out, int classes, float *confidences);

#endif
