/* picturefile.c: whole pictures in and out of files, by the public functions alone. */
#include "support/picturefile.h"

#include <stdlib.h>

size_t picture_bytes(const struct imc_image_info *info)
{
    return (size_t)info->width * (size_t)info->height * (size_t)info->channels * imc_type_size(info->type);
}

static void *read_all(struct imc_reader *reader, struct imc_image_info *info, struct imc_error *error)
{
    *info = *imc_reader_info(reader);
    info->metadata = (struct imc_metadata){0};
    size_t row = picture_bytes(info) / (size_t)info->height;
    unsigned char *samples = malloc(picture_bytes(info));
    enum imc_status status = samples ? IMC_OK : IMC_ERR_MEMORY;
    for (int y = 0, count = 1; y < info->height && status == IMC_OK; y += count++) {
        if (count > info->height - y)
            count = info->height - y;
        status = imc_reader_read(reader, samples + (size_t)y * row, count, error);
    }
    imc_reader_close(reader);
    if (status == IMC_OK)
        return samples;
    free(samples);
    return NULL;
}

void *picture_read(const char *path, struct imc_image_info *info, struct imc_error *error)
{
    struct imc_reader *reader;
    return imc_reader_open(path, NULL, &reader, error) == IMC_OK ? read_all(reader, info, error) : NULL;
}

void *picture_read_memory(const void *data, size_t size, const struct imc_reader_options *options, struct imc_image_info *info,
                          struct imc_error *error)
{
    struct imc_reader *reader;
    return imc_reader_open_memory(data, size, "memory", options, &reader, error) == IMC_OK ? read_all(reader, info, error) : NULL;
}

enum imc_status picture_write(const char *path, const struct imc_image_info *info, const struct imc_writer_options *options,
                              const void *samples, struct imc_error *error)
{
    struct imc_writer *writer;
    enum imc_status status = imc_writer_open(path, info, options, &writer, error);
    if (status == IMC_OK)
        status = imc_writer_write(writer, samples, info->height, error);
    if (status == IMC_OK)
        status = imc_writer_finish(writer, error);
    imc_writer_close(writer);
    return status;
}

struct imc_image_info picture_info(int width, int height, int channels, enum imc_type type)
{
    return (struct imc_image_info){.width = width,
                                   .height = height,
                                   .channels = channels,
                                   .alpha = channels == 2 || channels == 4,
                                   .type = type,
                                   .full_scale = type == IMC_U8    ? 255
                                                 : type == IMC_U16 ? 65535
                                                                   : 0};
}
