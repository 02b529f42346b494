/* avx512_grid.h: the part of avx2_grid.h on grids of 3, 5 or 7 taps side by side, over four rows of outputs, stride 1.
 *
 * There each tap has loads of its own, which cross lines of the cache, and bytes are widened anew for each. Here a row of samples
 * is loaded, and widened, once; what tap j meets is cut out of two neighbouring registers by one instruction (valignd). Counted in
 * the four pipes of floats, for 64 samples of a row under 3 taps that are bytes: 10 instructions to widen and 8 to cut, instead of
 * 24, beside 12 multiply-adds for each row of outputs. The rows under a kernel of at least three rows are always the same ones for
 * four rows of outputs - three that begin, those in full, three that end - so that nothing is left to choose in the loop.
 *
 * Measured on Zen 5, cycles for 16 outputs of 3x3, 5x5, 7x7: 6.7, 15.4, 28.0 of bytes, 6.1, 14.8, 27.9 of floats in L1; the
 * multiply-adds alone are 4.5, 12.5, 24.5. Other widths would only add to the code.
 */
#ifndef AVX512_GRID_H
#define AVX512_GRID_H

#include "simd/lanes_f32.h"
#include "simd/rowops.h"

enum { CUT_VECTORS = 4, CUT_BLOCK = CUT_VECTORS * LANES_F32, CUT_ROWS_LEAST = 3 };

/* What a call does at every x. */
struct cut_work {
    const struct grid_work *work;
    const char *in[ROWOP_GRID_TAPS]; /* rows of samples, from the first tap on; with 3 taps a row there is room */
    lanes_part behind;               /* samples of the register behind a block */
    bool stream;
};

/* Tap s of rows low..high. The shift is part of the instruction: it has to be a literal. */
#define ADD_CUT(s)                                                                                                                 \
    if (s < kw) {                                                                                                                  \
        _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)                                                              \
        {                                                                                                                          \
            lanes_f32 cut = s == 0 ? sample[k] : CUT(sample[k], sample[k + 1], s);                                                 \
            _Pragma("GCC unroll 4") for (int r = low; r <= high; r++)                                                              \
                sum[r][k] = lanes_fused(lanes_all(taps - r * kw + s), cut, sum[r][k]);                                             \
        }                                                                                                                          \
    }
#define CUT(low, high, s) _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(high), _mm512_castps_si512(low), s))

/* Row `row` of the samples, which serves rows low..high of outputs. */
INLINE void cut_row(lanes_f32 sum[ROWOP_ROWS][CUT_VECTORS], const struct cut_work *cuts, int row, ptrdiff_t x, int low, int high,
                    int kw, int bytes)
{
    const float *taps = cuts->work->grid->taps + (ptrdiff_t)row * kw, *floats = (const float *)cuts->in[row] + x;
    const uint8_t *from = (const uint8_t *)cuts->in[row] + x;
    lanes_f32 sample[CUT_VECTORS + 1];
    _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)
        sample[k] = bytes ? lanes_load_bytes(from + LANES_F32 * k) : lanes_load(floats + LANES_F32 * k);
    sample[CUT_VECTORS] =
        bytes ? lanes_load_bytes_part(from + CUT_BLOCK, cuts->behind) : lanes_load_part(floats + CUT_BLOCK, cuts->behind);
    ADD_CUT(0) ADD_CUT(1) ADD_CUT(2) ADD_CUT(3) ADD_CUT(4) ADD_CUT(5) ADD_CUT(6)
}
#undef CUT
#undef ADD_CUT

/* 64 sums clipped to 0..max and rounded to nearest, ties to even, as bytes. Packing clips them below: a NaN and what is too low for
 * an integer are the lowest one there. */
INLINE __m512i cut_rounded(const lanes_f32 sum[CUT_VECTORS], lanes_f32 max)
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15); /* undoes packing by quarters */
    __m512i whole[CUT_VECTORS];
    _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)
        whole[k] = _mm512_cvtps_epi32(_mm512_min_ps(max, sum[k])); /* the second operand, where it is a NaN */
    __m512i low = _mm512_packs_epi32(whole[0], whole[1]), high = _mm512_packs_epi32(whole[2], whole[3]);
    return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high));
}

