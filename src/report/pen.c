/* pen.c: see pen.h. */
#include "report/pen.h"

#include "base/textnum.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ZOOM = 2, NUMBER_MAX = 24 };

static void put(struct pen *pen, const char *text)
{
    outfile_write(pen->svg, text, strlen(text), NULL); /* a failure comes back from outfile_commit */
}

struct attribute {
    const char *name; /* NULL ends a list */
    double value;
};

/* The beginning of an element, with attributes in hundredths of a pixel and with a point in every locale. */
static void put_element(struct pen *pen, const char *start, const struct attribute *at)
{
    char number[NUMBER_MAX];
    put(pen, start);
    for (; at->name; at++) {
        text_from_float(number, sizeof number, (float)(round(at->value * 100) / 100));
        put(pen, " ");
        put(pen, at->name);
        put(pen, "=\"");
        put(pen, number);
        put(pen, "\"");
    }
}

static void put_colour(struct pen *pen, const char *name, uint32_t colour)
{
    char text[40];
    snprintf(text, sizeof text, " %s=\"#%06x\"", name, (unsigned)colour);
    put(pen, text);
}

/* What XML reserves is escaped; what is no plain text becomes a question mark. */
static void put_escaped(struct pen *pen, const char *text)
{
    for (; *text; text++) {
        char one[2] = {(*text > 0 && *text < 32) || *text == 127 ? '?' : *text, 0};
        put(pen, *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '"' ? "&quot;" : one);
    }
}

enum imc_status pen_open(struct pen *pen, int width, int height, const char *output, struct imc_error *error)
{
    const char *suffix = strrchr(output, '.');
    char head[300];
    *pen = (struct pen){0};
    if (!suffix || strcasecmp(suffix, ".svg") != 0)
        return canvas_create((int64_t)width * ZOOM, (int64_t)height * ZOOM, CANVAS_WHITE, &pen->canvas, error);
    enum imc_status status = outfile_open(output, false, &pen->svg, error);
    if (status)
        return status;
    snprintf(head, sizeof head,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
             "font-family=\"monospace\" font-size=\"10\">\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
             width, height, width, height, width, height);
    put(pen, head);
    return IMC_OK;
}

enum imc_status pen_close(struct pen *pen, const char *output, enum imc_status status, struct imc_error *error)
{
    if (pen->svg)
        put(pen, "</svg>\n");
    if (!status)
        status = pen->svg ? outfile_commit(pen->svg, error) : canvas_save(&pen->canvas, output, NULL, error);
    outfile_close(pen->svg);
    canvas_free(&pen->canvas);
    return status;
}

void pen_box(struct pen *pen, int x, int y, int width, int height, uint32_t colour)
{
    if (!pen->svg) {
        canvas_box(&pen->canvas, x * ZOOM, y * ZOOM, width * ZOOM, height * ZOOM, colour);
        return;
    }
    const struct attribute at[] = {{"x", x}, {"y", y}, {"width", width}, {"height", height}, {0}};
    put_element(pen, "<rect", at);
    put_colour(pen, "fill", colour);
    put(pen, "/>\n");
}

void pen_stroke(struct pen *pen, double x0, double y0, double x1, double y1, double width, uint32_t colour)
{
    if (!pen->svg) {
        canvas_stroke(&pen->canvas, x0 * ZOOM, y0 * ZOOM, x1 * ZOOM, y1 * ZOOM, width * ZOOM, colour);
        return;
    }
    const struct attribute at[] = {{"x1", x0}, {"y1", y0}, {"x2", x1}, {"y2", y1}, {"stroke-width", width}, {0}};
    put_element(pen, "<line", at);
    put_colour(pen, "stroke", colour);
    put(pen, " stroke-linecap=\"round\"/>\n");
}

void pen_dot(struct pen *pen, double x, double y, double radius, uint32_t colour)
{
    pen_stroke(pen, x, y, x, y, 2 * radius, colour);
}

void pen_text(struct pen *pen, double x, double y, enum pen_align align, uint32_t colour, const char *text)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    if (!pen->svg) {
        double wide = canvas_text_width(text, ZOOM);
        double left = x * ZOOM - (align == PEN_LEFT ? 0 : align == PEN_MIDDLE ? wide / 2 : wide);
        canvas_text(&pen->canvas, (int)lrint(left), (int)lrint((y - PEN_CAPITALS) * ZOOM), ZOOM, colour, text);
        return;
    }
    const struct attribute at[] = {{"x", x}, {"y", y}, {0}};
    put_element(pen, "<text", at);
    put_colour(pen, "fill", colour);
    put(pen, " text-anchor=\"");
    put(pen, anchors[align]);
    put(pen, "\">");
    put_escaped(pen, text);
    put(pen, "</text>\n");
}
