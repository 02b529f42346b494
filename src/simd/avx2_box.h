/* avx2_box.h: the part of rowops_avx2.c on running sums of 8-bit rows.
 *
 * A sum that runs along a row waits for itself, and adding it up within a register takes more steps than there are lanes to gain.
 * So 16 rows run at once, a row a lane: the column sums of 16 rows are turned on their side (64 shuffles for 256), the sums run
 * on whole registers, and their bytes are turned back (40 shuffles for 256). Cost of 16 outputs, whatever the window: 4 to slide
 * the columns, 5 to turn them, 6 to run, 7 to scale and round, 4 to turn back. */
#ifndef AVX2_BOX_H
#define AVX2_BOX_H

#include "simd/rowops_box.h"

#include <immintrin.h>

/* 16 sums of k neighbours. */
static inline __m256i sum_u16(const uint16_t *sums, int k, ptrdiff_t step)
{
    __m256i sum = _mm256_loadu_si256((const __m256i *)sums);
    for (int j = 1; j < k; j++)
        sum = _mm256_add_epi16(sum, _mm256_loadu_si256((const __m256i *)(sums + j * step)));
    return sum;
}

/* The lowest and the highest sum of a row, in lanes. */
struct sums_seen {
    __m256i low, high;
};

static inline __m256i mean_of(__m256i sum, const struct rowop_mean *mean, struct sums_seen *seen)
{
    seen->low = _mm256_min_epu16(seen->low, sum);
    seen->high = _mm256_max_epu16(seen->high, sum);
    __m256i product =
        _mm256_mulhi_epu16(_mm256_add_epi16(sum, _mm256_set1_epi16((short)mean->add)), _mm256_set1_epi16((short)mean->factor));
    return _mm256_srl_epi16(product, _mm_cvtsi32_si128(mean->shift));
}

static void tell_sums(const struct sums_seen *seen, float tap, struct imc_stats *stats)
{
    uint16_t low[16], high[16];
    _mm256_storeu_si256((__m256i *)low, seen->low);
    _mm256_storeu_si256((__m256i *)high, seen->high);
    for (int i = 1; i < 16; i++) {
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    note_sums(stats, tap, low[0], high[0]);
}

static inline __attribute__((always_inline)) int mean_blocks(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step,
                                                             const struct rowop_mean *mean, int n, struct sums_seen *seen)
{
    int x = 0;
    for (; x + 32 <= n; x += 32) {
        __m256i low = mean_of(sum_u16(sums + x, k, step), mean, seen), high = mean_of(sum_u16(sums + x + 16, k, step), mean, seen);
        _mm256_storeu_si256((__m256i *)(out + x), _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8));
    }
    return x;
}

/* 3 and 5 have loops of their own, without a loop within. */
static void mean_u16_avx2(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                          struct imc_stats *stats)
{
    struct sums_seen seen = {_mm256_set1_epi16(-1), _mm256_setzero_si256()};
    int x = k == 3   ? mean_blocks(out, sums, 3, step, mean, n, &seen)
            : k == 5 ? mean_blocks(out, sums, 5, step, mean, n, &seen)
                     : mean_blocks(out, sums, k, step, mean, n, &seen);
    if (stats && x)
        tell_sums(&seen, mean->tap, stats);
    mean_u16(out + x, sums + x, k, step, mean, n - x, stats);
}

