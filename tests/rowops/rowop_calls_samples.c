/* rowop_calls_samples.c: calls of the row ops on what lies between samples and floats: gathering, luma, rounding, ranges. */
#include "rowops/rowop_calls.h"

void call_widen_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_u8(out_at(w, m, 4), t->bytes + m, t->stride, t->n);
}

void call_widen_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->widen_u16(out_at(w, m, 4), t->words + m, t->stride, t->n);
}

void call_unit_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->unit_u8(out_at(w, m, 4), t->bytes + m, t->n);
}

void call_copy_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->copy_u8(out_at(w, m, 1), t->bytes + m, t->stride, t->n);
}

void call_copy_f32(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->copy_f32(out_at(w, m, 4), t->row[0], t->stride, t->n);
}

void call_stream(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->stream_f32(out_at(w, m, 4), t->row[0], t->n);
}

void call_luma_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->luma_u8(out_at(w, m, 1), t->bytes + m, t->stride + 2, t->n);
}

void call_luma_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->luma_u16(out_at(w, m, 2), t->words + m, t->stride + 2, t->n);
}

void call_narrow_u8(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_u8(out_at(w, m, 1), t->row[0], t->stride > 2 ? 100 : 255, t->lanes, t->n, &w->stats);
}

void call_narrow_u16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_u16(out_at(w, m, 2), t->row[0], t->stride > 2 ? 1000 : 65535, t->lanes, t->n, &w->stats);
}

void call_narrow_s16(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->narrow_s16(out_at(w, m, 2), t->row[0], t->stride > 2 ? 1000 : 32767, t->lanes, t->n, &w->stats);
}

void call_range(const struct rowops *ops, const struct trial *t, struct written *w, int m)
{
    ops->range_f32(t->row[0] + m, t->n, &w->stats);
}
