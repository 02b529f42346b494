/* kernel.h: filter banks, the one form in which kernels exist here.
 *
 * A bank is `filters` kernels that are applied together: weights [filters][in_c][kh][kw], row-major, as they are applied
 * (correlation; imc_bank_flip gives true convolution). Sobel is a bank of two and a combination.
 */
#ifndef IMGCONV_KERNEL_H
#define IMGCONV_KERNEL_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest side of a kernel, and the most taps of a bank, that are read from outside. */
#define IMC_KERNEL_SIDE_MAX 4095
#define IMC_BANK_TAPS_MAX   (1 << 24)

/* How a bank's responses become one image. MAGNITUDE: sqrt of the sum of squares; MAX: the largest, signed; SUM: their sum;
 * ABS: the absolute value of a single response. */
enum imc_combine { IMC_COMBINE_NONE, IMC_COMBINE_MAGNITUDE, IMC_COMBINE_MAX, IMC_COMBINE_SUM, IMC_COMBINE_ABS };

/* How values become samples of an integer file; see filter.h. AUTO follows the kernel. */
enum imc_map { IMC_MAP_AUTO, IMC_MAP_CLIP, IMC_MAP_ABS, IMC_MAP_OFFSET, IMC_MAP_FIT, IMC_MAP_RAW };

struct imc_bank {
    int filters, in_c, kh, kw;
    int anchor_y, anchor_x; /* the tap that lies on the output pixel; default floor((k-1)/2) */
    float *weights;         /* [filters][in_c][kh][kw] */
    float *bias;            /* [filters], or NULL for none: a layer's, applied where imc_filter_options.own_bias asks for it */
    char **names;           /* [filters], one for each, such as "sobel-x" */
    char *label;            /* the text that names the whole bank, such as "gaussian:sigma=2" */
    float scale, offset;    /* the kernel's own: response * scale + offset, before the bias; 1 and 0 unless a file says otherwise */
    enum imc_combine combine;
    enum imc_map map; /* AUTO unless the kernel names one (emboss: OFFSET) */
    bool learned;     /* from a model, an .npy file, or a .kern file that says so */
};

/* Values that the command line gives for the kernel named last. A size of 0 and a negative sigma mean not given; sigma 0 is
 * identity. */
struct imc_kernel_params {
    int size_y, size_x;
    double sigma_y, sigma_x;
};

/* Makes a bank from KERNEL text, the grammar of imgconv-kernel(5): a name with key=value items, a file, inline taps, or an
 * expression. `params` may be NULL. *bank is the caller's, freed by imc_bank_free; NULL on failure.
 * Errors: ARGUMENT (grammar, unknown name with the nearest one, a parameter the kernel has not), IO and FORMAT (kernel files, with
 * line and column), LIMIT, MEMORY. */
IMC_API enum imc_status imc_bank_parse(const char *text, const struct imc_kernel_params *params, struct imc_bank **bank,
                                       struct imc_error *error);
/* A bank of zero weights, default anchor, unnamed filters, scale 1. */
IMC_API enum imc_status imc_bank_create(int filters, int in_c, int kh, int kw, struct imc_bank **bank, struct imc_error *error);
IMC_API enum imc_status imc_bank_copy(const struct imc_bank *bank, struct imc_bank **copy, struct imc_error *error);
/* Keeps one filter, 0 <= filter < filters, which then stands by itself: combine none. */
IMC_API void imc_bank_select(struct imc_bank *bank, int filter);
/* NULL is allowed. */
IMC_API void imc_bank_free(struct imc_bank *bank);

/* Turns every kernel by 180 degrees, anchor included: correlation becomes true convolution. */
IMC_API void imc_bank_flip(struct imc_bank *bank);
/* Divides each filter by the sum of its taps, or of the positive ones where that sum is zero (|sum| <= 1e-3 * sum of |taps|). */
IMC_API void imc_bank_normalize(struct imc_bank *bank);

/* Sum, and sum of absolute values, of one filter's taps (all input channels), in double, the kernel's own scale not applied. */
IMC_API double imc_bank_sum(const struct imc_bank *bank, int filter);
IMC_API double imc_bank_abs_sum(const struct imc_bank *bank, int filter);
/* Derivative: every filter has |sum| <= 1e-3 * sum of |taps|, or the bank is learned. All others are tone kernels. */
IMC_API bool imc_bank_is_derivative(const struct imc_bank *bank);
/* The numerical rank of one filter's taps (the largest over its input channels): the number of separable passes that give it with
 * dropped taps' absolute values summing to at most 2^-22 of the whole; 0 for a zero kernel. -1 if memory ran out. */
IMC_API int imc_bank_rank(const struct imc_bank *bank, int filter);

/* The bank as the text of a .kern file, which imc_bank_parse reads back to an equal bank. Freed by the caller with free(); NULL if
 * memory ran out. */
IMC_API char *imc_bank_to_text(const struct imc_bank *bank);
/* Writes that text to a file or, where its name ends in .npy, the weights as an array (n,c,kh,kw); as imc_writer_open writes a
 * picture: it takes its name only when whole, and after a failure an older file of that name is untouched. With no_clobber an
 * existing file is an error. Errors: IO, ARGUMENT (a terminal), MEMORY. */
IMC_API enum imc_status imc_bank_save(const struct imc_bank *bank, const char *path, bool no_clobber, struct imc_error *error);

/* One line of the list of built-in kernels. Strings are static. */
struct imc_kernel_entry {
    const char *name;    /* "sobel-x" */
    const char *group;   /* "smoothing", "first derivative", "second derivative", "other" */
    const char *answers; /* what it answers to: "vertical edges (d/dx)" */
    const char *params;  /* parameters and their defaults, "size=3", or "" */
};
/* The list, grouped by purpose; *count entries. */
IMC_API const struct imc_kernel_entry *imc_kernel_list(int *count);

#ifdef __cplusplus
}
#endif
#endif
