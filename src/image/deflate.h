/* deflate.h: pieces of one deflate stream, made independently of each other and joined by their order. */
#ifndef DEFLATE_H
#define DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much may be spent on a stream, as chosen for --compression 0..9. */
struct deflate_way {
    enum deflate_effort {
        DEFLATE_STORE,
        DEFLATE_RUNS,  /* Huffman codes and runs alone */
        DEFLATE_QUICK, /* the same, or matches quickly found where a sample says that they pay */
        DEFLATE_BEST   /* the smaller of runs and of zlib's best search */
    } effort;
    int level;    /* zlib's */
    size_t piece; /* bytes that are deflated at once: the more, the better and the less parallel */
    bool window;  /* a piece refers to the bytes before it */
};

enum { DEFLATE_WINDOW = 32768 };

struct deflater;

struct deflate_way deflate_way(int compression);
/* NULL if memory ran out. */
struct deflater *deflater_create(struct deflate_way way);
/* NULL is allowed. */
void deflater_destroy(struct deflater *deflater);

/* Bytes that a piece of `size` bytes never exceeds. */
size_t deflate_room(size_t size);
/* Deflates `size` bytes; of the `before` bytes in front of them (at most DEFLATE_WINDOW) the reader knows already. The result ends
 * on a byte; that of the last piece ends the stream. Returns its size, 0 if memory ran out. The same input gives the same result,
 * whatever came before. */
size_t deflater_run(struct deflater *deflater, const unsigned char *in, size_t size, size_t before, bool last, unsigned char *out);

/* The two bytes in front of a stream and, for its end, the checksum of its raw bytes (of none it is 1). */
void deflate_header(const struct deflate_way *way, unsigned char header[2]);
uint32_t deflate_checksum(uint32_t before, const unsigned char *bytes, size_t size);
uint32_t deflate_checksum_joined(uint32_t first, uint32_t second, size_t second_size);
/* The checksum of a PNG chunk: CRC-32; of no bytes it is 0. */
uint32_t deflate_crc(uint32_t before, const unsigned char *bytes, size_t size);

#endif
