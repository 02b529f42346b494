/* pass.h: a batch forward and backward through a network, on threads. */
#ifndef PASS_H
#define PASS_H

#include "nn/network.h"

/* Memory for batches of up to `images`; one batch at a time. Without `training` only what forward needs. */
struct workspace;
enum imc_status workspace_create(const struct network *net, int images, int threads, bool training, struct workspace **workspace,
                                 struct imc_error *error);
void workspace_free(struct workspace *workspace);

/* Writes image `image` of the batch as value 0: its pixels at layout_pixel, nothing else. Called by any thread. */
struct source {
    void (*load)(void *context, int image, int thread, const struct layout *layout, float *block);
    void *context;
};

/* The outputs of the last layer: a row of layout.step floats an image, which stand until the next call. */
const float *pass_forward(struct workspace *workspace, const struct pass *pass, const struct source *source);
/* The first `layers` layers alone; the block of the last one's output of image 0 (in a pool of one thread). */
const float *pass_forward_to(struct workspace *workspace, const struct pass *pass, const struct source *source, int layers);
/* After pass_forward: the gradient of every parameter from that of the outputs. The pictures' layers sum it over chunks of
 * CHUNK_IMAGES images, the chunks in a binary tree, so that neither the number of threads nor a cut of the batch between machines
 * at a power of two chunks changes a bit. */
void pass_backward(struct workspace *workspace, const struct pass *pass, const float *d_out, float *gradient);

#endif
