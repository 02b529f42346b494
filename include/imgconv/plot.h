/* plot.h: pictures about networks: how they were trained, and where they err.
 *
 * `output` is a name as in imc_writer_open, or FILE.svg, which is written as text. Errors: those of the writer;
 * MEMORY; LIMIT (more than IMC_SHEET_PIXELS_MAX pixels).
 */
#ifndef IMGCONV_PLOT_H
#define IMGCONV_PLOT_H

#include <imgconv/net.h>
#include <imgconv/status.h>

#ifdef __cplusplus
extern "C" {
#endif

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
