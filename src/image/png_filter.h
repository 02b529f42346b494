/* png_filter.h: rows of a PNG filtered before they are deflated. */
#ifndef PNG_FILTER_H
#define PNG_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct png_filter {
    size_t row_bytes;
    unsigned allowed; /* bit f: filter f of enum png_row may be chosen */
    int pixel_bytes;
    unsigned char *row, *above; /* each behind zeros that stand for the pixel left of the first */
    unsigned char *tried[2];
    unsigned char *memory;
};

bool png_filter_init(struct png_filter *filter, size_t row_bytes, int pixel_bytes, unsigned allowed);
void png_filter_free(struct png_filter *filter);
/* Where the bytes of the next row are to be put, as the file has them. */
unsigned char *png_filter_row(struct png_filter *filter);
/* Filters that row: writes the filter's number and row_bytes bytes. */
void png_filter_apply(struct png_filter *filter, unsigned char *out);

#endif
