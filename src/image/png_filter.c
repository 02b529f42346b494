/* png_filter.c: which filter a row of a PNG gets. The rule is libpng's and the standard's advice: the one whose bytes, taken as
 * signed, have the smallest sum of absolute values, the first of equals. All candidates are computed, which costs a third of a
 * nanosecond per byte with SIMD; deflate costs ten times as much. */
#include "image/png_filter.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

enum { ROOM_LEFT = MEM_ALIGN }; /* at least the 8 bytes of the widest pixel */

bool png_filter_init(struct png_filter *filter, size_t row_bytes, int pixel_bytes, unsigned allowed)
{
    size_t step = size_align(row_bytes), all, room;
    *filter = (struct png_filter){.row_bytes = row_bytes, .pixel_bytes = pixel_bytes, .allowed = allowed};
    if (!size_add(step, ROOM_LEFT, &room) || !size_mul(room, 4, &all))
        return false;
    filter->memory = mem_zalloc(1, all);
    if (!filter->memory)
        return false;
    filter->row = filter->memory + ROOM_LEFT;
    filter->above = filter->row + room;
    filter->tried[0] = filter->above + room;
    filter->tried[1] = filter->tried[0] + room;
    return true;
}

void png_filter_free(struct png_filter *filter)
{
    mem_free(filter->memory);
    filter->memory = NULL;
}

unsigned char *png_filter_row(struct png_filter *filter)
{
    return filter->row;
}

void png_filter_apply(struct png_filter *filter, unsigned char *out)
{
    uint64_t best = UINT64_MAX;
    for (int f = 0; f < PNG_ROW_FILTERS; f++) {
        if (!(filter->allowed >> f & 1))
            continue;
        uint64_t sum =
            rowops()->filter_png[f](filter->tried[0], filter->row, filter->above, filter->pixel_bytes, filter->row_bytes);
        if (sum >= best)
            continue;
        best = sum;
        out[0] = (unsigned char)f;
        unsigned char *chosen = filter->tried[0];
        filter->tried[0] = filter->tried[1];
        filter->tried[1] = chosen;
    }
    memcpy(out + 1, filter->tried[1], filter->row_bytes);
    unsigned char *done = filter->row;
    filter->row = filter->above;
    filter->above = done;
}
