/* png_rules.c: the limits of PNG as a format, apart from libpng. */
#include "image/png_rules.h"

#include "image/samples.h"
#include <math.h>

/* Deflate makes at most 1032 bytes of one (a match of 258 bytes in two bits), so a file that claims more is not whole. */
enum { EXPANSION_MAX = 1040 };

bool png_is_plausible(const struct imc_image_info *info, int pixel_bits, uint64_t size)
{
    uint64_t row = ((uint64_t)info->width * (uint64_t)pixel_bits + 7) / 8, all;
    return !__builtin_mul_overflow(row, (uint64_t)info->height, &all) && all / EXPANSION_MAX <= size;
}

enum imc_status png_check_writable(const struct imc_writer *writer, struct imc_error *error)
{
    if (writer->info.type == IMC_F32)
        return samples_refuse(writer, "PNG", "float samples", "NPY and PFM", error);
    return samples_check_channels(writer, "PNG", NULL, error);
}

bool png_density_of(const struct imc_metadata *metadata, struct png_density *density)
{
    const double largest = 0x7fffffff;
    enum { RATIO_UNITS = 10000 };
    double x = metadata->x_per_metre, y = metadata->y_per_metre;
    density->metres = x > 0 && y > 0;
    if (!density->metres) {
        x = RATIO_UNITS;
        y = RATIO_UNITS * metadata->pixel_aspect;
    }
    x = rint(x);
    y = rint(y);
    if (!(x >= 1 && y >= 1 && x <= largest && y <= largest))
        return false;
    density->x = (uint32_t)x;
    density->y = (uint32_t)y;
    return true;
}

unsigned png_full_scale(const struct imc_image_info *info)
{
    return info->type == IMC_U16 ? 65535 : 255;
}

void png_rescale(const struct imc_image_info *info, const void *in, void *out, size_t count)
{
    uint32_t from = (uint32_t)info->full_scale, to = png_full_scale(info);
    for (size_t i = 0; i < count; i++) {
        uint32_t value = info->type == IMC_U16 ? ((const uint16_t *)in)[i] : ((const uint8_t *)in)[i];
        value = ((value < from ? value : from) * to + from / 2) / from; /* below 2^32: both factors are 16 bits */
        if (info->type == IMC_U16)
            ((uint16_t *)out)[i] = (uint16_t)value;
        else
            ((uint8_t *)out)[i] = (uint8_t)value;
    }
}
