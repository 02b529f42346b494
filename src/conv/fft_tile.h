/* fft_tile.h: the size of overlap-save tiles. */
#ifndef FFT_TILE_H
#define FFT_TILE_H

#include "conv/plan.h"

enum { FFT_LENGTH_MAX = 1 << 16 };

/* What the executors cost is compared in tenths of a nanosecond an output on one machine; only the ratios matter. To measure a tap
 * of the direct executor again: `imgconv bench`, ten times what direct takes for dense f32 kernels of 9x9 to 15x15, by their taps.
 * Of separable passes: the difference between two sizes of gaussian f32, by that of their rows and columns. */
#define COST_DIRECT_TAP 0.144

/* One axis of the tiling. */
struct fft_tile {
    int n;    /* transform length: rows, or samples of all lanes */
    int keep; /* outputs of a tile: rows, or pixels */
};

/* Chooses the tile of least cost; returns its cost in tenths of a nanosecond an output, roughly. */
double fft_tile_choose(const struct imc_plan *plan, struct fft_tile *y, struct fft_tile *x);

#endif
