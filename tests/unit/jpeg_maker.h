/* jpeg_maker.h: JPEG files for tests, made with libjpeg itself, of kinds that imgconv reads but does not write. */
#ifndef JPEG_MAKER_H
#define JPEG_MAKER_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

enum { W = 61, H = 45 };

/* A smooth picture: JPEG at high quality keeps it within a few steps. */
static inline void fill_smooth(unsigned char *samples, int channels)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int c = 0; c < channels; c++)
                samples[(y * W + x) * channels + c] = (unsigned char)lround(128 + 100 * sin(x * 0.05 + c) * cos(y * 0.04 - c));
}

/* TIFF header, little-endian, one directory with one entry: orientation 6. */
static const unsigned char exif[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};

/* The payload of an APP2 marker: chunk `number` of `count`. */
#define ICC(number, count, text) "ICC_PROFILE\0" number count text

struct jpeg_marker_data {
    int marker; /* JPEG_APP0 + n; 0 ends a list */
    const void *data;
    unsigned size;
};

struct jpeg_recipe {
    int width, height, components;
    J_COLOR_SPACE in, file;
    int sampling_x, sampling_y; /* of the first component; 0 means 1 */
    int quality;
    boolean progressive, arithmetic, separate_scans, no_adobe;
    const struct jpeg_marker_data *markers;
};

static inline void jpeg_set_scans(struct jpeg_compress_struct *lib, jpeg_scan_info scans[4])
{
    for (int i = 0; i < lib->num_components; i++)
        scans[i] = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {i}, .Ss = 0, .Se = 63};
    lib->scan_info = scans;
    lib->num_scans = lib->num_components;
}

/* The bytes of the file, freed by the caller. */
static inline unsigned char *jpeg_make(const struct jpeg_recipe *recipe, const unsigned char *samples, size_t *size)
{
    struct jpeg_compress_struct lib;
    struct jpeg_error_mgr errors;
    jpeg_scan_info scans[4];
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    lib.err = jpeg_std_error(&errors);
    jpeg_create_compress(&lib);
    jpeg_mem_dest(&lib, &bytes, &length);
    lib.image_width = (JDIMENSION)recipe->width;
    lib.image_height = (JDIMENSION)recipe->height;
    lib.input_components = recipe->components;
    lib.in_color_space = recipe->in;
    jpeg_set_defaults(&lib);
    jpeg_set_colorspace(&lib, recipe->file);
    jpeg_set_quality(&lib, recipe->quality ? recipe->quality : 95, TRUE);
    lib.comp_info[0].h_samp_factor = recipe->sampling_x ? recipe->sampling_x : 1;
    lib.comp_info[0].v_samp_factor = recipe->sampling_y ? recipe->sampling_y : 1;
    if (recipe->no_adobe)
        lib.write_Adobe_marker = FALSE;
    if (recipe->progressive)
        jpeg_simple_progression(&lib);
    if (recipe->separate_scans)
        jpeg_set_scans(&lib, scans);
    lib.arith_code = recipe->arithmetic;
    jpeg_start_compress(&lib, TRUE);
    for (const struct jpeg_marker_data *marker = recipe->markers; marker && marker->marker; marker++)
        jpeg_write_marker(&lib, marker->marker, marker->data, marker->size);
    while (lib.next_scanline < lib.image_height) {
        JSAMPROW row = (JSAMPROW)samples + (size_t)lib.next_scanline * (size_t)(recipe->width * recipe->components);
        jpeg_write_scanlines(&lib, &row, 1);
    }
    jpeg_finish_compress(&lib);
    jpeg_destroy_compress(&lib);
    *size = length;
    return bytes;
}

/* A gray picture that carries these markers. */
static inline unsigned char *with_markers(const struct jpeg_marker_data *markers, size_t *size)
{
    unsigned char samples[W * H];
    fill_smooth(samples, 1);
    struct jpeg_recipe recipe = {
        .width = W, .height = H, .components = 1, .in = JCS_GRAYSCALE, .file = JCS_GRAYSCALE, .markers = markers};
    return jpeg_make(&recipe, samples, size);
}

#endif
