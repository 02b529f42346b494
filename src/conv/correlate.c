/* correlate.c: a float sum of n like terms drifts by up to n/2 roundings of 2^-24 (a flat picture makes every rounding fall the
 * same way). The row ops add taps in groups of 32 and the groups to a total, so that 1024 taps drift by (32 + 32)/2 roundings,
 * 1.9e-6 at worst. Longer lists are cut into blocks of 1024 taps, which are added in double (two-level summation; Higham, Accuracy
 * and Stability of Numerical Algorithms, section 4.2).
 */
#include "conv/correlate.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

enum { BLOCK_TAPS = ROWOP_GROUP * ROWOP_GROUP };

static size_t total_bytes(int n)
{
    return size_align((size_t)n * sizeof(double));
}

size_t correlate_bytes(int count, int n)
{
    return count <= BLOCK_TAPS ? 0 : total_bytes(n) + size_align((size_t)n * sizeof(float));
}

void correlate(float *out, const float *const *in, const float *taps, int count, int n, bool wide, void *scratch)
{
    const struct rowops *ops = rowops();
    if (wide || count <= BLOCK_TAPS) {
        (wide ? ops->taps_wide_f32 : ops->taps_f32)(out, in, taps, count, n);
        return;
    }
    double *total = scratch;
    float *block = (float *)((char *)scratch + total_bytes(n));
    memset(total, 0, (size_t)n * sizeof *total);
    for (int t = 0; t < count; t += BLOCK_TAPS) {
        int left = count - t;
        ops->taps_f32(block, in + t, taps + t, left < BLOCK_TAPS ? left : BLOCK_TAPS, n);
        if (left > BLOCK_TAPS)
            ops->total_add(total, block, n);
        else
            ops->total_end(out, total, block, n);
    }
}
