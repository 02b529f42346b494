/* rowops_fft.h: the part of rowops_c.c on Fourier transforms. Compiled once for each level.
 *
 * Complex numbers travel in blocks of 8: 8 real parts, then 8 imaginary ones, a cache line. A column is n blocks, transformed lane
 * by lane: radix 4, decimation in frequency, a last step of 4 or 8 without factors (n = 4^a or 8*4^a); frequencies come out in
 * digit-reversed order, which a convolution does not mind: the way back begins with it (Gentleman and Sande, 1966). A row is n =
 * 8m samples of one complex signal, as m blocks: a column transform of length m in the 8 lanes, factors, 8x8 transposition,
 * transforms of length 8 (the four-step scheme: Bailey, 1990). Only + - * and fmaf, in
 * a fixed order: every level gives the same bits.
 */
#ifndef ROWOPS_FFT_H
#define ROWOPS_FFT_H

#include "simd/rowops.h"

#include <math.h>

/* 8 lanes; where the machine has less, the compiler makes them of narrower registers. */
typedef float lanes8 __attribute__((vector_size(32), may_alias));
typedef float lanes8_anywhere __attribute__((vector_size(32), may_alias, aligned(4)));

struct block {
    lanes8 re, im;
};

#define INLINE static inline __attribute__((always_inline))

/* a*b + c, rounded once */
__attribute__((unused)) INLINE lanes8 fused_8(lanes8 a, lanes8 b, lanes8 c)
{
    for (int k = 0; k < 8; k++)
        c[k] = fmaf(a[k], b[k], c[k]);
    return c;
}

INLINE lanes8 all_lanes(float value)
{
    return (lanes8){0} + value;
}

INLINE struct block block_add(struct block a, struct block b)
{
    return (struct block){a.re + b.re, a.im + b.im};
}

INLINE struct block block_sub(struct block a, struct block b)
{
    return (struct block){a.re - b.re, a.im - b.im};
}

/* a - ib, and a + ib */
INLINE struct block block_sub_i(struct block a, struct block b)
{
    return (struct block){a.re + b.im, a.im - b.re};
}

INLINE struct block block_add_i(struct block a, struct block b)
{
    return (struct block){a.re - b.im, a.im + b.re};
}

/* a times a factor, or on the way back its conjugate. */
INLINE struct block block_turn(struct block a, lanes8 re, lanes8 im, int back)
{
    if (back)
        return (struct block){FUSED_8(a.re, re, a.im * im), FUSED_8(a.im, re, -(a.re * im))};
    return (struct block){FUSED_8(a.re, re, -(a.im * im)), FUSED_8(a.im, re, a.re * im)};
}

INLINE void transform_4(struct block z[4], int back)
{
    struct block a = block_add(z[0], z[2]), b = block_sub(z[0], z[2]), c = block_add(z[1], z[3]), d = block_sub(z[1], z[3]);
    z[0] = block_add(a, c);
    z[2] = block_sub(a, c);
    z[1] = back ? block_add_i(b, d) : block_sub_i(b, d);
    z[3] = back ? block_sub_i(b, d) : block_add_i(b, d);
}

INLINE void transform_8(struct block z[8], int back)
{
    const float r = 0x1.6a09e6p-1f;
    struct block even[4] = {z[0], z[2], z[4], z[6]}, odd[4] = {z[1], z[3], z[5], z[7]};
    transform_4(even, back);
    transform_4(odd, back);
    struct block one = back ? block_add_i(odd[1], odd[1]) : block_sub_i(odd[1], odd[1]);   /* (1 - i) odd[1] */
    struct block three = back ? block_sub_i(odd[3], odd[3]) : block_add_i(odd[3], odd[3]); /* (1 + i) odd[3] */
    one = (struct block){one.re * r, one.im * r};
    three = (struct block){three.re * r, three.im * r};
    z[0] = block_add(even[0], odd[0]);
    z[4] = block_sub(even[0], odd[0]);
    z[1] = block_add(even[1], one);
    z[5] = block_sub(even[1], one);
    z[2] = back ? block_add_i(even[2], odd[2]) : block_sub_i(even[2], odd[2]);
    z[6] = back ? block_sub_i(even[2], odd[2]) : block_add_i(even[2], odd[2]);
    z[3] = block_sub(even[3], three);
    z[7] = block_add(even[3], three);
}

