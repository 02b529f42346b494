/* fft_tile.c: the size of overlap-save tiles, by counting. A larger tile wastes less on the overlap, a smaller one transforms
 * faster and stays in cache. Measured costs of FFTW's estimated plans (SSE2/AVX builds of 3.3.10, nanoseconds a real sample, both
 * directions): 1.0 to 1.5 for heights of 2^k up to 128 with widths of 2^k up to 128 or 5*2^k, 2.2 to 2.9 for the other heights of
 * 5*2^k, 5 to 8 for 256 and 512, whose columns fall on the same cache lines. Only the first two kinds are tried.
 */
#include "conv/fft_tile.h"

#include <math.h>

/* The largest transform that is tried where the kernel does not force a larger one (8 bytes a sample, and three of them within 2
 * MiB), and the most samples that the results of all filters and lanes may take. */
enum { SAMPLES_USUAL = 128 * 640, RESULTS_USUAL = 32 * SAMPLES_USUAL, POWERS_UP_TO = 128 };

/* 2^k up to 128, and 5*2^k. */
static int next_length(int n)
{
    int power = 8;
    while (2 * power <= n)
        power *= 2;
    if (n < power / 4 * 5)
        return power / 4 * 5;
    return 2 * power <= POWERS_UP_TO ? 2 * power : 2 * power / 4 * 5;
}

static int first_length(int at_least)
{
    int n = 8;
    while (n < at_least)
        n = next_length(n);
    return n;
}

/* Outputs that a tile of length n keeps. */
static int kept(const struct imc_conv_axis *axis, int extent, int n, int out)
{
    int keep = (n - extent) / axis->stride + 1;
    return keep < out ? keep : out;
}

/* Is a height one of the fast ones? */
static bool fast_height(int n)
{
    return n <= POWERS_UP_TO && (n & (n - 1)) == 0;
}

/* Tenths of a nanosecond an output, roughly, for tiles of ny x nx in pairs. */
static double tile_cost(const struct imc_plan *plan, int ny, int nx)
{
    const struct imc_conv_desc *desc = &plan->desc;
    double n = (double)ny * nx, transforms = desc->in_c + desc->filters;
    double pairs = (double)desc->filters * plan->filter_c;
    double tiles_y = ceil((double)plan->out_h / kept(&desc->y, plan->extent_y, ny, plan->out_h));
    double tiles_x = ceil((double)plan->out_w / kept(&desc->x, plan->extent_x, nx, plan->out_w));
    tiles_x = ceil(tiles_x / 2) * 2;
    double work = transforms * n * (fast_height(ny) ? 6 : 12) + pairs * 3 * n + 14 * n;
    return tiles_y * tiles_x * work / ((double)plan->out_h * plan->out_w * desc->filters);
}

/* Lengths beyond what the whole image needs are of no use. */
static int length_needed(int out, int stride, int extent)
{
    int64_t need = (int64_t)(out - 1) * stride + extent;
    return first_length(need < FFT_LENGTH_MAX ? (int)need : FFT_LENGTH_MAX);
}

double fft_tile_choose(const struct imc_plan *plan, struct fft_tile *ty, struct fft_tile *tx)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int least_y = first_length(plan->extent_y), least_x = first_length(plan->extent_x);
    int most_y = length_needed(plan->out_h, desc->y.stride, plan->extent_y);
    int most_x = length_needed(plan->out_w, desc->x.stride, plan->extent_x);
    int64_t usual = RESULTS_USUAL / ((int64_t)desc->filters * desc->lanes);
    if (usual > SAMPLES_USUAL)
        usual = SAMPLES_USUAL;
    double best = INFINITY;
    for (int y = least_y; y <= most_y && (y == least_y || y <= 1024); y = next_length(y))
        for (int x = least_x; x <= most_x && (x == least_x || (int64_t)y * x <= usual); x = next_length(x)) {
            double cost = tile_cost(plan, y, x);
            if (cost < best) {
                best = cost;
                ty->n = y;
                tx->n = x;
            }
        }
    ty->keep = kept(&desc->y, plan->extent_y, ty->n, plan->out_h);
    tx->keep = kept(&desc->x, plan->extent_x, tx->n, plan->out_w);
    return best;
}
