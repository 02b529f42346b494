/* png_idat.h: the picture data of a PNG: rows in, pieces of one zlib stream out, for IDAT chunks. Threads only filter and deflate:
 * the caller's thread does everything else. The bytes do not depend on the number of threads. */
#ifndef PNG_IDAT_H
#define PNG_IDAT_H

#include <imgconv/image.h>
#include <stdint.h>

struct png_idat;

/* compression 0..9; threads 0: as many as there are processors. */
enum imc_status png_idat_create(const struct imc_image_info *info, int compression, int threads, struct png_idat **idat,
                                struct imc_error *error);
/* NULL is allowed, and an unfinished stream. */
void png_idat_destroy(struct png_idat *idat);
/* The memory that the stream of such a picture takes, about. */
uint64_t png_idat_memory(const struct imc_image_info *info, int compression, int threads);

/* Where the bytes of the next row are to be put, as the file has them; png_idat_add then takes that row. */
unsigned char *png_idat_row(struct png_idat *idat);
/* True: png_idat_take has to be called until it gives nothing. */
bool png_idat_add(struct png_idat *idat);
/* The next piece of the stream, if it is ready or has to be waited for: before there is room for another row, and after the last
 * row. It stays valid until the next call. `size` 0: there is none for now, or at the end no more. */
enum imc_status png_idat_take(struct png_idat *idat, const unsigned char **piece, size_t *size, struct imc_error *error);

#endif
