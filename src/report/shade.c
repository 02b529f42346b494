/* shade.c: see shade.h. More grays than 64 are not seen, and cost a report a third of its size. */
#include "report/shade.h"

#include <math.h>

enum { BINS = 4096, GRAYS = 64 };

static const double BRIGHT = 0.005;

/* The value that a share BRIGHT of the pixels exceeds, to a bin. */
static double white_of(const float *response, size_t pixels)
{
    size_t count[BINS] = {0}, above = 0;
    double largest = 0;
    int bin = BINS - 1;
    for (size_t i = 0; i < pixels; i++)
        largest = fmax(largest, fabs((double)response[i]));
    if (largest == 0)
        return 1;
    for (size_t i = 0; i < pixels; i++)
        count[(int)fmin(BINS - 1, fabs((double)response[i]) / largest * BINS)]++;
    while (bin > 0 && (double)(above += count[bin]) <= BRIGHT * (double)pixels)
        bin--;
    return largest * (bin + 1) / BINS;
}

void shade_response(const float *response, size_t pixels, unsigned char *gray)
{
    double white = white_of(response, pixels);
    for (size_t i = 0; i < pixels; i++) {
        double level = fmin(1, fabs((double)response[i]) / white);
        gray[i] = (unsigned char)lrint(rint(level * (GRAYS - 1)) * 255 / (GRAYS - 1));
    }
}

void shade_picture(const float *planes, int channels, size_t pixels, unsigned char *bytes)
{
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < (size_t)channels; c++)
            bytes[i * (size_t)channels + c] = (unsigned char)lrint(255 * fmin(1, fmax(0, (double)planes[c * pixels + i])));
}

void shade_to_rgb(const unsigned char *gray, size_t pixels, unsigned char *rgb)
{
    for (size_t i = 0; i < 3 * pixels; i++)
        rgb[i] = gray[i / 3];
}
