/* exif.c: orientation and resolution in an EXIF blob.
 *
 * EXIF is a TIFF file without pixels: a header of 8 bytes ("II" or "MM" for the byte order, 42, the offset of the first
 * directory), and directories of 12-byte entries (tag, type, count, value or the offset of the value). Only the first directory
 * is read, the one of the main picture. Every offset is tested before it is followed. (TIFF 6.0, section 2; Exif 2.3, 4.6.)
 */
#include "image/exif.h"

#include <stdint.h>
#include <string.h>

enum { TAG_ORIENTATION = 0x112, TAG_X_RESOLUTION = 0x11a, TAG_Y_RESOLUTION = 0x11b, TAG_UNIT = 0x128 };
enum { TYPE_SHORT = 3, TYPE_RATIONAL = 5, ENTRY_SIZE = 12 };

struct tiff {
    unsigned char *data;
    size_t size;
    bool big_endian;
};

static unsigned get16(const struct tiff *tiff, size_t at)
{
    const unsigned char *p = tiff->data + at;
    return tiff->big_endian ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

static uint32_t get32(const struct tiff *tiff, size_t at)
{
    uint32_t first = get16(tiff, at), second = get16(tiff, at + 2);
    return tiff->big_endian ? first << 16 | second : second << 16 | first;
}

static bool tiff_open(const struct imc_blob *exif, struct tiff *tiff)
{
    *tiff = (struct tiff){exif->data, exif->size, false};
    if (!exif->data || exif->size < 8)
        return false;
    tiff->big_endian = tiff->data[0] == 'M';
    return (memcmp(tiff->data, "II", 2) == 0 || memcmp(tiff->data, "MM", 2) == 0) && get16(tiff, 2) == 42;
}

/* The offset of the entry of `tag` with this type and a count of one, or 0. */
static size_t find_entry(const struct tiff *tiff, unsigned tag, unsigned type)
{
    size_t directory = get32(tiff, 4);
    if (directory < 8 || directory > tiff->size - 2)
        return 0;
    size_t entries = get16(tiff, directory);
    size_t room = (tiff->size - directory - 2) / ENTRY_SIZE;
    for (size_t i = 0; i < entries && i < room; i++) {
        size_t entry = directory + 2 + i * ENTRY_SIZE;
        if (get16(tiff, entry) == tag)
            return get16(tiff, entry + 2) == type && get32(tiff, entry + 4) == 1 ? entry : 0;
    }
    return 0;
}

static size_t find_orientation(const struct tiff *tiff)
{
    size_t entry = find_entry(tiff, TAG_ORIENTATION, TYPE_SHORT);
    return entry && get16(tiff, entry + 8) >= 1 && get16(tiff, entry + 8) <= 8 ? entry : 0;
}

int exif_orientation(const struct imc_blob *exif)
{
    struct tiff tiff;
    if (!tiff_open(exif, &tiff))
        return 1;
    size_t entry = find_orientation(&tiff);
    return entry ? (int)get16(&tiff, entry + 8) : 1;
}

/* The offset of the eight bytes of a rational, or 0. */
static size_t find_rational(const struct tiff *tiff, unsigned tag)
{
    size_t entry = find_entry(tiff, tag, TYPE_RATIONAL);
    size_t value = entry ? get32(tiff, entry + 8) : 0;
    return value >= 8 && tiff->size >= 16 && value <= tiff->size - 8 ? value : 0;
}

/* 0 where the tag is absent or no number. */
static double rational(const struct tiff *tiff, unsigned tag)
{
    size_t value = find_rational(tiff, tag);
    double denominator = value ? get32(tiff, value + 4) : 0;
    return denominator > 0 ? get32(tiff, value) / denominator : 0;
}

bool exif_resolution(const struct imc_blob *exif, double *x_per_metre, double *y_per_metre)
{
    struct tiff tiff;
    if (!tiff_open(exif, &tiff))
        return false;
    size_t entry = find_entry(&tiff, TAG_UNIT, TYPE_SHORT);
    unsigned unit = entry ? get16(&tiff, entry + 8) : 2; /* inches by default, says TIFF */
    double per_metre = unit == 2 ? 1 / 0.0254 : unit == 3 ? 100 : 0;
    double x = rational(&tiff, TAG_X_RESOLUTION) * per_metre, y = rational(&tiff, TAG_Y_RESOLUTION) * per_metre;
    if (x <= 0 || y <= 0)
        return false;
    *x_per_metre = x;
    *y_per_metre = y;
    return true;
}

static void swap_resolutions(struct tiff *tiff)
{
    size_t x = find_rational(tiff, TAG_X_RESOLUTION), y = find_rational(tiff, TAG_Y_RESOLUTION);
    if (!x || !y || (x < y ? y - x : x - y) < 8) /* absent, or one shared value */
        return;
    unsigned char keep[8];
    memcpy(keep, tiff->data + x, 8);
    memcpy(tiff->data + x, tiff->data + y, 8);
    memcpy(tiff->data + y, keep, 8);
}

void exif_make_upright(struct imc_blob *exif)
{
    struct tiff tiff;
    if (!tiff_open(exif, &tiff))
        return;
    size_t entry = find_orientation(&tiff);
    if (!entry)
        return;
    bool swaps = get16(&tiff, entry + 8) >= 5;
    tiff.data[entry + 8] = tiff.big_endian ? 0 : 1;
    tiff.data[entry + 9] = tiff.big_endian ? 1 : 0;
    if (swaps)
        swap_resolutions(&tiff);
}
