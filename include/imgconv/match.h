/* match.h: which hand-made kernel a filter is like.
 *
 * The kernels that people wrote down, at the size of the filter, make a bank; a filter is scored against each of them by the cosine
 * of the angle between their taps. Signs do not count, and neither does a factor. */
#ifndef IMGCONV_MATCH_H
#define IMGCONV_MATCH_H

#include <imgconv/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every hand-made kernel of kh x kw taps as one bank [kernels][1][kh][kw], without a combination: mean, Gaussian and its
 * derivatives, LoG, Sobel (squares of odd size to 15) and Gabor as they are at that size, and the other built-in kernels that fit
 * into it, padded with zeros so that their anchors lie on that of kh x kw. Turned kernels are entries of their own (sobel-45,
 * gabor:theta=45,...). Each entry is named by a KERNEL text, "gaussian-dx:size=5", which gives its taps, those of a padded one
 * without the padding. Taps that differ from an earlier entry's by a factor alone are left out, and so are kernels that would be
 * all zero. 1 <= kh, kw; *bank is the caller's, freed by imc_bank_free; NULL on failure. The same size gives the same bank.
 * Errors: ARGUMENT (a size below 1), LIMIT (a size whose bank would exceed IMC_BANK_TAPS_MAX), MEMORY. */
IMC_API enum imc_status imc_handmade_create(int kh, int kw, struct imc_bank **bank, struct imc_error *error);

struct imc_match {
    int kernel;   /* its place in `kernels` */
    double score; /* 0..1 */
};

/* Scores filter number `filter` of `bank`, F [in_c][kh][kw], against each kernel k of `kernels`, which has one input channel and
 * the same kh and kw, and stores the `most` best, best first, of equal ones the earlier; `kernels->filters` at most. *found is how
 * many.
 *
 *     score = |F.k| / (|F| |k|)     F.k = the in_c inner products of the filter's channels with k
 *
 * which is the largest cosine of F and k spread over the channels, w[c] k, over all channel weights w; for one channel it is
 * |cosine|. That best w, of length 1, goes to weights[match][in_c], in_c numbers a match, where `weights` is not NULL; for one
 * channel it is the sign. A filter or a kernel of zeros scores 0, and its weights are 0.
 * Errors: ARGUMENT (sizes that differ, kernels on several channels, no such filter, most < 1). */
IMC_API enum imc_status imc_bank_match(const struct imc_bank *bank, int filter, const struct imc_bank *kernels, int most,
                                       struct imc_match *matches, double *weights, int *found, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
