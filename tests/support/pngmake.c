/* pngmake.c: a writer of PNG files for tests, straight from the specification. */
#include "support/pngmake.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

void made_add(struct made *made, const void *data, size_t size)
{
    made->data = realloc(made->data, made->size + size + 1);
    ck_assert_ptr_nonnull(made->data);
    if (size)
        memcpy(made->data + made->size, data, size);
    made->size += size;
}

void made_free(struct made *made)
{
    free(made->data);
    *made = (struct made){0};
}

static void put32(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (24 - 8 * i));
}

void made_chunk(struct made *png, const char type[4], const void *data, size_t size)
{
    unsigned char number[4];
    put32(number, (uint32_t)size);
    made_add(png, number, 4);
    made_add(png, type, 4);
    made_add(png, data, size);
    put32(number, (uint32_t)crc32(0, png->data + png->size - size - 4, (uInt)size + 4));
    made_add(png, number, 4);
}

int made_channels(int colour)
{
    static const int channels[7] = {[0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4};
    return channels[colour];
}

void made_begin(struct made *png, const struct made_picture *picture)
{
    unsigned char header[13];
    put32(header, (uint32_t)picture->width);
    put32(header + 4, (uint32_t)picture->height);
    memcpy(header + 8,
           (unsigned char[]){(unsigned char)picture->bits, (unsigned char)picture->colour, 0, 0, (unsigned char)picture->interlace},
           5);
    made_add(png, "\x89PNG\r\n\x1a\n", 8);
    made_chunk(png, "IHDR", header, sizeof header);
}

static void set_bits(unsigned char *row, size_t index, int bits, unsigned value)
{
    for (int b = 0; b < bits; b++) {
        size_t at = index * (size_t)bits + (size_t)b;
        if (value >> (bits - 1 - b) & 1)
            row[at / 8] |= (unsigned char)(0x80 >> at % 8);
    }
}

/* The pixels x0, x0+dx, ... of the rows y0, y0+dy, ... */
static void add_pass(struct made *raw, const struct made_picture *picture, int x0, int y0, int dx, int dy)
{
    int channels = made_channels(picture->colour);
    int columns = picture->width > x0 ? (picture->width - x0 + dx - 1) / dx : 0;
    size_t bytes = ((size_t)columns * (size_t)channels * (size_t)picture->bits + 7) / 8;
    for (int y = y0; columns > 0 && y < picture->height; y += dy) {
        unsigned char *row = calloc(1, bytes + 1);
        ck_assert_ptr_nonnull(row);
        for (int i = 0; i < columns; i++)
            for (int c = 0; c < channels; c++)
                set_bits(
                    row + 1, (size_t)(i * channels + c), picture->bits,
                    picture->samples[((size_t)y * (size_t)picture->width + (size_t)(x0 + i * dx)) * (size_t)channels + (size_t)c]);
        made_add(raw, row, bytes + 1);
        free(row);
    }
}

struct made made_idat(const struct made_picture *picture)
{
    static const int passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                     {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    struct made raw = {0}, packed = {0};
    if (picture->interlace)
        for (int i = 0; i < 7; i++)
            add_pass(&raw, picture, passes[i][0], passes[i][1], passes[i][2], passes[i][3]);
    else
        add_pass(&raw, picture, 0, 0, 1, 1);
    uLongf size = compressBound((uLong)raw.size);
    packed.data = malloc(size);
    ck_assert_ptr_nonnull(packed.data);
    ck_assert_int_eq(compress(packed.data, &size, raw.data, (uLong)raw.size), Z_OK);
    packed.size = size;
    made_free(&raw);
    return packed;
}

void made_end(struct made *png, const struct made_picture *picture)
{
    struct made idat = made_idat(picture);
    made_chunk(png, "IDAT", idat.data, idat.size);
    made_chunk(png, "IEND", NULL, 0);
    made_free(&idat);
}

static void add_number(struct made *made, int big_endian, int bytes, uint32_t value)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(value >> 8 * (big_endian ? bytes - 1 - i : i));
        made_add(made, &byte, 1);
    }
}

static void add_entry(struct made *made, int big_endian, int tag, int type, uint32_t value)
{
    add_number(made, big_endian, 2, (uint32_t)tag);
    add_number(made, big_endian, 2, (uint32_t)type);
    add_number(made, big_endian, 4, 1);
    add_number(made, big_endian, type == 3 ? 2 : 4, value);
    if (type == 3)
        add_number(made, big_endian, 2, 0);
}

struct made made_exif(int big_endian, int orientation, unsigned x_per_inch, unsigned y_per_inch)
{
    struct made exif = {0};
    enum { ENTRIES = 4, VALUES = 8 + 2 + ENTRIES * 12 + 4 };
    made_add(&exif, big_endian ? "MM" : "II", 2);
    add_number(&exif, big_endian, 2, 42);
    add_number(&exif, big_endian, 4, 8);
    add_number(&exif, big_endian, 2, ENTRIES);
    add_entry(&exif, big_endian, 0x112, 3, (uint32_t)orientation);
    add_entry(&exif, big_endian, 0x11a, 5, VALUES);
    add_entry(&exif, big_endian, 0x11b, 5, VALUES + 8);
    add_entry(&exif, big_endian, 0x128, 3, 2);
    add_number(&exif, big_endian, 4, 0);
    const uint32_t values[] = {x_per_inch, 1, y_per_inch, 1};
    for (int i = 0; i < 4; i++)
        add_number(&exif, big_endian, 4, values[i]);
    return exif;
}
