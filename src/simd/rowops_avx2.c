/* rowops_avx2.c: the definitions compiled once more with -mavx2 -mfma (the Makefile gives this file those flags), which with
 * contraction off changes no rounding, and by hand those ops where that gains more than 15 % (the compiler does not keep a block of
 * sums in registers over a list of taps). Each says what it gained.
 */
#if defined(__AVX2__) && defined(__FMA__)

#ifndef ROWOPS_TABLE /* a wider level includes this file */
#define ROWOPS_TABLE rowops_avx2
#endif

#define GRID_F32      grid_f32_avx2
#define GRID_U8       grid_u8_avx2
#define FOLD_F32      fold_f32_avx2
#define FOLD_U8       fold_u8_avx2
#define FOLD_ACROSS   fold_across_f32_avx2
#define FETCH         fetch_avx2
#define STREAM_F32    stream_f32_avx2
#define STREAM_END    stream_end_avx2
#define TAPS_U8       taps_u8_avx2
#define CLIPPED_TAPS  clipped_taps_u8_avx2
#define MAGNITUDE_S16 magnitude_s16_avx2
#define GRADIENT_U8   gradient_u8_avx2
#define FUSED_8       _mm256_fmadd_ps
#define TRANSPOSE_8   transpose_8_avx2
#define NARROW_U8     narrow_u8_avx2
#define MEAN_U16      mean_u16_avx2
#define COLUMNS_U8    columns_u8_avx2
#define RUNNING_U8    running_u8_avx2
#define PAIRS_U8      pairs_u8_avx2
#define PAIRS_DOWN    pairs_down_avx2
#define PAIRS_ACROSS  pairs_across_avx2
#define UNIT_U8       unit_u8_avx2
#define MAX_POOL      max_pool_f32_avx2
#define MAX_UNPOOL    max_unpool_f32_avx2
#define UNPNG_LEFT    unfilter_left_avx2
#define UNPNG_MEAN    unfilter_mean_avx2
#define UNPNG_PAETH   unfilter_paeth_avx2
#define REPEATS_U8    repeats_u8_avx2

#include "simd/avx2_gradients.h"
#include "simd/avx2_repeats.h"
#include "simd/avx2_unpng.h"

#include <immintrin.h>

static void grid_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_grid *grid, int n);
static void grid_u8_avx2(float *const *out, uint8_t *const *bytes, float max, int rows, const uint8_t *const *in,
                         const struct rowop_grid *grid, int n);
static void fold_f32_avx2(float *const *out, int rows, const float *const *in, const struct rowop_fold *fold, int n);
static void fold_u8_avx2(float *const *out, int rows, const uint8_t *const *in, const struct rowop_fold *fold, int n);
static void fold_across_f32_avx2(float *const *out, float *const *onto, int rows, const float *const *in, ptrdiff_t step,
                                 const struct rowop_fold *fold, int n, bool stream);
static void fetch_avx2(const void *in, size_t n);
static void stream_f32_avx2(float *out, const float *in, int n);
static void stream_end_avx2(void);
static void taps_u8_avx2(int16_t *out, const uint8_t *const *in, const int8_t *taps, int count, int n, bool stream);
static void clipped_taps_u8_avx2(uint8_t *out, const uint8_t *const *in, const int8_t *taps, int count, int max, int n,
                                 struct imc_stats *stats, bool stream);
static void magnitude_s16_avx2(uint8_t *out, const int16_t *a, const int16_t *b, int max, int n, struct imc_stats *stats);
static void gradient_u8_avx2(uint8_t *out, const uint8_t *const *rows, ptrdiff_t step, const int16_t *taps, int max, int n,
                             struct imc_stats *stats, bool stream);
static inline __attribute__((always_inline)) void transpose_8_avx2(float *restrict out, const float *restrict in);
static void narrow_u8_avx2(uint8_t *out, const float *in, float max, ptrdiff_t step, int n, struct imc_stats *stats);
static void mean_u16_avx2(uint8_t *out, const uint16_t *sums, int k, ptrdiff_t step, const struct rowop_mean *mean, int n,
                          struct imc_stats *stats, bool stream);
static void columns_u8_avx2(int16_t *columns, uint16_t *sums, const uint8_t *const *in, const uint8_t *const *out, ptrdiff_t at,
                            int n);
static void running_u8_avx2(uint8_t *const *out, int32_t *totals, const int16_t *columns, int k, int step, float tap, ptrdiff_t at,
                            int n, struct imc_stats *stats);
static void pairs_u8_avx2(int16_t *out, const uint8_t *a, const uint8_t *b, int lanes, int pixels);
static void pairs_down_avx2(int16_t *even, int16_t *odd, const int16_t *in, ptrdiff_t step, const struct pair_tap *taps, int count,
                            int32_t start, int shift, int n);
static void pairs_across_avx2(uint8_t *out, const int16_t *in, int lanes, const struct pair_tap *taps,
                              const struct pair_group *groups, int count, float base, int pixels, float *range, bool stream);
static void unit_u8_avx2(float *out, const uint8_t *in, int n);
static void max_pool_f32_avx2(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int windows,
                              int channels);
static void max_unpool_f32_avx2(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int windows,
                                int channels);

#include "simd/rowops_c.c"

#include "simd/avx2_box.h"
#include "simd/avx2_grid.h"
#include "simd/avx2_folds.h"
#include "simd/avx2_integers.h"
#include "simd/avx2_net.h"
#include "simd/avx2_roots.h"

/* The quarters that change sides are loaded there, which leaves 16 shuffles for 64 floats. The rows of a transform are 3 to 4 times
 * as fast as with the definition, which moves float by float. */
static inline void transpose_8_avx2(float *restrict out, const float *restrict in)
{
    __m256 v[8];
    for (int k = 0; k < 4; k++)
        for (int half = 0; half < 2; half++)
            v[4 * half + k] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(in + 16 * k + 4 * half)),
                                                   _mm_loadu_ps(in + 16 * (k + 4) + 4 * half), 1);
    for (int k = 0; k < 8; k += 4) {
        __m256 a = _mm256_unpacklo_ps(v[k], v[k + 1]), b = _mm256_unpackhi_ps(v[k], v[k + 1]);
        __m256 c = _mm256_unpacklo_ps(v[k + 2], v[k + 3]), d = _mm256_unpackhi_ps(v[k + 2], v[k + 3]);
        _mm256_storeu_ps(out + 16 * k, _mm256_shuffle_ps(a, c, 0x44));
        _mm256_storeu_ps(out + 16 * k + 16, _mm256_shuffle_ps(a, c, 0xee));
        _mm256_storeu_ps(out + 16 * k + 32, _mm256_shuffle_ps(b, d, 0x44));
        _mm256_storeu_ps(out + 16 * k + 48, _mm256_shuffle_ps(b, d, 0xee));
    }
}

/* 32 integers of 0..255, in four registers, as bytes. */
static inline void store_bytes(uint8_t *out, __m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* undoes the packing by halves */
    __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
    _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(bytes, order));
}

static void fetch_avx2(const void *in, size_t n)
{
    for (size_t i = 0; i < n; i += 64)
        _mm_prefetch((const char *)in + i, _MM_HINT_T1);
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
}

static void stream_end_avx2(void)
{
    _mm_sfence();
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

#include "simd/avx2_fixed.h"

#else
typedef int rowops_avx2_is_for_x86; /* a file may not be empty */
#endif
