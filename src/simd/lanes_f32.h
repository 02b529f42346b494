/* lanes_f32.h: a register of floats, 16 with AVX-512 and 8 with AVX2, so that an op by hand is written once for both. */
#ifndef LANES_F32_H
#define LANES_F32_H

#include <immintrin.h>
#include <stdint.h>

#define LANES_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
enum { LANES_F32 = 16 };
typedef __m512 lanes_f32;
typedef __mmask16 lanes_part; /* which lanes count */

LANES_INLINE lanes_f32 lanes_zero(void)
{
    return _mm512_setzero_ps();
}

LANES_INLINE lanes_f32 lanes_all(const float *value)
{
    return _mm512_set1_ps(*value);
}

LANES_INLINE lanes_f32 lanes_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

LANES_INLINE void lanes_store(float *p, lanes_f32 a)
{
    _mm512_storeu_ps(p, a);
}

/* Past the caches; p is aligned to the register. */
LANES_INLINE void lanes_stream(float *p, lanes_f32 a)
{
    _mm512_stream_ps(p, a);
}

LANES_INLINE lanes_f32 lanes_add(lanes_f32 a, lanes_f32 b)
{
    return _mm512_add_ps(a, b);
}

/* a*b + c, rounded once */
LANES_INLINE lanes_f32 lanes_fused(lanes_f32 a, lanes_f32 b, lanes_f32 c)
{
    return _mm512_fmadd_ps(a, b, c);
}

/* The first n lanes, n <= LANES_F32. */
LANES_INLINE lanes_part lanes_first(int n)
{
    return (lanes_part)((1u << n) - 1);
}

/* Lanes that do not count are zero, and their memory is not touched. */
LANES_INLINE lanes_f32 lanes_load_part(const float *p, lanes_part part)
{
    return _mm512_maskz_loadu_ps(part, p);
}

LANES_INLINE void lanes_store_part(float *p, lanes_f32 a, lanes_part part)
{
    _mm512_mask_storeu_ps(p, part, a);
}

/* Bytes as floats. */
LANES_INLINE lanes_f32 lanes_load_bytes(const uint8_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}

LANES_INLINE lanes_f32 lanes_load_bytes_part(const uint8_t *p, lanes_part part)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(part, p)));
}

/* Clipped to 0..max <= 255 (a NaN to 0: the maximum is the second operand then), rounded to nearest, ties to even. */
LANES_INLINE __m512i lanes_rounded(lanes_f32 a, lanes_f32 max)
{
    return _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(a, lanes_zero()), max));
}

LANES_INLINE void lanes_store_bytes(uint8_t *p, lanes_f32 a, lanes_f32 max)
{
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(lanes_rounded(a, max)));
}

/* Past the caches; p is aligned to LANES_F32. */
LANES_INLINE void lanes_stream_bytes(uint8_t *p, lanes_f32 a, lanes_f32 max)
{
    _mm_stream_si128((__m128i *)p, _mm512_cvtepi32_epi8(lanes_rounded(a, max)));
}

LANES_INLINE void lanes_store_bytes_part(uint8_t *p, lanes_f32 a, lanes_f32 max, lanes_part part)
{
    _mm512_mask_cvtepi32_storeu_epi8(p, part, lanes_rounded(a, max));
}

LANES_INLINE lanes_f32 lanes_divided(lanes_f32 a, lanes_f32 b)
{
    return _mm512_div_ps(a, b);
}

LANES_INLINE lanes_f32 lanes_sub(lanes_f32 a, lanes_f32 b)
{
    return _mm512_sub_ps(a, b);
}

/* The larger; b where either is a NaN. */
LANES_INLINE lanes_f32 lanes_max(lanes_f32 a, lanes_f32 b)
{
    return _mm512_max_ps(a, b);
}

/* Bit l is set where lane l is not zero. The move is written out: short of registers, gcc 12 puts a mask on the stack in 16 bits
 * and reads 32. */
LANES_INLINE uint32_t lanes_nonzero(lanes_f32 a)
{
    uint32_t bits;
    __asm__("kmovw %1, %0" : "=r"(bits) : "k"(_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_NEQ_UQ)));
    return bits;
}

/* The matrix of 16 registers turned on its side. */
LANES_INLINE void lanes_turn(lanes_f32 v[LANES_F32])
{
    lanes_f32 a[16];
    for (int k = 0; k < 16; k += 4) {
        __m512d low0 = _mm512_castps_pd(_mm512_unpacklo_ps(v[k], v[k + 1]));
        __m512d high0 = _mm512_castps_pd(_mm512_unpackhi_ps(v[k], v[k + 1]));
        __m512d low1 = _mm512_castps_pd(_mm512_unpacklo_ps(v[k + 2], v[k + 3]));
        __m512d high1 = _mm512_castps_pd(_mm512_unpackhi_ps(v[k + 2], v[k + 3]));
        a[k] = _mm512_castpd_ps(_mm512_unpacklo_pd(low0, low1));
        a[k + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low0, low1));
        a[k + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high0, high1));
        a[k + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high0, high1));
    }
    for (int k = 0; k < 4; k++) {
        lanes_f32 even0 = _mm512_shuffle_f32x4(a[k], a[k + 4], 0x88), odd0 = _mm512_shuffle_f32x4(a[k], a[k + 4], 0xdd);
        lanes_f32 even1 = _mm512_shuffle_f32x4(a[k + 8], a[k + 12], 0x88), odd1 = _mm512_shuffle_f32x4(a[k + 8], a[k + 12], 0xdd);
        v[k] = _mm512_shuffle_f32x4(even0, even1, 0x88);
        v[k + 4] = _mm512_shuffle_f32x4(odd0, odd1, 0x88);
        v[k + 8] = _mm512_shuffle_f32x4(even0, even1, 0xdd);
        v[k + 12] = _mm512_shuffle_f32x4(odd0, odd1, 0xdd);
    }
}

