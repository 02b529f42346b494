/* canvas.c: see canvas.h. */
#include "report/canvas.h"

#include "base/fail.h"
#include "base/memory.h"
#include "report/glyphs.h"

#include <imgconv/sheet.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHANNELS = 3 };

enum imc_status canvas_create(int64_t width, int64_t height, uint32_t colour, struct canvas *canvas, struct imc_error *error)
{
    *canvas = (struct canvas){0};
    if (width < 1 || height < 1 || width > IMC_SHEET_PIXELS_MAX || height > IMC_SHEET_PIXELS_MAX / width)
        return fail(error, IMC_ERR_LIMIT, "a sheet of %lld x %lld pixels is too large; choose fewer filters", (long long)width,
                    (long long)height);
    *canvas = (struct canvas){(int)width, (int)height, mem_alloc((size_t)(width * height), CHANNELS)};
    if (!canvas->pixels)
        return fail_memory(error, "a sheet");
    canvas_box(canvas, 0, 0, canvas->width, canvas->height, colour);
    return IMC_OK;
}

void canvas_free(struct canvas *canvas)
{
    mem_free(canvas->pixels);
    canvas->pixels = NULL;
}

static unsigned char *pixel_at(const struct canvas *canvas, int x, int y)
{
    return canvas->pixels + ((size_t)y * (size_t)canvas->width + (size_t)x) * CHANNELS;
}

void canvas_box(struct canvas *canvas, int x, int y, int width, int height, uint32_t colour)
{
    int right = x + width < canvas->width ? x + width : canvas->width, left = x > 0 ? x : 0;
    int bottom = y + height < canvas->height ? y + height : canvas->height;
    for (int row = y > 0 ? y : 0; row < bottom; row++)
        for (int column = left; column < right; column++) {
            unsigned char *pixel = pixel_at(canvas, column, row);
            pixel[0] = (unsigned char)(colour >> 16);
            pixel[1] = (unsigned char)(colour >> 8);
            pixel[2] = (unsigned char)colour;
        }
}

/* `cover` of the pixel, 0 to 1, takes the colour. */
static void blend(unsigned char *pixel, uint32_t colour, double cover)
{
    for (int c = 0; c < CHANNELS; c++) {
        double to = colour >> (16 - 8 * c) & 0xFF;
        pixel[c] = (unsigned char)lrint(pixel[c] + (to - pixel[c]) * cover);
    }
}

void canvas_stroke(struct canvas *canvas, double x0, double y0, double x1, double y1, double width, uint32_t colour)
{
    double dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy, reach = width / 2 + 1;
    int left = (int)fmax(0, fmin(x0, x1) - reach), right = (int)fmin(canvas->width - 1, fmax(x0, x1) + reach);
    int top = (int)fmax(0, fmin(y0, y1) - reach), bottom = (int)fmin(canvas->height - 1, fmax(y0, y1) + reach);
    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x++) {
            double px = x + 0.5 - x0, py = y + 0.5 - y0;
            double along = square > 0 ? fmin(1, fmax(0, (px * dx + py * dy) / square)) : 0;
            double cover = width / 2 + 0.5 - hypot(px - along * dx, py - along * dy);
            if (cover > 0)
                blend(pixel_at(canvas, x, y), colour, fmin(1, cover));
        }
}

void canvas_picture(struct canvas *canvas, int x, int y, int width, int height, const unsigned char *rgb)
{
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++, rgb += CHANNELS)
            if (x + column >= 0 && x + column < canvas->width && y + row >= 0 && y + row < canvas->height)
                memcpy(pixel_at(canvas, x + column, y + row), rgb, CHANNELS);
}

/* The glyph of the character at `text`, a question mark where there is none; *text is moved behind it. */
static const unsigned char *next_glyph(const char **text)
{
    unsigned char c = (unsigned char)*(*text)++;
    while (((unsigned char)**text & 0xC0) == 0x80)
        (*text)++;
    return glyphs[(c >= GLYPH_FIRST && c <= GLYPH_LAST ? c : '?') - GLYPH_FIRST];
}

void canvas_text(struct canvas *canvas, int x, int y, int size, uint32_t colour, const char *text)
{
    for (; *text; x += GLYPH_STEP * size) {
        const unsigned char *glyph = next_glyph(&text);
        for (int dot = 0; dot < GLYPH_ROWS * GLYPH_COLUMNS; dot++) {
            int row = dot / GLYPH_COLUMNS, column = dot % GLYPH_COLUMNS;
            if (glyph[row] >> (GLYPH_COLUMNS - 1 - column) & 1)
                canvas_box(canvas, x + column * size, y + row * size, size, size, colour);
        }
    }
}

static int count_glyphs(const char *text)
{
    int count = 0;
    for (; *text; count++)
        next_glyph(&text);
    return count;
}

int canvas_text_width(const char *text, int size)
{
    int count = count_glyphs(text);
    return count ? (count * GLYPH_STEP - 1) * size : 0;
}

static const char *skip_glyphs(const char *text, int count)
{
    for (; count > 0; count--)
        next_glyph(&text);
    return text;
}

const char *canvas_fitting(char out[CANVAS_TEXT_MAX], const char *text, int width)
{
    static const char ends[] = ",:/ ", dots[] = "..";
    int room = (width + 1) / GLYPH_STEP, count = count_glyphs(text), kept = room - (int)strlen(dots);
    if (count <= room || kept < 1) {
        snprintf(out, CANVAS_TEXT_MAX, "%s", count <= room ? text : "");
        return out;
    }
    const char *end = skip_glyphs(text, count - kept), *word = strpbrk(end - 1, ends);
    if (word && 2 * count_glyphs(word + 1) >= kept)
        end = word + 1;
    snprintf(out, CANVAS_TEXT_MAX, "%s%s", dots, end);
    return out;
}

void canvas_line(struct canvas *canvas, int x, int y, int width, uint32_t colour, const char *text)
{
    char fitting[CANVAS_TEXT_MAX];
    canvas_text(canvas, x, y, 1, colour, canvas_fitting(fitting, text, width));
}

void canvas_label(struct canvas *canvas, int x, int y, int width, uint32_t colour, const char *text)
{
    char fitting[CANVAS_TEXT_MAX];
    text = canvas_fitting(fitting, text, width);
    canvas_text(canvas, x + (width - canvas_text_width(text, 1)) / 2, y, 1, colour, text);
}

enum imc_status canvas_save(const struct canvas *canvas, const char *path, const struct imc_writer_options *options,
                            struct imc_error *error)
{
    const struct imc_image_info info = {
        .width = canvas->width, .height = canvas->height, .channels = CHANNELS, .type = IMC_U8, .full_scale = 255, .bits = 8};
    struct imc_writer *writer;
    enum imc_status status = imc_writer_open(path, &info, options, &writer, error);
    if (!status)
        status = imc_writer_write(writer, canvas->pixels, canvas->height, error);
    if (!status)
        status = imc_writer_finish(writer, error);
    imc_writer_close(writer);
    return status;
}
