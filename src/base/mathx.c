/* mathx.c: argument reduction and series. No libm call here but fma and floor, which are exact by definition. */
#include "base/mathx.h"

#include "base/expseries.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

double mathx_exp(double x)
{
    return exp_series(exp_reach(x));
}

double mathx_log(double x)
{
    /* x = m 2^k with m in sqrt(1/2)..sqrt(2); log m = 2 artanh(s), s = (m-1)/(m+1), |s| < 0.172: s^23/23 is below 2^-61. */
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int k = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | (uint64_t)1023 << 52;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        k++;
    }
    double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
    for (int n = 23; n >= 3; n -= 2)
        sum = fma(sum, s2, 1.0 / n);
    return fma(k, LN2_HI, fma(k, LN2_LO, 2 * s + 2 * s * s2 * sum));
}

double mathx_pow(double x, double y)
{
    if (y == 0)
        return 1;
    return x <= 0 ? 0 : mathx_exp(y * mathx_log(x));
}

/* pi/2 in three parts; the first two have 33 bits, so that k*PIO2_1 and k*PIO2_2 are exact for |k| < 2^20. */
static const double PIO2_1 = 0x1.921fb544p+0, PIO2_2 = 0x1.0b4611a6p-34, PIO2_3 = 0x1.3198a2e037073p-69;
static const double TWO_BY_PI = 0x1.45f306dc9c883p-1;

/* Taylor's coefficients: of r^3, r^5 ... r^17 in sin r, and of r^2, r^4 ... r^18 in cos r. */
static const double SINE[] = {-1.0 / 6,        1.0 / 120,         -1.0 / 5040,         1.0 / 362880,
                              -1.0 / 39916800, 1.0 / 6227020800., -1.0 / 1307674368e3, 1.0 / 355687428096e3};
static const double COSINE[] = {-1.0 / 2,
                                1.0 / 24,
                                -1.0 / 720,
                                1.0 / 40320,
                                -1.0 / 3628800,
                                1.0 / 479001600,
                                -1.0 / 87178291200.,
                                1.0 / 20922789888e3,
                                -1.0 / 6402373705728e3};
enum { SINES = sizeof SINE / sizeof *SINE, COSINES = sizeof COSINE / sizeof *COSINE };

/* The sine of x + quarters*pi/2. With x = k pi/2 + r, |r| <= pi/4, it is sin r or cos r by turns, of changing sign; what the series
 * leave is less than 2^-58. */
static double sine_of_turn(double x, int quarters)
{
    double k = floor(fma(x, TWO_BY_PI, 0.5));
    double r = fma(-k, PIO2_3, fma(-k, PIO2_2, fma(-k, PIO2_1, x))), r2 = r * r, sum = 0, value;
    int turn = (int)k + quarters;
    if (turn & 1) {
        for (int i = COSINES - 1; i >= 0; i--)
            sum = fma(sum, r2, COSINE[i]);
        value = fma(sum, r2, 1);
    } else {
        for (int i = SINES - 1; i >= 0; i--)
            sum = fma(sum, r2, SINE[i]);
        value = fma(sum * r2, r, r);
    }
    return turn & 2 ? -value : value;
}

double mathx_sin(double x)
{
    return sine_of_turn(x, 0);
}

double mathx_cos(double x)
{
    return sine_of_turn(x, 1);
}
