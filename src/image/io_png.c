/* io_png.c: PNG by libpng. No other file knows libpng.
 *
 * libpng reports a failure by a jump out of the failing call. All its calls are made in functions without a result that
 * run_guarded calls, the only place with a setjmp: a jump ends such a function, whose locals are gone then, and everything that
 * must be freed hangs on struct png_file.
 */
#include "image/codec.h"

#include "base/fail.h"
#include "base/memory.h"
#include "image/png_direct.h"
#include "image/png_idat.h"
#include "image/png_rules.h"
#include "image/png_xmp.h"
#include "image/samples.h"
#include "image/versions.h"
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MAX = 16 << 20, CHUNKS_KEPT = 16, IDAT_MAX = 1 << 30 };

struct png_file {
    png_structp png;
    png_infop info;
    struct imc_reader *reader; /* or */
    struct imc_writer *writer;
    jmp_buf jump;
    struct imc_error *error; /* of the call that runs */
    enum imc_status status;
    size_t row_bytes;
    int height;   /* as stored: reader->info is that of the upright picture */
    bool started; /* reading: the header is done */
    int y, pass;
    unsigned char *row;        /* of the call that runs */
    unsigned char *picture;    /* reading Adam7: all rows */
    unsigned char head[8];     /* reading: of the last chunk that has begun */
    struct png_direct *direct; /* reading: the rows without libpng */
    struct png_idat *idat;     /* writing */
    const unsigned char *piece;
    size_t piece_size;
};

const char *image_png_version(void)
{
    return png_get_libpng_ver(NULL);
}

/* ---- failures ---- */

static void describe_place(const struct png_file *file, char out[80])
{
    if (!file->started)
        snprintf(out, 80, "the PNG header");
    else if (file->y == file->height)
        snprintf(out, 80, "the PNG chunks after the last row");
    else if (file->reader->info.interlaced)
        snprintf(out, 80, "pass %d of 7 of the PNG rows", file->pass + 1);
    else
        snprintf(out, 80, "PNG row %d of %d", file->y + 1, file->height);
}

/* libpng's error function. A callback of ours that failed has already said why. */
static void on_error(png_structp png, png_const_charp message)
{
    struct png_file *file = png_get_error_ptr(png);
    if (file->status == IMC_OK && strstr(message, "memory")) {
        file->status = fail_memory(file->error, "PNG");
    } else if (file->status == IMC_OK && file->writer) {
        file->status =
            fail(file->error, IMC_ERR_ARGUMENT, "%s: cannot be written as PNG: %s", outfile_name(file->writer->file), message);
    } else if (file->status == IMC_OK) {
        char place[80];
        describe_place(file, place);
        file->status = fail(file->error, IMC_ERR_FORMAT, "%s: damaged in %s (%s)", input_name(file->reader->input), place, message);
    }
    longjmp(file->jump, 1);
}

/* libpng only warns of a wrong checksum of the unpacked rows, but such rows are damaged. */
static void on_warning(png_structp png, png_const_charp message)
{
    const struct png_file *file = png_get_error_ptr(png);
    if (file->started && strstr(message, "data check"))
        png_error(png, message);
}

static enum imc_status run_guarded(struct png_file *file, void (*work)(struct png_file *), struct imc_error *error)
{
    file->error = error;
    file->status = IMC_OK;
    if (setjmp(file->jump) == 0)
        work(file);
    return file->status;
}

static void file_destroy(struct png_file *file)
{
    if (file->reader)
        png_destroy_read_struct(&file->png, &file->info, NULL);
    else
        png_destroy_write_struct(&file->png, &file->info);
    mem_free(file->picture);
    png_idat_destroy(file->idat);
    png_direct_destroy(file->direct);
    free(file);
}

/* ---- reading ---- */

static bool recognise(const unsigned char *head, size_t size)
{
    return size >= 4 && memcmp(head, "\x89PNG", 4) == 0;
}

static void on_read(png_structp png, png_bytep out, size_t size)
{
    struct png_file *file = png_get_io_ptr(png);
    if (input_read(file->reader->input, out, size) == size) {
        if (size == sizeof file->head)
            memcpy(file->head, out, size);
        return;
    }
    char place[80];
    describe_place(file, place);
    file->status = input_fail_short(file->reader->input, place, file->error);
    png_error(png, "short");
}

static void keep_blob(struct png_file *file, struct imc_blob *blob, const void *data, size_t size)
{
    if (size == 0)
        return;
    blob->data = malloc(size);
    if (!blob->data)
        png_error(file->png, "out of memory");
    memcpy(blob->data, data, size);
    blob->size = size;
}

