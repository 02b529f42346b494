/* samples.c: what formats of raw samples (PNM, PAM, PFM, NPY) do alike.*/
#include "image/samples.h"

#include "base/fail.h"
#include "base/memory.h"

#include <stdio.h>

static void swap2(unsigned char *p, size_t count)
{
    for (size_t i = 0; i < count; i++, p += 2) {
        unsigned char first = p[0];
        p[0] = p[1];
        p[1] = first;
    }
}

void samples_swap(void *samples, size_t count, size_t size)
{
    unsigned char *p = samples;
    if (size == 2) {
        swap2(p, count);
        return;
    }
    for (size_t i = 0; i < count; i++, p += size)
        for (size_t j = 0; j < size / 2; j++) {
            unsigned char byte = p[j];
            p[j] = p[size - 1 - j];
            p[size - 1 - j] = byte;
        }
}

size_t samples_a_row(const struct imc_image_info *info)
{
    return (size_t)info->width * (size_t)info->channels;
}

bool samples_all_bytes(const struct imc_image_info *info, size_t size, size_t *bytes)
{
    return size_mul((size_t)info->width, (size_t)info->channels, bytes) && size_mul(*bytes, size, bytes) &&
           size_mul(*bytes, (size_t)info->height, bytes);
}

enum imc_status samples_read_row(struct imc_reader *reader, void *row, size_t bytes, int y, struct imc_error *error)
{
    if (input_read(reader->input, row, bytes) == bytes)
        return IMC_OK;
    char where[48];
    snprintf(where, sizeof where, "row %d of %d", y + 1, reader->info.height);
    return input_fail_short(reader->input, where, error);
}

enum imc_status samples_hold(struct imc_reader *reader, unsigned char **held, struct imc_error *error)
{
    size_t bytes = (size_t)reader->info.held_bytes;
    uint64_t size = input_size(reader->input), offset = input_offset(reader->input);
    *held = NULL;
    if (size && (size < offset || size - offset < bytes))
        return input_fail_short(reader->input, "the samples", error);
    unsigned char *memory = mem_alloc(bytes, 1);
    if (!memory)
        return fail_memory(error, "the picture, which this file order makes necessary to hold");
    if (input_read(reader->input, memory, bytes) != bytes) {
        mem_free(memory);
        return input_fail_short(reader->input, "the samples", error);
    }
    *held = memory;
    return IMC_OK;
}

enum imc_status samples_refuse(const struct imc_writer *writer, const char *format, const char *what, const char *who,
                               struct imc_error *error)
{
    return fail(error, IMC_ERR_ARGUMENT, "%s: %s cannot hold %s; %s can", outfile_name(writer->file), format, what, who);
}

enum imc_status samples_check_channels(const struct imc_writer *writer, const char *format, const char *with_alpha,
                                       struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    if (info->channels > 4)
        return samples_refuse(writer, format, with_alpha ? "more than 3 channels" : "more than 4 channels", "NPY", error);
    if (with_alpha && info->alpha)
        return samples_refuse(writer, format, "alpha", with_alpha, error);
    if (info->alpha != (info->channels % 2 == 0))
        return samples_refuse(writer, format, "2 or 4 channels that are not gray or RGB with alpha", "NPY", error);
    return IMC_OK;
}

enum imc_status samples_finish(struct imc_writer *writer, struct imc_error *error)
{
    (void)writer, (void)error;
    return IMC_OK;
}
