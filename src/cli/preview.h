/* preview.h: --preview: a picture before and after a filter, small, as text. */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "cli/terminal.h"
#include <imgconv/imgconv.h>

struct preview_side {
    struct imc_image_info info;
    struct imc_thumbnail *thumbnail;
    int width, height; /* of the thumbnail */
};

struct preview {
    struct terminal terminal;
    const char *input;
    const struct imc_filter_options *options;
    struct imc_filter_watch watch;
    struct preview_side before, after;
    bool stacked;    /* one above the other */
    bool read_apart; /* the rows that the filter reads have lost their colour: `before` was read by itself */
};

/* Makes the next run with `options` on `input` fill the preview. Both must outlive it. */
void preview_init(struct preview *preview, const char *input, struct imc_filter_options *options);
/* After that run: the captions, with `label` for what the filter is, and the pictures, on standard output. */
enum imc_status preview_draw(const struct preview *preview, const char *label, struct imc_error *error);
void preview_free(struct preview *preview);

#endif