/* Chunks that libpng is told not to know arrive here, never longer than CHUNK_MAX; libpng keeps none. (It would take memory for an
 * eXIf of any length that a damaged file claims.) Of several the first one counts. */
static int on_chunk(png_structp png, png_unknown_chunkp chunk)
{
    struct png_file *file = png_get_user_chunk_ptr(png);
    struct imc_metadata *metadata = &file->reader->info.metadata;
    if (memcmp(chunk->name, "eXIf", 4) == 0 && !metadata->exif.data)
        keep_blob(file, &metadata->exif, chunk->data, chunk->size);
    if (memcmp(chunk->name, "iTXt", 4) == 0 && !metadata->xmp.data)
        png_xmp_unpack(chunk->data, chunk->size, &metadata->xmp);
    return 1;
}

static void keep_metadata(struct png_file *file)
{
    struct imc_metadata *metadata = &file->reader->info.metadata;
    png_uint_32 size, x, y;
    png_bytep data;
    png_charp name;
    int method, unit;
    if (png_get_iCCP(file->png, file->info, &name, &method, &data, &size))
        keep_blob(file, &metadata->icc, data, size);
    if (!png_get_pHYs(file->png, file->info, &x, &y, &unit) || x == 0 || y == 0)
        return;
    if (unit == PNG_RESOLUTION_METER) {
        metadata->x_per_metre = x;
        metadata->y_per_metre = y;
    } else {
        metadata->pixel_aspect = (double)y / x;
    }
}

static void keep_header(struct png_file *file)
{
    struct imc_image_info *info = &file->reader->info;
    png_structp png = file->png;
    int colour = png_get_color_type(png, file->info);
    info->width = (int)png_get_image_width(png, file->info);
    info->height = (int)png_get_image_height(png, file->info);
    info->format = IMC_FORMAT_PNG;
    info->bits = png_get_bit_depth(png, file->info);
    info->palette = colour == PNG_COLOR_TYPE_PALETTE;
    info->interlaced = png_get_interlace_type(png, file->info) != PNG_INTERLACE_NONE;
    info->colour = info->palette ? "palette" : colour & PNG_COLOR_MASK_COLOR ? "RGB" : "gray";
    info->alpha = colour & PNG_COLOR_MASK_ALPHA || png_get_valid(png, file->info, PNG_INFO_tRNS);
    info->channels = (colour & PNG_COLOR_MASK_COLOR ? 3 : 1) + info->alpha;
    info->type = info->bits == 16 ? IMC_U16 : IMC_U8;
    info->full_scale = info->bits == 16 ? 65535 : 255;
    info->subsampling_x = info->subsampling_y = 1;
    info->streams = !info->interlaced;
}

/* Whole samples in the machine's byte order. libpng takes memory for its rows only when the first one is asked for. */
static void set_transformations(struct png_file *file)
{
    png_set_expand(file->png); /* palettes, 1, 2 and 4 bits, tRNS */
    if (!MACHINE_BIG_ENDIAN && file->reader->info.bits == 16)
        png_set_swap(file->png);
}

static void read_header(struct png_file *file)
{
    static const png_byte ignored[] = "tEXt\0zTXt\0sPLT\0hIST\0tIME\0pCAL\0sCAL\0oFFs";
    file->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, file, on_error, on_warning);
    file->info = file->png ? png_create_info_struct(file->png) : NULL;
    if (!file->info) {
        file->status = fail_memory(file->error, "PNG");
        return;
    }
    png_structp png = file->png;
    png_set_read_fn(png, file, on_read);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* reader.c has the limits */
    png_set_chunk_malloc_max(png, CHUNK_MAX);
    png_set_chunk_cache_max(png, CHUNKS_KEPT);
    png_set_read_user_chunk_fn(png, file, on_chunk);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored, (int)(sizeof ignored / 5));
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, (const png_byte *)"eXIf\0iTXt", 2);
    png_read_info(png, file->info);
    keep_header(file);
    keep_metadata(file);
    set_transformations(file);
}

static enum imc_status measure(struct png_file *file, struct imc_error *error)
{
    struct imc_image_info *info = &file->reader->info;
    uint64_t row = (uint64_t)info->width * (uint64_t)info->channels * imc_type_size(info->type);
    uint64_t size = input_size(file->reader->input);
    file->row_bytes = (size_t)row;
    file->height = info->height;
    /* An impossible size is over every limit. */
    if (info->interlaced && __builtin_mul_overflow(row, (uint64_t)info->height, &info->held_bytes))
        info->held_bytes = UINT64_MAX;
    if (row > SIZE_MAX)
        return fail(error, IMC_ERR_LIMIT, "%s: its rows are too long for this machine", input_name(file->reader->input));
    if (size && !png_is_plausible(info, info->bits * png_get_channels(file->png, file->info), size))
        return fail(error, IMC_ERR_FORMAT, "%s: file is too short for the %d x %d pixels it claims",
                    input_name(file->reader->input), info->width, info->height);
    return IMC_OK;
}

