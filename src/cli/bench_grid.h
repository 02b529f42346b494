/* bench_grid.h: the time of each mode over a grid of kernels, and what auto picks. */
#ifndef BENCH_GRID_H
#define BENCH_GRID_H

#include <imgconv/imgconv.h>
#include <stdbool.h>

/* auto stands last, so that the modes it chooses among come before it. */
enum grid_column { GRID_DIRECT, GRID_SEPARABLE, GRID_FFT, GRID_AUTO, GRID_COLUMNS };

struct grid_cell {
    const char *kernel; /* "dense", "gaussian", "log", "mean" */
    enum imc_type type; /* of input and output */
    int size;
    double ns[GRID_COLUMNS]; /* a pixel, the shortest of several runs; 0 where the mode refuses */
    char picked[16];         /* the executor that auto picks */
    double ratio;            /* auto's time / the shortest */
};

/* What auto may cost more than the best mode. */
#define GRID_RATIO_MAX 1.2

enum { GRID_SIZES = 13, GRID_KERNELS = 4, GRID_TYPES = 2, GRID_CELLS = GRID_SIZES * GRID_KERNELS * GRID_TYPES };

/* "direct", "separable", "fft", "auto". */
const char *grid_column_name(enum grid_column column);
/* "u8" or "f32". */
const char *grid_type_name(enum imc_type type);
/* Measures all cells on pictures of height x width; `step` is told before each. Fails where memory does. */
enum imc_status grid_measure(int height, int width, int threads, struct grid_cell cells[GRID_CELLS],
                             void (*step)(void *context, int done), void *context, struct imc_error *error);
/* The size of that kernel and type from which on, in all of the grid, mode a is faster than mode b; 0: none. */
int grid_crossover(const struct grid_cell cells[GRID_CELLS], const char *kernel, enum imc_type type, enum grid_column a,
                   enum grid_column b);
/* The cell whose ratio is largest. */
const struct grid_cell *grid_worst(const struct grid_cell cells[GRID_CELLS]);

#endif
