/* gaussians.c: the Gaussian, its derivatives, and the Laplacian of it. With x = j - (k-1)/2 along a row, and likewise y:
 *
 *     smoothing      g(x) = exp(-x^2 / (2 sigma^2)), divided by its sum
 *     d/dx           d(x) = x/sigma^2 g(x): the derivative as it is applied, positive on the right as Sobel's
 *     d2/dx2         h = g'' - sum(g'') g with g'' = (x^2 - sigma^2)/sigma^4 g. Because g sums to 1, h(x) = (x^2 - m)/sigma^4 g(x)
 *                    with m the mean of x^2 under g: the same values, without the difference of large numbers. h sums to zero.
 *
 * All taps here are sums of products of one row for each axis: gaussian-dx is g(y) d(x), the LoG h(y) g(x) + g(y) h(x). A
 * derivative along another direction is made of those along the axes (Freeman, Adelson: The design and use of steerable filters,
 * 1991).
 *
 * Sizes: sigma alone gives the radius floor(4 sigma + 0.5) (scipy's rule); size alone gives sigma = 0.3 ((k-1)/2 - 1) + 0.8
 * (OpenCV's rule), for the LoG (k-1)/8. */
#include "base/fail.h"
#include "base/mathx.h"
#include "base/memory.h"
#include "kernel/bank.h"
#include "kernel/generators.h"

#include <math.h>
#include <string.h>

/* Narrower than this a second derivative is a single tap, which can only be zero. */
static const double CURVED_SIGMA_MIN = 0.125;

/* One axis: its taps, its sigma, and what is computed from them: g, d and h of the text above. */
struct axis {
    int size;
    double sigma;
    double *g, *d, *h;
};

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

/* d and h of one axis; d is 0 on an axis too short to slope, h on one too short to curve. */
static void fill_derivatives(const struct axis *axis)
{
    double middle = (axis->size - 1) * 0.5, mean = 0, s2 = axis->sigma * axis->sigma;
    for (int i = 0; i < axis->size; i++)
        mean += (i - middle) * (i - middle) * axis->g[i];
    for (int i = 0; i < axis->size; i++) {
        double x = i - middle;
        axis->d[i] = axis->size < 2 || s2 == 0 ? 0 : x / s2 * axis->g[i];
        axis->h[i] = axis->size < 3 ? 0 : (x * x - mean) / (s2 * s2) * axis->g[i];
    }
}

/* Fills both axes; false if memory ran out. Freed by free_axes in either case. */
static bool fill_axes(struct axis axes[2])
{
    bool room = true;
    for (int a = 0; a < 2; a++) {
        size_t size = (size_t)axes[a].size;
        axes[a].g = mem_zalloc(3 * size, sizeof(double));
        if (axes[a].g) {
            axes[a].d = axes[a].g + size;
            axes[a].h = axes[a].d + size;
            fill_gaussian(&axes[a]);
            fill_derivatives(&axes[a]);
        }
        room = room && axes[a].g;
    }
    return room;
}

static void free_axes(struct axis axes[2])
{
    mem_free(axes[0].g);
    mem_free(axes[1].g);
}

/* Settles size and sigma of both axes by the rules above. */
static enum imc_status settle_axes(const struct generator_args *args, double usual_sigma, double (*sigma_of_size)(int),
                                   const struct place *place, struct axis axes[2], struct imc_error *error)
{
    enum imc_status status = IMC_OK;
    for (int a = 0; !status && a < 2; a++) {
        axes[a] = (struct axis){0};
        axes[a].sigma = args->has_sigma ? args->sigma[a] : args->has_size ? sigma_of_size(args->size[a]) : usual_sigma;
        axes[a].size = args->has_size ? args->size[a] : side_of_sigma(axes[a].sigma);
        status = check_side(axes[a].size, place, error);
    }
    return status;
}

