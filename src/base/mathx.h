/* mathx.h: exp, log, pow, sin and cos of our own, built of + - * / and fma alone, so that taps, samples and
 * weights are the same bits with every libm.
 * Accuracy: a few units in the last place of a double; callers round to float. */
#ifndef MATHX_H
#define MATHX_H

/* e^x; 0 below -745, infinity above 709.78. */
double mathx_exp(double x);
/* Natural logarithm of a positive, normal x. */
double mathx_log(double x);
/* x^y for x >= 0. */
double mathx_pow(double x, double y);
/* Sine and cosine of |x| <= 1e6, in radians. */
double mathx_sin(double x);
double mathx_cos(double x);

#endif
