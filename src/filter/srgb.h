/* srgb.h: the sRGB transfer curve (IEC 61966-2-1). */
#ifndef SRGB_H
#define SRGB_H

/* Encoded 0..1 to linear 0..1; values outside are continued by the mirrored curve. */
float srgb_decode(float encoded);
/* The inverse. */
float srgb_encode(float linear);

#endif
