/* jpegwrite.c: the writing half of io_jpeg.c. Gray and RGB of 8 bits; a full scale other than 255 is rescaled to it. What the
 * markers cannot hold (EXIF or XMP above 64 KiB) is left out. */
#include "image/libjpeg.h"

#include "base/fail.h"
#include "base/memory.h"
#include "image/jpegmeta.h"
#include "image/samples.h"

enum { OUT_BUFFER = 65536, ICC_CHUNK = JPEGMETA_PAYLOAD_MAX - JPEGMETA_ICC_PREFIX };

struct jpeg_writer {
    struct escape escape;
    struct jpeg_compress_struct lib;
    struct jpeg_destination_mgr destination;
    struct imc_writer *writer;
    JSAMPROW row;    /* to write: the caller's, or */
    JSAMPROW scaled; /* rescaled to 255 */
    JSAMPLE scale[256];
    JOCTET buffer[OUT_BUFFER];
};

static void writer_error(j_common_ptr lib)
{
    struct escape *escape = (struct escape *)lib->err;
    const struct jpeg_writer *jpeg = lib->client_data;
    char text[JMSG_LENGTH_MAX];
    if (lib->err->msg_code == JERR_OUT_OF_MEMORY)
        escape_leave(escape, fail_memory(escape->error, "the JPEG encoder"));
    lib->err->format_message(lib, text);
    escape_leave(
        escape, fail(escape->error, IMC_ERR_ARGUMENT, "%s: cannot be written as JPEG: %s", outfile_name(jpeg->writer->file), text));
}

static void writer_message(j_common_ptr lib, int level)
{
    (void)lib, (void)level;
}

static void send(struct jpeg_writer *jpeg, size_t size)
{
    enum imc_status status = outfile_write(jpeg->writer->file, jpeg->buffer, size, jpeg->escape.error);
    if (status != IMC_OK)
        escape_leave(&jpeg->escape, status);
    jpeg->destination.next_output_byte = jpeg->buffer;
    jpeg->destination.free_in_buffer = OUT_BUFFER;
}

static void destination_init(j_compress_ptr lib)
{
    send(lib->client_data, 0);
}

static boolean destination_empty(j_compress_ptr lib)
{
    send(lib->client_data, OUT_BUFFER); /* all of it, whatever free_in_buffer says: that is libjpeg's rule */
    return TRUE;
}

static void destination_end(j_compress_ptr lib)
{
    struct jpeg_writer *jpeg = lib->client_data;
    send(jpeg, OUT_BUFFER - jpeg->destination.free_in_buffer);
}

static void write_app1(struct jpeg_compress_struct *lib, const unsigned char *prefix, size_t length, const struct imc_blob *blob)
{
    if (blob->size == 0 || blob->size > JPEGMETA_PAYLOAD_MAX - length)
        return;
    const unsigned char *data = blob->data;
    jpeg_write_m_header(lib, JPEG_APP0 + 1, (unsigned)(length + blob->size));
    for (size_t i = 0; i < length; i++)
        jpeg_write_m_byte(lib, prefix[i]);
    for (size_t i = 0; i < blob->size; i++)
        jpeg_write_m_byte(lib, data[i]);
}

static void write_metadata(struct jpeg_compress_struct *lib, const struct imc_metadata *metadata)
{
    write_app1(lib, jpegmeta_exif_prefix, JPEGMETA_EXIF_PREFIX, &metadata->exif);
    write_app1(lib, jpegmeta_xmp_prefix, JPEGMETA_XMP_PREFIX, &metadata->xmp);
    if (metadata->icc.size > 0 && metadata->icc.size <= (size_t)JPEGMETA_ICC_CHUNKS * ICC_CHUNK)
        jpeg_write_icc_profile(lib, metadata->icc.data, (unsigned)metadata->icc.size);
}

static void set_density(struct jpeg_compress_struct *lib, const struct imc_metadata *metadata)
{
    struct jfif_density density = jfif_density_from_metadata(metadata);
    lib->density_unit = (UINT8)density.unit;
    lib->X_density = (UINT16)density.x;
    lib->Y_density = (UINT16)density.y;
}

