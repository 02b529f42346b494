/* png_rules.h: what PNG can hold and claim, in plain arithmetic. */
#ifndef PNG_RULES_H
#define PNG_RULES_H

#include "image/codec.h"

/* Can a file of `size` bytes hold the rows that its header claims? `pixel_bits` as stored. */
bool png_is_plausible(const struct imc_image_info *info, int pixel_bits, uint64_t size);
enum imc_status png_check_writable(const struct imc_writer *writer, struct imc_error *error);
/* What pHYs is to hold; false where nothing is known. */
struct png_density {
    uint32_t x, y;
    bool metres; /* pixels per metre, else their ratio alone */
};
bool png_density_of(const struct imc_metadata *metadata, struct png_density *density);
/* The largest sample of an 8 or 16 bit PNG: its full scale is always that of the type. */
unsigned png_full_scale(const struct imc_image_info *info);
/* Brings `count` samples from a full scale of info->full_scale to PNG's, rounded to nearest. */
void png_rescale(const struct imc_image_info *info, const void *in, void *out, size_t count);

#endif
