/* rowop_calls.h: each row op applied to a random trial, for comparisons of one level with another. The calls are in
 * rowop_calls_*.c, by the subjects of src/simd/rowops_*.h. */
#ifndef ROWOP_CALLS_H
#define ROWOP_CALLS_H

#include "rowops/rowop_trial.h"
#include "simd/rowops.h"

/* Inputs and sizes follow from the trial alone; the op writes at out_at(w, misalign, ...), and results that are no row go to
 * w->stats. */
typedef void call_rowop(const struct rowops *ops, const struct trial *t, struct written *w, int misalign);

/* rowop_calls_taps.c */
call_rowop call_grid, call_line, call_grid_u8, call_taps_wide, call_total_add, call_total_end;
/* rowop_calls_values.c */
call_rowop call_affine, call_exp, call_relu, call_abs, call_magnitude, call_max, call_sum;
/* rowop_calls_samples.c */
call_rowop call_widen_u8, call_widen_u16, call_unit_u8, call_copy_u8, call_copy_f32, call_stream, call_luma_u8, call_luma_u16,
    call_narrow_u8, call_narrow_u16, call_narrow_s16, call_range;
/* rowop_calls_integers.c */
call_rowop call_taps_u8, call_clipped_taps_u8, call_magnitude_s16, call_gradient_u8, call_max_s16, call_shift_s16, call_clip_s16,
    call_widen_s16, call_range_s16;
/* rowop_calls_box.c */
call_rowop call_add_u8, call_slide_u8, call_box_u16, call_mean_u16, call_columns_u8, call_running_u8, call_running_f32;
/* rowop_calls_fixed.c */
call_rowop call_pairs_u8, call_pairs_down, call_pairs_across;
/* rowop_calls_png.c */
call_rowop call_png_plain, call_png_left, call_png_above, call_png_mean, call_png_paeth, call_unpng_left, call_unpng_above,
    call_unpng_mean, call_unpng_paeth, call_repeats_u8;

#endif
