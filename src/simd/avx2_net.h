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

/* A row of 28 has a rest, which the compiled definition divides one by one: 3 times as long. */
static void unit_u8_avx2(float *out, const uint8_t *in, int n)
{
    const float most = 255;
    int x = 0;
    for (; x + LANES_F32 <= n; x += LANES_F32)
        lanes_store(out + x, lanes_divided(lanes_load_bytes(in + x), lanes_all(&most)));
    lanes_part part = lanes_first(n - x);
    lanes_store_part(out + x, lanes_divided(lanes_load_bytes_part(in + x, part), lanes_all(&most)), part);
}

/* A register of channels of a window of kh x kw. */
struct pool_lanes {
    int kh, kw, partly;
    lanes_part part;
};

/* The largest of the window, and which it is where that is asked: values and numbers side by side, numbers narrowed at the end. The
 * compiled definition goes sample by sample: 12 times as long. */
LANES_INLINE void max_pool_lanes(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, struct pool_lanes l)
{
    lanes_f32 best = lanes_load_where(in, l.partly, l.part);
    lanes_number number = number_all(0);
    for (int i = 0, k = 0; i < l.kh; i++)
        for (int j = 0; j < l.kw; j++, k++) {
            lanes_f32 value = lanes_load_where(in + i * pool->row + j * pool->column, l.partly, l.part);
            if (which)
                take_larger(&best, &number, value, k);
            else
                best = lanes_max(value, best);
        }
    lanes_store_where(out, pool->relu ? lanes_max(best, lanes_zero()) : best, l.partly, l.part);
    if (which)
        number_store(which, number, l.partly, l.part);
}

/* Each sample of a window gets the gradient or nothing: numbers widened once, compared with each place. 4 times the compiled
 * definition. */
LANES_INLINE void max_unpool_lanes(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, bool alone,
                                   struct pool_lanes l)
{
    lanes_number number = number_load(which, l.part);
    lanes_f32 gradient = lanes_load_where(d_out, l.partly, l.part);
    for (int i = 0, k = 0; i < l.kh; i++)
        for (int j = 0; j < l.kw; j++, k++) {
            float *to = d_in + i * pool->row + j * pool->column;
            lanes_f32 before = alone ? lanes_zero() : lanes_load_where(to, l.partly, l.part);
            lanes_store_where(to, lanes_add(before, share_of(gradient, number, k)), l.partly, l.part);
        }
}

LANES_INLINE void max_pool_row(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int kh, int kw,
                               int windows, int channels)
{
    int whole = channels / LANES_F32 * LANES_F32;
    struct pool_lanes all = {kh, kw, 0, lanes_first(LANES_F32)}, rest = {kh, kw, 1, lanes_first(channels - whole)};
    for (int w = 0; w < windows; w++, in += pool->apart, out += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            max_pool_lanes(out + c, which ? which + c : NULL, in + c, pool, all);
        if (whole < channels)
            max_pool_lanes(out + whole, which ? which + whole : NULL, in + whole, pool, rest);
        which = which ? which + channels : NULL;
    }
}

LANES_INLINE void max_unpool_row(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int kh,
                                 int kw, bool alone, int windows, int channels)
{
    int whole = channels / LANES_F32 * LANES_F32;
    struct pool_lanes all = {kh, kw, 0, lanes_first(LANES_F32)}, rest = {kh, kw, 1, lanes_first(channels - whole)};
    for (int w = 0; w < windows; w++, d_in += pool->apart, which += channels, d_out += channels) {
        for (int c = 0; c < whole; c += LANES_F32)
            max_unpool_lanes(d_in + c, which + c, d_out + c, pool, alone, all);
        if (whole < channels)
            max_unpool_lanes(d_in + whole, which + whole, d_out + whole, pool, alone, rest);
    }
}

/* Nearly every pool: without loops it takes half the time. */
static inline bool is_2x2(const struct rowop_pool *pool)
{
    return pool->kh == 2 && pool->kw == 2;
}

static void max_pool_f32_avx2(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int windows, int channels)
{
    if (channels % 8)
        max_pool_f32(out, which, in, pool, windows, channels);
    else if (is_2x2(pool) && which)
        max_pool_row(out, which, in, pool, 2, 2, windows, channels);
    else if (is_2x2(pool))
        max_pool_row(out, NULL, in, pool, 2, 2, windows, channels);
    else
        max_pool_row(out, which, in, pool, pool->kh, pool->kw, windows, channels);
}

static void max_unpool_f32_avx2(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int windows,
                                int channels)
{
    if (channels % 8)
        max_unpool_f32(d_in, which, d_out, pool, windows, channels);
    else if (is_2x2(pool) && pool->alone)
        max_unpool_row(d_in, which, d_out, pool, 2, 2, true, windows, channels);
    else if (is_2x2(pool))
        max_unpool_row(d_in, which, d_out, pool, 2, 2, false, windows, channels);
    else
        max_unpool_row(d_in, which, d_out, pool, pool->kh, pool->kw, pool->alone, windows, channels);
}

#endif
