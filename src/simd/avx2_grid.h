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
 * Measured on Zen 5 for 7x7: 34 cycles for 16 outputs of floats, 30 of bytes, 24 being the limit; 60 with AVX2. What is missing are
 * unaligned loads, which cost more beside multiply-adds than alone, and some 70 cycles a block to store and to begin.
 *
 * Bytes are widened as they are loaded, by a shuffle and a conversion that run beside the multiply-adds; the loads cross a line
 * once in four times. So bytes cost what floats do, without a pass that widens them.
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

/* What a call takes and makes: floats, to be stored as usual or past the caches; bytes, for floats, or for bytes in both ways. */
enum grid_kind { GRID_FLOATS, GRID_STREAMED, GRID_BYTES, GRID_ROUNDED, GRID_ROUNDED_STREAMED };

/* Some rows of the samples: where the taps of row `low` begin, and behind the last place. */
struct grid_run {
    const float *taps;
    const char *const *end;
    int low, high;
};

/* What a call does at every x. So the loops over x have no arithmetic on addresses. */
struct grid_work {
    const struct rowop_grid *grid;
    float *const *out;
    uint8_t *const *bytes; /* where they are made */
    float max;
    int rows, runs;
    struct grid_run run[GRID_RUNS];
    const char *place[GRID_ROWS * ROWOP_GRID_TAPS]; /* of the samples under a tap, run by run */
};

/* `size`: of a sample. Kept out of the loops, where it would spill their registers. */
static __attribute__((noinline)) void list_runs(struct grid_work *work, const void *const *in, ptrdiff_t size)
{
    const int kh = work->grid->kh, kw = work->grid->kw, stride = work->grid->stride, rows = work->rows;
    const char **place = work->place;
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
                *place++ = (const char *)in[v] + work->grid->offset[j] * size;
        v = end;
        run->end = place;
        run->low = low;
        run->high = high;
        work->runs += low <= high;
    }
}

/* Samples k, k + 1 ... from p on. */
INLINE lanes_f32 load_samples(const char *p, int k, lanes_part part, int tail, enum grid_kind kind)
{
    if (kind == GRID_FLOATS || kind == GRID_STREAMED)
        return lanes_load_where((const float *)p + k, tail, part);
    const uint8_t *bytes = (const uint8_t *)p + k;
    return tail ? lanes_load_bytes_part(bytes, part) : lanes_load_bytes(bytes);
}

/* The taps of a run; those of a row of outputs stand `back` before those of the row above. The empty asm keep the compiler from
 * taking an address apart into sums of its own, and from loading a sample anew for each row. */