/* The sums of row r, with those of earlier taps, to where they go. */
INLINE void cut_store(const struct cut_work *cuts, int r, ptrdiff_t x, lanes_f32 sum[CUT_VECTORS])
{
    const struct grid_work *work = cuts->work;
    if (work->grid->onto)
        _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)
            sum[k] = lanes_add(lanes_load(work->grid->onto[r] + x + LANES_F32 * k), sum[k]);
    if (work->bytes && cuts->stream)
        _mm512_stream_si512((__m512i *)(work->bytes[r] + x), cut_rounded(sum, lanes_all(&work->max)));
    else if (work->bytes)
        _mm512_storeu_si512(work->bytes[r] + x, cut_rounded(sum, lanes_all(&work->max)));
    else if (cuts->stream)
        _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)
            lanes_stream(work->out[r] + x + LANES_F32 * k, sum[k]);
    else
        _Pragma("GCC unroll 4") for (int k = 0; k < CUT_VECTORS; k++)
            lanes_store(work->out[r] + x + LANES_F32 * k, sum[k]);
}

INLINE void cut_block(const struct cut_work *cuts, ptrdiff_t x, int kw, int bytes)
{
    const int kh = cuts->work->grid->kh;
    lanes_f32 sum[ROWOP_ROWS][CUT_VECTORS];
    for (int r = 0; r < ROWOP_ROWS; r++)
        for (int k = 0; k < CUT_VECTORS; k++)
            sum[r][k] = lanes_zero();
    cut_row(sum, cuts, 0, x, 0, 0, kw, bytes);
    cut_row(sum, cuts, 1, x, 0, 1, kw, bytes);
    cut_row(sum, cuts, 2, x, 0, 2, kw, bytes);
    for (int row = 3; row < kh; row++)
        cut_row(sum, cuts, row, x, 0, 3, kw, bytes);
    cut_row(sum, cuts, kh, x, 1, 3, kw, bytes);
    cut_store(cuts, 0, x, sum[0]);
    cut_row(sum, cuts, kh + 1, x, 2, 3, kw, bytes);
    cut_store(cuts, 1, x, sum[1]);
    cut_row(sum, cuts, kh + 2, x, 3, 3, kw, bytes);
    cut_store(cuts, 2, x, sum[2]);
    cut_store(cuts, 3, x, sum[3]);
}

/* Can a grid be taken so, from x on? `out`: rows of samples of `size` bytes. */
static bool cut_serves(const struct grid_work *work, const void *const *out, size_t size, int x, bool stream)
{
    const struct rowop_grid *grid = work->grid;
    bool serves = work->rows == ROWOP_ROWS && grid->stride == 1 && grid->kh >= CUT_ROWS_LEAST;
    serves = serves && (grid->kw == 3 || grid->kw == 5 || grid->kw == 7);
    for (int j = 1; j < grid->kw; j++)
        serves = serves && grid->offset[j] - grid->offset[j - 1] == 1;
    for (int r = 0; r < work->rows && stream; r++)
        serves = serves && ((uintptr_t)out[r] + (uintptr_t)x * size) % CUT_BLOCK == 0;
    return serves;
}

INLINE int cut_loop(const struct cut_work *cuts, int x, int n, int kw, int bytes)
{
    for (; x + CUT_BLOCK <= n; x += CUT_BLOCK) {
        cut_block(cuts, x, kw, bytes);
        fetch_ahead(cuts->work->grid->ahead, x, CUT_BLOCK);
    }
    return x;
}

/* Outputs from x on; returns where it ended. */
INLINE int grid_fast(const struct grid_work *work, const void *const *in, int x, int n, int bytes, bool stream)
{
    const void *const *out = work->bytes ? (const void *const *)work->bytes : (const void *const *)work->out;
    if (!cut_serves(work, out, work->bytes ? 1 : sizeof(float), x, stream))
        return x;
    struct cut_work cuts = {.work = work, .behind = lanes_first(work->grid->kw - 1), .stream = stream};
    for (int row = 0; row < work->grid->kh + ROWOP_ROWS - 1; row++)
        cuts.in[row] = (const char *)in[row] + work->grid->offset[0] * (bytes ? 1 : (ptrdiff_t)sizeof(float));
    switch (work->grid->kw) {
    case 3:
        return cut_loop(&cuts, x, n, 3, bytes);
    case 5:
        return cut_loop(&cuts, x, n, 5, bytes);
    default:
        return cut_loop(&cuts, x, n, 7, bytes);
    }
}

#endif
