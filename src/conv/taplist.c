/* taplist.c: a pass as calls of the row op on grids, which serves columns as well as rows. Symmetric taps are not folded: w*(a + b)
 * saves a multiply-add, but its two loads serve one output alone, where the row op's one serves two.
 *
 * Groups are smaller than elsewhere (correlate.c says what they are for), since the roundings of two passes add up.
 */
#include "conv/taplist.h"

#include "simd/rowops.h"

enum { PASS_GROUP = 31 };

void taplist_add(struct taplist *list, float tap, ptrdiff_t place)
{
    if (tap == 0)
        return;
    list->taps[list->count] = tap;
    list->place[list->count++] = place;
}

void taplist_end(struct taplist *list, int run)
{
    if (list->count == 0) {
        list->taps[0] = 0;
        list->place[0] = 0;
        list->count = 1;
    }
    int groups = (run + PASS_GROUP - 1) / PASS_GROUP;
    list->group = (run + groups - 1) / groups;
    while (list->group * list->group < list->count) /* many short runs: their sums drift as terms do */
        list->group++;
    list->dense = list->place[list->count - 1] - list->place[0] == list->count - 1;
}

static int group_at(const struct taplist *list, int t)
{
    return list->count - t < list->group ? list->count - t : list->group;
}

/* One row of outputs with a pointer for each tap. */
static void apply_list(const struct taplist *list, float *out, const float *const *under, int n, bool wide)
{
    static const ptrdiff_t here = 0;
    if (wide)
        rowops()->taps_wide_f32(out, under, list->taps, list->count, n);
    for (int t = 0; t < list->count && !wide; t += list->group) {
        struct rowop_grid grid = {list->taps + t, &here, group_at(list, t), 1, 1, t > 0 ? &out : NULL, false};
        rowops()->grid_f32(&out, 1, under + t, &grid, n);
    }
}

void taplist_down(const struct taplist *list, int t, float *const *out, int rows, const void *const *at, bool bytes, ptrdiff_t x,
                  int stride, int n, bool wide, const float **under)
{
    if (list->dense && !wide) {
        struct rowop_grid grid = {list->taps + t, &x, group_at(list, t), 1, stride, t > 0 ? out : NULL, false};
        at += list->place[t];
        if (bytes)
            rowops()->grid_u8(out, NULL, 0, rows, (const uint8_t *const *)at, &grid, n);
        else
            rowops()->grid_f32(out, rows, (const float *const *)at, &grid, n);
        return;
    }
    for (int r = 0; r < rows && t == 0; r++, at += stride) {
        for (int k = 0; k < list->count; k++)
            under[k] = (const float *)at[list->place[k]] + x;
        apply_list(list, out[r], under, n, wide);
    }
}

void taplist_across(const struct taplist *list, float *const *out, float *const *sums, int rows, const float *const *in, int n,
                    bool stream, bool wide, const float **under)
{
    for (int t = 0; t < list->count && !wide; t += list->group) {
        bool last = t + list->group >= list->count;
        struct rowop_grid grid = {list->taps + t, list->place + t, 1, group_at(list, t), 1, t > 0 ? sums : NULL, stream && last};
        rowops()->grid_f32(last ? out : sums, rows, in, &grid, n);
    }
    for (int r = 0; r < rows && wide; r++) {
        for (int t = 0; t < list->count; t++)
            under[t] = in[r] + list->place[t];
        rowops()->taps_wide_f32(out[r], under, list->taps, list->count, n);
    }
}
