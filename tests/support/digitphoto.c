/* digitphoto.c: brightness = light * (paper, or ink where the pen went) + noise. */
#include "support/digitphoto.h"

#include "data/digit_shape.h"

#include <math.h>
#include <stdlib.h>

/* Turns the line and places it within the picture; returns the scale. */
static float pose(struct random *random, struct shape *shape, int height, int width, float place[2])
{
    float low[2], high[2];
    float turn = random_between(random, -10, 10) * 3.14159265f / 180, cosine = cosf(turn), sine = sinf(turn);
    for (int i = 0; i < shape->points; i++) {
        float x = shape->x[i], y = shape->y[i];
        shape->x[i] = cosine * x - sine * y;
        shape->y[i] = sine * x + cosine * y;
    }
    shape_box(shape, low, high);
    float largest = fminf((float)width / (high[0] - low[0]), (float)height / (high[1] - low[1]));
    float scale = largest * random_between(random, 0.35f, 0.75f);
    const float side[2] = {(float)width, (float)height};
    for (int axis = 0; axis < 2; axis++) {
        float margin = 0.1f * side[axis], extent = scale * (high[axis] - low[axis]);
        float free_room = side[axis] - 2 * margin - extent;
        place[axis] = margin + random_unit(random) * free_room - scale * low[axis];
    }
    return scale;
}

struct light {
    float direction[2], fall, vignette;
    float shadow[3], depth; /* the line x*shadow[0] + y*shadow[1] = shadow[2], and how much darker it is beyond */
};

static void choose_light(struct random *random, struct light *light)
{
    float angle = random_between(random, 0, 6.2831853f), edge = random_between(random, 0, 6.2831853f);
    light->direction[0] = cosf(angle);
    light->direction[1] = sinf(angle);
    light->fall = random_between(random, 0, 0.5f);
    light->vignette = random_between(random, 0, 0.3f);
    light->shadow[0] = cosf(edge);
    light->shadow[1] = sinf(edge);
    light->shadow[2] = random_between(random, -0.3f, 0.3f);
    light->depth = random_unit(random) < 0.4f ? random_between(random, 0, 0.35f) : 0;
}

/* At x, y of -0.5..0.5. */
static float light_at(const struct light *light, float x, float y)
{
    float slope = 0.5f + 0.7f * (x * light->direction[0] + y * light->direction[1]);
    float beyond = x * light->shadow[0] + y * light->shadow[1] - light->shadow[2];
    float shade = 1 / (1 + expf(-beyond * 25)); /* a soft edge */
    return (1 - light->fall * slope) * (1 - light->vignette * 2 * (x * x + y * y)) * (1 - light->depth * shade);
}

/* Nearly normal: the sum of a word's four bytes, of mean 510 and deviation 147.8. */
static float grain(uint32_t word)
{
    return ((float)((word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24)) - 510) / 147.8f;
}

void digit_photo_draw(uint64_t seed, uint32_t index, int digit, int height, int width, uint8_t *gray, struct digit_photo *photo)
{
    struct random random;
    struct shape shape;
    struct light light;
    float place[2], low[2], high[2], *ink = malloc((size_t)height * (size_t)width * sizeof *ink);
    random_start(&random, seed, RANDOM_PHOTO, 0, index);
    shape_draw(&random, digit, &shape);
    float scale = pose(&random, &shape, height, width, place);
    shape_box(&shape, low, high);
    choose_light(&random, &light);
    struct pen pen = {.radius = scale * fmaxf(high[0] - low[0], high[1] - low[1]) * random_between(&random, 0.015f, 0.06f),
                      .soft = random_between(&random, 1, 3),
                      .nib = random_between(&random, 1, 1.8f),
                      .cosine = 0.6f,
                      .sine = -0.8f};
    pen.radius = fmaxf(pen.radius, 0.8f);
    shape_ink(&shape, &pen, scale, place[0], place[1], ink, height, width);
    photo->light_on_dark = random_unit(&random) < 0.4f;
    float paper = random_between(&random, 0.7f, 0.95f), mark = random_between(&random, 0.05f, 0.35f);
    if (photo->light_on_dark) {
        mark = random_between(&random, 0.7f, 0.95f);
        paper = random_between(&random, 0.08f, 0.3f);
    }
    float noise = random_between(&random, 1, 7);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            float lit = light_at(&light, ((float)x + 0.5f) / (float)width - 0.5f, ((float)y + 0.5f) / (float)height - 0.5f);
            float value = 255 * lit * (paper + ink[y * width + x] * (mark - paper)) + noise * grain(random_word(&random));
            gray[y * width + x] = (uint8_t)fminf(255, fmaxf(0, value + 0.5f));
        }
    photo->left = place[0] + scale * low[0];
    photo->top = place[1] + scale * low[1];
    photo->right = place[0] + scale * high[0];
    photo->bottom = place[1] + scale * high[1];
    free(ink);
}
