/* srgb.c: the sRGB curve in double with our own pow, rounded once. Values outside 0..1, which filters with negative taps make,
 * follow the curve mirrored at zero and continued above one, so that encode and decode stay inverses. */
#include "filter/srgb.h"

#include "base/mathx.h"

#include <math.h>

float srgb_decode(float encoded)
{
    double v = fabs((double)encoded);
    double linear = v <= 0.04045 ? v / 12.92 : mathx_pow((v + 0.055) / 1.055, 2.4);
    return (float)(encoded < 0 ? -linear : linear);
}

float srgb_encode(float linear)
{
    double v = fabs((double)linear);
    double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * mathx_pow(v, 1 / 2.4) - 0.055;
    return (float)(linear < 0 ? -encoded : encoded);
}
