/* fft_factors.c: powers of w = exp(-2 pi i / n), each from its angle in double, so that no error builds up. */
#include "simd/fft_factors.h"

#include "base/mathx.h"

static const double TWO_PI = 0x1.921fb54442d18p+2;

enum { LANES = 8 };

/* w^k */
static void power(int k, int n, float *re, float *im)
{
    double angle = -TWO_PI * (k % n) / n;
    *re = (float)mathx_cos(angle);
    *im = (float)mathx_sin(angle);
}

size_t fft_factors_count(int n)
{
    size_t count = 0;
    for (; n > 8; n /= 4)
        count += (size_t)n / 4 * 6;
    return count;
}

void fft_factors_fill(float *factors, int n)
{
    for (; n > 8; n /= 4)
        for (int j = 0; j < n / 4; j++)
            for (int k = 1; k < 4; k++, factors += 2)
                power(j * k, n, &factors[0], &factors[1]);
}

/* The frequency that a column of n leaves at block p: each step of radix 4 sorts by the remainder. */
static int frequency(int n, int p)
{
    return n <= 8 ? p : p / (n / 4) + 4 * frequency(n / 4, p % (n / 4));
}

void fft_turns_fill(float *turns, int n)
{
    for (int p = 0; p < n / LANES; p += LANES)
        for (int k = 0; k < LANES; k++, turns += 2 * LANES)
            for (int lane = 0; lane < LANES; lane++)
                power(k * frequency(n / LANES, p + lane), n, &turns[lane], &turns[LANES + lane]);
}
