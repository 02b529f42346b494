/* rowop_calls_fixed.c: calls of the row ops on pairs of 16-bit samples in fixed point. */
#include "rowops/rowop_calls.h"

#include <math.h>

/* Pairs of taps at random places within 9 steps, in up to three groups. */
static int pair_taps(const struct trial *t, struct pair_tap *taps, struct pair_group *groups)
{
    int count = 0;
    for (int g = 0; g < 3; g++) {
        groups[g] = (struct pair_group){t->words[g] % 3 + 1, t->taps[g] * 1e-6f};
        for (int k = 0; k < groups[g].count; k++, count++) {
            const int16_t *drawn = (const int16_t *)t->words + 10 + 5 * count;
            taps[count] = (struct pair_tap){{drawn[0], drawn[1]}, {drawn[2], drawn[3]}, drawn[4] & 7};
        }
    }
    return count;
}

void call_pairs_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    int pixels = t->n / (4 * t->lanes) * 2;
    pixels -= pixels > 0 && t->rows % 2;
    ops->pairs_u8(out_at(w, m, 2), t->bytes + m, t->bytes + 500, t->lanes, pixels);
}

void call_pairs_down(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    struct pair_tap taps[9];
    struct pair_group groups[3];
    int count = pair_taps(t, taps, groups), n = t->n / 2;
    int16_t *a = out_at(w, m, 2), *b = a + n;
    ops->pairs_down(t->rows % 2 ? a : b, t->rows % 2 ? b : a, (const int16_t *)t->words + 100 + m, t->step, taps, count,
                    (int32_t)t->taps[0], t->kw + 4, n);
}

void call_pairs_across(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    struct pair_tap taps[9];
    struct pair_group groups[3];
    pair_taps(t, taps, groups);
    float range[2] = {INFINITY, -INFINITY};
    ops->pairs_across(out_at(w, m, 1), (const int16_t *)t->words + 100 + m, t->lanes, taps, groups, t->kw % 3 + 1, 127.5f, t->n,
                      t->kw > 4 ? range : NULL, t->rows % 2);
    w->stats.lowest = range[0];
    w->stats.highest = range[1];
}
