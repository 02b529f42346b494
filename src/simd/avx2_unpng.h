/* avx2_unpng.h: the part of rowops_avx2.c that undoes PNG's row filters, for pixels of 3 and 4 bytes a pixel at a time in the lanes
 * of one register. ns a byte of gray, RGB and RGBA (the definition compiled for AVX2): left 0.05, 0.08, 0.06 (0.47, 0.20, 0.23),
 * mean of RGB and RGBA 0.23, 0.17 (0.32, 0.34), Paeth 0.55, 0.41 (1.09, 1.10). */
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

/* yes where the mask is set, else no. With masks of their own registers, which the compiler takes where there are some, a
 * comparison is three cycles longer on its way. */
static inline __m128i select_bytes(__m128i mask, __m128i yes, __m128i no)
{
#ifdef __AVX512VL__
    return _mm_ternarylogic_epi32(mask, yes, no, 0xca);
#else
    return _mm_blendv_epi8(no, yes, mask);
#endif
}

/* The next pixel by Paeth's guess, in 16 bits whose upper halves are 0: a function of left, for which it waits, that is known
 * beforehand but for three instructions. Put corner at 0 and above at -d, d >= 0. Then the distances to left, above and corner are
 * d, |left| and |left - d|, and
 *
 *     left <= -d, left >= 2 d     left is the nearest (or is the same as above)
 *     -d < left <= d / 2          above is
 *     d / 2 < left < 2 d          corner is
 *
 * With above on the other side all of this is mirrored; in the middle a tie still goes to above. */
static inline __m128i paeth_pixel(__m128i left, __m128i above, __m128i corner, __m128i value)
{
    __m128i back = _mm_sub_epi16(corner, above), far = _mm_add_epi16(corner, _mm_add_epi16(back, back));
    __m128i from = _mm_min_epi16(above, far), to = _mm_max_epi16(above, far);
    __m128i twice = _mm_add_epi16(_mm_add_epi16(above, far), _mm_add_epi16(_mm_set1_epi16(2), _mm_cmpgt_epi16(above, corner)));
    __m128i middle = _mm_srai_epi16(twice, 1);
    __m128i low = _mm_add_epi8(_mm_min_epi16(above, corner), value), high = _mm_add_epi8(_mm_max_epi16(above, corner), value);
    __m128i inside = _mm_and_si128(_mm_cmpgt_epi16(left, from), _mm_cmpgt_epi16(to, left));
    __m128i between = select_bytes(_mm_cmpgt_epi16(middle, left), low, high);
    return select_bytes(inside, between, _mm_add_epi8(left, value));
}

/* Left plus above plus twice what the file has, halved, in four lanes of a general register: there the chain from one pixel to the
 * next takes three cycles, in a vector register four or more. */
static inline uint64_t mean_pixel(uint64_t left, __m128i above, __m128i value)
{
    uint64_t rest = (uint64_t)_mm_cvtsi128_si64(_mm_add_epi16(above, _mm_slli_epi16(value, 1)));
    return (left + rest) >> 1 & 0x00ff00ff00ff00ff;
}

/* Four bytes are loaded and stored of three; the last pixel, behind which there is nothing, is the definition's. */
static inline __attribute__((always_inline)) void unfilter_pixels(enum png_row filter, uint8_t *out, const uint8_t *in,
                                                                  const uint8_t *above, ptrdiff_t step, size_t n)
{
    __m128i left = _mm_setzero_si128(), corner = _mm_setzero_si128();
    uint64_t lanes = 0;
    size_t x = 0;
    for (; x + 4 <= n; x += (size_t)step) {
        __m128i value = load_pixel(in + x);
        if (filter == PNG_ROW_LEFT) {
            left = _mm_add_epi8(left, value);
            store_pixel(out + x, left);
            continue;
        }
        __m128i up = _mm_cvtepu8_epi16(load_pixel(above + x));
        if (filter == PNG_ROW_MEAN) {
            lanes = mean_pixel(lanes, up, _mm_cvtepu8_epi16(value));
            left = _mm_cvtsi64_si128((long long)lanes);
        } else {
            left = paeth_pixel(left, up, corner, _mm_cvtepu8_epi16(value));
            corner = up;
        }
        store_pixel(out + x, _mm_packus_epi16(left, left));
    }
    unfilter_from(filter, out, in, above, step, x, n);
}

/* Pixels of 1 or 2 bytes: sums of up to 16 bytes by doubling, which wait for nothing; the sum of all before them comes last. */
static inline __attribute__((always_inline)) void unfilter_left_sums(uint8_t *out, const uint8_t *in, ptrdiff_t step, size_t n)
{
    const __m128i last = step == 1 ? _mm_set1_epi8(15) : _mm_set1_epi16(0x0f0e);
    __m128i before = _mm_setzero_si128();
    size_t x = 0;
    for (; x + 16 <= n; x += 16) {
        __m128i sums = _mm_loadu_si128((const __m128i *)(in + x));
        if (step == 1)
            sums = _mm_add_epi8(sums, _mm_slli_si128(sums, 1));
        sums = _mm_add_epi8(sums, _mm_slli_si128(sums, 2));
        sums = _mm_add_epi8(sums, _mm_slli_si128(sums, 4));
        sums = _mm_add_epi8(sums, _mm_slli_si128(sums, 8));
        _mm_storeu_si128((__m128i *)(out + x), _mm_add_epi8(sums, before));
        before = _mm_add_epi8(before, _mm_shuffle_epi8(sums, last));
    }
    unfilter_from(PNG_ROW_LEFT, out, in, in, step, x, n); /* above is not asked for */
}

static void unfilter_left_avx2(uint8_t *out, const uint8_t *in, const uint8_t *above, ptrdiff_t step, size_t n)
{
    if (step == 1)
        unfilter_left_sums(out, in, 1, n);
    else if (step == 2)
        unfilter_left_sums(out, in, 2, n);
    else if (step == 3)
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
