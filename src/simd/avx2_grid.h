/* avx2_grid.h: the part of rowops_avx2.c on grids of taps in float.
 *
 * Cost: two fused multiply-adds a cycle are the limit, and two loads, of which those across a cache line count twice (nearly half of
 * all unaligned ones do). One load for each multiply-add would halve the speed, so a vector of samples is loaded once for all of the
 * up to four output rows that it reaches: with 4 rows of 3 vectors, 3 + 4 loads (samples and taps) serve 12 multiply-adds, and the
 * 12 sums, 3 samples and a tap are the 16 registers. Along a row (kh = 1) nothing is shared but the tap.
 *
 * What a call does at every x is listed once: a step is a place in the samples with its tap for each output row, a run is some steps
 * that reach the same output rows. So the loops over x have no arithmetic on addresses and no tests.
 */
#ifndef AVX2_GRID_H
#define AVX2_GRID_H

#include "simd/rowops.h"

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

/* Steps of a call: each of kh rows of kw taps meets up to ROWOP_ROWS rows of outputs. */
enum { GRID_STEPS = ROWOP_ROWS * ROWOP_GRID_TAPS, GRID_RUNS = 2 * ROWOP_ROWS };

struct grid_step {
    const float *in;
    float taps[ROWOP_ROWS];
};

/* Steps that reach the output rows low..high. */
struct grid_run {
    int low, high, count;
};

struct grid_list {
    struct grid_run run[GRID_RUNS];
    struct grid_step step[GRID_STEPS];
    int runs;
};

/* Adds row v of the samples, which lies under row v - r*stride of the taps of output row r. */
static void list_row(struct grid_list *list, struct grid_step *step, const float *in, const struct rowop_grid *grid, int v, int low,
                     int high)
{
    const ptrdiff_t down = (ptrdiff_t)grid->stride * grid->kw;
    const float *taps = grid->taps + (ptrdiff_t)v * grid->kw;
    struct grid_run *last = list->run + list->runs - 1;
    if (list->runs == 0 || last->low != low || last->high != high)
        *(last = &list->run[list->runs++]) = (struct grid_run){low, high, 0};
    last->count += grid->kw;
    for (int j = 0; j < grid->kw; j++, step++) {
        step->in = in + grid->offset[j];
        for (int r = low; r <= high; r++)
            step->taps[r] = taps[j - r * down];
    }
}

static void list_grid(struct grid_list *list, const float *const *in, const struct rowop_grid *grid, int rows)
{
    struct grid_step *step = list->step;
    const int last = (rows - 1) * grid->stride + grid->kh;
    list->runs = 0;
    for (int v = 0, low = 0, high = 0; v < last; v++) {
        while (v - low * grid->stride >= grid->kh)
            low++;
        while (high + 1 < rows && v >= (high + 1) * grid->stride)
            high++;
        if (low > high)
            continue; /* between the outputs of a long stride */
        list_row(list, step, in[v], grid, v, low, high);
        step += grid->kw;
    }
}

/* Up to 8 floats at p; `mask` counts only where `tail`: without it the loop knows that it has whole vectors. */
INLINE __m256 load_part(const float *p, __m256i mask, int tail)
{
    return tail ? _mm256_maskload_ps(p, mask) : _mm256_loadu_ps(p);
}

INLINE void store_part(float *p, __m256 value, __m256i mask, int tail)
{
    if (tail)
        _mm256_maskstore_ps(p, mask, value);
    else
        _mm256_storeu_ps(p, value);
}

/* The steps of one run. The empty asm keeps the compiler from taking the address apart into sums of its own. */
INLINE const struct grid_step *add_run(__m256 sum[ROWOP_ROWS][8], const struct grid_step *step, int count, ptrdiff_t x, int low,
                                       int high, int vectors, __m256i mask, int tail)
{
    for (const struct grid_step *end = step + count; step < end; step++) {
        const float *p = step->in + x;
        __asm__("" : "+r"(p));
        __m256 sample[8];
        for (int k = 0; k < vectors; k++)
            sample[k] = load_part(p + 8 * k, mask, tail);
        for (int r = low; r <= high; r++) {
            __m256 tap = _mm256_broadcast_ss(step->taps + r);
            for (int k = 0; k < vectors; k++)
                sum[r][k] = _mm256_fmadd_ps(tap, sample[k], sum[r][k]);
        }
    }
    return step;
}

