/* deflate.c: what --compression means, and deflate by zlib or by the fast engine.
 *
 * A deflate stream may be cut: a piece that ends with an empty stored block ("sync flush") ends on a byte, and the next one can be appended
 * whoever made it. So pieces are made in parallel, and only the order of their bytes counts. */
#include "image/deflate.h"

#include "base/memory.h"
#include "image/deflate_isal.h"

#include <zlib.h>

enum { PART = 1 << 30 }; /* zlib counts in 32 bits */

struct deflater {
    struct deflate_way way;
    struct fast_deflater *fast; /* or */
    z_stream zlib;
};

struct deflate_way deflate_way(int compression)
{
    static const struct deflate_way ways[] = {[0] = {false, 0, Z_DEFAULT_STRATEGY, 256 << 10, false},
                                              [1] = {true, 1, Z_RLE, 256 << 10, false},
                                              [2] = {true, 1, Z_RLE, 256 << 10, false},
                                              [3] = {true, 1, Z_RLE, 256 << 10, false},
                                              [4] = {true, 1, Z_RLE, 256 << 10, false},
                                              [5] = {true, 1, Z_RLE, 256 << 10, false},
                                              [6] = {true, 1, Z_RLE, 256 << 10, false},
                                              [7] = {false, 5, Z_FILTERED, 1 << 20, true},
                                              [8] = {false, 6, Z_FILTERED, 1 << 20, true},
                                              [9] = {false, 9, Z_FILTERED, 1 << 20, true}};
    return ways[compression];
}

static bool uses_fast(const struct deflate_way *way)
{
    return way->fast && fast_exists();
}

struct deflater *deflater_create(struct deflate_way way)
{
    struct deflater *deflater = mem_zalloc(1, sizeof *deflater);
    if (!deflater)
        return NULL;
    deflater->way = way;
    bool made;
    if (uses_fast(&way))
        made = (deflater->fast = fast_create());
    else
        made = deflateInit2(&deflater->zlib, way.level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, way.strategy) == Z_OK;
    if (made)
        return deflater;
    mem_free(deflater);
    return NULL;
}

void deflater_destroy(struct deflater *deflater)
{
    if (!deflater)
        return;
    if (deflater->fast)
        fast_destroy(deflater->fast);
    else
        deflateEnd(&deflater->zlib);
    mem_free(deflater);
}

size_t deflate_room(size_t size)
{
    return size + size / 8 + 4096;
}

static size_t run_zlib(z_stream *zlib, const unsigned char *in, size_t size, size_t before, bool last, unsigned char *out,
                       size_t room)
{
    if (deflateReset(zlib) != Z_OK)
        return 0;
    if (before > 0 && deflateSetDictionary(zlib, in - before, (uInt)before) != Z_OK)
        return 0;
    size_t made = 0;
    do {
        size_t part = size < PART ? size : PART, space = room - made < UINT32_MAX ? room - made : UINT32_MAX;
        zlib->next_in = (Bytef *)(uintptr_t)in; /* only read */
        zlib->avail_in = (uInt)part;
        zlib->next_out = out + made;
        zlib->avail_out = (uInt)space;
        size -= part;
        in += part;
        int got = deflate(zlib, size > 0 ? Z_NO_FLUSH : last ? Z_FINISH : Z_SYNC_FLUSH);
        if ((got != Z_OK && got != Z_STREAM_END) || zlib->avail_in > 0 || zlib->avail_out == 0)
            return 0;
        made += space - zlib->avail_out;
    } while (size > 0);
    return made;
}

size_t deflater_run(struct deflater *deflater, const unsigned char *in, size_t size, size_t before, bool last, unsigned char *out)
{
    size_t room = deflate_room(size);
    if (deflater->fast)
        return fast_run(deflater->fast, in, size, last, out, room);
    return run_zlib(&deflater->zlib, in, size, deflater->way.window ? before : 0, last, out, room);
}

/* RFC 1950: deflate with a window of 32 KiB; the effort spent, in two bits; and a remainder that makes it a multiple of 31. */
void deflate_header(const struct deflate_way *way, unsigned char header[2])
{
    unsigned effort = way->level < 2 ? 0 : way->level < 6 ? 1 : way->level == 6 ? 2 : 3;
    unsigned value = 0x7800 | effort << 6;
    value += 31 - value % 31;
    header[0] = (unsigned char)(value >> 8);
    header[1] = (unsigned char)value;
}

uint32_t deflate_checksum(const unsigned char *bytes, size_t size)
{
    return fast_exists() ? fast_checksum(bytes, size) : (uint32_t)adler32_z(1, bytes, size);
}

uint32_t deflate_checksum_joined(uint32_t first, uint32_t second, size_t second_size)
{
    return (uint32_t)adler32_combine(first, second, (z_off_t)second_size);
}