/* libpng stops behind the head of the first IDAT. */
static enum imc_status try_direct(struct png_file *file, struct imc_error *error)
{
    const unsigned char *head = file->head;
    if (memcmp(head + 4, "IDAT", 4) != 0 ||
        !png_direct_suits(&file->reader->info, png_get_valid(file->png, file->info, PNG_INFO_tRNS)))
        return IMC_OK;
    uint32_t size = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    return png_direct_create(file->reader, size, &file->direct, error);
}

static enum imc_status open_png(struct imc_reader *reader, struct imc_error *error)
{
    struct png_file *file = calloc(1, sizeof *file);
    if (!file)
        return fail_memory(error, "PNG");
    file->reader = reader;
    enum imc_status status = run_guarded(file, read_header, error);
    if (status == IMC_OK)
        status = measure(file, error);
    if (status == IMC_OK)
        status = try_direct(file, error);
    if (status == IMC_OK)
        reader->state = file;
    else
        file_destroy(file);
    return status;
}

static void start_rows(struct png_file *file)
{
    if (file->started)
        return;
    file->started = true;
    png_set_interlace_handling(file->png);
    png_read_update_info(file->png, file->info);
    if (png_get_rowbytes(file->png, file->info) != file->row_bytes)
        png_error(file->png, "rows of an unexpected length");
}

static void read_rows_of_pass(struct png_file *file)
{
    for (file->y = 0; file->y < file->height; file->y++)
        png_read_row(file->png, file->picture + (size_t)file->y * file->row_bytes, NULL);
}

static void read_passes(struct png_file *file)
{
    start_rows(file);
    for (file->pass = 0; file->pass < PNG_INTERLACE_ADAM7_PASSES; file->pass++)
        read_rows_of_pass(file);
    png_read_end(file->png, NULL);
    file->y = 0;
}

static void read_one_row(struct png_file *file)
{
    start_rows(file);
    png_read_row(file->png, file->row, NULL);
    file->y++;
    if (file->y == file->height)
        png_read_end(file->png, NULL);
}

static enum imc_status hold_picture(struct png_file *file, struct imc_error *error)
{
    file->picture = mem_alloc((size_t)file->height, file->row_bytes);
    return file->picture ? run_guarded(file, read_passes, error) : fail_memory(error, "an interlaced picture");
}

static enum imc_status read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct png_file *file = reader->state;
    if (file->direct)
        return png_direct_read(file->direct, row, error);
    file->row = row;
    if (!reader->info.interlaced)
        return run_guarded(file, read_one_row, error);
    enum imc_status status = file->picture ? IMC_OK : hold_picture(file, error);
    if (status == IMC_OK)
        memcpy(row, file->picture + (size_t)file->y++ * file->row_bytes, file->row_bytes);
    return status;
}

static void close_png(struct imc_reader *reader)
{
    file_destroy(reader->state);
}

/* ---- writing ---- */

static void on_write(png_structp png, png_bytep data, size_t size)
{
    struct png_file *file = png_get_io_ptr(png);
    file->status = outfile_write(file->writer->file, data, size, file->error);
    if (file->status != IMC_OK)
        png_error(png, "write");
}

static void on_flush(png_structp png)
{
    (void)png; /* outfile_commit does it */
}

static void write_blob(struct png_file *file, const char *chunk, const unsigned char *prefix, size_t prefix_size,
                       const struct imc_blob *blob)
{
    if (!blob->size || blob->size > PNG_UINT_31_MAX - prefix_size)
        return;
    png_write_chunk_start(file->png, (png_const_bytep)chunk, (png_uint_32)(prefix_size + blob->size));
    if (prefix_size)
        png_write_chunk_data(file->png, prefix, prefix_size);
    png_write_chunk_data(file->png, blob->data, blob->size);
    png_write_chunk_end(file->png);
}

