/* lanes_int.h: a register of integers, 64 bytes with AVX-512 and 32 with AVX2, so that an op by hand is written once for both.
 *
 * Most instructions are the same but for the width in their name, which WIDE() writes: WIDE(add_epi16)(a, b). Those that unpack
 * and pack stay within quarters of 16 bytes at either width; what puts the quarters in order again is here. */
#ifndef LANES_INT_H
#define LANES_INT_H

#include "simd/lanes_f32.h"

#include <stdbool.h>
#include <string.h>

enum { LANES_BYTES = 4 * LANES_F32, LANES_WORDS = 2 * LANES_F32, LANES_QUARTERS = LANES_F32 / 4 };

#if defined(__AVX512F__)
#define WIDE(op) _mm512_##op
typedef __m512i lanes_int;

LANES_INLINE lanes_int ints_load(const void *p)
{
    return _mm512_loadu_si512(p);
}

LANES_INLINE void ints_store(void *p, lanes_int a)
{
    _mm512_storeu_si512(p, a);
}

/* Past the caches; p is aligned to the register. */
LANES_INLINE void ints_stream(void *p, lanes_int a)
{
    _mm512_stream_si512(p, a);
}

LANES_INLINE lanes_int ints_none(void)
{
    return _mm512_setzero_si512();
}

/* 16 bytes in each quarter. */
LANES_INLINE lanes_int quarters_all(const void *p)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128(p));
}

/* Pairs of 16-bit numbers from 16 bytes of each. */
LANES_INLINE void pairs_store(int16_t *out, __m128i a, __m128i b)
{
    ints_store(out, _mm512_or_si512(_mm512_cvtepu8_epi32(a), _mm512_slli_epi32(_mm512_cvtepu8_epi32(b), 16)));
}

/* -1 where a > b, else 0 */
LANES_INLINE lanes_int words_above(lanes_int a, lanes_int b)
{
    return _mm512_movm_epi16(_mm512_cmpgt_epi16_mask(a, b));
}

/* Quarters of low and high in turn, as unpacking left them: the first half of the whole, and the second. */
LANES_INLINE lanes_int lower_half(lanes_int low, lanes_int high)
{
    return _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high);
}

LANES_INLINE lanes_int upper_half(lanes_int low, lanes_int high)
{
    return _mm512_permutex2var_epi64(low, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), high);
}

/* The other way: from both halves of the whole, quarters 0, 2 ... and quarters 1, 3 ... */
LANES_INLINE lanes_int even_quarters(lanes_int lower, lanes_int upper)
{
    return _mm512_shuffle_i32x4(lower, upper, 0x88);
}

LANES_INLINE lanes_int odd_quarters(lanes_int lower, lanes_int upper)
{
    return _mm512_shuffle_i32x4(lower, upper, 0xdd);
}

/* Quarter q of register r and quarter r of register q change places. */
LANES_INLINE void turn_quarters(lanes_int v[LANES_QUARTERS])
{
    lanes_int a = _mm512_shuffle_i32x4(v[0], v[1], 0x44), b = _mm512_shuffle_i32x4(v[0], v[1], 0xee);
    lanes_int c = _mm512_shuffle_i32x4(v[2], v[3], 0x44), d = _mm512_shuffle_i32x4(v[2], v[3], 0xee);
    v[0] = _mm512_shuffle_i32x4(a, c, 0x88);
    v[1] = _mm512_shuffle_i32x4(a, c, 0xdd);
    v[2] = _mm512_shuffle_i32x4(b, d, 0x88);
    v[3] = _mm512_shuffle_i32x4(b, d, 0xdd);
}

/* Stores quarter q at out[q * step] + at. */
LANES_INLINE void quarters_store(uint8_t *const *out, int step, ptrdiff_t at, lanes_int a)
{
    _mm_storeu_si128((__m128i *)(out[0] + at), _mm512_castsi512_si128(a));
    _mm_storeu_si128((__m128i *)(out[step] + at), _mm512_extracti32x4_epi32(a, 1));
    _mm_storeu_si128((__m128i *)(out[2 * step] + at), _mm512_extracti32x4_epi32(a, 2));
    _mm_storeu_si128((__m128i *)(out[3 * step] + at), _mm512_extracti32x4_epi32(a, 3));
}

/* What one packing of two registers made, in order; and what two packings of four did. */
LANES_INLINE lanes_int packed_once(lanes_int a)
{
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), a);
}

LANES_INLINE lanes_int packed_twice(lanes_int a)
{
    return _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), a);
}

/* About 1 / sqrt(a), off by at most 2^-14 of it, infinite for 0. */
LANES_INLINE lanes_f32 inverse_root(lanes_f32 a)
{
    return _mm512_rsqrt14_ps(a);
}

