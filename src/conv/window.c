/* window.c: see window.h. The cost is one conversion of each picture row: 1..4 bytes read and 1..4 written a sample, in cache.
 *
 * Rows that need none are copied all the same: read in one go they come from memory at full speed, they begin on a line of the
 * cache, and no row has ends that are made apart. Measured, filters that read the picture where it lay took 1.05 to 1.4 times as
 * long at 4K, twice as long at 512x512.
 */
#include "conv/window.h"

#include "base/memory.h"
#include "simd/rowops.h"

#include <string.h>

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int clamp(int value, int lo, int hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

/* Rows the ring must hold for jobs that read `rows` virtual rows. Mirrored borders look back (at the bottom) or ahead (at the top)
 * by as much as the padding; wrap needs the far end of the picture. */
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

static size_t padded_bytes(const struct imc_plan *plan)
{
    size_t pixels = (size_t)plan->phases * (size_t)plan->phase_w;
    return size_align(pixels * (size_t)plan->pixel_step * imc_type_size(plan->row_type));
}

enum { PARTS = 5 };

/* Bytes of the parts, each aligned, in the order of struct window. */
static bool part_bytes(const struct imc_plan *plan, int job_rows, size_t part[PARTS])
{
    size_t per_row = (size_t)plan->planes, row = padded_bytes(plan);
    int rows = plan_input_rows_max(plan, job_rows), capacity = ring_capacity(plan, rows);
    size_t planes, pointers;
    if (!size_mul((size_t)capacity, per_row, &planes) || !size_mul(planes, row, &part[0]) ||
        !size_mul((size_t)rows, per_row, &pointers) || !size_mul(pointers, sizeof(void *), &part[3]))
        return false;
    part[1] = row;
    part[2] = size_align((size_t)capacity * sizeof(int));
    part[3] = size_align(part[3]);
    part[4] = size_align((size_t)plan->span_w * sizeof(int));
    return true;
}

size_t window_bytes(const struct imc_plan *plan, int job_rows)
{
    size_t part[PARTS], total = 0;
    if (!part_bytes(plan, job_rows, part))
        return SIZE_MAX;
    for (int i = 0; i < PARTS; i++)
        if (!size_add(total, part[i], &total))
            return SIZE_MAX;
    return total;
}

static const void *sample_address(const void *row, enum imc_type type, ptrdiff_t index)
{
    return (const char *)row + index * (ptrdiff_t)imc_type_size(type);
}

/* `n` samples that lie `step` apart, packed and converted to the type of the padded rows. */
static void convert(const struct imc_plan *plan, void *out, const void *in, ptrdiff_t step, int n)
{
    const struct rowops *ops = rowops();
    if (plan->row_type == IMC_U8)
        ops->copy_u8(out, in, step, n);
    else if (plan->desc.in_type == IMC_U8)
        ops->widen_u8(out, in, step, n);
    else if (plan->desc.in_type == IMC_U16)
        ops->widen_u16(out, in, step, n);
    else
        ops->copy_f32(out, in, step, n);
}

/* Where padded position p stands in a padded row. */
static void *position(const struct imc_plan *plan, char *row, int p)
{
    return row + plan_sample(plan, p) * (ptrdiff_t)imc_type_size(plan->row_type);
}

static void put_constant(const struct imc_plan *plan, char *row, int p)
{
    void *out = position(plan, row, p);
    for (int l = 0; l < plan->pixel_step; l++)
        if (plan->row_type == IMC_U8)
            ((uint8_t *)out)[l] = (uint8_t)plan->desc.border_values[l];
        else
            ((float *)out)[l] = plan->desc.border_values[l];
}

/* Padded positions p0..p1-1, which show the picture: phase by phase, so that each is a run of evenly spaced pixels. */
static void put_inside(const struct imc_plan *plan, char *out, const void *row, ptrdiff_t pixel_step, int p0, int p1)
{
    int lanes = plan->pixel_step, phases = plan->phases;
    size_t pixel_bytes = (size_t)lanes * imc_type_size(plan->row_type);
    for (int first = p0; first < p1 && first < p0 + phases; first++) {
        int pixels = (p1 - first + phases - 1) / phases;
        ptrdiff_t step = pixel_step * phases;
        const void *in = sample_address(row, plan->desc.in_type, (first - plan->left) * pixel_step);
        char *to = position(plan, out, first);
        if (step == lanes)
            convert(plan, to, in, 1, pixels * lanes);
        else if (lanes == 1)
            convert(plan, to, in, step, pixels);
        else
            for (int i = 0; i < pixels; i++)
                convert(plan, to + (size_t)i * pixel_bytes, sample_address(in, plan->desc.in_type, i * step), 1, lanes);
    }
}

static void copy_pixel(char *to, const char *from, size_t bytes)
{
    if (bytes == 1)
        *to = *from;
    else if (bytes == sizeof(float))
        memcpy(to, from, sizeof(float));
    else
        memcpy(to, from, bytes);
}

/* Padded positions p0..p1-1, which lie outside the picture, after those inside were put. `show` has the columns that they show. A
 * pixel that is there already is copied. */
static void put_outside(const struct imc_plan *plan, char *out, const void *row, ptrdiff_t pixel_step, const int *show, int p0,
                        int p1)
{
    size_t bytes = (size_t)plan->pixel_step * imc_type_size(plan->row_type);
    for (int p = p0; p < p1; p++) {
        int x = *show++, there = plan->left + x;
        char *to = position(plan, out, p);
        if (x < 0)
            put_constant(plan, out, p);
        else if (there >= 0 && there < plan->span_w)
            copy_pixel(to, position(plan, out, there), bytes);
        else
            convert(plan, to, sample_address(row, plan->desc.in_type, x * pixel_step), 1, plan->pixel_step);
    }
}

/* The same where each pixel is one sample and shows one that is there: the usual case, of which wide kernels have many. */
static void repeat(const struct imc_plan *plan, void *row, const int *show, int p0, int p1)
{
    if (plan->row_type == IMC_U8) {
        uint8_t *bytes = row;
        for (int p = p0; p < p1; p++)
            bytes[p] = bytes[plan->left + *show++];
        return;
    }
    float *floats = row;
    for (int p = p0; p < p1; p++)
        floats[p] = floats[plan->left + *show++];
}

/* Padded positions *inside..*beyond-1 show the picture. */
static void find_inside(const struct imc_plan *plan, int *inside, int *beyond)
{
    int64_t end = (int64_t)plan->left + plan->desc.in_w;
    *inside = clamp(plan->left, 0, plan->span_w);
    *beyond = clamp(end > plan->span_w ? plan->span_w : (int)end, *inside, plan->span_w);
}

/* The columns that the positions outside show, left ones, then right ones. Are all of them there, and pixels single samples? */
static bool find_columns(const struct imc_plan *plan, int *show)
{
    int inside, beyond;
    bool there = plan->pixel_step == 1 && plan->phases == 1;
    find_inside(plan, &inside, &beyond);
    for (int p = 0; p < plan->span_w; p++)
        if (p < inside || p >= beyond) {
            *show = imc_border_index(plan->desc.border, (int64_t)p - plan->left, plan->desc.in_w);
            there = there && *show >= 0 && plan->left + *show >= inside && plan->left + *show < beyond;
            show++;
        }
    return there;
}

void window_init(struct window *window, const struct imc_plan *plan, int job_rows, void *memory)
{
    size_t part[PARTS];
    char *next = memory;
    part_bytes(plan, job_rows, part);
    int rows = plan_input_rows_max(plan, job_rows);
    *window = (struct window){.plan = plan, .capacity = ring_capacity(plan, rows), .table_rows = rows};
    window->row_bytes = padded_bytes(plan);
    window->ring = next;
    window->outside = next += part[0];
    window->held = (int *)(next += part[1]);
    window->table = (const void **)(next += part[2]);
    window->show = (int *)(next + part[3]);
    window->repeats = find_columns(plan, window->show);
    for (int p = 0; p < plan->span_w; p++)
        put_constant(plan, window->outside, p);
    window_reset(window);
}

void window_reset(struct window *window)
{
    for (int i = 0; i < window->capacity; i++)
        window->held[i] = -1;
}

static char *slot(const struct window *window, int r, int c)
{
    size_t index = (size_t)(r % window->capacity) * (size_t)window->plan->planes + (size_t)c;
    return window->ring + index * window->row_bytes;
}

bool window_has(const struct window *window, int r)
{
    return window->held[r % window->capacity] == r;
}

void window_put(struct window *window, int r, const void *row, ptrdiff_t pixel_step, ptrdiff_t plane_step)
{
    const struct imc_plan *plan = window->plan;
    int inside, beyond;
    find_inside(plan, &inside, &beyond);
    for (int c = 0; c < plan->planes; c++) {
        char *out = slot(window, r, c);
        const void *plane = sample_address(row, plan->desc.in_type, c * plane_step);
        put_inside(plan, out, plane, pixel_step, inside, beyond);
        if (window->repeats) {
            repeat(plan, out, window->show, 0, inside);
            repeat(plan, out, window->show + inside, beyond, plan->span_w);
            continue;
        }
        put_outside(plan, out, plane, pixel_step, window->show, 0, inside);
        put_outside(plan, out, plane, pixel_step, window->show + inside, beyond, plan->span_w);
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
    const void **entry = window->table;
    for (int v = v0; v < v1; v++) {
        int r = imc_border_index(plan->desc.border, v, plan->desc.in_h);
        for (int c = 0; c < plan->planes; c++)
            *entry++ = r < 0 ? window->outside : slot(window, r, c);
    }
    return (struct rows){.row = window->table, .first = v0, .x1 = plan->out_w};
}
