/* digit_level.h: ink and paper told apart in a photograph of writing. */
#ifndef DIGIT_LEVEL_H
#define DIGIT_LEVEL_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stdint.h>

/* A picture of floats, row by row; `value` is owned (mem_free). */
struct plane {
    float *value;
    int height, width;
};

/* Averages the square or oblong (left, top, right, bottom) of `in` into each pixel of `out`; outside of `in` there is 0 where
 * `zero` is set, else its edge. Where pixels become larger it interpolates. */
void plane_resample(const struct plane *in, const float box[4], bool zero, const struct plane *out);

struct ink_level {
    struct plane ink; /* the picture at `shrink` of its size; 0 is paper, 1 ink, noise and grays between and beyond */
    float shrink;     /* <= 1 */
    float threshold;  /* ink lies above */
    bool found;       /* false: nothing stands out from the paper */
    bool light_on_dark;
};

/* Levels the light of a gray picture and finds which way round it is. level->ink is the caller's. */
enum imc_status level_ink(const uint8_t *gray, int height, int width, struct ink_level *level, struct imc_error *error);

#endif
