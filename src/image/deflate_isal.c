/* deflate_isal.c: deflate by ISA-L, level 1: some 400 MB a second where zlib's fastest search gives 100. No other file knows
 * ISA-L. */
#include "image/deflate_isal.h"

#include "image/versions.h"

#ifdef IMGCONV_ISAL

#include "base/memory.h"

#include <isa-l.h>
#include <string.h>

enum { PART = 1 << 30 }; /* ISA-L counts in 32 bits */

struct fast_deflater {
    struct isal_zstream stream;
    unsigned char level[ISAL_DEF_LVL1_DEFAULT];
};

#define TEXT(name)                   #name
#define VERSION(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

/* That of the header: the library does not say its own. */
const char *image_isal_version(void)
{
    return VERSION(ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
}

bool fast_exists(void)
{
    return true;
}

struct fast_deflater *fast_create(void)
{
    return mem_zalloc(1, sizeof(struct fast_deflater));
}

void fast_destroy(struct fast_deflater *fast)
{
    mem_free(fast);
}

/* Without a history ISA-L (2.30 to 2.32, igzip_icf_body_h1_gr_bt.asm, write_first_byte) takes a hash of its stream's address for
 * that of the bytes from the third on, and finds other matches where the stream lies elsewhere. So the first byte goes into a
 * stored block, and is the history of the others. Returns the block's size. */
static size_t store_first(struct isal_zstream *stream, const unsigned char *in, unsigned char *out)
{
    static const unsigned char head[] = {0, 1, 0, 0xfe, 0xff}; /* not the last; one byte, and its complement */
    memcpy(out, head, sizeof head);
    out[sizeof head] = *in;
    isal_deflate_set_dict(stream, (uint8_t *)(uintptr_t)in, 1); /* only read */
    return sizeof head + 1;
}

size_t fast_run(struct fast_deflater *fast, const unsigned char *in, size_t size, bool last, unsigned char *out, size_t room)
{
    struct isal_zstream *stream = &fast->stream;
    isal_deflate_init(stream);
    stream->level = 1;
    stream->level_buf = fast->level;
    stream->level_buf_size = sizeof fast->level;
    size_t made = 0;
    if (size > 0) {
        made = store_first(stream, in++, out);
        size--;
    }
    do {
        size_t part = size < PART ? size : PART, space = room - made < UINT32_MAX ? room - made : UINT32_MAX;
        stream->next_in = (uint8_t *)(uintptr_t)in; /* only read */
        stream->avail_in = (uint32_t)part;
        stream->next_out = out + made;
        stream->avail_out = (uint32_t)space;
        size -= part;
        in += part;
        stream->end_of_stream = last && size == 0;
        stream->flush = size > 0 ? NO_FLUSH : SYNC_FLUSH;
        if (isal_deflate(stream) != COMP_OK || stream->avail_in > 0 || stream->avail_out == 0)
            return 0;
        made += space - stream->avail_out;
    } while (size > 0);
    return made;
}

uint32_t fast_checksum(uint32_t before, const unsigned char *bytes, size_t size)
{
    return isal_adler32(before, bytes, size);
}

uint32_t fast_crc(uint32_t before, const unsigned char *bytes, size_t size)
{
    return crc32_gzip_refl(before, bytes, size);
}

#else

const char *image_isal_version(void)
{
    return NULL;
}

bool fast_exists(void)
{
    return false;
}

struct fast_deflater *fast_create(void)
{
    return NULL;
}

void fast_destroy(struct fast_deflater *fast)
{
    (void)fast;
}

size_t fast_run(struct fast_deflater *fast, const unsigned char *in, size_t size, bool last, unsigned char *out, size_t room)
{
    (void)fast, (void)in, (void)size, (void)last, (void)out, (void)room;
    return 0;
}

uint32_t fast_checksum(uint32_t before, const unsigned char *bytes, size_t size)
{
    (void)before, (void)bytes, (void)size;
    return 0;
}

uint32_t fast_crc(uint32_t before, const unsigned char *bytes, size_t size)
{
    return fast_checksum(before, bytes, size);
}

#endif
