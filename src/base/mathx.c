/* mathx.c: argument reduction and series. No libm call here but fma and floor, which are exact by definition. */
#include "base/mathx.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the high one has its low 32 bits zero, so k*LN2_HI is exact for |k| < 2^20. */
static const double LN2_HI = 0x1.62e42feep-1, LN2_LO = 0x1.a39ef35793c76p-33, LOG2E = 0x1.71547652b82fep+0;

/* 2^k, also for k that gives a subnormal result when the two halves are multiplied one after the other. */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double mathx_exp(double x)
{
    if (x < -745)
        return 0;
    if (x > 709.78)
        return INFINITY;
    /* e^x = 2^k e^r with |r| <= ln(2)/2; the Taylor series of e^r to r^14/14! leaves less than 2^-58. */
    int k = (int)floor(x * LOG2E + 0.5);
    double r = fma(-k, LN2_LO, fma(-k, LN2_HI, x));
    double sum = 1;
    for (int n = 14; n >= 1; n--)
        sum = fma(sum, r / n, 1);
    int half = k / 2;
    return sum * power_of_two(half) * power_of_two(k - half);
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

/* The sine of x + quarters*pi/2. With x = k pi/2 + r, |r| <= pi/4, it is sin r or cos r by turns, of changing sign. Taylor's series
 * to r^17/17! and r^18/18!, nested, leaves less than 2^-58. */
static double sine_of_turn(double x, int quarters)
{
    double k = floor(fma(x, TWO_BY_PI, 0.5));
    double r = fma(-k, PIO2_3, fma(-k, PIO2_2, fma(-k, PIO2_1, x)));
    int turn = (int)k + quarters, even = !(turn & 1);
    double sum = 1;
    for (int n = 18 - even; n >= 2; n -= 2)
        sum = fma(-r * r / (n * (n - 1)), sum, 1);
    double value = even ? r * sum : sum;
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
