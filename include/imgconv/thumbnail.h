/* thumbnail.h: a picture made small enough to be looked at, of rows as they come: its memory does not grow with the picture. */
#ifndef IMGCONV_THUMBNAIL_H
#define IMGCONV_THUMBNAIL_H

#include <imgconv/image.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest size in max_width x max_height (1 or more each) that keeps the proportions of `info`: never larger than the picture,
 * and one pixel at least. */
IMC_API void imc_thumbnail_fit(const struct imc_image_info *info, int max_width, int max_height, int *width, int *height);

struct imc_thumbnail;

/* Of a picture such as `info` says (its width, height, channels, alpha, type and full_scale count), height x width pixels, which
 * must be 1 or more and no more than the picture has. The caller frees it by imc_thumbnail_free; on failure it is NULL.
 * Errors: ARGUMENT, MEMORY. */
IMC_API enum imc_status imc_thumbnail_create(const struct imc_image_info *info, int width, int height,
                                             struct imc_thumbnail **thumbnail, struct imc_error *error);
/* The next `count` rows, from the top, packed and interleaved as imc_reader_read delivers them; what comes after the last row is
 * ignored. */
IMC_API void imc_thumbnail_add(struct imc_thumbnail *thumbnail, const void *rows, int count);
/* Writes what all rows gave to rgb [height][width][3]. Each pixel is the mean of the box of pixels that it stands for; alpha lies
 * on white; of channels that are no colours the first three are shown, or the first as gray. Integer samples keep their black
 * and white. Float samples have none: the lowest mean becomes black and the highest white. `low` and `high` (NULL allowed) get
 * the values that became black and white. */
IMC_API void imc_thumbnail_finish(const struct imc_thumbnail *thumbnail, uint8_t *rgb, float *low, float *high);
/* NULL is allowed. */
IMC_API void imc_thumbnail_free(struct imc_thumbnail *thumbnail);

#ifdef __cplusplus
}
#endif
#endif
