/* mathx.h: exp, log and pow of our own, built of + - * / and fma alone, so that taps and samples are the same bits with every libm.
 * Accuracy: a few units in the last place of a double; callers round to float. */
#ifndef MATHX_H
#define MATHX_H

/* e^x; 0 below -745, infinity above 709.78. */
double mathx_exp(double x);
/* Natural logarithm of a positive, normal x. */
double mathx_log(double x);
/* x^y for x >= 0. */
double mathx_pow(double x, double y);

#endif
