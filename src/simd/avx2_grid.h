/* avx2_grid.h: the part of rowops_avx2.c on grids of taps in float. Rows of taps: avx2_across.h.
 *
 * Cost: two fused multiply-adds a cycle are the limit, four cycles after the one before on the same sum, so at least eight sums
 * must be under way. Two loads a cycle are the other limit, where one across a cache line counts as two: half of all unaligned ones
 * of 32 bytes, all of 64. So a load has to serve several rows of outputs:
 *
 *     16 registers of 8 floats    2 rows of 6 vectors: 12 sums, 2 taps, a sample. A tap for both rows takes 6 loads of 1.5 slots
 *                                 and 2 of taps, 5.5 cycles beside 6 of multiply-adds
 *     32 registers of 16          4 rows of 6 vectors: 24 sums, 4 taps, a sample. 6 loads of 2 slots and 4 of taps, 8 cycles beside
 *                                 12. Rows of samples at the top and the bottom serve fewer rows: a 3x3 kernel takes 45 cycles a
 *                                 column of taps beside 36 of multiply-adds
 *
 * Measured on Zen 5 for 7x7: 33 cycles for 16 outputs, 24 being the limit; 60 with AVX2. What is missing are unaligned loads, which
 * cost more beside multiply-adds than alone, and some 60 cycles a block to store and to begin.
 *
 * A row of samples serves output rows low..high. Rows where these are the same are a *run*; the loops over a run know low and high
 * as constants.
 */
#ifndef AVX2_GRID_H
#define AVX2_GRID_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

#include <stdint.h>

#define INLINE LANES_INLINE

enum { GRID_ROWS = LANES_F32 == 16 ? 4 : 2, GRID_VECTORS = 6, GRID_RUNS = 2 * GRID_ROWS };

/* Some rows of the samples: where the taps of row `low` begin, and behind the last place. */
struct grid_run {
    const float *taps;
    const float *const *end;
    int low, high;
};

/* What a call does at every x. So the loops over x have no arithmetic on addresses. */
struct grid_work {
    const struct rowop_grid *grid;
    int rows, runs;
    struct grid_run run[GRID_RUNS];
    const float *place[GRID_ROWS * ROWOP_GRID_TAPS]; /* of the samples under a tap, run by run */
};

static void list_runs(struct grid_work *work, const float *const *in)
{
    const int kh = work->grid->kh, kw = work->grid->kw, stride = work->grid->stride, rows = work->rows;
    const float **place = work->place;
    int low = 0, high = 0, v = 0, end;
    for (work->runs = 0;;) {
        while (high + 1 < rows && v >= (high + 1) * stride)
            high++;
        while (low < rows && v >= low * stride + kh)
            low++;
        if (low == rows)
            return;
        end = low * stride + kh;
        if (high + 1 < rows && (high + 1) * stride < end)
            end = (high + 1) * stride;
        struct grid_run *run = &work->run[work->runs];
        run->taps = work->grid->taps + (v - low * stride) * kw;
        for (; v < end && low <= high; v++) /* else rows between the outputs, which a long stride leaves out */
            for (int j = 0; j < kw; j++)
                *place++ = in[v] + work->grid->offset[j];
        v = end;
        run->end = place;
        run->low = low;
        run->high = high;
        work->runs += low <= high;
    }
}

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

/* The taps of a run; those of a row of outputs stand `back` before those of the row above. The empty asm keep the compiler from
 * taking an address apart into sums of its own, and from loading a sample anew for each row. */
INLINE void add_run(lanes_f32 sum[GRID_ROWS][8], const float *const *place, const struct grid_run *run, ptrdiff_t back, ptrdiff_t x,
                    int low, int high, int vectors, lanes_part part, int tail)
{
    for (const float *taps = run->taps; place < run->end; place++, taps++) {
        const float *p = *place + x;
        __asm__("" : "+r"(p));
        lanes_f32 tap[GRID_ROWS];
        for (int r = low; r <= high; r++)
            tap[r] = lanes_all(taps - (r - low) * back);
        for (int k = 0; k < vectors; k++) {
            lanes_f32 sample = load_part(p + LANES_F32 * k, part, tail);
            if (low < high)
                __asm__("" : "+v"(sample));
            for (int r = low; r <= high; r++)
                sum[r][k] = lanes_fused(tap[r], sample, sum[r][k]);
        }
    }
}