/* 8 rows of 8 words in each half of 8 registers, turned on their sides. */
static inline void turn_words(__m256i row[8])
{
    __m256i pair[8], quad[8];
    for (int i = 0; i < 4; i++) {
        pair[i] = _mm256_unpacklo_epi16(row[2 * i], row[2 * i + 1]);
        pair[i + 4] = _mm256_unpackhi_epi16(row[2 * i], row[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 2) {
        quad[i] = _mm256_unpacklo_epi32(pair[i], pair[i + 1]);
        quad[i + 1] = _mm256_unpackhi_epi32(pair[i], pair[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            row[i + 2 * k] = _mm256_unpacklo_epi64(quad[i + k], quad[i + k + 2]);
            row[i + 2 * k + 1] = _mm256_unpackhi_epi64(quad[i + k], quad[i + k + 2]);
        }
}

/* Turns 16 rows of 16 columns and stores them: column j of the lower halves to out + j*ROWOP_RUNS, those of the upper halves from
 * `upper` on. */
static inline void store_columns(int16_t *out, int16_t *upper, __m256i rows[16])
{
    turn_words(rows);
    turn_words(rows + 8);
    for (int j = 0; j < 8; j++) {
        _mm256_storeu_si256((__m256i *)(out + j * ROWOP_RUNS), _mm256_permute2x128_si256(rows[j], rows[j + 8], 0x20));
        _mm256_storeu_si256((__m256i *)(upper + j * ROWOP_RUNS), _mm256_permute2x128_si256(rows[j], rows[j + 8], 0x31));
    }
}

enum { AHEAD = 256 /* bytes: 32 rows are more than the prefetcher of a core follows */ };

/* 32 columns. Bytes that enter and leave are paired within halves of a register, times 1 and -1: `low` has columns 0-7 and
 * 16-23, `high` the others. */
static inline void columns_block(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t x)
{
    __m256i low_rows[16], high_rows[16], sign = _mm256_set1_epi16((short)0x8000), one_less = _mm256_set1_epi16((short)0xff01);
    __m256i *state = (__m256i *)(void *)sums, first = _mm256_loadu_si256(state), second = _mm256_loadu_si256(state + 1);
    __m256i low = _mm256_xor_si256(_mm256_permute2x128_si256(first, second, 0x20), sign);
    __m256i high = _mm256_xor_si256(_mm256_permute2x128_si256(first, second, 0x31), sign);
    for (int r = 0; r < 16; r++) {
        _mm_prefetch((const char *)(in[r] + x + AHEAD), _MM_HINT_T0);
        _mm_prefetch((const char *)(out[r] + x + AHEAD), _MM_HINT_T0);
        __m256i a = _mm256_loadu_si256((const __m256i *)(in[r] + x)), b = _mm256_loadu_si256((const __m256i *)(out[r] + x));
        low_rows[r] = low = _mm256_add_epi16(low, _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, b), one_less));
        high_rows[r] = high = _mm256_add_epi16(high, _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, b), one_less));
    }
    store_columns(columns, columns + 16 * ROWOP_RUNS, low_rows);
    store_columns(columns + 8 * ROWOP_RUNS, columns + 24 * ROWOP_RUNS, high_rows);
    low = _mm256_xor_si256(low, sign);
    high = _mm256_xor_si256(high, sign);
    _mm256_storeu_si256(state, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256(state + 1, _mm256_permute2x128_si256(low, high, 0x31));
}

static void columns_u8_avx2(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t at,
                            int n)
{
    int x = 0;
    for (; x + 32 <= n; x += 32)
        columns_block(columns + x * ROWOP_RUNS, sums + x, in, out, at + x);
    columns_u8(columns + x * ROWOP_RUNS, sums + x, in, out, at + x, n - x);
}

/* The totals of 16 rows: rows 0-3 and 8-11, and the others, as unpacking words leaves them and packing wants them. */
struct running {
    __m256i low, high;
};

static inline __m256i load_halves(const int32_t *lower, const int32_t *upper)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)lower)),
                                   _mm_loadu_si128((const __m128i *)upper), 1);
}

static inline struct running running_load(const int32_t *totals)
{
    return (struct running){load_halves(totals, totals + 8), load_halves(totals + 4, totals + 12)};
}

static inline void running_store(const struct running *t, int32_t *totals)
{
    _mm_storeu_si128((__m128i *)totals, _mm256_castsi256_si128(t->low));
    _mm_storeu_si128((__m128i *)(totals + 8), _mm256_extracti128_si256(t->low, 1));
    _mm_storeu_si128((__m128i *)(totals + 4), _mm256_castsi256_si128(t->high));
    _mm_storeu_si128((__m128i *)(totals + 12), _mm256_extracti128_si256(t->high, 1));
}

/* Column sums are kept less 32768, so that a signed product adds the one and takes the other. */
static inline void running_add(struct running *t, const int16_t *enters, const int16_t *leaves)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)enters), b = _mm256_loadu_si256((const __m256i *)leaves);
    __m256i sign = _mm256_set1_epi32((int)0xffff0001);
    t->low = _mm256_add_epi32(t->low, _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), sign));
    t->high = _mm256_add_epi32(t->high, _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), sign));
}

static inline __m256i running_mean(const struct running *t, __m256 tap)
{
    __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(t->low), tap));
    __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(t->high), tap));
    return _mm256_packs_epi32(low, high);
}

