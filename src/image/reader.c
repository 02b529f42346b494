/* reader.c: what all readers share: recognising the format, limits, orientation, counting rows. The rest is the codec's. */
#include "image/codec.h"

#include "base/embedded.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"
#include "image/exif.h"
#include "image/foreign.h"
#include "image/orient.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Rows that a decoder and its caller hold of a picture that streams: one row may be as large as a picture. */
enum { ROWS_HELD = 4, SAMPLES_MAX = 32 };

void imc_reader_options_default(struct imc_reader_options *options)
{
    *options = (struct imc_reader_options){.max_pixels = (uint64_t)1 << 31, .max_memory = (uint64_t)4 << 30};
}

static const struct codec *recognise(const unsigned char *head, size_t size)
{
    for (const struct codec *const *codec = codecs; *codec; codec++)
        if ((*codec)->recognise(head, size))
            return *codec;
    return NULL;
}

static enum imc_status choose_codec(struct imc_reader *reader, struct imc_error *error)
{
    unsigned char head[FOREIGN_HEAD];
    size_t size = input_peek(reader->input, head, sizeof head);
    const char *name = input_name(reader->input);
    if (input_error(reader->input))
        return input_fail_short(reader->input, "the header", error);
    if (size == 0)
        return fail(error, IMC_ERR_FORMAT, "%s: file is empty", name);
    reader->codec = recognise(head, size < 16 ? size : 16);
    if (reader->codec)
        return IMC_OK;
    const char *advice = foreign_advice(head, size);
    if (advice)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: %s", name, advice);
    return fail(error, IMC_ERR_FORMAT, "%s: is not a picture that imgconv knows; it reads PNG, JPEG, PNM, PAM, PFM and NPY", name);
}

static size_t pixel_bytes(const struct imc_image_info *info)
{
    return (size_t)info->channels * imc_type_size(info->type);
}

/* Before any memory for pixels is taken. */
static enum imc_status check_limits(const struct imc_reader *reader, struct imc_error *error)
{
    const struct imc_image_info *info = &reader->info;
    const char *name = input_name(reader->input);
    char need[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];
    uint64_t pixels = (uint64_t)info->width * (uint64_t)info->height;
    if (pixels > reader->options.max_pixels)
        return fail(error, IMC_ERR_LIMIT, "%s: its %d x %d pixels are more than the limit of %llu; raise --max-pixels to read it",
                    name, info->width, info->height, (unsigned long long)reader->options.max_pixels);
    uint64_t rows = (uint64_t)info->width * pixel_bytes(info) * ROWS_HELD;
    uint64_t bytes = info->held_bytes > UINT64_MAX - rows ? UINT64_MAX : info->held_bytes + rows;
    if (bytes > reader->options.max_memory)
        return fail(error, IMC_ERR_LIMIT, "%s: reading it takes %s of memory, more than the limit of %s; raise --max-memory", name,
                    text_from_bytes(need, bytes), text_from_bytes(limit, reader->options.max_memory));
    return IMC_OK;
}

/* Width and height change places, and so does what belongs to them. */
static void swap_sides(struct imc_image_info *info)
{
    struct imc_metadata *metadata = &info->metadata;
    int width = info->width, subsampling_x = info->subsampling_x;
    double x_per_metre = metadata->x_per_metre;
    info->width = info->height;
    info->height = width;
    info->subsampling_x = info->subsampling_y;
    info->subsampling_y = subsampling_x;
    metadata->x_per_metre = metadata->y_per_metre;
    metadata->y_per_metre = x_per_metre;
    if (metadata->pixel_aspect > 0)
        metadata->pixel_aspect = 1 / metadata->pixel_aspect;
}

/* From the picture as stored to the picture as delivered. */
static enum imc_status turn_upright(struct imc_reader *reader, struct imc_error *error)
{
    struct imc_image_info *info = &reader->info;
    exif_make_upright(&info->metadata.exif);
    xmp_make_upright(&info->metadata.xmp);
    if (info->orientation == 1)
        return IMC_OK;
    if (orient_holds(info->orientation)) {
        /* A size that overflows is over every limit. */
        uint64_t picture = (uint64_t)info->width * (uint64_t)info->height;
        if (__builtin_mul_overflow(picture, pixel_bytes(info), &picture) ||
            __builtin_add_overflow(info->held_bytes, picture, &info->held_bytes))
            info->held_bytes = UINT64_MAX;
        info->streams = false;
    }
    reader->orient = orient_create(info->orientation, info->width, info->height, pixel_bytes(info));
    if (!reader->orient)
        return fail_memory(error, "the orientation");
    if (orient_swaps(info->orientation))
        swap_sides(info);
    return IMC_OK;
}

static void complete_from_exif(struct imc_image_info *info)
{
    struct imc_metadata *metadata = &info->metadata;
    if (info->orientation < 1 || info->orientation > 8)
        info->orientation = exif_orientation(&metadata->exif);
    bool square = metadata->pixel_aspect <= 0 || metadata->pixel_aspect == 1; /* says nothing, or next to nothing */
    if (metadata->x_per_metre <= 0 && square && exif_resolution(&metadata->exif, &metadata->x_per_metre, &metadata->y_per_metre))
        metadata->pixel_aspect = 0;
}

