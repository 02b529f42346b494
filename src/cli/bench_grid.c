/* bench_grid.c: times every mode on every kernel of a grid. The modes take turns, and the shortest time of each counts: other
 * work on the machine can only lengthen it. Where auto picks an executor that a mode names, both are the same work and share
 * their times. */
#include "cli/bench_grid.h"

#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A mode is run again until it took this long in all, or this many times. */
static const double SECONDS_ENOUGH = 0.02;
enum { RUNS_MAX = 25 };

static const int sizes[GRID_SIZES] = {3, 5, 7, 9, 11, 13, 15, 19, 23, 31, 39, 47, 63};
static const char *const kernels[GRID_KERNELS] = {"dense", "gaussian", "log", "mean"};
static const enum imc_type types[GRID_TYPES] = {IMC_U8, IMC_F32};
static const enum imc_mode modes[GRID_COLUMNS] = {IMC_MODE_DIRECT, IMC_MODE_SEPARABLE, IMC_MODE_FFT, IMC_MODE_AUTO};

/* Pictures for one type. */
struct pictures {
    int height, width;
    struct imc_view in, out;
};

const char *grid_column_name(enum grid_column column)
{
    static const char *const names[GRID_COLUMNS] = {"direct", "separable", "fft", "auto"};
    return names[column];
}

const char *grid_type_name(enum imc_type type)
{
    return type == IMC_U8 ? "u8" : "f32";
}

/* The next of a fixed row of random numbers, 0..65535. */
static unsigned next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 48);
}

/* Random taps that sum to 1: no separable passes give them. */
static enum imc_status make_dense(int size, struct imc_bank **bank, struct imc_error *error)
{
    enum imc_status status = imc_bank_create(1, 1, size, size, bank, error);
    uint64_t state = 1;
    for (int i = 0; status == IMC_OK && i < size * size; i++)
        (*bank)->weights[i] = (float)next_random(&state) / 65536 - 0.2f;
    if (status == IMC_OK)
        imc_bank_normalize(*bank);
    return status;
}

static enum imc_status make_bank(const char *kernel, int size, struct imc_bank **bank, struct imc_error *error)
{
    char text[32];
    if (strcmp(kernel, "dense") == 0)
        return make_dense(size, bank, error);
    snprintf(text, sizeof text, "%s:size=%d", kernel, size);
    return imc_bank_parse(text, NULL, bank, error);
}

static enum imc_status make_plan(const struct pictures *pictures, const struct imc_bank *bank, enum imc_mode mode,
                                 struct imc_plan **plan, struct imc_error *error)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = pictures->height;
    desc.in_w = pictures->width;
    desc.y.kernel = bank->kh;
    desc.x.kernel = bank->kw;
    desc.weights = bank->weights;
    desc.gain = bank->scale;
    desc.mode = mode;
    desc.in_type = desc.out_type = pictures->in.type;
    desc.out_max = 255;
    return imc_plan_create(&desc, plan, error);
}

/* Turns of all modes until each has had enough. */
static enum imc_status time_plans(const struct pictures *pictures, struct imc_plan *const plan[GRID_COLUMNS], int threads,
                                  double best[GRID_COLUMNS], struct imc_error *error)
{
    double total[GRID_COLUMNS] = {0};
    for (int run = 0; run < RUNS_MAX; run++)
        for (int m = 0; m < GRID_COLUMNS; m++) {
            if (!plan[m] || total[m] > SECONDS_ENOUGH)
                continue;
            double start = progress_seconds();
            enum imc_status status = imc_plan_run_all(plan[m], &pictures->in, &pictures->out, 1, threads, NULL, error);
            double seconds = progress_seconds() - start;
            if (status != IMC_OK)
                return status;
            total[m] += run ? seconds : seconds / 2; /* the first run also fetches memory */
            best[m] = run == 0 || seconds < best[m] ? seconds : best[m];
        }
    return IMC_OK;
}

static void conclude(struct grid_cell *cell, const double best[GRID_COLUMNS], double pixels)
{
    double least = 0;
    for (int m = 0; m < GRID_COLUMNS; m++)
        cell->ns[m] = 1e9 * best[m] / pixels;
    for (int m = 0; m < GRID_AUTO; m++)
        if (strcmp(cell->picked, grid_column_name((enum grid_column)m)) == 0 && cell->ns[m] > 0) {
            double shared = cell->ns[m] < cell->ns[GRID_AUTO] ? cell->ns[m] : cell->ns[GRID_AUTO];
            cell->ns[m] = cell->ns[GRID_AUTO] = shared;
        }
    for (int m = 0; m < GRID_COLUMNS; m++)
        if (cell->ns[m] > 0 && (least == 0 || cell->ns[m] < least))
            least = cell->ns[m];
    cell->ratio = least > 0 ? cell->ns[GRID_AUTO] / least : 1;
}

