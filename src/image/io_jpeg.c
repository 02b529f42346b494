/* io_jpeg.c: JPEG by libjpeg-turbo: reading, and the codec's entry. Writing is jpegwrite.c.
 *
 * Baseline files are decoded row by row; progressive ones, and baseline ones in several scans, are held as coefficients (16 bits
 * each) in the library's memory. CMYK and YCCK become RGB by multiplying with black. The library tolerates damage and warns; here
 * every warning that concerns the pixels, and an end before the EOI marker, is a failure.
 *
 * libjpeg leaves a failing call by longjmp. escape_run() is the one place where such a jump lands: every call into the library that
 * can fail stands in a `step` function run by it.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "image/exif.h"
#include "image/jpegmeta.h"
#include "image/libjpeg.h"
#include "image/versions.h"

#include <setjmp.h>

enum { SCANS_MAX = 200 }; /* real progressive files have about ten; each costs a pass over all coefficients */

struct jpeg_reader {
    struct escape escape;
    struct jpeg_decompress_struct lib;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    struct imc_reader *reader;
    size_t lent; /* bytes of the input's buffer that the library has, consumed with the next lot */
    bool started;
    JSAMPROW cmyk; /* a row before it becomes RGB */
    struct jpegmeta meta;
    unsigned char payload[JPEGMETA_PAYLOAD_MAX];
};

enum imc_status escape_run(struct escape *escape, void (*step)(void *state), void *state, struct imc_error *error)
{
    jmp_buf jump;
    escape->jump = &jump;
    escape->error = error;
    escape->status = IMC_OK;
    if (setjmp(jump) == 0)
        step(state);
    escape->jump = NULL;
    return escape->status;
}

void escape_leave(struct escape *escape, enum imc_status status)
{
    jmp_buf *jump = escape->jump;
    escape->status = status;
    longjmp(*jump, 1);
}

static void be_silent(j_common_ptr lib)
{
    (void)lib;
}

void escape_init(struct escape *escape, void (*on_error)(j_common_ptr lib), void (*on_message)(j_common_ptr lib, int level))
{
    jpeg_std_error(&escape->manager);
    escape->manager.error_exit = on_error;
    escape->manager.emit_message = on_message;
    escape->manager.output_message = be_silent;
}

/* Where decoding stands, for messages. */
static const char *place(const struct jpeg_reader *jpeg, char text[48])
{
    if (!jpeg->started)
        return jpeg->reader->info.height ? "the picture" : "the header";
    unsigned row = jpeg->lib.output_scanline, rows = jpeg->lib.output_height;
    snprintf(text, 48, "row %u of %u", row < rows ? row + 1 : rows, rows);
    return text;
}

static bool is_unsupported(int code)
{
    static const int codes[] = {JERR_ARITH_NOTIMPL, JERR_BAD_PRECISION,        JERR_CCIR601_NOTIMPL, JERR_CONVERSION_NOTIMPL,
                                JERR_NOTIMPL,       JERR_FRACT_SAMPLE_NOTIMPL, JERR_NOT_COMPILED,    JERR_SOF_UNSUPPORTED,
                                JERR_IMAGE_TOO_BIG, JERR_COMPONENT_COUNT};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code == codes[i])
            return true;
    return false;
}

static void reader_error(j_common_ptr lib)
{
    struct escape *escape = (struct escape *)lib->err;
    const struct jpeg_reader *jpeg = lib->client_data;
    const char *name = input_name(jpeg->reader->input);
    char text[JMSG_LENGTH_MAX], where[48];
    if (lib->err->msg_code == JERR_OUT_OF_MEMORY)
        escape_leave(escape, fail_memory(escape->error, "the JPEG decoder"));
    lib->err->format_message(lib, text);
    if (is_unsupported(lib->err->msg_code))
        escape_leave(escape, fail(escape->error, IMC_ERR_UNSUPPORTED,
                                  "%s: JPEG of a kind that is not read (%s); convert it to an 8-bit baseline JPEG or a PNG first",
                                  name, text));
    escape_leave(escape, fail(escape->error, IMC_ERR_FORMAT, "%s: damaged JPEG in %s: %s", name, place(jpeg, where), text));
}

