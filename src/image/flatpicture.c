/* flatpicture.c: the mean of a square of pixels, in double: pictures are small when they are looked at. */
#include "image/flatpicture.h"

#include "base/fail.h"
#include "base/memory.h"

#include <string.h>

double picture_shown(const struct imc_image_info *info, const void *samples, size_t pixel, int channel)
{
    const unsigned char *bytes = samples;
    const uint16_t *words = samples;
    size_t at = pixel * (size_t)info->channels;
    int colours = info->channels - info->alpha;
    size_t from = at + (size_t)(channel < colours ? channel : 0), alpha = at + (size_t)colours;
    double value = info->type == IMC_U8 ? bytes[from] : words[from], full = (double)info->full_scale;
    double cover = !info->alpha ? 1 : (info->type == IMC_U8 ? bytes[alpha] : words[alpha]) / full;
    return value / full * cover + 1 - cover;
}

/* The rows `rows` [count][width] of the file become one row of the picture. */
static void shrink_rows(const struct imc_image_info *info, const void *rows, int count, int y, struct flat_picture *picture)
{
    for (int c = 0; c < picture->channels; c++) {
        float *out = picture->planes + ((size_t)c * (size_t)picture->height + (size_t)y) * (size_t)picture->width;
        for (int x = 0; x < picture->width; x++) {
            int end = (x + 1) * picture->factor < info->width ? (x + 1) * picture->factor : info->width;
            double sum = 0;
            int pixels = 0;
            for (int i = 0; i < count; i++)
                for (int j = x * picture->factor; j < end; j++, pixels++)
                    sum += picture_shown(info, rows, (size_t)i * (size_t)info->width + (size_t)j, c);
            out[x] = (float)(sum / pixels);
        }
    }
}

static enum imc_status read_planes(struct imc_reader *reader, struct flat_picture *picture, struct imc_error *error)
{
    const struct imc_image_info *info = imc_reader_info(reader);
    size_t row = (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
    void *rows = mem_alloc((size_t)picture->factor, row);
    picture->planes = mem_alloc((size_t)picture->channels * (size_t)picture->height, (size_t)picture->width * sizeof(float));
    enum imc_status status = rows && picture->planes ? IMC_OK : fail_memory(error, "a picture");
    for (int y = 0; y < picture->height && !status; y++) {
        int left = info->height - y * picture->factor, count = left < picture->factor ? left : picture->factor;
        status = imc_reader_read(reader, rows, count, error);
        if (!status)
            shrink_rows(info, rows, count, y, picture);
    }
    mem_free(rows);
    return status;
}

enum imc_status flat_picture_read(const char *path, int side_max, struct flat_picture *picture, struct imc_error *error)
{
    struct imc_reader *reader;
    memset(picture, 0, sizeof *picture);
    enum imc_status status = imc_reader_open(path, NULL, &reader, error);
    if (status)
        return status;
    const struct imc_image_info *info = imc_reader_info(reader);
    int side = info->width > info->height ? info->width : info->height, factor = (side + side_max - 1) / side_max;
    *picture = (struct flat_picture){.channels = info->channels - info->alpha >= 3 ? 3 : 1,
                                     .width = (info->width + factor - 1) / factor,
                                     .height = (info->height + factor - 1) / factor,
                                     .factor = factor,
                                     .file_width = info->width,
                                     .file_height = info->height};
    if (info->type == IMC_F32)
        status = fail(error, IMC_ERR_UNSUPPORTED, "%s: float samples have no white: convert it with imgconv -k identity --map fit",
                      path);
    else
        status = read_planes(reader, picture, error);
    imc_reader_close(reader);
    if (status)
        flat_picture_free(picture);
    return status;
}

void flat_picture_free(struct flat_picture *picture)
{
    mem_free(picture->planes);
    picture->planes = NULL;
}
