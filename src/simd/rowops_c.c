/* rowops_c.c: the row ops in plain C, by subject in the headers below: THE definition of each, whose contract stands in
 * rowops.h. */
#include "simd/rowops.h"

/* A level that includes this file names its own table, and the ops that it replaces. */
#ifndef ROWOPS_TABLE
#define ROWOPS_TABLE  rowops_c
#define GRID_F32      grid_f32
#define GRID_U8       grid_u8
#define FOLD_F32      fold_f32
#define FOLD_U8       fold_u8
#define FOLD_ACROSS   fold_across_f32
#define FETCH         fetch
#define STREAM_F32    stream_f32
#define STREAM_END    stream_end
#define TAPS_U8       taps_u8
#define CLIPPED_TAPS  clipped_taps_u8
#define MAGNITUDE_S16 magnitude_s16
#define GRADIENT_U8   gradient_u8
#define FUSED_8       fused_8
#define TRANSPOSE_8   transpose_8
#define NARROW_U8     narrow_u8
#define MEAN_U16      mean_u16
#define UNPNG_LEFT    unfilter_left
#define UNPNG_MEAN    unfilter_mean
#define UNPNG_PAETH   unfilter_paeth
#define COLUMNS_U8    columns_u8
#define RUNNING_U8    running_u8
#define PRODUCT_F32   product_f32
#define TRANSPOSE_F32 transpose_f32
#define CHANNELS_F32  channels_f32
#define NONZEROS_F32  nonzeros_f32
#define PULL_F32      pull_f32
#define PUSH_F32      push_f32
#define OUTER_F32     outer_f32
#define WINO_IN_F32   wino_in_f32
#define WINO_OUT_F32  wino_out_f32
#define PAIRS_U8      pairs_u8
#define PAIRS_DOWN    pairs_down
#define PAIRS_ACROSS  pairs_across
#define UNIT_U8       unit_u8
#define MAX_POOL      max_pool_f32
#define MAX_UNPOOL    max_unpool_f32
#define REPEATS_U8    repeats_u8
#endif

#include "simd/rowops_box.h"
#include "simd/rowops_channels.h"
#include "simd/rowops_fft.h"
#include "simd/rowops_fixed.h"
#include "simd/rowops_folds.h"
#include "simd/rowops_integers.h"
#include "simd/rowops_net.h"
#include "simd/rowops_png.h"
#include "simd/rowops_repeats.h"
#include "simd/rowops_samples.h"
#include "simd/rowops_taps.h"
#include "simd/rowops_unpng.h"
#include "simd/rowops_values.h"

const struct rowops ROWOPS_TABLE = {
    .grid_f32 = GRID_F32,
    .grid_u8 = GRID_U8,
    .fold_f32 = FOLD_F32,
    .fold_u8 = FOLD_U8,
    .fold_across_f32 = FOLD_ACROSS,
    .taps_wide_f32 = taps_wide_f32,
    .total_add = total_add,
    .total_end = total_end,
    .affine_f32 = affine_f32,
    .exp_f32 = exp_f32,
    .fft_column = fft_column,
    .fft_column_back = fft_column_back,
    .fft_row = fft_row,
    .fft_row_back = fft_row_back,
    .fft_product = fft_product,
    .fft_load = fft_load,
    .fft_store = fft_store,
    .relu_f32 = relu_f32,
    .abs_f32 = abs_f32,
    .magnitude_f32 = magnitude_f32,
    .max_f32 = max_f32,
    .sum_f32 = sum_f32,
    .widen_u8 = widen_u8,
    .widen_u16 = widen_u16,
    .copy_u8 = copy_u8,
    .copy_f32 = copy_f32,
    .fetch = FETCH,
    .stream_f32 = STREAM_F32,
    .stream_end = STREAM_END,
    .luma_u8 = luma_u8,
    .luma_u16 = luma_u16,
    .narrow_u8 = NARROW_U8,
    .narrow_u16 = narrow_u16,
    .narrow_s16 = narrow_s16,
    .taps_u8 = TAPS_U8,
    .clipped_taps_u8 = CLIPPED_TAPS,
    .pairs_u8 = PAIRS_U8,
    .pairs_down = PAIRS_DOWN,
    .pairs_across = PAIRS_ACROSS,
    .add_u8 = add_u8,
    .slide_u8 = slide_u8,
    .box_u16 = box_u16,
    .mean_u16 = MEAN_U16,
    .columns_u8 = COLUMNS_U8,
    .running_f32 = running_f32,
    .running_u8 = RUNNING_U8,
    .magnitude_s16 = MAGNITUDE_S16,
    .gradient_u8 = GRADIENT_U8,
    .max_s16 = max_s16,
    .shift_s16 = shift_s16,
    .clip_s16 = clip_s16,
    .widen_s16 = widen_s16,
    .range_s16 = range_s16,
    .range_f32 = range_f32,
    .product_f32 = PRODUCT_F32,
    .transpose_f32 = TRANSPOSE_F32,
    .channels_f32 = CHANNELS_F32,
    .nonzeros_f32 = NONZEROS_F32,
    .pull_f32 = PULL_F32,
    .push_f32 = PUSH_F32,
    .outer_f32 = OUTER_F32,
    .wino_in_f32 = WINO_IN_F32,
    .wino_out_f32 = WINO_OUT_F32,
    .filter_png = {filter_png_plain, filter_png_left, filter_png_above, filter_png_mean, filter_png_paeth},
    .unit_u8 = UNIT_U8,
    .relu_back_f32 = relu_back_f32,
    .max_pool_f32 = MAX_POOL,
    .max_unpool_f32 = MAX_UNPOOL,
    .adam_f32 = adam_f32,
    .sgd_f32 = sgd_f32,
    .unfilter_png = {unfilter_plain, UNPNG_LEFT, unfilter_above, UNPNG_MEAN, UNPNG_PAETH},
    .repeats_u8 = REPEATS_U8,
};
