/* filter.h: image x bank. One call reads a picture, filters it in bands of rows, and writes the result.
 *
 * Values flow in this order: EXIF orientation, channels, linear, unit, mean/std, border, taps, the kernel's own scale and offset,
 * bias, ReLU, combine, scale, offset, map, depth.
 */
#ifndef IMGCONV_FILTER_H
#define IMGCONV_FILTER_H

#include <imgconv/conv.h>
#include <imgconv/image.h>
#include <imgconv/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* AUTO: derivative kernels on luma, tone kernels on each channel, three-channel filters on R,G,B. Of channels that are no colours
 * (2 or 4 without alpha) LUMA is that of the first three, or the first of two; R and G are the first and the second. */
enum imc_channels {
    IMC_CHANNELS_AUTO,
    IMC_CHANNELS_EACH,
    IMC_CHANNELS_LUMA,
    IMC_CHANNELS_R,
    IMC_CHANNELS_G,
    IMC_CHANNELS_B,
    IMC_CHANNELS_A
};

/* AUTO: WEIGHTED for tone kernels without negative taps, KEEP for tone kernels with them (and where an offset, bias or ReLU comes
 * before a combination or another kernel: it cannot wait for the division), WEIGHTED colour and an opaque result for derivative
 * kernels. FILTER: alpha is one more channel. DROP: alpha is ignored. */
enum imc_alpha { IMC_ALPHA_AUTO, IMC_ALPHA_WEIGHTED, IMC_ALPHA_KEEP, IMC_ALPHA_FILTER, IMC_ALPHA_DROP };

/* Sees the rows of a run go by, packed and interleaved, from top to bottom, each once, in the thread that called. Each function may
 * be NULL. */
struct imc_filter_watch {
    /* Before the first row, while an older file of the output's name is still there; anything but OK ends the run. The pictures
     * are borrowed for the call, and are without blobs. The input has one channel where a JPEG file decodes its luma alone (then
     * its colour is "YCbCr"). */
    enum imc_status (*start)(void *context, const struct imc_image_info *input, const struct imc_image_info *output,
                             struct imc_error *error);
    void (*input)(void *context, const void *rows, int count);  /* as the reader delivers them */
    void (*output)(void *context, const void *rows, int count); /* as the writer gets them */
    void *context;
};

struct imc_filter_options {
    const struct imc_bank *const *stages; /* applied one after the other; unrounded, unclipped f32 between them */
    int stage_count;
    enum imc_border border;
    float border_value;
    enum imc_padding padding;
    int pad_top, pad_bottom, pad_left, pad_right; /* with IMC_PADDING_GIVEN */
    int stride_y, stride_x;                       /* of the last stage */
    int dilation_y, dilation_x;                   /* of every stage */
    enum imc_mode mode;
    bool flip;      /* true convolution */
    bool normalize; /* each kernel divided by its sum */
    enum imc_channels channels;
    enum imc_alpha alpha;
    bool linear;            /* sRGB samples are decoded to linear light before filtering, and encoded again in tone results */
    bool unit;              /* samples are divided by full scale before filtering, and multiplied back for an integer file */
    bool has_mean, has_std; /* each implies unit: (v - mean) / std for each channel */
    float mean[3], std[3];
    float bias;    /* added to every response */
    bool own_bias; /* and each kernel's own bias, which layers of networks have; an error where no kernel has one */
    bool relu;
    enum imc_map map;
    float scale, offset;
    bool has_range; /* maps range_lo..range_hi to the full scale of an integer file */
    float range_lo, range_hi;
    int depth;              /* 8, 16, or 0: as the input */
    enum imc_format format; /* AUTO: by the output's suffix, else the input's */
    int quality, compression;
    float background[3]; /* 0..1; under alpha where the output has none. Default white */
    bool drop_metadata;
    bool no_clobber;
    int threads; /* 0: as many as the machine has, or IMGCONV_THREADS */
    uint64_t max_pixels, max_memory;
    int band_rows; /* rows of a band, 0: chosen. Changes no sample */
    /* Called from time to time with rows written and rows in all; non-zero cancels. */
    int (*progress)(void *context, int64_t done, int64_t total);
    void *progress_context;
    const struct imc_filter_watch *watch; /* NULL: nobody looks on */
};

/* Border replicate, padding same, stride and dilation 1, everything else auto, 0 or off; scale 1, quality 92, compression 6. */
IMC_API void imc_filter_options_default(struct imc_filter_options *options);

#define IMC_NOTES_MAX 6
struct imc_filter_report {
    struct imc_image_info input, output; /* without blobs */
    struct imc_stats stats;              /* values in the units of the output before clipping */
    int notes;
    char note[IMC_NOTES_MAX][256]; /* sentences for the user: clipping, alpha composited, 16 bits to 8 */
};

/* Filters one picture. `input` and `output` as in imc_reader_open and imc_writer_open; they may be the same file. `output` NULL:
 * nothing is written, the result is for options->watch alone, and options->format AUTO stands for PNG. `report` may be NULL. On
 * failure the output is as it was before. Errors: those of reader, writer and plan; CANCELLED. */
IMC_API enum imc_status imc_filter_file(const struct imc_filter_options *options, const char *input, const char *output,
                                        struct imc_filter_report *report, struct imc_error *error);

/* The same into memory: *samples gets the result's rows, packed and interleaved, freed by the caller with free();
 * report->output says what they are. options->format AUTO stands for PNG: whole samples of the input's depth. NPY gives 32-bit
 * floats, and room for any number of channels. */
IMC_API enum imc_status imc_filter_memory(const struct imc_filter_options *options, const char *input, void **samples,
                                          struct imc_filter_report *report, struct imc_error *error);

/* What imc_filter_file would do. */
#define IMC_STAGES_MAX 16
struct imc_filter_stage_info {
    const struct imc_bank *bank; /* the caller's own stage */
    struct imc_plan_info plan;
    double gain; /* sum of taps times the kernel's scale (largest filter) */
    bool derivative;
    double low, high; /* the values the stage can produce from its input's range */
};
struct imc_filter_explanation {
    struct imc_image_info input, output; /* without blobs */
    enum imc_channels channels;          /* as resolved */
    enum imc_alpha alpha;                /* as resolved; meaningless without alpha */
    enum imc_map map;                    /* as resolved */
    int stage_count;
    struct imc_filter_stage_info stage[IMC_STAGES_MAX];
    int threads;
    bool streams;    /* peak memory does not grow with the height */
    char holds[160]; /* where it does: what holds the picture, and why */
    uint64_t memory; /* estimated peak of buffers, bytes */
};
/* `output` may be NULL: the format is then the options' or the input's. */
IMC_API enum imc_status imc_filter_explain(const struct imc_filter_options *options, const char *input, const char *output,
                                           struct imc_filter_explanation *explanation, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
