/* io_pam.c: PAM (P7), the Netpbm format with alpha: one to four channels up to maxval 65535. BLACKANDWHITE, in which 1 is
 * white, arrives as samples 0 and 255, so that it is the same picture as its PBM; the others keep their maxval as the full
 * scale. Without TUPLTYPE the depth tells what the channels are. Source: pam(5) of netpbm.sourceforge.net. */
#include "base/fail.h"
#include "base/memory.h"
#include "image/netpbm.h"
#include "image/samples.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LINE_SIZE = 256 };

struct pam_reader {
    int maxval;
    bool bits; /* a BLACKANDWHITE kind */
    int row;
};

/* The lines of a header; 0 is "not there yet". */
struct pam_header {
    int width, height, depth, maxval;
    char type[LINE_SIZE];
    bool ended;
};

static const struct {
    const char *name;
    int depth;
    bool bits;
} tuple_types[] = {
    {"GRAYSCALE", 1, false}, {"GRAYSCALE_ALPHA", 2, false}, {"RGB", 3, false},
    {"RGB_ALPHA", 4, false}, {"BLACKANDWHITE", 1, true},    {"BLACKANDWHITE_ALPHA", 2, true},
};
enum { TUPLE_TYPES = sizeof tuple_types / sizeof *tuple_types };

static bool pam_recognise(const unsigned char *head, size_t size)
{
    return size >= 3 && head[0] == 'P' && head[1] == '7' && head[2] == '\n';
}

/* One line without blanks at its ends; comments (only whole lines are) come out empty. */
static enum imc_status read_line(struct input *input, char line[LINE_SIZE], struct imc_error *error)
{
    int byte, length = 0;
    bool comment = false;
    while ((byte = input_byte(input)) != '\n') {
        if (byte == -1)
            return input_fail_short(input, "the PAM header", error);
        comment = comment || (length == 0 && byte == '#');
        if (comment || (length == 0 && netpbm_is_blank(byte)))
            continue;
        if (length == LINE_SIZE - 1)
            return fail(error, IMC_ERR_FORMAT, "%s: a line of the PAM header is longer than %d bytes", input_name(input),
                        LINE_SIZE - 1);
        line[length++] = (char)byte;
    }
    while (length > 0 && netpbm_is_blank((unsigned char)line[length - 1]))
        length--;
    line[length] = 0;
    return IMC_OK;
}

/* TUPLTYPE lines add up, with a blank between them. */
static enum imc_status add_type(const struct input *input, struct pam_header *header, const char *value, struct imc_error *error)
{
    size_t used = strlen(header->type);
    int length = snprintf(header->type + used, LINE_SIZE - used, "%s%s", used ? " " : "", value);
    if ((size_t)length >= LINE_SIZE - used)
        return fail(error, IMC_ERR_FORMAT, "%s: the PAM TUPLTYPE is longer than %d bytes", input_name(input), LINE_SIZE - 1);
    return IMC_OK;
}

static enum imc_status parse_line(const struct input *input, struct pam_header *header, char *line, struct imc_error *error)
{
    const struct {
        const char *key, *what;
        int *value, most;
    } numbers[] = {{"WIDTH", "the PAM WIDTH", &header->width, INT_MAX},
                   {"HEIGHT", "the PAM HEIGHT", &header->height, INT_MAX},
                   {"DEPTH", "the PAM DEPTH", &header->depth, INT_MAX},
                   {"MAXVAL", "the PAM MAXVAL", &header->maxval, NETPBM_MAXVAL}};
    char *value = line;
    while (*value && !netpbm_is_blank((unsigned char)*value))
        value++;
    if (*value)
        *value++ = 0;
    while (netpbm_is_blank((unsigned char)*value))
        value++;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(line, numbers[i].key) == 0) {
            if (*numbers[i].value)
                return fail(error, IMC_ERR_FORMAT, "%s: %s stands twice", input_name(input), numbers[i].what);
            return netpbm_to_number(input, numbers[i].what, value, 1, numbers[i].most, numbers[i].value, error);
        }
    if (strcmp(line, "TUPLTYPE") == 0)
        return add_type(input, header, value, error);
    header->ended = strcmp(line, "ENDHDR") == 0;
    if (!header->ended && *line)
        return fail(error, IMC_ERR_FORMAT, "%s: unknown line '%s' in the PAM header", input_name(input), line);
    return IMC_OK;
}

