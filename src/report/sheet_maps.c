/* sheet_maps.c: what each layer of a network makes of one picture. All layers are drawn at about the same size, so that the maps of
 * deep layers are seen to be coarser, not smaller. */
#include <imgconv/sheet.h>

#include "base/fail.h"
#include "base/memory.h"
#include "report/canvas.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN = 12, GAP = 4, CELL = 56, DOT = 12, ACROSS = 16 * (CELL + GAP), TITLE_MAX = 160, EDGE = 0xC8C8C8 };

/* A layer on the sheet. */
struct strip {
    struct imc_layer_info layer;
    int square; /* pixels of one value */
    int columns, rows;
    char title[TITLE_MAX];
};

static struct strip make_strip(const struct imc_net *net, const struct imc_net_info *info, int number)
{
    struct strip strip = {.square = DOT};
    struct imc_layer_info *layer = &strip.layer;
    imc_net_get_layer(net, number, layer);
    int side = layer->height > layer->width ? layer->height : layer->width;
    if (side > 1)
        strip.square = CELL / side > 1 ? CELL / side : 1;
    int fit = ACROSS / (layer->width * strip.square + GAP);
    strip.columns = fit < 1 ? 1 : fit > layer->channels ? layer->channels : fit;
    strip.rows = (layer->channels + strip.columns - 1) / strip.columns;
    int length = snprintf(strip.title, sizeof strip.title, "%d %s: ", number + 1, layer->text);
    char *rest = strip.title + length;
    size_t left = sizeof strip.title - (size_t)length;
    if (side > 1)
        length = snprintf(rest, left, "%d x %dx%d, ", layer->channels, layer->height, layer->width);
    else
        length = snprintf(rest, left, "%d values, ", layer->channels);
    if (layer->field_y == info->height && layer->field_x == info->width)
        snprintf(rest + length, left - (size_t)length, "each sees the whole picture");
    else
        snprintf(rest + length, left - (size_t)length, "each value sees %dx%d pixels of the picture", layer->field_y,
                 layer->field_x);
    return strip;
}

static int strip_height(const struct strip *strip)
{
    return CANVAS_LINE + strip->rows * (strip->layer.height * strip->square + GAP) + 2 * GAP;
}

static void widen_range(const float *values, size_t count, float range[2])
{
    for (size_t i = 0; i < count; i++) {
        range[0] = fminf(range[0], values[i]);
        range[1] = fmaxf(range[1], values[i]);
    }
}

static void draw_map(struct canvas *canvas, const struct strip *strip, const float *map, const float range[2], int x, int y)
{
    int width = strip->layer.width, side = strip->square;
    float scale = range[1] > range[0] ? 255 / (range[1] - range[0]) : 0;
    canvas_box(canvas, x - 1, y - 1, width * side + 2, strip->layer.height * side + 2, EDGE);
    for (int i = 0; i < strip->layer.height * width; i++) {
        uint32_t gray = (uint32_t)lrintf(fminf(255, fmaxf(0, (map[i] - range[0]) * scale)));
        canvas_box(canvas, x + i % width * side, y + i / width * side, side, side, gray * 0x010101);
    }
}

static void draw_strip(struct canvas *canvas, const struct strip *strip, const float *maps, int y)
{
    int wide = strip->layer.width * strip->square + GAP, high = strip->layer.height * strip->square + GAP;
    size_t plane = (size_t)strip->layer.height * (size_t)strip->layer.width, all = plane * (size_t)strip->layer.channels;
    canvas_line(canvas, MARGIN, y, canvas->width - 2 * MARGIN, CANVAS_INK, strip->title);
    for (int c = 0; c < strip->layer.channels; c++) {
        const float *map = maps + (size_t)c * plane;
        float range[2] = {INFINITY, -INFINITY};
        widen_range(plane > 1 ? map : maps, plane > 1 ? plane : all, range);
        draw_map(canvas, strip, map, range, MARGIN + c % strip->columns * wide, y + CANVAS_LINE + c / strip->columns * high);
    }
}

/* The picture itself, below the title. */
static void draw_picture(struct canvas *canvas, const struct imc_net_info *info, const uint8_t *picture, int square,
                         const char *title)
{
    canvas_line(canvas, MARGIN, MARGIN, canvas->width - 2 * MARGIN, CANVAS_INK, title);
    for (int i = 0; i < info->height * info->width; i++)
        canvas_box(canvas, MARGIN + i % info->width * square, MARGIN + CANVAS_LINE + i / info->width * square, square, square,
                   picture[i] * 0x010101u);
}

static enum imc_status draw_layers(struct canvas *canvas, const struct imc_net *net, const struct strip *strips, int layers,
                                   const uint8_t *picture, int y, struct imc_error *error)
{
    enum imc_status status = IMC_OK;
    for (int i = 0; i < layers && !status; i++) {
        const struct imc_layer_info *layer = &strips[i].layer;
        float *maps = mem_alloc((size_t)layer->channels, sizeof *maps * (size_t)layer->height * (size_t)layer->width);
        if (!maps)
            return fail_memory(error, "feature maps");
        status = imc_net_maps(net, picture, i, maps, error);
        if (!status)
            draw_strip(canvas, &strips[i], maps, y);
        y += strip_height(&strips[i]);
        mem_free(maps);
    }
    return status;
}

enum imc_status imc_sheet_maps(const struct imc_net *net, const uint8_t *picture, const char *title, const char *output,
                               const struct imc_writer_options *writer, struct imc_error *error)
{
    struct imc_net_info info;
    struct canvas canvas = {0};
    imc_net_get_info(net, &info);
    struct strip *strips = mem_alloc((size_t)info.layers, sizeof *strips);
    if (!strips)
        return fail_memory(error, "a sheet");
    int side = info.height > info.width ? info.height : info.width, square = 2 * CELL / side > 1 ? 2 * CELL / side : 1;
    int top = MARGIN + CANVAS_LINE + info.height * square + 3 * GAP;
    int64_t height = top, width = ACROSS;
    for (int i = 0; i < info.layers; i++) {
        strips[i] = make_strip(net, &info, i);
        int wide = strips[i].columns * (strips[i].layer.width * strips[i].square + GAP);
        width = wide > width ? wide : width;
        height += strip_height(&strips[i]);
    }
    enum imc_status status = canvas_create(2 * MARGIN + width - GAP, height + MARGIN, CANVAS_WHITE, &canvas, error);
    if (!status) {
        draw_picture(&canvas, &info, picture, square, title);
        status = draw_layers(&canvas, net, strips, info.layers, picture, top, error);
    }
    if (!status)
        status = canvas_save(&canvas, output, writer, error);
    canvas_free(&canvas);
    mem_free(strips);
    return status;
}
