/* binomial.c: Sobel's gradient at other sizes than 3. Pascal's triangle gives both of its factors, for k taps
 *
 *     smoothing      row k-1 of the triangle: 1 2 1, 1 4 6 4 1, ...
 *     derivative     row k-3, differenced by -1 0 1: -1 0 1, -1 -2 0 2 1, ...
 *
 * which are the integers of OpenCV's getDerivKernels. They grow as 4^k: beyond 15 taps a float does not hold them all. */
#include "base/fail.h"
#include "kernel/bank.h"
#include "kernel/generators.h"

#include <string.h>

enum { SIDE_MIN = 3, SIDE_MAX = 15 };

/* Row n of Pascal's triangle, n + 1 numbers. */
static void pascal_row(int n, int *row)
{
    memset(row, 0, (size_t)(n + 1) * sizeof *row);
    row[0] = 1;
    for (int step = 0; step < n; step++)
        for (int i = step + 1; i > 0; i--)
            row[i] += row[i - 1];
}

static void fill(int side, float *taps, bool along_x)
{
    int smooth[SIDE_MAX], shorter[SIDE_MAX];
    pascal_row(side - 1, smooth);
    pascal_row(side - 3, shorter);
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            int at = along_x ? j : i, across = along_x ? i : j;
            int slope = (at >= 2 ? shorter[at - 2] : 0) - (at < side - 2 ? shorter[at] : 0);
            taps[i * side + j] = (float)(slope * smooth[across]);
        }
}

enum imc_status make_sobel(const struct generator *generator, const struct generator_args *args, const struct place *place,
                           struct imc_bank **bank, struct imc_error *error)
{
    int side = args->has_size ? args->size[0] : SIDE_MIN;
    const char *name = generator->entry.name;
    if ((args->has_size && args->size[1] != side) || side < SIDE_MIN || side > SIDE_MAX || side % 2 == 0)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "the size of %s is one odd number from %d to %d", name, SIDE_MIN,
                       SIDE_MAX);
    bool both = strcmp(name, "sobel") == 0;
    enum imc_status status = imc_bank_create(both ? 2 : 1, 1, side, side, bank, error);
    if (status)
        return status;
    fill(side, (*bank)->weights, strcmp(name, "sobel-y") != 0);
    if (!both)
        return IMC_OK;
    fill(side, (*bank)->weights + side * side, false);
    (*bank)->combine = IMC_COMBINE_MAGNITUDE;
    bool named = bank_set_name(*bank, 0, "sobel-x") && bank_set_name(*bank, 1, "sobel-y");
    return named ? IMC_OK : fail_memory(error, "a kernel");
}
