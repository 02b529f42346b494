/* inflate.c: zlib's inflate takes four nanoseconds a byte of filtered rows, being made for text: a look-up and a branch for each
 * byte. Here a look-up gives up to three (inflatecode.c), and four of them follow between two refills of the bits.
 *
 * window:  | what a match may refer to, 32 KiB | unpacked, not yet taken | room | SLACK, which copies may run into |
 *
 * Input is decoded only where AHEAD bytes of it are there; behind its end stand zeros, so that no step has to look. Whoever
 * decoded any of them ran out. */
#include "image/inflate.h"

#include "base/memory.h"
#include "image/deflate.h"
#include "image/inflatecode.h"

#include <string.h>

enum { TABLE_MASK = (1 << INFLATE_TABLE_BITS) - 1 };
enum { INPUT = 64 << 10, AHEAD = 32, ROOM = 96 << 10, SLACK = 512, LITLEN_MAX = 286, DISTANCE_MAX = 30 };

struct inflate {
    struct inflate_source source;
    const char *fault;
    bool source_ended, ran_out;
    enum { AT_HEADER, AT_BLOCK, IN_STORED, IN_CODES, AT_END } state;
    bool last;     /* block */
    size_t stored; /* bytes left of the block */
    /* Bits taken from the input: bits[0..count-1] are valid, and what stands above them is right too. */
    uint64_t bits;
    unsigned count;
    const unsigned char *in, *in_end, *in_real; /* in_end: with the zeros */
    unsigned char *window, *out, *taken, *limit;
    uint32_t checksum;
    struct inflate_code litlen, distance;
    unsigned char input[INPUT + 2 * AHEAD];
};

static size_t window_size(size_t piece_max)
{
    size_t size;
    return size_add(piece_max, DEFLATE_WINDOW + ROOM + SLACK, &size) ? size : SIZE_MAX;
}

size_t inflate_memory(size_t piece_max)
{
    size_t window = window_size(piece_max), all;
    return size_add(window, sizeof(struct inflate), &all) ? all : SIZE_MAX;
}

struct inflate *inflate_create(struct inflate_source source, size_t piece_max)
{
    struct inflate *s = mem_alloc(1, sizeof *s);
    if (!s)
        return NULL;
    size_t size = window_size(piece_max);
    s->source = source;
    s->fault = NULL;
    s->source_ended = s->ran_out = s->last = false;
    s->state = AT_HEADER;
    s->bits = s->count = 0;
    s->in = s->in_end = s->in_real = s->input;
    s->checksum = 1;
    s->window = mem_alloc(1, size);
    if (!s->window) {
        mem_free(s);
        return NULL;
    }
    s->out = s->taken = s->window;
    s->limit = s->window + size - SLACK;
    return s;
}

void inflate_destroy(struct inflate *s)
{
    if (!s)
        return;
    mem_free(s->window);
    mem_free(s);
}

const char *inflate_fault(const struct inflate *s)
{
    return s->fault;
}

bool inflate_ran_out(const struct inflate *s)
{
    return s->ran_out;
}

static bool fault(struct inflate *s, const char *what)
{
    if (!s->fault)
        s->fault = what;
    return false;
}

/* ---- input ---- */

static bool run_out(struct inflate *s)
{
    s->ran_out = true;
    return fault(s, "the packed data end early");
}

/* Were zeros decoded that are not in the stream? */
static bool is_beyond(const struct inflate *s)
{
    return s->in - s->count / 8 > s->in_real;
}

/* Sees to it that AHEAD bytes may be read. */
static bool more_input(struct inflate *s)
{
    if (s->in_end - s->in >= AHEAD)
        return true;
    if (s->source_ended)
        return run_out(s);
    size_t behind = s->in - s->input < (ptrdiff_t)sizeof s->bits ? (size_t)(s->in - s->input) : sizeof s->bits; /* for drop_bits */
    size_t there = behind + (size_t)(s->in_real - s->in);
    memmove(s->input, s->in - behind, there);
    while (there < behind + AHEAD && !s->source_ended) {
        size_t got = s->source.read(s->source.context, s->input + there, INPUT - there);
        s->source_ended = got == 0;
        there += got;
    }
    s->in = s->input + behind;
    s->in_real = s->in_end = s->input + there;
    if (s->source_ended) {
        memset(s->input + there, 0, 2 * AHEAD);
        s->in_end += 2 * AHEAD;
    }
    return true;
}

static inline uint64_t eight_bytes(const unsigned char *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* The lowest byte first, all four: those that are none are overwritten. */
static inline void put_literals(unsigned char *out, uint32_t literals)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    literals = __builtin_bswap32(literals);
#endif
    memcpy(out, &literals, sizeof literals);
}

/* At least 56 bits. */
static inline void refill(uint64_t *bits, unsigned *count, const unsigned char **in)
{
    *bits |= eight_bytes(*in) << *count;
    *in += (63 - *count) >> 3;
    *count |= 56;
}

