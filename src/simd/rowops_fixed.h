/* rowops_fixed.h: the part of rowops_c.c on pairs of 16-bit samples in fixed point (conv/exec_fixed.c). Compiled once for each
 * level. Sums wrap as those of the machine do, so that levels are equal on any input; callers see to it that they never wrap. */
#ifndef ROWOPS_FIXED_H
#define ROWOPS_FIXED_H

#include "simd/rowops_samples.h"
#include "simd/rowops_taps.h"

#include <math.h>
#include <string.h>

__attribute__((unused)) static void pairs_u8(int16_t *restrict out, const uint8_t *restrict a, const uint8_t *restrict b, int lanes,
                                             int pixels)
{
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < lanes; l++) {
            int16_t *pair = out + 2 * ((x / 2 * lanes + l) * 2 + x % 2);
            pair[0] = a[x * lanes + l];
            pair[1] = b[x * lanes + l];
        }
    for (int l = 0; pixels % 2 && l < lanes; l++)
        memset(out + 2 * ((pixels / 2 * lanes + l) * 2 + 1), 0, 2 * sizeof *out);
}

/* `n` <= BLOCK sums over `count` pairs of taps, added to even and odd. */
static inline void pair_sums(uint32_t *restrict even, uint32_t *restrict odd, const int16_t *restrict in, ptrdiff_t step,
                             const struct pair_tap *taps, int count, int n)
{
    for (int t = 0; t < count; t++) {
        const int16_t *p = in + 2 * taps[t].place * step;
        const int e0 = taps[t].even[0], e1 = taps[t].even[1], o0 = taps[t].odd[0], o1 = taps[t].odd[1];
        for (int k = 0; k < n; k++) {
            even[k] += (uint32_t)(e0 * p[2 * k]) + (uint32_t)(e1 * p[2 * k + 1]);
            odd[k] += (uint32_t)(o0 * p[2 * k]) + (uint32_t)(o1 * p[2 * k + 1]);
        }
    }
}

static inline int16_t shifted(uint32_t sum, int shift)
{
    int32_t value = (int32_t)sum >> shift;
    return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

__attribute__((unused)) static void pairs_down(int16_t *restrict even, int16_t *restrict odd, const int16_t *restrict in,
                                               ptrdiff_t step, const struct pair_tap *taps, int count, int32_t start, int shift,
                                               int n)
{
    for (int x = 0; x < n; x += BLOCK) {
        uint32_t sum[2][BLOCK];
        int wide = n - x < BLOCK ? n - x : BLOCK;
        for (int k = 0; k < BLOCK; k++)
            sum[0][k] = sum[1][k] = (uint32_t)start;
        pair_sums(sum[0], sum[1], in + (ptrdiff_t)2 * x, step, taps, count, wide);
        for (int k = 0; k < wide; k++) {
            even[x + k] = shifted(sum[0][k], shift);
            odd[x + k] = shifted(sum[1][k], shift);
        }
    }
}

/* Pair x of a row, as sample `i` of it: where it stands, or -1 if it is no pixel's. */
static inline int pair_sample(int x, int i, int lanes, int pixels)
{
    int pixel = x / lanes * 2 + i;
    return pixel < pixels ? pixel * lanes + x % lanes : -1;
}

static void pairs_across(uint8_t *restrict out, const int16_t *restrict in, int lanes, const struct pair_tap *taps,
                         const struct pair_group *groups, int count, float base, int pixels, float *range, bool stream)
{
    (void)stream;
    int n = (pixels + 1) / 2 * lanes;
    for (int x = 0; x < n; x += BLOCK) {
        float total[2][BLOCK];
        int wide = n - x < BLOCK ? n - x : BLOCK;
        const struct pair_tap *tap = taps;
        for (int k = 0; k < BLOCK; k++)
            total[0][k] = total[1][k] = base;
        for (int g = 0; g < count; tap += groups[g++].count) {
            uint32_t sum[2][BLOCK] = {{0}};
            pair_sums(sum[0], sum[1], in + (ptrdiff_t)2 * x, lanes, tap, groups[g].count, wide);
            for (int i = 0; i < 2; i++)
                for (int k = 0; k < wide; k++)
                    total[i][k] = fmaf((float)(int32_t)sum[i][k], groups[g].scale, total[i][k]);
        }
        for (int i = 0; i < 2; i++)
            for (int k = 0; k < wide; k++) {
                int at = pair_sample(x + k, i, lanes, pixels);
                if (at < 0)
                    continue;
                out[at] = (uint8_t)to_sample(total[i][k], 0, 255);
                if (range) {
                    range[0] = total[i][k] < range[0] ? total[i][k] : range[0];
                    range[1] = total[i][k] > range[1] ? total[i][k] : range[1];
                }
            }
    }
}

#endif
