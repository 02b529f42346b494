/* tint.c: see tint.h. */
#include "report/tint.h"

#include "report/canvas.h"

#include <math.h>

uint32_t tint(uint32_t colour, double share)
{
    uint32_t mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8)
        mixed |= (uint32_t)lrint(255 + ((int)(colour >> shift & 0xFF) - 255) * share) << shift;
    return mixed;
}

uint32_t tint_ink(double share)
{
    return share > 0.7 ? CANVAS_WHITE : CANVAS_INK;
}
