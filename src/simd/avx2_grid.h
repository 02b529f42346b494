/* avx2_grid.h: the part of rowops_avx2.c on grids of taps in float.
 *
 * Cost: two fused multiply-adds a cycle are the limit, four cycles after the one before on the same sum, so at least eight sums
 * must be under way. Two loads a cycle are the other limit, where one across a cache line counts as two and a half (nearly half of
 * all unaligned ones do): a load for each multiply-add would take twice the time. With 2 rows of 6 vectors of outputs, 6 loads of
 * samples and 2 of taps serve 12 multiply-adds, and the first and the last row of samples, which reach one row of outputs alone,
 * still keep 6 sums under way; the 12 sums, 2 taps and a sample fit the 16 registers. Four rows of outputs share more, but at three
 * vectors each wait more at the ends. Along a row (kh = 1) nothing is shared
 * but the tap, unless it is long.
 *
 * What a call does at every x is listed once: a step is a place in the samples with its tap for each output row. So the loops
 * over x have no arithmetic on addresses and no tests.
 */
#ifndef AVX2_GRID_H
#define AVX2_GRID_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

#define INLINE LANES_INLINE

struct grid_step {
    const float *in;
    float taps[ROWOP_ROWS];
};

/* Steps that reach the upper row of outputs alone, then both, then the lower row alone. */
struct grid_list {
    int upper, both, lower;
    bool add;
    struct grid_step step[ROWOP_ROWS * ROWOP_GRID_TAPS];
};

/* Rows v0..v1-1 of the samples: v is the row of taps of the upper output, v - stride that of the lower. */
static struct grid_step *list_rows(struct grid_step *step, const float *const *in, const struct rowop_grid *grid, int v0, int v1,
                                   bool upper, bool lower)
{
    const ptrdiff_t kw = grid->kw, back = grid->stride * kw;
    for (int v = v0; v < v1; v++)
        for (ptrdiff_t j = 0; j < kw; j++, step++) {
            step->in = in[v] + grid->offset[j];
            if (upper)
                step->taps[0] = grid->taps[v * kw + j];
            if (lower)
                step->taps[1] = grid->taps[v * kw + j - back];
        }
    return step;
}

static void list_grid(struct grid_list *list, const float *const *in, const struct rowop_grid *grid, int rows)
{
    int kh = grid->kh, stride = rows > 1 ? grid->stride : kh, meet = stride < kh ? stride : kh;
    struct grid_step *step = list_rows(list->step, in, grid, 0, meet, true, false);
    step = list_rows(step, in, grid, meet, kh, true, true);
    if (rows > 1)
        list_rows(step, in, grid, stride > kh ? stride : kh, stride + kh, false, true);
    list->upper = meet * grid->kw;
    list->both = (kh - meet) * grid->kw;
    list->lower = rows > 1 ? list->upper : 0;
    list->add = grid->add;
}

/* A call with one row of taps. */
struct across {
    const float *in[ROWOP_ROWS];
    const struct rowop_grid *grid;
};

/* A register of floats at p; `part` counts only where `tail`: without it the loop knows that it has whole registers. */
INLINE lanes_f32 load_part(const float *p, lanes_part part, int tail)
{
    return tail ? lanes_load_part(p, part) : lanes_load(p);
}

INLINE void store_part(float *p, lanes_f32 value, lanes_part part, int tail)
{
    if (tail)
        lanes_store_part(p, value, part);
    else
        lanes_store(p, value);
}

/* The steps of one run. The empty asm keep the compiler from taking an address apart into sums of its own, and from loading a
 * sample anew for each row. */
INLINE const struct grid_step *add_run(lanes_f32 sum[ROWOP_ROWS][8], const struct grid_step *step, int count, ptrdiff_t x, int low,
                                       int high, int vectors, lanes_part part, int tail)
{
    for (const struct grid_step *end = step + count; step < end; step++) {
        const float *p = step->in + x;
        __asm__("" : "+r"(p));
        lanes_f32 tap[ROWOP_ROWS];
        for (int r = low; r <= high; r++)
            tap[r] = lanes_all(step->taps + r);
        for (int k = 0; k < vectors; k++) {
            lanes_f32 sample = load_part(p + LANES_F32 * k, part, tail);
            if (low < high)
                __asm__("" : "+v"(sample));
            for (int r = low; r <= high; r++)
                sum[r][k] = lanes_fused(tap[r], sample, sum[r][k]);
        }
    }
    return step;
}

