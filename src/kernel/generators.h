/* generators.h: the makers behind the table of generate.c, and what they share. */
#ifndef GENERATORS_H
#define GENERATORS_H

#include "kernel/generate.h"

generator_maker make_mean, make_gaussian, make_gaussian_derivative, make_gabor, make_sobel;

/* The usual radius, floor(4 sigma + 0.5), as a side. */
int side_of_sigma(double sigma);
enum imc_status check_side(int side, const struct place *place, struct imc_error *error);

/* Cosine and sine of an angle in degrees; exactly 0 and +-1 at multiples of 90. */
void turn_of_degrees(double degrees, double *cosine, double *sine);

#endif
