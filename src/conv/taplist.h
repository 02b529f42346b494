/* taplist.h: one pass of a separable executor as a list of taps for a row op, symmetric taps folded. */
#ifndef TAPLIST_H
#define TAPLIST_H

#include <stdbool.h>

/* `count` entries: tap t applies to position low[t] and, where the list is folded, also to high[t]; -1 stands for a row of
 * zeros. */
struct taplist {
    int count;
    bool folded;
    float *taps;
    int *low, *high;
};

/* Lists the taps that are not zero (one zero where all are). The taps are `parts` runs of n, each run folded where all runs are
 * symmetric and that saves work. Position p of run r is numbered r*n + p. The list's arrays have room for parts*n entries. */
void taplist_make(struct taplist *list, const float *taps, int parts, int n);

/* Applies the list to `samples` samples: position p is read at at[p]. `low` and `high` are scratch for `count` pointers each,
 * `zeros` a row of zeros. */
void taplist_apply(const struct taplist *list, const float *const *at, const float *zeros, float *out, int samples, bool wide,
                   const float **low, const float **high);

#endif
