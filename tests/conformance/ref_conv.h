/* ref_conv.h: what a convolution is, in float64 and in the plainest way: for each output sample a loop over the taps, and for each
 * tap a walk back into the image. It shares no code with the library, not even the size formula: sizes are counted.
 */
#ifndef REF_CONV_H
#define REF_CONV_H

#include "conformance/dense.h"

struct reference {
    struct samples out; /* exact values before clipping and rounding: after gain, bias, relu, combine, scale, offset, abs */
    double *scale;      /* [out.c] S: sum of |taps| * largest sample * |gain| * |scale|, combined as the responses are */
    double *added;      /* [out.c] what bias and offset add to a value's size, for the last bits of a float */
};

/* Size of one axis and padding before it; the size is 0 or less where there is no output. */
int ref_axis(const struct imc_conv_axis *axis, enum imc_padding padding, int in_size, int *before);
/* The pixel at position `pos`, found by stepping or reflecting until it lies inside; -1: the constant. */
int ref_border(enum imc_border border, int pos, int size);
/* The output sample that `value` becomes: clipped and rounded to nearest, ties to even; a float as it is. */
double ref_round(double value, enum imc_type type, double out_max);

/* False where there is no output. Freed by ref_free. */
bool ref_conv(const struct imc_conv_desc *desc, const struct samples *in, struct reference *reference);
void ref_free(struct reference *reference);

#endif
