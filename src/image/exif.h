/* exif.h: the few EXIF tags that concern the pixels: orientation and resolution. A blob begins with the TIFF header. */
#ifndef EXIF_H
#define EXIF_H

#include <imgconv/image.h>

/* The orientation tag 1..8 of the main picture; 1 where it is absent, out of range or unreadable. */
int exif_orientation(const struct imc_blob *exif);
/* Pixels per metre; false (and nothing changed) where the tags are absent or have no unit. */
bool exif_resolution(const struct imc_blob *exif, double *x_per_metre, double *y_per_metre);
/* Changes the blob in place so that it describes the upright picture: orientation 1 and, if it was 5..8, the two resolutions
 * swapped. Doing it twice changes nothing. */
void exif_make_upright(struct imc_blob *exif);

/* The same for tiff:Orientation and tiff:XResolution, tiff:YResolution of an XMP packet. */
void xmp_make_upright(struct imc_blob *xmp);

#endif