/* Steps of radix 4 over parts of 4*quarter blocks. */
INLINE void radix_4(struct block *z, int n, int quarter, const float *factors, int back)
{
    for (int j = 0; j < quarter; j++, factors += 6)
        for (struct block *p = z + j; p < z + n; p += 4 * quarter) {
            struct block a[4] = {p[0], p[quarter], p[2 * quarter], p[3 * quarter]};
            if (back)
                for (int k = 1; k < 4; k++)
                    a[k] = block_turn(a[k], all_lanes(factors[2 * k - 2]), all_lanes(factors[2 * k - 1]), 1);
            transform_4(a, back);
            if (!back)
                for (int k = 1; k < 4; k++)
                    a[k] = block_turn(a[k], all_lanes(factors[2 * k - 2]), all_lanes(factors[2 * k - 1]), 0);
            for (int k = 0; k < 4; k++)
                p[k * quarter] = a[k];
        }
}

INLINE void last_step(struct block *z, int n, int part, int back)
{
    for (struct block *p = z; p < z + n; p += part) {
        struct block a[8];
        for (int k = 0; k < part; k++)
            a[k] = p[k];
        if (part == 8)
            transform_8(a, back);
        else
            transform_4(a, back);
        for (int k = 0; k < part; k++)
            p[k] = a[k];
    }
}

INLINE void last_steps(struct block *z, int n, int part, int back)
{
    if (part == 8)
        last_step(z, n, 8, back);
    else
        last_step(z, n, 4, back);
}

static void fft_column(float *column, int n, const float *factors)
{
    struct block *z = (struct block *)column;
    int part = n;
    for (; part > 8; part /= 4) {
        radix_4(z, n, part / 4, factors, 0);
        factors += part / 4 * 6;
    }
    last_steps(z, n, part, 0);
}

static void fft_column_back(float *column, int n, const float *factors)
{
    struct block *z = (struct block *)column;
    int part = n;
    for (; part > 8; part /= 4)
        factors += part / 4 * 6;
    last_steps(z, n, part, 1);
    for (part *= 4; part <= n; part *= 4) {
        factors -= part / 4 * 6;
        radix_4(z, n, part / 4, factors, 1);
    }
}

/* The 8x8 floats of one part of 8 blocks. */
__attribute__((unused)) static void transpose_8(float *restrict out, const float *restrict in)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            out[16 * i + j] = in[16 * j + i];
}

INLINE void transpose_blocks(struct block *out, const struct block *in)
{
    TRANSPOSE_8((float *)out, (const float *)in);
    TRANSPOSE_8((float *)out + 8, (const float *)in + 8);
}

static void fft_row(float *out, ptrdiff_t step, float *row, int n, const float *factors, const float *turns)
{
    const struct block *turn = (const struct block *)turns, *z = (const struct block *)row;
    fft_column(row, n / 8, factors);
    for (int p = 0; p < n / 8; p += 8) {
        struct block a[8];
        transpose_blocks(a, z + p);
        for (int k = 1; k < 8; k++)
            a[k] = block_turn(a[k], turn[p + k].re, turn[p + k].im, 0);
        transform_8(a, 0);
        for (int k = 0; k < 8; k++)
            *(struct block *)(out + (p + k) * step) = a[k];
    }
}

static void fft_row_back(float *row, const float *in, ptrdiff_t step, int n, const float *factors, const float *turns)
{
    const struct block *turn = (const struct block *)turns;
    struct block *z = (struct block *)row;
    for (int p = 0; p < n / 8; p += 8) {
        struct block a[8];
        for (int k = 0; k < 8; k++)
            a[k] = *(const struct block *)(in + (p + k) * step);
        transform_8(a, 1);
        for (int k = 1; k < 8; k++)
            a[k] = block_turn(a[k], turn[p + k].re, turn[p + k].im, 1);
        transpose_blocks(z + p, a);
    }
    fft_column_back(row, n / 8, factors);
}

static void fft_product(float *out, const float *a, const float *b, int add, int n)
{
    struct block *to = (struct block *)out;
    const struct block *x = (const struct block *)a, *y = (const struct block *)b;
    for (int k = 0; k < n; k++) {
        struct block product = block_turn(x[k], y[k].re, y[k].im, 1);
        to[k] = add ? block_add(to[k], product) : product;
    }
}

/* Where sample x stands in the part of a row. */
static inline int fft_place(int x)
{
    return x + x / 8 * 8;
}

static void fft_load(float *part, const float *in, const float *base, int have, int n)
{
    int x = 0;
    for (; x + 8 <= have; x += 8)
        *(lanes8 *)(part + 2 * x) = *(const lanes8_anywhere *)(in + x) - *(const lanes8_anywhere *)(base + x);
    for (; x < n; x++)
        part[fft_place(x)] = x < have ? in[x] - base[x] : 0;
}

static void fft_store(float *out, const float *part, const float *level, int n)
{
    int x = 0;
    for (; x + 8 <= n; x += 8)
        *(lanes8_anywhere *)(out + x) = *(const lanes8 *)(part + 2 * x) + *(const lanes8_anywhere *)(level + x);
    for (; x < n; x++)
        out[x] = part[fft_place(x)] + level[x];
}

#undef INLINE
#endif
