/* digits.c: a written line in MNIST's form: fitted into 20x20 with its ink, gray at the edges, its centre of mass moved by whole
 * pixels to the centre of 28x28. A seed's images are numbered; each is drawn from its own random numbers, so any thread may draw
 * any of them. */
#include "data/digits.h"

#include "base/mathx.h"
#include "base/pool.h"
#include "data/digit_shape.h"

#include <math.h>
#include <string.h>

enum { BOX = 20, BLOCK = 256 };
/* The centre of pixel 14, from the left and from the top: there MNIST's centres of mass lie. */
static const float CENTRE = 14.5f;

static void choose_pen(struct random *random, struct pen *pen)
{
    float u = random_normal(random);
    double angle = (double)random_between(random, 0, 3.14159265f);
    pen->radius = 1.10f * (float)mathx_exp(0.26 * (double)u);
    pen->radius = pen->radius < 0.5f ? 0.5f : pen->radius > 3 ? 3 : pen->radius;
    pen->soft = random_between(random, 0.7f, 1.2f);
    pen->nib = random_between(random, 1, 1.5f);
    pen->cosine = (float)mathx_cos(angle);
    pen->sine = (float)mathx_sin(angle);
}

/* Edges are rough, by paper and scanner: pixels that are half ink vary, full and empty ones do not. */
static void roughen(struct random *random, float ink[BOX * BOX])
{
    float rough = random_between(random, 0, 1.5f);
    for (int i = 0; i < BOX * BOX; i += 4) {
        uint32_t word = random_word(random);
        for (int k = 0; k < 4; k++) {
            float *value = &ink[i + k], byte = (float)(word >> 8 * k & 255) / 255;
            *value += rough * (byte - 0.5f) * *value * (1 - *value);
        }
    }
}

/* Where MNIST's rule puts the box of 20x20: the centre of mass at the centre. */
static void centre(const float ink[BOX * BOX], int *x0, int *y0)
{
    float sum = 1e-6f, sum_x = 0, sum_y = 0;
    for (int y = 0; y < BOX; y++)
        for (int x = 0; x < BOX; x++) {
            float value = ink[y * BOX + x];
            sum += value;
            sum_x += value * ((float)x + 0.5f);
            sum_y += value * ((float)y + 0.5f);
        }
    *x0 = (int)floorf(CENTRE - sum_x / sum + 0.5f);
    *y0 = (int)floorf(CENTRE - sum_y / sum + 0.5f);
    *x0 = *x0 < 0 ? 0 : *x0 > DIGITS_SIDE - BOX ? DIGITS_SIDE - BOX : *x0;
    *y0 = *y0 < 0 ? 0 : *y0 > DIGITS_SIDE - BOX ? DIGITS_SIDE - BOX : *y0;
}

void digits_draw(uint64_t seed, enum digits_set set, uint32_t index, uint8_t pixels[DIGITS_PIXELS])
{
    struct random random;
    struct shape shape;
    struct pen pen;
    float low[2], high[2], ink[BOX * BOX];
    int x0, y0;
    random_start(&random, seed, RANDOM_DIGIT, set, index);
    shape_draw(&random, digits_label(index), &shape);
    choose_pen(&random, &pen);
    shape_box(&shape, low, high);
    float scale = (BOX - 2 * pen.radius) / fmaxf(high[0] - low[0], high[1] - low[1]);
    shape_ink(&shape, &pen, scale, BOX * 0.5f - scale * 0.5f * (low[0] + high[0]), BOX * 0.5f - scale * 0.5f * (low[1] + high[1]),
              ink, BOX, BOX);
    roughen(&random, ink);
    centre(ink, &x0, &y0);
    memset(pixels, 0, DIGITS_PIXELS);
    for (int y = 0; y < BOX; y++)
        for (int x = 0; x < BOX; x++)
            pixels[(y0 + y) * DIGITS_SIDE + x0 + x] = (uint8_t)(ink[y * BOX + x] * 255 + 0.5f);
}

struct drawing {
    uint64_t seed;
    enum digits_set set;
    struct dataset *to;
};

static void draw_block(void *context, int job, int thread)
{
    struct drawing *drawing = context;
    (void)thread;
    int end = job * BLOCK + BLOCK < drawing->to->count ? job * BLOCK + BLOCK : drawing->to->count;
    for (int i = job * BLOCK; i < end; i++) {
        digits_draw(drawing->seed, drawing->set, (uint32_t)i, drawing->to->pixels + (size_t)i * DIGITS_PIXELS);
        drawing->to->labels[i] = (uint8_t)digits_label((uint32_t)i);
    }
}

static enum imc_status draw_set(uint64_t seed, enum digits_set which, int count, struct pool *pool, struct dataset *set,
                                struct imc_error *error)
{
    struct drawing drawing = {seed, which, set};
    memset(set, 0, sizeof *set);
    if (count == 0)
        return IMC_OK;
    enum imc_status status =
        dataset_create(set, (size_t)count, 1, DIGITS_SIDE, DIGITS_SIDE, 10, "built-in drawn digits (NOT MNIST)", error);
    if (status == IMC_OK)
        pool_run(pool, (count + BLOCK - 1) / BLOCK, draw_block, &drawing);
    return status;
}

enum imc_status digits_dataset(uint64_t seed, int train, int test, struct pool *pool, struct dataset_pair *pair,
                               struct imc_error *error)
{
    memset(pair, 0, sizeof *pair);
    enum imc_status status = draw_set(seed, DIGITS_TRAIN, train, pool, &pair->train, error);
    if (status == IMC_OK)
        status = draw_set(seed, DIGITS_TEST, test, pool, &pair->test, error);
    if (status)
        dataset_pair_free(pair);
    return status;
}
