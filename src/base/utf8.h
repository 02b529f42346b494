/* utf8.h: text from outside. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Is all of text[size] UTF-8 (no overlong forms, no surrogates)? *place is then `size`, else where it goes wrong. */
bool utf8_check(const char *text, size_t size, size_t *place);

/* Has a valid text a control character (C0, DEL or C1), which could drive a terminal? */
bool utf8_has_controls(const char *text);

/* The length of the longest start of a valid text that has at most `most` bytes and cuts no character. */
int utf8_cut(const char *text, int most);

#endif
