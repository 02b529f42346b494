/* tapcells.c: no tap is smoothed into its neighbour. */
#include "report/tapcells.h"

#include <math.h>

float tap_largest(const float *taps, size_t count)
{
    float largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(taps[i]));
    return largest;
}

/* 1..255, zero at 128. */
static unsigned char gray_of(float tap, float largest)
{
    return (unsigned char)(128 + (largest > 0 ? lrintf(127 * (tap / largest)) : 0));
}

void tap_cells_draw(struct canvas *canvas, const float *taps, int channels, int kh, int kw, int square, int x, int y, float largest)
{
    size_t plane = (size_t)kh * (size_t)kw;
    for (int i = 0; i < (int)plane; i++) {
        uint32_t colour = 0;
        for (size_t c = 0; c < 3; c++)
            colour = colour << 8 | gray_of(taps[(size_t)i + (channels == 3 ? c * plane : 0)], largest);
        canvas_box(canvas, x + i % kw * square, y + i / kw * square, square, square, colour);
    }
}
