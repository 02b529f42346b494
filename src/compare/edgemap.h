/* edgemap.h: edges as thin lines, and how well two such maps agree. */
#ifndef EDGEMAP_H
#define EDGEMAP_H

#include <stddef.h>

/* Non-maximum suppression (Canny 1986): a pixel keeps its strength where that is more than its neighbour's on one side, and not
 * less than on the other, along its gradient (gx, gy) rounded to 0, 45, 90 or 135 degrees; all others become 0. Pixels outside
 * count as weaker. All planes are [height][width]; strength is not negative, and `thin` may not be `strength`. */
void edge_thin(const float *strength, const float *gx, const float *gy, int width, int height, float *thin);

/* Marks the `count` strongest pixels of a thinned map, and those as strong as the last of them; zeros are never marked. Returns how
 * many were. */
size_t edge_mark_strongest(const float *thin, size_t pixels, size_t count, unsigned char *marked);

/* The share of `these` pixels that have one of `those` at most a pixel away, diagonals included. 0 where there are none. */
double edge_share_near(const unsigned char *these, const unsigned char *those, int width, int height);

#endif
