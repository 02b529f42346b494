/* orient.h: turns a stored picture upright as its EXIF orientation says. */
#ifndef ORIENT_H
#define ORIENT_H

#include <stdbool.h>
#include <stddef.h>

struct orient;

/* Must the whole picture be there before the first upright row (3..8)? */
bool orient_holds(int orientation);
/* Do width and height change places (5..8)? */
bool orient_swaps(int orientation);

/* For a stored picture of width x height pixels of `pixel` bytes. Takes no memory for pixels yet; NULL if memory ran out. */
struct orient *orient_create(int orientation, int width, int height, size_t pixel);
void orient_destroy(struct orient *orient);
/* Takes the memory: the picture, or one row where rows pass one by one. False if there is none. Once is enough. */
bool orient_allocate(struct orient *orient);
bool orient_allocated(const struct orient *orient);
/* Where stored row y belongs (always 0 where rows pass one by one). */
void *orient_stored_row(struct orient *orient, int y);
/* Writes row y of the upright picture (always 0 where rows pass one by one). */
void orient_row(const struct orient *orient, int y, void *out);

#endif
