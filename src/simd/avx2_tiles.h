/* avx2_tiles.h: products of matrices, a tile of outputs in registers, which the compiler does not find by itself (6 to 12 times the
 * compiled definition).
 */
#ifndef AVX2_TILES_H
#define AVX2_TILES_H

#include "simd/lanes_f32.h"
#include "simd/rowops_channels.h"

/* The tile: filters, and vectors of outputs; with AVX-512 28 of 32 registers hold sums, with AVX2 12 of 16, and a term needs a load
 * for each filter and vector, 16 for 28 multiply-adds. */
enum { TILE_FILTERS = LANES_F32 == 16 ? 14 : 6, TILE_VECTORS = 2, COLUMN = TILE_VECTORS * LANES_F32 };

/* Vectors of a row of outputs, and the most sums that are kept at once. */
enum { ROW_VECTORS = 16, SUMS = LANES_F32 == 16 ? TILE_FILTERS * TILE_VECTORS : ROW_VECTORS };

/* As tree_add and tree_total, on the vectors of a tile. Single loops over all its sums would be too long for the compiler to
 * unroll, and keep them in memory. */
LANES_INLINE void tree_add_vectors(lanes_f32 (*tree)[SUMS], int g, lanes_f32 *sum, int filters, int vectors)
{
    int level = 0;
    for (; g >> level & 1; level++)
        for (int f = 0; f < filters; f++)
            for (int k = 0; k < vectors; k++)
                sum[f * vectors + k] = lanes_add(tree[level][f * vectors + k], sum[f * vectors + k]);
    for (int f = 0; f < filters; f++)
        for (int k = 0; k < vectors; k++)
            tree[level][f * vectors + k] = sum[f * vectors + k];
}

LANES_INLINE void tree_total_vectors(lanes_f32 (*tree)[SUMS], int groups, lanes_f32 *total, int filters, int vectors)
{
    int level = 0;
    while (!(groups >> level & 1))
        level++;
    for (int f = 0; f < filters; f++)
        for (int k = 0; k < vectors; k++)
            total[f * vectors + k] = tree[level][f * vectors + k];
    while (groups >> ++level)
        for (int f = 0; f < filters && (groups >> level & 1); f++)
            for (int k = 0; k < vectors; k++)
                total[f * vectors + k] = lanes_add(tree[level][f * vectors + k], total[f * vectors + k]);
}

/* Where a product's operands and results lie. */
struct product {
    float *out;
    const float *taps, *in;
    ptrdiff_t out_step, taps_step, in_step;
    int count, group;
};

/* The lanes of the last vector of a tile, where not all of them count. */
struct tail {
    int vectors, partly;
    lanes_part part;
};

/* Every third of rows that lie `step` apart: with so few pointers all stay in registers, the rows between are one or two steps
 * away, which is a way of addressing. */
enum { ROWS_APART = 3, ROW_POINTERS = (TILE_FILTERS + ROWS_APART - 1) / ROWS_APART };

LANES_INLINE void row_pointers(const float **row, const float *first, ptrdiff_t step, int rows)
{
    for (int k = 0; k * ROWS_APART < rows; k++, first += ROWS_APART * step)
        row[k] = first;
}

/* `filters` x tail.vectors sums over `count` terms from term t on. */
LANES_INLINE void product_group(lanes_f32 *sum, const struct product *p, int t, int count, int filters, struct tail tail)
{
    const float *in = p->in + t * p->in_step, *taps[ROW_POINTERS];
    ptrdiff_t in_step = p->in_step, taps_step = p->taps_step;
    int vectors = tail.vectors;
    row_pointers(taps, p->taps + t, taps_step, filters);
    for (int f = 0; f < filters; f++)
        for (int k = 0; k < vectors; k++)
            sum[f * vectors + k] = lanes_zero();
    for (int i = 0; i < count; i++, in += in_step) {
        lanes_f32 value[TILE_VECTORS];
        for (int k = 0; k < vectors; k++)
            value[k] = lanes_load_where(in + k * LANES_F32, tail.partly && k == vectors - 1, tail.part);
        for (int f = 0; f < filters; f++) {
            lanes_f32 tap = lanes_all(taps[f / ROWS_APART] + f % ROWS_APART * taps_step + i);
            for (int k = 0; k < vectors; k++)
                sum[f * vectors + k] = lanes_fused(tap, value[k], sum[f * vectors + k]);
        }
    }
}

