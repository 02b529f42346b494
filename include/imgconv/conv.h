/* conv.h: the convolution engine. A plan is made once from a description and run many times, by several threads at once, each
 * with a scratch of its own. A photo and a batch of a network's tensors are the same thing to it.
 *
 * out[n][o][y][x] = bias[o] + sum over c,i,j of weights[o][c][i][j] * in[n][g(o)*C + c][row][column]
 *     row = y*stride_y + i*dilation_y - top        column = x*stride_x + j*dilation_x - left
 *
 * with C = in_c / groups channels a filter, g(o) the group of o, and pixels outside the image given by the border rule.
 * Arithmetic is float32 fused multiply-add in an order that does not depend on CPU level, thread count or job size.
 */
#ifndef IMGCONV_CONV_H
#define IMGCONV_CONV_H

#include <imgconv/image.h>
#include <imgconv/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The rule for pixels outside: each continues periodically for any distance. */
enum imc_border {
    IMC_BORDER_CONSTANT,   /* border_value everywhere; zero is constant 0 */
    IMC_BORDER_REPLICATE,  /* aaa|abcd|ddd */
    IMC_BORDER_SYMMETRIC,  /* cba|abcd|dcb, the edge repeated */
    IMC_BORDER_REFLECT101, /* dcb|abcd|cba, the edge not repeated; a single pixel repeats itself */
    IMC_BORDER_WRAP        /* bcd|abcd|abc */
};

/* How many pixels are added, with E = dilation*(k-1). SAME: floor(E/2) before and the rest after, or dilation*anchor before where
 * an anchor is given. VALID: none. FULL: E on both sides. GIVEN: the four numbers; negative ones crop. */
enum imc_padding { IMC_PADDING_SAME, IMC_PADDING_VALID, IMC_PADDING_FULL, IMC_PADDING_GIVEN };

/* AUTO chooses by a fixed rule; any other is an order, refused with a reason where it cannot be followed. */
enum imc_mode { IMC_MODE_AUTO, IMC_MODE_DIRECT, IMC_MODE_SEPARABLE, IMC_MODE_FFT };

/* One axis of the description. */
struct imc_conv_axis {
    int kernel;        /* k >= 1 */
    int stride;        /* >= 1 */
    int dilation;      /* >= 1 */
    int anchor;        /* 0..k-1, or -1 for the default floor((k-1)/2) */
    int before, after; /* with IMC_PADDING_GIVEN */
};

struct imc_conv_desc {
    int in_h, in_w, in_c;
    int filters, groups; /* groups divides in_c and filters */
    int lanes;           /* samples a pixel that are all filtered alike: interleaved channels, or a batch's images; default 1 */
    /* The channels of a pixel lie side by side, in the input and in the output: imc_channel_step(channels) samples a pixel, those
     * beyond the channels zero (the input's must be, the output's are). f32, one lane, one group, no combining, scale or map; modes
     * auto and direct. Views have plane_step 1 and a pixel_step of at least imc_channel_step. Default false. */
    bool channels_last;
    struct imc_conv_axis y, x;
    enum imc_padding padding;
    enum imc_border border;
    float border_value;
    const float *border_values; /* [lanes] where each lane has its own, copied by the plan; NULL: border_value for all */
    enum imc_mode mode;
    const float *weights; /* [filters][in_c/groups][kh][kw], copied by the plan */
    const float *bias;    /* [filters] or NULL */
    enum imc_type in_type;
    /* The epilogue: value = response * gain + bias, then relu, combine, value * scale + offset, map, conversion to out_type. */
    float gain; /* default 1 */
    bool relu;
    enum imc_combine combine; /* combines all filters into one output channel (ABS: each filter by itself) */
    float scale, offset;
    bool take_abs; /* absolute value before the conversion */
    /* Integer types: rounded to nearest, ties to even, clipped to 0..out_max; IMC_S16 to -out_max-1..out_max. */
    enum imc_type out_type;
    float out_max; /* 255, 65535, a maxval; default the type's own */
};

/* 1x1 kernel, stride and dilation 1, one lane and group, padding same, border replicate, f32 in and out, identity epilogue. */
IMC_API void imc_conv_desc_default(struct imc_conv_desc *desc);

