/* jpegmeta.c: EXIF and XMP lie in one APP1 marker each, an ICC profile in up to 255 APP2 markers numbered "1 of n" (annex B of
 * the ICC specification), the resolution in the JFIF header (ITU-T T.871). A profile whose chunks do not fit together is left
 * out: it says how colours are meant, and without it they are what the numbers are. */
#include "image/jpegmeta.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

const unsigned char jpegmeta_exif_prefix[JPEGMETA_EXIF_PREFIX] = {'E', 'x', 'i', 'f', 0, 0};
const unsigned char jpegmeta_xmp_prefix[JPEGMETA_XMP_PREFIX] = "http://ns.adobe.com/xap/1.0/";
static const unsigned char icc_name[] = "ICC_PROFILE";

static bool begins(const unsigned char *payload, size_t size, const unsigned char *prefix, size_t length)
{
    return size > length && memcmp(payload, prefix, length) == 0;
}

static bool keep(struct imc_blob *blob, const unsigned char *data, size_t size)
{
    if (blob->data)
        return true;
    blob->data = mem_alloc(size, 1);
    if (!blob->data)
        return false;
    memcpy(blob->data, data, size);
    blob->size = size;
    return true;
}

static bool take_icc(struct jpegmeta *meta, const unsigned char *payload, size_t size)
{
    int number = payload[sizeof icc_name], count = payload[sizeof icc_name + 1];
    if (meta->icc_count == 0)
        meta->icc_count = count;
    if (number < 1 || number > count || count != meta->icc_count || meta->icc[number - 1].data) {
        meta->icc_damaged = true;
        return true;
    }
    return keep(&meta->icc[number - 1], payload + JPEGMETA_ICC_PREFIX, size - JPEGMETA_ICC_PREFIX);
}

bool jpegmeta_take(struct jpegmeta *meta, int app, const unsigned char *payload, size_t size)
{
    if (app == 1 && begins(payload, size, jpegmeta_exif_prefix, JPEGMETA_EXIF_PREFIX))
        return keep(&meta->exif, payload + JPEGMETA_EXIF_PREFIX, size - JPEGMETA_EXIF_PREFIX);
    if (app == 1 && begins(payload, size, jpegmeta_xmp_prefix, JPEGMETA_XMP_PREFIX))
        return keep(&meta->xmp, payload + JPEGMETA_XMP_PREFIX, size - JPEGMETA_XMP_PREFIX);
    if (app == 2 && size > JPEGMETA_ICC_PREFIX && begins(payload, size, icc_name, sizeof icc_name))
        return take_icc(meta, payload, size);
    return true;
}

static bool join_icc(const struct jpegmeta *meta, struct imc_blob *icc)
{
    size_t size = 0, at = 0;
    for (int i = 0; i < meta->icc_count; i++) {
        if (!meta->icc[i].data)
            return true; /* a chunk is missing: no profile */
        size += meta->icc[i].size;
    }
    if (meta->icc_damaged || size == 0)
        return true;
    icc->data = mem_alloc(size, 1);
    if (!icc->data)
        return false;
    icc->size = size;
    for (int i = 0; i < meta->icc_count; at += meta->icc[i++].size)
        memcpy((unsigned char *)icc->data + at, meta->icc[i].data, meta->icc[i].size);
    return true;
}

bool jpegmeta_move(struct jpegmeta *meta, struct imc_metadata *metadata)
{
    if (!join_icc(meta, &metadata->icc))
        return false;
    metadata->exif = meta->exif;
    metadata->xmp = meta->xmp;
    meta->exif = meta->xmp = (struct imc_blob){0};
    jpegmeta_free(meta);
    return true;
}

void jpegmeta_free(struct jpegmeta *meta)
{
    mem_free(meta->exif.data);
    mem_free(meta->xmp.data);
    for (int i = 0; i < JPEGMETA_ICC_CHUNKS; i++)
        mem_free(meta->icc[i].data);
    *meta = (struct jpegmeta){0};
}

static const double per_metre[3] = {0, 1 / 0.0254, 100}; /* of JFIF's units */

void jfif_density_to_metadata(struct jfif_density density, struct imc_metadata *metadata)
{
    if (density.x < 1 || density.y < 1 || density.unit < 0 || density.unit > 2)
        return;
    if (density.unit > 0) {
        metadata->x_per_metre = density.x * per_metre[density.unit];
        metadata->y_per_metre = density.y * per_metre[density.unit];
    } else if (density.x != density.y) {
        /* Densities, not sizes: twice as dense across means half as wide. 1:1 is what writers put who know nothing. */
        metadata->pixel_aspect = (double)density.y / density.x;
    }
}

/* The nearest density of a unit, and how far off it is, as a part of the whole. */
static double round_density(const struct imc_metadata *metadata, int unit, struct jfif_density *density)
{
    double x = metadata->x_per_metre / per_metre[unit], y = metadata->y_per_metre / per_metre[unit];
    if (!(x >= 0.5 && y >= 0.5 && x < 65535.5 && y < 65535.5))
        return INFINITY;
    *density = (struct jfif_density){unit, (int)(x + 0.5), (int)(y + 0.5)};
    return fabs(density->x - x) / x + fabs(density->y - y) / y;
}

/* The fraction with a denominator up to 1000 that is nearest to the aspect. */
static struct jfif_density aspect_density(double aspect)
{
    struct jfif_density best = {0, 1, 1};
    double least = INFINITY;
    if (!(aspect >= 0.001 && aspect <= 1000))
        return best;
    for (int x = 1; x <= 1000; x++) {
        int y = (int)(aspect * x + 0.5);
        double off = fabs((double)y / x - aspect);
        if (y >= 1 && y <= 65535 && off < least * (1 - 1e-9)) {
            best = (struct jfif_density){0, x, y};
            least = off;
        }
    }
    return best;
}

struct jfif_density jfif_density_from_metadata(const struct imc_metadata *metadata)
{
    struct jfif_density inch, centimetre;
    double inch_off = round_density(metadata, 1, &inch), centimetre_off = round_density(metadata, 2, &centimetre);
    if (inch_off < INFINITY || centimetre_off < INFINITY)
        /* A resolution that was in dots per inch comes back from a PNG's whole dots per metre a little off: inches get the
         * benefit. */
        return inch_off <= centimetre_off + 1e-4 ? inch : centimetre;
    return aspect_density(metadata->pixel_aspect);
}
