/* row_blocks.h: a row of outputs made block by block, whole registers each.
 *
 *     char edge[ROW_EDGE];
 *     for (struct row_blocks b = blocks_first(out, size, n, block, stream, edge); b.x < n; blocks_next(&b))
 *         make the `block` outputs from b.at on, at b.to
 *
 * What is left at the end of a row is made with outputs before it, once more. A line that went past the caches must not be written
 * again at once, nor one that was written go past them: each waits for memory. So in such rows the outputs before the first whole
 * line, and those behind the last, are made aside and copied. */
#ifndef ROW_BLOCKS_H
#define ROW_BLOCKS_H

#include "simd/lanes_int.h"

#include <string.h>

enum { ROW_EDGE = 4 * LANES_BYTES /* bytes of a block at the most */ };

struct row_blocks {
    int x, at;   /* the next output that is missing, and the first of the block that makes it */
    int wanted;  /* outputs from x on */
    char *to;    /* where output `at` goes */
    bool past;   /* the caches, where aligned */
    bool stream;
    int n, block;
    char *out, *edge;
    size_t size; /* of an output */
};

LANES_INLINE void blocks_place(struct row_blocks *b, int wanted)
{
    bool whole = b->x + b->block <= b->n;
    b->at = whole ? b->x : b->n - b->block;
    b->wanted = whole ? wanted : b->n - b->x;
    b->past = b->stream && b->wanted == b->block;
    b->to = b->stream && !b->past ? b->edge : b->out + (size_t)b->at * b->size;
}

/* n >= block outputs of `size` bytes; some of them in `edge`, for a time. */
LANES_INLINE struct row_blocks blocks_first(void *out, size_t size, int n, int block, bool stream, char edge[ROW_EDGE])
{
    struct row_blocks b = {.n = n, .block = block, .stream = stream, .out = out, .edge = edge, .size = size};
    int before = (int)(-(uintptr_t)out % LANES_BYTES / size);
    blocks_place(&b, stream && before > 0 ? before : block);
    return b;
}

LANES_INLINE void blocks_next(struct row_blocks *b)
{
    if (b->to == b->edge)
        memcpy(b->out + (size_t)b->x * b->size, b->edge + (size_t)(b->x - b->at) * b->size, (size_t)b->wanted * b->size);
    b->x += b->wanted;
    blocks_place(b, b->block);
}

#endif