/* Output size of one axis: floor((n + before + after - E - 1)/stride) + 1, and the padding that was resolved. Results below 1 give
 * IMC_ERR_ARGUMENT. This one function computes every output size. */
IMC_API enum imc_status imc_conv_axis_resolve(const struct imc_conv_axis *axis, enum imc_padding padding, int in_size,
                                              int *out_size, int *before, int *after, struct imc_error *error);

/* Which pixel of 0..size-1 stands at position `pos` (any integer) under a border rule; -1 means the constant. */
IMC_API int imc_border_index(enum imc_border border, int64_t pos, int size);

/* Samples of a pixel whose channels lie side by side: a single channel stays alone, more fill whole vectors of 8. */
static inline int imc_channel_step(int channels)
{
    return channels == 1 ? 1 : (channels + 7) / 8 * 8;
}

/* Samples in memory. The address of image n, channel c, row y, pixel x, lane l is
 * data + n*image_step + c*plane_step + y*row_step + x*pixel_step + l, counted in samples of `type`. Interleaved RGB read as three
 * channels: pixel_step 3, plane_step 1; as three lanes: pixel_step 3; a batch NCHW: pixel_step 1, plane_step H*W. */
struct imc_view {
    void *data; /* only read where it is an input */
    enum imc_type type;
    ptrdiff_t pixel_step, row_step, plane_step, image_step;
};

struct imc_plan;
struct imc_scratch;

/* What a run saw, over the values before clipping (after scale, offset and abs). */
struct imc_stats {
    float lowest, highest;
    uint64_t clipped; /* values below -0.5 or above out_max + 0.5 (0 for f32) */
};

/* The unit of work: rows y0..y1-1 of the output of image n. */
struct imc_job {
    int n, y0, y1;
};

/* Makes a plan. *plan is the caller's, freed by imc_plan_destroy; NULL on failure.
 * Errors: ARGUMENT (the description, or a mode that cannot be had: the message gives every executor's reason), MEMORY. */
IMC_API enum imc_status imc_plan_create(const struct imc_conv_desc *desc, struct imc_plan **plan, struct imc_error *error);
/* NULL is allowed. */
IMC_API void imc_plan_destroy(struct imc_plan *plan);

#define IMC_REFUSALS_MAX 8
struct imc_plan_info {
    int out_h, out_w, out_c;      /* out_c counts channels, not lanes */
    int top, bottom, left, right; /* padding that was resolved */
    int rank;                     /* largest over filters and channels; 0 with channels_last, which does not use it */
    const char *executor;         /* "direct", "separable", "fft" */
    size_t scratch_bytes;         /* of one thread */
    int refusals;
    struct {
        const char *executor;
        char reason[120];
    } refused[IMC_REFUSALS_MAX]; /* the executors before it in the table, and why each refused */
};
IMC_API void imc_plan_get_info(const struct imc_plan *plan, struct imc_plan_info *info);

/* Working memory for one thread at a time; every allocation of a run is made here. Destroy before the plan. */
IMC_API enum imc_status imc_scratch_create(const struct imc_plan *plan, struct imc_scratch **scratch, struct imc_error *error);
IMC_API void imc_scratch_destroy(struct imc_scratch *scratch);

/* Runs one job on samples in memory. in: [n][in_c][in_h][in_w] of desc.in_type; out: [n][out_c][out_h][out_w] of desc.out_type;
 * they must not overlap. `stats`, if not NULL, is widened by what was seen: start it with imc_stats_reset. Does not allocate. */
IMC_API void imc_plan_run(const struct imc_plan *plan, struct imc_scratch *scratch, const struct imc_view *in,
                          const struct imc_view *out, struct imc_job job, struct imc_stats *stats);
/* Runs whole images 0..images-1 on `threads` threads (0: as many as the machine has, or IMGCONV_THREADS). Allocates the scratch,
 * which stays with the plan for its next run. */
IMC_API enum imc_status imc_plan_run_all(const struct imc_plan *plan, const struct imc_view *in, const struct imc_view *out,
                                         int images, int threads, struct imc_stats *stats, struct imc_error *error);

IMC_API void imc_stats_reset(struct imc_stats *stats);

#ifdef __cplusplus
}
#endif
#endif