INLINE void add_run(lanes_f32 sum[GRID_ROWS][8], const char *const *place, const struct grid_run *run, ptrdiff_t back, ptrdiff_t x,
                    int low, int high, int vectors, lanes_part part, int tail, enum grid_kind kind)
{
    const ptrdiff_t size = kind == GRID_FLOATS || kind == GRID_STREAMED ? sizeof(float) : 1;
    for (const float *taps = run->taps; place < run->end; place++, taps++) {
        const char *p = *place + x * size;
        __asm__("" : "+r"(p));
        lanes_f32 tap[GRID_ROWS];
        for (int r = low; r <= high; r++)
            tap[r] = lanes_all(taps - (r - low) * back);
        for (int k = 0; k < vectors; k++) {
            lanes_f32 sample = load_samples(p, LANES_F32 * k, part, tail, kind);
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
            value = lanes_add(lanes_load_where(onto + LANES_F32 * k, tail, part), value);
        if (stream)
            lanes_stream(to + LANES_F32 * k, value);
        else
            lanes_store_where(to + LANES_F32 * k, value, tail, part);
    }
}

/* The same, rounded. */
INLINE void store_rounded(const struct grid_work *work, int r, ptrdiff_t x, const lanes_f32 *sum, int vectors, lanes_part part,
                          int tail, int stream)
{
    uint8_t *to = work->bytes[r] + x;
    const float *onto = work->grid->onto ? work->grid->onto[r] + x : NULL;
    const lanes_f32 max = lanes_all(&work->max);
    for (int k = 0; k < vectors; k++) {
        lanes_f32 value = sum[k];
        if (onto)
            value = lanes_add(lanes_load_where(onto + LANES_F32 * k, tail, part), value);
        if (tail)
            lanes_store_bytes_part(to + LANES_F32 * k, value, max, part);
        else if (stream)
            lanes_stream_bytes(to + LANES_F32 * k, value, max);
        else
            lanes_store_bytes(to + LANES_F32 * k, value, max);
    }
}

/* `vectors` vectors of up to `most` rows at x. Inlined with constant arguments, so that each use keeps its sums in registers. */
INLINE void grid_block(const struct grid_work *work, ptrdiff_t x, int most, int vectors, lanes_part part, int tail,
                       enum grid_kind kind)
{
    lanes_f32 sum[GRID_ROWS][8];
    for (int r = 0; r < most; r++)
        for (int k = 0; k < vectors; k++)
            sum[r][k] = lanes_zero();
    const ptrdiff_t back = (ptrdiff_t)work->grid->stride * work->grid->kw;
    const char *const *place = work->place;
    for (const struct grid_run *run = work->run; run < work->run + work->runs; place = run->end, run++) {
        switch (most == 1 ? 0 : run->low * 4 + run->high) {
/* clang-format off */
#define RUN(low, high)                                                                                                             \
        case low * 4 + high:                                                                                                       \
            if (high < most)                                                                                                       \
                add_run(sum, place, run, back, x, low, high, vectors, part, tail, kind);                                           \
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
        if (r >= work->rows)
            continue;
        else if (kind == GRID_ROUNDED || kind == GRID_ROUNDED_STREAMED)
            store_rounded(work, r, x, sum[r], vectors, part, tail, kind == GRID_ROUNDED_STREAMED);
        else
            store_sums(work->out, work->grid, r, x, sum[r], vectors, part, tail, kind == GRID_STREAMED && !tail);
}

/* May rows of samples of `size` bytes be stored past the caches, whole lines at once, or whole registers at least? Returns how many
 * samples come before the first; -1: no. */
static int samples_to_whole(const void *const *out, int rows, size_t size)
{
    const uintptr_t first = (uintptr_t)out[0];
    uintptr_t apart = first % size;
    for (int r = 0; r < rows; r++)
        apart |= (uintptr_t)out[r] - first;
    for (uintptr_t whole = 64; whole >= LANES_F32 * size; whole /= 2)
        if (apart % whole == 0)
            return (int)(-first % whole / size);
    return -1;
}

/* Asks memory for what comes after outputs x..x+n-1, a little with each block: so it arrives while others are computed. All at once
 * would wait for it. */
INLINE void fetch_ahead(const struct rowop_ahead *ahead, ptrdiff_t x, int n)
{
    const char *row = ahead ? ahead->row + x * ahead->bytes : NULL;
    for (int r = 0; ahead && r < ahead->rows; r++, row += ahead->step)
        for (int b = 0; b < n * ahead->bytes; b += 64)
            _mm_prefetch(row + b, _MM_HINT_T1);
}

/* Outputs x..n-1 of all rows, by blocks of `wide` vectors, of `some`, of one. */
INLINE void grid_loop(const struct grid_work *work, int x, int n, int most, int wide, int some, enum grid_kind kind)
{
    const lanes_part all = lanes_first(LANES_F32);
    for (; x + LANES_F32 * wide <= n; x += LANES_F32 * wide) {
        grid_block(work, x, most, wide, all, 0, kind);
        fetch_ahead(work->grid->ahead, x, LANES_F32 * wide);
    }
    for (; x + LANES_F32 * some <= n; x += LANES_F32 * some)
        grid_block(work, x, most, some, all, 0, kind);
    for (; x < n; x += LANES_F32)
        grid_block(work, x, most, 1, n - x < LANES_F32 ? lanes_first(n - x) : all, 1, kind);
}

/* A function for each kind and number of rows: the compiler keeps sums in registers where a function is small. */
typedef void grid_runner(const struct grid_work *work, int x, int n);
#define GRID_RUNNER(name, kind)                                                                                                    \
    static __attribute__((noinline)) void name##_row(const struct grid_work *work, int x, int n)                                   \
    {                                                                                                                              \
        grid_loop(work, x, n, 1, 8, 4, kind);                                                                                      \
    }                                                                                                                              \
    static __attribute__((noinline)) void name##_rows(const struct grid_work *work, int x, int n)                                  \
    {                                                                                                                              \
        grid_loop(work, x, n, GRID_ROWS, GRID_VECTORS, 2, kind);                                                                   \
    }
GRID_RUNNER(grid_floats, GRID_FLOATS)
GRID_RUNNER(grid_streamed, GRID_STREAMED)
GRID_RUNNER(grid_bytes, GRID_BYTES)
GRID_RUNNER(grid_rounded, GRID_ROUNDED)
GRID_RUNNER(grid_rounded_streamed, GRID_ROUNDED_STREAMED)
#undef GRID_RUNNER

static void grid_rows(const struct grid_work *work, int x, int n, enum grid_kind kind)
{
    static grid_runner *const row[] = {grid_floats_row, grid_streamed_row, grid_bytes_row, grid_rounded_row,
                                       grid_rounded_streamed_row};
    static grid_runner *const rows[] = {grid_floats_rows, grid_streamed_rows, grid_bytes_rows, grid_rounded_rows,
                                        grid_rounded_streamed_rows};
    (work->rows == 1 ? row : rows)[kind](work, x, n);
}

#include "simd/avx2_across.h"

#if defined(__AVX512F__)
#include "simd/avx512_grid.h"
#else
INLINE int grid_fast(const struct grid_work *work, const void *const *in, int x, int n, int bytes, bool stream)
{
    (void)work, (void)in, (void)n, (void)bytes, (void)stream;
    return x;
}
#endif

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n)
{
    if (grid->kh == 1) {
        across_f32(out, rows, in, grid, n);
        return;
    }
    struct rowop_grid here = *grid;
    for (int r = 0; r < rows; r += GRID_ROWS, here.ahead = NULL) {
        struct grid_work work;
        work.grid = &here;
        work.out = out + r;
        work.bytes = NULL;
        work.rows = rows - r < GRID_ROWS ? rows - r : GRID_ROWS;
        here.onto = grid->onto ? grid->onto + r : NULL;
        list_runs(&work, (const void *const *)(in + r * grid->stride), sizeof(float));
        int line = grid->stream ? samples_to_whole((const void *const *)work.out, work.rows, sizeof(float)) : -1;
        int x = line < 0 ? 0 : line < n ? line : n;
        grid_rows(&work, 0, x, GRID_FLOATS);
        x = grid_fast(&work, (const void *const *)(in + r * grid->stride), x, n, 0, line >= 0);
        grid_rows(&work, x, n, line < 0 ? GRID_FLOATS : GRID_STREAMED);
    }
}

static void grid_u8_avx2(float *const *out, uint8_t *const *bytes, float max, int rows, const uint8_t *const *in,
                         const struct rowop_grid *grid, int n)
{
    struct rowop_grid here = *grid;
    for (int r = 0; r < rows; r += GRID_ROWS, here.ahead = NULL) {
        struct grid_work work;
        work.grid = &here;
        work.out = bytes ? NULL : out + r;
        work.bytes = bytes ? bytes + r : NULL;
        work.max = max;
        work.rows = rows - r < GRID_ROWS ? rows - r : GRID_ROWS;
        here.onto = grid->onto ? grid->onto + r : NULL;
        list_runs(&work, (const void *const *)(in + r * grid->stride), 1);
        int line = bytes && grid->stream ? samples_to_whole((const void *const *)work.bytes, work.rows, 1) : -1;
        int x = line < 0 ? 0 : line < n ? line : n;
        grid_rows(&work, 0, x, GRID_ROUNDED);
        x = grid_fast(&work, (const void *const *)(in + r * grid->stride), x, n, 1, line >= 0);
        grid_rows(&work, x, n, !bytes ? GRID_BYTES : line < 0 ? GRID_ROUNDED : GRID_ROUNDED_STREAMED);
    }
}

#endif
