/* netpbm.h: what PNM, PAM and PFM have in common: a header of words, and (PNM, PAM) whole numbers up to a maxval as samples. */
#ifndef NETPBM_H
#define NETPBM_H

#include "image/codec.h"

enum { NETPBM_WORD = 32, NETPBM_MAXVAL = 65535 };

bool netpbm_is_blank(int byte);
/* The next byte; a comment, from '#' to the end of its line, counts as that line end. -1 at the end of the file. */
int netpbm_byte(struct input *input);
/* The next word, and the one blank behind it. `what` is what it should be, for messages. */
enum imc_status netpbm_word(struct input *input, const char *what, char word[NETPBM_WORD], struct imc_error *error);
/* The next word as a whole number lo..hi. */
enum imc_status netpbm_number(struct input *input, const char *what, int lo, int hi, int *value, struct imc_error *error);
/* A word that is already there as a number. */
enum imc_status netpbm_to_number(const struct input *input, const char *what, const char *word, int lo, int hi, int *value,
                                 struct imc_error *error);

/* Fills the fields of info that follow from these: type, full scale, bits, colour, alpha, and that it streams. */
void netpbm_fill_info(struct imc_image_info *info, enum imc_format format, int channels, int maxval);
/* One row of raw samples, one byte each below maxval 256, else two, the high one first. */
enum imc_status netpbm_read_row(struct imc_reader *reader, void *row, int maxval, int y, struct imc_error *error);

/* The writing side of PNM and PAM. The state of the writer: */
struct netpbm_writer {
    int maxval;
    unsigned char *row; /* as the file wants it */
};
/* Refuses float samples, and makes the state; `format` stands in messages. The full scale is a whole number: writer.c sees to
 * that. */
enum imc_status netpbm_create(struct imc_writer *writer, const char *format, struct imc_error *error);
enum imc_status netpbm_write_row(struct imc_writer *writer, const void *row, struct imc_error *error);
void netpbm_destroy(struct imc_writer *writer);

#endif
