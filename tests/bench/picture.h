/* picture.h: the pictures that are timed: drawn, the same on every machine, and as hard to compress as a photo. */
#ifndef PICTURE_H
#define PICTURE_H

#include <imgconv/image.h>

/* A hash of two numbers, all bits random. */
uint64_t picture_random(uint64_t a, uint64_t b);

/* Row y of a picture of that width: interleaved samples 0..255, not rounded. */
void picture_row(float *row, int y, int width, int height, int channels);

/* A whole picture: u8 rounded, f32 in 0..1. */
void picture_fill(void *data, enum imc_type type, int width, int height, int channels);

#endif
