/* rowops_avx2.c: the definitions compiled once more with -mavx2 -mfma (the Makefile gives this file those flags), which with
 * contraction off changes no rounding, and by hand those ops where that gains more than 15 % (the compiler does not keep a block of
 * sums in registers over a list of taps). Each says what it gained.
 */
#if defined(__AVX2__) && defined(__FMA__)

#define ROWOPS_TABLE  rowops_avx2
#define GRID_F32      grid_f32_avx2
#define STREAM_F32    stream_f32_avx2
#define TAPS_U8       taps_u8_avx2
#define MAGNITUDE_S16 magnitude_s16_avx2
#define COMPLEX_MUL   complex_mul_avx2
#define NARROW_U8     narrow_u8_avx2
#define PREFIX_U16    prefix_u16_avx2
#define MEAN_U16      mean_u16_avx2
#define MEAN_U32      mean_u32_avx2

#include "simd/avx2_gradients.h"

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n);
static void stream_f32_avx2(float *out, const float *in, int n);
static void taps_u8_avx2(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n);
static void magnitude_s16_avx2(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats);
static void complex_mul_avx2(float *out, const float *a, const float *b, int add, size_t n);
static void prefix_u16_avx2(uint32_t *prefix, const uint16_t *sums, ptrdiff_t step, int n);
static void narrow_u8_avx2(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
static void mean_u16_avx2(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, float tap, int n);
static void mean_u32_avx2(uint8_t *out, const uint32_t *prefix, ptrdiff_t width, float tap, int n);

#include "simd/rowops_c.c"

#include "simd/avx2_grid.h"

#include <immintrin.h>

/* 32 * blocks outputs at x. Two taps at a time: their bytes interleaved, times a pair of weights, summed by vpmaddubsw. The
 * interleaving works within halves of a register, so the two sums hold outputs 0-7, 16-23 and 8-15, 24-31 until the end. */
static inline __attribute__((always_inline)) void taps_u8_blocks(int16_t *out, const uint8_t *const *in, const int32_t *weights,
                                                                 int count, ptrdiff_t x, int blocks)
{
    __m256i low[2], high[2];
    for (int k = 0; k < blocks; k++)
        low[k] = high[k] = _mm256_setzero_si256();
    for (int t = 0; t < count; t += 2) {
        __m256i pair = _mm256_set1_epi32(weights[t / 2]);
        for (int k = 0; k < blocks; k++) {
            __m256i a = _mm256_loadu_si256((const __m256i *)(in[t] + x + 32 * k));
            __m256i b = _mm256_loadu_si256((const __m256i *)(in[t + 1] + x + 32 * k));
            low[k] = _mm256_add_epi16(low[k], _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, b), pair));
            high[k] = _mm256_add_epi16(high[k], _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, b), pair));
        }
    }
    for (int k = 0; k < blocks; k++) {
        __m256i *to = (__m256i *)(out + x + 32 * k);
        _mm256_storeu_si256(to, _mm256_permute2x128_si256(low[k], high[k], 0x20));
        _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(low[k], high[k], 0x31));
    }
}

/* Pairs of weights as vpmaddubsw wants them, doubled so that a plain load broadcasts them. The taps' absolute values sum to 128 at
 * most, so there are no more than 128 that are not zero. */
static void pair_weights(int32_t *weights, const int8_t *taps, int count)
{
    for (int t = 0; t < count; t += 2) {
        uint32_t both = (uint8_t)taps[t] | (uint32_t)(uint8_t)taps[t + 1] << 8;
        weights[t / 2] = (int32_t)(both | both << 16);
    }
}

static void taps_u8_avx2(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n)
{
    int x = 0;
    int32_t weights[65];
    if (count <= 130) {
        pair_weights(weights, taps, count);
        for (; x + 64 <= n; x += 64)
            taps_u8_blocks(out, in, weights, count, x, 2);
        for (; x + 32 <= n; x += 32)
            taps_u8_blocks(out, in, weights, count, x, 1);
    }
    for (; x < n; x++) {
        int sum = 0;
        for (int t = 0; t < count; t++)
            sum += taps[t] * in[t][x];
        out[x] = (int16_t)sum;
    }
}

/* The root of 8 sums of squares, as floats that are off by less than half a step up to 256: m * rsqrt(m), 12 bits; m = 0 gives
 * 0. */
static inline __m256i rough_root(__m256i squares)
{
    __m256 m = _mm256_cvtepi32_ps(squares);
    return _mm256_cvtps_epi32(_mm256_mul_ps(m, _mm256_rsqrt_ps(_mm256_max_ps(m, _mm256_set1_ps(0.5f)))));
}

