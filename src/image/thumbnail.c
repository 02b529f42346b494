/* thumbnail.c: boxes of pixels become one pixel each. Pixel x of the thumbnail stands for the columns x*W/w up to (x+1)*W/w of the
 * picture, likewise the rows, so that the boxes differ by one pixel at most, and none is empty. */
#include <imgconv/thumbnail.h>

#include "base/fail.h"
#include "base/memory.h"
#include "image/flatpicture.h"

#include <math.h>

enum { RGB = 3 };

struct imc_thumbnail {
    struct imc_image_info info;
    int width, height;
    int row, y;  /* of the picture, the next to come; of the thumbnail, the one that it belongs to */
    double *sum; /* [height][width][RGB], of what is seen of each sample */
};

/* Where the box of pixel i begins, of `count` boxes that share `length`. */
static int box_start(int i, int length, int count)
{
    return (int)((int64_t)i * length / count);
}

void imc_thumbnail_fit(const struct imc_image_info *info, int max_width, int max_height, int *width, int *height)
{
    double shrink = fmax(1, fmax((double)info->width / max_width, (double)info->height / max_height));
    *width = (int)fmin(max_width, fmax(1, rint(info->width / shrink)));
    *height = (int)fmin(max_height, fmax(1, rint(info->height / shrink)));
}

enum imc_status imc_thumbnail_create(const struct imc_image_info *info, int width, int height, struct imc_thumbnail **thumbnail,
                                     struct imc_error *error)
{
    *thumbnail = NULL;
    if (width < 1 || height < 1 || width > info->width || height > info->height)
        return fail(error, IMC_ERR_ARGUMENT, "a thumbnail of %dx%d pixels (width x height) of a picture of %dx%d", width, height,
                    info->width, info->height);
    struct imc_thumbnail *made = mem_zalloc(1, sizeof *made);
    double *sum = mem_zalloc((size_t)width * (size_t)height, RGB * sizeof *sum);
    if (!made || !sum) {
        mem_free(made);
        mem_free(sum);
        return fail_memory(error, "a thumbnail");
    }
    *made = (struct imc_thumbnail){.info = *info, .width = width, .height = height, .sum = sum};
    made->info.metadata = (struct imc_metadata){0};
    *thumbnail = made;
    return IMC_OK;
}

/* Opaque bytes, which most pictures are, are added as whole numbers: what is seen of the others takes its time. */
static void add_bytes(const struct imc_image_info *info, const unsigned char *row, int from, int to, double sum[RGB])
{
    size_t step = (size_t)info->channels;
    for (size_t c = 0; c < RGB; c++) {
        uint64_t whole = 0;
        const unsigned char *channel = row + (step < RGB ? 0 : c);
        for (size_t x = (size_t)from; x < (size_t)to; x++)
            whole += channel[x * step];
        sum[c] += (double)whole / (double)info->full_scale;
    }
}

static void add_floats(const struct imc_image_info *info, const float *row, int from, int to, double sum[RGB])
{
    size_t step = (size_t)info->channels;
    for (size_t c = 0; c < RGB; c++)
        for (size_t x = (size_t)from; x < (size_t)to; x++)
            sum[c] += (double)row[x * step + (step < RGB ? 0 : c)];
}

static void add_box(const struct imc_image_info *info, const void *row, int from, int to, double sum[RGB])
{
    if (info->type == IMC_F32) {
        add_floats(info, row, from, to, sum);
    } else if (info->type == IMC_U8 && !info->alpha) {
        add_bytes(info, row, from, to, sum);
    } else {
        for (int c = 0; c < RGB; c++)
            for (int x = from; x < to; x++)
                sum[c] += picture_shown(info, row, (size_t)x, c);
    }
}

void imc_thumbnail_add(struct imc_thumbnail *thumbnail, const void *rows, int count)
{
    const struct imc_image_info *info = &thumbnail->info;
    size_t row_bytes = (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
    for (int i = 0; i < count && thumbnail->row < info->height; i++, thumbnail->row++) {
        const void *row = (const char *)rows + (size_t)i * row_bytes;
        if (thumbnail->row == box_start(thumbnail->y + 1, info->height, thumbnail->height))
            thumbnail->y++;
        double *sum = thumbnail->sum + (size_t)thumbnail->y * (size_t)thumbnail->width * RGB;
        for (int x = 0; x < thumbnail->width; x++)
            add_box(info, row, box_start(x, info->width, thumbnail->width), box_start(x + 1, info->width, thumbnail->width),
                    sum + (size_t)x * RGB);
    }
}

static double mean_at(const struct imc_thumbnail *thumbnail, size_t i)
{
    const struct imc_image_info *info = &thumbnail->info;
    int x = (int)(i / RGB % (size_t)thumbnail->width), y = (int)(i / RGB / (size_t)thumbnail->width);
    int wide = box_start(x + 1, info->width, thumbnail->width) - box_start(x, info->width, thumbnail->width);
    int high = box_start(y + 1, info->height, thumbnail->height) - box_start(y, info->height, thumbnail->height);
    return thumbnail->sum[i] / ((double)wide * high);
}

/* The lowest and the highest finite mean; where all are one, it is black. */
static void find_range(const struct imc_thumbnail *thumbnail, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        double mean = mean_at(thumbnail, i);
        if (isfinite(mean)) {
            *low = fmin(*low, mean);
            *high = fmax(*high, mean);
        }
    }
    if (*low > *high)
        *low = *high = 0;
}

void imc_thumbnail_finish(const struct imc_thumbnail *thumbnail, uint8_t *rgb, float *low, float *high)
{
    size_t count = (size_t)thumbnail->width * (size_t)thumbnail->height * RGB;
    double black = 0, white = 1, full = (double)thumbnail->info.full_scale;
    if (thumbnail->info.type == IMC_F32) {
        find_range(thumbnail, count, &black, &white);
        full = 1;
    }
    for (size_t i = 0; i < count; i++) {
        double level = white > black ? (mean_at(thumbnail, i) - black) / (white - black) : 0;
        rgb[i] = (uint8_t)lrint(255 * fmin(1, fmax(0, level))); /* fmax turns a NaN into 0 */
    }
    if (low)
        *low = (float)(black * full);
    if (high)
        *high = (float)(white * full);
}

void imc_thumbnail_free(struct imc_thumbnail *thumbnail)
{
    if (!thumbnail)
        return;
    mem_free(thumbnail->sum);
    mem_free(thumbnail);
}
