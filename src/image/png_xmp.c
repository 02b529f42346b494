/* png_xmp.c: XMP in PNG's iTXt chunk: keyword, 0, compression flag, method, language, 0, translated keyword, 0, text. (XMP
 * specification part 3, 1.1.5; the flag should be 0, but some programs compress.) */
#include "image/png_xmp.h"

#include "image/versions.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char keyword[] = "XML:com.adobe.xmp";
const unsigned char png_xmp_prefix[PNG_XMP_PREFIX_SIZE] = "XML:com.adobe.xmp\0\0\0\0";

/* A packet is some kilobytes; a small chunk must not unpack to gigabytes. */
enum { PACKET_MAX = 4 << 20 };

const char *image_zlib_version(void)
{
    return zlibVersion();
}

static bool copy_packet(const unsigned char *data, size_t size, struct imc_blob *xmp)
{
    if (size == 0 || size > PACKET_MAX)
        return false;
    xmp->data = malloc(size);
    if (!xmp->data)
        return false;
    memcpy(xmp->data, data, size);
    xmp->size = size;
    return true;
}

static bool inflate_packet(const unsigned char *data, size_t size, struct imc_blob *xmp)
{
    uLongf room = size < PACKET_MAX / 8 ? (uLongf)size * 8 + 1024 : PACKET_MAX;
    int result = Z_BUF_ERROR;
    unsigned char *packet = NULL;
    while (result == Z_BUF_ERROR) {
        free(packet);
        uLongf used = room;
        packet = malloc(room);
        result = packet ? uncompress(packet, &used, data, (uLong)size) : Z_MEM_ERROR;
        if (result == Z_OK) {
            *xmp = (struct imc_blob){packet, used};
            return true;
        }
        if (room == PACKET_MAX)
            break;
        room = room < PACKET_MAX / 4 ? room * 4 : PACKET_MAX;
    }
    free(packet);
    return false;
}

bool png_xmp_unpack(const unsigned char *chunk, size_t size, struct imc_blob *xmp)
{
    if (size < PNG_XMP_PREFIX_SIZE || memcmp(chunk, keyword, sizeof keyword) != 0)
        return false;
    bool compressed = chunk[sizeof keyword] == 1;
    size_t at = sizeof keyword + 2;
    for (int texts = 0; texts < 2; texts++) { /* language, translated keyword */
        const unsigned char *end = at < size ? memchr(chunk + at, 0, size - at) : NULL;
        if (!end)
            return false;
        at = (size_t)(end - chunk) + 1;
    }
    return compressed ? inflate_packet(chunk + at, size - at, xmp) : copy_packet(chunk + at, size - at, xmp);
}
