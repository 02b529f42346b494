/* huffman.h: prefix codes as deflate has them (RFC 1951, 3.2.2). */
#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stdint.h>

enum { HUFFMAN_SYMBOLS_MAX = 288, HUFFMAN_LENGTH_MAX = 15 };

/* Lengths, at most `limit` bits, of a code for symbols of the given frequencies: 0 for those that do not occur, 1 for a single
 * one. */
void huffman_lengths(const uint32_t *frequency, int symbols, int limit, uint8_t *length);
/* The codes of those lengths, their first bit lowest. */
void huffman_codes(const uint8_t *length, int symbols, uint16_t *code);

#endif
