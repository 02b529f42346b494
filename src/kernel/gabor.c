/* gabor.c: a wave under a Gaussian (Gabor 1946; in two dimensions Daugman 1985), as simple cells of the visual cortex and the
 * first layers of networks have it. With x and y counted from the middle, x to the right and y down,
 *
 *     x' = x cos(theta) + y sin(theta)     along the wave
 *     y' = y cos(theta) - x sin(theta)     along its crests
 *     tap = exp(-(x'^2 + gamma^2 y'^2) / (2 sigma^2)) cos(2 pi x'/wavelength - psi)
 *
 * The textbooks' function has + psi and is convolved; this is that function turned by 180 degrees, as it is applied, and as
 * OpenCV's getGaborKernel returns it. psi = 90 is odd: it answers to edges, and is positive on the right as Sobel is. psi = 0 is
 * even: it answers to lines, and its taps do not quite sum to zero. Values are not scaled.
 *
 * sigma = 0.56 wavelength has a bandwidth of an octave (Daugman). The radius is floor(4 s + 0.5) with s the larger of sigma and
 * sigma/gamma. */
#include "base/fail.h"
#include "base/mathx.h"
#include "kernel/generators.h"

#include <math.h>

static const double USUAL_WAVELENGTH = 4, USUAL_PSI = 90, OCTAVE = 0.56;
static const double GAMMA_MIN = 0.01, GAMMA_MAX = 100, SIGMA_MIN = 0.01;

struct wave {
    double length, cos_theta, sin_theta, cos_psi, sin_psi, sigma, gamma;
};

static double shape_or(const struct generator_args *args, enum shape_key key, double usual)
{
    return args->has_shape[key] ? args->shape[key] : usual;
}

static enum imc_status settle_wave(const struct generator_args *args, const struct place *place, struct wave *wave,
                                   struct imc_error *error)
{
    wave->length = shape_or(args, SHAPE_WAVELENGTH, USUAL_WAVELENGTH);
    wave->gamma = shape_or(args, SHAPE_GAMMA, 1);
    wave->sigma = args->has_sigma ? args->sigma[0] : OCTAVE * wave->length;
    turn_of_degrees(shape_or(args, SHAPE_THETA, 0), &wave->cos_theta, &wave->sin_theta);
    turn_of_degrees(shape_or(args, SHAPE_PSI, USUAL_PSI), &wave->cos_psi, &wave->sin_psi);
    if (args->has_sigma && args->sigma[0] != args->sigma[1])
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "gabor has one sigma, along the wave; gamma=%g is sigma across it",
                       args->sigma[1] > 0 ? args->sigma[0] / args->sigma[1] : 1);
    if (!(wave->length >= 2 && wave->length <= IMC_KERNEL_SIDE_MAX))
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                       "wavelength is out of range: 2 to %d pixels (pixels cannot show shorter waves)", IMC_KERNEL_SIDE_MAX);
    if (!(wave->gamma >= GAMMA_MIN && wave->gamma <= GAMMA_MAX))
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "gamma is out of range: %g to %g", GAMMA_MIN, GAMMA_MAX);
    if (!(wave->sigma >= SIGMA_MIN))
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "this sigma is too narrow for gabor: it needs sigma=%g at least",
                       SIGMA_MIN);
    return IMC_OK;
}

/* cos(phase - psi) is taken apart, and the phase counted in degrees from the middle, so that psi = 90 is odd to the last bit, and
 * its taps sum to zero. */
static double wave_at(const struct wave *wave, double y, double x)
{
    double along = x * wave->cos_theta + y * wave->sin_theta, across = (y * wave->cos_theta - x * wave->sin_theta) * wave->gamma;
    double cosine, sine;
    turn_of_degrees(360 * fabs(along) / wave->length, &cosine, &sine);
    double oscillation = cosine * wave->cos_psi + (along < 0 ? -sine : sine) * wave->sin_psi;
    return mathx_exp(-(along * along + across * across) / (2 * wave->sigma * wave->sigma)) * oscillation;
}

enum imc_status make_gabor(const struct generator *generator, const struct generator_args *args, const struct place *place,
                           struct imc_bank **bank, struct imc_error *error)
{
    (void)generator;
    struct wave wave;
    enum imc_status status = settle_wave(args, place, &wave, error);
    if (status)
        return status;
    double widest = wave.gamma < 1 ? wave.sigma / wave.gamma : wave.sigma;
    int side = widest < IMC_KERNEL_SIDE_MAX ? side_of_sigma(widest) : side_of_sigma(IMC_KERNEL_SIDE_MAX);
    int kh = args->has_size ? args->size[0] : side, kw = args->has_size ? args->size[1] : side;
    if (!args->has_size)
        status = check_side(side, place, error);
    if (status || (status = imc_bank_create(1, 1, kh, kw, bank, error)))
        return status;
    for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++)
            (*bank)->weights[i * kw + j] = (float)wave_at(&wave, i - (kh - 1) * 0.5, j - (kw - 1) * 0.5);
    return IMC_OK;
}
