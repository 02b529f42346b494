/* io_pfm.c: PFM, float samples: Pf is gray, PF is RGB. The sign of the scale in the header tells the byte order (negative:
 * little-endian); its size, a unit that hardly any program heeds, is ignored. Rows lie from the bottom up, and neither input
 * nor output can be a file with places to go back to, so both sides hold the picture: reading takes memory at the first row,
 * and writing sends the rows when the last one is there. Source: Paul Debevec's page on PFM, pfm(5) of netpbm.sourceforge.net. */
#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"
#include "image/netpbm.h"
#include "image/samples.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { SAMPLE = 4 };

struct pfm_reader {
    bool swap;
    unsigned char *held; /* the samples as in the file */
    int row;
};

static bool pfm_recognise(const unsigned char *head, size_t size)
{
    return size >= 3 && head[0] == 'P' && (head[1] == 'f' || head[1] == 'F') && netpbm_is_blank(head[2]);
}

static enum imc_status read_scale(struct input *input, bool *swap, struct imc_error *error)
{
    char word[NETPBM_WORD];
    const char *end;
    double scale;
    enum imc_status status = netpbm_word(input, "the PFM scale", word, error);
    if (status != IMC_OK)
        return status;
    if (!text_to_double(word, &end, &scale) || *end || scale == 0)
        return fail(error, IMC_ERR_FORMAT, "%s: the PFM scale is '%s', not a number whose sign tells the byte order",
                    input_name(input), word);
    *swap = (scale > 0) != MACHINE_BIG_ENDIAN;
    return IMC_OK;
}

static enum imc_status read_header(struct imc_reader *reader, struct pfm_reader *pfm, struct imc_error *error)
{
    struct input *input = reader->input;
    struct imc_image_info *info = &reader->info;
    unsigned char magic[2];
    if (input_read(input, magic, 2) != 2)
        return input_fail_short(input, "the PFM header", error);
    enum imc_status status = netpbm_number(input, "the PFM width", 1, INT_MAX, &info->width, error);
    if (status == IMC_OK)
        status = netpbm_number(input, "the PFM height", 1, INT_MAX, &info->height, error);
    if (status == IMC_OK)
        status = read_scale(input, &pfm->swap, error);
    if (status != IMC_OK)
        return status;
    info->channels = magic[1] == 'F' ? 3 : 1;
    info->type = IMC_F32;
    info->format = IMC_FORMAT_PFM;
    info->bits = 32;
    info->colour = info->channels == 3 ? "RGB" : "gray";
    info->orientation = info->subsampling_x = info->subsampling_y = 1;
    size_t bytes;
    if (!samples_all_bytes(info, SAMPLE, &bytes))
        return fail(error, IMC_ERR_LIMIT, "%s: a picture of %d x %d pixels is too large", input_name(input), info->width,
                    info->height);
    info->held_bytes = bytes;
    return IMC_OK;
}

static enum imc_status pfm_open(struct imc_reader *reader, struct imc_error *error)
{
    struct pfm_reader *pfm = mem_zalloc(1, sizeof *pfm);
    if (!pfm)
        return fail_memory(error, "a PFM reader");
    enum imc_status status = read_header(reader, pfm, error);
    if (status == IMC_OK)
        reader->state = pfm;
    else
        mem_free(pfm);
    return status;
}

static enum imc_status pfm_read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct pfm_reader *pfm = reader->state;
    enum imc_status status = pfm->held ? IMC_OK : samples_hold(reader, &pfm->held, error);
    if (status != IMC_OK)
        return status;
    size_t count = samples_a_row(&reader->info);
    size_t stored = (size_t)(reader->info.height - 1 - pfm->row++);
    memcpy(row, pfm->held + stored * count * SAMPLE, count * SAMPLE);
    if (pfm->swap)
        samples_swap(row, count, SAMPLE);
    return IMC_OK;
}

static void pfm_close(struct imc_reader *reader)
{
    struct pfm_reader *pfm = reader->state;
    if (pfm)
        mem_free(pfm->held);
    mem_free(pfm);
    reader->state = NULL;
}

struct pfm_writer {
    unsigned char *held;
    int rows; /* that are there */
};

static enum imc_status check_info(const struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    if (info->type != IMC_F32)
        return samples_refuse(writer, "PFM", "samples of whole numbers", "PNG, PNM, PAM and NPY", error);
    return samples_check_channels(writer, "PFM", "NPY", error);
}

static enum imc_status pfm_create(struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    enum imc_status status = check_info(writer, error);
    if (status != IMC_OK)
        return status;
    size_t bytes;
    struct pfm_writer *pfm = mem_zalloc(1, sizeof *pfm);
    if (pfm && samples_all_bytes(info, SAMPLE, &bytes))
        pfm->held = mem_alloc(bytes, 1);
    if (!pfm || !pfm->held) {
        mem_free(pfm);
        return fail_memory(error, "the picture, which PFM stores from the bottom up");
    }
    writer->state = pfm;
    return IMC_OK;
}

static enum imc_status send(struct imc_writer *writer, struct imc_error *error)
{
    const struct pfm_writer *pfm = writer->state;
    const struct imc_image_info *info = &writer->info;
    size_t row = samples_a_row(info) * SAMPLE;
    char header[64];
    int length = snprintf(header, sizeof header, "P%c\n%d %d\n%s\n", info->channels == 3 ? 'F' : 'f', info->width, info->height,
                          MACHINE_BIG_ENDIAN ? "1.0" : "-1.0");
    enum imc_status status = outfile_write(writer->file, header, (size_t)length, error);
    for (int y = info->height - 1; y >= 0 && status == IMC_OK; y--)
        status = outfile_write(writer->file, pfm->held + (size_t)y * row, row, error);
    return status;
}

static enum imc_status pfm_write_row(struct imc_writer *writer, const void *row, struct imc_error *error)
{
    struct pfm_writer *pfm = writer->state;
    size_t bytes = samples_a_row(&writer->info) * SAMPLE;
    memcpy(pfm->held + (size_t)pfm->rows++ * bytes, row, bytes);
    return pfm->rows == writer->info.height ? send(writer, error) : IMC_OK;
}

static void pfm_destroy(struct imc_writer *writer)
{
    struct pfm_writer *pfm = writer->state;
    if (pfm)
        mem_free(pfm->held);
    mem_free(pfm);
    writer->state = NULL;
}

static const char *const pfm_suffixes[] = {"pfm", NULL};

const struct codec codec_pfm = {
    .format = IMC_FORMAT_PFM,
    .name = "pfm",
    .suffixes = pfm_suffixes,
    .recognise = pfm_recognise,
    .open = pfm_open,
    .read_row = pfm_read_row,
    .close = pfm_close,
    .create = pfm_create,
    .write_row = pfm_write_row,
    .finish = samples_finish,
    .destroy = pfm_destroy,
};
