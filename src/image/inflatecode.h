/* inflatecode.h: tables that decode the prefix codes of deflate. */
#ifndef INFLATECODE_H
#define INFLATECODE_H

#include <stdbool.h>
#include <stdint.h>

/* An entry: bits 0-5, the bits it takes from the stream; 6-7, how many literals it gives (1 to 3), which stand in bits 8-31. With
 * no literal: bits 8-10 the kind; for a length or a distance bits 11-15 are the number of its extra bits, and 16-31 its base. */
enum inflate_kind { INFLATE_LONG, INFLATE_PAIR, INFLATE_END, INFLATE_INVALID };
enum { INFLATE_TABLE_BITS = 11, INFLATE_SYMBOLS_MAX = 288, INFLATE_LENGTH_MAX = 15 };

struct inflate_code {
    uint32_t table[1 << INFLATE_TABLE_BITS]; /* by the next bits of the stream */
    /* For codes that are longer. */
    uint16_t count[INFLATE_LENGTH_MAX + 1], sorted[INFLATE_SYMBOLS_MAX];
    const uint32_t *meaning; /* of each symbol, an entry without its bits */
};

/* Meanings, each for as many symbols as there may be lengths. */
extern const uint32_t inflate_plain[19];    /* numbers 0..18 as literals */
extern const uint32_t inflate_lengths[288]; /* literals, the end of a block, match lengths */
extern const uint32_t inflate_distances[32];

/* Makes the table for symbols of these lengths; false if they are no code. zlib's leniency: no symbol at all, or one of one bit,
 * will do until something else is met. */
bool inflate_code_make(struct inflate_code *code, const uint32_t *meaning, const uint8_t *length, int symbols);
/* Joins literals that follow each other within the bits of the table. */
void inflate_code_join(struct inflate_code *code);
/* The entry for bits that the table says are INFLATE_LONG. */
uint32_t inflate_code_long(const struct inflate_code *code, uint64_t bits);

static inline unsigned inflate_bits(uint32_t entry)
{
    return entry & 63;
}

static inline unsigned inflate_literals(uint32_t entry)
{
    return entry >> 6 & 3;
}

static inline enum inflate_kind inflate_kind(uint32_t entry)
{
    return (enum inflate_kind)(entry >> 8 & 7);
}

#endif