LANES_INLINE void product_tile(const struct product *p, struct tail tail, int filters)
{
    lanes_f32 tree[TREE_LEVELS][SUMS], sum[SUMS];
    int groups = 0, left = p->count, vectors = tail.vectors;
    do {
        product_group(sum, p, p->count - left, p->group < left ? p->group : left, filters, tail);
        left -= p->group;
        if (groups > 0 || left > 0)
            tree_add_vectors(tree, groups++, sum, filters, vectors);
    } while (left > 0);
    if (groups > 0)
        tree_total_vectors(tree, groups, sum, filters, vectors);
    for (int f = 0; f < filters; f++)
        for (int k = 0; k < vectors; k++)
            lanes_store_where(p->out + f * p->out_step + k * LANES_F32, lanes_add(sum[f * vectors + k], lanes_zero()),
                              tail.partly && k == vectors - 1, tail.part);
}

/* The next of `left` filters or pixels, at most `most` a tile: tiles of one size, none too small to hide its latency. */
static inline int next_tile(int left, int most)
{
    int tiles = (left + most - 1) / most;
    return (left + tiles - 1) / tiles;
}

/* work(..., count) with a constant, so that its sums are in registers. */
#define WITH_COUNT(count, most, work, ...)                                                                                         \
    switch (count) {                                                                                                               \
        WITH_COUNT_CASE(14, most, work, __VA_ARGS__)                                                                               \
        WITH_COUNT_CASE(13, most, work, __VA_ARGS__)                                                                               \
        WITH_COUNT_CASE(12, most, work, __VA_ARGS__)                                                                               \
        WITH_COUNT_CASE(11, most, work, __VA_ARGS__)                                                                               \
        WITH_COUNT_CASE(10, most, work, __VA_ARGS__)                                                                               \
        WITH_COUNT_CASE(9, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(8, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(7, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(6, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(5, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(4, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(3, most, work, __VA_ARGS__)                                                                                \
        WITH_COUNT_CASE(2, most, work, __VA_ARGS__)                                                                                \
    default:                                                                                                                       \
        work(__VA_ARGS__, 1);                                                                                                      \
    }
#define WITH_COUNT_CASE(count, most, work, ...)                                                                                    \
    case count:                                                                                                                    \
        if ((count) <= (most))                                                                                                     \
            work(__VA_ARGS__, (count) <= (most) ? (count) : 1);                                                                    \
        break;

/* All filters for one column of vectors. */
LANES_INLINE void product_column(struct product p, int filters, struct tail tail)
{
    for (int part; filters > 0; filters -= part, p.taps += part * p.taps_step, p.out += part * p.out_step) {
        part = next_tile(filters, TILE_FILTERS);
        WITH_COUNT(part, TILE_FILTERS, product_tile, &p, tail)
    }
}

/* All filters for a column of n <= COLUMN outputs. */
static void product_columns(const struct product *p, int filters, int n)
{
    if (n == COLUMN)
        product_column(*p, filters, (struct tail){TILE_VECTORS, 0, lanes_first(LANES_F32)});
    else if (n > LANES_F32)
        product_column(*p, filters, (struct tail){TILE_VECTORS, 1, lanes_first(n - LANES_F32)});
    else
        product_column(*p, filters, (struct tail){1, 1, lanes_first(n)});
}

/* Samples of a matrix that stays in L1 as it is; rows of a column that are packed together, and the filters that are worth it;
 * filters and levels of the tree of a sum that takes more rows than that. */
enum { PACKED_WORTH = 4096, PACKED_ROWS = 128, PACKED_LEAST = 24, PACKED_FILTERS = 66, PACKED_LEVELS = 12 };

/* Rows of `in` are often a power of two apart, and then share so few sets of the caches that a column of them does not stay in L1,
 * not even in L2. Packed, it does. */
static void pack_rows(float (*packed)[COLUMN], const float *in, ptrdiff_t in_step, int rows, int n)
{
    for (int y = 0; n == COLUMN && y < rows; y++)
        memcpy(packed[y], in + y * in_step, sizeof *packed);
    for (int y = 0; n < COLUMN && y < rows; y++)
        for (int x = 0; x < COLUMN; x++)
            packed[y][x] = x < n ? in[y * in_step + x] : 0;
}

/* The largest whole subtree of groups that is packed together, in terms. */
static inline int packed_span(int group)
{
    int span = group;
    while (span <= PACKED_ROWS / 2)
        span *= 2;
    return span;
}

/* to[k] = a[k] + b[k] for n samples, whole vectors; `to` may be either. */
static inline void add_floats(float *to, const float *a, const float *b, int n)
{
    for (int k = 0; k < n; k += LANES_F32)
        lanes_store(to + k, lanes_add(lanes_load(a + k), lanes_load(b + k)));
}

/* A column of n <= COLUMN outputs for up to PACKED_FILTERS filters, subtree by subtree: all filters while its rows are in L1. A
 * last subtree that is not whole is smaller than those before: the total begins with it. */
static void product_spans(const struct product *p, int filters, int n, int span)
{
    float tree[PACKED_LEVELS][COLUMN * PACKED_FILTERS], part[COLUMN * PACKED_FILTERS], packed[PACKED_ROWS][COLUMN];
    struct product q = {part, p->taps, packed[0], COLUMN, p->taps_step, COLUMN, span, p->group};
    int spans = p->count / span, some = 0;
    for (int s = 0, level; s * span < p->count; s++, q.taps += span) {
        if (s == spans)
            q.count = p->count - s * span;
        pack_rows(packed, p->in + s * span * p->in_step, p->in_step, q.count, n);
        product_columns(&q, filters, COLUMN);
        for (level = 0; s < spans && s >> level & 1; level++)
            add_floats(part, tree[level], part, COLUMN * filters);
        if (s < spans)
            memcpy(tree[level], part, (size_t)(COLUMN * filters) * sizeof *part);
        some = s == spans;
    }
    for (int level = 0; spans >> level; level++)
        if (spans >> level & 1) {
            if (some)
                add_floats(part, tree[level], part, COLUMN * filters);
            else
                memcpy(part, tree[level], (size_t)(COLUMN * filters) * sizeof *part);
            some = 1;
        }
    for (int f = 0; f < filters; f++)
        for (int x = 0; x < n; x++)
            p->out[f * p->out_step + x] = part[COLUMN * f + x] + 0.0f;
}

/* A column of n <= COLUMN outputs, its rows packed where enough filters share the cost. */
static void product_packed(struct product p, int filters, int n)
{
    int span = packed_span(p.group);
    bool near = p.count * p.in_step < PACKED_WORTH;
    if (near || filters < PACKED_LEAST || span > PACKED_ROWS || p.count / span >> PACKED_LEVELS) {
        product_columns(&p, filters, n);
        return;
    }
    if (p.count > span) {
        for (int part; filters > 0; filters -= part, p.taps += part * p.taps_step, p.out += part * p.out_step) {
            part = filters < PACKED_FILTERS ? filters : PACKED_FILTERS;
            product_spans(&p, part, n, span);
        }
        return;
    }
    float packed[PACKED_ROWS][COLUMN];
    pack_rows(packed, p.in, p.in_step, p.count, n);
    p.in = packed[0];
    p.in_step = COLUMN;
    product_columns(&p, filters, n);
}

#endif
