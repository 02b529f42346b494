/* avx2_gradients.h: the part of rowops_avx2.c for the backward pass of networks. Up to 3 x 3 taps are kept in registers while all
 * entries of a list pass over them (10 to 15 times the compiled definitions), a register of lanes at a time.
 */
#ifndef AVX2_GRADIENTS_H
#define AVX2_GRADIENTS_H

#include "simd/avx2_channels.h"

#define NONZEROS_F32 nonzeros_f32_avx2
#define PULL_F32     pull_f32_avx2
#define PUSH_F32     push_f32_avx2
#define OUTER_F32    outer_f32_avx2

#if defined(__AVX512F__)
/* 16 samples at a time, those that are not zero moved together; what a store leaves behind them the next overwrites. */
static void nonzeros_f32_avx2(const struct nonzeros *list, const float *in, int channels, int pixels)
{
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    if (channels % LANES_F32) {
        nonzeros_f32(list, in, channels, pixels);
        return;
    }
    int count = 0;
    for (int p = 0; p < pixels; p++) {
        list->first[p] = count;
        for (int c = 0; c < channels; c += LANES_F32, in += LANES_F32) {
            lanes_f32 value = lanes_load(in);
            __mmask16 set = (__mmask16)lanes_nonzero(value);
            __m512i channel = _mm512_add_epi32(lane, _mm512_set1_epi32(c));
            _mm512_storeu_si512(list->channel + count, _mm512_maskz_compress_epi32(set, channel));
            _mm512_storeu_si512(list->pixel + count, _mm512_set1_epi32(p));
            lanes_store(list->value + count, _mm512_maskz_compress_ps(set, value));
            count += __builtin_popcount(set);
        }
    }
    list->first[pixels] = count;
}
#else
/* The lanes of 4 that are set in a mask, in order; what stands behind them is overwritten by the next. */
static const int32_t lanes_set[16][4] = {{0, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {2, 0, 0, 0}, {0, 2, 0, 0},
                                         {1, 2, 0, 0}, {0, 1, 2, 0}, {3, 0, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {0, 1, 3, 0},
                                         {2, 3, 0, 0}, {0, 2, 3, 0}, {1, 2, 3, 0}, {0, 1, 2, 3}};

/* Four samples at a time are moved together and stored, however many are not zero: a branch on each would guess wrong too often. */
static void nonzeros_f32_avx2(const struct nonzeros *list, const float *in, int channels, int pixels)
{
    if (channels % CHANNELS) {
        nonzeros_f32(list, in, channels, pixels);
        return;
    }
    int count = 0;
    for (int p = 0; p < pixels; p++) {
        list->first[p] = count;
        for (int c = 0; c < channels; c += 4, in += 4) {
            __m128 v = _mm_loadu_ps(in);
            int mask = _mm_movemask_ps(_mm_cmp_ps(v, _mm_setzero_ps(), _CMP_NEQ_UQ));
            __m128i lanes = _mm_loadu_si128((const __m128i *)lanes_set[mask]);
            _mm_storeu_si128((__m128i *)(list->channel + count), _mm_add_epi32(lanes, _mm_set1_epi32(c)));
            _mm_storeu_si128((__m128i *)(list->pixel + count), _mm_set1_epi32(p));
            _mm_storeu_ps(list->value + count, _mm_permutevar_ps(v, lanes));
            count += __builtin_popcount((unsigned)mask);
        }
    }
    list->first[pixels] = count;
}

#endif

/* Calls work(..., rows, columns) with constants for a part of the grid of at most 3 x 3 taps: a macro, since the functions take
 * different arguments and only constants keep their sums in registers. */
#define WITH_GRID_PART(rows, columns, work, ...)                                                                                   \
    switch ((rows)*4 + (columns)) {                                                                                                \
    case 15:                                                                                                                       \
        work(__VA_ARGS__, 3, 3);                                                                                                   \
        break;                                                                                                                     \
    case 14:                                                                                                                       \
        work(__VA_ARGS__, 3, 2);                                                                                                   \
        break;                                                                                                                     \
    case 13:                                                                                                                       \
        work(__VA_ARGS__, 3, 1);                                                                                                   \
        break;                                                                                                                     \
    case 11:                                                                                                                       \
        work(__VA_ARGS__, 2, 3);                                                                                                   \
        break;                                                                                                                     \
    case 10:                                                                                                                       \
        work(__VA_ARGS__, 2, 2);                                                                                                   \
        break;                                                                                                                     \
    case 9:                                                                                                                        \
        work(__VA_ARGS__, 2, 1);                                                                                                   \
        break;                                                                                                                     \
    case 7:                                                                                                                        \
        work(__VA_ARGS__, 1, 3);                                                                                                   \
        break;                                                                                                                     \
    case 6:                                                                                                                        \
        work(__VA_ARGS__, 1, 2);                                                                                                   \
        break;                                                                                                                     \
    default:                                                                                                                       \
        work(__VA_ARGS__, 1, 1);                                                                                                   \
    }

/* Taps of the grid from tap `from` on, in a row. */
static inline int part_of(int count, int from)
{
    return count - from < 3 ? count - from : 3;
}

/* Where the rows of taps of a part begin. */
LANES_INLINE void part_rows(const float *row[3], const float *base, ptrdiff_t row_step)
{
    row[0] = base;
    row[1] = base + row_step;
    row[2] = row[1] + row_step;
}

/* Channels or filters first..first+LANES_F32-1 of a grid; fewer where it has fewer (8 in a register of 16). */
struct some_lanes {
    int first, partly;
    lanes_part part;
};

/* Calls work(..., lanes, rows, columns) likewise, where lanes.partly is a constant. */
#define WITH_LANES(lanes, rows, columns, work, ...)                                                                                \
    if ((lanes).partly) {                                                                                                          \
        const struct some_lanes few = {(lanes).first, 1, (lanes).part};                                                            \
        WITH_GRID_PART(rows, columns, work, __VA_ARGS__, few)                                                                      \
    } else {                                                                                                                       \
        const struct some_lanes full = {(lanes).first, 0, (lanes).part};                                                           \
        WITH_GRID_PART(rows, columns, work, __VA_ARGS__, full)                                                                     \
    }

static inline struct some_lanes lanes_from(const struct tap_grid *grid, int first)
{
    int left = grid->lanes - first;
    return (struct some_lanes){first, left < LANES_F32, lanes_first(left < LANES_F32 ? left : LANES_F32)};
}

LANES_INLINE lanes_f32 load_some(const float *p, struct some_lanes lanes)
{
    return lanes_load_where(p + lanes.first, lanes.partly, lanes.part);
}

LANES_INLINE void store_some(float *p, lanes_f32 a, struct some_lanes lanes)
{
    lanes_store_where(p + lanes.first, a, lanes.partly, lanes.part);
}

LANES_INLINE void add_some(float *p, lanes_f32 a, struct some_lanes lanes)
{
    store_some(p, lanes_add(load_some(p, lanes), a), lanes);
}

LANES_INLINE void pull_part(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at, const float *value,
                            int count, struct some_lanes lanes, int rows, int columns)
{
    lanes_f32 sum[9];
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step;
    for (int t = 0; t < rows * columns; t++)
        sum[t] = lanes_zero();
    for (int e = 0; e < count; e++) {
        lanes_f32 factor = lanes_all(value + e);
        const float *row[3];
        part_rows(row, in + at[e], row_step);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                sum[i * columns + j] = lanes_fused(factor, load_some(row[i] + j * column_step, lanes), sum[i * columns + j]);
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            add_some(sums + (i * grid->columns + j) * grid->lanes, sum[i * columns + j], lanes);
}

static void pull_f32_avx2(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at, const float *value,
                          int count)
{
    for (int i = 0; i < grid->rows; i += 3)
        for (int j = 0; j < grid->columns; j += 3)
            for (int l = 0; l < grid->lanes; l += LANES_F32) {
                float *to = sums + (i * grid->columns + j) * grid->lanes;
                const float *from = in + i * grid->row_step + j * grid->column_step;
                struct some_lanes lanes = lanes_from(grid, l);
                WITH_LANES(lanes, part_of(grid->rows, i), part_of(grid->columns, j), pull_part, to, grid, from, at, value, count)
            }
}

LANES_INLINE void push_part(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                            const struct nonzeros *list, int n, struct some_lanes lanes, int rows, int columns)
{
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step, tap = grid->lanes, weights_row = grid->columns * tap;
    for (int x = 0; x < n; x++, out += step) {
        int e = list->first[x], end = list->first[x + 1];
        if (e == end)
            continue;
        lanes_f32 sum[9];
        for (int t = 0; t < rows * columns; t++)
            sum[t] = lanes_zero();
        for (; e < end; e++) {
            const float *weight = weights + list->channel[e] * weights_step;
            lanes_f32 factor = lanes_all(list->value + e);
            for (int i = 0; i < rows; i++, weight += weights_row)
                for (int j = 0; j < columns; j++)
                    sum[i * columns + j] = lanes_fused(factor, load_some(weight + j * tap, lanes), sum[i * columns + j]);
        }
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                add_some(out + i * row_step + j * column_step, sum[i * columns + j], lanes);
    }
}

static void push_pixels(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                        const struct nonzeros *list, int n)
{
    for (int i = 0; i < grid->rows; i += 3)
        for (int j = 0; j < grid->columns; j += 3)
            for (int l = 0; l < grid->lanes; l += LANES_F32) {
                float *to = out + i * grid->row_step + j * grid->column_step;
                const float *from = weights + (i * grid->columns + j) * grid->lanes;
                struct some_lanes lanes = lanes_from(grid, l);
                WITH_LANES(lanes, part_of(grid->rows, i), part_of(grid->columns, j), push_part, to, step, grid, from, weights_step,
                           list, n)
            }
}

/* Where parts overlap, pixels go one by one, so that the order of additions stays that of the pixels. */
static void push_f32_avx2(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                          const struct nonzeros *list, int n)
{
    struct nonzeros rest = *list;
    int pixels = grid->rows <= 3 && grid->columns <= 3 ? n : 1;
    for (int x = 0; x < n; x += pixels, rest.first += pixels)
        push_pixels(out + x * step, step, grid, weights, weights_step, &rest, pixels);
}

/* Pixels that are looked through together. */
enum { OUTER_CHUNK = 256 };

/* The pixels whose changes are not all zero; a store for each, kept or overwritten, is cheaper than a branch that guesses. */
static inline int changed_pixels(int32_t *list, const float *change, ptrdiff_t change_step, int lanes, int n)
{
    int count = 0;
    lanes_part part = lanes_first(lanes < LANES_F32 ? lanes : LANES_F32);
    for (int x = 0; x < n; x++, change += change_step) {
        uint32_t differs = 0;
        for (int l = 0; l < lanes; l += LANES_F32)
            differs |= lanes_nonzero(lanes_load_where(change + l, lanes < LANES_F32, part));
        list[count] = x;
        count += differs != 0;
    }
    return count;
}

LANES_INLINE void outer_part(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid, const float *in,
                             ptrdiff_t step, const float *change, ptrdiff_t change_step, const int32_t *list, int count,
                             struct some_lanes lanes, int rows, int columns)
{
    lanes_f32 sum[9], total = load_some(bias, lanes);
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step;
    for (int t = 0; t < rows * columns; t++)
        sum[t] = load_some(sums + (t / columns * grid->columns + t % columns) * sums_step, lanes);
    for (int e = 0; e < count; e++) {
        lanes_f32 factors = load_some(change + list[e] * change_step, lanes);
        const float *row[3];
        part_rows(row, in + list[e] * step, row_step);
        total = lanes_add(total, factors);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                sum[i * columns + j] = lanes_fused(lanes_all(row[i] + j * column_step), factors, sum[i * columns + j]);
    }
    for (int t = 0; t < rows * columns; t++)
        store_some(sums + (t / columns * grid->columns + t % columns) * sums_step, sum[t], lanes);
    store_some(bias, total, lanes);
}

static void outer_f32_avx2(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid, const float *in,
                           ptrdiff_t step, const float *change, ptrdiff_t change_step, int n)
{
    int32_t list[OUTER_CHUNK];
    for (int x = 0, pixels; x < n; x += pixels, in += pixels * step, change += pixels * change_step) {
        pixels = n - x < OUTER_CHUNK ? n - x : OUTER_CHUNK;
        int count = changed_pixels(list, change, change_step, grid->lanes, pixels);
        for (int i = 0; i < grid->rows; i += 3)
            for (int j = 0; j < grid->columns; j += 3)
                for (int l = 0; l < grid->lanes; l += LANES_F32) {
                    float elsewhere[GRID_LANES] = {0}, *to = sums + (i * grid->columns + j) * sums_step;
                    const float *from = in + i * grid->row_step + j * grid->column_step;
                    float *once = i + j ? elsewhere : bias; /* the bias takes each change once */
                    struct some_lanes lanes = lanes_from(grid, l);
                    WITH_LANES(lanes, part_of(grid->rows, i), part_of(grid->columns, j), outer_part, to, sums_step, once, grid,
                               from, step, change, change_step, list, count)
                }
    }
}

#endif
