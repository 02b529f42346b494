/* halffloat.h: numbers of 16 bits. */
#ifndef HALFFLOAT_H
#define HALFFLOAT_H

#include <stdint.h>

/* IEEE half precision: 1 sign, 5 exponent, 10 fraction bits. */
float half_to_float(uint16_t bits);
/* bfloat16: the upper half of a 32-bit float. */
float bfloat_to_float(uint16_t bits);

#endif