/* 8 registers of 2 columns of 8 rows in each half, rows 8-15 in the upper ones, to 16 rows of 16 bytes. */
static inline void store_rows(uint8_t *const *out, ptrdiff_t at, const __m256i two[8])
{
    __m256i four[2][4], eight[4][2];
    for (int i = 0; i < 4; i++) { /* columns 4i .. 4i+3, of rows 0-3 and 4-7 */
        __m256i even = _mm256_unpacklo_epi8(two[2 * i], two[2 * i + 1]), odd = _mm256_unpackhi_epi8(two[2 * i], two[2 * i + 1]);
        four[0][i] = _mm256_unpacklo_epi8(even, odd);
        four[1][i] = _mm256_unpackhi_epi8(even, odd);
    }
    for (int h = 0; h < 2; h++) {
        for (int i = 0; i < 2; i++) { /* columns 8i .. 8i+7, of 2 rows */
            eight[0][i] = _mm256_unpacklo_epi32(four[h][2 * i], four[h][2 * i + 1]);
            eight[1][i] = _mm256_unpackhi_epi32(four[h][2 * i], four[h][2 * i + 1]);
        }
        for (int r = 0; r < 4; r++) {
            __m256i a = eight[r / 2][0], b = eight[r / 2][1];
            __m256i row = r % 2 ? _mm256_unpackhi_epi64(a, b) : _mm256_unpacklo_epi64(a, b);
            _mm_storeu_si128((__m128i *)(out[4 * h + r] + at), _mm256_castsi256_si128(row));
            _mm_storeu_si128((__m128i *)(out[4 * h + r + 8] + at), _mm256_extracti128_si256(row, 1));
        }
    }
}

/* The lowest and the highest totals. */
static inline void totals_seen(struct running *low, struct running *high, const struct running *t)
{
    low->low = _mm256_min_epi32(low->low, _mm256_min_epi32(t->low, t->high));
    high->low = _mm256_max_epi32(high->low, _mm256_max_epi32(t->low, t->high));
}

/* 16 columns of the output, of which one pixel has `step` samples. */
static inline __attribute__((always_inline)) void running_block(uint8_t *const *out, struct running *one, int32_t *totals,
                                                                const int16_t *columns, int k, int step, __m256 tap, ptrdiff_t at,
                                                                int x, struct running seen[2])
{
    __m256i two[8], means[2];
    for (int i = 0; i < 16; i++) {
        struct running own, *t = step == 1 ? one : &own;
        int32_t *kept = totals + (step == 1 ? 0 : (x + i) % step) * ROWOP_RUNS;
        if (step != 1)
            own = running_load(kept);
        const int16_t *leaves = columns + (ptrdiff_t)(x + i) * ROWOP_RUNS;
        running_add(t, leaves + (ptrdiff_t)k * step * ROWOP_RUNS, leaves);
        if (seen)
            totals_seen(&seen[0], &seen[1], t);
        means[i % 2] = running_mean(t, tap);
        if (i % 2)
            two[i / 2] = _mm256_packus_epi16(means[0], means[1]);
        if (step != 1)
            running_store(t, kept);
    }
    store_rows(out, at + x, two);
}

static inline __attribute__((always_inline)) int running_blocks(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k,
                                                                int step, float tap, ptrdiff_t at, int n, struct running seen[2])
{
    int x = 0;
    struct running one = running_load(totals);
    for (; x + 16 <= n; x += 16)
        running_block(out, &one, totals, columns, k, step, _mm256_set1_ps(tap), at, x, seen);
    if (step == 1)
        running_store(&one, totals);
    return x;
}

static void tell_totals(const struct running seen[2], float tap, struct imc_stats *stats)
{
    int32_t low[8], high[8];
    _mm256_storeu_si256((__m256i *)low, seen[0].low);
    _mm256_storeu_si256((__m256i *)high, seen[1].low);
    for (int i = 1; i < 8; i++) {
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    note_sums(stats, tap, low[0], high[0]);
}

static void running_u8_avx2(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                            int n, struct imc_stats *stats)
{
    struct running seen[2] = {{_mm256_set1_epi32(INT32_MAX), _mm256_setzero_si256()},
                              {_mm256_setzero_si256(), _mm256_setzero_si256()}};
    int x, blocks = n / (16 * step) * 16 * step; /* whole pixels */
    if (step == 1)
        x = stats ? running_blocks(out, totals, columns, k, 1, tap, at, blocks, seen)
                  : running_blocks(out, totals, columns, k, 1, tap, at, blocks, NULL);
    else
        x = running_blocks(out, totals, columns, k, step, tap, at, blocks, seen);
    if (stats && x)
        tell_totals(seen, tap, stats);
    running_u8(out, totals, columns + (ptrdiff_t)x * ROWOP_RUNS, k, step, tap, at + x, n - x, stats);
}

#endif
