/* graypicture.h: a picture file as gray bytes. */
#ifndef GRAYPICTURE_H
#define GRAYPICTURE_H

#include <imgconv/status.h>
#include <stdint.h>

/* Reads any picture the library reads, of at most `pixels_max` pixels: luma, alpha laid on white, 16 bits and other full scales
 * brought to 0..255, float samples refused. *gray is the caller's, freed by mem_free; NULL on failure. */
enum imc_status gray_read(const char *path, uint64_t pixels_max, uint8_t **gray, int *height, int *width, struct imc_error *error);
/* Its size alone. */
enum imc_status gray_size(const char *path, uint64_t pixels_max, int *height, int *width, struct imc_error *error);

#endif
