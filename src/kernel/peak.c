/* peak.c: the largest gain is looked for on a grid that is finer than the response can change, and climbed from its best tops by
 * steps that are halved (compass search). */
#include "kernel/peak.h"

#include "base/fail.h"
#include "base/memory.h"

#include <math.h>

enum { GRID_LEAST = 16, GRID_MOST = 256, GRID_OF_SIDE = 8, TOPS_MOST = 16 };

static const double NO_BETTER = 1e-8; /* of a power: equal ones */
static const double STEP_LEAST = 1e-6;
static const double HOPELESS = 0.7; /* of the best power: a top between points of the grid is not that much higher than they are */

/* One tap lets every frequency through alike. */
static int grid_of(int side)
{
    int grid = GRID_OF_SIDE * side;
    if (side == 1)
        return 0;
    return grid < GRID_LEAST ? GRID_LEAST : grid > GRID_MOST ? GRID_MOST : grid;
}

/* Frequency number `at` of 0..grid, of which the middle is 0. */
static double grid_frequency(int grid, int at)
{
    return grid ? (double)(at - grid / 2) / grid : 0;
}

/* Of equal ones on the grid the one of the lowest frequency. */
static bool is_better(const struct peak *found, const struct peak *best)
{
    double slack = NO_BETTER * best->power;
    if (fabs(found->power - best->power) > slack)
        return found->power > best->power;
    return hypot(found->fy, found->fx) < hypot(best->fy, best->fx) - NO_BETTER;
}

/* Powers [columns / 2 + 1][rows + 1]: fx from 0 on, fy from -1/2 on. Taps are real: half of the plane tells all. */
struct grid {
    int rows, columns;
    double *power;
};

static struct peak grid_at(const struct grid *grid, int x, int y)
{
    return (struct peak){grid_frequency(grid->rows, y), grid_frequency(grid->columns, x + grid->columns / 2),
                         grid->power[(size_t)x * (size_t)(grid->rows + 1) + (size_t)y]};
}

static enum imc_status fill_grid(const struct planes *planes, struct grid *grid, struct imc_error *error)
{
    *grid = (struct grid){grid_of(planes->kh), grid_of(planes->kw), NULL};
    size_t rows = (size_t)grid->rows + 1;
    struct wave *down = mem_alloc(rows, sizeof *down);
    grid->power = mem_alloc((size_t)(grid->columns / 2 + 1) * rows, sizeof *grid->power);
    for (int y = 0; down && y <= grid->rows; y++)
        wave_make(&down[y], grid_frequency(grid->rows, y), planes->kh);
    for (int x = 0; down && grid->power && 2 * x <= grid->columns; x++)
        frequency_column(planes, down, (int)rows, grid_frequency(grid->columns, x + grid->columns / 2),
                         grid->power + (size_t)x * rows);
    bool filled = down && grid->power;
    mem_free(down);
    return filled ? IMC_OK : fail_memory(error, "an analysis");
}

/* No neighbour is higher, and one is lower. */
static bool is_top(const struct grid *grid, int x, int y)
{
    double own = grid_at(grid, x, y).power;
    bool slopes = false;
    for (int i = 0; i < 9; i++) {
        int nx = x + i % 3 - 1, ny = y + i / 3 - 1;
        if (nx < 0 || 2 * nx > grid->columns || ny < 0 || ny > grid->rows)
            continue;
        double other = grid_at(grid, nx, ny).power;
        if (other > own)
            return false;
        slopes = slopes || other < own;
    }
    return slopes;
}

/* The best tops, best first, into top[TOPS_MOST]; returns how many. From the last row on: of the corners, which are equal, the one
 * in direction 45 is taken. */
static int find_tops(const struct grid *grid, struct peak *top)
{
    int found = 0;
    for (int x = 0; 2 * x <= grid->columns; x++)
        for (int y = grid->rows; y >= 0; y--) {
            if (!is_top(grid, x, y))
                continue;
            struct peak own = grid_at(grid, x, y);
            int place = found < TOPS_MOST ? found++ : TOPS_MOST;
            for (; place > 0 && is_better(&own, &top[place - 1]); place--)
                if (place < TOPS_MOST)
                    top[place] = top[place - 1];
            if (place < TOPS_MOST)
                top[place] = own;
        }
    return found;
}

static double within_nyquist(double f)
{
    return fmin(0.5, fmax(-0.5, f));
}

static struct peak peak_at(const struct planes *planes, double fy, double fx)
{
    struct peak peak = {within_nyquist(fy), within_nyquist(fx), 0};
    peak.power = frequency_power(planes, peak.fy, peak.fx, NULL);
    return peak;
}

static bool is_higher(const struct peak *found, const struct peak *best)
{
    return found->power > best->power * (1 + NO_BETTER);
}

/* The best of the eight frequencies around, or the same where none is higher. */
static struct peak step_up(const struct planes *planes, struct peak from, double step)
{
    struct peak best = from;
    for (int i = 0; i < 9; i++) {
        struct peak found = peak_at(planes, from.fy + step * (i / 3 - 1), from.fx + step * (i % 3 - 1));
        if (is_higher(&found, &best))
            best = found;
    }
    return best;
}

/* Begins beside the top: frequency 0 and the corners may be saddles, which look like tops from there. */
static struct peak climb(const struct planes *planes, struct peak top)
{
    double step = 0.25 / GRID_LEAST;
    struct peak best = peak_at(planes, top.fy + 0.7 * step, top.fx - 0.3 * step);
    while (step > STEP_LEAST) {
        struct peak found = step_up(planes, best, step);
        if (found.power == best.power)
            step /= 2;
        best = found;
    }
    return is_higher(&best, &top) ? best : top;
}

enum imc_status peak_find(const struct planes *planes, struct peak *best, struct imc_error *error)
{
    struct grid grid;
    struct peak top[TOPS_MOST];
    enum imc_status status = fill_grid(planes, &grid, error);
    int tops = status ? 0 : find_tops(&grid, top);
    *best = (struct peak){0, 0, frequency_power(planes, 0, 0, NULL)};
    for (int t = 0; t < tops && top[t].power > HOPELESS * best->power; t++) {
        struct peak found = climb(planes, top[t]);
        if (is_better(&found, best))
            *best = found;
    }
    mem_free(grid.power);
    return status;
}
