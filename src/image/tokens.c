/* tokens.c: a row op tells of each byte whether it repeats the one before it, in one bit; the rest is arithmetic on words of 64
 * such bits. In noise, where there are no runs, a word takes ten operations, 0.04 ns a byte, and one branch that is always taken
 * the same way. */
#include "image/tokens.h"

#include "simd/rowops.h"

enum { WORD = 64, WORDS = TOKENS_BYTES / WORD };

/* The bits of this word moved up by n places, which those that left the word before it fill. */
static inline uint64_t moved_up(uint64_t bits, uint64_t before, int n)
{
    return bits << n | before >> (WORD - n);
}

/* The first place from `x` on whose bit is not set: there is one. */
static size_t end_of_ones(const uint64_t *repeats, size_t x)
{
    size_t word = x / WORD;
    uint64_t zeros = ~repeats[word] >> x % WORD;
    if (zeros)
        return x + (size_t)__builtin_ctzll(zeros);
    do
        zeros = ~repeats[++word];
    while (zeros == 0);
    return word * WORD + (size_t)__builtin_ctzll(zeros);
}

/* Of a word's places, from number `first` of all on. */
static inline uint64_t places_from(size_t first, size_t word)
{
    size_t skipped = first > word * WORD ? first - word * WORD : 0;
    return skipped < WORD ? UINT64_MAX << skipped : 0;
}

/* TOKENS_ROOM at a time, more than asked for, as long as there are bytes. Returns the end of those asked for. */
static inline uint16_t *put_bytes(uint16_t *token, const unsigned char *in, size_t n, const unsigned char *end)
{
    size_t x = 0;
    for (; x < n && end - in >= (ptrdiff_t)x + TOKENS_ROOM; x += TOKENS_ROOM)
        for (int i = 0; i < TOKENS_ROOM; i++)
            token[x + (size_t)i] = in[x + (size_t)i];
    for (; x < n; x++)
        token[x] = in[x];
    return token + n;
}

/* `eighth` has the places where the RUN_MIN'th repetition in a row stands, of which those of a run that is there already do not
 * count. */
size_t tokens_make(uint16_t *token, const unsigned char *in, size_t size)
{
    uint64_t repeats[WORDS + 1], second = 0, fourth = 0, before = 0, second_before, fourth_before;
    size_t words = (size + WORD - 1) / WORD, done = 0; /* bytes */
    const uint16_t *first = token;
    rowops()->repeats_u8(repeats, in, size);
    repeats[words] = 0;
    for (size_t w = 0; w < words; w++) {
        second_before = second;
        fourth_before = fourth;
        second = repeats[w] & moved_up(repeats[w], before, 1);
        fourth = second & moved_up(second, second_before, 2);
        uint64_t eighth = fourth & moved_up(fourth, fourth_before, 4);
        before = repeats[w];
        while (eighth && (eighth &= places_from(done + RUN_MIN - 1, w))) {
            size_t at = w * WORD + (size_t)__builtin_ctzll(eighth) - (RUN_MIN - 1);
            size_t length = end_of_ones(repeats, at + RUN_MIN - 1) - at;
            length = length < RUN_MAX ? length : RUN_MAX;
            token = put_bytes(token, in + done, at - done, in + size);
            *token++ = (uint16_t)(TOKEN_RUN + length);
            done = at + length;
        }
    }
    token = put_bytes(token, in + done, size - done, in + size);
    return (size_t)(token - first);
}
