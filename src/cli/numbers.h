/* numbers.h: numbers of the command line, with a point in every locale: the program never calls setlocale. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole of `text` is one finite number. */
bool number_read(const char *text, double *value);

/* A number, or a percentage with %: "0.2" or "20%". */
bool number_read_share(const char *text, double *value);

/* The whole of `text` is `least`..`most` numbers parted by commas; returns how many, or 0. */
int number_read_list(const char *text, double *values, int least, int most);

/* The whole of `text` is one or two whole numbers in lo..hi, parted by a comma or an x; one number stands for both. */
bool number_read_pair(const char *text, int lo, int hi, int pair[2]);

/* A whole number above 0 with an optional K, M, G or T of base `thousand`. */
bool number_read_size(const char *text, unsigned thousand, uint64_t *value);

enum { NUMBER_TEXT_MAX = 32 };
/* The shortest text that reads back as the same value. */
const char *number_float_text(char out[NUMBER_TEXT_MAX], float value);
const char *number_double_text(char out[NUMBER_TEXT_MAX], double value);
/* Thousands apart: "206,922". */
const char *number_grouped_text(char out[NUMBER_TEXT_MAX], uint64_t number);
/* Bytes for people, as in the library's messages: "812 bytes", "1.5 MiB", rounded up. */
const char *number_bytes_text(char out[NUMBER_TEXT_MAX], uint64_t bytes);

#endif