static void step_create(void *state)
{
    struct jpeg_writer *jpeg = state;
    struct jpeg_compress_struct *lib = &jpeg->lib;
    const struct imc_image_info *info = &jpeg->writer->info;
    const struct imc_writer_options *options = &jpeg->writer->options;
    jpeg_create_compress(lib);
    jpeg->destination = (struct jpeg_destination_mgr){
        .init_destination = destination_init, .empty_output_buffer = destination_empty, .term_destination = destination_end};
    lib->dest = &jpeg->destination;
    lib->image_width = (JDIMENSION)info->width;
    lib->image_height = (JDIMENSION)info->height;
    lib->input_components = info->channels;
    lib->in_color_space = info->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(lib);
    jpeg_set_quality(lib, options->quality, TRUE);
    if (info->channels == 3) {
        lib->comp_info[0].h_samp_factor = options->subsampling_x;
        lib->comp_info[0].v_samp_factor = options->subsampling_y;
    }
    if (options->metadata)
        set_density(lib, options->metadata);
    jpeg_start_compress(lib, TRUE);
    if (options->metadata)
        write_metadata(lib, options->metadata);
    jpeg->scaled = lib->mem->alloc_large((j_common_ptr)lib, JPOOL_IMAGE, samples_a_row(info));
}

static enum imc_status check_info(const struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    if (info->type == IMC_U16)
        return samples_refuse(writer, "JPEG", "16-bit samples", "PNG, PNM, PAM and NPY", error);
    if (info->type == IMC_F32)
        return samples_refuse(writer, "JPEG", "float samples", "PFM and NPY", error);
    if (info->width > JPEG_MAX_DIMENSION || info->height > JPEG_MAX_DIMENSION)
        return samples_refuse(writer, "JPEG", "more than 65500 pixels a side", "PNG, PNM, PAM and NPY", error);
    return samples_check_channels(writer, "JPEG", "PNG and PAM", error);
}

void jpeg_writer_destroy(struct imc_writer *writer)
{
    struct jpeg_writer *jpeg = writer->state;
    if (jpeg)
        jpeg_destroy_compress(&jpeg->lib);
    mem_free(jpeg);
    writer->state = NULL;
}

static void fill_scale(JSAMPLE scale[256], float full_scale)
{
    for (int i = 0; i < 256; i++) {
        float value = (float)i * 255 / full_scale + 0.5f;
        scale[i] = (JSAMPLE)(value < 255 ? value : 255);
    }
}

enum imc_status jpeg_writer_create(struct imc_writer *writer, struct imc_error *error)
{
    enum imc_status status = check_info(writer, error);
    if (status != IMC_OK)
        return status;
    struct jpeg_writer *jpeg = mem_zalloc(1, sizeof *jpeg);
    if (!jpeg)
        return fail_memory(error, "a JPEG writer");
    writer->state = jpeg;
    jpeg->writer = writer;
    fill_scale(jpeg->scale, writer->info.full_scale);
    escape_init(&jpeg->escape, writer_error, writer_message);
    jpeg->lib.err = &jpeg->escape.manager;
    jpeg->lib.client_data = jpeg;
    status = escape_run(&jpeg->escape, step_create, jpeg, error);
    if (status != IMC_OK)
        jpeg_writer_destroy(writer);
    return status;
}

static void step_write(void *state)
{
    struct jpeg_writer *jpeg = state;
    jpeg_write_scanlines(&jpeg->lib, &jpeg->row, 1);
}

enum imc_status jpeg_writer_write_row(struct imc_writer *writer, const void *row, struct imc_error *error)
{
    struct jpeg_writer *jpeg = writer->state;
    const uint8_t *samples = row;
    size_t count = samples_a_row(&writer->info);
    bool whole = writer->info.full_scale == 255;
    jpeg->row = whole ? (JSAMPROW)(uintptr_t)samples : jpeg->scaled; /* only read */
    for (size_t i = 0; i < count && !whole; i++)
        jpeg->scaled[i] = jpeg->scale[samples[i]];
    return escape_run(&jpeg->escape, step_write, jpeg, error);
}

static void step_finish(void *state)
{
    struct jpeg_writer *jpeg = state;
    jpeg_finish_compress(&jpeg->lib);
}

enum imc_status jpeg_writer_finish(struct imc_writer *writer, struct imc_error *error)
{
    struct jpeg_writer *jpeg = writer->state;
    return escape_run(&jpeg->escape, step_finish, jpeg, error);
}
