/* npymake.h: the head of an NPY file, right or wrong on purpose. */
#ifndef NPYMAKE_H
#define NPYMAKE_H

#include <stddef.h>

/* Usual entries of a header's text. */
#define DESCR "'descr': '<f4', "
#define ORDER "'fortran_order': False, "
#define SHAPE "'shape': (3, 4), "

/* Puts magic, version and length before the text of a header, as it stands; returns the whole length. */
size_t npymake_head(unsigned char *out, int version, const char *text);

#endif
