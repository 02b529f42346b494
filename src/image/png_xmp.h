/* png_xmp.h: XMP in PNG's iTXt chunk. */
#ifndef PNG_XMP_H
#define PNG_XMP_H

#include <imgconv/image.h>

/* What stands in an iTXt chunk before an uncompressed packet: keyword, no compression, no language, no translated keyword. */
enum { PNG_XMP_PREFIX_SIZE = 22 };
extern const unsigned char png_xmp_prefix[PNG_XMP_PREFIX_SIZE];

/* Takes the packet out of an iTXt chunk's data into a blob of the caller's (malloc); compressed ones are unpacked. False where the
 * chunk holds something else, is damaged, is unreasonably large, or memory ran out: a picture without XMP is still a picture. */
bool png_xmp_unpack(const unsigned char *chunk, size_t size, struct imc_blob *xmp);

#endif
