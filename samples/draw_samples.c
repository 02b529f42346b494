/* draw_samples.c: draws the sample pictures, `draw_samples FOLDER`. They are made here, and nowhere else, so that their licence is
 * the project's own. `make samples` runs it. */
#include "draw.h"

#include <imgconv/imgconv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void check(enum imc_status status, const struct imc_error *error)
{
    if (status != IMC_OK) {
        fprintf(stderr, "draw_samples: %s\n", error->message);
        exit(1);
    }
}

/* A picture in memory; 16-bit samples where full_scale says so. */
struct picture {
    int width, height, channels;
    int full_scale;
    void *samples;
};

static struct picture picture_create(int width, int height, int channels, int full_scale)
{
    struct picture picture = {width, height, channels, full_scale, NULL};
    picture.samples = calloc((size_t)width * (size_t)height * (size_t)channels, full_scale > 255 ? 2 : 1);
    if (!picture.samples) {
        fprintf(stderr, "draw_samples: out of memory\n");
        exit(1);
    }
    return picture;
}

/* Writes FOLDER/name and frees the samples. */
static void picture_write(const struct picture *picture, const char *folder, const char *name)
{
    struct imc_error error;
    struct imc_writer *writer;
    struct imc_writer_options options;
    struct imc_image_info info = {.width = picture->width, .height = picture->height, .channels = picture->channels};
    char path[4096];
    info.alpha = picture->channels == 4;
    info.type = picture->full_scale > 255 ? IMC_U16 : IMC_U8;
    info.full_scale = (float)picture->full_scale;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    imc_writer_options_default(&options);
    options.compression = 9;
    check(imc_writer_open(path, &info, &options, &writer, &error), &error);
    check(imc_writer_write(writer, picture->samples, picture->height, &error), &error);
    check(imc_writer_finish(writer, &error), &error);
    imc_writer_close(writer);
    free(picture->samples);
}

static int to_byte(double v)
{
    return (int)floor(clamp01(v) * 255 + 0.5);
}

/* The canvas through a lens and a sensor: gamma, and noise that is stronger in the dark. */
static struct picture make_photo(void)
{
    struct picture picture = picture_create(576, 432, 3, 255);
    struct canvas canvas = canvas_create(picture.width, picture.height, 640);
    struct dice dice = {1};
    unsigned char *sample = picture.samples;
    draw_photo(&canvas);
    for (int i = 0; i < picture.width * picture.height; i++) {
        struct rgb light = canvas_pixel(&canvas, i % picture.width, i / picture.width);
        const double part[3] = {light.r, light.g, light.b};
        for (int k = 0; k < 3; k++) {
            double v = sqrt(clamp01(part[k]));
            *sample++ = (unsigned char)to_byte(v + roll_normal(&dice) * (0.94 - 0.38 * v) / 255);
        }
    }
    canvas_free(&canvas);
    return picture;
}

static struct picture make_gray(void)
{
    enum { FINE = 8 }; /* samples a pixel and axis */
    struct picture picture = picture_create(512, 512, 1, 255);
    unsigned char *sample = picture.samples;
    for (int i = 0; i < 512 * 512; i++) {
        double sum = 0;
        for (int k = 0; k < FINE * FINE; k++)
            sum += chart_gray(i % 512 + (k % FINE + 0.5) / FINE, i / 512 + (k / FINE + 0.5) / FINE);
        *sample++ = (unsigned char)to_byte(sum / (FINE * FINE));
    }
    return picture;
}

static struct picture make_alpha(void)
{
    struct picture picture = picture_create(384, 256, 4, 255);
    unsigned char *sample = picture.samples;
    for (int i = 0; i < picture.width * picture.height; i++) {
        double rgba[4];
        alpha_pixel(i % picture.width, i / picture.width, rgba);
        for (int k = 0; k < 4; k++)
            *sample++ = (unsigned char)to_byte(rgba[k]);
    }
    return picture;
}

static struct picture make_16bit(void)
{
    struct picture picture = picture_create(384, 256, 3, 65535);
    for (int i = 0; i < picture.width * picture.height; i++)
        deep_pixel(i % picture.width, i / picture.width, (uint16_t *)picture.samples + 3 * (size_t)i);
    return picture;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        struct picture (*make)(void);
    } list[] = {{"photo.png", make_photo}, {"gray.png", make_gray}, {"alpha.png", make_alpha}, {"16bit.png", make_16bit}};
    if (argc != 2) {
        fprintf(stderr, "usage: draw_samples FOLDER\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct picture picture = list[i].make();
        picture_write(&picture, argv[1], list[i].name);
    }
    return 0;
}
