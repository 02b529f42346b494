/* shade.h: planes of numbers as gray to look at. */
#ifndef SHADE_H
#define SHADE_H

#include <stddef.h>

/* |response| in 64 grays: black is 0, white what one pixel in 200 exceeds, so that a few bright corners do not darken the rest. */
void shade_response(const float *response, size_t pixels, unsigned char *gray);
/* A picture [channels][pixels] of 0..1 as interleaved bytes. */
void shade_picture(const float *planes, int channels, size_t pixels, unsigned char *bytes);
/* Gray bytes as packed RGB. */
void shade_to_rgb(const unsigned char *gray, size_t pixels, unsigned char *rgb);

#endif
