/* writer.c: what all writers share: choosing the format, checking the request, counting rows, and the file that takes its name only
 * when whole. The format itself is the codec's. */
#include "image/codec.h"

#include "base/fail.h"
#include "base/pool.h"
#include "base/rowqueue.h"
#include "image/exif.h"
#include "image/png_idat.h"
#include "image/samples.h"
#include "image/writebehind.h"
#include "image/writermem.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void imc_writer_options_default(struct imc_writer_options *options)
{
    *options = (struct imc_writer_options){.quality = 92, .compression = 6, .subsampling_x = 2, .subsampling_y = 2};
}

static enum imc_status choose_codec(struct imc_writer *writer, const char *path, struct imc_error *error)
{
    enum imc_format format = writer->options.format;
    if (format == IMC_FORMAT_AUTO)
        format = imc_format_from_path(path);
    writer->codec = codec_of(format);
    if (writer->codec)
        return IMC_OK;
    if (strcmp(path, "-") == 0)
        return fail(error, IMC_ERR_ARGUMENT,
                    "standard output has no suffix to choose a format by; name one: png, jpeg, pnm, pam, pfm, npy");
    return fail(error, IMC_ERR_ARGUMENT,
                "%s: its suffix names no format that imgconv writes; use .png .jpg .pgm .ppm .pam .pfm .npy", path);
}

static enum imc_status check_info(const struct imc_image_info *info, const char *path, struct imc_error *error)
{
    float largest = info->type == IMC_U8 ? 255 : 65535;
    if (info->width < 1 || info->height < 1)
        return fail(error, IMC_ERR_ARGUMENT, "%s: a picture of %d x %d pixels cannot be written", path, info->width, info->height);
    if (info->channels < 1)
        return fail(error, IMC_ERR_ARGUMENT, "%s: a picture of %d channels cannot be written", path, info->channels);
    if (info->type != IMC_F32 &&
        !(info->full_scale >= 1 && info->full_scale <= largest && info->full_scale == floorf(info->full_scale)))
        return fail(error, IMC_ERR_ARGUMENT, "%s: a full scale of %g is not a whole number from 1 to %g", path,
                    (double)info->full_scale, (double)largest);
    return IMC_OK;
}

static enum imc_status check_options(const struct imc_writer_options *options, const char *path, struct imc_error *error)
{
    if (options->quality < 1 || options->quality > 100)
        return fail(error, IMC_ERR_ARGUMENT, "%s: quality %d is not in 1..100", path, options->quality);
    if (options->compression < 0 || options->compression > 9)
        return fail(error, IMC_ERR_ARGUMENT, "%s: compression %d is not in 0..9", path, options->compression);
    if (options->subsampling_x < 1 || options->subsampling_x > 2 || options->subsampling_y < 1 || options->subsampling_y > 2)
        return fail(error, IMC_ERR_ARGUMENT, "%s: chroma subsampling %d, %d is not 1 or 2 each", path, options->subsampling_x,
                    options->subsampling_y);
    return IMC_OK;
}

static bool copy_blob(struct imc_blob *blob)
{
    void *copy = blob->size ? malloc(blob->size) : NULL;
    if (copy)
        memcpy(copy, blob->data, blob->size);
    bool done = copy || !blob->size;
    blob->data = copy;
    return done;
}

/* Calls the codec with metadata that describe the upright picture; the caller's own are not to be changed. */
static enum imc_status create(struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_metadata *given = writer->options.metadata;
    if (!given)
        return writer->codec->create(writer, error);
    struct imc_metadata metadata = *given;
    bool exif = copy_blob(&metadata.exif), xmp = copy_blob(&metadata.xmp);
    enum imc_status status;
    if (exif && xmp) {
        exif_make_upright(&metadata.exif);
        xmp_make_upright(&metadata.xmp);
        writer->options.metadata = &metadata;
        status = writer->codec->create(writer, error);
        writer->options.metadata = NULL;
    } else {
        status = fail_memory(error, "the metadata");
    }
    free(metadata.exif.data);
    free(metadata.xmp.data);
    return status;
}

