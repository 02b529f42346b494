/* fft_tile.c: the size of overlap-save tiles, by counting. A larger tile wastes less on the overlap, a smaller one stays in cache:
 * half of L2 is 256 KiB, 2^15 samples of 8 bytes. The constants are tenths of a nanosecond a complex sample, measured (`imgconv
 * bench` shows what comes of them).
 */
#include "conv/fft_tile.h"

#include <math.h>

/* The most samples of a tile that are tried where the kernel does not force more, the most that the results of all filters may
 * take, and the most in the rows of a tile across the whole picture, which a run that streams holds a few times. */
enum {
    SAMPLES_USUAL = 1 << 17,
    RESULTS_USUAL = 1 << 22,
    ROWS_USUAL = 1 << 23,
    SAMPLES_L2 = 1 << 15,
    ROWS_LEAST = 8,
    WIDTH_LEAST = 64
};

/* A row there, with its load; a column there; a column back; a row back, with its store; a product; what a step costs more beyond
 * L2. And, an output, what does not depend on tiles: the conversion and the padding of the rows, the stores to memory. */
static const double ROW = 5.6, COLUMN = 4, BACK = 4, ROW_BACK = 6.4, PRODUCT = 1, BEYOND_L2 = 3.2, OUTPUT = 4.8;

static int first_length(int least, int64_t at_least)
{
    int n = least;
    while (n < at_least)
        n *= 2;
    return n;
}

/* Outputs that a tile of length n keeps. */
static int kept(const struct imc_conv_axis *axis, int extent, int n, int out)
{
    int keep = (n - extent) / axis->stride + 1;
    return keep < out ? keep : out;
}

/* Tenths of a nanosecond an output, roughly, for tiles of ny x nx in pairs. */
static double tile_cost(const struct imc_plan *plan, int ny, int nx)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int keep_y = kept(&desc->y, plan->extent_y, ny, plan->out_h);
    int keep_x = kept(&desc->x, plan->extent_x, nx / desc->lanes, plan->out_w);
    double n = (double)ny * nx, kept_rows = (double)keep_y * nx;
    double pairs = ceil((double)plan->out_h / keep_y) * ceil(ceil((double)plan->out_w / keep_x) / 2);
    double channels = desc->in_c, filters = desc->filters, products = filters * plan->filter_c;
    double work = channels * n * (ROW + COLUMN) + filters * (n * BACK + kept_rows * ROW_BACK) + products * n * PRODUCT;
    if (n > SAMPLES_L2)
        work += (channels + filters) * n * BEYOND_L2;
    return OUTPUT + pairs * work / ((double)plan->out_h * plan->out_w * filters * desc->lanes);
}

double fft_tile_choose(const struct imc_plan *plan, struct fft_tile *ty, struct fft_tile *tx)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int64_t extent_x = (int64_t)plan->extent_x * desc->lanes;
    int least_y = first_length(ROWS_LEAST, plan->extent_y), least_x = first_length(WIDTH_LEAST, extent_x);
    /* Lengths beyond what the whole image needs are of no use. */
    int64_t most_y = (int64_t)(plan->out_h - 1) * desc->y.stride + plan->extent_y, most_x = (int64_t)plan->span_w * desc->lanes;
    int64_t usual = RESULTS_USUAL / desc->filters < SAMPLES_USUAL ? RESULTS_USUAL / desc->filters : SAMPLES_USUAL;
    double best = INFINITY;
    for (int y = least_y; y == least_y || (y < 2 * most_y && y <= FFT_LENGTH_MAX && y * most_x <= ROWS_USUAL); y *= 2)
        for (int x = least_x; x == least_x || (x < 2 * most_x && (int64_t)y * x <= usual); x *= 2) {
            double cost = tile_cost(plan, y, x);
            if (cost < best) {
                best = cost;
                ty->n = y;
                tx->n = x;
            }
        }
    ty->keep = kept(&desc->y, plan->extent_y, ty->n, plan->out_h);
    tx->keep = kept(&desc->x, plan->extent_x, tx->n / desc->lanes, plan->out_w);
    return best;
}
