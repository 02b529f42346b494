/* arch.h: the text that describes a network, such as "conv16x3,relu,pool2,conv32x3,relu,pool2,dense128,relu,dense10".
 *
 *     convFxK   F filters of K x K (FxKHxKW: rows, columns); then any of  sN stride  dN dilation  pN padding (default same)
 *     relu
 *     poolK     max pooling of K x K (KHxKW), stride K or sN;  avgpoolK  the mean instead
 *     dropoutR  each value is dropped with probability R while training
 *     flatten   may be written before the first dense; it costs nothing and is done anyway
 *     denseN    N outputs, each joined to every input
 *     softmax | svm   the loss, written last: cross-entropy (default), or the multi-class hinge loss of a linear SVM
 */
#ifndef ARCH_H
#define ARCH_H

#include <imgconv/status.h>

#define ARCH_DEFAULT "conv16x3,relu,pool2,conv32x3,relu,pool2,dense128,relu,dense10"

enum { ARCH_LAYERS_MAX = 64, ARCH_SIDE_MAX = 64, ARCH_UNITS_MAX = 1 << 16 };

enum arch_kind { ARCH_CONV, ARCH_RELU, ARCH_MAX_POOL, ARCH_MEAN_POOL, ARCH_DROPOUT, ARCH_DENSE };
enum arch_head { ARCH_SOFTMAX, ARCH_SVM };

struct arch_layer {
    enum arch_kind kind;
    int units;  /* filters or outputs */
    int kh, kw; /* of conv and pool */
    int stride_y, stride_x, dilation;
    int padding; /* on every side; -1: same */
    float rate;  /* of dropout */
    char text[32];
};

struct arch {
    int layers;
    struct arch_layer layer[ARCH_LAYERS_MAX];
    enum arch_head head;
};

/* Errors: ARGUMENT, with a sentence that names the layer by number and text. */
enum imc_status arch_parse(const char *text, struct arch *arch, struct imc_error *error);

#endif