/* 16 roots as 16-bit integers, rounded, to be packed with saturation to 0..255. Sums of squares beyond 16 bits count as 65535: both
 * have roots above 255. r is right if r^2 - r < m <= r^2 + r, since (r +- 1/2)^2 = r^2 +- r + 1/4; the rough root is one off at
 * most, and is mended by that test. */
static inline __m256i roots_of(__m256i a, __m256i b)
{
    __m256i low = _mm256_unpacklo_epi16(a, b), high = _mm256_unpackhi_epi16(a, b);
    low = _mm256_madd_epi16(low, low);
    high = _mm256_madd_epi16(high, high);
    __m256i m = _mm256_packus_epi32(low, high); /* saturates to 65535 */
    __m256i r = _mm256_packs_epi32(rough_root(low), rough_root(high)), most = _mm256_set1_epi16(255), zero = _mm256_setzero_si256();
    r = _mm256_min_epi16(r, most);
    __m256i square = _mm256_mullo_epi16(r, r);
    __m256i too_low = _mm256_subs_epu16(m, _mm256_add_epi16(square, r));  /* 0 if m <= r^2 + r */
    __m256i too_high = _mm256_subs_epu16(m, _mm256_sub_epi16(square, r)); /* 0 if m <= r^2 - r */
    __m256i fits_up = _mm256_cmpeq_epi16(too_low, zero), fits_down = _mm256_cmpeq_epi16(too_high, zero);
    r = _mm256_add_epi16(r, _mm256_add_epi16(_mm256_set1_epi16(1), fits_up)); /* + 1 unless m <= r^2 + r */
    r = _mm256_add_epi16(r, fits_down);                                       /* - 1 if m <= r^2 - r */
    return r; /* -1 for m = 0 and 256 for m > 255.5^2: the packing that follows saturates both */
}

/* 5 times the compiled definition, whose exact roots take 12 cycles a vector. */
static void magnitude_s16_avx2(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats)
{
    if (stats)
        measure_squares(a, b, max, n, stats);
    int x = 0;
    __m256i top = _mm256_set1_epi8((char)max);
    for (; x + 32 <= n; x += 32) {
        const __m256i *pa = (const __m256i *)(a + x), *pb = (const __m256i *)(b + x);
        __m256i low = roots_of(_mm256_loadu_si256(pa), _mm256_loadu_si256(pb));
        __m256i high = roots_of(_mm256_loadu_si256(pa + 1), _mm256_loadu_si256(pb + 1));
        __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
        _mm256_storeu_si256((__m256i *)(out + x), _mm256_min_epu8(bytes, top));
    }
    for (; x < n; x++)
        out[x] = (uint8_t)to_sample(sqrtf((float)(a[x] * a[x] + b[x] * b[x])), 0, (float)max);
}

/* Four products (ar br - ai bi, ar bi + ai br). Twice the compiled definition. */
static inline __m256 complex_product(const float *a, const float *b)
{
    __m256 x = _mm256_loadu_ps(a), y = _mm256_loadu_ps(b);
    __m256 crossed = _mm256_mul_ps(_mm256_movehdup_ps(x), _mm256_permute_ps(y, 0xb1));
    return _mm256_fmaddsub_ps(_mm256_moveldup_ps(x), y, crossed);
}

static void complex_mul_avx2(float *out, const float *a, const float *b, int add, size_t n)
{
    size_t k = 0;
    if (add)
        for (; k + 4 <= n; k += 4)
            _mm256_storeu_ps(out + 2 * k, _mm256_add_ps(_mm256_loadu_ps(out + 2 * k), complex_product(a + 2 * k, b + 2 * k)));
    else
        for (; k + 4 <= n; k += 4)
            _mm256_storeu_ps(out + 2 * k, complex_product(a + 2 * k, b + 2 * k));
    complex_mul(out + 2 * k, a + 2 * k, b + 2 * k, add, n - k);
}

/* Prefix sums of single lanes, 8 at a time: shifted sums within each half, the low half's total into the high one, the carry of
 * what came before. 2.5 times the compiled definition, which waits for one addition after the other. */
