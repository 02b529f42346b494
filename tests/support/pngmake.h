/* pngmake.h: PNG files made chunk by chunk, right or wrong on purpose, without libpng. A failure ends the test. */
#ifndef PNGMAKE_H
#define PNGMAKE_H

#include <stddef.h>
#include <stdint.h>

/* Also an EXIF blob or any other growing piece of memory. */
struct made {
    unsigned char *data; /* freed with made_free */
    size_t size;
};
void made_add(struct made *made, const void *data, size_t size);
void made_free(struct made *made);

/* IHDR's numbers. */
enum { MADE_GRAY = 0, MADE_RGB = 2, MADE_PALETTE = 3, MADE_GRAY_ALPHA = 4, MADE_RGB_ALPHA = 6 };

/* A picture as stored: samples of 1..16 bits, row by row, `channels` a pixel. */
struct made_picture {
    int width, height, bits, colour, interlace; /* IHDR's numbers */
    const uint16_t *samples;
};

int made_channels(int colour);
/* The signature and IHDR. */
void made_begin(struct made *png, const struct made_picture *picture);
void made_chunk(struct made *png, const char type[4], const void *data, size_t size);
/* Packs, filters (type 0), interlaces and compresses the samples: the data of an IDAT. */
struct made made_idat(const struct made_picture *picture);
/* IDAT and IEND. */
void made_end(struct made *png, const struct made_picture *picture);

/* A little EXIF: orientation, and X and Y resolution in pixels per inch. */
struct made made_exif(int big_endian, int orientation, unsigned x_per_inch, unsigned y_per_inch);

#endif
