/* finish.h: from the last stage's float rows to output samples, where the plan's own epilogue does not suffice: alpha divided out
 * or composited, sRGB encoding, map fit, range after abs. */
#ifndef FINISH_H
#define FINISH_H

#include "base/pool.h"
#include "filter/recipe.h"
#include "simd/rowops.h"

struct finish {
    const struct recipe *recipe;
    struct pool *pool;
    int samples, colours; /* of a pixel: all, and those before the alpha lane */
    float gain, offset;   /* value * gain + offset = output sample, the last step */
    struct finish_thread *thread;
    unsigned steps; /* of the call that runs, with its arguments */
    int count;
    char *rows, *out;
};

/* What finish_rows does: */
enum {
    FINISH_VALUES = 1, /* in place: alpha division, bias, ReLU, scale, offset, encoding, the map but for fit */
    FINISH_STORE = 2   /* to samples: alpha composited where the file has none, full scale, conversion */
};

enum imc_status finish_init(struct finish *finish, const struct recipe *recipe, struct pool *pool, struct imc_error *error);
void finish_free(struct finish *finish);

/* Some rows, on the pool's threads. `out` takes the samples, if they are stored. */
void finish_rows(struct finish *finish, unsigned steps, float *rows, int count, void *out);
/* Map fit, between the two steps: the lowest of all values becomes 0 and the highest white; what is fully transparent has none. A
 * picture that is flat but for rounding becomes 0; `largest` is the size of the largest sample that was filtered. */
void finish_fit(struct finish *finish, float largest);
/* Of all samples stored. */
struct imc_stats finish_stats(const struct finish *finish);

#endif
