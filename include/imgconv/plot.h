/* plot.h: pictures about networks: how they were trained, and where they err.
 *
 * `output` is a name as in imc_writer_open, or FILE.svg, which is written as text (not by imc_plot_pictures). Errors: those of the
 * writer; MEMORY; LIMIT (more than IMC_SHEET_PIXELS_MAX pixels).
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

/* A gray picture with two lines below it. */
struct imc_plot_picture {
    const unsigned char *pixels; /* [height][width] */
    const char *line[2];
};
/* All on one contact sheet, magnified by whole factors. */
IMC_API enum imc_status imc_plot_pictures(const struct imc_plot_picture *pictures, int count, int height, int width,
                                          const char *title, const char *output, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
