/* taplist.h: one pass of a separable executor: the taps of a column or a row that are not zero. */
#ifndef TAPLIST_H
#define TAPLIST_H

#include "simd/rowops.h"

#include <stdbool.h>
#include <stddef.h>

/* Output rows of a pass. */
enum { PASS_ROWS = ROWOP_FOLD_ROWS };

/* Tap t stands at place[t]: so many rows below an output's first, or samples to the right of it. */
struct taplist {
    int count;
    int group;    /* taps that are summed before they are added to a total */
    int mirrored; /* taps of a run, where each run reads the same from both ends and may be folded; else 0 */
    bool dense;   /* places without gaps */
    float *taps;
    ptrdiff_t *place;
};

/* Adds a tap unless it is zero; `end` completes the list, which has room for one tap at least: `runs` runs of up to `run` taps
 * side by side. */
void taplist_add(struct taplist *list, float tap, ptrdiff_t place);
void taplist_end(struct taplist *list, int runs, int run);

/* The pass along columns, for n samples of up to PASS_ROWS rows: the taps of out[r] stand on the rows at[r*stride] and below, of
 * floats, or of bytes if the list is dense and not wide. `under` is scratch for `count` pointers. `wide` sums in double. */
void taplist_down(const struct taplist *list, float *const *out, int rows, const void *const *at, bool bytes, int stride, int n,
                  bool wide, const float **under);
/* The pass along rows, up to PASS_ROWS of them: the taps of out[r] stand on in[r] and to the right. Sums of groups before the last
 * are kept in `sums`, which may be the outputs. `stream`: outputs go past the caches. */
void taplist_across(const struct taplist *list, float *const *out, float *const *sums, int rows, const float *const *in, int n,
                    bool stream, bool wide, const float **under);

#endif
