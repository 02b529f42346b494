/* digitphoto.h: pictures of digits as a camera takes them, for tests of predict: uneven light, shadows, noise, pens of many
 * widths, dark on light and light on dark, turned by up to 10 degrees. */
#ifndef DIGITPHOTO_H
#define DIGITPHOTO_H

#include <stdbool.h>
#include <stdint.h>

/* What a photograph shows beside its digit. */
struct digit_photo {
    bool light_on_dark;
    float left, top, right, bottom; /* the box of the line the pen drew, its width not counted */
};

/* Draws photograph `index` of a seed, of `digit`, into gray[height][width]; sides of at least 64. What it shows is told in
 * *photo. */
void digit_photo_draw(uint64_t seed, uint32_t index, int digit, int height, int width, uint8_t *gray, struct digit_photo *photo);

#endif
