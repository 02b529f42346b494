/* words.h: the words of options that choose one of several, and the words other programs use for the same. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>

struct word {
    const char *name; /* NULL ends a list */
    int value;
};

/* A word of another program. */
struct foreign_word {
    const char *name;   /* NULL ends a list */
    const char *advice; /* "write replicate" */
};

struct words {
    const struct word *list;
    const struct foreign_word *foreign;
};

extern const struct words words_border, words_padding, words_mode, words_map, words_channels, words_alpha, words_sheet_scale,
    words_format, words_metadata;

/* The value of `text`; where it is not a word of ours, says what to write instead, led by `option` ("--border"). Letter case is
 * ignored. */
bool words_find(const struct words *words, const char *option, const char *text, int *value);
/* The word of a value; "?" where there is none. */
const char *words_name(const struct words *words, int value);
/* "a, b or c", for messages. */
const char *words_all(const struct words *words, char out[256]);

#endif