/* Header and metadata. A profile that libpng finds wrong (for a gray picture: an RGB one) is left out. */
static void write_info(struct png_file *file)
{
    static const struct imc_metadata none;
    const struct imc_metadata *metadata = file->writer->options.metadata ? file->writer->options.metadata : &none;
    struct png_density density;
    if (png_density_of(metadata, &density))
        png_set_pHYs(file->png, file->info, density.x, density.y, density.metres ? PNG_RESOLUTION_METER : PNG_RESOLUTION_UNKNOWN);
    if (metadata->icc.size && metadata->icc.size <= PNG_UINT_31_MAX)
        png_set_iCCP(file->png, file->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata->icc.data,
                     (png_uint_32)metadata->icc.size);
    png_write_info(file->png, file->info);
    write_blob(file, "eXIf", NULL, 0, &metadata->exif);
    write_blob(file, "iTXt", png_xmp_prefix, PNG_XMP_PREFIX_SIZE, &metadata->xmp);
}

static void write_header(struct png_file *file)
{
    static const int colours[] = {
        [1] = PNG_COLOR_TYPE_GRAY, [2] = PNG_COLOR_TYPE_GRAY_ALPHA, [3] = PNG_COLOR_TYPE_RGB, [4] = PNG_COLOR_TYPE_RGB_ALPHA};
    const struct imc_image_info *info = &file->writer->info;
    file->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, file, on_error, on_warning);
    file->info = file->png ? png_create_info_struct(file->png) : NULL;
    if (!file->info) {
        file->status = fail_memory(file->error, "PNG");
        return;
    }
    png_structp png = file->png;
    png_set_write_fn(png, file, on_write, on_flush);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_benign_errors(png, 1);
    png_set_IHDR(png, file->info, (png_uint_32)info->width, (png_uint_32)info->height, info->type == IMC_U16 ? 16 : 8,
                 colours[info->channels], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    write_info(file);
}

static enum imc_status create_png(struct imc_writer *writer, struct imc_error *error)
{
    enum imc_status status = png_check_writable(writer, error);
    if (status != IMC_OK)
        return status;
    struct png_file *file = calloc(1, sizeof *file);
    if (!file)
        return fail_memory(error, "PNG");
    file->writer = writer;
    status = png_idat_create(&writer->info, writer->options.compression, writer->options.threads, &file->idat, error);
    if (status == IMC_OK)
        status = run_guarded(file, write_header, error);
    if (status == IMC_OK)
        writer->state = file;
    else
        file_destroy(file);
    return status;
}

static void write_piece(struct png_file *file)
{
    static const png_byte idat[] = "IDAT";
    for (size_t done = 0, part; done < file->piece_size; done += part) {
        part = file->piece_size - done < IDAT_MAX ? file->piece_size - done : IDAT_MAX;
        png_write_chunk(file->png, idat, file->piece + done, part);
    }
}

/* What the encoder has ready or must get rid of; libpng does the chunks. */
static enum imc_status write_pieces(struct png_file *file, struct imc_error *error)
{
    for (;;) {
        enum imc_status status = png_idat_take(file->idat, &file->piece, &file->piece_size, error);
        if (status != IMC_OK || file->piece_size == 0)
            return status;
        status = run_guarded(file, write_piece, error);
        if (status != IMC_OK)
            return status;
    }
}

static enum imc_status write_row(struct imc_writer *writer, const void *row, struct imc_error *error)
{
    struct png_file *file = writer->state;
    const struct imc_image_info *info = &writer->info;
    unsigned char *bytes = png_idat_row(file->idat);
    size_t count = samples_a_row(info);
    if (info->full_scale == (float)png_full_scale(info))
        memcpy(bytes, row, count * imc_type_size(info->type));
    else
        png_rescale(info, row, bytes, count);
    if (!MACHINE_BIG_ENDIAN && info->type == IMC_U16)
        samples_swap(bytes, count, 2);
    return png_idat_add(file->idat) ? write_pieces(file, error) : IMC_OK;
}

/* png_write_end would miss the IDAT chunks that it did not write itself. */
static void write_end(struct png_file *file)
{
    png_write_chunk(file->png, (png_const_bytep) "IEND", NULL, 0);
}

static enum imc_status finish_png(struct imc_writer *writer, struct imc_error *error)
{
    return run_guarded(writer->state, write_end, error);
}

static void destroy_png(struct imc_writer *writer)
{
    file_destroy(writer->state);
}

static const char *const suffixes[] = {"png", NULL};

const struct codec codec_png = {
    .format = IMC_FORMAT_PNG,
    .name = "png",
    .suffixes = suffixes,
    .recognise = recognise,
    .open = open_png,
    .read_row = read_row,
    .close = close_png,
    .create = create_png,
    .write_row = write_row,
    .finish = finish_png,
    .destroy = destroy_png,
};
