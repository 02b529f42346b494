/* version.c: what this library is made of. */
#include <imgconv/imgconv.h>

#include "base/cpu.h"
#include "conv/plan.h"
#include "image/versions.h"

const char *imc_version(void)
{
    return IMC_VERSION;
}

bool imc_version_part(int i, struct imc_part *part)
{
    const struct imc_part parts[] = {
        {"libpng", image_png_version(), "libpng-2.0"},
        {"libjpeg-turbo", image_jpeg_version(), "IJG AND BSD-3-Clause"},
        {"zlib", image_zlib_version(), "Zlib"},
        {"FFTW", fft_version(), "GPL-2.0-or-later"},
    };
    int count = sizeof parts / sizeof *parts - (fft_version() ? 0 : 1);
    if (i < 0 || i >= count)
        return false;
    *part = parts[i];
    return true;
}

const char *imc_version_licence(void)
{
    return fft_version() ? "GPL-2.0-or-later" : "MIT";
}

const char *imc_cpu_level(void)
{
    return cpu_level_name(cpu_level());
}
