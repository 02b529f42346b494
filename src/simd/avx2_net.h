/* avx2_net.h: the ops of rowops_net.h by hand, where that gains more than 15 %. Included by rowops_avx2.c alone. */
#ifndef AVX2_NET_H
#define AVX2_NET_H

#include "simd/lanes_f32.h"

/* A number of 0..255 for each lane, in 32 bits, and how lanes are chosen by comparison. */
#if defined(__AVX512F__)
typedef __m512i lanes_number;

LANES_INLINE lanes_number number_all(int k)
{
    return _mm512_set1_epi32(k);
}

/* Where value > *best, it and its number k take the place of what was there. */
LANES_INLINE void take_larger(lanes_f32 *best, lanes_number *number, lanes_f32 value, int k)
{
    __mmask16 more = _mm512_cmp_ps_mask(value, *best, _CMP_GT_OQ);
    *best = _mm512_mask_mov_ps(*best, more, value);
    *number = _mm512_mask_mov_epi32(*number, more, number_all(k));
}

LANES_INLINE void number_store(uint8_t *to, lanes_number number, int partly, lanes_part part)
{
    if (partly)
        _mm_mask_storeu_epi8(to, part, _mm512_cvtepi32_epi8(number));
    else
        _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(number));
}

LANES_INLINE lanes_number number_load(const uint8_t *from, lanes_part part)
{
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(part, from));
}

/* The value where the number is k, else 0. */
LANES_INLINE lanes_f32 share_of(lanes_f32 value, lanes_number number, int k)
{
    return _mm512_maskz_mov_ps(_mm512_cmpeq_epi32_mask(number, number_all(k)), value);
}
#else
typedef __m256i lanes_number;

LANES_INLINE lanes_number number_all(int k)
{
    return _mm256_set1_epi32(k);
}

LANES_INLINE void take_larger(lanes_f32 *best, lanes_number *number, lanes_f32 value, int k)
{
    __m256 more = _mm256_cmp_ps(value, *best, _CMP_GT_OQ);
    *best = _mm256_blendv_ps(*best, value, more);
    *number = _mm256_blendv_epi8(*number, number_all(k), _mm256_castps_si256(more));
}

LANES_INLINE void number_store(uint8_t *to, lanes_number number, int partly, lanes_part part)
{
    (void)partly, (void)part;
    __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(number), _mm256_extracti128_si256(number, 1));
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(words, words));
}

LANES_INLINE lanes_number number_load(const uint8_t *from, lanes_part part)
{
    (void)part;
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)from));
}

LANES_INLINE lanes_f32 share_of(lanes_f32 value, lanes_number number, int k)
{
    return _mm256_and_ps(value, _mm256_castsi256_ps(_mm256_cmpeq_epi32(number, number_all(k))));
}
#endif

/* The largest of a window of kh x kw for a register of channels, and which it is: values and numbers side by side, numbers narrowed
 * at the end. The compiled definition goes sample by sample: 12 times as long. */
LANES_INLINE void max_pool_lanes(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int kh, int kw,
                                 int partly, lanes_part part)
{
    lanes_f32 best = lanes_load_where(in, partly, part);
    lanes_number number = number_all(0);
    for (int i = 0, k = 0; i < kh; i++)
        for (int j = 0; j < kw; j++, k++)
            take_larger(&best, &number, lanes_load_where(in + i * pool->row + j * pool->column, partly, part), k);
    lanes_store_where(out, best, partly, part);
    number_store(which, number, partly, part);
}

LANES_INLINE void max_pool_row(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int kh, int kw,
                               int windows, int channels)
{
    int whole = channels / LANES_F32 * LANES_F32;
    lanes_part all = lanes_first(LANES_F32), part = lanes_first(channels - whole);
    for (int w = 0; w < windows; w++, in += pool->apart, out += channels, which += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            max_pool_lanes(out + c, which + c, in + c, pool, kh, kw, 0, all);
        if (whole < channels)
            max_pool_lanes(out + whole, which + whole, in + whole, pool, kh, kw, 1, part);
    }
}

static void max_pool_f32_avx2(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int windows, int channels)
{
    if (channels % 8)
        max_pool_f32(out, which, in, pool, windows, channels);
    else if (pool->kh == 2 && pool->kw == 2) /* nearly every pool: without loops it takes half the time */
        max_pool_row(out, which, in, pool, 2, 2, windows, channels);
    else
        max_pool_row(out, which, in, pool, pool->kh, pool->kw, windows, channels);
}

/* Each sample of a window gets the gradient or nothing: numbers widened once, compared with each place. 4 times the compiled
 * definition. */
LANES_INLINE void max_unpool_lanes(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int partly,
                                   lanes_part part)
{
    lanes_number number = number_load(which, part);
    lanes_f32 gradient = lanes_load_where(d_out, partly, part);
    for (int i = 0, k = 0; i < pool->kh; i++)
        for (int j = 0; j < pool->kw; j++, k++) {
            float *to = d_in + i * pool->row + j * pool->column;
            lanes_store_where(to, lanes_add(lanes_load_where(to, partly, part), share_of(gradient, number, k)), partly, part);
        }
}

static void max_unpool_f32_avx2(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int windows,
                                int channels)
{
    int whole = channels / LANES_F32 * LANES_F32;
    lanes_part all = lanes_first(LANES_F32), part = lanes_first(channels - whole);
    if (channels % 8) {
        max_unpool_f32(d_in, which, d_out, pool, windows, channels);
        return;
    }
    for (int w = 0; w < windows; w++, d_in += pool->apart, which += channels, d_out += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            max_unpool_lanes(d_in + c, which + c, d_out + c, pool, 0, all);
        if (whole < channels)
            max_unpool_lanes(d_in + whole, which + whole, d_out + whole, pool, 1, part);
    }
}

#endif