/* Up to 32 bits of the stream, outside the loop over symbols. After a fault zeros. */
static uint32_t take_bits(struct inflate *s, unsigned n)
{
    if (!more_input(s))
        return 0;
    refill(&s->bits, &s->count, &s->in);
    uint32_t value = (uint32_t)(s->bits & ((1ull << n) - 1));
    s->bits >>= n;
    s->count -= n;
    return value;
}

/* On to the next whole byte, which s->in then points to. */
static void drop_bits(struct inflate *s)
{
    s->in -= s->count / 8;
    s->bits = s->count = 0;
}

/* ---- blocks ---- */

static bool read_header(struct inflate *s)
{
    uint32_t method = take_bits(s, 8), flags = take_bits(s, 8);
    if ((method & 15) != 8 || method >> 4 > 7 || (method << 8 | flags) % 31 != 0 || flags & 32)
        return fault(s, "no zlib stream");
    s->state = AT_BLOCK;
    return true;
}

static bool start_stored(struct inflate *s)
{
    take_bits(s, s->count & 7);
    uint32_t size = take_bits(s, 16), inverted = take_bits(s, 16);
    if ((size ^ inverted) != 0xffff)
        return fault(s, "a stored block of no valid length");
    drop_bits(s);
    s->stored = size;
    s->state = IN_STORED;
    return true;
}

static bool start_fixed(struct inflate *s)
{
    uint8_t length[INFLATE_SYMBOLS_MAX];
    memset(length, 8, 144);
    memset(length + 144, 9, 112);
    memset(length + 256, 7, 24);
    memset(length + 280, 8, 8);
    inflate_code_make(&s->litlen, inflate_lengths, length, INFLATE_SYMBOLS_MAX);
    inflate_code_join(&s->litlen);
    memset(length, 5, 32);
    inflate_code_make(&s->distance, inflate_distances, length, 32);
    s->state = IN_CODES;
    return true;
}

/* The lengths of both codes, run-length coded in a code of their own, for which s->distance serves. */
static bool read_lengths(struct inflate *s, uint8_t *length, unsigned all)
{
    for (unsigned i = 0; i < all;) {
        if (!more_input(s))
            return false;
        refill(&s->bits, &s->count, &s->in);
        uint32_t entry = s->distance.table[s->bits & 127];
        unsigned value = entry >> 8, repeats = 1;
        if (!inflate_literals(entry))
            return fault(s, "code lengths in no valid code");
        take_bits(s, inflate_bits(entry));
        if (value >= 16) {
            repeats = value == 16 ? 3 + take_bits(s, 2) : value == 17 ? 3 + take_bits(s, 3) : 11 + take_bits(s, 7);
            if ((value == 16 && i == 0) || repeats > all - i)
                return fault(s, "a wrong repetition of code lengths");
            value = value == 16 ? length[i - 1] : 0;
        }
        memset(length + i, (int)value, repeats);
        i += repeats;
    }
    return true;
}

static bool start_dynamic(struct inflate *s)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t length[LITLEN_MAX + DISTANCE_MAX] = {0};
    unsigned litlens = 257 + take_bits(s, 5), distances = 1 + take_bits(s, 5), lengths = 4 + take_bits(s, 4);
    if (litlens > LITLEN_MAX || distances > DISTANCE_MAX)
        return fault(s, "too many codes");
    for (unsigned i = 0; i < lengths; i++)
        length[order[i]] = (uint8_t)take_bits(s, 3);
    if (!inflate_code_make(&s->distance, inflate_plain, length, 19))
        return fault(s, "a wrong code of code lengths");
    if (!read_lengths(s, length, litlens + distances))
        return false;
    if (length[256] == 0 || !inflate_code_make(&s->litlen, inflate_lengths, length, (int)litlens) ||
        !inflate_code_make(&s->distance, inflate_distances, length + litlens, (int)distances))
        return fault(s, "a wrong code");
    inflate_code_join(&s->litlen);
    s->state = IN_CODES;
    return true;
}

static bool read_block_header(struct inflate *s)
{
    if (s->last) {
        s->state = AT_END;
        return true;
    }
    s->last = take_bits(s, 1);
    switch (take_bits(s, 2)) {
    case 0:
        return start_stored(s);
    case 1:
        return start_fixed(s);
    case 2:
        return start_dynamic(s);
    default:
        return fault(s, "a block of no known kind");
    }
}

static bool copy_stored(struct inflate *s)
{
    while (s->stored > 0 && s->out < s->limit) {
        if (!more_input(s))
            return false;
        size_t part = (size_t)(s->in_real - s->in), room = (size_t)(s->limit - s->out);
        if (s->in >= s->in_real)
            return run_out(s);
        part = part < s->stored ? part : s->stored;
        part = part < room ? part : room;
        memcpy(s->out, s->in, part);
        s->in += part;
        s->out += part;
        s->stored -= part;
    }
    if (s->stored == 0)
        s->state = AT_BLOCK;
    return true;
}

/* Copies up to 15 bytes more. A near match repeats itself: each copy doubles what may be copied at once. */
static inline unsigned char *copy_match(unsigned char *out, size_t distance, size_t length)
{
    unsigned char *end = out + length;
    for (; distance < 16 && out < end; distance *= 2) {
        for (size_t i = 0; i < distance; i++)
            out[i] = out[i - distance];
        out += distance;
    }
    for (; out < end; out += 16)
        memcpy(out, out - distance, 16);
    return end;
}

