/* grad.h: the gradients of a plan with channels_last and a border of zeros. One image at a time; each function only reads the plan,
 * so that every thread may use it with a work area of its own.
 *
 * Forms of the data, all f32:
 *   padded image  [rows][span_w][pixel_step]: virtual rows -top ... of the input, as the forward run reads them; rows is
 *                 (out_h - 1)*stride + extent_y, pixel_step imc_channel_step(in_c). The gradient of the input has the same form.
 *   d_out         [out_h][out_w][imc_channel_step(filters)], the change of the loss with each output before ReLU; samples beyond
 *                 the filters are zero. The cheaper, the more of it is zero: max pooling and ReLU leave one in ten.
 *   packed        weights, or their gradient, in the order that the row ops want: see grad_pack and grad_unpack. Gradients may be
 *                 added in this form, and unpacked once a batch.
 *
 * A step for one image: grad_scan, then grad_weights and grad_input in any order. The order of all additions is fixed.
 */
#ifndef GRAD_H
#define GRAD_H

#include "conv/plan.h"

/* Floats of a padded image, and of packed weights; bytes of the work area of one thread (rounded up by size_align). */
size_t grad_padded_count(const struct imc_plan *plan);
size_t grad_weight_count(const struct imc_plan *plan);
size_t grad_work_bytes(const struct imc_plan *plan);

/* The plan's weights, packed: for grad_input, once after each plan_set_weights. */
void grad_pack(const struct imc_plan *plan, float *packed);
/* Packed to [filters][in_c][kh][kw]. */
void grad_unpack(const struct imc_plan *plan, const float *packed, float *weights);

/* Lists what is not zero in the d_out of an image, for the two that follow. d_out must stay as it is until they are done. */
void grad_scan(const struct imc_plan *plan, const float *d_out, void *work);
/* Adds the image's gradient of the weights (packed) and of the bias ([filters]). `in` is the padded image. */
void grad_weights(const struct imc_plan *plan, const float *in, float *d_weights, float *d_bias, void *work);
/* Adds the gradient of the image's samples, borders included, to d_in, a padded image that the caller has zeroed. */
void grad_input(const struct imc_plan *plan, const float *packed, float *d_in, const void *work);

#endif
