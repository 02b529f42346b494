/* correlate.c: a float sum of n like terms drifts by up to n/2 roundings of 2^-24 (a flat picture makes every rounding fall the
 * same way), and 2e-6 is 33 of them. So taps are added in groups, and the groups to a total: g taps a group and m groups drift by
 * (g + m)/2. Lists take groups of 32 and cut what is longer than 32 groups into blocks, which are added in double (two-level
 * summation; Higham, Accuracy and Stability of Numerical Algorithms, section 4.2).
 */
#include "conv/correlate.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

enum { BLOCK_TAPS = ROWOP_GROUP * ROWOP_GROUP, GRID_GROUP = 56, GRID_DRIFT = 62 };

static size_t total_bytes(int n)
{
    return size_align((size_t)n * sizeof(double));
}

size_t correlate_bytes(int count, int n)
{
    return count <= BLOCK_TAPS ? 0 : total_bytes(n) + size_align((size_t)n * sizeof(float));
}

/* A list of at most BLOCK_TAPS taps. */
static void add_groups(float *out, const float *const *in, const float *taps, int count, int n)
{
    static const ptrdiff_t here = 0;
    for (int t = 0; t < count; t += ROWOP_GROUP) {
        int group = count - t < ROWOP_GROUP ? count - t : ROWOP_GROUP;
        float *const *onto = t > 0 ? &out : NULL;
        struct rowop_grid grid = {.taps = taps + t, .offset = &here, .kh = group, .kw = 1, .stride = 1, .onto = onto};
        rowops()->grid_f32(&out, 1, in + t, &grid, n);
    }
}

void correlate(float *out, const float *const *in, const float *taps, int count, int n, bool wide, void *scratch)
{
    const struct rowops *ops = rowops();
    if (wide) {
        ops->taps_wide_f32(out, in, taps, count, n);
        return;
    }
    if (count <= BLOCK_TAPS) {
        add_groups(out, in, taps, count, n);
        return;
    }
    double *total = scratch;
    float *block = (float *)((char *)scratch + total_bytes(n));
    memset(total, 0, (size_t)n * sizeof *total);
    for (int t = 0; t < count; t += BLOCK_TAPS) {
        int left = count - t;
        add_groups(block, in + t, taps + t, left < BLOCK_TAPS ? left : BLOCK_TAPS, n);
        if (left > BLOCK_TAPS)
            ops->total_add(total, block, n);
        else
            ops->total_end(out, total, block, n);
    }
}

int correlate_rows(int planes, int kh, int kw)
{
    int most = GRID_GROUP / kw;
    if (most == 0)
        return 0;
    int groups = (kh + most - 1) / most, rows = (kh + groups - 1) / groups;
    return rows * kw + (int64_t)groups * planes <= GRID_DRIFT ? rows : 0;
}
