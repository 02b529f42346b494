/* versions.h: the versions of the libraries that read and write pictures, as loaded at run time. Strings are static. */
#ifndef VERSIONS_H
#define VERSIONS_H

const char *image_png_version(void);
const char *image_zlib_version(void);
const char *image_jpeg_version(void);
const char *image_isal_version(void); /* NULL in a build without it */

#endif