INLINE void store_sums(float *const *out, lanes_f32 sum[ROWOP_ROWS][8], int add, ptrdiff_t x, int rows, int vectors,
                       lanes_part part, int tail)
{
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++) {
            float *to = out[r] + x + LANES_F32 * k;
            store_part(to, add ? lanes_add(load_part(to, part, tail), sum[r][k]) : sum[r][k], part, tail);
        }
}

/* `rows` rows of `vectors` vectors at x. Inlined with constant arguments, so that each use keeps its sums in registers. */
INLINE void grid_block_avx2(float *const *out, const struct grid_list *list, ptrdiff_t x, int rows, int vectors, lanes_part part,
                            int tail)
{
    lanes_f32 sum[ROWOP_ROWS][8];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = lanes_zero();
    const struct grid_step *step = add_run(sum, list->step, list->upper, x, 0, 0, vectors, part, tail);
    if (rows > 1) {
        step = add_run(sum, step, list->both, x, 0, 1, vectors, part, tail);
        add_run(sum, step, list->lower, x, 1, 1, vectors, part, tail);
    }
    store_sums(out, sum, list->add, x, rows, vectors, part, tail);
}

/* The same along one row of taps. */
INLINE void across_block(float *const *out, const struct across *across, ptrdiff_t x, int rows, int vectors, lanes_part part,
                         int tail)
{
    const struct rowop_grid *grid = across->grid;
    lanes_f32 sum[ROWOP_ROWS][8];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = lanes_zero();
    for (int j = 0; j < grid->kw; j++) {
        lanes_f32 tap = lanes_all(grid->taps + j);
        for (int r = 0; r < rows; r++) {
            const float *p = across->in[r] + x + grid->offset[j];
            __asm__("" : "+r"(p));
            for (int k = 0; k < vectors; k++)
                sum[r][k] = lanes_fused(tap, load_part(p + LANES_F32 * k, part, tail), sum[r][k]);
        }
    }
    store_sums(out, sum, grid->add, x, rows, vectors, part, tail);
}

/* All of a row, by blocks of `most` vectors, the rest by smaller ones. */
#define ROW_LOOP(name, work, block)                                                                                                \
    INLINE void name(float *const *out, const struct work *how, int n, int rows, int most)                                         \
    {                                                                                                                              \
        int x = 0;                                                                                                                 \
        const lanes_part all = lanes_first(LANES_F32);                                                                             \
        for (; x + LANES_F32 * most <= n; x += LANES_F32 * most)                                                                   \
            block(out, how, x, rows, most, all, 0);                                                                                \
        for (; x + 4 * LANES_F32 <= n; x += 4 * LANES_F32)                                                                         \
            block(out, how, x, rows, 4, all, 0);                                                                                   \
        for (; x + LANES_F32 <= n; x += LANES_F32)                                                                                 \
            block(out, how, x, rows, 1, all, 0);                                                                                   \
        if (x < n)                                                                                                                 \
            block(out, how, x, rows, 1, lanes_first(n - x), 1);                                                                    \
    }
ROW_LOOP(grid_loop, grid_list, grid_block_avx2)
ROW_LOOP(across_loop, across, across_block)
#undef ROW_LOOP

/* A long row of taps over four rows of outputs: the samples that tap t of a vector of outputs meets are those that tap t - q of the
 * next vector meets, so that a load serves three multiply-adds. 1.2 times the op above on 25 to 31 taps, nothing below 20. */
enum { LINE_VECTORS = 3, LINE_TAPS = 20, LINE_STEPS = ROWOP_GRID_TAPS + LANES_F32 * (LINE_VECTORS - 1) };

struct line {
    const float *taps;
    int kw, q;
    bool add;
    ptrdiff_t place[LINE_STEPS];
};