/* `rows` rows of `vectors` vectors at x. Inlined with constant arguments, so that each use keeps its sums in registers. */
INLINE void grid_block_avx2(float *const *out, const struct grid_list *list, int add, ptrdiff_t x, int rows, int vectors,
                            __m256i mask, int tail)
{
    __m256 sum[ROWOP_ROWS][8];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = _mm256_setzero_ps();
    const struct grid_step *step = list->step;
    for (const struct grid_run *run = list->run, *end = run + list->runs; run < end; run++) {
#define CASE(l, h)                                                                                                                 \
    case (l)*4 + (h):                                                                                                              \
        if ((h) < rows)                                                                                                            \
            step = add_run(sum, step, run->count, x, l, h, vectors, mask, tail);                                                   \
        break;
        switch (run->low * 4 + run->high) {
            CASE(0, 0)
            CASE(0, 1)
            CASE(0, 2)
            CASE(0, 3)
            CASE(1, 1)
            CASE(1, 2)
            CASE(1, 3)
            CASE(2, 2)
            CASE(2, 3)
            CASE(3, 3)
        }
#undef CASE
    }
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++) {
            float *to = out[r] + x + 8 * k;
            store_part(to, add ? _mm256_add_ps(load_part(to, mask, tail), sum[r][k]) : sum[r][k], mask, tail);
        }
}

INLINE void grid_rows(float *const *out, const struct grid_list *list, int add, int n, int rows, int vectors)
{
    int x = 0;
    const __m256i all = _mm256_set1_epi32(-1);
    for (; x + 8 * vectors <= n; x += 8 * vectors)
        grid_block_avx2(out, list, add, x, rows, vectors, all, 0);
    for (; x + 8 <= n; x += 8)
        grid_block_avx2(out, list, add, x, rows, 1, all, 0);
    if (x < n) {
        __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        grid_block_avx2(out, list, add, x, rows, 1, _mm256_cmpgt_epi32(_mm256_set1_epi32(n - x), lane), 1);
    }
}

/* One row of taps: a load for each multiply-add, but a tap serves all rows. */
INLINE void across_block(float *const *out, const float *const *in, const struct rowop_grid *grid, ptrdiff_t x, int rows,
                         int vectors, __m256i mask, int tail)
{
    __m256 sum[ROWOP_ROWS][8];
    const float *p[ROWOP_ROWS];
    for (int r = 0; r < rows; r++) {
        p[r] = in[r * grid->stride] + x;
        for (int k = 0; k < vectors; k++)
            sum[r][k] = _mm256_setzero_ps();
    }
    for (int j = 0; j < grid->kw; j++) {
        ptrdiff_t offset = grid->offset[j];
        __m256 tap = _mm256_broadcast_ss(grid->taps + j);
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < vectors; k++)
                sum[r][k] = _mm256_fmadd_ps(tap, load_part(p[r] + offset + 8 * k, mask, tail), sum[r][k]);
    }
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < vectors; k++) {
            float *to = out[r] + x + 8 * k;
            store_part(to, grid->add ? _mm256_add_ps(load_part(to, mask, tail), sum[r][k]) : sum[r][k], mask, tail);
        }
}

INLINE void across_rows(float *const *out, const float *const *in, const struct rowop_grid *grid, int n, int rows, int vectors)
{
    int x = 0;
    const __m256i all = _mm256_set1_epi32(-1);
    for (; x + 8 * vectors <= n; x += 8 * vectors)
        across_block(out, in, grid, x, rows, vectors, all, 0);
    for (; x + 8 <= n; x += 8)
        across_block(out, in, grid, x, rows, 1, all, 0);
    if (x < n) {
        __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        across_block(out, in, grid, x, rows, 1, _mm256_cmpgt_epi32(_mm256_set1_epi32(n - x), lane), 1);
    }
}

static void across_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    switch (rows) {
    case 1:
        across_rows(out, in, grid, n, 1, 8);
        break;
    case 2:
        across_rows(out, in, grid, n, 2, 4);
        break;
    case 3:
        across_rows(out, in, grid, n, 3, 4);
        break;
    case 4:
        across_rows(out, in, grid, n, 4, 2);
        break;
    }
}

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    if (grid->kh == 1) {
        across_avx2(out, rows, in, grid, n);
        return;
    }
    struct grid_list list;
    list_grid(&list, in, grid, rows);
    switch (rows) {
    case 1:
        grid_rows(out, &list, grid->add, n, 1, 8);
        break;
    case 2:
        grid_rows(out, &list, grid->add, n, 2, 4);
        break;
    case 3:
        grid_rows(out, &list, grid->add, n, 3, 3);
        break;
    case 4:
        grid_rows(out, &list, grid->add, n, 4, 2);
        break;
    }
}

#endif
