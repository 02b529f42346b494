/* draw_canvas.c: the canvas, its shapes, and the noise that makes them look like a photo. See draw.h. */
#include "draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct canvas canvas_create(int width, int height, double breadth)
{
    struct canvas canvas = {width * SUPER, height * SUPER, width * SUPER / breadth, NULL};
    canvas.samples = calloc((size_t)canvas.columns * (size_t)canvas.rows, sizeof *canvas.samples);
    if (!canvas.samples) {
        fprintf(stderr, "draw_samples: out of memory\n");
        exit(1);
    }
    return canvas;
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->samples);
}

static struct rgb *sample_at(const struct canvas *canvas, int column, int row)
{
    return canvas->samples + (size_t)row * (size_t)canvas->columns + column;
}

/* Clamped to the canvas. */
struct rgb *canvas_sample(const struct canvas *canvas, double x, double y)
{
    int column = (int)(x * canvas->grain), row = (int)(y * canvas->grain);
    column = column < 0 ? 0 : column >= canvas->columns ? canvas->columns - 1 : column;
    row = row < 0 ? 0 : row >= canvas->rows ? canvas->rows - 1 : row;
    return sample_at(canvas, column, row);
}

struct rgb canvas_pixel(const struct canvas *canvas, int x, int y)
{
    struct rgb sum = {0, 0, 0};
    for (int i = 0; i < SUPER * SUPER; i++) {
        const struct rgb *sample = sample_at(canvas, x * SUPER + i % SUPER, y * SUPER + i / SUPER);
        sum = (struct rgb){sum.r + sample->r, sum.g + sample->g, sum.b + sample->b};
    }
    return scaled(sum, 1.0 / (SUPER * SUPER));
}

/* Samples whose centre lies in left <= x < right of one row of samples. */
static void fill_span(struct canvas *canvas, int row, double left, double right, const struct paint *paint)
{
    double y = (row + 0.5) / canvas->grain;
    int first = (int)ceil(left * canvas->grain - 0.5), end = (int)ceil(right * canvas->grain - 0.5);
    if (row < 0 || row >= canvas->rows)
        return;
    first = first < 0 ? 0 : first;
    end = end > canvas->columns ? canvas->columns : end;
    for (int column = first; column < end; column++) {
        struct rgb *sample = sample_at(canvas, column, row);
        struct rgb colour = paint->shade ? paint->shade(paint->colour, (column + 0.5) / canvas->grain, y) : paint->colour;
        *sample = mix(*sample, colour, paint->opacity);
    }
}

