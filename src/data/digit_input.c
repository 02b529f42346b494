/* digit_input.c: what was done to NIST's forms to make MNIST, done to any picture: the box of the ink scaled to 20x20 with its
 * proportions kept, by area averages, and moved by whole pixels until its centre of mass lies in the centre of 28x28.
 *
 * A shape is a set of touching ink pixels; the digit is the largest that does not touch the picture's edge, with those shapes
 * close to it that are no specks (the bar of a 5). Strokes much thinner than MNIST's, which averaging would fade, are widened
 * first. */
#include "data/digit_input.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/whole.h"
#include "data/digit_level.h"
#include "data/graypicture.h"

#include <math.h>
#include <string.h>

enum { BOX = 20, WIDEN_MOST = 40 };
static const uint64_t PIXELS_MOST = 1 << 28;
static const float STROKE_LEAST = 1.9f;    /* pixels, in the box of 20 */
static const float CENTRE_OF_MASS = 14.5f; /* from the left and from the top: the centre of pixel 14, as in MNIST */

/* A shape of ink: its pixels and their box; right and bottom are the first outside. */
struct blob {
    int area, left, top, right, bottom;
    bool edge; /* touches the edge of the picture */
    bool part; /* belongs to the digit */
};

struct shapes {
    int height, width;
    int *label; /* [height][width]: 0 paper, -1 ink not yet seen, else 1 + the index of its blob */
    int *stack;
    struct blob *blob;
    int count;
};

const char *digit_verdict_text(enum digit_verdict verdict)
{
    static const char *const text[] = {NULL,
                                       "no ink found",
                                       "several shapes, or one too wide for a digit",
                                       "the ink touches the edge of the picture",
                                       "too few pixels",
                                       "a blot, not strokes"};
    return text[verdict];
}

/* Gives the shape around pixel `start` its label. */
static struct blob flood(struct shapes *shapes, int start, int label)
{
    int height = shapes->height, width = shapes->width, depth = 0;
    struct blob blob = {.left = width, .top = height};
    shapes->stack[depth++] = start;
    shapes->label[start] = label;
    while (depth) {
        int at = shapes->stack[--depth], y = at / width, x = at % width;
        blob.area++;
        blob.left = x < blob.left ? x : blob.left;
        blob.right = x >= blob.right ? x + 1 : blob.right;
        blob.top = y < blob.top ? y : blob.top;
        blob.bottom = y >= blob.bottom ? y + 1 : blob.bottom;
        for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < height; v++)
            for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < width; u++)
                if (shapes->label[v * width + u] < 0) {
                    shapes->label[v * width + u] = label;
                    shapes->stack[depth++] = v * width + u;
                }
    }
    blob.edge = blob.left == 0 || blob.top == 0 || blob.right == width || blob.bottom == height;
    return blob;
}

static enum imc_status find_shapes(const struct ink_level *level, struct shapes *shapes, struct imc_error *error)
{
    size_t count = (size_t)level->ink.height * (size_t)level->ink.width;
    shapes->height = level->ink.height;
    shapes->width = level->ink.width;
    shapes->label = mem_zalloc(count, sizeof *shapes->label);
    shapes->stack = mem_alloc(count, sizeof *shapes->stack);
    /* shapes that touch not even at corners: at most one for each 2x2 pixels */
    shapes->blob = mem_alloc((size_t)(shapes->height / 2 + 1) * (size_t)(shapes->width / 2 + 1), sizeof *shapes->blob);
    if (!shapes->label || !shapes->stack || !shapes->blob)
        return fail_memory(error, "the shapes of a picture");
    for (size_t i = 0; i < count; i++)
        shapes->label[i] = level->ink.value[i] > level->threshold ? -1 : 0;
    for (size_t i = 0; i < count; i++)
        if (shapes->label[i] < 0) {
            shapes->blob[shapes->count] = flood(shapes, (int)i, shapes->count + 1);
            shapes->count++;
        }
    return IMC_OK;
}