#else
enum { LANES_F32 = 8 };
typedef __m256 lanes_f32;
typedef __m256i lanes_part;

LANES_INLINE lanes_f32 lanes_zero(void)
{
    return _mm256_setzero_ps();
}

LANES_INLINE lanes_f32 lanes_all(const float *value)
{
    return _mm256_broadcast_ss(value);
}

LANES_INLINE lanes_f32 lanes_load(const float *p)
{
    return _mm256_loadu_ps(p);
}

LANES_INLINE void lanes_store(float *p, lanes_f32 a)
{
    _mm256_storeu_ps(p, a);
}

LANES_INLINE void lanes_stream(float *p, lanes_f32 a)
{
    _mm256_stream_ps(p, a);
}

LANES_INLINE lanes_f32 lanes_add(lanes_f32 a, lanes_f32 b)
{
    return _mm256_add_ps(a, b);
}

LANES_INLINE lanes_f32 lanes_fused(lanes_f32 a, lanes_f32 b, lanes_f32 c)
{
    return _mm256_fmadd_ps(a, b, c);
}

LANES_INLINE lanes_part lanes_first(int n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

LANES_INLINE lanes_f32 lanes_load_part(const float *p, lanes_part part)
{
    return _mm256_maskload_ps(p, part);
}

LANES_INLINE void lanes_store_part(float *p, lanes_f32 a, lanes_part part)
{
    _mm256_maskstore_ps(p, part, a);
}

LANES_INLINE lanes_f32 lanes_load_bytes(const uint8_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

/* Parts are rare: byte by byte. */
LANES_INLINE int lanes_count(lanes_part part)
{
    return __builtin_popcount((unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(part)));
}

LANES_INLINE lanes_f32 lanes_load_bytes_part(const uint8_t *p, lanes_part part)
{
    uint8_t bytes[LANES_F32] = {0};
    for (int k = lanes_count(part); k-- > 0;)
        bytes[k] = p[k];
    return lanes_load_bytes(bytes);
}

LANES_INLINE __m128i lanes_rounded(lanes_f32 a, lanes_f32 max)
{
    __m256i all = _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(a, lanes_zero()), max));
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    return _mm_packus_epi16(words, words);
}

LANES_INLINE void lanes_store_bytes(uint8_t *p, lanes_f32 a, lanes_f32 max)
{
    _mm_storel_epi64((__m128i *)p, lanes_rounded(a, max));
}

LANES_INLINE void lanes_stream_bytes(uint8_t *p, lanes_f32 a, lanes_f32 max)
{
    _mm_stream_si64((long long *)p, _mm_cvtsi128_si64(lanes_rounded(a, max)));
}

LANES_INLINE void lanes_store_bytes_part(uint8_t *p, lanes_f32 a, lanes_f32 max, lanes_part part)
{
    uint8_t bytes[LANES_F32];
    lanes_store_bytes(bytes, a, max);
    for (int k = lanes_count(part); k-- > 0;)
        p[k] = bytes[k];
}

LANES_INLINE lanes_f32 lanes_divided(lanes_f32 a, lanes_f32 b)
{
    return _mm256_div_ps(a, b);
}

LANES_INLINE lanes_f32 lanes_sub(lanes_f32 a, lanes_f32 b)
{
    return _mm256_sub_ps(a, b);
}

LANES_INLINE lanes_f32 lanes_max(lanes_f32 a, lanes_f32 b)
{
    return _mm256_max_ps(a, b);
}

LANES_INLINE uint32_t lanes_nonzero(lanes_f32 a)
{
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_NEQ_UQ));
}

/* The matrix of 8 registers turned on its side. */
LANES_INLINE void lanes_turn(lanes_f32 v[LANES_F32])
{
    lanes_f32 a[8];
    for (int k = 0; k < 8; k += 4) {
        __m256d low0 = _mm256_castps_pd(_mm256_unpacklo_ps(v[k], v[k + 1]));
        __m256d high0 = _mm256_castps_pd(_mm256_unpackhi_ps(v[k], v[k + 1]));
        __m256d low1 = _mm256_castps_pd(_mm256_unpacklo_ps(v[k + 2], v[k + 3]));
        __m256d high1 = _mm256_castps_pd(_mm256_unpackhi_ps(v[k + 2], v[k + 3]));
        a[k] = _mm256_castpd_ps(_mm256_unpacklo_pd(low0, low1));
        a[k + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(low0, low1));
        a[k + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(high0, high1));
        a[k + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(high0, high1));
    }
    for (int k = 0; k < 4; k++) {
        v[k] = _mm256_permute2f128_ps(a[k], a[k + 4], 0x20);
        v[k + 4] = _mm256_permute2f128_ps(a[k], a[k + 4], 0x31);
    }
}
#endif

/* Where `part` counts, which is known when this is compiled, else whole registers. */
LANES_INLINE lanes_f32 lanes_load_where(const float *p, int partly, lanes_part part)
{
    return partly ? lanes_load_part(p, part) : lanes_load(p);
}

LANES_INLINE void lanes_store_where(float *p, lanes_f32 a, int partly, lanes_part part)
{
    if (partly)
        lanes_store_part(p, a, part);
    else
        lanes_store(p, a);
}

#endif
