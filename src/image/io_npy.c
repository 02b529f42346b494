/* io_npy.c: NumPy arrays as pictures: (H,W) is gray, (H,W,C) interleaved with C from 1 to 4. 2 and 4 channels of integers end in
 * alpha as in the other formats; of floats, which are mostly what a bank of filters wrote, they are plain channels. Types u1, u2,
 * f4 as they are, f8 rounded to f4, b1 as samples 0 and 1 with full scale 1; either byte order. Float samples, NaN and infinity
 * among them, pass unchanged. C order streams; Fortran order, in which a row lies scattered over the whole file, is held. Written
 * are u1, u2 and f4 in C order; more than four channels, as filter banks have them, are written too. The header is base/npy.h's. */
#include "base/npy.h"

#include "base/fail.h"
#include "base/memory.h"
#include "image/samples.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct npy_reader {
    struct npy_header header;
    int row;
    unsigned char *held; /* Fortran order: the whole array as in the file */
    unsigned char *wide; /* f8: one row before it is rounded */
};

/* The types that are read. */
static const struct {
    char kind;
    int bytes;
    enum imc_type type;
    float full_scale;
    int bits;
} types[] = {
    {'u', 1, IMC_U8, 255, 8}, {'u', 2, IMC_U16, 65535, 16}, {'f', 4, IMC_F32, 0, 32},
    {'f', 8, IMC_F32, 0, 32}, {'b', 1, IMC_U8, 1, 8},
};
enum { TYPES = sizeof types / sizeof *types };

static enum imc_status set_type(struct imc_reader *reader, const struct npy_header *header, struct imc_error *error)
{
    for (int i = 0; i < TYPES; i++)
        if (types[i].kind == header->kind && types[i].bytes == header->bytes) {
            reader->info.type = types[i].type;
            reader->info.full_scale = types[i].full_scale;
            reader->info.bits = types[i].bits;
            return IMC_OK;
        }
    const char *kind = header->kind == 'i' ? "int" : header->kind == 'u' ? "uint" : "float";
    return fail(error, IMC_ERR_UNSUPPORTED, "%s: an array of %s%d is not read as a picture; save it with .astype('float32')",
                input_name(reader->input), kind, 8 * header->bytes);
}

static enum imc_status set_shape(struct imc_reader *reader, const struct npy_header *header, struct imc_error *error)
{
    struct imc_image_info *info = &reader->info;
    const char *name = input_name(reader->input);
    if (header->dims != 2 && header->dims != 3)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: an array of %d dimension%s is no picture; (H,W) and (H,W,C) are", name,
                    header->dims, header->dims == 1 ? "" : "s");
    size_t channels = header->dims == 3 ? header->shape[2] : 1;
    if (header->shape[0] < 1 || header->shape[1] < 1 || channels < 1)
        return fail(error, IMC_ERR_FORMAT, "%s: an empty array is no picture", name);
    if (channels > 4)
        return fail(error, IMC_ERR_UNSUPPORTED,
                    "%s: a picture has 1 to 4 channels, this array %zu; save (H,W,C) with the channels last", name, channels);
    if (header->shape[0] > INT_MAX || header->shape[1] > INT_MAX)
        return fail(error, IMC_ERR_LIMIT, "%s: a picture of %zu x %zu pixels is too large", name, header->shape[1],
                    header->shape[0]);
    info->height = (int)header->shape[0];
    info->width = (int)header->shape[1];
    info->channels = (int)channels;
    info->alpha = channels % 2 == 0 && header->kind != 'f';
    info->colour = channels % 2 == 0 && !info->alpha ? NULL : channels < 3 ? "gray" : "RGB";
    return IMC_OK;
}

static enum imc_status read_header(struct imc_reader *reader, struct npy_header *header, struct imc_error *error)
{
    struct input *input = reader->input;
    unsigned char head[NPY_HEAD_MAX];
    if (input_read(input, head, NPY_FIXED) != NPY_FIXED)
        return input_fail_short(input, "the NPY header", error);
    size_t size = npy_header_size(head);
    size_t rest = size > NPY_FIXED && size <= NPY_HEAD_MAX ? size - NPY_FIXED : 0; /* any other size npy_parse refuses */
    if (input_read(input, head + NPY_FIXED, rest) != rest)
        return input_fail_short(input, "the NPY header", error);
    enum imc_status status = npy_parse(head, NPY_FIXED + rest, input_name(input), header, error);
    if (status == IMC_OK)
        status = set_shape(reader, header, error);
    if (status == IMC_OK)
        status = set_type(reader, header, error);
    return status;
}

