/* textnum.h: numbers as text, with a point in every locale. */
#ifndef TEXTNUM_H
#define TEXTNUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a decimal or hexadecimal floating number from the start of `text`; *end is set behind it. False (and *end = text) where
 * there is none, or where it is not finite. Leading blanks are not skipped. */
bool text_to_double(const char *text, const char **end, double *value);
/* Reads a whole decimal number in lo..hi; false where there is none or it is outside. */
bool text_to_int(const char *text, const char **end, int lo, int hi, int *value);
/* Writes the shortest decimal form that reads back as the same float: "0.0625", "1e-10". */
void text_from_float(char *out, size_t size, float value);

enum { TEXT_BYTES_MAX = 16 };
/* A size for people: "812 bytes", "81.4 MiB", "4 GiB". Rounded up, so that what is needed never looks like the limit it passes. */
const char *text_from_bytes(char out[TEXT_BYTES_MAX], uint64_t bytes);

#endif
