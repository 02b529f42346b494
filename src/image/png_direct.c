/* png_direct.c: libpng takes 18 ns for a pixel of RGB where this takes 7 (zlib's inflate, and a row filter a byte at a time), which
 * is the longest step of most runs. So the rows of the usual PNGs are unpacked and unfiltered here: IDAT chunks -> inflate ->
 * unfilter. Header, metadata, and every other kind of PNG are libpng's; the errors are the same.
 *
 * After the last row come the rest of the IDATs and the chunks behind them, of which only the checksums count. */
#include "image/png_direct.h"

#include "base/fail.h"
#include "base/memory.h"
#include "image/deflate.h"
#include "image/inflate.h"
#include "simd/rowops.h"

#include <stdio.h>
#include <string.h>

enum { ROW_MAX = 1 << 20, HEAD = 8, CHUNK_MAX = 0x7fffffff };

struct png_direct {
    struct imc_reader *reader;
    struct inflate *inflate;
    unsigned char *above; /* the last row */
    size_t row_bytes;
    int pixel_bytes, y;
    /* The chunk that is being read. */
    unsigned char type[4];
    uint32_t left, checksum;
    bool whole; /* its end has been reached, and the checksum was right */
    /* What is wrong with the file, apart from the stream: it ends, or this. */
    bool ends;
    const char *fault;
};

bool png_direct_suits(const struct imc_image_info *info, bool transparent)
{
    return info->bits == 8 && !info->interlaced && !info->palette && !transparent &&
           (uint64_t)info->width * (uint64_t)info->channels <= ROW_MAX;
}

enum imc_status png_direct_create(struct imc_reader *reader, uint32_t idat_size, struct png_direct **out, struct imc_error *error)
{
    const struct imc_image_info *info = &reader->info;
    *out = NULL;
    struct png_direct *direct = mem_zalloc(1, sizeof *direct);
    if (!direct)
        return fail_memory(error, "PNG");
    direct->reader = reader;
    direct->pixel_bytes = info->channels;
    direct->row_bytes = (size_t)info->width * (size_t)info->channels;
    direct->above = mem_zalloc(1, direct->row_bytes);
    if (!direct->above) {
        png_direct_destroy(direct);
        return fail_memory(error, "a PNG row");
    }
    memcpy(direct->type, "IDAT", 4);
    direct->left = idat_size;
    direct->checksum = deflate_crc(0, direct->type, 4);
    *out = direct;
    return IMC_OK;
}

void png_direct_destroy(struct png_direct *direct)
{
    if (!direct)
        return;
    inflate_destroy(direct->inflate);
    mem_free(direct->above);
    mem_free(direct);
}

/* ---- chunks ---- */

static uint32_t four_bytes(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool read_whole(struct png_direct *direct, unsigned char *out, size_t size)
{
    if (input_read(direct->reader->input, out, size) == size)
        return true;
    direct->ends = true;
    return false;
}

static bool wrong(struct png_direct *direct, const char *what)
{
    direct->fault = what;
    return false;
}

/* The checksum that closes the chunk. */
static bool end_chunk(struct png_direct *direct)
{
    unsigned char stored[4];
    if (direct->whole)
        return true;
    if (!read_whole(direct, stored, sizeof stored))
        return false;
    direct->whole = four_bytes(stored) == direct->checksum;
    return direct->whole || wrong(direct, "wrong checksum of a chunk");
}

static bool next_chunk(struct png_direct *direct)
{
    unsigned char head[HEAD];
    if (!end_chunk(direct) || !read_whole(direct, head, HEAD))
        return false;
    direct->left = four_bytes(head);
    memcpy(direct->type, head + 4, 4);
    direct->checksum = deflate_crc(0, direct->type, 4);
    direct->whole = false;
    for (int i = 0; i < 4; i++)
        if ((direct->type[i] | 32) < 'a' || (direct->type[i] | 32) > 'z')
            return wrong(direct, "a chunk of no valid type");
    return direct->left <= CHUNK_MAX || wrong(direct, "a chunk of no valid length");
}

static bool is_type(const struct png_direct *direct, const char *type)
{
    return memcmp(direct->type, type, 4) == 0;
}

/* Some of the chunk, up to `room` bytes. */
static size_t read_part(struct png_direct *direct, unsigned char *out, size_t room)
{
    size_t part = direct->left < room ? direct->left : room;
    if (!read_whole(direct, out, part))
        return 0;
    direct->checksum = deflate_crc(direct->checksum, out, part);
    direct->left -= (uint32_t)part;
    return part;
}

/* Packed bytes for the stream, from one IDAT after the other. */
static size_t read_packed(void *context, unsigned char *out, size_t room)
{
    struct png_direct *direct = context;
    while (is_type(direct, "IDAT") && direct->left == 0)
        if (!next_chunk(direct))
            return 0;
    return is_type(direct, "IDAT") ? read_part(direct, out, room) : 0;
}

/* Of an unknown chunk that is no letter of the small alphabet, the standard says that the picture cannot be shown without it. */
static bool may_be_skipped(const struct png_direct *direct)
{
    return direct->type[0] & 32 || is_type(direct, "IDAT") || is_type(direct, "PLTE");
}

static bool read_to_end(struct png_direct *direct)
{
    unsigned char buffer[4096];
    for (;;) {
        while (direct->left > 0)
            if (!read_part(direct, buffer, sizeof buffer))
                return false;
        if (!end_chunk(direct))
            return false;
        if (is_type(direct, "IEND"))
            return true;
        if (!next_chunk(direct))
            return false;
        if (!is_type(direct, "IEND") && !may_be_skipped(direct))
            return wrong(direct, "an unknown chunk that the picture depends on");
    }
}

/* ---- rows ---- */

static enum imc_status fail_here(struct png_direct *direct, struct imc_error *error)
{
    const struct imc_reader *reader = direct->reader;
    char place[80] = "the PNG chunks after the last row";
    const char *fault = direct->fault ? direct->fault : inflate_fault(direct->inflate);
    if (direct->y < reader->stored.height)
        snprintf(place, sizeof place, "PNG row %d of %d", direct->y + 1, reader->stored.height);
    if (direct->ends)
        return input_fail_short(reader->input, place, error);
    return fail(error, IMC_ERR_FORMAT, "%s: damaged in %s (%s)", input_name(reader->input), place,
                fault ? fault : "a row filter that there is not");
}

/* Memory is taken when the first row is asked for: by then the limits have been checked. */
static enum imc_status start(struct png_direct *direct, struct imc_error *error)
{
    struct inflate_source source = {read_packed, direct};
    direct->inflate = inflate_create(source, direct->row_bytes + 1);
    return direct->inflate ? IMC_OK : fail_memory(error, "PNG");
}

enum imc_status png_direct_read(struct png_direct *direct, unsigned char *row, struct imc_error *error)
{
    if (!direct->inflate && start(direct, error) != IMC_OK)
        return IMC_ERR_MEMORY;
    const unsigned char *packed = inflate_take(direct->inflate, direct->row_bytes + 1);
    if (!packed || packed[0] >= PNG_ROW_FILTERS)
        return fail_here(direct, error);
    rowops()->unfilter_png[packed[0]](row, packed + 1, direct->above, direct->pixel_bytes, direct->row_bytes);
    memcpy(direct->above, row, direct->row_bytes);
    direct->y++;
    if (direct->y == direct->reader->stored.height && (!inflate_finish(direct->inflate) || !read_to_end(direct)))
        return fail_here(direct, error);
    return IMC_OK;
}
