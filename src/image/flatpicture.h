/* flatpicture.h: a picture to look at: gray or RGB in 0..1, on white where it is transparent, made smaller where it is large. */
#ifndef FLATPICTURE_H
#define FLATPICTURE_H

#include <imgconv/image.h>

/* What is seen of a whole sample (8 or 16 bits): 0..1, composited on white. A channel beyond the colours is the first. */
double picture_shown(const struct imc_image_info *info, const void *samples, size_t pixel, int channel);

struct flat_picture {
    int channels;      /* 1 or 3 */
    int width, height; /* as it is here */
    int factor;        /* how many pixels of the file, across and down, became one: each is the mean of a square */
    int file_width, file_height;
    float *planes; /* [channels][height][width], 0..1 */
};

/* Reads a picture (a path as in imc_reader_open) and makes it smaller by the least whole factor that brings both sides to side_max,
 * a band of rows at a time. Errors: those of the reader; UNSUPPORTED (float samples, which have no white), MEMORY. */
enum imc_status flat_picture_read(const char *path, int side_max, struct flat_picture *picture, struct imc_error *error);
void flat_picture_free(struct flat_picture *picture);

#endif
