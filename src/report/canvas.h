/* canvas.h: a picture of 8-bit RGB to draw on: boxes, dots and text. Whatever lies outside is cut off. */
#ifndef CANVAS_H
#define CANVAS_H

#include <imgconv/image.h>

struct canvas {
    int width, height;
    unsigned char *pixels; /* [height][width][3] */
};

/* Colours are 0xRRGGBB. */
enum { CANVAS_WHITE = 0xFFFFFF, CANVAS_INK = 0x202020, CANVAS_FAINT = 0x707070 };
/* Height of a line of text at size 1, with the gap below it. */
enum { CANVAS_LINE = 12 };

/* All in one colour. Errors: LIMIT (sides below 1, more than IMC_SHEET_PIXELS_MAX pixels), MEMORY. */
enum imc_status canvas_create(int64_t width, int64_t height, uint32_t colour, struct canvas *canvas, struct imc_error *error);
void canvas_free(struct canvas *canvas);

void canvas_box(struct canvas *canvas, int x, int y, int width, int height, uint32_t colour);
/* A line with round ends and soft edges; coordinates lie between pixels, the first pixel's middle is 0.5. */
void canvas_stroke(struct canvas *canvas, double x0, double y0, double x1, double y1, double width, uint32_t colour);
/* A picture of packed RGB. */
void canvas_picture(struct canvas *canvas, int x, int y, int width, int height, const unsigned char *rgb);
/* UTF-8 text, of which ASCII has shapes, with its top left at x,y; every dot is a square of `size` pixels. */
void canvas_text(struct canvas *canvas, int x, int y, int size, uint32_t colour, const char *text);
int canvas_text_width(const char *text, int size);
/* At size 1 within `width` pixels, from the left and centred; what is too long loses its beginning, which says least in the name of
 * a file or a filter: canvas_fitting. */
void canvas_line(struct canvas *canvas, int x, int y, int width, uint32_t colour, const char *text);
void canvas_label(struct canvas *canvas, int x, int y, int width, uint32_t colour, const char *text);
/* The text, or its end that fits behind two dots, in at most `width` pixels at size 1: cut behind a comma, colon, slash or blank
 * where that costs no more than half of what would fit, so that no number begins in its middle. Returns `out`, which is "" where
 * there is no room for the dots and a character. */
enum { CANVAS_TEXT_MAX = 512 };
const char *canvas_fitting(char out[CANVAS_TEXT_MAX], const char *text, int width);

/* As imc_writer_open and its companions. */
enum imc_status canvas_save(const struct canvas *canvas, const char *path, const struct imc_writer_options *options,
                            struct imc_error *error);

#endif
