/* draw_charts.c: the charts among the sample pictures. See draw.h. */
#include "draw.h"

#include <math.h>

static double distance(double dx, double dy)
{
    return sqrt(dx * dx + dy * dy);
}

/* The angle of (dx, dy) in turns, -1/2..1/2: an approximation good to 3e-4 turns, bettered by one Newton step. */
static double angle(double dx, double dy)
{
    double ax = fabs(dx), ay = fabs(dy), low = ax < ay ? ax : ay, high = ax < ay ? ay : ax;
    if (high <= 0)
        return 0;
    double t = low / high, a = t * (0.125 + (1 - t) * (0.0389 + 0.0106 * t));
    a = ay > ax ? 0.25 - a : a;
    a = dx < 0 ? 0.5 - a : a;
    a = dy < 0 ? -a : a;
    return a + (dy * sine(a + 0.25) - dx * sine(a)) / distance(dx, dy) / 6.283185307179586;
}

/* 36 wedges that meet in a point: an edge at every ten degrees. */
static double siemens(double dx, double dy)
{
    double r = distance(dx, dy);
    if (r > 112)
        return r < 116 ? 0.1 : -1;
    if (r < 4)
        return 0.5;
    double t = angle(dx, dy) * 18;
    return t - floor(t) < 0.5 ? 0.1 : 0.92;
}

/* cos(k r^2): waves of every direction, finer and finer to half the sampling rate at the rim. */
static double zone_plate(double dx, double dy)
{
    double square = dx * dx + dy * dy, r = sqrt(square);
    return r > 116 ? -1 : 0.5 + 0.42 * sine(square / (4.3 * 116) + 0.25) * smooth(116, 100, r);
}

/* Bars whose edges lie at 0, 5, 15, 30, 45, 60 and 75 degrees. */
static double slanted(double x, double y)
{
    static const double slope[] = {0, 0.0874886635, 0.2679491924, 0.5773502692, 1, 1.7320508076, 3.7320508076};
    int i = (int)floor(x / 32);
    double u = x - i * 32 - 16, v = y - 32;
    if (i < 0 || i > 6 || fabs(v) > 26 || fabs(u) > 13)
        return -1;
    double across = (u - slope[i] * v) / sqrt(1 + slope[i] * slope[i]);
    return fabs(across) < 5 ? 0.08 : 0.92;
}

/* Line pairs of 8, 6, 4, 3, 2 and 1 pixels a line, upright and lying. */
static double lines(double x, double y)
{
    static const int wide[] = {8, 6, 4, 3, 2, 1};
    int i = (int)floor(x / 36);
    double u = x - i * 36, v = y;
    if (i < 0 || i > 5 || u >= 32 || v < 0 || v >= 64 || (v >= 30 && v < 34))
        return -1;
    double along = v < 32 ? u : v - 34;
    return fmod(floor(along / wide[i]), 2) < 1 ? 0.1 : 0.92;
}

static double text_lines(double x, double y)
{
    static const struct {
        const char *text;
        double x, y, unit;
    } row[] = {
        {"IMGCONV", 0, 0, 4}, {"SOBEL PREWITT", 0, 36, 2}, {"LAPLACIAN EMBOSS", 0, 54, 1.5}, {"GAUSSIAN 0123456789 +-%", 0, 69, 1}};
    for (int i = 0; i < 4; i++)
        if (text_covers(row[i].text, (x - row[i].x) / row[i].unit, (y - row[i].y) / row[i].unit))
            return 0.05;
    return -1;
}

/* Eleven steps from black to white, and below them the same as one gradient. */
static double steps(double x, double y)
{
    if (x < 0 || x >= 484 || y < 0 || y >= 64)
        return -1;
    return y < 36 ? floor(x / 44) / 10 : x / 484;
}

/* A checkerboard, a ring, and dots of growing size. */
static double small_things(double x, double y)
{
    if (x >= 0 && x < 48 && y >= 0 && y < 48)
        return fmod(floor(x / 6) + floor(y / 6), 2) < 1 ? 0.1 : 0.92;
    double r = distance(x - 84, y - 24);
    if (r < 24)
        return r > 16 ? 0.1 : r < 8 ? 0.1 : 0.92;
    for (int i = 0; i < 6; i++)
        if (distance(x - 128 - 20 * i, y - 24) < 0.7 + 1.4 * i)
            return i % 2 ? 0.1 : 0.92;
    return -1;
}