/* The largest; one inside the picture goes before one at its edge, which may be a shadow or the table. NULL where there is none. */
static struct blob *main_shape(const struct shapes *shapes)
{
    struct blob *best = NULL;
    for (int i = 0; i < shapes->count; i++) {
        struct blob *blob = &shapes->blob[i];
        double weight = blob->area * (blob->edge ? 0.1 : 1);
        if (!best || weight > best->area * (best->edge ? 0.1 : 1))
            best = blob;
    }
    return best;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* Marks the parts of the digit and returns their common box; *several where another shape looks like a digit of its own. */
static struct blob gather_parts(struct shapes *shapes, const struct blob *first, bool *several)
{
    struct blob all = *first;
    int near = max_int(first->bottom - first->top, first->right - first->left) / 5;
    for (int i = 0; i < shapes->count; i++) {
        struct blob *blob = &shapes->blob[i];
        bool beside = blob->left >= first->right || blob->right <= first->left;
        bool tall = 10 * (blob->bottom - blob->top) > 6 * (first->bottom - first->top);
        bool close = blob->left < first->right + near && blob->right > first->left - near && blob->top < first->bottom + near &&
                     blob->bottom > first->top - near;
        blob->part = blob == first || (close && !blob->edge && 30 * blob->area > first->area);
        if (blob != first && beside && tall && !blob->edge && 4 * blob->area > first->area) {
            *several = true;
            blob->part = false;
        }
        if (!blob->part || blob == first)
            continue;
        all.area += blob->area;
        all.left = int_min(all.left, blob->left);
        all.top = int_min(all.top, blob->top);
        all.right = max_int(all.right, blob->right);
        all.bottom = max_int(all.bottom, blob->bottom);
    }
    return all;
}

static bool is_digit_ink(const struct shapes *shapes, int y, int x)
{
    int label = y < 0 || x < 0 || y >= shapes->height || x >= shapes->width ? 0 : shapes->label[y * shapes->width + x];
    return label > 0 && shapes->blob[label - 1].part;
}

/* Area over half the outline: the width of a stroke, whatever its length. */
static float stroke_width(const struct shapes *shapes, const struct blob *box)
{
    int edges = 0;
    for (int y = box->top; y < box->bottom; y++)
        for (int x = box->left; x < box->right; x++)
            if (is_digit_ink(shapes, y, x))
                edges += !is_digit_ink(shapes, y, x - 1) + !is_digit_ink(shapes, y, x + 1) + !is_digit_ink(shapes, y - 1, x) +
                         !is_digit_ink(shapes, y + 1, x);
    return 2 * (float)box->area / (float)(edges ? edges : 1);
}

/* The greatest ink within one pixel, cross and square by turns, which makes octagons. `other` is of the same size. */
static void widen(struct plane *plane, float *other, int times)
{
    int height = plane->height, width = plane->width;
    for (int turn = 0; turn < times; turn++) {
        memcpy(other, plane->value, (size_t)height * (size_t)width * sizeof *other);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int v = max_int(y - 1, 0); v <= int_min(y + 1, height - 1); v++)
                    for (int u = max_int(x - 1, 0); u <= int_min(x + 1, width - 1); u++)
                        if ((turn & 1) || v == y || u == x)
                            plane->value[y * width + x] = fmaxf(plane->value[y * width + x], other[v * width + u]);
    }
}

/* The digit's ink as 0..1 within its box and `margin` around it, widened by that margin. */
static enum imc_status cut_out(const struct ink_level *level, const struct shapes *shapes, const struct blob *box, int margin,
                               struct plane *cut, struct imc_error *error)
{
    int extra = margin + 1;
    cut->height = box->bottom - box->top + 2 * extra;
    cut->width = box->right - box->left + 2 * extra;
    size_t size = (size_t)cut->height * (size_t)cut->width;
    cut->value = mem_alloc(size, 2 * sizeof *cut->value);
    if (!cut->value)
        return fail_memory(error, "a digit");
    for (int v = 0; v < cut->height; v++)
        for (int u = 0; u < cut->width; u++) {
            int y = box->top - extra + v, x = box->left - extra + u;
            bool inside = y >= 0 && x >= 0 && y < shapes->height && x < shapes->width, close = false;
            for (int i = 0; i < 9 && !close; i++) /* the gray rim belongs to it */
                close = is_digit_ink(shapes, y - 1 + i / 3, x - 1 + i % 3);
            float value = inside && close ? (level->ink.value[y * shapes->width + x] - level->threshold) * 2 + 0.5f : 0;
            cut->value[v * cut->width + u] = value < 0 ? 0 : value > 1 ? 1 : value;
        }
    widen(cut, cut->value + size, margin);
    return IMC_OK;
}

/* Where the box of 20 begins on one axis, so that the centre of mass comes to the centre. */
static int placed(double moment, double mass)
{
    int at = (int)floor((double)CENTRE_OF_MASS - moment / mass + 0.5);
    return max_int(0, int_min(at, DIGITS_SIDE - BOX));
}

