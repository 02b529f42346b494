/* fft_factors.h: the factors that the transforms of rowops.h multiply with. */
#ifndef FFT_FACTORS_H
#define FFT_FACTORS_H

#include <stddef.h>

/* Floats of the factors of a column of n blocks; and the factors. n = 4, 8, 16, 32 ... */
size_t fft_factors_count(int n);
void fft_factors_fill(float *factors, int n);
/* The 2*n turns between the steps of a row of n = 64, 128 ... samples; the row's factors are those of a column of n/8. Aligned as a
 * block. */
void fft_turns_fill(float *turns, int n);

#endif
