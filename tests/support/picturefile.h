/* picturefile.h: whole pictures in and out of files and memory, for tests. */
#ifndef PICTUREFILE_H
#define PICTUREFILE_H

#include <imgconv/image.h>

/* Bytes of all samples. */
size_t picture_bytes(const struct imc_image_info *info);
/* Reads all rows, in pieces of 1, 2, 3 ... rows, into memory of malloc; NULL and *error where reading or opening failed. *info is
 * without blobs. */
void *picture_read(const char *path, struct imc_image_info *info, struct imc_error *error);
void *picture_read_memory(const void *data, size_t size, const struct imc_reader_options *options, struct imc_image_info *info,
                          struct imc_error *error);
enum imc_status picture_write(const char *path, const struct imc_image_info *info, const struct imc_writer_options *options,
                              const void *samples, struct imc_error *error);
/* A description of an 8 or 16 bit or float picture as a writer wants it; 2 and 4 channels have alpha. */
struct imc_image_info picture_info(int width, int height, int channels, enum imc_type type);

#endif
