/* picture.c: gentle waves, discs with sharp edges, and noise of about 2.4 steps: libpng brings it to some 45 % of its size, as
 * it does a photo. */
#include "bench/picture.h"

#include <math.h>
#include <stdlib.h>

enum { DISCS = 60 };

uint64_t picture_random(uint64_t a, uint64_t b)
{
    uint64_t z = a * 0x9e3779b97f4a7c15u + b * 0xd1b54a32d192ed03u + 0x8cb92ba72f3d8dd7u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Nearly normal, of deviation 2.4: the number of ones in 23 bits. */
static float noise(uint64_t bits)
{
    return (float)__builtin_popcountll(bits >> 41) - 11.5f;
}

static double unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

/* Adds the chord that each disc cuts out of row y. */
static void draw_discs(float *row, int y, int width, int height, int channels)
{
    for (uint64_t d = 0; d < DISCS; d++) {
        double r = (0.01 + 0.12 * unit(picture_random(d, 1))) * height, dy = y - unit(picture_random(d, 2)) * height;
        double middle = unit(picture_random(d, 3)) * width, half = dy * dy < r * r ? sqrt(r * r - dy * dy) : -1;
        int from = half < 0 ? 0 : (int)fmax(0, ceil(middle - half)),
            to = half < 0 ? -1 : (int)fmin(width - 1, floor(middle + half));
        for (int c = 0; c < channels; c++) {
            float height_of_step = (float)(unit(picture_random(d, 4 + (uint64_t)c)) * 100 - 50);
            for (int x = from; x <= to; x++)
                row[x * channels + c] += height_of_step;
        }
    }
}

void picture_row(float *row, int y, int width, int height, int channels)
{
    for (int x = 0; x < width; x++)
        for (int c = 0; c < channels; c++) {
            float u = (float)x / (float)width, v = (float)y / (float)height;
            float wave = (u - 0.5f) * (v - 0.3f) * 90 + (u * u - v * (1 - 0.2f * (float)c)) * 40;
            row[x * channels + c] = 128 + wave;
        }
    draw_discs(row, y, width, height, channels);
    for (int i = 0; i < width * channels; i++)
        row[i] = fminf(fmaxf(row[i] + noise(picture_random((uint64_t)i, (uint64_t)y + 1000)), 0), 255);
}

void picture_fill(void *data, enum imc_type type, int width, int height, int channels)
{
    size_t count = (size_t)width * (size_t)channels;
    float *row = malloc(count * sizeof *row);
    if (!row)
        abort();
    for (int y = 0; y < height; y++) {
        picture_row(row, y, width, height, channels);
        for (size_t i = 0; i < count; i++) {
            if (type == IMC_U8)
                ((uint8_t *)data)[(size_t)y * count + i] = (uint8_t)lrintf(row[i]);
            else
                ((float *)data)[(size_t)y * count + i] = (row[i] + (float)(i % 7) * 0.01f) / 256;
        }
    }
    free(row);
}