/* Level -1 is a warning, higher ones are traces. Odd version numbers in markers leave the pixels whole. */
static void reader_message(j_common_ptr lib, int level)
{
    int code = lib->err->msg_code;
    if (level < 0 && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR)
        reader_error(lib);
}

static void limit_scans(j_common_ptr lib)
{
    const struct jpeg_reader *jpeg = lib->client_data;
    if (jpeg->lib.input_scan_number > SCANS_MAX)
        escape_leave((struct escape *)lib->err,
                     fail(jpeg->escape.error, IMC_ERR_LIMIT, "%s: JPEG of more than %d scans is not read",
                          input_name(jpeg->reader->input), SCANS_MAX));
}

/* ---- the source: the input's own buffer, lent to the library ---- */

static void source_init(j_decompress_ptr lib)
{
    (void)lib;
}

static void return_buffer(struct jpeg_reader *jpeg)
{
    input_skip(jpeg->reader->input, jpeg->lent);
    jpeg->lent = jpeg->source.bytes_in_buffer = 0;
}

static _Noreturn void leave_short(struct jpeg_reader *jpeg)
{
    char where[48];
    escape_leave(&jpeg->escape, input_fail_short(jpeg->reader->input, place(jpeg, where), jpeg->escape.error));
}

static boolean source_fill(j_decompress_ptr lib)
{
    struct jpeg_reader *jpeg = lib->client_data;
    return_buffer(jpeg);
    jpeg->source.next_input_byte = input_buffer(jpeg->reader->input, &jpeg->lent);
    jpeg->source.bytes_in_buffer = jpeg->lent;
    if (jpeg->lent == 0)
        leave_short(jpeg);
    return TRUE;
}

static void source_skip(j_decompress_ptr lib, long bytes)
{
    struct jpeg_reader *jpeg = lib->client_data;
    if (bytes <= 0)
        return;
    size_t here = jpeg->source.bytes_in_buffer;
    if ((size_t)bytes <= here) {
        jpeg->source.next_input_byte += bytes;
        jpeg->source.bytes_in_buffer -= (size_t)bytes;
        return;
    }
    return_buffer(jpeg);
    if (!input_skip(jpeg->reader->input, (size_t)bytes - here))
        leave_short(jpeg);
}

static int source_byte(struct jpeg_reader *jpeg)
{
    if (jpeg->source.bytes_in_buffer == 0)
        source_fill(&jpeg->lib);
    jpeg->source.bytes_in_buffer--;
    return *jpeg->source.next_input_byte++;
}

/* ---- decoding ---- */

/* Called by the library for APP1 and APP2, behind the marker's two bytes. */
static boolean take_marker(j_decompress_ptr lib)
{
    struct jpeg_reader *jpeg = lib->client_data;
    int length = source_byte(jpeg) << 8;
    length |= source_byte(jpeg);
    if (length < 2)
        ERREXIT(lib, JERR_BAD_LENGTH);
    for (int i = 0; i < length - 2; i++)
        jpeg->payload[i] = (unsigned char)source_byte(jpeg);
    if (!jpegmeta_take(&jpeg->meta, lib->unread_marker - JPEG_APP0, jpeg->payload, (size_t)length - 2))
        escape_leave(&jpeg->escape, fail_memory(jpeg->escape.error, "metadata"));
    return TRUE;
}

static void step_header(void *state)
{
    struct jpeg_reader *jpeg = state;
    jpeg_create_decompress(&jpeg->lib);
    jpeg->source = (struct jpeg_source_mgr){.init_source = source_init,
                                            .fill_input_buffer = source_fill,
                                            .skip_input_data = source_skip,
                                            .resync_to_restart = jpeg_resync_to_restart,
                                            .term_source = source_init};
    jpeg->lib.src = &jpeg->source;
    jpeg->progress.progress_monitor = limit_scans;
    jpeg->lib.progress = &jpeg->progress;
    jpeg_set_marker_processor(&jpeg->lib, JPEG_APP0 + 1, take_marker);
    jpeg_set_marker_processor(&jpeg->lib, JPEG_APP0 + 2, take_marker);
    jpeg_read_header(&jpeg->lib, TRUE);
}

