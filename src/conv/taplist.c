/* taplist.c: a pass as calls of the row ops on grids of taps, which serve columns as well as rows, and where its taps are symmetric
 * and many enough of those that fold them: w*(a + b) for the two samples of a tap.
 *
 * Groups are smaller than elsewhere (correlate.c says what they are for), since the roundings of two passes add up.
 */
#include "conv/taplist.h"

enum {
    PASS_GROUP = 31,       /* taps, or pairs of them */
    FOLD_DOWN_LEAST = 5,   /* taps of a column that gain by it */
    FOLD_ACROSS_LEAST = 21 /* of a row, which has to be turned on its side first */
};

void taplist_add(struct taplist *list, float tap, ptrdiff_t place)
{
    if (tap == 0)
        return;
    list->taps[list->count] = tap;
    list->place[list->count++] = place;
}

/* Do `n` taps from t on read the same from both ends, at places equally far apart? */
static bool run_mirrored(const struct taplist *list, int t, int n)
{
    for (int k = 0; k < n / 2; k++)
        if (list->taps[t + k] != list->taps[t + n - 1 - k])
            return false;
    for (int k = 1; k < n; k++)
        if (list->place[t + k] - list->place[t + k - 1] != list->place[1] - list->place[0])
            return false;
    return true;
}

/* The taps of each of `runs` runs that are all mirrored, or 0. */
static int mirrored(const struct taplist *list, int runs)
{
    int n = list->count / runs;
    if (n < 2 || n - 1 > ROWOP_FOLD_SPAN || n * runs != list->count || list->place[1] - list->place[0] > ROWOP_FOLD_STEP)
        return 0;
    for (int t = 0; t < list->count; t += n)
        if (!run_mirrored(list, t, n))
            return 0;
    return n;
}

void taplist_end(struct taplist *list, int runs, int run)
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
    list->mirrored = mirrored(list, runs);
}

static int group_at(const struct taplist *list, int t)
{
    return list->count - t < list->group ? list->count - t : list->group;
}

/* The run from tap t on. */
static struct rowop_fold fold_of(const struct taplist *list, int t)
{
    int pairs = list->mirrored / 2, groups = (pairs + PASS_GROUP - 1) / PASS_GROUP;
    return (struct rowop_fold){list->taps + t, list->mirrored - 1, (pairs + groups - 1) / groups};
}

/* One row of outputs with a pointer for each tap. */
static void apply_list(const struct taplist *list, float *out, const float *const *under, int n, bool wide)
{
    static const ptrdiff_t here = 0;
    if (wide)
        rowops()->taps_wide_f32(out, under, list->taps, list->count, n);
    for (int t = 0; t < list->count && !wide; t += list->group) {
        struct rowop_grid grid = {list->taps + t, &here, group_at(list, t), 1, 1, t > 0 ? &out : NULL, false, NULL};
        rowops()->grid_f32(&out, 1, under + t, &grid, n);
    }
}

static void fold_down(const struct taplist *list, float *const *out, int rows, const void *const *at, bool bytes, int n)
{
    const struct rowop_fold fold = fold_of(list, 0);
    if (bytes)
        rowops()->fold_u8(out, rows, (const uint8_t *const *)at, &fold, n);
    else
        rowops()->fold_f32(out, rows, (const float *const *)at, &fold, n);
}

/* Columns without gaps, a group of taps on up to ROWOP_ROWS rows at once. */
static void grid_down(const struct taplist *list, float *const *out, int rows, const void *const *at, bool bytes, int stride, int n)
{
    static const ptrdiff_t here = 0;
    for (int r = 0; r < rows; r += ROWOP_ROWS)
        for (int t = 0; t < list->count; t += list->group) {
            const int some = rows - r < ROWOP_ROWS ? rows - r : ROWOP_ROWS;
            const struct rowop_grid grid = {list->taps + t, &here, group_at(list, t), 1, stride, t > 0 ? out + r : NULL,
                                            false,          NULL};
            const void *const *in = at + r * stride + t;
            if (bytes)
                rowops()->grid_u8(out + r, NULL, 0, some, (const uint8_t *const *)in, &grid, n);
            else
                rowops()->grid_f32(out + r, some, (const float *const *)in, &grid, n);
        }
}

void taplist_down(const struct taplist *list, float *const *out, int rows, const void *const *at, bool bytes, int stride, int n,
                  bool wide, const float **under)
{
    if (list->dense && !wide && stride == 1 && list->mirrored >= FOLD_DOWN_LEAST) {
        fold_down(list, out, rows, at + list->place[0], bytes, n);
    } else if (list->dense && !wide) {
        grid_down(list, out, rows, at + list->place[0], bytes, stride, n);
    } else {
        for (int r = 0; r < rows; r++, at += stride) {
            for (int k = 0; k < list->count; k++)
                under[k] = at[list->place[k]];
            apply_list(list, out[r], under, n, wide);
        }
    }
}

static void fold_across(const struct taplist *list, float *const *out, float *const *sums, int rows, const float *const *in, int n,
                        bool stream)
{
    for (int t = 0; t < list->count; t += list->mirrored) {
        const bool last = t + list->mirrored == list->count;
        const struct rowop_fold fold = fold_of(list, t);
        const float *at[PASS_ROWS];
        for (int r = 0; r < rows; r++)
            at[r] = in[r] + list->place[t];
        rowops()->fold_across_f32(last ? out : sums, t > 0 ? sums : NULL, rows, at, list->place[1] - list->place[0], &fold, n,
                                  stream && last);
    }
}

static void grid_across(const struct taplist *list, float *const *out, float *const *sums, int rows, const float *const *in, int n,
                        bool stream)
{
    for (int r = 0; r < rows; r += ROWOP_ROWS)
        for (int t = 0; t < list->count; t += list->group) {
            const int some = rows - r < ROWOP_ROWS ? rows - r : ROWOP_ROWS;
            const bool last = t + list->group >= list->count;
            const struct rowop_grid grid = {list->taps + t,          list->place + t, 1,   group_at(list, t), 1,
                                            t > 0 ? sums + r : NULL, stream && last,  NULL};
            rowops()->grid_f32((last ? out : sums) + r, some, in + r, &grid, n);
        }
}

void taplist_across(const struct taplist *list, float *const *out, float *const *sums, int rows, const float *const *in, int n,
                    bool stream, bool wide, const float **under)
{
    if (!wide && list->mirrored >= FOLD_ACROSS_LEAST)
        fold_across(list, out, sums, rows, in, n, stream);
    else if (!wide)
        grid_across(list, out, sums, rows, in, n, stream);
    for (int r = 0; r < rows && wide; r++) {
        for (int t = 0; t < list->count; t++)
            under[t] = in[r] + list->place[t];
        rowops()->taps_wide_f32(out[r], under, list->taps, list->count, n);
    }
}
