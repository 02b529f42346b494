/* rowops_repeats.h: the part of rowops_c.c that finds repeated bytes. */
#ifndef ROWOPS_REPEATS_H
#define ROWOPS_REPEATS_H

#include "simd/rowops.h"

static void repeats_u8(uint64_t *repeats, const uint8_t *in, size_t n)
{
    for (size_t x = 0; x < n; x += 64) {
        uint64_t word = 0;
        for (size_t i = 0; i < 64 && x + i < n; i++)
            word |= (uint64_t)(in[x + i] == in[(ptrdiff_t)(x + i) - 1]) << i;
        *repeats++ = word;
    }
}

#endif