static void prefix_u16_avx2(uint32_t *prefix, const uint16_t *sums, ptrdiff_t step, int n)
{
    if (step != 1) {
        prefix_u16(prefix, sums, step, n);
        return;
    }
    prefix[0] = 0;
    int x = 0;
    __m256i carry = _mm256_setzero_si256(), last = _mm256_set1_epi32(7);
    for (; x + 8 <= n; x += 8) {
        __m256i v = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(sums + x)));
        v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
        v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
        __m256i low_total =
            _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff); /* of the low half, in the high one */
        v = _mm256_add_epi32(_mm256_add_epi32(v, low_total), carry);
        _mm256_storeu_si256((__m256i *)(prefix + x + 1), v);
        carry = _mm256_permutevar8x32_epi32(v, last);
    }
    for (; x < n; x++)
        prefix[x + 1] = prefix[x] + sums[x];
}

/* 8 integers times the tap, rounded to nearest, ties to even. */
static inline __m256i scaled(__m256i sums, __m256 tap)
{
    return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), tap));
}

/* 32 integers of 0..255, in four registers, as bytes. */
static inline void store_bytes(uint8_t *out, __m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* undoes the packing by halves */
    __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
    _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(bytes, order));
}

/* 16 sums of k neighbours. */
static inline __m256i sum_u16(const uint16_t *sums, int k, ptrdiff_t step)
{
    __m256i sum = _mm256_loadu_si256((const __m256i *)sums);
    for (int j = 1; j < k; j++)
        sum = _mm256_add_epi16(sum, _mm256_loadu_si256((const __m256i *)(sums + j * step)));
    return sum;
}

/* 1.5 times box and narrowing one after the other. */
static void mean_u16_avx2(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, float tap, int n)
{
    int x = 0;
    __m256 factor = _mm256_set1_ps(tap);
    for (; x + 32 <= n; x += 32) {
        __m256i low = sum_u16(sums + x, k, step), high = sum_u16(sums + x + 16, k, step);
        store_bytes(out + x, scaled(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(low)), factor),
                    scaled(_mm256_cvtepu16_epi32(_mm256_extracti128_si256(low, 1)), factor),
                    scaled(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(high)), factor),
                    scaled(_mm256_cvtepu16_epi32(_mm256_extracti128_si256(high, 1)), factor));
    }
    mean_u16(out + x, sums + x, k, step, tap, n - x);
}

static inline __m256i difference(const uint32_t *prefix, ptrdiff_t width)
{
    return _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(prefix + width)), _mm256_loadu_si256((const __m256i *)prefix));
}

static void mean_u32_avx2(uint8_t *out, const uint32_t *prefix, ptrdiff_t width, float tap, int n)
{
    int x = 0;
    __m256 factor = _mm256_set1_ps(tap);
    for (; x + 32 <= n; x += 32)
        store_bytes(out + x, scaled(difference(prefix + x, width), factor), scaled(difference(prefix + x + 8, width), factor),
                    scaled(difference(prefix + x + 16, width), factor), scaled(difference(prefix + x + 24, width), factor));
    mean_u32(out + x, prefix + x, width, tap, n - x);
}

/* Whole cache lines past the caches: an ordinary store reads the line first, a third of all traffic where a filter does little. */
static void stream_f32_avx2(float *out, const float *in, int n)
{
    int x = 0;
    for (; x < n && (uintptr_t)(out + x) % 64 != 0; x++)
        out[x] = in[x];
    for (; x + 16 <= n; x += 16) {
        _mm256_stream_ps(out + x, _mm256_loadu_ps(in + x));
        _mm256_stream_ps(out + x + 8, _mm256_loadu_ps(in + x + 8));
    }
    for (; x < n; x++)
        out[x] = in[x];
    _mm_sfence(); /* before another thread is told */
}

/* 8 samples clipped to 0..max (a NaN to 0: vmaxps returns its second operand then) and rounded to nearest, ties to even. */
static inline __m256i rounded(const float *in, __m256 max)
{
    return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(_mm256_loadu_ps(in), _mm256_setzero_ps()), max));
}

/* 1.5 times the compiled definition. */
static void narrow_u8_avx2(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats)
{
    if (step != 1) {
        narrow_u8(out, in, max, step, n, stats);
        return;
    }
    measure(in, 0, max, n, stats);
    int x = 0;
    __m256 top = _mm256_set1_ps(max);
    for (; x + 32 <= n; x += 32)
        store_bytes(out + x, rounded(in + x, top), rounded(in + x + 8, top), rounded(in + x + 16, top), rounded(in + x + 24, top));
    for (; x < n; x++)
        out[x] = (uint8_t)to_sample(in[x], 0, max);
}

#else
typedef int rowops_avx2_is_for_x86; /* a file may not be empty */
#endif
