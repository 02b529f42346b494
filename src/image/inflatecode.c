/* inflatecode.c: filtered rows of photos are nearly all literals, of three or four bits each. So an entry of the table for 11 bits
 * gives up to three of them at once: a look-up takes five cycles, which is then the time of two or three bytes. Codes longer than
 * the table are rare, and found bit by bit. */
#include "image/inflatecode.h"

#include <string.h>

enum { SIZE = 1 << INFLATE_TABLE_BITS };

#define LITERAL(n)    ((uint32_t)(n) << 8 | 1 << 6)
#define L4(n)         LITERAL(n), LITERAL((n) + 1), LITERAL((n) + 2), LITERAL((n) + 3)
#define L16(n)        L4(n), L4((n) + 4), L4((n) + 8), L4((n) + 12)
#define L64(n)        L16(n), L16((n) + 16), L16((n) + 32), L16((n) + 48)
#define PAIR(base, n) ((uint32_t)(base) << 16 | (uint32_t)(n) << 11 | INFLATE_PAIR << 8)
#define INVALID       ((uint32_t)INFLATE_INVALID << 8)

const uint32_t inflate_plain[19] = {L16(0), LITERAL(16), LITERAL(17), LITERAL(18)};

/* RFC 1951, 3.2.5. */
const uint32_t inflate_lengths[288] = {
    L64(0),      L64(64),      L64(128),     L64(192),     INFLATE_END << 8, PAIR(3, 0),   PAIR(4, 0),   PAIR(5, 0),  PAIR(6, 0),
    PAIR(7, 0),  PAIR(8, 0),   PAIR(9, 0),   PAIR(10, 0),  PAIR(11, 1),      PAIR(13, 1),  PAIR(15, 1),  PAIR(17, 1), PAIR(19, 2),
    PAIR(23, 2), PAIR(27, 2),  PAIR(31, 2),  PAIR(35, 3),  PAIR(43, 3),      PAIR(51, 3),  PAIR(59, 3),  PAIR(67, 4), PAIR(83, 4),
    PAIR(99, 4), PAIR(115, 4), PAIR(131, 5), PAIR(163, 5), PAIR(195, 5),     PAIR(227, 5), PAIR(258, 0), INVALID,     INVALID};

const uint32_t inflate_distances[32] = {
    PAIR(1, 0),      PAIR(2, 0),      PAIR(3, 0),     PAIR(4, 0),     PAIR(5, 1),     PAIR(7, 1),     PAIR(9, 2),
    PAIR(13, 2),     PAIR(17, 3),     PAIR(25, 3),    PAIR(33, 4),    PAIR(49, 4),    PAIR(65, 5),    PAIR(97, 5),
    PAIR(129, 6),    PAIR(193, 6),    PAIR(257, 7),   PAIR(385, 7),   PAIR(513, 8),   PAIR(769, 8),   PAIR(1025, 9),
    PAIR(1537, 9),   PAIR(2049, 10),  PAIR(3073, 10), PAIR(4097, 11), PAIR(6145, 11), PAIR(8193, 12), PAIR(12289, 12),
    PAIR(16385, 13), PAIR(24577, 13), INVALID,        INVALID};

/* Sorts the symbols by length; false if the lengths overdraw the code space, or leave some of it. */
static bool sort_symbols(struct inflate_code *code, const uint8_t *length, int symbols)
{
    uint16_t next[INFLATE_LENGTH_MAX + 2] = {0};
    int left = 1, used;
    memset(code->count, 0, sizeof code->count);
    for (int i = 0; i < symbols; i++)
        code->count[length[i]]++;
    used = symbols - code->count[0];
    code->count[0] = 0;
    for (int n = 1; n <= INFLATE_LENGTH_MAX; n++) {
        left = 2 * left - code->count[n];
        if (left < 0)
            return false;
        next[n + 1] = (uint16_t)(next[n] + code->count[n]);
    }
    for (int i = 0; i < symbols; i++)
        if (length[i])
            code->sorted[next[length[i]]++] = (uint16_t)i;
    return left == 0 || used == 0 || (used == 1 && code->count[1] == 1 && code->meaning != inflate_plain);
}

/* Codes grow from their first bit, which is the lowest of the index: the table for n bits, twice, and in it the codes of n + 1. */
bool inflate_code_make(struct inflate_code *code, const uint32_t *meaning, const uint8_t *length, int symbols)
{
    code->meaning = meaning;
    if (!sort_symbols(code, length, symbols))
        return false;
    const uint16_t *symbol = code->sorted;
    unsigned value = 0; /* the next code, its first bit lowest */
    code->table[0] = INFLATE_LONG << 8;
    for (unsigned n = 1, size = 2; n <= INFLATE_TABLE_BITS; n++, size *= 2) {
        memcpy(code->table + size / 2, code->table, size / 2 * sizeof *code->table);
        for (int left = code->count[n]; left > 0; left--) {
            code->table[value] = meaning[*symbol++] | n;
            unsigned bit = size / 2;
            while (value & bit) /* plus one, counted from the other end */
                value ^= bit, bit /= 2;
            value |= bit;
        }
    }
    return true;
}

void inflate_code_join(struct inflate_code *code)
{
    uint32_t single[SIZE];
    memcpy(single, code->table, sizeof single);
    for (unsigned i = 0; i < SIZE; i++) {
        uint32_t entry = single[i];
        for (unsigned literals = 1; literals < 3 && inflate_literals(entry); literals++) {
            unsigned bits = inflate_bits(entry);
            uint32_t next = single[i >> bits];
            if (!inflate_literals(next) || bits + inflate_bits(next) > INFLATE_TABLE_BITS)
                break;
            entry += inflate_bits(next) + (1 << 6) + ((next >> 8) << 8 * (literals + 1));
        }
        code->table[i] = entry;
    }
}

uint32_t inflate_code_long(const struct inflate_code *code, uint64_t bits)
{
    int value = 0, first = 0, index = 0;
    for (unsigned n = 1; n <= INFLATE_LENGTH_MAX; n++, bits >>= 1) {
        value |= (int)(bits & 1);
        if (value - first < code->count[n])
            return code->meaning[code->sorted[index + value - first]] | n;
        index += code->count[n];
        first = (first + code->count[n]) << 1;
        value <<= 1;
    }
    return INVALID;
}
