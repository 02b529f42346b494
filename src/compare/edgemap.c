/* edgemap.c: see edgemap.h. */
#include "compare/edgemap.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* One step along the gradient, rounded to a neighbour: tan(22.5 degrees) parts the directions. */
static void step_along(float gx, float gy, int *dx, int *dy)
{
    const float flat = 0.41421356f;
    *dx = fabsf(gx) <= flat * fabsf(gy) ? 0 : 1;
    *dy = fabsf(gy) <= flat * fabsf(gx) ? 0 : 1;
    if (*dx && *dy && (gx < 0) != (gy < 0))
        *dy = -1;
}

static float strength_at(const float *strength, int width, int height, int x, int y)
{
    return x < 0 || y < 0 || x >= width || y >= height ? -1 : strength[(size_t)y * (size_t)width + (size_t)x];
}

void edge_thin(const float *strength, const float *gx, const float *gy, int width, int height, float *thin)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            size_t at = (size_t)y * (size_t)width + (size_t)x;
            int dx, dy;
            step_along(gx[at], gy[at], &dx, &dy);
            float before = strength_at(strength, width, height, x - dx, y - dy);
            float after = strength_at(strength, width, height, x + dx, y + dy);
            thin[at] = (dx || dy) && strength[at] > before && strength[at] >= after ? strength[at] : 0;
        }
}

/* Bits of floats that are not negative are in the order of their values. */
static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The largest bits that `count` pixels or more reach, found bit by bit; at least those of the least number above zero. */
static uint32_t threshold_of(const float *thin, size_t pixels, size_t count)
{
    uint32_t threshold = 0;
    for (uint32_t bit = UINT32_C(1) << 30; bit; bit >>= 1) {
        size_t reach = 0;
        for (size_t i = 0; i < pixels; i++)
            reach += bits_of(thin[i]) >= (threshold | bit);
        if (reach >= count)
            threshold |= bit;
    }
    return threshold ? threshold : 1;
}

size_t edge_mark_strongest(const float *thin, size_t pixels, size_t count, unsigned char *marked)
{
    uint32_t threshold = threshold_of(thin, pixels, count);
    size_t marks = 0;
    for (size_t i = 0; i < pixels; i++) {
        marked[i] = bits_of(thin[i]) >= threshold;
        marks += marked[i];
    }
    return marks;
}

static int is_near(const unsigned char *those, int width, int height, int x, int y)
{
    for (int i = y > 0 ? y - 1 : 0; i <= y + 1 && i < height; i++)
        for (int j = x > 0 ? x - 1 : 0; j <= x + 1 && j < width; j++)
            if (those[(size_t)i * (size_t)width + (size_t)j])
                return 1;
    return 0;
}

double edge_share_near(const unsigned char *these, const unsigned char *those, int width, int height)
{
    size_t count = 0, near = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (these[(size_t)y * (size_t)width + (size_t)x]) {
                count++;
                near += (size_t)is_near(those, width, height, x, y);
            }
    return count ? (double)near / (double)count : 0;
}
