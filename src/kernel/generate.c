/* generate.c: mean, Gaussian and Laplacian of Gaussian. Each is made of one row of weights for each axis, in double, rounded to
 * float once.
 *
 *     Gaussian   g(x) = exp(-x^2 / (2 sigma^2)) at x = i - (k-1)/2, divided by its sum; taps g(y) g(x)
 *     LoG        h = g'' - sum(g'') g with g'' = (x^2 - sigma^2)/sigma^4 g; taps h(y) g(x) + g(y) h(x). Because g sums to 1,
 *                h(x) = (x^2 - m)/sigma^4 g(x) with m the mean of x^2 under g: the same values, without the difference of large
 *                numbers. h sums to zero, and so do the taps.
 *
 * Sizes: sigma alone gives the radius floor(4 sigma + 0.5) (scipy's rule); size alone gives sigma = 0.3 ((k-1)/2 - 1) + 0.8 for the
 * Gaussian (OpenCV's rule), and (k-1)/8 for the LoG. */
#include "kernel/generate.h"

#include "base/fail.h"
#include "base/mathx.h"
#include "base/memory.h"
#include "kernel/bank.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Narrower than this the LoG is a single tap, which can only be zero. */
static const double LOG_SIGMA_MIN = 0.125;

/* One axis: its taps, its sigma, and what is computed from them. */
struct axis {
    int size;
    double sigma;
    double *g, *h;
};

static int size_of_sigma(double sigma)
{
    return 2 * (int)floor(4 * sigma + 0.5) + 1;
}

static double gaussian_sigma(int size)
{
    return 0.3 * ((size - 1) * 0.5 - 1) + 0.8;
}

static double log_sigma(int size)
{
    return (size - 1) / 8.0;
}

/* g of one axis. The exponent is taken relative to the tap nearest to the middle, so that even a tiny sigma leaves something to
 * divide by; sigma 0 is the identity. */
static void fill_gaussian(const struct axis *axis)
{
    double middle = (axis->size - 1) * 0.5, nearest = axis->size % 2 ? 0 : 0.25, sum = 0;
    for (int i = 0; i < axis->size; i++) {
        double x = i - middle, beyond = x * x - nearest;
        if (axis->sigma == 0)
            axis->g[i] = i == (axis->size - 1) / 2;
        else
            axis->g[i] = beyond == 0 ? 1 : mathx_exp(-(beyond / axis->sigma / axis->sigma * 0.5));
        sum += axis->g[i];
    }
    for (int i = 0; i < axis->size; i++)
        axis->g[i] /= sum;
}

/* h of one axis, 0 on an axis too short to curve. */
static void fill_curvature(const struct axis *axis)
{
    double middle = (axis->size - 1) * 0.5, mean = 0, s2 = axis->sigma * axis->sigma;
    for (int i = 0; i < axis->size; i++)
        mean += (i - middle) * (i - middle) * axis->g[i];
    for (int i = 0; i < axis->size; i++)
        axis->h[i] = axis->size < 3 ? 0 : ((i - middle) * (i - middle) - mean) / (s2 * s2) * axis->g[i];
}

/* Memory for both axes; freed by free_axes. */
static bool allocate_axes(struct axis axes[2])
{
    for (int a = 0; a < 2; a++) {
        axes[a].g = mem_zalloc((size_t)axes[a].size, sizeof(double));
        axes[a].h = mem_zalloc((size_t)axes[a].size, sizeof(double));
    }
    return axes[0].g && axes[0].h && axes[1].g && axes[1].h;
}

static void free_axes(struct axis axes[2])
{
    for (int a = 0; a < 2; a++) {
        mem_free(axes[a].g);
        mem_free(axes[a].h);
    }
}

static enum imc_status make_mean(const struct generator_args *args, const struct place *place, struct imc_bank **bank,
                                 struct imc_error *error)
{
    (void)place;
    int kh = args->has_size ? args->size[0] : 3, kw = args->has_size ? args->size[1] : 3;
    enum imc_status status = imc_bank_create(1, 1, kh, kw, bank, error);
    for (int i = 0; !status && i < kh * kw; i++)
        (*bank)->weights[i] = (float)(1.0 / ((double)kh * kw));
    return status;
}

/* Settles size and sigma of both axes by the rules above. */
static enum imc_status settle_axes(const struct generator_args *args, double usual_sigma, double (*sigma_of_size)(int),
                                   const struct place *place, struct axis axes[2], struct imc_error *error)
{
    for (int a = 0; a < 2; a++) {
        axes[a].sigma = args->has_sigma ? args->sigma[a] : args->has_size ? sigma_of_size(args->size[a]) : usual_sigma;
        axes[a].size = args->has_size ? args->size[a] : size_of_sigma(axes[a].sigma);
        if (axes[a].size > IMC_KERNEL_SIDE_MAX)
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                           "this sigma makes a side of %d taps; at most %d are possible, that is sigma=511", axes[a].size,
                           IMC_KERNEL_SIDE_MAX);
    }
    return IMC_OK;
}

