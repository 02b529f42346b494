/* digit_shape.c: a skeleton becomes a written line. What differs between hands is put together from few causes, each random:
 *   the way of writing     one of the digit's skeletons, and a place between (or beyond) its two drawings
 *   the hand's haste       every point jitters, the ends of strokes more
 *   proportion             where the waist lies, how much the top is wider than the bottom, a bend, height to width
 *   the hand's slant       shear and rotation; most people lean to the right
 *   the moment             a cubic polynomial moves everything a little
 * The line between the points is a Catmull-Rom spline, which passes through them; corners end a piece of it. */
#include "data/digit_shape.h"

#include "base/mathx.h"

#include <math.h>
#include <string.h>

enum { SKELETON_POINTS_MAX = 24, PIECES = 4, CUBICS = 4 };

static const struct skeleton *choose(struct random *random, int digit)
{
    uint32_t total = 0;
    for (int i = 0; i < digit_skeleton_count; i++)
        total += digit_skeletons[i].digit == digit ? digit_skeletons[i].weight : 0;
    uint32_t at = random_below(random, total);
    for (int i = 0;; i++) {
        if (digit_skeletons[i].digit != digit)
            continue;
        if (at < digit_skeletons[i].weight)
            return &digit_skeletons[i];
        at -= digit_skeletons[i].weight;
    }
}

/* The skeleton's points as this hand places them, about -0.5..0.5. */
static void place_points(struct random *random, const struct skeleton *skeleton, float (*point)[2])
{
    float between = random_between(random, -0.3f, 1.3f), haste = random_between(random, 0.01f, 0.05f);
    float offset[2] = {0, 0};
    for (int i = 0; i < skeleton->points; i++) {
        const struct stroke_point *p = &skeleton->point[i];
        bool first =
            i > 0 && p[-1].mark == STROKE_LIFT; /* of a stroke that the pen was set down for anew: not quite where it should */
        for (int axis = 0; axis < 2 && first; axis++)
            offset[axis] = 0.035f * random_normal(random);
        bool end = i == 0 || first || p->mark == STROKE_LIFT;
        float t = between + 0.15f * random_normal(random), far = end ? haste * 1.6f : haste;
        point[i][0] = ((float)p->ax + t * (float)(p->bx - p->ax)) * 0.01f - 0.5f + offset[0] + far * random_normal(random);
        point[i][1] = ((float)p->ay + t * (float)(p->by - p->ay)) * 0.01f - 0.5f + offset[1] + far * random_normal(random);
    }
}

/* Proportion, slant and the moment: the same smooth map for all points. */
struct hand {
    float waist, taper, bend, bow, matrix[2][2];
    float cubic[2][CUBICS]; /* of u^3, u^2 v, u v^2, v^3 in each axis */
};

static void choose_hand(struct random *random, int digit, struct hand *hand)
{
    hand->waist = 0.08f * random_normal(random);
    hand->taper = 0.18f * random_normal(random);
    hand->bend = 0.10f * random_normal(random);
    hand->bow = 0.06f * random_normal(random);
    float aspect = (float)mathx_exp((digit == 0 ? 0.27 : 0.20) * (double)random_normal(random) - 0.06);
    double turn = 0.11 * (double)random_normal(random);
    float lean = 0.12f + (digit == 1 ? 0.28f : 0.25f) * random_normal(random);
    float cosine = (float)mathx_cos(turn), sine = (float)mathx_sin(turn);
    /* width, then shear, then rotation */
    hand->matrix[0][0] = cosine * aspect;
    hand->matrix[0][1] = -cosine * lean - sine;
    hand->matrix[1][0] = sine * aspect;
    hand->matrix[1][1] = cosine - sine * lean;
    for (int i = 0; i < 2 * CUBICS; i++)
        hand->cubic[i / CUBICS][i % CUBICS] = 0.25f * random_normal(random);
}

static void bend_point(const struct hand *hand, float *x, float *y)
{
    float u = *x, v = *y, round_v = 1 - 4 * v * v, round_u = 1 - 4 * u * u;
    float a = u * (1 + 2 * hand->taper * v) + hand->bend * round_v;
    float b = v + hand->waist * round_v + hand->bow * round_u;
    const float monomial[CUBICS] = {u * u * u, u * u * v, u * v * v, v * v * v};
    for (int i = 0; i < CUBICS; i++) {
        a += hand->cubic[0][i] * monomial[i];
        b += hand->cubic[1][i] * monomial[i];
    }
    *x = hand->matrix[0][0] * a + hand->matrix[0][1] * b;
    *y = hand->matrix[1][0] * a + hand->matrix[1][1] * b;
}

