/* foreign.h: formats that imgconv knows but does not read. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

enum { FOREIGN_HEAD = 64 };

/* What a file that begins with these bytes (up to FOREIGN_HEAD) is and how it becomes readable, as the rest of a sentence that
 * begins with the file's name ("is a TIFF picture ..."); NULL if it is unknown. */
const char *foreign_advice(const unsigned char *head, size_t size);

#endif
