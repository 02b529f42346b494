/* generate.c: the table of computed kernels, the checks that hold for all of them, and the mean. Each is computed in double and
 * rounded to float once. */
#include "kernel/generate.h"

#include "base/fail.h"
#include "base/mathx.h"
#include "kernel/bank.h"
#include "kernel/generators.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { TAKES_GABOR = TAKES_SIGMA | 1 << SHAPE_WAVELENGTH | 1 << SHAPE_THETA | 1 << SHAPE_PSI | 1 << SHAPE_GAMMA };

static const double DEGREES_MAX = 360000;

static const char first[] = "first derivative", second[] = "second derivative";

static const struct generator generators[] = {
    {{"mean", "smoothing", "the average of a rectangle; cost independent of its size", "size=3"}, 0, false, make_mean},
    {{"gaussian", "smoothing", "everything coarser than sigma, the same in every direction", "sigma=1, size"},
     TAKES_SIGMA,
     false,
     make_gaussian},
    {{"sobel", first, NULL, "size=3"}, 0, true, make_sobel},
    {{"sobel-x", first, NULL, "size=3"}, 0, true, make_sobel},
    {{"sobel-y", first, NULL, "size=3"}, 0, true, make_sobel},
    {{"gaussian-dx", first, "vertical edges, noise smoothed (d/dx of a Gaussian)", "sigma=1, size, theta=0"},
     TAKES_SIGMA | 1 << SHAPE_THETA,
     false,
     make_gaussian_derivative},
    {{"gaussian-dy", first, "horizontal edges, noise smoothed (d/dy of a Gaussian)", "sigma=1, size"},
     TAKES_SIGMA,
     false,
     make_gaussian_derivative},
    {{"gaussian-dxx", second, "vertical lines, noise smoothed", "sigma=1, size, theta=0"},
     TAKES_SIGMA | 1 << SHAPE_THETA,
     false,
     make_gaussian_derivative},
    {{"gaussian-dyy", second, "horizontal lines, noise smoothed", "sigma=1, size"}, TAKES_SIGMA, false, make_gaussian_derivative},
    {{"gaussian-dxy", second, "corners and diagonal lines, noise smoothed", "sigma=1, size"},
     TAKES_SIGMA,
     false,
     make_gaussian_derivative},
    {{"log", second, "blobs and lines of about sigma*2.8 across (Laplacian of Gaussian)", "sigma=1.4, size"},
     TAKES_SIGMA,
     false,
     make_gaussian_derivative},
    {{"gabor", "other", "stripes of one width and direction", "wavelength=4, theta=0, psi=90, sigma, gamma=1, size"},
     TAKES_GABOR,
     false,
     make_gabor},
};

static const char *const shape_names[SHAPE_KEYS] = {"wavelength", "theta", "psi", "gamma"};

const char *shape_key_name(enum shape_key key)
{
    return shape_names[key];
}

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

int side_of_sigma(double sigma)
{
    return 2 * (int)floor(4 * sigma + 0.5) + 1;
}

enum imc_status check_side(int side, const struct place *place, struct imc_error *error)
{
    if (side > IMC_KERNEL_SIDE_MAX)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                       "this sigma makes a side of %d taps; at most %d are possible, that is sigma=511", side, IMC_KERNEL_SIDE_MAX);
    return IMC_OK;
}

void turn_of_degrees(double degrees, double *cosine, double *sine)
{
    double quarters = floor(degrees / 90), rest = (degrees - 90 * quarters) * (3.14159265358979323846 / 180);
    double c = mathx_cos(rest), s = mathx_sin(rest);
    int quarter = (int)fmod(quarters, 4);
    quarter += quarter < 0 ? 4 : 0;
    *cosine = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
    *sine = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
}

enum imc_status make_mean(const struct generator *generator, const struct generator_args *args, const struct place *place,
                          struct imc_bank **bank, struct imc_error *error)
{
    (void)generator, (void)place;
    int kh = args->has_size ? args->size[0] : 3, kw = args->has_size ? args->size[1] : 3;
    enum imc_status status = imc_bank_create(1, 1, kh, kw, bank, error);
    for (int i = 0; !status && i < kh * kw; i++)
        (*bank)->weights[i] = (float)(1.0 / ((double)kh * kw));
    return status;
}

/* What every kernel asks of its numbers, whatever it makes of them. */
static enum imc_status check_args(const struct generator_args *args, const struct place *place, struct imc_error *error)
{
    for (int a = 0; a < 2; a++) {
        if (args->has_size && (args->size[a] < 1 || args->size[a] > IMC_KERNEL_SIDE_MAX))
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "size=%d is out of range: 1 to %d", args->size[a],
                           IMC_KERNEL_SIDE_MAX);
        if (args->has_sigma && !(args->sigma[a] >= 0 && args->sigma[a] <= IMC_KERNEL_SIDE_MAX))
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "sigma is out of range: 0 to %d", IMC_KERNEL_SIDE_MAX);
    }
    for (int key = SHAPE_THETA; key <= SHAPE_PSI; key++)
        if (args->has_shape[key] && !(fabs(args->shape[key]) <= DEGREES_MAX))
            return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "%s is out of range: at most %g degrees", shape_names[key],
                           DEGREES_MAX);
    return IMC_OK;
}

static enum imc_status check_not_zero(const struct generator *generator, const struct imc_bank *bank, const struct place *place,
                                      struct imc_error *error)
{
    if (imc_bank_abs_sum(bank, 0) > 0)
        return IMC_OK;
    return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                   "%s of %dx%d taps would be all zero: it needs a larger size (size=3) or sigma (sigma=0.125)",
                   generator->entry.name, bank->kh, bank->kw);
}

enum imc_status generator_run(const struct generator *generator, const struct generator_args *args, const struct place *place,
                              struct imc_bank **bank, struct imc_error *error)
{
    *bank = NULL;
    enum imc_status status = check_args(args, place, error);
    if (!status)
        status = generator->make(generator, args, place, bank, error);
    if (!status)
        status = check_not_zero(generator, *bank, place, error);
    if (!status && (*bank)->filters == 1 && !bank_set_name(*bank, 0, generator->entry.name))
        status = fail_memory(error, "a kernel");
    return bank_settle(status, bank);
}
