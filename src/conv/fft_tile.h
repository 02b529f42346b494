/* fft_tile.h: the size of overlap-save tiles. */
#ifndef FFT_TILE_H
#define FFT_TILE_H

#include "conv/plan.h"

enum { FFT_LENGTH_MAX = 1 << 16 };

/* One axis of the tiling. */
struct fft_tile {
    int n;    /* transform length: rows, or samples of all lanes */
    int keep; /* outputs of a tile: rows, or pixels */
};

/* Chooses the tile of least cost; returns its cost in tenths of a nanosecond an output, roughly. */
double fft_tile_choose(const struct imc_plan *plan, struct fft_tile *y, struct fft_tile *x);

#endif