/* The sums of row r, with those of earlier taps. */
INLINE void store_sums(float *const *out, const struct rowop_grid *grid, int r, ptrdiff_t x, const lanes_f32 *sum, int vectors,
                       lanes_part part, int tail, int stream)
{
    float *to = out[r] + x;
    const float *onto = grid->onto ? grid->onto[r] + x : NULL;
    for (int k = 0; k < vectors; k++) {
        lanes_f32 value = sum[k];
        if (onto)
            value = lanes_add(load_part(onto + LANES_F32 * k, part, tail), value);
        if (stream)
            lanes_stream(to + LANES_F32 * k, value);
        else
            store_part(to + LANES_F32 * k, value, part, tail);
    }
}

/* `vectors` vectors of up to `most` rows at x. Inlined with constant arguments, so that each use keeps its sums in registers. */
INLINE void grid_block_wide(float *const *out, const struct grid_work *work, ptrdiff_t x, int most, int vectors, lanes_part part,
                            int tail, int stream)
{
    lanes_f32 sum[GRID_ROWS][8];
    for (int r = 0; r < most; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = lanes_zero();
    const ptrdiff_t back = (ptrdiff_t)work->grid->stride * work->grid->kw;
    const float *const *place = work->place;
    for (const struct grid_run *run = work->run; run < work->run + work->runs; place = run->end, run++) {
        switch (most == 1 ? 0 : run->low * 4 + run->high) {
/* clang-format off */
#define RUN(low, high)                                                                                                             \
        case low * 4 + high:                                                                                                       \
            if (high < most)                                                                                                       \
                add_run(sum, place, run, back, x, low, high, vectors, part, tail);                                                 \
            break;
        RUN(0, 0) RUN(0, 1) RUN(1, 1)
#if defined(__AVX512F__)
        RUN(0, 2) RUN(1, 2) RUN(2, 2) RUN(0, 3) RUN(1, 3) RUN(2, 3) RUN(3, 3)
#endif
#undef RUN
            /* clang-format on */
        }
    }
    for (int r = 0; r < most; r++)
        if (r < work->rows)
            store_sums(out, work->grid, r, x, sum[r], vectors, part, tail, stream);
}

/* May rows be stored past the caches, whole registers at once? Returns how many samples come before the first whole one; -1: no. */
static int samples_to_line(float *const *out, int rows)
{
    const uintptr_t line = LANES_F32 * sizeof(float);
    for (int r = 0; r < rows; r++)
        if ((uintptr_t)out[r] % sizeof(float) != 0 || ((uintptr_t)out[r] - (uintptr_t)out[0]) % line != 0)
            return -1;
    return (int)(-(uintptr_t)out[0] % line / sizeof(float));
}

/* All of the rows, by blocks of `wide` vectors, of `some`, of one. */
INLINE void grid_loop(float *const *out, const struct grid_work *work, int n, int most, int wide, int some)
{
    const lanes_part all = lanes_first(LANES_F32);
    int x = work->grid->stream ? samples_to_line(out, work->rows) : 0;
    bool stream = work->grid->stream && x >= 0;
    x = x < 0 ? 0 : x < n ? x : n;
    if (x > 0)
        grid_block_wide(out, work, 0, most, 1, lanes_first(x), 1, 0);
    for (; stream && x + LANES_F32 * wide <= n; x += LANES_F32 * wide)
        grid_block_wide(out, work, x, most, wide, all, 0, 1);
    for (; x + LANES_F32 * wide <= n; x += LANES_F32 * wide)
        grid_block_wide(out, work, x, most, wide, all, 0, 0);
    for (; x + LANES_F32 * some <= n; x += LANES_F32 * some)
        grid_block_wide(out, work, x, most, some, all, 0, 0);
    for (; x < n; x += LANES_F32)
        grid_block_wide(out, work, x, most, 1, n - x < LANES_F32 ? lanes_first(n - x) : all, 1, 0);
}

#include "simd/avx2_across.h"

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    if (grid->kh == 1) {
        across_f32(out, rows, in, grid, n);
        return;
    }
    struct rowop_grid here = *grid;
    for (int r = 0; r < rows; r += GRID_ROWS) {
        struct grid_work work;
        work.grid = &here;
        work.rows = rows - r < GRID_ROWS ? rows - r : GRID_ROWS;
        here.onto = grid->onto ? grid->onto + r : NULL;
        list_runs(&work, in + r * grid->stride);
        if (work.rows == 1)
            grid_loop(out + r, &work, n, 1, 8, 4);
        else
            grid_loop(out + r, &work, n, GRID_ROWS, GRID_VECTORS, 2);
    }
}

#endif
