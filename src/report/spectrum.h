/* spectrum.h: which frequencies a filter lets through. */
#ifndef SPECTRUM_H
#define SPECTRUM_H

enum { SPECTRUM_SIDE = 65 };

/* The gain (analysis.h) at frequencies -1/2..1/2 cycles per pixel in both directions: frequency 0 is in the middle, fy grows
 * downwards; sides of taps to IMC_ANALYSIS_SIDE_MAX. Returns the largest. magnitude [SIDE][SIDE]. */
double spectrum_find(const float *taps, int channels, int kh, int kw, double magnitude[SPECTRUM_SIDE * SPECTRUM_SIDE]);
/* The same as gray: white is the largest. gray [SIDE][SIDE]. */
void spectrum_draw(const float *taps, int channels, int kh, int kw, unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE]);

#endif
