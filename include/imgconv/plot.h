/* plot.h: pictures about kernels, what they do, and about networks: how they were trained, and where they err.
 *
 * `output` is a name as in imc_writer_open, or FILE.svg, which is written as text. Errors: those of the writer;
 * MEMORY; LIMIT (more than IMC_SHEET_PIXELS_MAX pixels).
 */
#ifndef IMGCONV_PLOT_H
#define IMGCONV_PLOT_H

#include <imgconv/kernel.h>
#include <imgconv/net.h>
#include <imgconv/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Explains the filters of a bank, one below the other: taps, the gain over both frequencies and over their length, responses to a
 * point and to a step, and the figures and sentences of analysis.h, with the nearest hand-made kernels. Filters on several channels
 * show the taps of the first 16. Errors: LIMIT also for sides above IMC_ANALYSIS_SIDE_MAX and for more than IMC_PLOT_FILTERS_MAX
 * filters. */
#define IMC_PLOT_FILTERS_MAX 16
IMC_API enum imc_status imc_plot_kernel(const struct imc_bank *bank, const char *output, struct imc_error *error);

/* Curves of loss and accuracy, while training and on the validation pictures, over the epochs. */
IMC_API enum imc_status imc_plot_history(const struct imc_epoch *history, int epochs, const char *output, struct imc_error *error);

/* counts [classes][classes]: how many pictures of a label (the row) were taken for a class (the column). Cells are shaded by their
 * share of the row; beyond 40 classes they have no numbers. */
IMC_API enum imc_status imc_plot_confusion(const int *counts, const char *const *names, int classes, const char *title,
                                           const char *output, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
