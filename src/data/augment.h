/* augment.h: a training picture as it might have been written: shifted, turned, scaled, slanted, thicker or thinner, bent. */
#ifndef AUGMENT_H
#define AUGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each is the largest change, drawn evenly from -x..+x; 0 leaves it out. */
struct augment {
    float shift;    /* pixels, each axis */
    float rotation; /* degrees */
    float scale;    /* 0.1: 90 to 110 %, each axis by a third of that more or less than the other */
    float shear;    /* 0.1: a slant of up to a tenth */
    float stroke;   /* pixels of ink added to, or taken from, each side of a stroke; at most 1 */
    float elastic;  /* pixels by which the nodes of a grid of 4 x 4 cells are moved, and what lies between them */
};

/* What `--augment` alone means. */
void augment_default(struct augment *augment);
bool augment_is_any(const struct augment *augment);

/* Bytes of scratch for pictures of this size, at most DATASET_SIDE_MAX a side; a scratch belongs to one thread. */
size_t augment_scratch(int height, int width);
/* out = the picture in[height][width], changed; outside of it there is 0. in and out are not the same memory. */
void augment_picture(const struct augment *augment, int height, int width, const uint8_t *in, uint8_t *out, uint64_t seed,
                     uint32_t epoch, uint32_t image, void *scratch);

#endif
