/* check_cell.c: is what is timed also right? Ours against the definition, in double, at sampled pixels and around all four corners;
 * the peer against ours everywhere. What right means is law 2 of the design. */
#include "bench/cell.h"

#include "bench/picture.h"

#include <math.h>
#include <stdio.h>

enum { SAMPLES = 3000, CORNER = 24 };

static int clamp(int value, int size)
{
    return value < 0 ? 0 : value < size ? value : size - 1;
}

static double sample(const void *data, enum imc_type type, size_t i)
{
    switch (type) {
    case IMC_U8:
        return ((const uint8_t *)data)[i];
    case IMC_S16:
        return ((const int16_t *)data)[i];
    default:
        return ((const float *)data)[i];
    }
}

static double response(const struct setup *setup, const float *taps, int y, int x, int lane)
{
    const struct cell *cell = setup->cell;
    const struct imc_bank *bank = setup->bank;
    double sum = 0;
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++) {
            size_t row = (size_t)clamp(y * cell->stride + i - bank->anchor_y, setup->height);
            size_t column = (size_t)clamp(x * cell->stride + j - bank->anchor_x, setup->width);
            size_t at = (row * (size_t)setup->width + column) * (size_t)cell->channels + (size_t)lane;
            sum += (double)taps[i * bank->kw + j] * sample(setup->in, cell->in, at);
        }
    return sum * bank->scale;
}

/* One output sample by the definition, clipped but not rounded. */
static double reference(const struct setup *setup, int y, int x, int lane)
{
    const struct imc_bank *bank = setup->bank;
    double squares = 0, value = 0;
    for (int filter = 0; filter < bank->filters; filter++) {
        value = response(setup, bank->weights + filter * bank->kh * bank->kw, y, x, lane);
        squares += value * value;
    }
    if (bank->combine == IMC_COMBINE_MAGNITUDE)
        value = sqrt(squares);
    if (setup->cell->out == IMC_U8)
        value = fmin(fmax(value, 0), 255);
    return value;
}

/* S of the design: sum of |taps| times the largest sample. */
static double scale_of(const struct setup *setup)
{
    double largest = 0;
    for (int filter = 0; filter < setup->bank->filters; filter++)
        largest = fmax(largest, imc_bank_abs_sum(setup->bank, filter) * fabs(setup->bank->scale));
    return largest * (setup->cell->in == IMC_U8 ? 255 : 1);
}

static bool is_right(const struct setup *setup, double scale, double got, double want)
{
    const struct cell *cell = setup->cell;
    double slack = 2e-6 * scale, tie = fabs(want - floor(want) - 0.5);
    double band = cell->op == PEER_GAUSSIAN || cell->op == PEER_BOX ? 1.0 / 128 : fmax(1e-3, slack);
    if (cell->out == IMC_F32)
        return fabs(got - want) <= slack;
    return tie > band ? got == rint(want) : fabs(got - want) <= 1 + slack;
}

static bool check_at(const struct setup *setup, double scale, int y, int x, char why[160])
{
    for (int lane = 0; lane < setup->cell->channels; lane++) {
        size_t at = ((size_t)y * (size_t)setup->out_w + (size_t)x) * (size_t)setup->cell->channels + (size_t)lane;
        double got = sample(setup->out, setup->cell->out, at), want = reference(setup, y, x, lane);
        if (!is_right(setup, scale, got, want)) {
            snprintf(why, 160, "row %d, column %d: %.9g, and should be %.9g (S is %.4g)", y, x, got, want, scale);
            return false;
        }
    }
    return true;
}

bool check_ours(const struct setup *setup, char why[160])
{
    double scale = scale_of(setup);
    int samples = setup->cell->size > 20 ? SAMPLES / 5 : SAMPLES;
    for (int i = 0; i < samples; i++) {
        uint64_t random = picture_random((uint64_t)i, 77);
        int y = (int)(random % (uint64_t)setup->out_h), x = (int)((random >> 32) % (uint64_t)setup->out_w);
        if (i % 4 == 0) /* a corner, in turn */
            y = y % CORNER, x = x % CORNER;
        if (i % 16 == 4 || i % 16 == 8)
            y = setup->out_h - 1 - y;
        if (i % 16 == 4 || i % 16 == 12)
            x = setup->out_w - 1 - x;
        if (!check_at(setup, scale, y, x, why))
            return false;
    }
    return true;
}

bool check_peer(const struct setup *setup, double *worst)
{
    size_t count = setup->out_bytes / imc_type_size(setup->cell->out);
    /* A step of f32 is 1/255 of the white of u8, as the picture's own. */
    double step = setup->cell->out == IMC_F32 ? 1.0 / 255 : 1;
    *worst = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs(sample(setup->out, setup->cell->out, i) - sample(setup->peer_out, setup->cell->out, i));
        *worst = difference > *worst ? difference : *worst;
    }
    *worst /= step;
    return *worst <= 1;
}
