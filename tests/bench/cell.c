/* cell.c: the table of cells, and each cell's bank, plan and buffers.
 *
 * The work of an output sample, in fused multiply-adds, by the cheapest way that is known:
 *
 *     constant kernel   4: an addition and a subtraction along each axis, whatever its size
 *     any other         for each filter the least of  kh*kw (direct),  rank*(kh+kw) (separable passes),  and for the DFT, on tiles
 *                       of T = 256 that give (T-k+1)^2 results each,  (5 log2(T^2)/2 + 3/2) * T^2/(T-k+1)^2  (a forward and a
 *                       backward real transform of 2.5 T^2 log2(T^2) operations, a product of 3 T^2; two operations count as one)
 *
 * That over the machine's multiply-add peak, or a memcpy of the same bytes if that takes longer, is the floor that the bench
 * prints. Integer arithmetic on narrow lanes may pass below it. */
#include "bench/cell.h"

#include "bench/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define U8_U8   IMC_U8, IMC_U8, 1, 1
#define U8_S16  IMC_U8, IMC_S16, 1, 1
#define F32_F32 IMC_F32, IMC_F32, 1, 1

const struct cell cells[] = {
    {"sobel magnitude u8", "sobel", 3, U8_U8, PEER_SOBEL, 0, {7, 12}, 0, VIPS_SOBEL},
    /* The same against fewer passes of OpenCV's: derivatives straight to f32. Faster than s16 on some machines. */
    {"sobel magnitude u8 (f32)", "sobel", 3, U8_U8, PEER_SOBEL_F32, 0, {0, 0}, 0, VIPS_NONE},
    {"prewitt magnitude u8", "prewitt", 3, U8_U8, PEER_PREWITT, 0, {7, 12}, 0, VIPS_NONE},
    {"scharr magnitude u8", "scharr", 3, U8_U8, PEER_SCHARR, 0, {7, 12}, 0, VIPS_NONE},
    {"sobel-x u8-s16", "sobel-x", 3, U8_S16, PEER_SOBEL_X, 0, {2, 3}, 0, VIPS_NONE},
    {"laplacian4 u8", "laplacian4", 3, U8_U8, PEER_LAPLACIAN, 0, {2, 3}, 0, VIPS_CONV},
    {"gaussian 1 u8", "gaussian:sigma=1,size=7", 7, U8_U8, PEER_GAUSSIAN, 1, {1.5, 1.5}, 0, VIPS_GAUSSIAN},
    {"gaussian 3 u8", "gaussian:sigma=3,size=19", 19, U8_U8, PEER_GAUSSIAN, 3, {2, 2}, 0, VIPS_GAUSSIAN},
    {"gaussian 10 u8", "gaussian:sigma=10,size=61", 61, U8_U8, PEER_GAUSSIAN, 10, {4, 4}, 0, VIPS_GAUSSIAN},
    {"gaussian 1 f32", "gaussian:sigma=1,size=9", 9, F32_F32, PEER_GAUSSIAN, 1, {2, 3}, 0, VIPS_NONE},
    {"gaussian 3 f32", "gaussian:sigma=3,size=25", 25, F32_F32, PEER_GAUSSIAN, 3, {2, 3}, 0, VIPS_GAUSSIAN},
    {"gaussian 10 f32", "gaussian:sigma=10,size=81", 81, F32_F32, PEER_GAUSSIAN, 10, {3, 5}, 0, VIPS_NONE},
    {"gaussian 3 rgb u8", "gaussian:sigma=3,size=19", 19, IMC_U8, IMC_U8, 3, 1, PEER_GAUSSIAN, 3, {2, 2}, 0, VIPS_GAUSSIAN},
    {"box 3 u8", "mean:size=3", 3, U8_U8, PEER_BOX, 0, {4, 6}, 0, VIPS_NONE},
    {"box 5 u8", "mean:size=5", 5, U8_U8, PEER_BOX, 0, {4, 6}, 0, VIPS_NONE},
    {"box 15 u8", "mean:size=15", 15, U8_U8, PEER_BOX, 0, {3, 5}, 0, VIPS_NONE},
    {"box 63 u8", "mean:size=63", 63, U8_U8, PEER_BOX, 0, {3, 5}, 0, VIPS_NONE},
    {"dense 3 f32", NULL, 3, F32_F32, PEER_FILTER, 0, {1.3, 2}, 1.2, VIPS_CONV},
    {"dense 5 f32", NULL, 5, F32_F32, PEER_FILTER, 0, {1.5, 2}, 1.2, VIPS_CONV},
    {"dense 7 f32", NULL, 7, F32_F32, PEER_FILTER, 0, {1.6, 2}, 1.2, VIPS_NONE},
    {"dense 11 f32", NULL, 11, F32_F32, PEER_FILTER, 0, {1.6, 2}, 1.2, VIPS_NONE},
    {"dense 15 f32", NULL, 15, F32_F32, PEER_FILTER, 0, {4, 6}, 0, VIPS_CONV},
    {"dense 31 f32", NULL, 31, F32_F32, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"dense 63 f32", NULL, 63, F32_F32, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"dense 3 u8", NULL, 3, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_CONV},
    {"dense 5 u8", NULL, 5, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_CONV},
    {"dense 7 u8", NULL, 7, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"dense 11 u8", NULL, 11, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"dense 15 u8", NULL, 15, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_CONV},
    {"dense 31 u8", NULL, 31, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"dense 63 u8", NULL, 63, U8_U8, PEER_FILTER, 0, {4, 6}, 0, VIPS_NONE},
    {"log 9 u8-s16", "log:size=9", 9, U8_S16, PEER_FILTER, 0, {8, 12}, 0, VIPS_NONE},
    {"log 31 f32", "log:size=31", 31, F32_F32, PEER_FILTER, 0, {6, 8}, 0, VIPS_NONE},
    {"dense 3 stride 2 u8", NULL, 3, IMC_U8, IMC_U8, 1, 2, PEER_FILTER, 0, {3, 4}, 0, VIPS_NONE},
    {"dense 3 stride 2 f32", NULL, 3, IMC_F32, IMC_F32, 1, 2, PEER_FILTER, 0, {3, 4}, 0, VIPS_NONE},
};
const int cell_count = sizeof cells / sizeof *cells;

