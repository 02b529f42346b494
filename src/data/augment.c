/* augment.c: one affine map with a smooth displacement, applied backwards: output pixel (x, y) is the picture at
 *     A (x - c) + c + shift + d(x, y)
 * read by linear interpolation. d is given at the 5 x 5 nodes of a grid and linear in between, so within a cell the source moves
 * by a constant step from pixel to pixel: two additions in 16.16 fixed point (and clamps where it leaves the frame of zeros),
 * four bytes and three interpolations in integers, some 20 operations a pixel: 784 pixels take about 5 microseconds.
 * Stroke width: a blend with the greatest or the least of each pixel and its four neighbours. */
#include "data/augment.h"

#include "base/mathx.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"

#include <math.h>
#include <string.h>

enum { CELLS = 4, NODES = CELLS + 1, FRAME = 6, ONE = 1 << 16 };

/* The numbers of one picture. */
struct change {
    float matrix[2][2], shift[2]; /* rows: source x, source y */
    float node[NODES][NODES][2];
    int stroke; /* -256..256 */
};

void augment_default(struct augment *augment)
{
    *augment = (struct augment){.shift = 2, .rotation = 10, .scale = 0.1f, .shear = 0.1f, .stroke = 0.3f, .elastic = 1};
}

bool augment_is_any(const struct augment *augment)
{
    return augment->shift != 0 || augment->rotation != 0 || augment->scale != 0 || augment->shear != 0 || augment->stroke != 0 ||
           augment->elastic != 0;
}

/* The picture in its frame, and twice room for changing the strokes. */
size_t augment_scratch(int height, int width)
{
    return 2 * size_align((size_t)(height + 2 * FRAME) * (size_t)(width + 2 * FRAME));
}

static float either_side(struct random *random, float most)
{
    return random_between(random, -most, most);
}

/* Every number is drawn whether it is used or not, so that one option does not change what another does. */
static void choose(const struct augment *augment, struct random *random, struct change *change)
{
    float shift_x = either_side(random, augment->shift), shift_y = either_side(random, augment->shift);
    double turn = (double)either_side(random, augment->rotation) * 0.017453292519943295;
    float scale = either_side(random, augment->scale), differ = either_side(random, augment->scale / 3);
    float shear = either_side(random, augment->shear), stroke = either_side(random, augment->stroke);
    float cosine = (float)mathx_cos(turn), sine = (float)mathx_sin(turn);
    float across = 1 / (1 + scale + differ), down = 1 / (1 + scale - differ);
    change->matrix[0][0] = cosine * across;
    change->matrix[0][1] = (cosine * shear - sine) * down;
    change->matrix[1][0] = sine * across;
    change->matrix[1][1] = (sine * shear + cosine) * down;
    change->shift[0] = shift_x;
    change->shift[1] = shift_y;
    change->stroke = (int)(256 * (stroke > 1 ? 1 : stroke < -1 ? -1 : stroke));
    for (int i = 0; i < NODES * NODES; i++) {
        change->node[i / NODES][i % NODES][0] = either_side(random, augment->elastic);
        change->node[i / NODES][i % NODES][1] = either_side(random, augment->elastic);
    }
}

