/* taplist.c: folding w*a + w*b into w*(a + b) halves the multiplications of every symmetric kernel: Gaussian, LoG, mean. Lists are
 * short (a row or a column of a kernel), so their sums need no blocks beyond those of the row op. */
#include "conv/taplist.h"

#include "simd/rowops.h"

static bool symmetric(const float *taps, int parts, int n)
{
    for (int r = 0; r < parts; r++)
        for (int p = 0; p < n / 2; p++)
            if (taps[r * n + p] != taps[r * n + n - 1 - p])
                return false;
    return n > 2;
}

static void add_entry(struct taplist *list, float tap, int low, int high)
{
    list->taps[list->count] = tap;
    list->low[list->count] = low;
    list->high[list->count++] = high;
}

void taplist_make(struct taplist *list, const float *taps, int parts, int n)
{
    list->count = 0;
    list->folded = symmetric(taps, parts, n);
    for (int r = 0; r < parts; r++)
        for (int p = 0; p < (list->folded ? (n + 1) / 2 : n); p++) {
            int low = r * n + p, partner = r * n + n - 1 - p;
            if (taps[low] != 0)
                add_entry(list, taps[low], low, list->folded && partner != low ? partner : -1);
        }
    if (list->count == 0)
        add_entry(list, 0, 0, -1);
}

void taplist_apply(const struct taplist *list, const float *const *at, const float *zeros, float *out, int samples, bool wide,
                   const float **low, const float **high)
{
    const struct rowops *ops = rowops();
    for (int t = 0; t < list->count; t++) {
        low[t] = at[list->low[t]];
        high[t] = list->high[t] < 0 ? zeros : at[list->high[t]];
    }
    if (wide)
        ops->fold_wide_f32(out, low, high, list->taps, list->count, samples);
    else if (list->folded)
        ops->fold_f32(out, low, high, list->taps, list->count, samples);
    else
        ops->taps_f32(out, low, list->taps, list->count, samples);
}