void fill_below(struct canvas *canvas, double (*skyline)(double x), double bottom, const struct paint *paint)
{
    for (int column = 0; column < canvas->columns; column++) {
        double left = column / canvas->grain, right = (column + 1) / canvas->grain;
        int first = (int)ceil(skyline((left + right) / 2) * canvas->grain - 0.5);
        for (int row = first < 0 ? 0 : first; row < bottom * canvas->grain; row++)
            fill_span(canvas, row, left, right, paint);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Even-odd rule along each row of samples. At most 32 points. */
void fill_polygon(struct canvas *canvas, const struct point *points, int count, const struct paint *paint)
{
    double top = points[0].y, bottom = points[0].y, crossing[32];
    for (int i = 1; i < count; i++) {
        top = points[i].y < top ? points[i].y : top;
        bottom = points[i].y > bottom ? points[i].y : bottom;
    }
    for (int row = (int)(top * canvas->grain) - 1; row <= (int)(bottom * canvas->grain) + 1; row++) {
        double y = (row + 0.5) / canvas->grain;
        int crossings = 0;
        for (int i = 0; i < count && crossings < 32; i++) {
            struct point a = points[i], b = points[(i + 1) % count];
            if ((a.y <= y) != (b.y <= y))
                crossing[crossings++] = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
        }
        qsort(crossing, (size_t)crossings, sizeof *crossing, compare_doubles);
        for (int i = 0; i + 1 < crossings; i += 2)
            fill_span(canvas, row, crossing[i], crossing[i + 1], paint);
    }
}

void fill_box(struct canvas *canvas, double left, double top, double right, double bottom, const struct paint *paint)
{
    fill_polygon(canvas, (struct point[]){{left, top}, {right, top}, {right, bottom}, {left, bottom}}, 4, paint);
}

void fill_ellipse(struct canvas *canvas, double x, double y, double rx, double ry, const struct paint *paint)
{
    for (int row = (int)((y - ry) * canvas->grain) - 1; row <= (int)((y + ry) * canvas->grain) + 1; row++) {
        double v = ((row + 0.5) / canvas->grain - y) / ry, square = 1 - v * v;
        if (square > 0)
            fill_span(canvas, row, x - rx * sqrt(square), x + rx * sqrt(square), paint);
    }
}

void draw_stroke(struct canvas *canvas, struct point a, struct point b, double width, double end_width, const struct paint *paint)
{
    double dx = b.x - a.x, dy = b.y - a.y, length = sqrt(dx * dx + dy * dy);
    if (length <= 0)
        return;
    struct point n = {-dy / length / 2, dx / length / 2}; /* half a unit to the side */
    fill_polygon(canvas,
                 (struct point[]){{a.x + n.x * width, a.y + n.y * width},
                                  {b.x + n.x * end_width, b.y + n.y * end_width},
                                  {b.x - n.x * end_width, b.y - n.y * end_width},
                                  {a.x - n.x * width, a.y - n.y * width}},
                 4, paint);
}

struct paint plain(uint32_t srgb)
{
    return (struct paint){from_srgb(srgb), NULL, 1};
}

struct paint shaded(uint32_t srgb, struct rgb (*shade)(struct rgb colour, double x, double y))
{
    return (struct paint){from_srgb(srgb), shade, 1};
}

struct rgb from_srgb(uint32_t srgb)
{
    double r = (srgb >> 16 & 255) / 255.0, g = (srgb >> 8 & 255) / 255.0, b = (srgb & 255) / 255.0;
    return (struct rgb){r * r, g * g, b * b};
}

struct rgb mix(struct rgb a, struct rgb b, double t)
{
    return (struct rgb){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

struct rgb scaled(struct rgb a, double factor)
{
    return (struct rgb){a.r * factor, a.g * factor, a.b * factor};
}

double clamp01(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

double smooth(double a, double b, double v)
{
    double t = clamp01((v - a) / (b - a));
    return t * t * (3 - 2 * t);
}

/* The finaliser of splitmix64. */
static uint64_t scramble(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

double roll(struct dice *dice)
{
    return (double)(scramble(dice->state += 0x9e3779b97f4a7c15u) >> 11) * 0x1p-53;
}

double roll_between(struct dice *dice, double lo, double hi)
{
    return lo + (hi - lo) * roll(dice);
}

double roll_normal(struct dice *dice)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += roll(dice);
    return sum;
}

static double lattice(int64_t x, int64_t y, uint32_t seed)
{
    uint64_t key = (uint64_t)x * 0x9e3779b97f4a7c15u + (uint64_t)y * 0xc2b2ae3d27d4eb4fu + seed;
    return (double)(scramble(key) >> 11) * 0x1p-53;
}

double noise(double x, double y, uint32_t seed)
{
    double fx = floor(x), fy = floor(y);
    int64_t ix = (int64_t)fx, iy = (int64_t)fy;
    double u = smooth(0, 1, x - fx), v = smooth(0, 1, y - fy);
    double top = lattice(ix, iy, seed) * (1 - u) + lattice(ix + 1, iy, seed) * u;
    double bottom = lattice(ix, iy + 1, seed) * (1 - u) + lattice(ix + 1, iy + 1, seed) * u;
    return top * (1 - v) + bottom * v;
}

double fractal(double x, double y, int octaves, uint32_t seed)
{
    double sum = 0, weight = 0.5, total = 0;
    for (int i = 0; i < octaves; i++, weight /= 2, x *= 2, y *= 2) {
        sum += weight * noise(x, y, seed + (uint32_t)i);
        total += weight;
    }
    return sum / total;
}

/* The Taylor series up to x^13, which is good to 1e-9 over a quarter turn. */
double sine(double turns)
{
    double t = turns - floor(turns + 0.5); /* -1/2 .. 1/2 of a turn */
    t = t > 0.25 ? 0.5 - t : t < -0.25 ? -0.5 - t : t;
    double x = t * 6.283185307179586, square = x * x, term = x, sum = x;
    for (int i = 2; i <= 12; i += 2) {
        term *= -square / (i * (i + 1));
        sum += term;
    }
    return sum;
}
