/* tint.h: the colours of charts. */
#ifndef TINT_H
#define TINT_H

#include <stdint.h>

enum { TINT_GRID = 0xE4E4E4, TINT_BLUE = 0x1F5FAF, TINT_ORANGE = 0xD96A0B, TINT_RED = 0xC8321E };

/* White at 0, the colour at 1. */
uint32_t tint(uint32_t colour, double share);
/* What is written on a tint, so that it can be read. */
uint32_t tint_ink(double share);

#endif
