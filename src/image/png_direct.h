/* png_direct.h: the rows of the usual PNGs (8 bits, gray or colour with or without alpha, not interlaced), without libpng. */
#ifndef PNG_DIRECT_H
#define PNG_DIRECT_H

#include "image/codec.h"

struct png_direct;

/* May the rows be read this way? Decided before any is. `info` is as stored; `transparent`: there is a tRNS chunk. */
bool png_direct_suits(const struct imc_image_info *info, bool transparent);
/* Takes over an input of which the first IDAT's length and type have been read. */
enum imc_status png_direct_create(struct imc_reader *reader, uint32_t idat_size, struct png_direct **out, struct imc_error *error);
/* NULL is allowed. */
void png_direct_destroy(struct png_direct *direct);
/* As a codec's read_row: the last row also reads to the end of the file. */
enum imc_status png_direct_read(struct png_direct *direct, unsigned char *row, struct imc_error *error);

#endif
