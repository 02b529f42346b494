/* finish.h: from the last stage's float rows to output samples, where the plan's own epilogue does not suffice: alpha divided out
 * or composited, sRGB encoding, map fit, range after abs. */
#ifndef FINISH_H
#define FINISH_H

#include "filter/recipe.h"
#include "simd/rowops.h"

struct finish {
    const struct recipe *recipe;
    int samples, colours; /* of a pixel: all, and those before the alpha lane */
    float gain, offset;   /* value * gain + offset = output sample, the last step */
    float *row;           /* one row of output values */
};

enum imc_status finish_init(struct finish *finish, const struct recipe *recipe, struct imc_error *error);
void finish_free(struct finish *finish);

/* First half, in place: alpha division, bias, ReLU, scale, offset, encoding, the map but for fit. */
void finish_values(const struct finish *finish, float *row);
/* Widens lowest and highest by the colours of a row (for map fit); what is fully transparent has none. */
void finish_measure(const struct finish *finish, const float *row, float *lowest, float *highest);
/* Map fit: lowest becomes 0 and highest white. A picture that is flat but for rounding becomes 0; `largest` is the size of the
 * largest sample that was filtered. */
void finish_set_fit(struct finish *finish, float lowest, float highest, float largest);
/* Second half: alpha composited where the file has none, full scale, conversion. */
void finish_store(const struct finish *finish, const float *row, void *out, struct row_stats *stats);

#endif