/* Scales the box, without its outermost rim of one pixel, to 20x20, and centres it. */
static void place(const struct plane *cut, uint8_t pixels[DIGITS_PIXELS])
{
    float ink[BOX * BOX], long_side = (float)max_int(cut->height, cut->width) - 2;
    float x0 = 0.5f * ((float)cut->width - long_side), y0 = 0.5f * ((float)cut->height - long_side);
    struct plane out = {ink, BOX, BOX};
    double mass = 1e-9, moment_x = 0, moment_y = 0;
    plane_resample(cut, (const float[4]){x0, y0, x0 + long_side, y0 + long_side}, true, &out);
    for (int i = 0; i < BOX * BOX; i++) {
        mass += (double)ink[i];
        moment_x += (double)ink[i] * (i % BOX + 0.5);
        moment_y += (double)ink[i] * (i / BOX + 0.5);
    }
    int left = placed(moment_x, mass), top = placed(moment_y, mass);
    for (int i = 0; i < BOX * BOX; i++)
        pixels[(top + i / BOX) * DIGITS_SIDE + left + i % BOX] = (uint8_t)(ink[i] * 255 + 0.5f);
}

static enum digit_verdict judge(const struct blob *first, const struct blob *box, bool several, float shrink)
{
    int height = box->bottom - box->top, width = box->right - box->left;
    if ((float)max_int(height, width) < 8 * shrink || max_int(height, width) < 8)
        return DIGIT_SMALL;
    if (first->edge)
        return DIGIT_CUT;
    if (several || 10 * width > 18 * height)
        return DIGIT_SEVERAL;
    return 4 * box->area > 3 * height * width && 2 * width > height ? DIGIT_SOLID : DIGIT_FINE;
}

static enum imc_status prepare(const struct ink_level *level, struct shapes *shapes, struct digit_input *input,
                               struct imc_error *error)
{
    bool several = false;
    struct plane cut = {.value = NULL};
    enum imc_status status = find_shapes(level, shapes, error);
    const struct blob *first = status ? NULL : main_shape(shapes);
    if (!first)
        return status;
    struct blob box = gather_parts(shapes, first, &several);
    int side = max_int(box.bottom - box.top, box.right - box.left);
    float missing = STROKE_LEAST * (float)side / BOX - stroke_width(shapes, &box);
    int margin = missing > 0 ? int_min((int)(0.5f * missing + 0.5f), WIDEN_MOST) : 0;
    status = cut_out(level, shapes, &box, margin, &cut, error);
    if (status)
        return status;
    place(&cut, input->pixels);
    mem_free(cut.value);
    input->verdict = judge(first, &box, several, level->shrink);
    input->left = (int)((float)box.left / level->shrink);
    input->top = (int)((float)box.top / level->shrink);
    input->right = (int)((float)box.right / level->shrink);
    input->bottom = (int)((float)box.bottom / level->shrink);
    return IMC_OK;
}

enum imc_status digit_input_gray(const uint8_t *gray, int height, int width, const char *name, struct digit_input *input,
                                 struct imc_error *error)
{
    struct ink_level level;
    struct shapes shapes = {.count = 0};
    memset(input, 0, sizeof *input);
    input->verdict = DIGIT_EMPTY;
    if (height < 1 || width < 1)
        return fail(error, IMC_ERR_ARGUMENT, "%s: an empty picture", name);
    enum imc_status status = level_ink(gray, height, width, &level, error);
    if (status)
        return status;
    input->light_on_dark = level.light_on_dark;
    if (level.found)
        status = prepare(&level, &shapes, input, error);
    mem_free(level.ink.value);
    mem_free(shapes.label);
    mem_free(shapes.stack);
    mem_free(shapes.blob);
    return status;
}

enum imc_status digit_input_read(const char *path, bool as_is, struct digit_input *input, struct imc_error *error)
{
    uint8_t *gray;
    int height, width;
    memset(input, 0, sizeof *input);
    enum imc_status status = gray_read(path, PIXELS_MOST, &gray, &height, &width, error);
    if (status)
        return status;
    if (!as_is) {
        status = digit_input_gray(gray, height, width, path, input, error);
    } else if (height == DIGITS_SIDE && width == DIGITS_SIDE) {
        *input = (struct digit_input){.light_on_dark = true, .right = width, .bottom = height};
        memcpy(input->pixels, gray, DIGITS_PIXELS);
    } else {
        status =
            fail(error, IMC_ERR_ARGUMENT, "%s: is %dx%d pixels; only pictures of 28x28 are taken as they are", path, width, height);
    }
    mem_free(gray);
    return status;
}
