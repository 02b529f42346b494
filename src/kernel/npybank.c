/* npybank.c: an array becomes a bank. Any integer and float type is read, in either byte order and either order of indices. */
#include "kernel/npybank.h"

#include "base/fail.h"
#include "base/halffloat.h"
#include "base/memory.h"
#include "base/npy.h"
#include "base/outfile.h"
#include "base/readfile.h"
#include "kernel/bank.h"
#include "kernel/kernfile.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A full bank of doubles and the header. */
static const size_t BYTES_MAX = (size_t)IMC_BANK_TAPS_MAX * 8 + NPY_HEAD_MAX;

static double float_value(uint64_t bits, int bytes)
{
    uint32_t low = (uint32_t)bits;
    float single;
    double full;
    memcpy(&single, &low, sizeof single);
    memcpy(&full, &bits, sizeof full);
    return bytes == 2 ? (double)half_to_float((uint16_t)bits) : bytes == 4 ? (double)single : full;
}

/* The number at `from`. Its bytes are gathered from the most significant one down. */
static double read_value(const unsigned char *from, const struct npy_header *header)
{
    const uint16_t probe = 1;
    bool big = (*(const unsigned char *)&probe == 0) != header->swap;
    uint64_t bits = 0;
    for (int i = 0; i < header->bytes; i++)
        bits = bits << 8 | from[big ? i : header->bytes - 1 - i];
    if (header->kind == 'f')
        return float_value(bits, header->bytes);
    uint64_t sign = (uint64_t)1 << (8 * header->bytes - 1);
    if (header->kind == 'i' && (bits & sign))
        return -(double)(~(bits - 1) & (sign | (sign - 1)));
    return (double)bits;
}

/* The sizes [filters][channels][kh][kw] of the array: missing leading ones are 1. */
static enum imc_status find_shape(const struct npy_header *header, const char *path, size_t shape[4], struct imc_error *error)
{
    if (header->dims < 2 || header->dims > 4)
        return fail(error, IMC_ERR_FORMAT, "%s: an array of %d dimension%s; kernels are (kh,kw), (n,kh,kw) or (n,c,kh,kw)", path,
                    header->dims, header->dims == 1 ? "" : "s");
    const size_t *last = header->shape + header->dims;
    shape[3] = last[-1];
    shape[2] = last[-2];
    shape[1] = header->dims == 4 ? last[-3] : 1;
    shape[0] = header->dims > 2 ? header->shape[0] : 1;
    for (int i = 0; i < 4; i++)
        if (shape[i] < 1)
            return fail(error, IMC_ERR_FORMAT, "%s: the array is empty", path);
    size_t taps = shape[0] * shape[1] * shape[2] * shape[3]; /* npy_parse has seen that it fits */
    if (taps > IMC_BANK_TAPS_MAX || shape[2] > IMC_KERNEL_SIDE_MAX || shape[3] > IMC_KERNEL_SIDE_MAX)
        return fail(error, IMC_ERR_LIMIT,
                    "%s: an array of %zu x %zu x %zu x %zu is too large for a filter bank: a side has at most %d taps, all "
                    "together %d",
                    path, shape[0], shape[1], shape[2], shape[3], IMC_KERNEL_SIDE_MAX, IMC_BANK_TAPS_MAX);
    return IMC_OK;
}

/* Where the element that stands at position `n` in C order lies in the file. */
static size_t position(const struct npy_header *header, size_t n)
{
    if (!header->fortran)
        return n;
    size_t index[NPY_DIMS_MAX], place = 0;
    for (int d = header->dims - 1; d >= 0; d--) {
        index[d] = n % header->shape[d];
        n /= header->shape[d];
    }
    for (int d = header->dims - 1; d >= 0; d--)
        place = place * header->shape[d] + index[d];
    return place;
}

static enum imc_status fill(struct imc_bank *bank, const unsigned char *numbers, const struct npy_header *header, const char *path,
                            struct imc_error *error)
{
    size_t count = (size_t)bank->filters * bank_filter_taps(bank);
    for (size_t n = 0; n < count; n++) {
        bank->weights[n] = (float)read_value(numbers + position(header, n) * (size_t)header->bytes, header);
        if (!isfinite(bank->weights[n]))
            return fail(error, IMC_ERR_FORMAT, "%s: number %zu of the array is not finite as a 32-bit float", path, n);
    }
    char stem[KERN_WORD_MAX], name[KERN_WORD_MAX + 16];
    path_stem(path, stem, sizeof stem);
    for (int f = 0; f < bank->filters; f++) {
        snprintf(name, sizeof name, header->dims == 2 ? "%s" : "%s:%d", stem, f);
        if (!bank_set_name(bank, f, name))
            return fail_memory(error, path);
    }
    bank->learned = true;
    return IMC_OK;
}

static enum imc_status make_bank(const unsigned char *bytes, size_t size, const char *path, struct imc_bank **bank,
                                 struct imc_error *error)
{
    struct npy_header header;
    size_t shape[4], end;
    if (!npy_recognise(bytes, size))
        return fail(error, IMC_ERR_FORMAT, "%s: not an .npy file, although it is named so", path);
    enum imc_status status = npy_parse(bytes, size, path, &header, error);
    if (status || (status = find_shape(&header, path, shape, error)))
        return status;
    status = imc_bank_create((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3], bank, error);
    if (status)
        return status;
    size_t count = (size_t)(*bank)->filters * bank_filter_taps(*bank);
    if (!size_add(header.data_offset, count * (size_t)header.bytes, &end) || end > size)
        return fail(error, IMC_ERR_FORMAT, "%s: the file ends before its last number: %zu bytes where %zu are needed", path, size,
                    end);
    return fill(*bank, bytes + header.data_offset, &header, path, error);
}

enum imc_status npy_bank_parse(const unsigned char *bytes, size_t size, const char *name, struct imc_bank **bank,
                               struct imc_error *error)
{
    *bank = NULL;
    return bank_settle(make_bank(bytes, size, name, bank, error), bank);
}

enum imc_status npy_bank_read(const char *path, struct imc_bank **bank, struct imc_error *error)
{
    unsigned char *bytes;
    size_t size;
    *bank = NULL;
    enum imc_status status = read_file(path, BYTES_MAX, &bytes, &size, error);
    if (status)
        return status;
    status = npy_bank_parse(bytes, size, path, bank, error);
    mem_free(bytes);
    return status;
}

enum imc_status npy_bank_write(struct outfile *file, const struct imc_bank *bank, struct imc_error *error)
{
    unsigned char head[NPY_HEAD_MAX];
    const size_t shape[4] = {(size_t)bank->filters, (size_t)bank->in_c, (size_t)bank->kh, (size_t)bank->kw};
    enum imc_status status = outfile_write(file, head, npy_write_header(head, 'f', 4, shape, 4), error);
    if (status)
        return status;
    return outfile_write(file, bank->weights, (size_t)bank->filters * bank_filter_taps(bank) * sizeof *bank->weights, error);
}
