/* avx2_unpng.h: the part of rowops_avx2.c that undoes PNG's row filters for pixels of 3 and 4 bytes, a pixel at a time in the lanes
 * of one register. A 4K RGB picture in ms (the definition compiled for AVX2): left 5.2 (7.8), mean 11.7 (20.5), Paeth 27.7
 * (54.4). */
#ifndef AVX2_UNPNG_H
#define AVX2_UNPNG_H

#include "simd/rowops_unpng.h"

#include <immintrin.h>

static inline __m128i load_pixel(const uint8_t *p)
{
    int value;
    memcpy(&value, p, sizeof value);
    return _mm_cvtsi32_si128(value);
}

static inline void store_pixel(uint8_t *p, __m128i pixel)
{
    int value = _mm_cvtsi128_si32(pixel);
    memcpy(p, &value, sizeof value);
}

/* In 16 bits. The first of the smallest distances, as the definition has it. */
static inline __m128i guess_paeth_pixel(__m128i left, __m128i above, __m128i corner)
{
    __m128i up = _mm_sub_epi16(above, corner), back = _mm_sub_epi16(left, corner);
    __m128i to_left = _mm_abs_epi16(up), to_above = _mm_abs_epi16(back), to_corner = _mm_abs_epi16(_mm_add_epi16(up, back));
    __m128i least = _mm_min_epi16(to_left, _mm_min_epi16(to_above, to_corner));
    __m128i other = _mm_blendv_epi8(corner, above, _mm_cmpeq_epi16(least, to_above));
    return _mm_blendv_epi8(other, left, _mm_cmpeq_epi16(least, to_left));
}

/* Four bytes are loaded and stored of three; the last pixel, behind which there is nothing, is the definition's. The mean is
 * computed on complements, where the rounding up of the instruction is rounding down. */
static inline __attribute__((always_inline)) void unfilter_pixels(enum png_row filter, uint8_t *out, const uint8_t *in,
                                                                  const uint8_t *above, ptrdiff_t step, size_t n)
{
    const __m128i ones = _mm_set1_epi8(-1), low = _mm_set1_epi16(255);
    __m128i left = filter == PNG_ROW_MEAN ? ones : _mm_setzero_si128(), corner = _mm_setzero_si128();
    size_t x = 0;
    for (; x + 4 <= n; x += (size_t)step) {
        __m128i value = load_pixel(in + x);
        if (filter == PNG_ROW_LEFT) {
            left = _mm_add_epi8(left, value);
            store_pixel(out + x, left);
        } else if (filter == PNG_ROW_MEAN) {
            left = _mm_sub_epi8(_mm_avg_epu8(left, _mm_xor_si128(load_pixel(above + x), ones)), value);
            store_pixel(out + x, _mm_xor_si128(left, ones));
        } else {
            __m128i up = _mm_cvtepu8_epi16(load_pixel(above + x));
            left = _mm_and_si128(_mm_add_epi16(guess_paeth_pixel(left, up, corner), _mm_cvtepu8_epi16(value)), low);
            corner = up;
            store_pixel(out + x, _mm_packus_epi16(left, left));
        }
    }
    unfilter_from(filter, out, in, above, step, x, n);
}

static void unfilter_left_avx2(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 3)
        unfilter_pixels(PNG_ROW_LEFT, out, in, above, 3, n);
    else if (step == 4)
        unfilter_pixels(PNG_ROW_LEFT, out, in, above, 4, n);
    else
        unfilter_left(out, in, above, step, n);
}

static void unfilter_mean_avx2(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 3)
        unfilter_pixels(PNG_ROW_MEAN, out, in, above, 3, n);
    else if (step == 4)
        unfilter_pixels(PNG_ROW_MEAN, out, in, above, 4, n);
    else
        unfilter_mean(out, in, above, step, n);
}

static void unfilter_paeth_avx2(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 3)
        unfilter_pixels(PNG_ROW_PAETH, out, in, above, 3, n);
    else if (step == 4)
        unfilter_pixels(PNG_ROW_PAETH, out, in, above, 4, n);
    else
        unfilter_paeth(out, in, above, step, n);
}

#endif