/* Are the taps evenly spaced, q of them to a vector, and is the row long enough to gain? */
static bool list_line(struct line *line, const struct rowop_grid *grid)
{
    int q = 1, kw = grid->kw;
    while (q < kw && q < LANES_F32 && grid->offset[q] - grid->offset[0] != LANES_F32)
        q++;
    if (kw < 2 * q)
        return false;
    for (int j = q; j < kw; j++)
        if (grid->offset[j] - grid->offset[j - q] != LANES_F32)
            return false;
    for (int t = 0; t < kw + (LINE_VECTORS - 1) * q; t++)
        line->place[t] = t < kw ? grid->offset[t] : line->place[t - q] + LANES_F32;
    line->taps = grid->taps;
    line->kw = kw;
    line->q = q;
    line->add = grid->add;
    return true;
}

/* Places t0..t1-1, which the vectors low..high meet. */
INLINE void add_line(lanes_f32 sum[ROWOP_LINES][8], const float *const *in, const struct line *line, ptrdiff_t x, int t0, int t1,
                     int low, int high)
{
    for (int t = t0; t < t1; t++) {
        lanes_f32 tap[LINE_VECTORS];
        for (int k = low; k <= high; k++)
            tap[k] = lanes_all(line->taps + t - k * line->q);
        ptrdiff_t at = x + line->place[t];
        for (int r = 0; r < ROWOP_LINES; r++) {
            lanes_f32 sample = lanes_load(in[r] + at);
            __asm__("" : "+v"(sample));
            for (int k = low; k <= high; k++)
                sum[r][k] = lanes_fused(tap[k], sample, sum[r][k]);
        }
    }
}

/* Returns how many outputs of each row it made. */
static int line_loop(float *const *out, const float *const *row, const struct line *line, int n)
{
    const int kw = line->kw, q = line->q;
    int x = 0;
    for (; x + LANES_F32 * LINE_VECTORS <= n; x += LANES_F32 * LINE_VECTORS) {
        lanes_f32 sum[ROWOP_LINES][8];
        for (int r = 0; r < ROWOP_LINES; r++)
            for (int k = 0; k < LINE_VECTORS; k++)
                sum[r][k] = lanes_zero();
        add_line(sum, row, line, x, 0, q, 0, 0);
        add_line(sum, row, line, x, q, 2 * q, 0, 1);
        add_line(sum, row, line, x, 2 * q, kw, 0, 2);
        add_line(sum, row, line, x, kw, kw + q, 1, 2);
        add_line(sum, row, line, x, kw + q, kw + 2 * q, 2, 2);
        for (int r = 0; r < ROWOP_LINES; r++)
            for (int k = 0; k < LINE_VECTORS; k++) {
                float *to = out[r] + x + LANES_F32 * k;
                lanes_store(to, line->add ? lanes_add(lanes_load(to), sum[r][k]) : sum[r][k]);
            }
    }
    return x;
}

/* One row of taps, up to ROWOP_LINES rows of outputs, whose samples are row[r]. */
static void lines_f32(float *const *out, int rows, const float *const *row, const struct rowop_grid *grid, int n)
{
    struct line line;
    int x = 0;
    if (rows == ROWOP_LINES && grid->kw >= LINE_TAPS && list_line(&line, grid))
        x = line_loop(out, row, &line, n);
    for (int r = 0; r < rows && x < n; r += 2) {
        bool pair = r + 1 < rows;
        const struct across across = {{row[r] + x, row[r + pair] + x}, grid};
        float *const to[ROWOP_ROWS] = {out[r] + x, out[r + pair] + x};
        if (pair)
            across_loop(to, &across, n - x, 2, 6);
        else
            across_loop(to, &across, n - x, 1, 8);
    }
}

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    if (grid->kh == 1) {
        const float *row[ROWOP_LINES];
        for (int r = 0; r < rows; r++)
            row[r] = in[r * grid->stride];
        lines_f32(out, rows, row, grid, n);
        return;
    }
    struct grid_list list;
    list_grid(&list, in, grid, rows);
    if (rows == 1)
        grid_loop(out, &list, n, 1, 8);
    else
        grid_loop(out, &list, n, 2, 6);
}

#endif
