/* test_reader.c: what readers and writers of all formats share: names, recognition, samples, counting, in == out. */
#include "base/embedded.h"
#include "support/picturefile.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct imc_error error;

static const uint16_t ramp[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

static struct made ramp_png(void)
{
    struct made_picture picture = {4, 3, 8, 0, 0, ramp};
    struct made png = {0};
    made_begin(&png, &picture);
    made_end(&png, &picture);
    return png;
}

static enum imc_status open_bytes(const void *data, size_t size)
{
    struct imc_reader *reader;
    enum imc_status status = imc_reader_open_memory(data, size, "the-file", NULL, &reader, &error);
    ck_assert((status == IMC_OK) == (reader != NULL));
    imc_reader_close(reader);
    return status;
}

START_TEST(format_names)
{
    ck_assert_int_eq(imc_format_from_name("PNG"), IMC_FORMAT_PNG);
    ck_assert_int_eq(imc_format_from_name("jpg"), IMC_FORMAT_JPEG);
    ck_assert_int_eq(imc_format_from_name("jpeg"), IMC_FORMAT_JPEG);
    ck_assert_int_eq(imc_format_from_name("pgm"), IMC_FORMAT_PNM);
    ck_assert_int_eq(imc_format_from_name("tiff"), IMC_FORMAT_AUTO);
    ck_assert_int_eq(imc_format_from_path("a/b.c/x.Npy"), IMC_FORMAT_NPY);
    ck_assert_int_eq(imc_format_from_path("a.png/x"), IMC_FORMAT_AUTO);
    ck_assert_int_eq(imc_format_from_path("a/.png"), IMC_FORMAT_AUTO);
    ck_assert_int_eq(imc_format_from_path("-"), IMC_FORMAT_AUTO);
    ck_assert_int_eq(imc_format_from_path("x."), IMC_FORMAT_AUTO);
    ck_assert_str_eq(imc_format_name(IMC_FORMAT_AUTO), "auto");
    for (int format = IMC_FORMAT_PNG; format <= IMC_FORMAT_NPY; format++)
        ck_assert_int_eq(imc_format_from_name(imc_format_name((enum imc_format)format)), format);
}
END_TEST

START_TEST(foreign_formats)
{
    static const struct {
        const char *head;
        size_t size;
        const char *words;
    } foreign[] = {
        {"II*\0\x08\0\0\0", 8, "TIFF"},
        {"MM\0*\0\0\0\x08", 8, "tifftopnm"},
        {"RIFF\1\2\3\4WEBPVP8 ", 16, "dwebp"},
        {"\0\0\0\x18"
         "ftypheic",
         12, "heif-convert"},
        {"\0\0\0\x18"
         "ftypavif",
         12, "avifdec"},
        {"GIF89a\1\0\1\0", 10, "GIF"},
        {"BM\1\2\3\4", 6, "bmptopnm"},
        {"<svg xmlns=", 11, "rsvg-convert"},
        {"\xef\xbb\xbf \n<?xml version", 18, "rsvg-convert"},
        {"<!DOCTYPE html>", 15, "web page"},
        {"\xff\x0a\1\2", 4, "djxl"},
        {"\0\0\0\x0cJXL \r\n", 10, "djxl"},
        {"\0\0\0\x0cjP  \r\n", 10, "opj_decompress"},
        {"\x1f\x8b\x08", 3, "gzip"},
        {"%PDF-1.4", 8, "pdftoppm"},
        {"PK\3\4", 4, "ZIP"},
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        ck_assert_int_eq(open_bytes(foreign[i].head, foreign[i].size), IMC_ERR_UNSUPPORTED);
        ck_assert_msg(strstr(error.message, foreign[i].words) && strncmp(error.message, "the-file: is ", 13) == 0, "%s",
                      error.message);
    }
    ck_assert_int_eq(open_bytes("", 0), IMC_ERR_FORMAT);
    ck_assert_str_eq(error.message, "the-file: file is empty");
    ck_assert_int_eq(open_bytes("hello, world", 12), IMC_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.message, "PNG, JPEG, PNM, PAM, PFM and NPY"));
    ck_assert_int_eq(open_bytes("\0", 1), IMC_ERR_FORMAT);
}
END_TEST

START_TEST(bad_paths)
{
    struct imc_reader *reader;
    ck_assert_int_eq(imc_reader_open("/no/such.png", NULL, &reader, &error), IMC_ERR_IO);
    ck_assert_ptr_null(reader);
    ck_assert_int_eq(imc_reader_open(test_folder(), NULL, &reader, &error), IMC_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "is a folder"));
    ck_assert_int_eq(imc_reader_open("/dev/null", NULL, &reader, &error), IMC_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.message, "empty"));
    imc_reader_close(NULL);
}
END_TEST