enum imc_status make_gaussian(const struct generator *generator, const struct generator_args *args, const struct place *place,
                              struct imc_bank **bank, struct imc_error *error)
{
    (void)generator;
    struct axis axes[2];
    enum imc_status status = settle_axes(args, 1, gaussian_sigma, place, axes, error);
    if (status || (status = imc_bank_create(1, 1, axes[0].size, axes[1].size, bank, error)))
        return status;
    bool room = fill_axes(axes);
    for (int i = 0; room && i < axes[0].size; i++)
        for (int j = 0; j < axes[1].size; j++)
            (*bank)->weights[i * axes[1].size + j] = (float)(axes[0].g[i] * axes[1].g[j]);
    free_axes(axes);
    return room ? IMC_OK : fail_memory(error, "a Gaussian");
}

/* How much of each derivative along the axes a kernel holds. */
struct mixture {
    double dx, dy, dxx, dxy, dyy;
};

/* Along theta the first derivative is cos d/dx + sin d/dy, and the second that operator taken twice. */
static struct mixture mixture_of(const char *name, double theta)
{
    double c, s;
    turn_of_degrees(theta, &c, &s);
    if (strcmp(name, "gaussian-dx") == 0)
        return (struct mixture){.dx = c, .dy = s};
    if (strcmp(name, "gaussian-dy") == 0)
        return (struct mixture){.dy = 1};
    if (strcmp(name, "gaussian-dxx") == 0)
        return (struct mixture){.dxx = c * c, .dxy = 2 * c * s, .dyy = s * s};
    if (strcmp(name, "gaussian-dyy") == 0)
        return (struct mixture){.dyy = 1};
    if (strcmp(name, "gaussian-dxy") == 0)
        return (struct mixture){.dxy = 1};
    return (struct mixture){.dxx = 1, .dyy = 1};
}

/* Takes from the largest tap what rounding left of the sum. */
static void make_zero_sum(struct imc_bank *bank)
{
    int largest = 0, taps = bank->kh * bank->kw;
    for (int i = 1; i < taps; i++)
        if (fabsf(bank->weights[i]) > fabsf(bank->weights[largest]))
            largest = i;
    bank->weights[largest] = (float)(bank->weights[largest] - imc_bank_sum(bank, 0));
}

static void mix(const struct axis *y, const struct axis *x, const struct mixture *part, float *weights)
{
    for (int i = 0; i < y->size; i++)
        for (int j = 0; j < x->size; j++) {
            double slopes = part->dy * y->d[i] * x->g[j] + part->dx * y->g[i] * x->d[j];
            double bends = part->dyy * y->h[i] * x->g[j] + part->dxx * y->g[i] * x->h[j];
            weights[i * x->size + j] = (float)(slopes + (bends + part->dxy * y->d[i] * x->d[j]));
        }
}

enum imc_status make_gaussian_derivative(const struct generator *generator, const struct generator_args *args,
                                         const struct place *place, struct imc_bank **bank, struct imc_error *error)
{
    struct axis axes[2];
    bool is_log = strcmp(generator->entry.name, "log") == 0;
    enum imc_status status =
        is_log ? settle_axes(args, 1.4, log_sigma, place, axes, error) : settle_axes(args, 1, gaussian_sigma, place, axes, error);
    for (int a = 0; !status && a < 2; a++)
        if (axes[a].size >= 3 && axes[a].sigma < CURVED_SIGMA_MIN)
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "this sigma is too narrow for %s: it needs sigma=%g at least",
                           generator->entry.name, CURVED_SIGMA_MIN);
    if (status || (status = imc_bank_create(1, 1, axes[0].size, axes[1].size, bank, error)))
        return status;
    struct mixture part = mixture_of(generator->entry.name, args->has_shape[SHAPE_THETA] ? args->shape[SHAPE_THETA] : 0);
    bool room = fill_axes(axes);
    if (room) {
        mix(&axes[0], &axes[1], &part, (*bank)->weights);
        make_zero_sum(*bank);
    }
    free_axes(axes);
    return room ? IMC_OK : fail_memory(error, "a derivative of a Gaussian");
}