static enum imc_status make_gaussian(const struct generator_args *args, const struct place *place, struct imc_bank **bank,
                                     struct imc_error *error)
{
    struct axis axes[2];
    enum imc_status status = settle_axes(args, 1, gaussian_sigma, place, axes, error);
    if (status || (status = imc_bank_create(1, 1, axes[0].size, axes[1].size, bank, error)))
        return status;
    bool room = allocate_axes(axes);
    if (room) {
        fill_gaussian(&axes[0]);
        fill_gaussian(&axes[1]);
        for (int i = 0; i < axes[0].size; i++)
            for (int j = 0; j < axes[1].size; j++)
                (*bank)->weights[i * axes[1].size + j] = (float)(axes[0].g[i] * axes[1].g[j]);
    }
    free_axes(axes);
    return room ? IMC_OK : fail_memory(error, "a Gaussian");
}

/* Takes from the largest tap, the centre, what rounding left of the sum. */
static void make_zero_sum(struct imc_bank *bank)
{
    int largest = 0, taps = bank->kh * bank->kw;
    for (int i = 1; i < taps; i++)
        if (fabsf(bank->weights[i]) > fabsf(bank->weights[largest]))
            largest = i;
    bank->weights[largest] = (float)(bank->weights[largest] - imc_bank_sum(bank, 0));
}

static enum imc_status check_log(const struct axis axes[2], const struct place *place, struct imc_error *error)
{
    if (axes[0].size < 3 && axes[1].size < 3)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                       "log of %dx%d taps would be all zero: it needs size=3 or sigma=0.125 at least", axes[0].size, axes[1].size);
    for (int a = 0; a < 2; a++)
        if (axes[a].size >= 3 && axes[a].sigma < LOG_SIGMA_MIN)
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "this sigma is too narrow for log: it needs sigma=0.125 at least");
    return IMC_OK;
}

static enum imc_status make_log(const struct generator_args *args, const struct place *place, struct imc_bank **bank,
                                struct imc_error *error)
{
    struct axis axes[2];
    enum imc_status status = settle_axes(args, 1.4, log_sigma, place, axes, error);
    if (status || (status = check_log(axes, place, error)) ||
        (status = imc_bank_create(1, 1, axes[0].size, axes[1].size, bank, error)))
        return status;
    bool room = allocate_axes(axes);
    if (room) {
        for (int a = 0; a < 2; a++) {
            fill_gaussian(&axes[a]);
            fill_curvature(&axes[a]);
        }
        for (int i = 0; i < axes[0].size; i++)
            for (int j = 0; j < axes[1].size; j++)
                (*bank)->weights[i * axes[1].size + j] = (float)(axes[0].h[i] * axes[1].g[j] + axes[0].g[i] * axes[1].h[j]);
        make_zero_sum(*bank);
    }
    free_axes(axes);
    return room ? IMC_OK : fail_memory(error, "a LoG");
}

static const struct generator generators[] = {
    {{"mean", "smoothing", "the average of a rectangle; cost independent of its size", "size=3"}, false, make_mean},
    {{"gaussian", "smoothing", "everything coarser than sigma, the same in every direction", "sigma=1, size"}, true, make_gaussian},
    {{"log", "second derivative", "blobs and lines of about sigma*2.8 across (Laplacian of Gaussian)", "sigma=1.4, size"},
     true,
     make_log},
};

const struct generator *generator_at(int i)
{
    return i < (int)(sizeof generators / sizeof *generators) ? &generators[i] : NULL;
}

const struct generator *generator_find(const char *name, size_t length)
{
    const struct generator *generator;
    for (int i = 0; (generator = generator_at(i)); i++)
        if (strlen(generator->entry.name) == length && strncasecmp(generator->entry.name, name, length) == 0)
            return generator;
    return NULL;
}

enum imc_status generator_run(const struct generator *generator, const struct generator_args *args, const struct place *place,
                              struct imc_bank **bank, struct imc_error *error)
{
    *bank = NULL;
    for (int a = 0; a < 2; a++) {
        if (args->has_size && (args->size[a] < 1 || args->size[a] > IMC_KERNEL_SIDE_MAX))
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "size=%d is out of range: 1 to %d", args->size[a],
                           IMC_KERNEL_SIDE_MAX);
        if (args->has_sigma && !(args->sigma[a] >= 0 && args->sigma[a] <= IMC_KERNEL_SIDE_MAX))
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "sigma is out of range: 0 to %d", IMC_KERNEL_SIDE_MAX);
    }
    enum imc_status status = generator->make(args, place, bank, error);
    if (!status && !bank_set_name(*bank, 0, generator->entry.name))
        status = fail_memory(error, "a kernel");
    return bank_settle(status, bank);
}