/* The colour models that are read, and what the library shall make of them. */
static const struct {
    J_COLOR_SPACE file, out;
    const char *name;
    int channels;
} models[] = {{JCS_GRAYSCALE, JCS_GRAYSCALE, "gray", 1},
              {JCS_YCbCr, JCS_RGB, "YCbCr", 3},
              {JCS_RGB, JCS_RGB, "RGB", 3},
              {JCS_CMYK, JCS_CMYK, "CMYK", 3},
              {JCS_YCCK, JCS_CMYK, "YCCK", 3}};
enum { MODELS = sizeof models / sizeof *models };

static enum imc_status set_model(struct jpeg_reader *jpeg, struct imc_image_info *info, struct imc_error *error)
{
    const char *name = input_name(jpeg->reader->input);
    if (jpeg->lib.data_precision != 8)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: JPEG of %d bits a sample is not read; convert it to a 16-bit PNG first", name,
                    jpeg->lib.data_precision);
    for (int i = 0; i < MODELS; i++) {
        if (models[i].file != jpeg->lib.jpeg_color_space)
            continue;
        bool luma = jpeg->reader->options.luma && models[i].file == JCS_YCbCr;
        jpeg->lib.out_color_space = luma ? JCS_GRAYSCALE : models[i].out;
        info->channels = luma ? 1 : models[i].channels;
        info->colour = models[i].name;
        return IMC_OK;
    }
    return fail(error, IMC_ERR_UNSUPPORTED, "%s: JPEG of %d colour components is not read; 1, 3 and 4 are", name,
                jpeg->lib.num_components);
}

static uint64_t coefficient_bytes(const struct jpeg_decompress_struct *lib)
{
    uint64_t blocks = 0;
    for (int i = 0; i < lib->num_components; i++) {
        const jpeg_component_info *component = &lib->comp_info[i];
        uint64_t across = (uint64_t)component->h_samp_factor, down = (uint64_t)component->v_samp_factor;
        blocks +=
            (component->width_in_blocks + across - 1) / across * across * ((component->height_in_blocks + down - 1) / down * down);
    }
    return blocks * DCTSIZE2 * sizeof(JCOEF);
}

static void set_subsampling(const struct jpeg_decompress_struct *lib, struct imc_image_info *info)
{
    const jpeg_component_info *chroma = lib->num_components > 1 ? &lib->comp_info[1] : NULL;
    info->subsampling_x = chroma ? lib->max_h_samp_factor / chroma->h_samp_factor : 1;
    info->subsampling_y = chroma ? lib->max_v_samp_factor / chroma->v_samp_factor : 1;
}

static enum imc_status fill_info(struct jpeg_reader *jpeg, struct imc_error *error)
{
    struct jpeg_decompress_struct *lib = &jpeg->lib;
    struct imc_image_info *info = &jpeg->reader->info;
    enum imc_status status = set_model(jpeg, info, error);
    if (status != IMC_OK)
        return status;
    if (!jpegmeta_move(&jpeg->meta, &info->metadata))
        return fail_memory(error, "metadata");
    if (lib->saw_JFIF_marker)
        jfif_density_to_metadata((struct jfif_density){lib->density_unit, lib->X_density, lib->Y_density}, &info->metadata);
    info->width = (int)lib->image_width;
    info->height = (int)lib->image_height;
    info->type = IMC_U8;
    info->full_scale = 255;
    info->format = IMC_FORMAT_JPEG;
    info->bits = 8;
    info->interlaced = lib->progressive_mode;
    info->streams = !jpeg_has_multiple_scans(lib);
    info->held_bytes = info->streams ? 0 : coefficient_bytes(lib);
    info->orientation = exif_orientation(&info->metadata.exif);
    set_subsampling(lib, info);
    return IMC_OK;
}

