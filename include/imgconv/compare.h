/* compare.h: filters held beside hand-made kernels, with what chance would give.
 *
 * Words. F is a filter [channels][kh][kw], k a gray hand-made kernel of the same size, F_c the taps of F on channel c.
 *
 *     score      the best cosine over channel weights, sign included: sqrt(sum over c of (F_c.k)^2) / (|F| |k|), 0..1; with
 *                one channel |cosine|. The weights that reach it are w_c = (F_c.k) / |k|^2: w_c * k is as near to F_c as can be
 *     match      the hand-made kernel of the best score
 *     chance     the scores that filters of independent normal taps reach, against the same kernels by the same rule: median and
 *                95th percentile of `random_count` of them, drawn by counter from `seed`. One random filter in twenty is above the
 *                latter
 *     edge, line, average    shares of F's energy (the sum of its squared taps), after Frei and Chen, IEEE Trans. Computers C-26
 *                (1977): what changes sign under a half turn, what keeps it and sums to zero, and the mean. At 3x3 these are
 *                exactly their four edge masks, four line masks and the average; at any size derivatives of odd order, of even
 *                order, and of order 0
 *     order      shares of the derivatives of order 0, 1, 2 and above, by the first orthogonal polynomials on the taps
 *     residual   |F - P F| / |F|, P the projection on all that the hand-made kernels span, channel by channel. Where they span
 *                every filter of the size (span == kh * kw) it is 0 for any filter and says nothing: `pair` tells how near the
 *                best two kernels come
 *
 * On a picture (values 0..1, made smaller by a whole factor where a side is longer than IMC_COMPARE_SIDE; border replicate; filters
 * of one channel read its luma, those of three its colours):
 *
 *     correlation    Pearson's, over all pixels, of F's response and of its match's, weighted as above
 *     reference edges    Sobel's magnitude of the luma, thinned by non-maximum suppression along Sobel's gradient rounded to 45
 *                degrees: the strongest of these, IMC_COMPARE_EDGE_SHARE of the picture's pixels (or all, if there are fewer)
 *     edges of F     |response|, thinned along the same gradient; as many of the strongest
 *     precision, recall    the share of F's edges that have a reference edge at most one pixel away (diagonals too), and the share
 *                of reference edges that have one of F's
 *     edge_f     2 precision recall / (precision + recall)
 */
#ifndef IMGCONV_COMPARE_H
#define IMGCONV_COMPARE_H

#include <imgconv/image.h>
#include <imgconv/kernel.h>
#include <imgconv/net.h>
#include <imgconv/status.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IMC_COMPARE_SIDE       800
#define IMC_COMPARE_EDGE_SHARE 0.05
#define IMC_COMPARE_ORDERS     4
#define IMC_COMPARE_DERIVATIVE 0.5 /* of the energy: more than all other orders together */
#define IMC_COMPARE_KERNEL_MAX 64  /* the largest side of a filter that is compared */

struct imc_compare_options {
    const struct imc_bank *filters;     /* a layer; NULL: the hand-made kernels among themselves */
    int size;                           /* the kernels' side where `filters` is NULL */
    const struct imc_bank *const *with; /* more kernels, each on one channel, that lie in kh x kw taps, anchor on anchor */
    int with_count;
    const char *input; /* a picture as in imc_reader_open; NULL: none */
    int random_count;  /* at least 100 */
    uint64_t seed;
    int threads; /* 0: all */
};
/* No filters, size 3, no picture, 10000 random filters, seed 1, all threads. */
IMC_API void imc_compare_options_default(struct imc_compare_options *options);

/* A filter and what was found about it. Figures about the picture are NAN without one. */
struct imc_compared {
    const char *name;
    int filter; /* its place in the bank */
    int match;  /* place of the best hand-made kernel in the bank imc_comparison.kernels; never itself */
    double score;
    bool above_chance;     /* score > chance_95 */
    const double *weights; /* [channels] */
    double mean_tap;
    double edge, line, average;
    double order[IMC_COMPARE_ORDERS];
    double
        angle; /* of its first derivative, 0 <= degrees < 180: 0 is d/dx, which answers to vertical edges, 90 is d/dy; NAN: none */
    double residual; /* NAN among themselves */
    int pair[2];     /* the two kernels whose combinations come nearest */
    double pair_residual;
    double mean_response, largest_response; /* of |response| */
    double correlation;
    double precision, recall, edge_f;
};

enum { IMC_VERDICTS_MAX = 6 };

struct imc_comparison {
    int channels, kh, kw;
    bool among_themselves;       /* the filters are the hand-made kernels: a match is another one */
    const struct imc_bank *bank; /* the filters, as they were compared; of the comparison */
    int count;
    const struct imc_compared *filters; /* [count] */
    const struct imc_bank *kernels;     /* hand-made, of imc_handmade_create and those of `with`, as they were compared */
    int span;                           /* dimension of what they span, at most kh * kw */
    int random_count;
    double chance_median, chance_95; /* of the scores of random filters */
    double chance_pair;              /* their mean pair_residual */
    double chance_derivatives;       /* the share of them that are first derivatives: order[1] above IMC_COMPARE_DERIVATIVE */
    /* The picture, NULL without one. */
    const char *input;
    int file_width, file_height; /* as the file has it */
    int width, height;           /* as it was measured */
    int picture_channels;        /* 1 or 3 */
    const float *picture;        /* [picture_channels][height][width], 0..1 */
    int verdicts;
    char verdict[IMC_VERDICTS_MAX][320]; /* sentences that follow from the figures */
};

/* Compares. *comparison is the caller's, freed by imc_comparison_free; NULL on failure. Errors: ARGUMENT (options; filters of other
 * than one or three channels with a picture), those of the reader of pictures, MEMORY. */
IMC_API enum imc_status imc_compare(const struct imc_compare_options *options, struct imc_comparison **comparison,
                                    struct imc_error *error);
/* The response [height][width] of a filter on the picture, or that of its match with its weights; there must be a picture. Errors:
 * MEMORY. */
IMC_API enum imc_status imc_comparison_respond(const struct imc_comparison *comparison, int filter, bool match, float *response,
                                               struct imc_error *error);
/* Draws for each filter its taps, its match's, and both responses where there is a picture (|response|, white is what one pixel in
 * 200 exceeds). `writer` (NULL: the defaults) as in imc_writer_open. Errors: those of the writer; LIMIT, MEMORY. */
IMC_API enum imc_status imc_compare_sheet(const struct imc_comparison *comparison, const char *output,
                                          const struct imc_writer_options *writer, struct imc_error *error);
struct imc_report_options {
    const char *title;              /* what was compared, such as the name of a model */
    const struct imc_net *net;      /* that the filters are from: its training and its errors are told too. NULL: none */
    const struct imc_dataset *data; /* its test part gives the confusion matrix and the worst pictures, where size and classes are
                                     * the network's. NULL: none */
    bool no_clobber;                /* an existing file is an error */
};
/* Writes one HTML file that loads nothing from elsewhere: filters as cells, frequency responses, responses on the picture with a
 * slider between before and after, the tables, the verdict; curves, confusion matrix and worst pictures of the network. `output` as
 * in imc_writer_open. Errors: IO, MEMORY. */
IMC_API enum imc_status imc_compare_report(const struct imc_comparison *comparison, const struct imc_report_options *options,
                                           const char *output, struct imc_error *error);
/* NULL is allowed. */
IMC_API void imc_comparison_free(struct imc_comparison *comparison);

#ifdef __cplusplus
}
#endif
#endif
