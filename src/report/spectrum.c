/* spectrum.c: by the definition: a filter has few taps. */
#include "report/spectrum.h"

#include <math.h>

static double magnitude_at(const float *taps, int channels, int kh, int kw, double v, double u)
{
    double sum = 0;
    for (int c = 0; c < channels; c++) {
        double real = 0, imaginary = 0;
        for (int i = 0; i < kh * kw; i++) {
            double angle = u * (i % kw) + v * (i / kw), tap = (double)taps[c * kh * kw + i];
            real += tap * cos(angle);
            imaginary += tap * sin(angle);
        }
        sum += real * real + imaginary * imaginary;
    }
    return sqrt(sum);
}

void spectrum_draw(const float *taps, int channels, int kh, int kw, unsigned char gray[SPECTRUM_SIDE * SPECTRUM_SIDE])
{
    double magnitude[SPECTRUM_SIDE * SPECTRUM_SIDE], largest = 0;
    for (int i = 0; i < SPECTRUM_SIDE * SPECTRUM_SIDE; i++) {
        const double step = 2 * 3.14159265358979323846 / (SPECTRUM_SIDE - 1);
        int middle = SPECTRUM_SIDE / 2;
        magnitude[i] =
            magnitude_at(taps, channels, kh, kw, step * (i / SPECTRUM_SIDE - middle), step * (i % SPECTRUM_SIDE - middle));
        largest = fmax(largest, magnitude[i]);
    }
    for (int i = 0; i < SPECTRUM_SIDE * SPECTRUM_SIDE; i++)
        gray[i] = (unsigned char)lrint(largest > 0 ? 255 * magnitude[i] / largest : 0);
}