static uint8_t greater(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static uint8_t lesser(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* framed = framed + stroke/256 of the way to the greatest (or least) of each pixel and its neighbours. The rows of the frame
 * stay 0. */
static void change_strokes(uint8_t *restrict framed, uint8_t *restrict other, int height, int width, int stroke)
{
    int step = width + 2 * FRAME;
    size_t size = (size_t)(height + 2 * FRAME) * (size_t)step;
    memcpy(other, framed, size);
    for (int y = 1; y < height + 2 * FRAME - 1; y++) {
        const uint8_t *row = other + (ptrdiff_t)y * step, *above = row - step, *below = row + step;
        uint8_t *out = framed + (ptrdiff_t)y * step;
        if (stroke > 0)
            for (int x = 1; x < step - 1; x++) {
                uint8_t most = greater(greater(greater(row[x - 1], row[x + 1]), greater(above[x], below[x])), row[x]);
                out[x] = (uint8_t)(row[x] + ((most - row[x]) * stroke >> 8));
            }
        else
            for (int x = 1; x < step - 1; x++) {
                uint8_t least = lesser(lesser(lesser(row[x - 1], row[x + 1]), lesser(above[x], below[x])), row[x]);
                out[x] = (uint8_t)(row[x] - ((row[x] - least) * -stroke >> 8));
            }
    }
}

/* Within -most..most, so that no sum of a start and a run of steps leaves 32 bits, however wild the change. */
static int32_t fixed(float value, float most)
{
    return (int32_t)((value < -most ? -most : value > most ? most : value) * ONE);
}

static int32_t clamp(int32_t value, int32_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

/* The framed picture at a point within it, 16.16. */
static uint8_t sample(const uint8_t *framed, int row, int32_t x, int32_t y)
{
    const uint8_t *p = framed + (ptrdiff_t)(y >> 16) * row + (x >> 16);
    int part_x = x >> 8 & 255, part_y = y >> 8 & 255;
    int above = p[0] * 256 + (p[1] - p[0]) * part_x, below = p[row] * 256 + (p[row + 1] - p[row]) * part_x;
    return (uint8_t)((above * 256 + (below - above) * part_y + (1 << 15)) >> 16);
}

/* `count` pixels of a row from the source point (x, y) on. The source moves along a line: if its ends lie in the frame, all of it
 * does. */
static void sample_run(const uint8_t *framed, int height, int width, int32_t x, int32_t y, int32_t step_x, int32_t step_y,
                       int count, uint8_t *out)
{
    int32_t most_x = (width + 2 * FRAME - 2) * ONE, most_y = (height + 2 * FRAME - 2) * ONE;
    int32_t last_x = x + (count - 1) * step_x, last_y = y + (count - 1) * step_y;
    int row = width + 2 * FRAME;
    if (x == clamp(x, most_x) && last_x == clamp(last_x, most_x) && y == clamp(y, most_y) && last_y == clamp(last_y, most_y))
        for (int i = 0; i < count; i++)
            out[i] = sample(framed, row, x + i * step_x, y + i * step_y);
    else
        for (int i = 0; i < count; i++)
            out[i] = sample(framed, row, clamp(x + i * step_x, most_x), clamp(y + i * step_y, most_y));
}

/* The displacement of the grid's line at height y: its five nodes. */
static void nodes_at(const struct change *change, int y, int cell_h, float node[NODES][2])
{
    int line = y / cell_h;
    float part = (float)(y - line * cell_h) / (float)cell_h;
    for (int i = 0; i < NODES; i++)
        for (int axis = 0; axis < 2; axis++) {
            float upper = change->node[line][i][axis], lower = change->node[line + 1][i][axis];
            node[i][axis] = upper + part * (lower - upper);
        }
}

static void sample_row(const struct change *change, const uint8_t *framed, int height, int width, int y, uint8_t *out)
{
    int cell_h = (height + CELLS - 1) / CELLS, cell_w = (width + CELLS - 1) / CELLS;
    float node[NODES][2], centre_x = 0.5f * (float)(width - 1), centre_y = 0.5f * (float)(height - 1);
    nodes_at(change, y, cell_h, node);
    for (int cell = 0; cell * cell_w < width; cell++) {
        int x = cell * cell_w, count = width - x < cell_w ? width - x : cell_w;
        int32_t at[2], step[2];
        for (int axis = 0; axis < 2; axis++) {
            const float *row = change->matrix[axis];
            float centre = axis ? centre_y : centre_x;
            at[axis] = fixed(row[0] * ((float)x - centre_x) + row[1] * ((float)y - centre_y) + centre + change->shift[axis] +
                                 node[cell][axis] + FRAME,
                             2 * DATASET_SIDE_MAX);
            step[axis] =
                fixed(row[0] + (node[cell + 1][axis] - node[cell][axis]) / (float)cell_w, 2.0f * DATASET_SIDE_MAX / (float)cell_w);
        }
        sample_run(framed, height, width, at[0], at[1], step[0], step[1], count, out + x);
    }
}

void augment_picture(const struct augment *augment, int height, int width, const uint8_t *in, uint8_t *out, uint64_t seed,
                     uint32_t epoch, uint32_t image, void *scratch)
{
    struct random random;
    struct change change;
    uint8_t *framed = scratch, *other = framed + augment_scratch(height, width) / 2;
    int step = width + 2 * FRAME;
    random_start(&random, seed, RANDOM_AUGMENT, epoch, image);
    choose(augment, &random, &change);
    memset(framed, 0, (size_t)(height + 2 * FRAME) * (size_t)step);
    for (int y = 0; y < height; y++)
        memcpy(framed + (ptrdiff_t)(y + FRAME) * step + FRAME, in + (ptrdiff_t)y * width, (size_t)width);
    if (change.stroke)
        change_strokes(framed, other, height, width, change.stroke);
    for (int y = 0; y < height; y++)
        sample_row(&change, framed, height, width, y, out + (ptrdiff_t)y * width);
}
