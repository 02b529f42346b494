/* lanes_f32.h: a register of floats, 16 with AVX-512 and 8 with AVX2, so that an op by hand is written once for both. */
#ifndef LANES_F32_H
#define LANES_F32_H

#include <immintrin.h>

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
#endif

#endif
