/* tapcells.h: taps as squares of gray, or of colour where a filter reads three channels. */
#ifndef TAPCELLS_H
#define TAPCELLS_H

#include "report/canvas.h"

/* Of taps [count]. */
float tap_largest(const float *taps, size_t count);
/* taps [channels][kh][kw] with 1 or 3 channels, each a square of `square` pixels, from x,y on: zero is mid-gray (128), `largest`
 * and its negative are white and black. */
void tap_cells_draw(struct canvas *canvas, const float *taps, int channels, int kh, int kw, int square, int x, int y,
                    float largest);

#endif
