/* sheet.h: pictures about kernels and their responses, and about networks and what they are shown. */
#ifndef IMGCONV_SHEET_H
#define IMGCONV_SHEET_H

#include <imgconv/filter.h>
#include <imgconv/image.h>
#include <imgconv/kernel.h>
#include <imgconv/net.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What black and white stand for on a sheet of kernels: each filter's own largest tap, or the largest of all. */
enum imc_sheet_scale { IMC_SHEET_OWN, IMC_SHEET_COMMON };

/* Draws filters as cells, every tap a square: zero is mid-gray (128), positive taps are brighter, negative ones darker; filters on
 * three channels are coloured. One bank fills a square, several make a strip each. `writer` (NULL: the defaults) is as in
 * imc_writer_open. Errors: those of the writer; LIMIT (more than IMC_SHEET_PIXELS_MAX pixels). */
#define IMC_SHEET_PIXELS_MAX (1 << 27)
IMC_API enum imc_status imc_sheet_kernels(const struct imc_bank *const *banks, int count, enum imc_sheet_scale scale,
                                          const char *output, const struct imc_writer_options *writer, struct imc_error *error);

/* The last stage of `options` is a bank that combines nothing: applies each of its filters by itself, as imc_filter_file would,
 * and draws the results, made smaller where they are large, with their names on one contact sheet. `report` (NULL allowed) is
 * that of the run with the most clipped samples. Errors: those of imc_filter_file; LIMIT. */
IMC_API enum imc_status imc_sheet_responses(const struct imc_filter_options *options, const char *input, const char *output,
                                            struct imc_filter_report *report, struct imc_error *error);

/* A small gray picture with up to two lines of text below it. */
struct imc_sheet_sample {
    const uint8_t *pixels; /* [height][width] */
    const char *line[2];   /* NULL: none */
    bool marked;           /* framed in red, as what is wrong */
};
/* Draws samples, all of one size, magnified where they are small, on one sheet below a title. Errors: those of the writer;
 * LIMIT. */
IMC_API enum imc_status imc_sheet_samples(const struct imc_sheet_sample *samples, int count, int height, int width,
                                          const char *title, const char *output, const struct imc_writer_options *writer,
                                          struct imc_error *error);

/* Draws what each layer of a network makes of a picture, [height][width] as the network reads it: the layer's maps below a line
 * with its text, its shape and how much of the picture one value sees. In each map black is its least value and white its
 * largest; maps of one value share the layer's. Errors: those of the writer; LIMIT. */
IMC_API enum imc_status imc_sheet_maps(const struct imc_net *net, const uint8_t *picture, const char *title, const char *output,
                                       const struct imc_writer_options *writer, struct imc_error *error);

#ifdef __cplusplus
}
#endif
#endif
