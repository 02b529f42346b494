/* rowops_avx2.c: the definitions compiled once more with -mavx2 -mfma (the Makefile gives this file those flags), which with contraction off
 * changes no rounding, and by hand those ops where that gains more than 15 % (the compiler does not keep a block of sums in registers over
 * a list of taps). Each says what it gained.
 */
#if defined(__AVX2__) && defined(__FMA__)

#define ROWOPS_TABLE rowops_avx2
#define TAPS_F32     taps_f32_avx2
#define FOLD_F32     fold_f32_avx2

#include "simd/rowops.h"

static void taps_f32_avx2(float *out, const float *const *in, const float *taps, int count, int n);
static void fold_f32_avx2(float *out, const float *const *low, const float *const *high, const float *taps, int count, int n);

#include "simd/rowops_c.c"

#include <immintrin.h>

enum { LANES = 8 };

/* The sums of one vector of outputs. `high` is NULL for unfolded taps. Inlined with constant arguments, so that each use is a loop of its own. */
static inline __attribute__((always_inline)) void add_tap(__m256 *sum, __m256 tap, const float *low, const float *high, int vectors)
{
    for (int k = 0; k < vectors; k++) {
        __m256 value = _mm256_loadu_ps(low + k * LANES);
        if (high)
            value = _mm256_add_ps(value, _mm256_loadu_ps(high + k * LANES));
        sum[k] = _mm256_fmadd_ps(tap, value, sum[k]);
    }
}

/* `vectors` vectors of outputs at x, all taps. */
static inline __attribute__((always_inline)) void taps_vectors(float *out, const float *const *low, const float *const *high,
                                                               const float *taps, int count, ptrdiff_t x, int vectors)
{
    __m256 total[4];
    for (int k = 0; k < vectors; k++)
        total[k] = _mm256_setzero_ps();
    for (int t = 0; t < count;) {
        __m256 sum[4];
        for (int k = 0; k < vectors; k++)
            sum[k] = _mm256_setzero_ps();
        for (int end = t + ROWOP_GROUP < count ? t + ROWOP_GROUP : count; t < end; t++)
            add_tap(sum, _mm256_broadcast_ss(taps + t), low[t] + x, high ? high[t] + x : NULL, vectors);
        for (int k = 0; k < vectors; k++)
            total[k] = _mm256_add_ps(total[k], sum[k]);
    }
    for (int k = 0; k < vectors; k++)
        _mm256_storeu_ps(out + x + k * LANES, total[k]);
}

/* 3 to 8 times the compiled definition on 9 to 121 taps. */
static void taps_f32_avx2(float *out, const float *const *in, const float *taps, int count, int n)
{
    int x = 0;
    for (; x + 4 * LANES <= n; x += 4 * LANES)
        taps_vectors(out, in, NULL, taps, count, x, 4);
    for (; x + LANES <= n; x += LANES)
        taps_vectors(out, in, NULL, taps, count, x, 1);
    for (; x < n; x++)
        out[x] = taps_one(in, taps, count, x);
}

static void fold_f32_avx2(float *out, const float *const *low, const float *const *high, const float *taps, int count, int n)
{
    int x = 0;
    for (; x + 4 * LANES <= n; x += 4 * LANES)
        taps_vectors(out, low, high, taps, count, x, 4);
    for (; x + LANES <= n; x += LANES)
        taps_vectors(out, low, high, taps, count, x, 1);
    for (; x < n; x++)
        out[x] = fold_one(low, high, taps, count, x);
}

#else
typedef int rowops_avx2_is_for_x86; /* a file may not be empty */
#endif