static enum imc_status measure_cell(const struct pictures *pictures, int threads, struct grid_cell *cell, struct imc_error *error)
{
    struct imc_bank *bank = NULL;
    struct imc_plan *plan[GRID_COLUMNS] = {NULL};
    struct imc_plan_info info;
    double best[GRID_COLUMNS] = {0};
    enum imc_status status = make_bank(cell->kernel, cell->size, &bank, error);
    for (int m = 0; m < GRID_COLUMNS && status == IMC_OK; m++) {
        status = make_plan(pictures, bank, modes[m], &plan[m], error);
        if (m != GRID_AUTO && (status == IMC_ERR_ARGUMENT || status == IMC_ERR_UNSUPPORTED))
            status = IMC_OK; /* this mode refuses this kernel */
    }
    if (status == IMC_OK) {
        imc_plan_get_info(plan[GRID_AUTO], &info);
        snprintf(cell->picked, sizeof cell->picked, "%s", info.executor);
        status = time_plans(pictures, plan, threads, best, error);
        conclude(cell, best, (double)pictures->height * pictures->width);
    }
    for (int m = 0; m < GRID_COLUMNS; m++)
        imc_plan_destroy(plan[m]);
    imc_bank_free(bank);
    return status;
}

/* A verdict against auto is heard twice more: other work on the machine may have spoken. */
static enum imc_status measure_fairly(const struct pictures *pictures, int threads, struct grid_cell *cell, struct imc_error *error)
{
    struct grid_cell again = *cell;
    enum imc_status status = measure_cell(pictures, threads, cell, error);
    for (int i = 0; i < 2 && status == IMC_OK && cell->ratio > GRID_RATIO_MAX; i++) {
        status = measure_cell(pictures, threads, &again, error);
        if (status == IMC_OK && again.ratio < cell->ratio)
            *cell = again;
    }
    return status;
}

static bool make_pictures(struct pictures *pictures, int height, int width, enum imc_type type)
{
    size_t count = (size_t)height * (size_t)width;
    uint64_t state = 2;
    struct imc_view view = {NULL, type, 1, width, 0, 0};
    pictures->height = height;
    pictures->width = width;
    pictures->in = pictures->out = view;
    pictures->in.data = calloc(count, imc_type_size(type));
    pictures->out.data = calloc(count, imc_type_size(type));
    for (size_t i = 0; i < count && pictures->in.data; i++) {
        if (type == IMC_U8)
            ((uint8_t *)pictures->in.data)[i] = (uint8_t)next_random(&state);
        else
            ((float *)pictures->in.data)[i] = (float)next_random(&state) / 65536;
    }
    return pictures->in.data && pictures->out.data;
}

static void free_pictures(struct pictures *pictures)
{
    free(pictures->in.data);
    free(pictures->out.data);
}

enum imc_status grid_measure(int height, int width, int threads, struct grid_cell cells[GRID_CELLS],
                             void (*step)(void *context, int done), void *context, struct imc_error *error)
{
    enum imc_status status = IMC_OK;
    int done = 0;
    for (int t = 0; t < GRID_TYPES && status == IMC_OK; t++) {
        struct pictures pictures;
        if (!make_pictures(&pictures, height, width, types[t])) {
            status = error->status = IMC_ERR_MEMORY;
            snprintf(error->message, sizeof error->message, "out of memory for pictures of %dx%d pixels: give a smaller --size",
                     height, width);
        }
        for (int k = 0; k < GRID_KERNELS; k++)
            for (int s = 0; s < GRID_SIZES && status == IMC_OK; s++) {
                struct grid_cell *cell = &cells[done];
                *cell = (struct grid_cell){.kernel = kernels[k], .type = types[t], .size = sizes[s]};
                step(context, done++);
                status = measure_fairly(&pictures, threads, cell, error);
            }
        free_pictures(&pictures);
    }
    return status;
}

int grid_crossover(const struct grid_cell cells[GRID_CELLS], const char *kernel, enum imc_type type, enum grid_column a,
                   enum grid_column b)
{
    int from = 0;
    for (int i = 0; i < GRID_CELLS; i++) {
        const double *ns = cells[i].ns;
        if (cells[i].type != type || strcmp(cells[i].kernel, kernel) != 0)
            continue;
        if (!(ns[a] > 0 && ns[b] > 0 && ns[a] < ns[b]))
            from = 0;
        else if (from == 0)
            from = cells[i].size;
    }
    return from;
}

const struct grid_cell *grid_worst(const struct grid_cell cells[GRID_CELLS])
{
    const struct grid_cell *worst = &cells[0];
    for (int i = 1; i < GRID_CELLS; i++)
        if (cells[i].ratio > worst->ratio)
            worst = &cells[i];
    return worst;
}
