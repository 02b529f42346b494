/* frequency.h: the frequency response of taps, by its definition: a filter has few taps. */
#ifndef FREQUENCY_H
#define FREQUENCY_H

#include <imgconv/analysis.h>

struct planes {
    const float *taps; /* [channels][kh][kw], sides to IMC_ANALYSIS_SIDE_MAX */
    int channels, kh, kw;
};

/* The square of the gain at a frequency in cycles per pixel (analysis.h); `sums` [channels], NULL for none, are subtracted from the
 * channels' responses, the taps' middle being the origin. */
double frequency_power(const struct planes *planes, double fy, double fx, const double *sums);

/* exp(2 pi i f (j - middle)) for j = 0..count-1 */
struct wave {
    double real[IMC_ANALYSIS_SIDE_MAX], imaginary[IMC_ANALYSIS_SIDE_MAX];
};
void wave_make(struct wave *wave, double f, int count);

/* The same for the frequencies fx and each of `down` [count], waves of kh, into power [count]: the rows' part is computed once. */
void frequency_column(const struct planes *planes, const struct wave *down, int count, double fx, double *power);

#endif
