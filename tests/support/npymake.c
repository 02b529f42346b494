/* npymake.c: see npymake.h. */
#include "support/npymake.h"

#include <string.h>

size_t npymake_head(unsigned char *out, int version, const char *text)
{
    size_t length = strlen(text), fixed = version == 1 ? 10 : 12;
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (unsigned char)version;
    out[7] = 0;
    for (size_t i = 0; i < fixed - 8; i++)
        out[8 + i] = (unsigned char)(length >> 8 * i);
    memcpy(out + fixed, text, length);
    return fixed + length;
}
