/* rowop_calls_png.c: calls of the row ops on the row filters of PNG, and repeated bytes. */
#include "rowops/rowop_calls.h"

/* The sum goes to the statistics, for the comparison. Few values that differ little make ties in Paeth's choice. */
static void call_png(enum png_row filter, const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t in[LENGTH_MAX + LANES_MAX], above[LENGTH_MAX + LANES_MAX];
    for (int i = 0; i < t->n + t->lanes; i++) {
        in[i] = t->stride == 1 ? t->bytes[i] & 3 : t->bytes[i];
        above[i] = t->stride == 1 ? t->bytes[i + LENGTH_MAX] & 3 : t->bytes[i + LENGTH_MAX];
    }
    w->stats.clipped = ops->filter_png[filter](out_at(w, m, 1), in + t->lanes, above + t->lanes, t->lanes, (size_t)t->n);
}

void call_png_plain(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_PLAIN, ops, t, w, m);
}

void call_png_left(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_LEFT, ops, t, w, m);
}

void call_png_above(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_ABOVE, ops, t, w, m);
}

void call_png_mean(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_MEAN, ops, t, w, m);
}

void call_png_paeth(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_png(PNG_ROW_PAETH, ops, t, w, m);
}

/* Whole pixels. The first row of a picture has zeros above it. */
static void call_unpng(enum png_row filter, const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t zeros[LENGTH_MAX];
    size_t pixels = (size_t)(t->n / t->lanes);
    ops->unfilter_png[filter](out_at(w, m, 1), t->bytes + m, t->stride == 1 ? zeros : t->bytes + LENGTH_MAX, t->lanes,
                              pixels * (size_t)t->lanes);
}

void call_unpng_left(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_LEFT, ops, t, w, m);
}

void call_unpng_above(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_ABOVE, ops, t, w, m);
}

void call_unpng_mean(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_MEAN, ops, t, w, m);
}

void call_unpng_paeth(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    call_unpng(PNG_ROW_PAETH, ops, t, w, m);
}

/* Of few values, or of one. The words go to the statistics, for the comparison of what stands behind the row's last bit. */
void call_repeats_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    static uint8_t in[LENGTH_MAX + 1];
    static uint64_t repeats[LENGTH_MAX / 64 + 1];
    uint8_t *out = out_at(w, m, 1);
    for (int i = 0; i <= t->n; i++)
        in[i] = t->bytes[i] & (t->stride == 1 ? 1 : t->stride == 2 ? 3 : 0);
    ops->repeats_u8(repeats, in + 1, (size_t)t->n);
    for (int i = 0; i < t->n; i++)
        out[i] = repeats[i / 64] >> i % 64 & 1;
    w->stats.clipped = 0;
    for (int i = 0; i < (t->n + 63) / 64; i++)
        w->stats.clipped = w->stats.clipped * 31 + repeats[i];
}
