/* io_pnm.c: PBM, PGM and PPM, in ASCII (P1 to P3) and raw (P4 to P6); written as raw PGM and PPM. A PBM, where 1 is black,
 * arrives as samples 0 and 255; the others keep their maxval as the full scale. What follows the picture (often the next one)
 * is not read. Sources: pbm(5), pgm(5), ppm(5) of netpbm.sourceforge.net. */
#include "base/fail.h"
#include "base/memory.h"
#include "image/netpbm.h"
#include "image/samples.h"

#include <limits.h>
#include <stdio.h>

struct pnm_reader {
    int kind; /* the digit of the magic: 1..6 */
    int maxval;
    int row;
};

static bool is_bitmap(int kind)
{
    return kind == 1 || kind == 4;
}

static bool pnm_recognise(const unsigned char *head, size_t size)
{
    return size >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' && (netpbm_is_blank(head[2]) || head[2] == '#');
}

static enum imc_status read_header(struct imc_reader *reader, struct pnm_reader *pnm, struct imc_error *error)
{
    struct input *input = reader->input;
    struct imc_image_info *info = &reader->info;
    unsigned char magic[2];
    if (input_read(input, magic, 2) != 2)
        return input_fail_short(input, "the PNM header", error);
    pnm->kind = magic[1] - '0';
    pnm->maxval = 255;
    enum imc_status status = netpbm_number(input, "the PNM width", 1, INT_MAX, &info->width, error);
    if (status == IMC_OK)
        status = netpbm_number(input, "the PNM height", 1, INT_MAX, &info->height, error);
    if (status == IMC_OK && !is_bitmap(pnm->kind))
        status = netpbm_number(input, "the PNM maxval", 1, NETPBM_MAXVAL, &pnm->maxval, error);
    if (status != IMC_OK)
        return status;
    netpbm_fill_info(info, IMC_FORMAT_PNM, pnm->kind % 3 == 0 ? 3 : 1, pnm->maxval);
    info->alpha = false;
    if (is_bitmap(pnm->kind))
        info->bits = 1;
    return IMC_OK;
}

static enum imc_status pnm_open(struct imc_reader *reader, struct imc_error *error)
{
    struct pnm_reader *pnm = mem_zalloc(1, sizeof *pnm);
    if (!pnm)
        return fail_memory(error, "a PNM reader");
    enum imc_status status = read_header(reader, pnm, error);
    if (status == IMC_OK)
        reader->state = pnm;
    else
        mem_free(pnm);
    return status;
}

/* P1: digits 0 and 1, with or without blanks between them. */
static enum imc_status read_text_bits(struct imc_reader *reader, uint8_t *row, const char *where, struct imc_error *error)
{
    for (int x = 0; x < reader->info.width; x++) {
        int byte = netpbm_byte(reader->input);
        while (netpbm_is_blank(byte))
            byte = netpbm_byte(reader->input);
        if (byte == -1)
            return input_fail_short(reader->input, where, error);
        if (byte != '0' && byte != '1')
            return fail(error, IMC_ERR_FORMAT, "%s: %s has '%c' where 0 or 1 should stand", input_name(reader->input), where, byte);
        row[x] = byte == '1' ? 0 : 255;
    }
    return IMC_OK;
}

static enum imc_status read_text_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    const struct pnm_reader *pnm = reader->state;
    char what[64], where[48];
    snprintf(where, sizeof where, "row %d of %d", pnm->row + 1, reader->info.height);
    if (pnm->kind == 1)
        return read_text_bits(reader, row, where, error);
    snprintf(what, sizeof what, "a sample of %s", where);
    uint8_t *bytes = row;
    uint16_t *words = row;
    size_t count = samples_a_row(&reader->info);
    for (size_t i = 0; i < count; i++) {
        int value;
        enum imc_status status = netpbm_number(reader->input, what, 0, pnm->maxval, &value, error);
        if (status != IMC_OK)
            return status;
        if (reader->info.type == IMC_U8)
            bytes[i] = (uint8_t)value;
        else
            words[i] = (uint16_t)value;
    }
    return IMC_OK;
}

/* P4: eight pixels a byte, the first in the high bit. The packed bytes are read into the end of the row and unpacked from its
 * start: pixel x is written at x, its byte lies at width - packed + x/8, never before it. */
static enum imc_status read_packed_row(struct imc_reader *reader, uint8_t *row, struct imc_error *error)
{
    const struct pnm_reader *pnm = reader->state;
    size_t width = (size_t)reader->info.width, packed = (width + 7) / 8;
    const uint8_t *next = row + width - packed;
    enum imc_status status = samples_read_row(reader, row + width - packed, packed, pnm->row, error);
    if (status != IMC_OK)
        return status;
    unsigned bits = 0;
    for (size_t x = 0; x < width; x++, bits <<= 1) {
        if (x % 8 == 0)
            bits = *next++;
        row[x] = bits & 128 ? 0 : 255;
    }
    return IMC_OK;
}

static enum imc_status pnm_read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct pnm_reader *pnm = reader->state;
    enum imc_status status;
    if (pnm->kind <= 3)
        status = read_text_row(reader, row, error);
    else if (pnm->kind == 4)
        status = read_packed_row(reader, row, error);
    else
        status = netpbm_read_row(reader, row, pnm->maxval, pnm->row, error);
    pnm->row++;
    return status;
}

static void pnm_close(struct imc_reader *reader)
{
    mem_free(reader->state);
    reader->state = NULL;
}

static enum imc_status pnm_create(struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    enum imc_status status = samples_check_channels(writer, "PNM", "PAM and PNG", error);
    if (status == IMC_OK)
        status = netpbm_create(writer, "PNM", error);
    if (status != IMC_OK)
        return status;
    char header[64];
    int length = snprintf(header, sizeof header, "P%d\n%d %d\n%d\n", info->channels == 1 ? 5 : 6, info->width, info->height,
                          (int)info->full_scale);
    status = outfile_write(writer->file, header, (size_t)length, error);
    if (status != IMC_OK)
        netpbm_destroy(writer);
    return status;
}

/* No "pbm": bitmaps are read, by content, but not written. */
static const char *const pnm_suffixes[] = {"pnm", "pgm", "ppm", NULL};

const struct codec codec_pnm = {
    .format = IMC_FORMAT_PNM,
    .name = "pnm",
    .suffixes = pnm_suffixes,
    .recognise = pnm_recognise,
    .open = pnm_open,
    .read_row = pnm_read_row,
    .close = pnm_close,
    .create = pnm_create,
    .write_row = netpbm_write_row,
    .finish = samples_finish,
    .destroy = netpbm_destroy,
};
