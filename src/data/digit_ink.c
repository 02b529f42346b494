/* digit_ink.c: ink along a line. A pixel's ink follows from how deep it lies within the pen's trace: the greatest of (radius -
 * distance) over the line's pieces, one where that is half the softness or more, none where it is as much outside. Each piece
 * visits the pixels of its own box: some 40 pieces of 30 pixels for a digit of 28x28, about 10 ns each. */
#include "data/digit_shape.h"

#include <math.h>

/* The distance is measured where the nib is round: along the nib's long side everything is nearer. */
static void into_nib(const struct pen *pen, float *x, float *y)
{
    float along = (*x * pen->cosine + *y * pen->sine) / pen->nib, across = *y * pen->cosine - *x * pen->sine;
    *x = along;
    *y = across;
}

static void ink_piece(const struct pen *pen, const float from[2], const float to[2], float radius, float *depth, int height,
                      int width)
{
    float reach = (radius + 0.5f * pen->soft) * (pen->nib > 1 ? pen->nib : 1) - 0.5f; /* of pixel centres, from their corner */
    int x0 = (int)fmaxf(0, fminf(from[0], to[0]) - reach), x1 = (int)fminf((float)width - 1, fmaxf(from[0], to[0]) + reach);
    int y0 = (int)fmaxf(0, fminf(from[1], to[1]) - reach), y1 = (int)fminf((float)height - 1, fmaxf(from[1], to[1]) + reach);
    float dx = to[0] - from[0], dy = to[1] - from[1];
    into_nib(pen, &dx, &dy);
    float square = dx * dx + dy * dy, over = square > 1e-12f ? 1 / square : 0;
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++) {
            float px = (float)x + 0.5f - from[0], py = (float)y + 0.5f - from[1];
            into_nib(pen, &px, &py);
            float t = (px * dx + py * dy) * over;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            px -= t * dx;
            py -= t * dy;
            float deep = radius - sqrtf(px * px + py * py), *d = &depth[y * width + x];
            *d = deep > *d ? deep : *d;
        }
}

void shape_ink(const struct shape *shape, const struct pen *pen, float scale, float x, float y, float *ink, int height, int width)
{
    for (int i = 0; i < height * width; i++)
        ink[i] = -1e6f;
    for (int i = 0; i < shape->points; i++) {
        int next = shape->lift[i] || i + 1 == shape->points ? i : i + 1;
        float from[2] = {shape->x[i] * scale + x, shape->y[i] * scale + y};
        float to[2] = {shape->x[next] * scale + x, shape->y[next] * scale + y};
        ink_piece(pen, from, to, pen->radius * 0.5f * (shape->press[i] + shape->press[next]), ink, height, width);
    }
    for (int i = 0; i < height * width; i++) {
        float covered = ink[i] / pen->soft + 0.5f;
        ink[i] = covered < 0 ? 0 : covered > 1 ? 1 : covered;
    }
}