static enum imc_status check_type(const struct input *input, const struct pam_header *header, bool *bits, struct imc_error *error)
{
    const char *name = input_name(input);
    if (header->depth > 4)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: PAM of depth %d is not read; pamchannel takes channels out of it", name,
                    header->depth);
    *bits = false;
    if (!header->type[0])
        return IMC_OK;
    for (int i = 0; i < TUPLE_TYPES; i++) {
        if (strcmp(header->type, tuple_types[i].name) != 0)
            continue;
        *bits = tuple_types[i].bits;
        if (header->depth != tuple_types[i].depth)
            return fail(error, IMC_ERR_FORMAT, "%s: PAM of TUPLTYPE %s has DEPTH %d instead of %d", name, header->type,
                        header->depth, tuple_types[i].depth);
        if (*bits && header->maxval != 1)
            return fail(error, IMC_ERR_FORMAT, "%s: PAM of TUPLTYPE %s has MAXVAL %d instead of 1", name, header->type,
                        header->maxval);
        return IMC_OK;
    }
    return fail(error, IMC_ERR_UNSUPPORTED, "%s: PAM of TUPLTYPE '%s' is not read; GRAYSCALE, RGB and their _ALPHA kinds are", name,
                header->type);
}

static enum imc_status read_header(struct imc_reader *reader, struct pam_reader *pam, struct imc_error *error)
{
    struct input *input = reader->input;
    struct pam_header header = {0};
    char line[LINE_SIZE];
    enum imc_status status = read_line(input, line, error); /* the magic */
    while (status == IMC_OK && !header.ended) {
        status = read_line(input, line, error);
        if (status == IMC_OK)
            status = parse_line(input, &header, line, error);
    }
    if (status != IMC_OK)
        return status;
    if (!header.width || !header.height || !header.depth || !header.maxval)
        return fail(error, IMC_ERR_FORMAT, "%s: WIDTH, HEIGHT, DEPTH or MAXVAL is missing in the PAM header", input_name(input));
    status = check_type(input, &header, &pam->bits, error);
    if (status != IMC_OK)
        return status;
    pam->maxval = header.maxval;
    reader->info.width = header.width;
    reader->info.height = header.height;
    netpbm_fill_info(&reader->info, IMC_FORMAT_PAM, header.depth, pam->bits ? 255 : pam->maxval);
    if (pam->bits)
        reader->info.bits = 1;
    return IMC_OK;
}

static enum imc_status pam_open(struct imc_reader *reader, struct imc_error *error)
{
    struct pam_reader *pam = mem_zalloc(1, sizeof *pam);
    if (!pam)
        return fail_memory(error, "a PAM reader");
    enum imc_status status = read_header(reader, pam, error);
    if (status == IMC_OK)
        reader->state = pam;
    else
        mem_free(pam);
    return status;
}

static enum imc_status pam_read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    struct pam_reader *pam = reader->state;
    enum imc_status status = netpbm_read_row(reader, row, pam->maxval, pam->row++, error);
    size_t count = status == IMC_OK && pam->bits ? samples_a_row(&reader->info) : 0;
    uint8_t *samples = row;
    for (size_t i = 0; i < count; i++)
        samples[i] = samples[i] ? 255 : 0;
    return status;
}

static void pam_close(struct imc_reader *reader)
{
    mem_free(reader->state);
    reader->state = NULL;
}

static enum imc_status pam_create(struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    enum imc_status status = samples_check_channels(writer, "PAM", NULL, error);
    if (status == IMC_OK)
        status = netpbm_create(writer, "PAM", error);
    if (status != IMC_OK)
        return status;
    char header[192];
    int length = snprintf(header, sizeof header, "P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n", info->width,
                          info->height, info->channels, (int)info->full_scale, tuple_types[info->channels - 1].name);
    status = outfile_write(writer->file, header, (size_t)length, error);
    if (status != IMC_OK)
        netpbm_destroy(writer);
    return status;
}

static const char *const pam_suffixes[] = {"pam", NULL};

const struct codec codec_pam = {
    .format = IMC_FORMAT_PAM,
    .name = "pam",
    .suffixes = pam_suffixes,
    .recognise = pam_recognise,
    .open = pam_open,
    .read_row = pam_read_row,
    .close = pam_close,
    .create = pam_create,
    .write_row = netpbm_write_row,
    .finish = samples_finish,
    .destroy = netpbm_destroy,
};
