/* spectrum.h: which frequencies a filter lets through. */
#ifndef SPECTRUM_H
#define SPECTRUM_H

enum { SPECTRUM_SIDE = 65 };

/* The magnitude of the frequency response, sqrt(sum over c of |H_c|^2) with H(u,v) = sum of tap(y,x) exp(-i (u x + v y)), over
 * -pi..pi in both directions: frequency 0 is in the middle, v grows downwards, white is the largest. gray [SIDE][SIDE]. */
void spectrum_draw(const float *taps, int channels, int kh, int kw, unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE]);

#endif
