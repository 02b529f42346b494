/* draw.h: what the programs behind the sample pictures share: a supersampled canvas in linear light, noise, and a small font.
 *
 * Everything is made of integers and of + - * / sqrt on doubles, so that any machine draws the same pixels. */
#ifndef DRAW_H
#define DRAW_H

#include <stdint.h>

/* Linear light, 0..1 and beyond. */
struct rgb {
    double r, g, b;
};

struct point {
    double x, y;
};

/* What a shape is filled with: a colour, changed by `shade` at each point where there is one, laid on with `opacity`. */
struct paint {
    struct rgb colour;
    struct rgb (*shade)(struct rgb colour, double x, double y);
    double opacity;
};

/* Each pixel is SUPER x SUPER samples. Shapes are given in units, of which the canvas is `breadth` wide. */
enum { SUPER = 4 };
struct canvas {
    int columns, rows; /* samples */
    double grain;      /* samples per unit */
    struct rgb *samples;
};

/* Ends the program when memory runs out. */
struct canvas canvas_create(int width, int height, double breadth);
void canvas_free(struct canvas *canvas);
/* The mean of a pixel's samples, in linear light. */
struct rgb canvas_pixel(const struct canvas *canvas, int x, int y);
struct rgb *canvas_sample(const struct canvas *canvas, double x, double y);

/* Everything on or below the line y = skyline(x), as far as y = bottom. */
void fill_below(struct canvas *canvas, double (*skyline)(double x), double bottom, const struct paint *paint);
void fill_polygon(struct canvas *canvas, const struct point *points, int count, const struct paint *paint);
void fill_box(struct canvas *canvas, double left, double top, double right, double bottom, const struct paint *paint);
void fill_ellipse(struct canvas *canvas, double x, double y, double rx, double ry, const struct paint *paint);
/* A straight stroke that tapers from `width` to `end_width`. */
void draw_stroke(struct canvas *canvas, struct point a, struct point b, double width, double end_width, const struct paint *paint);
/* Capitals, digits and a few signs. `size` is the height of a capital; the text runs at slope dy/dx = `slope` from its top left. */
void draw_text(struct canvas *canvas, double x, double y, double size, double slope, const char *text, const struct paint *paint);
/* Is the point inside the text of height 7 at 0,0 (a letter takes 6)? */
int text_covers(const char *text, double x, double y);

struct paint plain(uint32_t srgb);
struct paint shaded(uint32_t srgb, struct rgb (*shade)(struct rgb colour, double x, double y));
/* 0xRRGGBB to linear light. Gamma is 2 here: a square one way, a root the other, both exact everywhere. */
struct rgb from_srgb(uint32_t srgb);
struct rgb mix(struct rgb a, struct rgb b, double t);
struct rgb scaled(struct rgb a, double factor);
double clamp01(double v);
/* 0 below a, 1 above b, smooth between. */
double smooth(double a, double b, double v);

/* Random numbers 0..1 in a fixed sequence. */
struct dice {
    uint64_t state;
};
double roll(struct dice *dice);
double roll_between(struct dice *dice, double lo, double hi);
/* About normal, mean 0, deviation 1 (the sum of twelve). */
double roll_normal(struct dice *dice);

/* Value noise in 0..1 with features one unit wide; `octaves` of it, each twice as fine and half as strong. */
double noise(double x, double y, uint32_t seed);
double fractal(double x, double y, int octaves, uint32_t seed);
/* Sine of turns: sine(0.25) is 1. */
double sine(double turns);

/* The pictures. */
void draw_photo(struct canvas *canvas);
double chart_gray(double x, double y);          /* 0..1 as stored, at a point of the 512x512 chart */
void alpha_pixel(int x, int y, double rgba[4]); /* 0..1 as stored, of the 384x256 picture */
void deep_pixel(int x, int y, uint16_t rgb[3]); /* as stored, of the 384x256 picture */

#endif
