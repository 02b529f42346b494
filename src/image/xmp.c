/* xmp.c: the orientation in an XMP packet, which is text: tiff:Orientation="6" or <tiff:Orientation>6</tiff:Orientation>. It is
 * changed in place, so that the packet keeps its length: the digit becomes 1, and where the sides change places tiff:XResolution
 * and tiff:YResolution change names.
 */
#include "image/exif.h"

#include <string.h>

static char *find(const struct imc_blob *xmp, size_t from, const char *word)
{
    return from < xmp->size ? memmem((char *)xmp->data + from, xmp->size - from, word, strlen(word)) : NULL;
}

static size_t behind(const struct imc_blob *xmp, const char *place, const char *word)
{
    return (size_t)(place - (char *)xmp->data) + strlen(word);
}

/* The digit behind the name at `from`, past blanks, '=', '>' and quotes; NULL where there is something else. */
static char *find_digit(const struct imc_blob *xmp, size_t from)
{
    char *text = xmp->data;
    while (from < xmp->size && text[from] && strchr(" \t\r\n=>\"'", text[from]))
        from++;
    return from < xmp->size && text[from] >= '1' && text[from] <= '8' ? text + from : NULL;
}

static void swap_names(struct imc_blob *xmp)
{
    static const char word[] = "Resolution";
    static const char prefix[] = "tiff:X";
    enum { PREFIX = sizeof prefix - 1 };
    for (char *place = find(xmp, PREFIX, word); place; place = find(xmp, behind(xmp, place, word), word)) {
        if (memcmp(place - PREFIX, prefix, PREFIX - 1) != 0)
            continue;
        if (place[-1] == 'X')
            place[-1] = 'Y';
        else if (place[-1] == 'Y')
            place[-1] = 'X';
    }
}

void xmp_make_upright(struct imc_blob *xmp)
{
    static const char word[] = "tiff:Orientation";
    bool swaps = false;
    for (char *place = find(xmp, 0, word); place; place = find(xmp, behind(xmp, place, word), word)) {
        char *digit = find_digit(xmp, behind(xmp, place, word));
        if (!digit)
            continue;
        swaps = swaps || *digit >= '5';
        *digit = '1';
    }
    if (swaps)
        swap_names(xmp);
}
