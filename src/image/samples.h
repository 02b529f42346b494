/* samples.h: raw samples in files: byte order, whole rows, whole pictures, and the refusal of samples that a format cannot hold. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "image/codec.h"

enum { MACHINE_BIG_ENDIAN = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

/* Reverses the bytes of each of `count` samples of `size` (2, 4 or 8) bytes. */
void samples_swap(void *samples, size_t count, size_t size);
/* width * channels. */
size_t samples_a_row(const struct imc_image_info *info);
/* The bytes of the whole picture with samples of `size` bytes; false on overflow. */
bool samples_all_bytes(const struct imc_image_info *info, size_t size, size_t *bytes);

/* Reads `bytes` bytes of row y (from 0); the message of a short file names the row. */
enum imc_status samples_read_row(struct imc_reader *reader, void *row, size_t bytes, int y, struct imc_error *error);
/* For files whose first row cannot be known before their last byte: reads info.held_bytes bytes into memory of mem_alloc. A file
 * that is known to be too short is refused before memory is taken. */
enum imc_status samples_hold(struct imc_reader *reader, unsigned char **held, struct imc_error *error);

/* "FILE: FORMAT cannot hold WHAT; WHO can" as IMC_ERR_ARGUMENT. */
enum imc_status samples_refuse(const struct imc_writer *writer, const char *format, const char *what, const char *who,
                               struct imc_error *error);
/* Refuses channels that are neither gray nor RGB, each with or without alpha; `with_alpha` names the formats that hold alpha where
 * this one does not, and is NULL where it does. */
enum imc_status samples_check_channels(const struct imc_writer *writer, const char *format, const char *with_alpha,
                                       struct imc_error *error);
/* The `finish` of formats in which nothing follows the last row. */
enum imc_status samples_finish(struct imc_writer *writer, struct imc_error *error);

#endif