double chart_gray(double x, double y)
{
    const double part[] = {siemens(x - 132, y - 132), zone_plate(x - 380, y - 132), slanted(x - 16, y - 262),
                           lines(x - 270, y - 264),   text_lines(x - 18, y - 346),  small_things(x - 262, y - 354),
                           steps(x - 14, y - 434)};
    for (int i = 0; i < 7; i++)
        if (part[i] >= 0)
            return part[i];
    return 0.66;
}

/* Lays colour c with opacity a over premultiplied rgba. */
static void lay(double rgba[4], uint32_t srgb, double a)
{
    const double c[3] = {(srgb >> 16 & 255) / 255.0, (srgb >> 8 & 255) / 255.0, (srgb & 255) / 255.0};
    for (int k = 0; k < 3; k++)
        rgba[k] = rgba[k] * (1 - a) + c[k] * a;
    rgba[3] = rgba[3] * (1 - a) + a;
}

static uint32_t blend(uint32_t from, uint32_t to, double t)
{
    uint32_t out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double a = from >> shift & 255, b = to >> shift & 255;
        out |= (uint32_t)(a + (b - a) * clamp01(t) + 0.5) << shift;
    }
    return out;
}

/* Signed distance to a star of five rays with its centre at 0,0, roughly: negative inside. */
static double star(double dx, double dy, double radius)
{
    double t = (angle(dx, dy) + 0.25) * 5, fold = fabs(t - floor(t + 0.5)) / 2.5; /* 0 on a ray, 0.2 turns between */
    return distance(dx, dy) * (sine(0.25 - fold / 2) + 0.95 * sine(fold)) - radius;
}

void alpha_pixel(int x, int y, double rgba[4])
{
    double px = x + 0.5, py = y + 0.5;
    double ball = distance(px - 112, py - 128), ring = fabs(distance(px - 262, py - 112) - 62);
    for (int k = 0; k < 4; k++)
        rgba[k] = 0;
    lay(rgba, blend(0x8fe3d4, 0x14507a, (px - 40 + py - 50) / 260), smooth(96, 62, ball)); /* soft as smoke */
    lay(rgba, 0xffffff, 0.55 * smooth(34, 4, distance(px - 86, py - 96)));
    lay(rgba, blend(0xf7b733, 0xe0432e, (py - 40) / 150), smooth(16.5, 14.5, ring) * 0.9);
    lay(rgba, blend(0xffe27a, 0xf29a1f, (py - 70) / 90), smooth(0.8, -0.8, star(px - 262, py - 114, 46)));
    for (int i = 0; i < 8; i++) /* a strip from opaque to clear in eight steps */
        if (px >= 196 + 20 * i && px < 214 + 20 * i && py >= 204 && py < 228)
            lay(rgba, 0x2b6f3e, 1 - i / 8.0);
    if (text_covers("ALPHA", (px - 30) / 5, (py - 214) / 4))
        lay(rgba, 0x232a3a, 1);
    if (rgba[3] > 0) {
        for (int k = 0; k < 3; k++)
            rgba[k] /= rgba[3];
    } else { /* what nobody should ever see: filters that forget alpha drag it into the picture */
        rgba[0] = rgba[2] = 1;
    }
}

/* A dusk whose whole range is a few 8-bit steps wide in places, with a text and rings of less than half a step. */
void deep_pixel(int x, int y, uint16_t rgb[3])
{
    double u = (x + 0.5) / 384, v = (y + 0.5) / 256;
    double glow = 1 / (1 + 4 * ((u - 0.68) * (u - 0.68) + (v - 0.92) * (v - 0.92) * 2));
    double hidden = text_covers("16 BITS", (x - 46) / 7.0, (y - 60) / 7.0) ? 100 : 0;
    double r = distance(x - 262, y - 176);
    if (r < 60)
        hidden += fmod(floor(r / 10), 2) * 100;
    rgb[0] = (uint16_t)(6000 + 34000 * glow * glow * v + hidden + 0.5);
    rgb[1] = (uint16_t)(8000 + 17000 * glow * glow * v + hidden + 0.5);
    rgb[2] = (uint16_t)(15000 + 9000 * v * (1 - 0.6 * glow) + hidden + 0.5);
}
