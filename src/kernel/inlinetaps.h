/* inlinetaps.h: taps written where a kernel's name could stand: "1,2,1;2,4,2;1,2,1" and ImageMagick's "3x3: 1,2,1 ...". */
#ifndef INLINETAPS_H
#define INLINETAPS_H

#include "kernel/place.h"

#include <imgconv/kernel.h>

/* Is at..end meant as taps? Digits, signs, points and separators alone, starting with a number; or anything behind "3x3:". */
bool inline_taps_recognise(const char *at, const char *end);
/* The bank of one kernel named "kernel". The byte at `end` must be no part of a number. */
enum imc_status inline_taps_parse(const char *at, const char *end, const struct place *place, struct imc_bank **bank,
                                  struct imc_error *error);

#endif
