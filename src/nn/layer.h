/* layer.h: what a layer of a network is, and where its values lie.
 *
 * A value is what stands between two layers. Of one image it is a block of floats [rows][columns][step]: the channels of a pixel
 * lie side by side, filled up with zeros to a multiple of 8 (one channel stays one), and the picture is surrounded by the zeros
 * that a convolution reading it pads it with, so that nothing is copied before it. A vector is a picture of one pixel.
 *
 * Forward and backward of a layer are neighbours in one file, src/nn/layer_*.c. Layers on pictures work on one image at a time, so
 * that an image passes all of them while it is in L2; dense layers work on the whole batch, as products of matrices.
 */
#ifndef LAYER_H
#define LAYER_H

#include "nn/arch.h"

#include <imgconv/conv.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

/* Images whose gradients are summed before they join the tree of the batch (design law 8). */
enum { CHUNK_IMAGES = 8 };

struct layout {
    int h, w, c;             /* the picture */
    int top, left;           /* zeros before it */
    int rows, columns, step; /* of the whole block */
};

static inline struct layout layout_of(int h, int w, int c)
{
    return (struct layout){h, w, c, 0, 0, h, w, imc_channel_step(c)};
}

static inline size_t layout_floats(const struct layout *at)
{
    return (size_t)at->rows * (size_t)at->columns * (size_t)at->step;
}

/* Where pixel (y, x) of the picture begins. */
static inline size_t layout_pixel(const struct layout *at, int y, int x)
{
    return ((size_t)(at->top + y) * (size_t)at->columns + (size_t)(at->left + x)) * (size_t)at->step;
}

/* Which random numbers a pass draws; those of an image depend on its number in the data set alone. */
struct pass {
    bool training;
    uint64_t seed;
    uint32_t epoch;
    const uint32_t *image; /* [images]: their numbers in the data set */
    int images;
    struct pool *pool;
};

/* One image's way through one layer. */
struct image_pass {
    const struct pass *pass;
    int image;          /* within the batch */
    const float *in;    /* forward; backward too where the kind needs_in */
    float *out;         /* forward; backward too where the kind needs_out */
    const float *d_out; /* backward: the loss by the output; may be d_in where the kind is in_place */
    float *d_in;        /* backward: to be filled; NULL where nobody asks */
    float *gradient;    /* backward: the chunk's gradient of the layer's parameters, in the layer's own order, to be added to */
    void *kept;         /* what forward keeps for backward, or NULL where none will come */
    void *work;         /* scratch of the thread */
    bool relu;          /* forward: max(value, 0) at the end; only of a kind that applies_relu */
};

/* A batch's way through one layer: rows of in_step and out_step floats, one an image. */
struct batch_pass {
    const struct pass *pass;
    const float *parameters;
    const float *in;
    float *out;
    const float *d_out;
    float *d_in;     /* NULL where nobody asks */
    float *gradient; /* the layer's parameters, to be overwritten */
    void *work;      /* batch_bytes */
};

struct layer {
    const struct layer_kind *kind;
    struct arch_layer spec;
    int number;    /* of the layer in the network, from 0 */
    char name[16]; /* conv1, dense2: of those that have parameters */
    struct layout in, out;
    bool first; /* nobody asks for the gradient to its input */
    /* Parameters: `weights` floats at `offset` of the network's block, then `biases` floats. */
    size_t offset, weights, biases;
    size_t packed;         /* floats of a chunk's gradient, 0 for batch layers */
    size_t kept_bytes;     /* of one image */
    size_t work_bytes;     /* of one thread */
    struct imc_plan *plan; /* conv: its own, its packed weights, and whether it copies pictures */
    void *state;
    bool copies_in, copies_out;
};

struct layer_kind {
    const char *name;
    bool in_place;            /* the output takes the input's place */
    bool needs_in, needs_out; /* what backward reads */
    bool applies_relu;        /* forward can be asked for the ReLU that follows, too */
    /* `in` is set, without its zeros around; sets out likewise, the counts, and *padding (top, left, bottom, right) that the input
     * needs around it. */
    enum imc_status (*shape)(struct layer *layer, int padding[4], struct imc_error *error);
    /* Both layouts are whole. */
    enum imc_status (*prepare)(struct layer *layer, struct imc_error *error);
    void (*release)(struct layer *layer);
    /* Other parameters from now on. */
    void (*load)(struct layer *layer, const float *parameters);
    /* Weights and biases between their place in the network's block and the order of model files: weights [out][in][kh][kw], or
     * [out][inputs] with the inputs of a picture as [channels][height][width]; filled-up channels left out. */
    void (*copy_out)(const struct layer *layer, const float *parameters, float *weights, float *biases);
    void (*copy_in)(const struct layer *layer, float *parameters, const float *weights, const float *biases);
    /* Pictures: one image. */
    void (*forward)(const struct layer *layer, const struct image_pass *p);
    void (*backward)(const struct layer *layer, const struct image_pass *p);
    /* The chunk gradients, summed, as gradients of the parameters. */
    void (*unpack)(const struct layer *layer, const float *packed, float *gradient);
    /* Vectors: a whole batch. Bytes of scratch for so many images and threads. */
    size_t (*batch_bytes)(const struct layer *layer, int images, int threads);
    void (*forward_batch)(const struct layer *layer, const struct batch_pass *p);
    void (*backward_batch)(const struct layer *layer, const struct batch_pass *p);
};

extern const struct layer_kind layer_conv, layer_relu, layer_max_pool, layer_mean_pool, layer_dropout, layer_dense;

#endif