/* Random taps of full rank that sum to 1, some of them negative. */
static enum imc_status random_bank(int size, struct imc_bank **bank, struct imc_error *error)
{
    enum imc_status status = imc_bank_create(1, 1, size, size, bank, error);
    double sum = 0;
    for (int i = 0; status == IMC_OK && i < size * size; i++) {
        (*bank)->weights[i] = (float)(picture_random((uint64_t)i, (uint64_t)size) % 4096) / 4096 - 0.2f;
        sum += (*bank)->weights[i];
    }
    for (int i = 0; status == IMC_OK && i < size * size; i++)
        (*bank)->weights[i] = (float)((*bank)->weights[i] / sum);
    return status;
}

static enum imc_status make_plan(struct setup *setup, struct imc_error *error)
{
    const struct cell *cell = setup->cell;
    const struct imc_bank *bank = setup->bank;
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = setup->height;
    desc.in_w = setup->width;
    desc.filters = bank->filters;
    desc.lanes = cell->channels;
    desc.y.kernel = bank->kh;
    desc.x.kernel = bank->kw;
    desc.y.stride = desc.x.stride = cell->stride;
    desc.border = IMC_BORDER_REPLICATE;
    desc.weights = bank->weights;
    desc.gain = bank->scale;
    desc.combine = bank->combine;
    desc.in_type = cell->in;
    desc.out_type = cell->out;
    desc.out_max = cell->out == IMC_U8 ? 255 : 32767;
    return imc_plan_create(&desc, &setup->plan, error);
}

static bool make_buffers(struct setup *setup)
{
    const struct cell *cell = setup->cell;
    struct imc_plan_info info;
    imc_plan_get_info(setup->plan, &info);
    setup->out_w = info.out_w;
    setup->out_h = info.out_h;
    setup->in_bytes = (size_t)setup->width * (size_t)setup->height * (size_t)cell->channels * imc_type_size(cell->in);
    setup->out_bytes = (size_t)info.out_w * (size_t)info.out_h * (size_t)cell->channels * imc_type_size(cell->out);
    setup->in = malloc(setup->in_bytes);
    setup->out = malloc(setup->out_bytes);
    setup->peer_out = malloc(setup->out_bytes);
    return setup->in && setup->out && setup->peer_out;
}

bool setup_make(struct setup *setup, const struct cell *cell, int width, int height)
{
    struct imc_error error = {0};
    *setup = (struct setup){.cell = cell, .width = width, .height = height};
    enum imc_status status =
        cell->kernel ? imc_bank_parse(cell->kernel, NULL, &setup->bank, &error) : random_bank(cell->size, &setup->bank, &error);
    if (status == IMC_OK)
        status = make_plan(setup, &error);
    if (status != IMC_OK || !make_buffers(setup)) {
        fprintf(stderr, "bench: %s: %s\n", cell->name, status == IMC_OK ? "no memory for the pictures" : error.message);
        setup_free(setup);
        return false;
    }
    picture_fill(setup->in, cell->in, width, height, cell->channels);
    return true;
}

void setup_free(struct setup *setup)
{
    imc_plan_destroy(setup->plan);
    imc_bank_free(setup->bank);
    free(setup->in);
    free(setup->out);
    free(setup->peer_out);
}

void setup_run(const struct setup *setup, int threads)
{
    const struct cell *cell = setup->cell;
    struct imc_view in = {setup->in, cell->in, cell->channels, (ptrdiff_t)cell->channels * setup->width, 0, 0};
    struct imc_view out = {setup->out, cell->out, cell->channels, (ptrdiff_t)cell->channels * setup->out_w, 0, 0};
    struct imc_error error = {0};
    if (imc_plan_run_all(setup->plan, &in, &out, 1, threads, NULL, &error) != IMC_OK) {
        fprintf(stderr, "bench: %s: %s\n", cell->name, error.message);
        exit(1);
    }
}

static enum peer_depth depth_of(enum imc_type type)
{
    return type == IMC_U8 ? PEER_U8 : type == IMC_S16 ? PEER_S16 : PEER_F32;
}

struct peer_job setup_job(const struct setup *setup)
{
    const struct cell *cell = setup->cell;
    return (struct peer_job){.op = cell->op,
                             .vips = cell->vips,
                             .width = setup->width,
                             .height = setup->height,
                             .channels = cell->channels,
                             .stride = cell->stride,
                             .in_depth = depth_of(cell->in),
                             .out_depth = depth_of(cell->out),
                             .size = cell->size,
                             .sigma = cell->sigma,
                             .taps = setup->bank->weights,
                             .in = setup->in,
                             .out = setup->peer_out};
}

double setup_work(const struct setup *setup)
{
    const struct imc_bank *bank = setup->bank;
    double sum = 0, side = 256, kept = side - bank->kh + 1;
    double transform = (2.5 * log2(side * side) + 1.5) * side * side / (kept * kept);
    if (setup->cell->op == PEER_BOX)
        return 4;
    for (int filter = 0; filter < bank->filters; filter++) {
        double separable = (double)imc_bank_rank(bank, filter) * (bank->kh + bank->kw);
        sum += fmin(fmin((double)bank->kh * bank->kw, separable), transform);
    }
    return sum;
}
