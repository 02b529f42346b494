/* inflate.h: unpacks a zlib stream (RFC 1950, 1951) as it arrives. */
#ifndef INFLATE_H
#define INFLATE_H

#include <stdbool.h>
#include <stddef.h>

struct inflate;

/* Where the packed bytes come from: up to `room` more; 0 where they end, whatever the reason. */
struct inflate_source {
    size_t (*read)(void *context, unsigned char *out, size_t room);
    void *context;
};

/* Memory of one, to be asked for at most `piece_max` bytes at once. */
size_t inflate_memory(size_t piece_max);
/* NULL if memory ran out. */
struct inflate *inflate_create(struct inflate_source source, size_t piece_max);
/* NULL is allowed. */
void inflate_destroy(struct inflate *inflate);

/* The next `size` bytes, which stay where they are until the next call; NULL if the stream is damaged or has fewer. */
const unsigned char *inflate_take(struct inflate *inflate, size_t size);
/* After the last bytes that are wanted: does the stream end here, with the right checksum? More bytes are not looked at. */
bool inflate_finish(struct inflate *inflate);
/* What was wrong, in a few words; NULL as long as nothing was. */
const char *inflate_fault(const struct inflate *inflate);
/* Did the packed bytes run out? */
bool inflate_ran_out(const struct inflate *inflate);

#endif
