/* avx2_gradients.h: the part of rowops_avx2.c for the backward pass of networks. Up to 3 x 3 taps are kept in registers while all
 * entries of a list pass over them (10 to 15 times the compiled definitions).
 */
#ifndef AVX2_GRADIENTS_H
#define AVX2_GRADIENTS_H

#include "simd/avx2_channels.h"

#define NONZEROS_F32 nonzeros_f32_avx2
#define PULL_F32     pull_f32_avx2
#define PUSH_F32     push_f32_avx2
#define OUTER_F32    outer_f32_avx2

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
            _mm_storeu_ps(list->value + count, _mm_permutevar_ps(v, lanes));
            count += __builtin_popcount((unsigned)mask);
        }
    }
    list->first[pixels] = count;
}

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

LANES_INLINE void pull_part(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at, const float *value,
                            int count, int rows, int columns)
{
    __m256 sum[9];
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step;
    for (int t = 0; t < rows * columns; t++)
        sum[t] = _mm256_setzero_ps();
    for (int e = 0; e < count; e++) {
        __m256 factor = _mm256_broadcast_ss(value + e);
        const float *row[3];
        part_rows(row, in + at[e], row_step);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                sum[i * columns + j] = _mm256_fmadd_ps(factor, _mm256_loadu_ps(row[i] + j * column_step), sum[i * columns + j]);
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            float *to = sums + (i * grid->columns + j) * CHANNELS;
            _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sum[i * columns + j]));
        }
}

static void pull_f32_avx2(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at, const float *value,
                          int count)
{
    for (int i = 0; i < grid->rows; i += 3)
        for (int j = 0; j < grid->columns; j += 3) {
            float *to = sums + (i * grid->columns + j) * CHANNELS;
            const float *from = in + i * grid->row_step + j * grid->column_step;
            WITH_GRID_PART(part_of(grid->rows, i), part_of(grid->columns, j), pull_part, to, grid, from, at, value, count)
        }
}

LANES_INLINE void push_part(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                            const struct nonzeros *list, int n, int rows, int columns)
{
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step, weights_row = grid->columns * CHANNELS;
    for (int x = 0; x < n; x++, out += step) {
        int e = list->first[x], end = list->first[x + 1];
        if (e == end)
            continue;
        __m256 sum[9];
        for (int t = 0; t < rows * columns; t++)
            sum[t] = _mm256_setzero_ps();
        for (; e < end; e++) {
            const float *weight = weights + list->channel[e] * weights_step;
            __m256 factor = _mm256_broadcast_ss(list->value + e);
            for (int i = 0; i < rows; i++, weight += weights_row)
                for (int j = 0; j < columns; j++)
                    sum[i * columns + j] = _mm256_fmadd_ps(factor, _mm256_loadu_ps(weight + j * CHANNELS), sum[i * columns + j]);
        }
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) {
                float *to = out + i * row_step + j * column_step;
                _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sum[i * columns + j]));
            }
    }
}

static void push_pixels(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights, ptrdiff_t weights_step,
                        const struct nonzeros *list, int n)
{
    for (int i = 0; i < grid->rows; i += 3)
        for (int j = 0; j < grid->columns; j += 3) {
            float *to = out + i * grid->row_step + j * grid->column_step;
            const float *from = weights + (i * grid->columns + j) * CHANNELS;
            WITH_GRID_PART(part_of(grid->rows, i), part_of(grid->columns, j), push_part, to, step, grid, from, weights_step, list,
                           n)
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

/* The pixels whose 8 changes are not all zero; a store for each, kept or overwritten, is cheaper than a branch that guesses. */
static inline int changed_pixels(int32_t *list, const float *change, ptrdiff_t change_step, int n)
{
    int count = 0;
    for (int x = 0; x < n; x++) {
        __m256 differs = _mm256_cmp_ps(_mm256_loadu_ps(change + x * change_step), _mm256_setzero_ps(), _CMP_NEQ_UQ);
        list[count] = x;
        count += !_mm256_testz_ps(differs, differs);
    }
    return count;
}

LANES_INLINE void outer_part(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid, const float *in,
                             ptrdiff_t step, const float *change, ptrdiff_t change_step, const int32_t *list, int count, int rows,
                             int columns)
{
    __m256 sum[9], total = _mm256_loadu_ps(bias);
    ptrdiff_t row_step = grid->row_step, column_step = grid->column_step;
    for (int t = 0; t < rows * columns; t++)
        sum[t] = _mm256_loadu_ps(sums + (t / columns * grid->columns + t % columns) * sums_step);
    for (int e = 0; e < count; e++) {
        __m256 factors = _mm256_loadu_ps(change + list[e] * change_step);
        const float *row[3];
        part_rows(row, in + list[e] * step, row_step);
        total = _mm256_add_ps(total, factors);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                sum[i * columns + j] =
                    _mm256_fmadd_ps(_mm256_broadcast_ss(row[i] + j * column_step), factors, sum[i * columns + j]);
    }
    for (int t = 0; t < rows * columns; t++)
        _mm256_storeu_ps(sums + (t / columns * grid->columns + t % columns) * sums_step, sum[t]);
    _mm256_storeu_ps(bias, total);
}

static void outer_f32_avx2(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid, const float *in,
                           ptrdiff_t step, const float *change, ptrdiff_t change_step, int n)
{
    int32_t list[OUTER_CHUNK];
    for (int x = 0, pixels; x < n; x += pixels, in += pixels * step, change += pixels * change_step) {
        pixels = n - x < OUTER_CHUNK ? n - x : OUTER_CHUNK;
        int count = changed_pixels(list, change, change_step, pixels);
        for (int i = 0; i < grid->rows; i += 3)
            for (int j = 0; j < grid->columns; j += 3) {
                float elsewhere[CHANNELS] = {0}, *to = sums + (i * grid->columns + j) * sums_step;
                const float *from = in + i * grid->row_step + j * grid->column_step;
                float *once = i + j ? elsewhere : bias; /* the bias takes each change once */
                WITH_GRID_PART(part_of(grid->rows, i), part_of(grid->columns, j), outer_part, to, sums_step, once, grid, from, step,
                               change, change_step, list, count)
            }
    }
}

#endif
