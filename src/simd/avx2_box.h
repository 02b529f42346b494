/* avx2_box.h: the part of rowops_avx2.c on running sums of 8-bit rows.
 *
 * A sum that runs along a row waits for itself, and adding it up within a register takes more steps than there are lanes to gain.
 * So a register's worth of rows run at once, a row a lane of 16 bits: their column sums are turned on their side, the sums run on
 * whole registers, and their bytes are turned back. Instructions for a register of outputs (32 or 16), whatever the window: 4 to
 * slide the columns, 8 to turn them (5 with AVX2), 8 to run, 7 to scale and round, 4 to turn back. */
#ifndef AVX2_BOX_H
#define AVX2_BOX_H

#include "simd/row_blocks.h"
#include "simd/rowops_box.h"

/* A register of sums of k neighbours. */
LANES_INLINE lanes_int sum_u16(const uint16_t *sums, int k, ptrdiff_t step)
{
    lanes_int sum = ints_load(sums);
    for (int j = 1; j < k; j++)
        sum = WIDE(add_epi16)(sum, ints_load(sums + j * step));
    return sum;
}

/* The lowest and the highest sum of a row, in lanes. */
struct sums_seen {
    lanes_int low, high;
};

LANES_INLINE lanes_int mean_of(lanes_int sum, const struct rowop_mean *mean, struct sums_seen *seen)
{
    if (seen) {
        seen->low = WIDE(min_epu16)(seen->low, sum);
        seen->high = WIDE(max_epu16)(seen->high, sum);
    }
    lanes_int whole = WIDE(add_epi16)(sum, WIDE(set1_epi16)((short)mean->add));
    return WIDE(srl_epi16)(WIDE(mulhi_epu16)(whole, WIDE(set1_epi16)((short)mean->factor)), _mm_cvtsi32_si128(mean->shift));
}

