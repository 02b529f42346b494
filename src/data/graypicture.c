/* graypicture.c: row by row through the library's readers. */
#include "data/graypicture.h"

#include "base/fail.h"
#include "base/memory.h"

#include <imgconv/image.h>

/* Sample i of a row as 0..1 of its full scale. */
static float sample(const void *row, const struct imc_image_info *info, size_t i)
{
    float value = info->type == IMC_U8 ? ((const uint8_t *)row)[i] : ((const uint16_t *)row)[i];
    return value / info->full_scale;
}

static void convert_row(const void *row, const struct imc_image_info *info, uint8_t *gray)
{
    size_t channels = (size_t)info->channels, colours = channels - info->alpha;
    for (size_t x = 0; x < (size_t)info->width; x++) {
        size_t i = x * channels;
        float value = sample(row, info, i);
        if (colours >= 3)
            value = 0.299f * value + 0.587f * sample(row, info, i + 1) + 0.114f * sample(row, info, i + 2);
        if (info->alpha)
            value = 1 + (value - 1) * sample(row, info, i + colours);
        gray[x] = (uint8_t)(value * 255 + 0.5f);
    }
}

static enum imc_status read_rows(struct imc_reader *reader, uint8_t *gray, struct imc_error *error)
{
    const struct imc_image_info *info = imc_reader_info(reader);
    void *row = mem_alloc((size_t)info->width * (size_t)info->channels, imc_type_size(info->type));
    enum imc_status status = row ? IMC_OK : fail_memory(error, "a row");
    for (int y = 0; y < info->height && status == IMC_OK; y++) {
        status = imc_reader_read(reader, row, 1, error);
        if (status == IMC_OK)
            convert_row(row, info, gray + (size_t)y * (size_t)info->width);
    }
    mem_free(row);
    return status;
}

static enum imc_status open_picture(const char *path, uint64_t pixels_max, struct imc_reader **reader, int *height, int *width,
                                    struct imc_error *error)
{
    struct imc_reader_options options;
    imc_reader_options_default(&options);
    options.max_pixels = pixels_max;
    options.luma = true;
    enum imc_status status = imc_reader_open(path, &options, reader, error);
    if (status)
        return status;
    *height = imc_reader_info(*reader)->height;
    *width = imc_reader_info(*reader)->width;
    return IMC_OK;
}

enum imc_status gray_size(const char *path, uint64_t pixels_max, int *height, int *width, struct imc_error *error)
{
    struct imc_reader *reader;
    enum imc_status status = open_picture(path, pixels_max, &reader, height, width, error);
    if (status == IMC_OK)
        imc_reader_close(reader);
    return status;
}

enum imc_status gray_read(const char *path, uint64_t pixels_max, uint8_t **gray, int *height, int *width, struct imc_error *error)
{
    struct imc_reader *reader;
    *gray = NULL;
    enum imc_status status = open_picture(path, pixels_max, &reader, height, width, error);
    if (status)
        return status;
    const struct imc_image_info *info = imc_reader_info(reader);
    if (info->type == IMC_F32)
        status = fail(error, IMC_ERR_UNSUPPORTED, "%s: float samples have no white: convert it with imgconv -k identity --map fit",
                      path);
    else if (!(*gray = mem_alloc((size_t)info->height, (size_t)info->width)))
        status = fail_memory(error, path);
    else
        status = read_rows(reader, *gray, error);
    imc_reader_close(reader);
    if (status) {
        mem_free(*gray);
        *gray = NULL;
    }
    return status;
}