START_TEST(samples)
{
    struct imc_reader *reader;
    int count = 0;
    for (const char *const *name = imc_sample_names(); *name; name++, count++) {
        char path[80];
        snprintf(path, sizeof path, "sample:%s", *name);
        ck_assert_msg(imc_reader_open(path, NULL, &reader, &error) == IMC_OK, "%s", error.message);
        imc_reader_close(reader);
    }
    const struct embedded_file *file = embedded_samples;
    for (; file->name; file++)
        count--;
    ck_assert_int_eq(count, 0);
    ck_assert_int_eq(imc_reader_open("sample:nothing-like-it", NULL, &reader, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(reader);
    ck_assert_ptr_nonnull(strstr(error.message, "no such sample"));
    if (!embedded_samples[0].name) {
        printf("samples: mostly skipped, none are built in\n");
        return;
    }
    char slip[80];
    snprintf(slip, sizeof slip, "sample:%sx", imc_sample_names()[0]);
    ck_assert_int_eq(imc_reader_open(slip, NULL, &reader, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean sample:"));
}
END_TEST

START_TEST(counting_rows)
{
    struct made png = ramp_png();
    struct imc_reader *reader;
    unsigned char rows[12];
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "ramp", NULL, &reader, &error), IMC_OK);
    ck_assert_int_eq(imc_reader_read(reader, rows, -1, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_reader_read(reader, rows, 4, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_reader_read(reader, rows, 0, &error), IMC_OK);
    ck_assert_int_eq(imc_reader_read(reader, rows, 1, &error), IMC_OK);
    ck_assert_int_eq(imc_reader_read(reader, rows, 2, &error), IMC_OK);
    ck_assert_int_eq(rows[7], 11);
    ck_assert_int_eq(imc_reader_read(reader, rows, 1, &error), IMC_ERR_ARGUMENT);
    imc_reader_close(reader);
    /* After a failure every read fails. */
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size - 30, "ramp", NULL, &reader, &error), IMC_OK);
    ck_assert_int_eq(imc_reader_read(reader, rows, 3, &error), IMC_ERR_FORMAT);
    ck_assert_int_eq(imc_reader_read(reader, rows, 1, &error), IMC_ERR_FORMAT);
    imc_reader_close(reader);
    made_free(&png);
}
END_TEST

START_TEST(writer_requests)
{
    struct imc_image_info info = picture_info(2, 2, 1, IMC_U8);
    struct imc_writer *writer;
    struct imc_writer_options options;
    char path[300];
    unsigned char rows[4] = {1, 2, 3, 4};
    snprintf(path, sizeof path, "%s/w.png", test_folder());
    imc_writer_options_default(&options);
    ck_assert_int_eq(imc_writer_open("x.tiff", &info, &options, &writer, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(writer);
    ck_assert_int_eq(imc_writer_open("-", &info, &options, &writer, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "suffix"));
    options.compression = 10;
    ck_assert_int_eq(imc_writer_open(path, &info, &options, &writer, &error), IMC_ERR_ARGUMENT);
    options.compression = 6;
    options.quality = 0;
    ck_assert_int_eq(imc_writer_open(path, &info, &options, &writer, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_writer_open(path, &info, NULL, &writer, &error), IMC_OK);
    ck_assert_int_eq(imc_writer_write(writer, rows, 3, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_writer_write(writer, rows, 1, &error), IMC_OK);
    ck_assert_int_eq(imc_writer_finish(writer, &error), IMC_ERR_ARGUMENT);
    imc_writer_close(writer);
    struct stat status;
    ck_assert_int_ne(stat(path, &status), 0);
    imc_writer_close(NULL);
}
END_TEST

/* Reads and writes one file at the same time; then a failure half way, which leaves it as it was. */
START_TEST(in_is_out)
{
    char path[300];
    snprintf(path, sizeof path, "%s/same.png", test_folder());
    struct made png = ramp_png();
    FILE *file = fopen(path, "wb");
    ck_assert_uint_eq(fwrite(png.data, 1, png.size, file), png.size);
    fclose(file);
    for (int whole = 1; whole >= 0; whole--) {
        struct imc_reader *reader;
        struct imc_writer *writer;
        unsigned char row[4];
        ck_assert_int_eq(imc_reader_open(path, NULL, &reader, &error), IMC_OK);
        const struct imc_image_info *info = imc_reader_info(reader);
        ck_assert_int_eq(imc_writer_open(path, info, NULL, &writer, &error), IMC_OK);
        for (int y = 0; y < info->height - !whole; y++) {
            ck_assert_int_eq(imc_reader_read(reader, row, 1, &error), IMC_OK);
            for (int x = 0; x < 4; x++)
                row[x] = (unsigned char)(row[x] + 100);
            ck_assert_int_eq(imc_writer_write(writer, row, 1, &error), IMC_OK);
        }
        ck_assert(!whole || imc_writer_finish(writer, &error) == IMC_OK);
        imc_reader_close(reader);
        imc_writer_close(writer);
        struct imc_image_info got_info;
        unsigned char *got = picture_read(path, &got_info, &error);
        for (int i = 0; i < 12; i++)
            ck_assert_int_eq(got[i], 100 + i);
        free(got);
    }
    made_free(&png);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("reader");
    TCase *tests = tcase_create("reader");
    tcase_add_test(tests, format_names);
    tcase_add_test(tests, foreign_formats);
    tcase_add_test(tests, bad_paths);
    tcase_add_test(tests, samples);
    tcase_add_test(tests, counting_rows);
    tcase_add_test(tests, writer_requests);
    tcase_add_test(tests, in_is_out);
    suite_add_tcase(suite, tests);
    return suite;
}
