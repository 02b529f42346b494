/* ref_net.h: a network in plain loops of double, from the text of its architecture and the numbers of a model file: what is right.
 * It knows nothing of layouts, plans or row ops, and does ReLU and pooling in the order in which they are written. */
#ifndef REF_NET_H
#define REF_NET_H

#include "nn/arch.h"

#include <stdint.h>

enum { REF_TENSORS_MAX = 2 * ARCH_LAYERS_MAX };

struct ref_net {
    struct arch arch;
    int height, width;
    int tensors; /* weights and biases of each layer that has them, in order */
    double *tensor[REF_TENSORS_MAX];
    int count[REF_TENSORS_MAX];
    double smoothing;
};

/* Sizes from the text; the tensors are zero. */
void ref_net_make(struct ref_net *net, const char *arch, int height, int width);
void ref_net_free(struct ref_net *net);

/* The outputs of one picture [height][width], already divided by 255. `near`, where given, becomes the least distance of any value
 * to a kink: of a ReLU's input to 0, of the largest two of a window to each other. Returns the number of outputs. */
int ref_net_outputs(const struct ref_net *net, const double *picture, double *outputs, double *near);
/* The mean loss of `images` pictures. */
double ref_net_loss(const struct ref_net *net, const double *pictures, const uint8_t *labels, int images, double *near);

#endif
