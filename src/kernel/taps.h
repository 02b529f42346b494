/* taps.h: numbers of a kernel as people write them: "1, 2 1/16 -3e-4", in files and on the command line. */
#ifndef TAPS_H
#define TAPS_H

#include "kernel/place.h"

#include <imgconv/kernel.h>

/* Taps in the order in which they were read. Starts as {0}; the caller frees `taps` with mem_free. */
struct tap_list {
    float *taps;
    size_t count, room;
};

/* Appends; refuses more than IMC_BANK_TAPS_MAX. */
enum imc_status taps_add(struct tap_list *list, float tap, const struct place *place, struct imc_error *error);

/* Reads a number or a fraction a/b at *at, which is moved behind it, into a finite float. */
enum imc_status taps_read_number(const char **at, float *value, const struct place *place, struct imc_error *error);

/* Reads the numbers from `at` to `end`, separated by blanks and at most one comma, and appends them; *count gets how many there
 * were, 0 if there was nothing but blanks. A zero byte or a character that is no part of a number must stand at `end`. */
enum imc_status taps_read_row(const char *at, const char *end, struct tap_list *list, int *count, const struct place *place,
                              struct imc_error *error);

const char *skip_blanks(const char *at, const char *end);

#endif