/* Bytes of even and of odd pixels of three lanes that are joined at once. */
enum { JOINED_THREES = 24 };

/* Two pixels' bytes of each go to a quarter of their own, in turn, which leaves 12 of 16; then the gaps are closed. */
LANES_INLINE void threes_join(uint8_t *out, const uint8_t *even, const uint8_t *odd)
{
    const __m512i apart = _mm512_set_epi16(0, 43, 42, 41, 0, 11, 10, 9, 0, 40, 39, 38, 0, 8, 7, 6, 0, 37, 36, 35, 0, 5, 4, 3, 0, 34,
                                           33, 32, 0, 2, 1, 0);
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 8, 9, 10, 3, 4, 5, 11, 12, 13, -1, -1, -1, -1));
    const __m512i close = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    __m512i e = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)even));
    __m512i o = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)odd));
    __m512i pixels = _mm512_shuffle_epi8(_mm512_permutex2var_epi16(e, apart, o), turn);
    __m512i together = _mm512_permutexvar_epi32(close, pixels);
    _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(together));
    _mm_storeu_si128((__m128i *)(out + 32), _mm512_extracti32x4_epi32(together, 2));
}

#else
#define WIDE(op) _mm256_##op
typedef __m256i lanes_int;

LANES_INLINE lanes_int ints_load(const void *p)
{
    return _mm256_loadu_si256(p);
}

LANES_INLINE void ints_store(void *p, lanes_int a)
{
    _mm256_storeu_si256(p, a);
}

LANES_INLINE void ints_stream(void *p, lanes_int a)
{
    _mm256_stream_si256(p, a);
}

LANES_INLINE lanes_int ints_none(void)
{
    return _mm256_setzero_si256();
}

LANES_INLINE lanes_int quarters_all(const void *p)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(p));
}

LANES_INLINE void pairs_store(int16_t *out, __m128i a, __m128i b)
{
    ints_store(out, _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b)));
    ints_store(out + LANES_WORDS, _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b)));
}

LANES_INLINE lanes_int words_above(lanes_int a, lanes_int b)
{
    return _mm256_cmpgt_epi16(a, b);
}

LANES_INLINE lanes_int lower_half(lanes_int low, lanes_int high)
{
    return _mm256_permute2x128_si256(low, high, 0x20);
}

LANES_INLINE lanes_int upper_half(lanes_int low, lanes_int high)
{
    return _mm256_permute2x128_si256(low, high, 0x31);
}

LANES_INLINE lanes_int even_quarters(lanes_int lower, lanes_int upper)
{
    return _mm256_permute2x128_si256(lower, upper, 0x20);
}

LANES_INLINE lanes_int odd_quarters(lanes_int lower, lanes_int upper)
{
    return _mm256_permute2x128_si256(lower, upper, 0x31);
}

LANES_INLINE void turn_quarters(lanes_int v[LANES_QUARTERS])
{
    lanes_int first = v[0];
    v[0] = _mm256_permute2x128_si256(first, v[1], 0x20);
    v[1] = _mm256_permute2x128_si256(first, v[1], 0x31);
}

LANES_INLINE void quarters_store(uint8_t *const *out, int step, ptrdiff_t at, lanes_int a)
{
    _mm_storeu_si128((__m128i *)(out[0] + at), _mm256_castsi256_si128(a));
    _mm_storeu_si128((__m128i *)(out[step] + at), _mm256_extracti128_si256(a, 1));
}

LANES_INLINE lanes_int packed_once(lanes_int a)
{
    return _mm256_permute4x64_epi64(a, 0xd8);
}

LANES_INLINE lanes_int packed_twice(lanes_int a)
{
    return _mm256_permutevar8x32_epi32(a, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* Off by at most 1.5 * 2^-12 of it. */
LANES_INLINE lanes_f32 inverse_root(lanes_f32 a)
{
    return _mm256_rsqrt_ps(a);
}
enum { JOINED_THREES = 6 };

LANES_INLINE void threes_join(uint8_t *out, const uint8_t *even, const uint8_t *odd)
{
    const __m128i turn = _mm_setr_epi8(0, 1, 2, 8, 9, 10, 3, 4, 5, 11, 12, 13, -1, -1, -1, -1);
    __m128i both = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)even), _mm_loadl_epi64((const __m128i *)odd));
    __m128i pixels = _mm_shuffle_epi8(both, turn);
    int32_t last = _mm_extract_epi32(pixels, 2);
    _mm_storel_epi64((__m128i *)out, pixels);
    memcpy(out + 8, &last, sizeof last);
}
#endif

/* Past the caches if that is wanted and p is aligned. */
LANES_INLINE void ints_put(void *p, lanes_int a, bool stream)
{
    if (stream && (uintptr_t)p % LANES_BYTES == 0)
        ints_stream(p, a);
    else
        ints_store(p, a);
}

#endif