static enum imc_status npy_open(struct imc_reader *reader, struct imc_error *error)
{
    struct imc_image_info *info = &reader->info;
    struct npy_reader *npy = mem_zalloc(1, sizeof *npy);
    if (!npy)
        return fail_memory(error, "an NPY reader");
    enum imc_status status = read_header(reader, &npy->header, error);
    if (status != IMC_OK) {
        mem_free(npy);
        return status;
    }
    info->format = IMC_FORMAT_NPY;
    info->orientation = info->subsampling_x = info->subsampling_y = 1;
    info->streams = !npy->header.fortran;
    size_t bytes = 0;
    samples_all_bytes(info, (size_t)npy->header.bytes, &bytes); /* npy_parse has seen to it that this fits */
    info->held_bytes = info->streams ? 0 : bytes;
    reader->state = npy;
    return IMC_OK;
}

/* Fortran order: sample (y, x, c) is number y + H*(x + W*c). */
static void gather_row(const struct imc_reader *reader, unsigned char *out)
{
    const struct npy_reader *npy = reader->state;
    size_t bytes = (size_t)npy->header.bytes, height = (size_t)reader->info.height, width = (size_t)reader->info.width;
    for (size_t x = 0; x < width; x++)
        for (size_t c = 0; c < (size_t)reader->info.channels; c++, out += bytes)
            memcpy(out, npy->held + ((size_t)npy->row + height * (x + width * c)) * bytes, bytes);
}

/* One row of the file's numbers. */
static enum imc_status fetch_row(struct imc_reader *reader, unsigned char *out, struct imc_error *error)
{
    struct npy_reader *npy = reader->state;
    size_t count = samples_a_row(&reader->info), bytes = (size_t)npy->header.bytes;
    enum imc_status status = IMC_OK;
    if (!npy->header.fortran)
        status = samples_read_row(reader, out, count * bytes, npy->row, error);
    else if (!npy->held)
        status = samples_hold(reader, &npy->held, error);
    if (status != IMC_OK)
        return status;
    if (npy->header.fortran)
        gather_row(reader, out);
    if (npy->header.swap)
        samples_swap(out, count, bytes);
    npy->row++;
    return IMC_OK;
}

static enum imc_status read_doubles(struct imc_reader *reader, float *row, struct imc_error *error)
{
    struct npy_reader *npy = reader->state;
    size_t count = samples_a_row(&reader->info);
    if (!npy->wide)
        npy->wide = mem_alloc(count, sizeof(double));
    if (!npy->wide)
        return fail_memory(error, "a row of the picture");
    enum imc_status status = fetch_row(reader, npy->wide, error);
    const double *numbers = (const double *)(const void *)npy->wide;
    for (size_t i = 0; i < count && status == IMC_OK; i++)
        row[i] = (float)numbers[i];
    return status;
}

static enum imc_status npy_read_row(struct imc_reader *reader, void *row, struct imc_error *error)
{
    const struct npy_reader *npy = reader->state;
    if (npy->header.bytes == 8)
        return read_doubles(reader, row, error);
    enum imc_status status = fetch_row(reader, row, error);
    if (npy->header.kind == 'b' && status == IMC_OK) {
        uint8_t *samples = row;
        for (size_t i = 0; i < samples_a_row(&reader->info); i++)
            samples[i] = samples[i] != 0;
    }
    return status;
}

static void npy_close(struct imc_reader *reader)
{
    struct npy_reader *npy = reader->state;
    if (npy) {
        mem_free(npy->held);
        mem_free(npy->wide);
    }
    mem_free(npy);
    reader->state = NULL;
}

static enum imc_status npy_create(struct imc_writer *writer, struct imc_error *error)
{
    const struct imc_image_info *info = &writer->info;
    const size_t shape[] = {(size_t)info->height, (size_t)info->width, (size_t)info->channels};
    unsigned char head[NPY_HEAD_MAX];
    size_t size = npy_write_header(head, info->type == IMC_F32 ? 'f' : 'u', (int)imc_type_size(info->type), shape,
                                   info->channels == 1 ? 2 : 3);
    return outfile_write(writer->file, head, size, error);
}

static enum imc_status npy_write_row(struct imc_writer *writer, const void *row, struct imc_error *error)
{
    return outfile_write(writer->file, row, samples_a_row(&writer->info) * imc_type_size(writer->info.type), error);
}

static void npy_destroy(struct imc_writer *writer)
{
    (void)writer; /* there is no state */
}

static const char *const npy_suffixes[] = {"npy", NULL};

const struct codec codec_npy = {
    .format = IMC_FORMAT_NPY,
    .name = "npy",
    .suffixes = npy_suffixes,
    .recognise = npy_recognise,
    .open = npy_open,
    .read_row = npy_read_row,
    .close = npy_close,
    .create = npy_create,
    .write_row = npy_write_row,
    .finish = samples_finish,
    .destroy = npy_destroy,
};