/* Bits of the loop over symbols, in registers. */
struct held {
    uint64_t bits;
    unsigned count;
};

static inline size_t take(struct held *held, unsigned n)
{
    size_t value = (size_t)(held->bits & ((1u << n) - 1));
    held->bits >>= n;
    held->count -= n;
    return value;
}

/* The next symbol of a code, whose bits are taken. */
static inline uint32_t take_symbol(struct held *held, const struct inflate_code *code, uint32_t entry)
{
    if (!inflate_literals(entry) && inflate_kind(entry) == INFLATE_LONG)
        entry = inflate_code_long(code, held->bits);
    take(held, inflate_bits(entry));
    return entry;
}

/* The rest of a match of which the length's symbol is known: 5 + 15 + 13 bits at most. */
static inline unsigned char *take_match(struct inflate *s, struct held *held, uint32_t entry, unsigned char *out)
{
    size_t length = (entry >> 16) + take(held, entry >> 11 & 31);
    uint32_t far = take_symbol(held, &s->distance, s->distance.table[held->bits & TABLE_MASK]);
    size_t distance = (far >> 16) + take(held, far >> 11 & 31);
    if (inflate_kind(entry) != INFLATE_PAIR || inflate_kind(far) != INFLATE_PAIR)
        fault(s, "a symbol of no valid code");
    else if (distance > (size_t)(out - s->window))
        fault(s, "a match before the first byte");
    else
        return copy_match(out, distance, length);
    return NULL;
}

/* Symbols until the block ends or the window is full. Between two refills four look-ups of literals, or a length of 15 bits and
 * what follows it. */
static bool decode(struct inflate *s)
{
    const uint32_t *table = s->litlen.table;
    const unsigned char *in = s->in;
    unsigned char *out = s->out, *const limit = s->limit;
    struct held held = {s->bits, s->count};
    while (out < limit) {
        if (s->in_end - in < AHEAD) {
            s->in = in;
            if (!more_input(s))
                return false;
            in = s->in;
        }
        refill(&held.bits, &held.count, &in);
        uint32_t entry = table[held.bits & TABLE_MASK];
        for (int lookups = 0; lookups < 4 && inflate_literals(entry); lookups++) {
            put_literals(out, entry >> 8);
            out += inflate_literals(entry);
            take(&held, inflate_bits(entry));
            entry = table[held.bits & TABLE_MASK];
        }
        if (inflate_literals(entry))
            continue;
        refill(&held.bits, &held.count, &in);
        entry = take_symbol(&held, &s->litlen, entry);
        if (inflate_literals(entry)) {
            *out++ = (unsigned char)(entry >> 8);
        } else if (inflate_kind(entry) == INFLATE_END) {
            s->state = AT_BLOCK;
            break;
        } else if (!(out = take_match(s, &held, entry, out))) {
            return false;
        }
    }
    s->in = in;
    s->out = out;
    s->bits = held.bits;
    s->count = held.count;
    return true;
}

/* Unpacks until the window is full or the stream has ended. */
static bool run(struct inflate *s)
{
    static bool (*const step[])(struct inflate *) = {
        [AT_HEADER] = read_header, [AT_BLOCK] = read_block_header, [IN_STORED] = copy_stored, [IN_CODES] = decode};
    const unsigned char *from = s->out;
    while (s->state != AT_END && s->out < s->limit)
        if (!step[s->state](s) || s->fault)
            return false;
    if (is_beyond(s))
        return run_out(s);
    s->checksum = deflate_checksum(s->checksum, from, (size_t)(s->out - from));
    return true;
}

/* Makes room: bytes that no match can reach go. */
static void slide(struct inflate *s)
{
    unsigned char *from = s->out - s->window > DEFLATE_WINDOW ? s->out - DEFLATE_WINDOW : s->window;
    if (from > s->taken)
        from = s->taken;
    size_t kept = (size_t)(s->out - from);
    memmove(s->window, from, kept);
    s->taken -= from - s->window;
    s->out = s->window + kept;
}

const unsigned char *inflate_take(struct inflate *s, size_t size)
{
    while ((size_t)(s->out - s->taken) < size) {
        if (s->fault)
            return NULL;
        if (s->state == AT_END) {
            fault(s, "too few bytes for the picture");
            return NULL;
        }
        slide(s);
        if (!run(s))
            return NULL;
    }
    const unsigned char *piece = s->taken;
    s->taken += size;
    return piece;
}

bool inflate_finish(struct inflate *s)
{
    if (s->taken == s->out && s->state != AT_END && !s->fault) {
        slide(s);
        run(s);
    }
    if (s->fault || s->taken < s->out)
        return !s->fault;
    uint32_t checksum = 0;
    take_bits(s, s->count & 7);
    for (int i = 0; i < 4; i++)
        checksum = checksum << 8 | take_bits(s, 8);
    if (is_beyond(s))
        return run_out(s);
    return checksum == s->checksum ? true : fault(s, "wrong checksum of the unpacked data");
}
