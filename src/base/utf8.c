/* utf8.c: the lead byte says how many follow and the least code point that needs so many; what decodes to less is overlong. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* The code point at text[0..left), and its length; 0 where there is none. */
static size_t decode(const unsigned char *text, size_t left, uint32_t *point)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xC0 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : text[0] < 0xF8 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    *point = length == 1 ? text[0] : text[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (text[i] >> 6 != 2)
            return 0;
        *point = *point << 6 | (text[i] & 0x3Fu);
    }
    return *point < least[length] || *point > 0x10FFFF || *point >> 11 == 0x1B ? 0 : length;
}

bool utf8_check(const char *text, size_t size, size_t *place)
{
    uint32_t point;
    size_t at = 0, length = 1;
    while (at < size && (length = decode((const unsigned char *)text + at, size - at, &point)))
        at += length;
    *place = at;
    return at == size;
}

bool utf8_has_controls(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (; *at; at++)
        if (*at < 32 || *at == 127 || (*at == 0xC2 && at[1] < 0xA0))
            return true;
    return false;
}

int utf8_cut(const char *text, int most)
{
    int length = (int)strnlen(text, (size_t)most + 1);
    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}
