/* deflate.c: what --compression means, and which engine deflates a piece.
 *
 * A deflate stream may be cut: a piece that ends with an empty stored block ("sync flush") ends on a byte, and the next one can be
 * appended whoever made it. So pieces are made in parallel, and only the order of their bytes counts.
 *
 * Filtered rows of photos are noise, in which a match is chance: codes and runs alone make them smaller than any search does, and
 * take half the time. Charts and text repeat themselves, and want the search. A sample of each piece tells which it is. */
#include "image/deflate.h"

#include "base/memory.h"
#include "image/deflate_isal.h"
#include "image/deflate_runs.h"

#include <zlib.h>

enum {
    PART = 1 << 30, /* zlib counts in 32 bits */
    SAMPLE = 32 << 10,
    SMALL_PIECE = 256 << 10,
    LARGE_PIECE = 1 << 20
};

struct deflater {
    struct deflate_way way;
    struct runs *runs;
    struct fast_deflater *fast; /* or */
    bool has_zlib;
    z_stream zlib;
};

struct deflate_way deflate_way(int compression)
{
    enum { QUICK_LEVEL = 2 }; /* of zlib, where there is no faster engine */
    switch (compression) {
    case 0:
        return (struct deflate_way){DEFLATE_STORE, 0, SMALL_PIECE, false};
    case 1:
    case 2:
    case 3:
        return (struct deflate_way){DEFLATE_RUNS, 1, SMALL_PIECE, false};
    case 4:
    case 5:
    case 6:
        return (struct deflate_way){DEFLATE_QUICK, QUICK_LEVEL, SMALL_PIECE, false};
    default:
        return (struct deflate_way){DEFLATE_BEST, compression == 7 ? 5 : compression == 8 ? 6 : 9, LARGE_PIECE, true};
    }
}

static bool make_zlib(struct deflater *deflater)
{
    int got = deflateInit2(&deflater->zlib, deflater->way.level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
                           Z_DEFAULT_STRATEGY); /* Z_FILTERED is for what runs do better */
    deflater->has_zlib = got == Z_OK;
    return deflater->has_zlib;
}

struct deflater *deflater_create(struct deflate_way way)
{
    struct deflater *deflater = mem_zalloc(1, sizeof *deflater);
    if (!deflater)
        return NULL;
    deflater->way = way;
    bool made = (deflater->runs = runs_create());
    if (made && way.effort == DEFLATE_QUICK && fast_exists())
        made = (deflater->fast = fast_create());
    else if (made && way.effort != DEFLATE_RUNS)
        made = make_zlib(deflater);
    if (made)
        return deflater;
    deflater_destroy(deflater);
    return NULL;
}

void deflater_destroy(struct deflater *deflater)
{
    if (!deflater)
        return;
    runs_destroy(deflater->runs);
    fast_destroy(deflater->fast);
    if (deflater->has_zlib)
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

static size_t run_search(struct deflater *deflater, const unsigned char *in, size_t size, size_t before, bool last,
                         unsigned char *out)
{
    size_t room = deflate_room(size);
    if (deflater->fast)
        return fast_run(deflater->fast, in, size, last, out, room);
    return run_zlib(&deflater->zlib, in, size, deflater->way.window ? before : 0, last, out, room);
}

/* Tried on bytes in the middle; `out` is overwritten. */
static bool search_pays(struct deflater *deflater, const unsigned char *in, size_t size, unsigned char *out)
{
    if (size > 2 * SAMPLE) {
        in += (size - SAMPLE) / 2;
        size = SAMPLE;
    }
    size_t made = run_search(deflater, in, size, 0, false, out);
    return made > 0 && made < runs_size(deflater->runs, in, size);
}

size_t deflater_run(struct deflater *deflater, const unsigned char *in, size_t size, size_t before, bool last, unsigned char *out)
{
    enum deflate_effort effort = deflater->way.effort;
    if (effort == DEFLATE_RUNS || (effort == DEFLATE_QUICK && !search_pays(deflater, in, size, out)))
        return runs_deflate(deflater->runs, in, size, last, out);
    size_t made = run_search(deflater, in, size, before, last, out);
    if (effort == DEFLATE_BEST && made > 0 && runs_size(deflater->runs, in, size) < made)
        return runs_deflate(deflater->runs, in, size, last, out);
    return made;
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

uint32_t deflate_checksum(uint32_t before, const unsigned char *bytes, size_t size)
{
    return fast_exists() ? fast_checksum(before, bytes, size) : (uint32_t)adler32_z(before, bytes, size);
}

uint32_t deflate_checksum_joined(uint32_t first, uint32_t second, size_t second_size)
{
    return (uint32_t)adler32_combine(first, second, (z_off_t)second_size);
}

uint32_t deflate_crc(uint32_t before, const unsigned char *bytes, size_t size)
{
    return fast_exists() ? fast_crc(before, bytes, size) : (uint32_t)crc32_z(before, bytes, size);
}
