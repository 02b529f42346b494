/* netpbm.c: words and rows of the Netpbm formats. Comments are taken as the Netpbm programs take them: the line end of a
 * comment is a blank, so a comment may stand directly behind a number. Sources: the pages pgm(5), pam(5) of
 * netpbm.sourceforge.net. */
#include "image/netpbm.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"
#include "image/samples.h"

#include <string.h>

bool netpbm_is_blank(int byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

int netpbm_byte(struct input *input)
{
    int byte = input_byte(input);
    if (byte == '#')
        while (byte != -1 && byte != '\n' && byte != '\r')
            byte = input_byte(input);
    return byte;
}

enum imc_status netpbm_word(struct input *input, const char *what, char word[NETPBM_WORD], struct imc_error *error)
{
    int byte = netpbm_byte(input);
    while (netpbm_is_blank(byte))
        byte = netpbm_byte(input);
    if (byte == -1)
        return input_fail_short(input, what, error);
    int length = 0;
    for (; byte != -1 && !netpbm_is_blank(byte); byte = netpbm_byte(input)) {
        if (length == NETPBM_WORD - 1)
            return fail(error, IMC_ERR_FORMAT, "%s: %s is longer than any number", input_name(input), what);
        word[length++] = (char)byte;
    }
    word[length] = 0;
    return IMC_OK;
}

enum imc_status netpbm_to_number(const struct input *input, const char *what, const char *word, int lo, int hi, int *value,
                                 struct imc_error *error)
{
    const char *end;
    if (word[0] < '0' || word[0] > '9' || !text_to_int(word, &end, lo, hi, value) || *end)
        return fail(error, IMC_ERR_FORMAT, "%s: %s is '%s', not a number from %d to %d", input_name(input), what, word, lo, hi);
    return IMC_OK;
}

enum imc_status netpbm_number(struct input *input, const char *what, int lo, int hi, int *value, struct imc_error *error)
{
    char word[NETPBM_WORD];
    enum imc_status status = netpbm_word(input, what, word, error);
    return status == IMC_OK ? netpbm_to_number(input, what, word, lo, hi, value, error) : status;
}

void netpbm_fill_info(struct imc_image_info *info, enum imc_format format, int channels, int maxval)
{
    info->channels = channels;
    info->alpha = channels % 2 == 0;
    info->type = maxval < 256 ? IMC_U8 : IMC_U16;
    info->full_scale = (float)maxval;
    info->format = format;
    info->bits = maxval < 256 ? 8 : 16;
    info->streams = true;
    info->colour = channels < 3 ? "gray" : "RGB";
    info->orientation = info->subsampling_x = info->subsampling_y = 1;
}

/* The largest sample of a row. */
static int largest(const void *row, enum imc_type type, size_t count)
{
    const uint8_t *bytes = row;
    const uint16_t *words = row;
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        int sample = type == IMC_U8 ? bytes[i] : words[i];
        most = sample > most ? sample : most;
    }
    return most;
}

static bool is_full(enum imc_type type, int maxval)
{
    return maxval == (type == IMC_U8 ? 255 : NETPBM_MAXVAL);
}

enum imc_status netpbm_read_row(struct imc_reader *reader, void *row, int maxval, int y, struct imc_error *error)
{
    size_t count = samples_a_row(&reader->info), size = imc_type_size(reader->info.type);
    enum imc_status status = samples_read_row(reader, row, count * size, y, error);
    if (status != IMC_OK)
        return status;
    if (size == 2 && !MACHINE_BIG_ENDIAN)
        samples_swap(row, count, size);
    int most = is_full(reader->info.type, maxval) ? 0 : largest(row, reader->info.type, count);
    if (most > maxval)
        return fail(error, IMC_ERR_FORMAT, "%s: row %d has a sample of %d, above the file's maxval %d", input_name(reader->input),
                    y + 1, most, maxval);
    return IMC_OK;
}

enum imc_status netpbm_create(struct imc_writer *writer, const char *format, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    if (info->type == IMC_F32)
        return samples_refuse(writer, format, "float samples", "PFM and NPY", error);
    struct netpbm_writer *state = mem_zalloc(1, sizeof *state);
    if (state)
        state->row = mem_alloc(samples_a_row(info), imc_type_size(info->type));
    if (!state || !state->row) {
        mem_free(state);
        return fail_memory(error, "a row of the output");
    }
    state->maxval = (int)info->full_scale;
    writer->state = state;
    return IMC_OK;
}

/* Copies samples as the file stores them: high byte first, or one byte alone where maxval is below 256. Returns their bytes. */
static size_t store(unsigned char *out, const void *row, enum imc_type type, int maxval, size_t count)
{
    const uint16_t *words = row;
    if (type == IMC_U8) {
        memcpy(out, row, count);
        return count;
    }
    if (maxval < 256) {
        for (size_t i = 0; i < count; i++)
            out[i] = (unsigned char)words[i];
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = (unsigned char)(words[i] >> 8);
        out[2 * i + 1] = (unsigned char)(words[i] & 255);
    }
    return 2 * count;
}

enum imc_status netpbm_write_row(struct imc_writer *writer, const void *row, struct imc_error *error)
{
    struct netpbm_writer *state = writer->state;
    const struct imc_image_info *info = &writer->info;
    size_t count = samples_a_row(info);
    int most = is_full(info->type, state->maxval) ? 0 : largest(row, info->type, count);
    if (most > state->maxval)
        return fail(error, IMC_ERR_ARGUMENT, "%s: a sample of %d is above the full scale %d", outfile_name(writer->file), most,
                    state->maxval);
    size_t bytes = store(state->row, row, info->type, state->maxval, count);
    return outfile_write(writer->file, state->row, bytes, error);
}

void netpbm_destroy(struct imc_writer *writer)
{
    struct netpbm_writer *state = writer->state;
    if (state)
        mem_free(state->row);
    mem_free(state);
    writer->state = NULL;
}