static void jpeg_close(struct imc_reader *reader)
{
    struct jpeg_reader *jpeg = reader->state;
    jpeg_destroy_decompress(&jpeg->lib);
    jpegmeta_free(&jpeg->meta);
    mem_free(jpeg);
    reader->state = NULL;
}

static enum imc_status jpeg_open(struct imc_reader *reader, struct imc_error *error)
{
    struct jpeg_reader *jpeg = mem_zalloc(1, sizeof *jpeg);
    if (!jpeg)
        return fail_memory(error, "a JPEG reader");
    reader->state = jpeg;
    jpeg->reader = reader;
    escape_init(&jpeg->escape, reader_error, reader_message);
    jpeg->lib.err = &jpeg->escape.manager;
    jpeg->lib.client_data = jpeg;
    enum imc_status status = escape_run(&jpeg->escape, step_header, jpeg, error);
    if (status == IMC_OK)
        status = fill_info(jpeg, error);
    if (status != IMC_OK)
        jpeg_close(reader);
    return status;
}

/* Takes the memory; a picture in several scans is decoded here to its coefficients. */
static void step_start(void *state)
{
    struct jpeg_reader *jpeg = state;
    jpeg_start_decompress(&jpeg->lib);
    if (jpeg->lib.out_color_space == JCS_CMYK)
        jpeg->cmyk = jpeg->lib.mem->alloc_large((j_common_ptr)&jpeg->lib, JPOOL_IMAGE, (size_t)jpeg->lib.output_width * 4);
    jpeg->started = true;
}

/* Adobe stores the light that ink lets through (255: no ink), everybody else the ink. */
static void cmyk_to_rgb(const JSAMPLE *cmyk, uint8_t *rgb, int width, bool inverted)
{
    unsigned turn = inverted ? 0 : 255;
    for (int x = 0; x < width; x++, cmyk += 4, rgb += 3)
        for (int c = 0; c < 3; c++)
            rgb[c] = (uint8_t)(((cmyk[c] ^ turn) * (cmyk[3] ^ turn) + 127) / 255);
}

struct row_step {
    struct jpeg_reader *jpeg;
    void *out;
};

static void step_row(void *state)
{
    struct row_step *step = state;
    struct jpeg_decompress_struct *lib = &step->jpeg->lib;
    JSAMPROW cmyk = step->jpeg->cmyk, row = cmyk ? cmyk : step->out;
    jpeg_read_scanlines(lib, &row, 1);
    if (cmyk)
        cmyk_to_rgb(cmyk, step->out, (int)lib->output_width, lib->saw_Adobe_marker);
    if (lib->output_scanline == lib->output_height)
        jpeg_finish_decompress(lib); /* reads on to the EOI marker, and frees cmyk */
}

static enum imc_status jpeg_read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct jpeg_reader *jpeg = reader->state;
    enum imc_status status = jpeg->started ? IMC_OK : escape_run(&jpeg->escape, step_start, jpeg, error);
    struct row_step step = {jpeg, row};
    return status == IMC_OK ? escape_run(&jpeg->escape, step_row, &step, error) : status;
}

static bool jpeg_recognise(const unsigned char *head, size_t size)
{
    return size >= 3 && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff;
}

const char *image_jpeg_version(void)
{
#define TEXT_OF(x)       #x
#define TEXT_OF_VALUE(x) TEXT_OF(x)
    return TEXT_OF_VALUE(LIBJPEG_TURBO_VERSION);
}

static const char *const jpeg_suffixes[] = {"jpg", "jpeg", "jpe", "jfif", NULL};

const struct codec codec_jpeg = {
    .format = IMC_FORMAT_JPEG,
    .name = "jpeg",
    .suffixes = jpeg_suffixes,
    .recognise = jpeg_recognise,
    .open = jpeg_open,
    .read_row = jpeg_read_row,
    .close = jpeg_close,
    .create = jpeg_writer_create,
    .write_row = jpeg_writer_write_row,
    .finish = jpeg_writer_finish,
    .destroy = jpeg_writer_destroy,
    .encodes = true,
};
