/* ref_choice.h: the defaults of a filter run as the manual states them, for the reference: kernels as they are applied, channels,
 * alpha and map.
 */
#ifndef REF_CHOICE_H
#define REF_CHOICE_H

#include "conformance/ref_filter.h"

/* A kernel of the chain, turned and divided as the options ask. */
struct ref_kernel {
    const struct imc_bank *bank;
    const float *bias; /* the bank's own, where it is asked for */
    float *taps;
    int anchor_y, anchor_x;
    double scale;
    bool derivative;
};

struct ref_choice {
    struct ref_kernel kernel[IMC_STAGES_MAX];
    int kernels;
    bool derivative, three; /* some kernel is; the first reads R, G and B */
    enum imc_channels channels;
    enum imc_alpha alpha; /* DROP where the picture has none */
    enum imc_map map;
    bool unit;
    double white;     /* while filtering; 1 for float samples */
    int colours;      /* colour lanes */
    bool alpha_lane;  /* and one for alpha */
    bool divide;      /* colours come weighted by alpha and are divided by it in the end */
    bool premultiply; /* they come weighted */
};

struct ref_choice ref_choose(const struct imc_filter_options *options, const struct ref_picture *in,
                             const struct ref_target *target);
void ref_choice_free(struct ref_choice *choice);

#endif