static enum imc_status start(struct imc_writer *writer, const char *path, struct imc_error *error)
{
    enum imc_status status = choose_codec(writer, path, error);
    if (status == IMC_OK)
        status = check_info(&writer->info, path, error);
    if (status == IMC_OK)
        status = check_options(&writer->options, path, error);
    if (status == IMC_OK)
        status = outfile_open(path, writer->options.no_clobber, &writer->file, error);
    if (status == IMC_OK)
        status = create(writer, error);
    if (status != IMC_OK)
        writer->codec = NULL; /* a codec that failed has nothing to destroy */
    return status;
}

static bool is_worth_a_thread(const struct codec *codec, const struct imc_image_info *info, int threads)
{
    size_t row_bytes = samples_a_row(info) * imc_type_size(info->type);
    return codec->encodes && rowqueue_is_worth(row_bytes, info->height) && pool_threads(threads) > 1;
}

uint64_t writer_memory(const struct imc_image_info *info, int compression, int threads)
{
    if (info->format == IMC_FORMAT_PNG)
        return png_idat_memory(info, compression, threads);
    const struct codec *codec = codec_of(info->format);
    bool behind = codec && is_worth_a_thread(codec, info, threads);
    return behind ? rowqueue_bytes(samples_a_row(info) * imc_type_size(info->type)) : 0;
}

enum imc_status imc_writer_open(const char *path, const struct imc_image_info *info, const struct imc_writer_options *options,
                                struct imc_writer **out, struct imc_error *error)
{
    *out = NULL;
    struct imc_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return fail_memory(error, "the writer");
    writer->info = *info;
    writer->info.metadata = (struct imc_metadata){0}; /* the caller's; what is to be written is named in the options */
    if (options)
        writer->options = *options;
    else
        imc_writer_options_default(&writer->options);
    enum imc_status status = start(writer, path, error);
    if (status != IMC_OK) {
        imc_writer_close(writer);
        return status;
    }
    if (is_worth_a_thread(writer->codec, &writer->info, writer->options.threads))
        writer->behind = writebehind_start(writer);
    *out = writer;
    return IMC_OK;
}

static enum imc_status write_rows(struct imc_writer *writer, const void *rows, int count, struct imc_error *error)
{
    if (writer->behind)
        return writebehind_write(writer->behind, rows, count, error);
    size_t step = samples_a_row(&writer->info) * imc_type_size(writer->info.type);
    enum imc_status status = IMC_OK;
    for (int y = 0; y < count && status == IMC_OK; y++)
        status = writer->codec->write_row(writer, (const unsigned char *)rows + (size_t)y * step, error);
    return status;
}

enum imc_status imc_writer_write(struct imc_writer *writer, const void *rows, int count, struct imc_error *error)
{
    const char *name = outfile_name(writer->file);
    if (writer->failed != IMC_OK)
        return fail(error, writer->failed, "%s: an earlier row could not be written", name);
    if (count < 0 || count > writer->info.height - writer->rows_written)
        return fail(error, IMC_ERR_ARGUMENT, "%s: %d rows given, but only %d of %d are missing", name, count,
                    writer->info.height - writer->rows_written, writer->info.height);
    writer->failed = write_rows(writer, rows, count, error);
    if (writer->failed == IMC_OK)
        writer->rows_written += count;
    return writer->failed;
}

enum imc_status imc_writer_finish(struct imc_writer *writer, struct imc_error *error)
{
    const char *name = outfile_name(writer->file);
    if (writer->failed != IMC_OK)
        return fail(error, writer->failed, "%s: could not be written whole", name);
    if (writer->rows_written < writer->info.height)
        return fail(error, IMC_ERR_ARGUMENT, "%s: only %d of %d rows were written", name, writer->rows_written,
                    writer->info.height);
    writer->failed = writebehind_stop(writer->behind, error);
    writer->behind = NULL;
    if (writer->failed == IMC_OK)
        writer->failed = writer->codec->finish(writer, error);
    if (writer->failed == IMC_OK)
        writer->failed = outfile_commit(writer->file, error);
    return writer->failed;
}

void imc_writer_close(struct imc_writer *writer)
{
    if (!writer)
        return;
    writebehind_stop(writer->behind, NULL);
    if (writer->codec)
        writer->codec->destroy(writer);
    outfile_close(writer->file);
    free(writer);
}
