/* window.c: see window.h. The cost is one conversion of each picture row: 1..4 bytes read and 4 written a sample, in cache. */
#include "conv/window.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Rows the ring must hold for jobs that read `rows` virtual rows. Mirrored borders look back (at the bottom) or ahead (at the top) by as
 * much as the padding; wrap needs the far end of the picture. */
static int ring_capacity(const struct imc_plan *plan, int rows)
{
    int padding = larger(larger(plan->top, plan->bottom), 0);
    int64_t capacity = rows;
    switch (plan->desc.border) {
    case IMC_BORDER_WRAP:
        capacity = plan->desc.in_h;
        break;
    case IMC_BORDER_SYMMETRIC:
    case IMC_BORDER_REFLECT101:
        capacity += padding + 1;
        break;
    case IMC_BORDER_REPLICATE:
        capacity += 1;
        break;
    case IMC_BORDER_CONSTANT:
        break;
    }
    return capacity < plan->desc.in_h ? (int)capacity : plan->desc.in_h;
}

static size_t padded_floats(const struct imc_plan *plan)
{
    return size_align((size_t)plan->span_w * (size_t)plan->desc.lanes * sizeof(float)) / sizeof(float);
}

/* Bytes of the parts, each aligned, in the order of struct window. */
static bool part_bytes(const struct imc_plan *plan, int job_rows, size_t part[4])
{
    size_t in_c = (size_t)plan->desc.in_c, row = padded_floats(plan) * sizeof(float);
    int rows = plan_input_rows_max(plan, job_rows), capacity = ring_capacity(plan, rows);
    size_t planes, pointers;
    if (!size_mul((size_t)capacity, in_c, &planes) || !size_mul(planes, row, &part[0]) ||
        !size_mul((size_t)rows, in_c, &pointers) || !size_mul(pointers, sizeof(float *), &part[3]))
        return false;
    part[1] = row;
    part[2] = size_align((size_t)capacity * sizeof(int));
    part[3] = size_align(part[3]);
    return true;
}

size_t window_bytes(const struct imc_plan *plan, int job_rows)
{
    size_t part[4], total = 0;
    if (!part_bytes(plan, job_rows, part))
        return SIZE_MAX;
    for (int i = 0; i < 4; i++)
        if (!size_add(total, part[i], &total))
            return SIZE_MAX;
    return total;
}

void window_init(struct window *window, const struct imc_plan *plan, int job_rows, void *memory)
{
    size_t part[4];
    char *next = memory;
    part_bytes(plan, job_rows, part);
    int rows = plan_input_rows_max(plan, job_rows);
    *window = (struct window){.plan = plan, .capacity = ring_capacity(plan, rows), .table_rows = rows};
    window->row_floats = padded_floats(plan);
    window->ring = (float *)next;
    window->outside = (float *)(next += part[0]);
    window->held = (int *)(next += part[1]);
    window->table = (const float **)(next + part[2]);
    for (size_t i = 0; i < window->row_floats; i++)
        window->outside[i] = plan->desc.border_values[i % (size_t)plan->desc.lanes];
    window_reset(window);
}

void window_reset(struct window *window)
{
    for (int i = 0; i < window->capacity; i++)
        window->held[i] = -1;
}

static float *slot(const struct window *window, int r, int c)
{
    size_t index = (size_t)(r % window->capacity) * (size_t)window->plan->desc.in_c + (size_t)c;
    return window->ring + index * window->row_floats;
}

bool window_has(const struct window *window, int r)
{
    return window->held[r % window->capacity] == r;
}

static const void *sample_address(const void *row, enum imc_type type, ptrdiff_t index)
{
    return (const char *)row + index * (ptrdiff_t)imc_type_size(type);
}

/* `n` samples that lie `step` apart, as floats. */
static void convert(float *out, const void *in, enum imc_type type, ptrdiff_t step, int n)
{
    const float *values = in;
    switch (type) {
    case IMC_U8:
        rowops()->widen_u8(out, in, step, n);
        break;
    case IMC_U16:
        rowops()->widen_u16(out, in, step, n);
        break;
    case IMC_F32:
    case IMC_S16: /* not an input type */
        if (step == 1)
            memcpy(out, values, (size_t)n * sizeof *out);
        else
            for (int x = 0; x < n; x++)
                out[x] = values[x * step];
        break;
    }
}

/* Pixels x0..x1-1 of the picture to `out`, lanes together. */
static void convert_pixels(const struct imc_plan *plan, float *out, const void *row, ptrdiff_t pixel_step, int x0, int x1)
{
    int lanes = plan->desc.lanes;
    enum imc_type type = plan->desc.in_type;
    const void *first = sample_address(row, type, x0 * pixel_step);
    if (pixel_step == lanes)
        convert(out, first, type, 1, (x1 - x0) * lanes);
    else if (lanes == 1)
        convert(out, first, type, pixel_step, x1 - x0);
    else
        for (int x = x0; x < x1; x++, out += lanes)
            convert(out, sample_address(row, type, x * pixel_step), type, 1, lanes);
}

/* Padded positions p0..p1-1, which lie outside the picture. */
static void pad_pixels(const struct imc_plan *plan, float *out, const void *row, ptrdiff_t pixel_step, int p0, int p1)
{
    int lanes = plan->desc.lanes;
    for (int p = p0; p < p1; p++) {
        int x = imc_border_index(plan->desc.border, (int64_t)p - plan->left, plan->desc.in_w);
        if (x >= 0)
            convert(out + (ptrdiff_t)p * lanes, sample_address(row, plan->desc.in_type, x * pixel_step), plan->desc.in_type, 1,
                    lanes);
        else
            for (int l = 0; l < lanes; l++)
                out[(ptrdiff_t)p * lanes + l] = plan->desc.border_values[l];
    }
}

static int clamp(int value, int lo, int hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

void window_put(struct window *window, int r, const void *row, ptrdiff_t pixel_step, ptrdiff_t plane_step)
{
    const struct imc_plan *plan = window->plan;
    int inside = clamp(plan->left, 0, plan->span_w); /* padded positions inside..beyond-1 show the picture */
    int64_t end = (int64_t)plan->left + plan->desc.in_w;
    int beyond = clamp(end > plan->span_w ? plan->span_w : (int)end, inside, plan->span_w);
    for (int c = 0; c < plan->desc.in_c; c++) {
        float *out = slot(window, r, c);
        const void *plane = sample_address(row, plan->desc.in_type, c * plane_step);
        pad_pixels(plan, out, plane, pixel_step, 0, inside);
        if (beyond > inside)
            convert_pixels(plan, out + (ptrdiff_t)inside * plan->desc.lanes, plane, pixel_step, inside - plan->left,
                           beyond - plan->left);
        pad_pixels(plan, out, plane, pixel_step, beyond, plan->span_w);
    }
    window->held[r % window->capacity] = r;
}

int window_last_row(const struct imc_plan *plan, int v0, int v1)
{
    int last = -1;
    for (int v = v0; v < v1; v++)
        last = larger(last, imc_border_index(plan->desc.border, v, plan->desc.in_h));
    return last;
}

struct rows window_rows(struct window *window, int v0, int v1)
{
    const struct imc_plan *plan = window->plan;
    const float **entry = window->table;
    for (int v = v0; v < v1; v++) {
        int r = imc_border_index(plan->desc.border, v, plan->desc.in_h);
        for (int c = 0; c < plan->desc.in_c; c++)
            *entry++ = r < 0 ? window->outside : slot(window, r, c);
    }
    return (struct rows){window->table, v0};
}
