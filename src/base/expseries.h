/* expseries.h: the arithmetic of mathx_exp, inline, so that it stands once and is compiled for what reads it: the row op exp_f32
 * runs it in lanes, with the processor's own fma. The bits are equal whatever it is compiled for. In two parts, as GCC vectorises
 * no loop over the second that chooses by x.
 */
#ifndef EXPSERIES_H
#define EXPSERIES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the high one has its low 32 bits zero, so k*LN2_HI is exact for |k| < 2^20. */
static const double LN2_HI = 0x1.62e42feep-1, LN2_LO = 0x1.a39ef35793c76p-33, LOG2E = 0x1.71547652b82fep+0;

/* x, or where that is below -745 or above 709.78 a number whose power exp_series finds to be 0 or infinity. */
static inline double exp_reach(double x)
{
    double reach = x < -745 ? -746 : x;
    return reach > 709.78 ? 710 : reach;
}

/* 2^k for an integer k of a normal result: the sum's last bits are those of k + 1023, the exponent's. */
static inline double power_of_two(double k)
{
    double value = k + (0x1p52 + 1023);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits <<= 52;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* e^x for an x from exp_reach; a NaN stays the same, as all that is made of it has its sign: there is no -k. */
static inline double exp_series(double x)
{
    /* e^x = 2^k e^r with |r| <= ln(2)/2; the Taylor series of e^r to r^14/14! leaves less than 2^-58. 2^k is multiplied in two
     * halves, one after the other, for a subnormal result. */
    double k = floor(x * LOG2E + 0.5), half = floor(0.5 * k);
    double r = fma(k, -LN2_LO, fma(k, -LN2_HI, x)), sum = 1;
    for (int n = 14; n >= 1; n--)
        sum = fma(sum, r / n, 1);
    return sum * power_of_two(half) * power_of_two(k - half);
}

#endif