static enum imc_status start(struct imc_reader *reader, struct imc_error *error)
{
    enum imc_status status = choose_codec(reader, error);
    if (status != IMC_OK)
        return status;
    status = reader->codec->open(reader, error);
    if (status != IMC_OK) {
        reader->codec = NULL; /* it has closed itself */
        return status;
    }
    complete_from_exif(&reader->info);
    reader->stored = reader->info;
    status = turn_upright(reader, error);
    return status == IMC_OK ? check_limits(reader, error) : status;
}

/* Takes over the input. */
static enum imc_status open_input(struct input *input, const struct imc_reader_options *options, struct imc_reader **out,
                                  struct imc_error *error)
{
    struct imc_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        input_close(input);
        return fail_memory(error, "the reader");
    }
    reader->input = input;
    if (options)
        reader->options = *options;
    else
        imc_reader_options_default(&reader->options);
    enum imc_status status = start(reader, error);
    if (status == IMC_OK)
        *out = reader;
    else
        imc_reader_close(reader);
    return status;
}

enum imc_status imc_reader_open_memory(const void *data, size_t size, const char *name, const struct imc_reader_options *options,
                                       struct imc_reader **reader, struct imc_error *error)
{
    *reader = NULL;
    struct input *input;
    enum imc_status status = input_open_memory(data, size, name, &input, error);
    return status == IMC_OK ? open_input(input, options, reader, error) : status;
}

static const char *sample_names[SAMPLES_MAX + 1];

static void list_samples(void)
{
    for (int i = 0; i < SAMPLES_MAX && embedded_samples[i].name; i++)
        sample_names[i] = embedded_samples[i].name;
}

const char *const *imc_sample_names(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, list_samples);
    return sample_names;
}

static enum imc_status open_sample(const char *path, const struct imc_reader_options *options, struct imc_reader **reader,
                                   struct imc_error *error)
{
    const char *name = strchr(path, ':') + 1;
    for (const struct embedded_file *file = embedded_samples; file->name; file++)
        if (strcasecmp(name, file->name) == 0)
            return imc_reader_open_memory(file->bytes, file->size, path, options, reader, error);
    const char *nearest = imc_name_nearest(name, imc_sample_names());
    if (nearest)
        return fail(error, IMC_ERR_ARGUMENT, "%s: there is no such sample; did you mean sample:%s?", path, nearest);
    char list[200] = "";
    for (const char *const *known = imc_sample_names(); *known && strlen(list) + strlen(*known) + 10 < sizeof list; known++)
        strcat(strcat(list, " sample:"), *known);
    return fail(error, IMC_ERR_ARGUMENT, "%s: there is no such sample; there %s%s", path,
                list[0] ? "are" : "are none in this build", list);
}

enum imc_status imc_reader_open(const char *path, const struct imc_reader_options *options, struct imc_reader **reader,
                                struct imc_error *error)
{
    *reader = NULL;
    if (strncmp(path, "sample:", 7) == 0)
        return open_sample(path, options, reader, error);
    struct input *input;
    enum imc_status status = input_open(path, &input, error);
    return status == IMC_OK ? open_input(input, options, reader, error) : status;
}

const struct imc_image_info *imc_reader_info(const struct imc_reader *reader)
{
    return &reader->info;
}

/* Decodes the whole picture into the orientation's memory. */
static enum imc_status hold_picture(struct imc_reader *reader, struct imc_error *error)
{
    if (!orient_allocate(reader->orient))
        return fail_memory(error, "the picture that is to be turned upright");
    enum imc_status status = IMC_OK;
    for (int y = 0; y < reader->stored.height && status == IMC_OK; y++)
        status = reader->codec->read_row(reader, orient_stored_row(reader->orient, y), error);
    return status;
}

static enum imc_status read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct orient *orient = reader->orient;
    if (!orient)
        return reader->codec->read_row(reader, row, error);
    enum imc_status status = IMC_OK;
    bool holds = orient_holds(reader->stored.orientation);
    if (holds && !orient_allocated(orient))
        status = hold_picture(reader, error);
    else if (!holds && !orient_allocate(orient))
        status = fail_memory(error, "a row");
    else if (!holds)
        status = reader->codec->read_row(reader, orient_stored_row(orient, 0), error);
    if (status == IMC_OK)
        orient_row(orient, holds ? reader->rows_read : 0, row);
    return status;
}

enum imc_status imc_reader_read(struct imc_reader *reader, void *rows, int count, struct imc_error *error)
{
    const char *name = input_name(reader->input);
    if (reader->failed != IMC_OK)
        return fail(error, reader->failed, "%s: an earlier row could not be read", name);
    if (count < 0 || count > reader->info.height - reader->rows_read)
        return fail(error, IMC_ERR_ARGUMENT, "%s: %d rows asked for, but only %d of %d are left", name, count,
                    reader->info.height - reader->rows_read, reader->info.height);
    size_t step = (size_t)reader->info.width * pixel_bytes(&reader->info);
    for (int y = 0; y < count; y++) {
        reader->failed = read_row(reader, (unsigned char *)rows + (size_t)y * step, error);
        if (reader->failed != IMC_OK)
            return reader->failed;
        reader->rows_read++;
    }
    return IMC_OK;
}

void imc_reader_close(struct imc_reader *reader)
{
    if (!reader)
        return;
    if (reader->codec)
        reader->codec->close(reader);
    free(reader->info.metadata.exif.data);
    free(reader->info.metadata.xmp.data);
    free(reader->info.metadata.icc.data);
    orient_destroy(reader->orient);
    input_close(reader->input);
    free(reader);
}
