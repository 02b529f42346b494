/* digits.h: digits that the program draws itself: strokes as people write them, in random pose and ink, brought into MNIST's form.
 * They stand in where there is no MNIST. Image i of a seed is always the same picture, whatever else is drawn. */
#ifndef DIGITS_H
#define DIGITS_H

#include "data/dataset.h"

enum { DIGITS_SIDE = 28, DIGITS_PIXELS = DIGITS_SIDE * DIGITS_SIDE };

/* The sets a seed has. */
enum digits_set { DIGITS_TRAIN = 0, DIGITS_TEST = 1 };

/* The digit that image `index` of any set shows: index mod 10. */
static inline int digits_label(uint32_t index)
{
    return (int)(index % 10);
}

/* Draws one image: ink 255 on 0. */
void digits_draw(uint64_t seed, enum digits_set set, uint32_t index, uint8_t pixels[DIGITS_PIXELS]);

/* The first `train` and `test` images of a seed, drawn by the pool's threads. */
enum imc_status digits_dataset(uint64_t seed, int train, int test, struct pool *pool, struct dataset_pair *pair,
                               struct imc_error *error);

#endif
