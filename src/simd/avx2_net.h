/* avx2_net.h: the ops of rowops_net.h by hand, where that gains more than 15 %. Included by rowops_avx2.c alone. */
#ifndef AVX2_NET_H
#define AVX2_NET_H

/* The largest of a window for 8 channels, and which it is: values and numbers side by side in vectors, numbers narrowed at the end.
 * The compiled definition goes sample by sample: 12 times as long. */
static inline void max_pool_8(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool)
{
    __m256 best = _mm256_loadu_ps(in);
    __m256i number = _mm256_setzero_si256();
    for (int i = 0, k = 0; i < pool->kh; i++)
        for (int j = 0; j < pool->kw; j++, k++) {
            __m256 value = _mm256_loadu_ps(in + i * pool->row + j * pool->column), more = _mm256_cmp_ps(value, best, _CMP_GT_OQ);
            best = _mm256_blendv_ps(best, value, more);
            number = _mm256_blendv_epi8(number, _mm256_set1_epi32(k), _mm256_castps_si256(more));
        }
    _mm256_storeu_ps(out, best);
    __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(number), _mm256_extracti128_si256(number, 1));
    _mm_storel_epi64((__m128i *)which, _mm_packus_epi16(words, words));
}

static void max_pool_f32_avx2(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool, int windows, int channels)
{
    if (channels % 8) {
        max_pool_f32(out, which, in, pool, windows, channels);
        return;
    }
    for (int w = 0; w < windows; w++, in += pool->apart)
        for (int c = 0; c < channels; c += 8, out += 8, which += 8)
            max_pool_8(out, which, in + c, pool);
}

/* Each sample of a window gets the gradient or nothing: 8 numbers widened once, compared with each place. 4 times the compiled
 * definition. */
static inline void max_unpool_8(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool)
{
    __m256i number = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)which));
    __m256 gradient = _mm256_loadu_ps(d_out);
    for (int i = 0, k = 0; i < pool->kh; i++)
        for (int j = 0; j < pool->kw; j++, k++) {
            float *to = d_in + i * pool->row + j * pool->column;
            __m256 share = _mm256_and_ps(gradient, _mm256_castsi256_ps(_mm256_cmpeq_epi32(number, _mm256_set1_epi32(k))));
            _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), share));
        }
}

static void max_unpool_f32_avx2(float *d_in, const uint8_t *which, const float *d_out, const struct rowop_pool *pool, int windows,
                                int channels)
{
    if (channels % 8) {
        max_unpool_f32(d_in, which, d_out, pool, windows, channels);
        return;
    }
    for (int w = 0; w < windows; w++, d_in += pool->apart)
        for (int c = 0; c < channels; c += 8, which += 8, d_out += 8)
            max_unpool_8(d_in + c, which, d_out, pool);
}

#endif
