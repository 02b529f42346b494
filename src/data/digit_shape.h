/* digit_shape.h: the line a pen draws for a digit. digits_strokes.c has the skeletons, digit_shape.c bends one at random,
 * digit_ink.c lays ink along the line. */
#ifndef DIGIT_SHAPE_H
#define DIGIT_SHAPE_H

#include "base/random.h"

/* What follows a point of a skeleton. */
enum stroke_mark { STROKE_ON, STROKE_CORNER, STROKE_LIFT };

/* A point lies between two drawings of one way to write a digit, a and b, in a box of 100 x 100, y down. */
struct stroke_point {
    signed char ax, ay, bx, by;
    unsigned char mark;
};

struct skeleton {
    unsigned char digit, weight, points; /* weight: how many of a hundred people write the digit so */
    const struct stroke_point *point;
};

extern const struct skeleton digit_skeletons[];
extern const int digit_skeleton_count;

enum { SHAPE_POINTS_MAX = 160 };

/* A polyline with a pen. */
struct shape {
    int points;
    float x[SHAPE_POINTS_MAX], y[SHAPE_POINTS_MAX];
    float press[SHAPE_POINTS_MAX];        /* the pen's width there, about 1 */
    unsigned char lift[SHAPE_POINTS_MAX]; /* the pen is lifted behind this point */
};

/* The line of `digit` as a random hand writes it, in units where the digit is about 1 high. */
void shape_draw(struct random *random, int digit, struct shape *shape);
/* The box that the line fills. */
void shape_box(const struct shape *shape, float low[2], float high[2]);

/* A pen: half its width, the softness of its edge, and how much wider it is along the direction (cosine, sine) than across. */
struct pen {
    float radius, soft, nib, cosine, sine;
};

/* Draws the line, scaled by `scale` and then moved by (x, y), into ink[height][width] of 0..1; pixel centres lie at whole
 * numbers + 0.5. */
void shape_ink(const struct shape *shape, const struct pen *pen, float scale, float x, float y, float *ink, int height, int width);

#endif