static void add_point(struct shape *shape, float x, float y, bool lift)
{
    if (shape->points == SHAPE_POINTS_MAX)
        return;
    shape->x[shape->points] = x;
    shape->y[shape->points] = y;
    shape->lift[shape->points++] = lift;
}

/* Cubic with the values b, c at its ends, whose slopes there come from the neighbours a, d (Catmull and Rom). */
static float spline(float a, float b, float c, float d, float t)
{
    float slope_b = (c - a) * 0.5f, slope_c = (d - b) * 0.5f, rise = c - b;
    return b + t * (slope_b + t * (3 * rise - 2 * slope_b - slope_c + t * (slope_b + slope_c - 2 * rise)));
}

static void draw_line(const struct skeleton *skeleton, float (*point)[2], struct shape *shape)
{
    int count = skeleton->points;
    for (int i = 0; i + 1 < count; i++) {
        if (skeleton->point[i].mark == STROKE_LIFT)
            continue;
        bool breaks_before = i == 0 || skeleton->point[i].mark == STROKE_CORNER || skeleton->point[i - 1].mark == STROKE_LIFT;
        bool breaks_after = i + 2 >= count || skeleton->point[i + 1].mark != STROKE_ON;
        const float *b = point[i], *c = point[i + 1], *a = breaks_before ? b : point[i - 1], *d = breaks_after ? c : point[i + 2];
        bool last = i + 2 >= count || skeleton->point[i + 1].mark == STROKE_LIFT;
        for (int piece = 0; piece < PIECES + last; piece++) {
            float t = (float)piece / PIECES;
            add_point(shape, spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t), piece == PIECES);
        }
    }
}

/* The pen is pressed in slow waves, and lighter where it is put down or taken up. */
static void press(struct random *random, struct shape *shape)
{
    enum { ENDS = 3 };
    float depth = random_between(random, 0, 0.25f), pace = random_between(random, 0.08f, 0.4f), lightness = random_unit(random);
    double phase = (double)random_between(random, 0, 6.2831853f);
    float sine = (float)mathx_sin(phase), cosine = (float)mathx_cos(phase);
    float step_sine = (float)mathx_sin((double)pace), step_cosine = (float)mathx_cos((double)pace);
    lightness = 0.5f * lightness * lightness;
    for (int i = 0; i < shape->points; i++) {
        int before = i, after = i;
        while (before > 0 && i - before < ENDS && !shape->lift[before - 1])
            before--;
        while (after < shape->points - 1 && after - i < ENDS && !shape->lift[after])
            after++;
        int from_end = i - before < after - i ? i - before : after - i;
        shape->press[i] = 1 + depth * sine - lightness * (float)(ENDS - from_end) / ENDS;
        float next = sine * step_cosine + cosine * step_sine; /* the next angle, by the theorem of addition */
        cosine = cosine * step_cosine - sine * step_sine;
        sine = next;
    }
}

void shape_draw(struct random *random, int digit, struct shape *shape)
{
    float point[SKELETON_POINTS_MAX][2];
    struct hand hand;
    const struct skeleton *skeleton = choose(random, digit);
    place_points(random, skeleton, point);
    choose_hand(random, digit, &hand);
    shape->points = 0;
    draw_line(skeleton, point, shape);
    for (int i = 0; i < shape->points; i++)
        bend_point(&hand, &shape->x[i], &shape->y[i]);
    press(random, shape);
}

void shape_box(const struct shape *shape, float low[2], float high[2])
{
    low[0] = high[0] = shape->x[0];
    low[1] = high[1] = shape->y[0];
    for (int i = 1; i < shape->points; i++) {
        low[0] = fminf(low[0], shape->x[i]);
        high[0] = fmaxf(high[0], shape->x[i]);
        low[1] = fminf(low[1], shape->y[i]);
        high[1] = fmaxf(high[1], shape->y[i]);
    }
}
