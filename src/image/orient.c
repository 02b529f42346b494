/* orient.c: the eight EXIF orientations.
 *
 * Each is made of three yes-or-no steps: rows and columns change places, stored columns are read backwards, stored rows are read
 * backwards. Pixel (x, y) of the upright picture is stored at
 *     column (swap ? y : x), counted from the right if flip_x;  row (swap ? x : y), counted from below if flip_y.
 * So one upright row is a walk through the stored picture with a fixed step: along a row, or along a column.
 */
#include "image/orient.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

struct turn {
    bool swap, flip_x, flip_y;
};

static const struct turn turns[9] = {
    [2] = {false, true, false}, [3] = {false, true, true}, [4] = {false, false, true}, [5] = {true, false, false},
    [6] = {true, false, true},  [7] = {true, true, true},  [8] = {true, true, false},
};

struct orient {
    struct turn turn;
    int width, height; /* as stored; height 1 where rows pass one by one */
    size_t pixel;
    unsigned char *picture;
};

bool orient_holds(int orientation)
{
    return orientation >= 3;
}

bool orient_swaps(int orientation)
{
    return orientation >= 5;
}

struct orient *orient_create(int orientation, int width, int height, size_t pixel)
{
    struct orient *orient = calloc(1, sizeof *orient);
    if (orient)
        *orient = (struct orient){turns[orientation], width, orient_holds(orientation) ? height : 1, pixel, NULL};
    return orient;
}

void orient_destroy(struct orient *orient)
{
    if (orient)
        mem_free(orient->picture);
    free(orient);
}

bool orient_allocate(struct orient *orient)
{
    size_t row;
    if (!orient->picture && size_mul((size_t)orient->width, orient->pixel, &row))
        orient->picture = mem_alloc((size_t)orient->height, row);
    return orient->picture;
}

bool orient_allocated(const struct orient *orient)
{
    return orient->picture;
}

void *orient_stored_row(struct orient *orient, int y)
{
    return orient->picture + (size_t)y * (size_t)orient->width * orient->pixel;
}

/* Inlined with a constant size below, so that memcpy becomes one or two moves. */
static inline void walk(unsigned char *out, const unsigned char *in, ptrdiff_t step, int count, size_t size)
{
    for (int i = 0; i < count; i++)
        memcpy(out + (size_t)i * size, in + i * step, size);
}

static void walk_pixels(unsigned char *out, const unsigned char *in, ptrdiff_t step, int count, size_t size)
{
    switch (size) {
    case 1:
        walk(out, in, step, count, 1);
        break;
    case 2:
        walk(out, in, step, count, 2);
        break;
    case 3:
        walk(out, in, step, count, 3);
        break;
    case 4:
        walk(out, in, step, count, 4);
        break;
    case 6:
        walk(out, in, step, count, 6);
        break;
    case 8:
        walk(out, in, step, count, 8);
        break;
    default:
        walk(out, in, step, count, size);
    }
}

void orient_row(const struct orient *orient, int y, void *out)
{
    const struct turn *turn = &orient->turn;
    ptrdiff_t pixel = (ptrdiff_t)orient->pixel, line = orient->width * pixel;
    ptrdiff_t first_x = turn->swap ? y : 0, first_y = turn->swap ? 0 : y;
    if (turn->flip_x)
        first_x = orient->width - 1 - first_x;
    if (turn->flip_y)
        first_y = orient->height - 1 - first_y;
    bool backwards = turn->swap ? turn->flip_y : turn->flip_x;
    ptrdiff_t step = turn->swap ? line : pixel;
    walk_pixels(out, orient->picture + first_y * line + first_x * pixel, backwards ? -step : step,
                turn->swap ? orient->height : orient->width, orient->pixel);
}
