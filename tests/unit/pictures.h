/* pictures.h: reading and writing whole pictures, for the tests of the file formats. */
#ifndef PICTURES_H
#define PICTURES_H

#include "support/testing.h"
#include <imgconv/image.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct picture {
    struct imc_image_info info; /* without blobs */
    void *samples;
    enum imc_status status;
    struct imc_error error;
};

static inline size_t picture_row(const struct imc_image_info *info)
{
    return (size_t)info->width * (size_t)info->channels * imc_type_size(info->type);
}

/* Reads a whole picture; a failure is told by .status, and .samples is then NULL. Free with picture_free. */
static inline struct picture picture_read(const void *data, size_t size, const struct imc_reader_options *options)
{
    struct picture picture = {.status = IMC_OK};
    struct imc_reader *reader;
    picture.status = imc_reader_open_memory(data, size, "test", options, &reader, &picture.error);
    if (picture.status != IMC_OK)
        return picture;
    picture.info = *imc_reader_info(reader);
    picture.info.metadata = (struct imc_metadata){0};
    size_t step = picture_row(&picture.info);
    /* Grows with the rows that come, so that a huge claim costs the test no memory either. */
    size_t room = 0;
    for (int y = 0; y < picture.info.height && picture.status == IMC_OK; y++) {
        if ((size_t)y == room) {
            room = 2 * room + 8;
            picture.samples = realloc(picture.samples, room * step);
        }
        picture.status = imc_reader_read(reader, (char *)picture.samples + (size_t)y * step, 1, &picture.error);
    }
    imc_reader_close(reader);
    if (picture.status != IMC_OK) {
        free(picture.samples);
        picture.samples = NULL;
    }
    return picture;
}

static inline void picture_free(struct picture *picture)
{
    free(picture->samples);
    picture->samples = NULL;
}

/* The bytes of a file, freed by the caller. */
static inline unsigned char *file_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* A path in the test's folder; valid until the next call. */
static inline const char *test_path(const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static inline enum imc_status picture_write(const char *path, const struct imc_image_info *info, const void *samples,
                                            const struct imc_writer_options *options, struct imc_error *error)
{
    struct imc_writer *writer;
    enum imc_status status = imc_writer_open(path, info, options, &writer, error);
    if (status != IMC_OK)
        return status;
    status = imc_writer_write(writer, samples, info->height, error);
    if (status == IMC_OK)
        status = imc_writer_finish(writer, error);
    imc_writer_close(writer);
    return status;
}

/* Writes a picture to a file of that name in the test's folder and gives its bytes, freed by the caller. */
static inline unsigned char *picture_encode(const char *name, const struct imc_image_info *info, const void *samples,
                                            const struct imc_writer_options *options, size_t *size)
{
    struct imc_error error = {IMC_OK, ""};
    enum imc_status status = picture_write(test_path(name), info, samples, options, &error);
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    return file_bytes(test_path(name), size);
}

/* Is there a program that succeeds when run so? */
static inline bool program_runs(const char *command)
{
    char quiet[300];
    snprintf(quiet, sizeof quiet, "%s >/dev/null 2>&1", command);
    return system(quiet) == 0;
}

#endif
