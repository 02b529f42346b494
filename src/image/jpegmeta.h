/* jpegmeta.h: what travels with the pixels in a JPEG's APP markers, apart from the library that decodes them. */
#ifndef JPEGMETA_H
#define JPEGMETA_H

#include <imgconv/image.h>

enum {
    JPEGMETA_PAYLOAD_MAX = 65533, /* a marker's length field counts itself */
    JPEGMETA_ICC_CHUNKS = 255,
    JPEGMETA_EXIF_PREFIX = 6,
    JPEGMETA_XMP_PREFIX = 29,
    JPEGMETA_ICC_PREFIX = 14, /* the name, and two bytes that number the chunk */
};

/* What stands before the payload, each with its closing zero bytes. */
extern const unsigned char jpegmeta_exif_prefix[JPEGMETA_EXIF_PREFIX], jpegmeta_xmp_prefix[JPEGMETA_XMP_PREFIX];

/* What was met so far. Starts zeroed. */
struct jpegmeta {
    struct imc_blob exif, xmp;
    struct imc_blob icc[JPEGMETA_ICC_CHUNKS];
    int icc_count;    /* chunks announced, 0 before the first */
    bool icc_damaged; /* chunks contradict each other: no profile */
};

/* Takes the payload of an APP1 or APP2 marker (app 1 or 2) if it is one of those above; the first EXIF and XMP count. False if
 * memory ran out. A file of any length makes it keep no more than the chunks above can hold. */
bool jpegmeta_take(struct jpegmeta *meta, int app, const unsigned char *payload, size_t size);
/* Moves what was found to *metadata, whose blobs are then the caller's, freed by mem_free. False if memory ran out. */
bool jpegmeta_move(struct jpegmeta *meta, struct imc_metadata *metadata);
void jpegmeta_free(struct jpegmeta *meta);

/* JFIF density: unit 0 (aspect only), 1 (dots per inch) or 2 (dots per centimetre), and two numbers. */
struct jfif_density {
    int unit, x, y;
};
void jfif_density_to_metadata(struct jfif_density density, struct imc_metadata *metadata);
/* Unit 0 with 1:1 where nothing is known, or nothing that fits. */
struct jfif_density jfif_density_from_metadata(const struct imc_metadata *metadata);

#endif
