/* version.c: what this library is made of. */
#include <imgconv/imgconv.h>

#include "base/cpu.h"
#include "base/safetensors.h"
#include "image/versions.h"

const char *imc_version(void)
{
    return IMC_VERSION;
}

bool imc_version_part(int i, struct imc_part *part)
{
    const struct imc_part all[] = {
        {"libpng", image_png_version(), "libpng-2.0"}, {"libjpeg-turbo", image_jpeg_version(), "IJG AND BSD-3-Clause"},
        {"zlib", image_zlib_version(), "Zlib"},        {"ISA-L", image_isal_version(), "BSD-3-Clause"},
        {"cJSON", safetensors_json_version(), "MIT"},
    };
    if (i < 0)
        return false;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k].version && i-- == 0) { /* a part that this build has */
            *part = all[k];
            return true;
        }
    return false;
}

const char *imc_cpu_level(void)
{
    return cpu_level_name(cpu_level());
}
