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
    float scale;    /* 0.1: sides of 90 to 110 %, each axis by itself by a third of that */
    float shear;    /* 0.1: a slant of up to a tenth */
    float stroke;   /* pixels of ink added to or taken from both sides of a stroke */
    float elastic;  /* pixels that a point is moved by a smooth random field */
};

/* What `--augment` alone means. */
void augment_default(struct augment *augment);
bool augment_is_any(const struct augment *augment);

/* Bytes of scratch for pictures of this size; a scratch belongs to one thread. */
size_t augment_scratch(int height, int width);
/* out = the picture in[height][width], changed; pixels from outside are 0. in and out are not the same memory. */
void augment_picture(const struct augment *augment, int height, int width, const uint8_t *in, uint8_t *out, uint64_t seed,
                     uint32_t epoch, uint32_t image, void *scratch);

#endif
