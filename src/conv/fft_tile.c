/* fft_tile.c: the size of overlap-save tiles, by counting. A larger tile wastes less on the overlap, a smaller one transforms faster and stays in
 * cache.
 */
#include "conv/fft_tile.h"

#include <math.h>

/* The largest transform that is tried where the kernel does not force a larger one (two of them fit a 2 MiB cache), and the most floats
 * that the results of all filters and lanes may take. */
enum { REALS_USUAL = 512 * 512, RESULTS_USUAL = 16 * REALS_USUAL };

/* Lengths that are tried: 2^k and 5*2^k, on which FFTW's estimated plans are fastest (96, 192 and 384 take half as long again a sample). */
static int next_length(int n)
{
    int power = 8;
    while (2 * power <= n)
        power *= 2;
    return n < power / 4 * 5 ? power / 4 * 5 : 2 * power;
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

/* Multiplications an output, roughly, for a tile of ny x nx. */
static double tile_cost(const struct imc_plan *plan, int ny, int nx)
{
    const struct imc_conv_desc *desc = &plan->desc;
    double n = (double)ny * nx, transforms = desc->in_c + desc->filters;
    double pairs = (double)desc->filters * plan->filter_c;
    double tiles_y = ceil((double)plan->out_h / kept(&desc->y, plan->extent_y, ny, plan->out_h));
    double tiles_x = ceil((double)plan->out_w / kept(&desc->x, plan->extent_x, nx, plan->out_w));
    double work = transforms * 2.5 * n * log2(n) + pairs * 4 * n;
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
    if (usual > REALS_USUAL)
        usual = REALS_USUAL;
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