static void tell_sums(const struct sums_seen *seen, float tap, struct imc_stats *stats)
{
    uint16_t low[LANES_WORDS], high[LANES_WORDS];
    ints_store(low, seen->low);
    ints_store(high, seen->high);
    for (int i = 1; i < LANES_WORDS; i++) {
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    note_sums(stats, tap, low[0], high[0]);
}

LANES_INLINE void mean_block(void *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean,
                             struct sums_seen *seen, bool stream)
{
    lanes_int low = mean_of(sum_u16(sums, k, step), mean, seen), high = mean_of(sum_u16(sums + LANES_WORDS, k, step), mean, seen);
    ints_put(out, packed_once(WIDE(packus_epi16)(low, high)), stream);
}

/* All outputs, of which there is a block at least. */
LANES_INLINE void mean_row(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                           struct sums_seen *seen, bool stream)
{
    char edge[ROW_EDGE];
    for (struct row_blocks b = blocks_first(out, 1, n, LANES_BYTES, stream, edge); b.x < n; blocks_next(&b))
        mean_block(b.to, sums + b.at, k, step, mean, seen, b.past);
}

/* 3 and 5 have loops of their own, without a loop within. */
LANES_INLINE void mean_rows(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                            struct sums_seen *seen, bool stream)
{
    if (k == 3)
        mean_row(out, sums, 3, step, mean, n, seen, stream);
    else if (k == 5)
        mean_row(out, sums, 5, step, mean, n, seen, stream);
    else
        mean_row(out, sums, k, step, mean, n, seen, stream);
}

static void mean_u16_avx2(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                          struct imc_stats *stats, bool stream)
{
    struct sums_seen seen = {WIDE(set1_epi16)(-1), ints_none()};
    if (n < LANES_BYTES)
        mean_u16(out, sums, k, step, mean, n, stats, stream);
    else if (!stats)
        mean_rows(out, sums, k, step, mean, n, NULL, stream);
    else {
        mean_rows(out, sums, k, step, mean, n, &seen, stream);
        tell_sums(&seen, mean->tap, stats);
    }
}

/* 8 rows of 8 words in each quarter of 8 registers, turned on their sides. */
LANES_INLINE void turn_words(lanes_int row[8])
{
    lanes_int pair[8], quad[8];
    for (int i = 0; i < 4; i++) {
        pair[i] = WIDE(unpacklo_epi16)(row[2 * i], row[2 * i + 1]);
        pair[i + 4] = WIDE(unpackhi_epi16)(row[2 * i], row[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 2) {
        quad[i] = WIDE(unpacklo_epi32)(pair[i], pair[i + 1]);
        quad[i + 1] = WIDE(unpackhi_epi32)(pair[i], pair[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            row[i + 2 * k] = WIDE(unpacklo_epi64)(quad[i + k], quad[i + k + 2]);
            row[i + 2 * k + 1] = WIDE(unpackhi_epi64)(quad[i + k], quad[i + k + 2]);
        }
}

/* Turns LANES_WORDS rows and stores them: column j of quarter q to column 16*q + j of out. */
LANES_INLINE void store_columns(int16_t *out, lanes_int rows[LANES_WORDS])
{
    for (int r = 0; r < LANES_WORDS; r += 8)
        turn_words(rows + r);
    for (int j = 0; j < 8; j++) {
        lanes_int column[LANES_QUARTERS];
        for (int q = 0; q < LANES_QUARTERS; q++)
            column[q] = rows[8 * q + j];
        turn_quarters(column);
        for (int q = 0; q < LANES_QUARTERS; q++)
            ints_store(out + (16 * q + j) * ROWOP_RUNS, column[q]);
    }
}

enum { AHEAD = 256 /* bytes: so many rows are more than the prefetcher of a core follows */ };

/* LANES_BYTES columns of LANES_WORDS rows. Bytes that enter and leave are paired within quarters of a register, times 1 and -1. */
LANES_INLINE void columns_block(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t x)
{
    lanes_int low_rows[LANES_WORDS], high_rows[LANES_WORDS];
    lanes_int sign = WIDE(set1_epi16)((short)0x8000), one_less = WIDE(set1_epi16)((short)0xff01);
    lanes_int first = WIDE(sub_epi16)(ints_load(sums), sign), second = WIDE(sub_epi16)(ints_load(sums + LANES_WORDS), sign);
    lanes_int low = even_quarters(first, second), high = odd_quarters(first, second);
    for (int r = 0; r < LANES_WORDS; r++) {
        _mm_prefetch((const char *)(in[r] + x + AHEAD), _MM_HINT_T0);
        _mm_prefetch((const char *)(out[r] + x + AHEAD), _MM_HINT_T0);
        lanes_int a = ints_load(in[r] + x), b = ints_load(out[r] + x);
        low_rows[r] = low = WIDE(add_epi16)(low, WIDE(maddubs_epi16)(WIDE(unpacklo_epi8)(a, b), one_less));
        high_rows[r] = high = WIDE(add_epi16)(high, WIDE(maddubs_epi16)(WIDE(unpackhi_epi8)(a, b), one_less));
    }
    store_columns(columns, low_rows);
    store_columns(columns + 8 * ROWOP_RUNS, high_rows);
    ints_store(sums, WIDE(add_epi16)(lower_half(low, high), sign));
    ints_store(sums + LANES_WORDS, WIDE(add_epi16)(upper_half(low, high), sign));
}

static void columns_u8_avx2(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t at,
                            int n)
{
    int x = 0;
    for (; x + LANES_BYTES <= n; x += LANES_BYTES)
        for (int r = 0; r < ROWOP_RUNS; r += LANES_WORDS)
            columns_block(columns + x * ROWOP_RUNS + r, sums + x, in + r, out + r, at + x);
    columns_u8(columns + x * ROWOP_RUNS, sums + x, in, out, at + x, n - x);
}

/* The totals of LANES_WORDS rows: the first four of each eight, and the others, as unpacking words leaves them and packing wants
 * them. */
struct running {
    lanes_int low, high;
};

LANES_INLINE struct running running_load(const int32_t *totals)
{
    lanes_int first = ints_load(totals), second = ints_load(totals + LANES_F32);
    return (struct running){even_quarters(first, second), odd_quarters(first, second)};
}

LANES_INLINE void running_store(const struct running *t, int32_t *totals)
{
    ints_store(totals, lower_half(t->low, t->high));
    ints_store(totals + LANES_F32, upper_half(t->low, t->high));
}

/* Column sums are kept less 32768, so that a signed product adds the one and takes the other. */
LANES_INLINE void running_add(struct running *t, const int16_t *enters, const int16_t *leaves)
{
    lanes_int a = ints_load(enters), b = ints_load(leaves), sign = WIDE(set1_epi32)((int)0xffff0001);
    t->low = WIDE(add_epi32)(t->low, WIDE(madd_epi16)(WIDE(unpacklo_epi16)(a, b), sign));
    t->high = WIDE(add_epi32)(t->high, WIDE(madd_epi16)(WIDE(unpackhi_epi16)(a, b), sign));
}

LANES_INLINE lanes_int running_mean(const struct running *t, lanes_f32 tap)
{
    lanes_int low = WIDE(cvtps_epi32)(WIDE(mul_ps)(WIDE(cvtepi32_ps)(t->low), tap));
    lanes_int high = WIDE(cvtps_epi32)(WIDE(mul_ps)(WIDE(cvtepi32_ps)(t->high), tap));
    return WIDE(packs_epi32)(low, high);
}

/* 8 registers of 2 columns of 8 rows in each quarter to rows of 16 bytes. */
LANES_INLINE void store_rows(uint8_t *const *out, ptrdiff_t at, const lanes_int two[8])
{
    lanes_int four[2][4], eight[4][2];
    for (int i = 0; i < 4; i++) { /* columns 4i .. 4i+3, of rows 0-3 and 4-7 */
        lanes_int even = WIDE(unpacklo_epi8)(two[2 * i], two[2 * i + 1]), odd = WIDE(unpackhi_epi8)(two[2 * i], two[2 * i + 1]);
        four[0][i] = WIDE(unpacklo_epi8)(even, odd);
        four[1][i] = WIDE(unpackhi_epi8)(even, odd);
    }
    for (int h = 0; h < 2; h++) {
        for (int i = 0; i < 2; i++) { /* columns 8i .. 8i+7, of 2 rows */
            eight[0][i] = WIDE(unpacklo_epi32)(four[h][2 * i], four[h][2 * i + 1]);
            eight[1][i] = WIDE(unpackhi_epi32)(four[h][2 * i], four[h][2 * i + 1]);
        }
        for (int r = 0; r < 4; r++) {
            lanes_int a = eight[r / 2][0], b = eight[r / 2][1];
            quarters_store(out + 4 * h + r, 8, at, r % 2 ? WIDE(unpackhi_epi64)(a, b) : WIDE(unpacklo_epi64)(a, b));
        }
    }
}

/* The lowest and the highest totals. */
LANES_INLINE void totals_seen(struct running *low, struct running *high, const struct running *t)
{
    low->low = WIDE(min_epi32)(low->low, WIDE(min_epi32)(t->low, t->high));
    high->low = WIDE(max_epi32)(high->low, WIDE(max_epi32)(t->low, t->high));
}

/* The means at samples x and x + 1: two bytes of each row. One pixel has `step` samples, whose totals are `one` where it is 1. */
LANES_INLINE lanes_int running_two(struct running *one, int32_t *totals, const int16_t *columns, int k, int step, lanes_f32 tap,
                                   int x, struct running seen[2])
{
    lanes_int means[2];
    _Pragma("GCC unroll 2") for (int i = 0; i < 2; i++)
    {
        struct running own, *t = step == 1 ? one : &own;
        int32_t *kept = totals + (step == 1 ? 0 : (x + i) % step) * ROWOP_RUNS;
        if (step != 1)
            own = running_load(kept);
        const int16_t *leaves = columns + (ptrdiff_t)(x + i) * ROWOP_RUNS;
        running_add(t, leaves + (ptrdiff_t)k * step * ROWOP_RUNS, leaves);
        if (seen)
            totals_seen(&seen[0], &seen[1], t);
        means[i] = running_mean(t, tap);
        if (step != 1)
            running_store(t, kept);
    }
    return WIDE(packus_epi16)(means[0], means[1]);
}

LANES_INLINE int running_blocks(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap,
                                ptrdiff_t at, int n, struct running seen[2])
{
    int x = 0;
    struct running one = running_load(totals);
    for (; x + 16 <= n; x += 16) {
        lanes_int two[8];
        for (int r = 0; r < LANES_WORDS && x % 64 == 0; r++)
            __builtin_prefetch(out[r] + at + x + AHEAD, 1);
        _Pragma("GCC unroll 8") for (int i = 0; i < 8; i++) two[i] =
            running_two(&one, totals, columns, k, step, lanes_all(&tap), x + 2 * i, seen);
        store_rows(out, at + x, two);
    }
    if (step == 1)
        running_store(&one, totals);
    return x;
}

static void tell_totals(const struct running seen[2], float tap, struct imc_stats *stats)
{
    int32_t low[LANES_F32], high[LANES_F32];
    ints_store(low, seen[0].low);
    ints_store(high, seen[1].low);
    for (int i = 1; i < LANES_F32; i++) {
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    note_sums(stats, tap, low[0], high[0]);
}

static void running_u8_avx2(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                            int n, struct imc_stats *stats)
{
    struct running seen[2] = {{WIDE(set1_epi32)(INT32_MAX), ints_none()}, {ints_none(), ints_none()}};
    int x = 0, blocks = n / (16 * step) * 16 * step; /* whole pixels */
    for (int r = 0; r < ROWOP_RUNS; r += LANES_WORDS)
        if (step == 1)
            x = stats ? running_blocks(out + r, totals + r, columns + r, k, 1, tap, at, blocks, seen)
                      : running_blocks(out + r, totals + r, columns + r, k, 1, tap, at, blocks, NULL);
        else
            x = running_blocks(out + r, totals + r, columns + r, k, step, tap, at, blocks, seen);
    if (stats && x)
        tell_totals(seen, tap, stats);
    running_u8(out, totals, columns + (ptrdiff_t)x * ROWOP_RUNS, k, step, tap, at + x, n - x, stats);
}

#endif
