/* figures.c: see figures.h. */
#include "report/figures.h"

#include "base/fail.h"

#include <imgconv/image.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum imc_status figures_open(struct figures *figures, struct imc_error *error)
{
    const char *place = getenv("TMPDIR");
    int length = snprintf(figures->folder, sizeof figures->folder, "%s/imgconv-XXXXXX", place && *place ? place : "/tmp");
    if (length >= (int)sizeof figures->folder || !mkdtemp(figures->folder))
        return fail(error, IMC_ERR_IO, "%.200s: cannot make a folder for a report's pictures: %s", figures->folder,
                    strerror(errno));
    return IMC_OK;
}

void figures_close(const struct figures *figures)
{
    rmdir(figures->folder);
}

const char *figure_path(const struct figures *figures, const char *suffix, char path[FIGURE_PATH_MAX])
{
    snprintf(path, FIGURE_PATH_MAX, "%s/figure.%s", figures->folder, suffix);
    return path;
}

/* RFC 4648. */
static void write_base64(FILE *out, FILE *in)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char group[3];
    size_t size;
    while ((size = fread(group, 1, sizeof group, in)) > 0) {
        for (size_t i = size; i < sizeof group; i++)
            group[i] = 0;
        unsigned bits = (unsigned)group[0] << 16 | (unsigned)group[1] << 8 | group[2];
        for (size_t i = 0; i < 4; i++)
            putc(i <= size ? digits[bits >> (18 - 6 * i) & 63] : '=', out);
    }
}

void figure_write(struct page *page, const char *path, enum imc_status status, const struct imc_error *error)
{
    bool svg = strcmp(strrchr(path, '.'), ".svg") == 0;
    struct imc_error own;
    FILE *in = status ? NULL : fopen(path, "rb");
    if (status) {
        page_fail(page, status, error);
    } else if (in) {
        fprintf(page->out, "data:image/%s;base64,", svg ? "svg+xml" : "png");
        write_base64(page->out, in);
    }
    if (!status && (!in || ferror(in)))
        page_fail(page, fail(&own, IMC_ERR_IO, "%.200s: cannot read: %s", path, strerror(errno)), &own);
    if (in)
        fclose(in);
    unlink(path);
}

void figure_bytes(struct page *page, const struct figures *figures, const unsigned char *bytes, int width, int height, int channels)
{
    const struct imc_image_info info = {
        .width = width, .height = height, .channels = channels, .type = IMC_U8, .full_scale = 255, .bits = 8};
    struct imc_writer_options options;
    struct imc_writer *writer;
    struct imc_error error = {0};
    char path[FIGURE_PATH_MAX];
    imc_writer_options_default(&options);
    options.compression = 9;
    enum imc_status status = imc_writer_open(figure_path(figures, "png", path), &info, &options, &writer, &error);
    if (!status)
        status = imc_writer_write(writer, bytes, height, &error);
    if (!status)
        status = imc_writer_finish(writer, &error);
    imc_writer_close(writer);
    figure_write(page, path, status, &error);
}
