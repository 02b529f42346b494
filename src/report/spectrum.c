/* spectrum.c: see spectrum.h. */
#include "report/spectrum.h"

#include "kernel/frequency.h"

#include <math.h>

double spectrum_find(const float *taps, int channels, int kh, int kw, double magnitude[SPECTRUM_SIDE * SPECTRUM_SIDE])
{
    const struct planes planes = {taps, channels, kh, kw};
    const int middle = SPECTRUM_SIDE / 2;
    double largest = 0;
    for (int i = 0; i < SPECTRUM_SIDE * SPECTRUM_SIDE; i++) {
        double fy = (double)(i / SPECTRUM_SIDE - middle) / (SPECTRUM_SIDE - 1);
        double fx = (double)(i % SPECTRUM_SIDE - middle) / (SPECTRUM_SIDE - 1);
        magnitude[i] = sqrt(frequency_power(&planes, fy, fx, NULL));
        largest = fmax(largest, magnitude[i]);
    }
    return largest;
}

void spectrum_draw(const float *taps, int channels, int kh, int kw, unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE])
{
    double magnitude[SPECTRUM_SIDE * SPECTRUM_SIDE], largest = spectrum_find(taps, channels, kh, kw, magnitude);
    for (int i = 0; i < SPECTRUM_SIDE * SPECTRUM_SIDE; i++)
        gray[i] = (unsigned char)lrint(largest > 0 ? 255 * magnitude[i] / largest : 0);
}
