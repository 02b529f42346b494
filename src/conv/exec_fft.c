/* exec_fft.c: large kernels by overlap-save tiles, never the whole image.
 *
 * A tile of n_y rows of n_x samples gives the results that the circular wrap does not reach, n - extent + 1 in each axis at stride
 * 1; of those, every stride-th is kept. Correlation is a product with the conjugate: out = IFFT(FFT(in) * conj(FFT(kernel))).
 * Dilation is a kernel with zeros between its taps, and so are lanes along a row. Spectra of input channels are summed before the
 * inverse transform.
 *
 * Two neighbouring tiles of a row travel as the real and the imaginary part of one complex transform: as the kernel is real, they
 * come back apart. The transforms are row ops of our own (simd/rowops_fft.h), which suit a convolution as no general library does:
 * split parts, no sorting of frequencies, lanes across columns. They run at 50 to 70 nominal GFLOP/s of one core where FFTW's run
 * at 17 to 20, and all CPU levels give the same bits.
 *
 * Cost of a pair of tiles: nominally 5 n_y n_x log2(n_y n_x) flops for each channel and each filter, of which the inverse needs
 * its rows only where they are kept, and 8 n_y n_x for each product; an output costs that divided by the results kept. For 15x15
 * and tiles of 128x256: 5 * 15 * 1.19 flops a pixel there and back, 1.4 ns at 65 GFLOP/s.
 *
 * A tile is kept column by column ([block of 8 frequencies][row]): rows are transformed one after the other and scattered, columns
 * lie in one piece (16 KiB for 256 rows: L1), and are transformed, multiplied and transformed back in one visit.
 *
 * Each tile is shifted by its first pixel before the transform, and that pixel times the sum of the taps is added to the results:
 * rounding errors then scale with the contrast of the tiles, and a flat picture gives exactly what its taps' sum says.
 *
 * Tiles lie on a grid anchored at output (0, 0), so cutting the work into jobs changes no sample. Scratch of a thread: 8 bytes a
 * sample of a tile for each channel and filter (one for both where each is one), which fft_tile.c keeps to 1 MiB a plane and 32
 * MiB for all filters unless the smallest tile that holds the kernel takes more; the spectra of the kernels as much.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "conv/fft_tile.h"
#include "simd/fft_factors.h"
#include "simd/rowops.h"

#include <stdio.h>
#include <string.h>

enum { LANES = 8, BLOCK = 2 * LANES /* floats */ };

struct fft_state {
    struct fft_tile y, x; /* one axis each */
    int blocks;           /* of a row: columns of a tile */
    ptrdiff_t step;       /* floats from column to column; one block more than the rows, against strides of a power of two */
    size_t plane;         /* floats of a tile */
    float *column_factors, *row_factors, *turns;
    float *kernels; /* [filters][filter_c][plane], divided by n_y*n_x */
    double *sums;   /* [filters][filter_c], of the taps */
};

/* Scratch for a pair of tiles; h is 0 or 1, the half of the pair. */
struct fft_work {
    float *row;        /* n_x/8 blocks */
    float *spectra;    /* [in_c][plane] */
    float *results;    /* [filters][plane]; the spectra themselves where nobody else needs them */
    float *line;       /* [n_x], samples of a row that stands in bytes */
    float *bases;      /* [in_c][h][n_x], what is taken off the rows */
    float *levels;     /* [filters][h][n_x], what that makes in the results */
    float *samples;    /* [h][filters][n_x] */
    float **responses; /* [h][filters] */
};

/* Where the tiles of a pair lie: virtual rows v .. v_end-1 that outputs need, and the pixel of the padded row where each begins.
 * The second may lie beyond the row. */
struct pair {
    int v, v_end, position[2];
};

/* ---- accepting ---- */

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int64_t extent_x = (int64_t)plan->extent_x * desc->lanes;
    if (plan->extent_y > FFT_LENGTH_MAX || extent_x > FFT_LENGTH_MAX || plan->extent_y * extent_x > 1 << 26) {
        snprintf(reason, size, "a kernel that spans %dx%d is too large for a tile", plan->extent_y, plan->extent_x);
        return false;
    }
    if (desc->mode == IMC_MODE_FFT)
        return true;
    struct fft_tile y, x;
    double direct = COST_DIRECT_TAP * plan->filter_c * desc->y.kernel * desc->x.kernel, fft = fft_tile_choose(plan, &y, &x);
    if (fft >= direct) {
        snprintf(reason, size, "tiles of %dx%d cost about %.1f ns an output, direct %.1f", y.n, x.n, fft / 10, direct / 10);
        return false;
    }
    return true;
}

/* ---- preparing ---- */

/* May the results take the place of the spectra? */
static bool in_place(const struct imc_plan *plan)
{
    return plan->desc.in_c == 1 && plan->desc.filters == 1;
}

static size_t pointer_bytes(const struct imc_plan *plan)
{
    return size_align(2 * (size_t)plan->desc.filters * sizeof(float *));
}

static bool size_work(struct imc_plan *plan)
{
    const struct fft_state *state = plan->state;
    size_t channels = (size_t)plan->desc.in_c, filters = (size_t)plan->desc.filters, row = (size_t)state->x.n * sizeof(float);
    size_t planes = in_place(plan) ? 1 : channels + filters, rows = 3 + 2 * channels + 4 * filters;
    return size_mul(planes, state->plane * sizeof(float), &planes) && size_mul(rows, row, &rows) &&
           size_add(planes, rows, &plan->work_bytes) && size_add(plan->work_bytes, pointer_bytes(plan), &plan->work_bytes);
}

static double sum_of(const float *taps, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += taps[i];
    return sum;
}

/* Where a sample stands in a row of blocks. */
static size_t place(size_t x)
{
    return x / LANES * BLOCK + x % LANES;
}

/* The spectrum of one kernel, scaled. `row` is scratch. */
static void transform_kernel(const struct imc_plan *plan, const float *taps, float *row, float *spectrum)
{
    const struct fft_state *state = plan->state;
    const struct imc_conv_axis *y = &plan->desc.y, *x = &plan->desc.x;
    float scale = 1.0f / (float)state->x.n / (float)state->y.n;
    memset(spectrum, 0, state->plane * sizeof *spectrum);
    for (int i = 0; i < y->kernel; i++) {
        memset(row, 0, 2 * (size_t)state->x.n * sizeof *row);
        for (int j = 0; j < x->kernel; j++)
            row[place((size_t)j * (size_t)x->dilation * (size_t)plan->desc.lanes)] = scale * *taps++;
        float *out = spectrum + (size_t)i * (size_t)y->dilation * BLOCK;
        rowops()->fft_row(out, state->step, row, state->x.n, state->row_factors, state->turns);
    }
    for (int b = 0; b < state->blocks; b++)
        rowops()->fft_column(spectrum + b * state->step, state->y.n, state->column_factors);
}

static bool transform_kernels(struct imc_plan *plan)
{
    struct fft_state *state = plan->state;
    size_t kernels = (size_t)plan->desc.filters * (size_t)plan->filter_c;
    size_t taps = (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
    state->kernels = mem_alloc(kernels, state->plane * sizeof *state->kernels);
    state->sums = mem_alloc(kernels, sizeof *state->sums);
    float *row = mem_alloc((size_t)state->x.n, 2 * sizeof *row);
    bool ready = state->kernels && state->sums && row;
    for (size_t k = 0; ready && k < kernels; k++) {
        transform_kernel(plan, plan->desc.weights + k * taps, row, state->kernels + k * state->plane);
        state->sums[k] = sum_of(plan->desc.weights + k * taps, taps);
    }
    mem_free(row);
    return ready;
}

static bool make_factors(struct fft_state *state)
{
    size_t turns = 2 * (size_t)state->x.n, row = fft_factors_count(state->blocks), column = fft_factors_count(state->y.n);
    state->turns = mem_alloc(turns + row + column, sizeof *state->turns);
    if (!state->turns)
        return false;
    state->row_factors = state->turns + turns;
    state->column_factors = state->row_factors + row;
    fft_turns_fill(state->turns, state->x.n);
    fft_factors_fill(state->row_factors, state->blocks);
    fft_factors_fill(state->column_factors, state->y.n);
    return true;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    struct fft_state *state = mem_zalloc(1, sizeof *state);
    if (!state)
        return fail_memory(error, "an FFT plan");
    plan->state = state;
    fft_tile_choose(plan, &state->y, &state->x);
    state->blocks = state->x.n / LANES;
    state->step = (ptrdiff_t)(state->y.n + 1) * BLOCK;
    state->plane = (size_t)state->blocks * (size_t)state->step;
    plan->grain = state->y.keep;
    plan->row_type = plan_takes_bytes(plan) ? IMC_U8 : IMC_F32;
    return size_work(plan) && make_factors(state) && transform_kernels(plan) ? IMC_OK
                                                                             : fail_memory(error, "the tiles of an FFT plan");
}

static void release(struct imc_plan *plan)
{
    struct fft_state *state = plan->state;
    if (!state)
        return;
    mem_free(state->turns);
    mem_free(state->kernels);
    mem_free(state->sums);
    mem_free(state);
}

/* ---- running ---- */

static struct fft_work carve(const struct imc_plan *plan, void *work)
{
    const struct fft_state *state = plan->state;
    size_t channels = (size_t)plan->desc.in_c, filters = (size_t)plan->desc.filters, row = (size_t)state->x.n;
    struct fft_work w;
    float *next = work;
    w.row = next;
    w.line = next += 2 * row;
    w.bases = next += row;
    w.levels = next += 2 * channels * row;
    w.samples = next += 2 * filters * row;
    w.responses = (float **)(next += 2 * filters * row);
    w.spectra = next += pointer_bytes(plan) / sizeof *next;
    w.results = in_place(plan) ? w.spectra : next + channels * state->plane;
    return w;
}

/* A row that shows the same `lanes` values at each pixel. */
static void repeat(float *row, int lanes, int n)
{
    for (int x = lanes; x < n; x++)
        row[x] = row[x - lanes];
}

/* How many samples of a tile's row lie within the padded row. */
static int samples_within(const struct imc_plan *plan, int position)
{
    const struct fft_state *state = plan->state;
    int left = (plan->span_w - position) * plan->desc.lanes;
    return left < 0 ? 0 : left < state->x.n ? left : state->x.n;
}

/* `count` samples of virtual row v, channel c, from a pixel on. */
static const float *samples_of(const struct imc_plan *plan, const struct rows *in, int v, int c, int position, int count,
                               float *line)
{
    ptrdiff_t at = (ptrdiff_t)position * plan->desc.lanes;
    if (plan->row_type == IMC_F32)
        return (const float *)rows_at(plan, in, v, c) + at;
    rowops()->widen_u8(line, (const uint8_t *)rows_at(plan, in, v, c) + at, 1, count);
    return line;
}

/* Calls those samples into the cache: the machine does not foresee the jump from row to row. */
static void call_in(const struct imc_plan *plan, const struct rows *in, int v, int c, int position, int count)
{
    ptrdiff_t size = (ptrdiff_t)imc_type_size(plan->row_type);
    const char *from = (const char *)rows_at(plan, in, v, c) + (ptrdiff_t)position * plan->desc.lanes * size;
    for (ptrdiff_t i = 0; i < count * size; i += MEM_ALIGN)
        __builtin_prefetch(from + i);
}

/* Transforms the rows of channel c of both tiles, each less its first pixel. */
static void load_rows(const struct imc_plan *plan, const struct rows *in, const struct pair *pair, int c, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int n = state->x.n, lanes = plan->desc.lanes, have[2];
    float *base = w->bases + 2 * (size_t)c * (size_t)n, *spectrum = w->spectra + (size_t)c * state->plane;
    for (int h = 0; h < 2; h++) {
        have[h] = samples_within(plan, pair->position[h]);
        const float *first = samples_of(plan, in, pair->v, c, pair->position[h], have[h], w->line);
        for (int l = 0; l < lanes; l++)
            base[h * n + l] = l < have[h] ? first[l] : 0;
        repeat(base + h * n, lanes, n);
    }
    for (int i = 0; i < state->y.n; i++, spectrum += BLOCK) {
        if (pair->v + i >= pair->v_end) { /* no output needs it */
            for (int b = 0; b < state->blocks; b++)
                memset(spectrum + b * state->step, 0, BLOCK * sizeof *spectrum);
            continue;
        }
        for (int h = 0; h < 2; h++) {
            const float *samples = samples_of(plan, in, pair->v + i, c, pair->position[h], have[h], w->line);
            rowops()->fft_load(w->row + h * LANES, samples, base + h * n, have[h], n);
        }
        if (pair->v + i + 1 < pair->v_end)
            for (int h = 0; h < 2; h++)
                call_in(plan, in, pair->v + i + 1, c, pair->position[h], have[h]);
        rowops()->fft_row(spectrum, state->step, w->row, n, state->row_factors, state->turns);
    }
}

/* Column b of all channels: there, the products, and back. */
static void convolve_column(const struct imc_plan *plan, int b, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    const struct rowops *ops = rowops();
    for (int c = 0; c < plan->desc.in_c; c++)
        ops->fft_column(w->spectra + (size_t)c * state->plane + b * state->step, state->y.n, state->column_factors);
    for (int o = 0; o < plan->desc.filters; o++) {
        float *result = w->results + (size_t)o * state->plane + b * state->step;
        for (int c = 0; c < plan->filter_c; c++) {
            size_t channel = (size_t)(plan_first_channel(plan, o) + c), kernel = (size_t)o * (size_t)plan->filter_c + (size_t)c;
            ops->fft_product(result, w->spectra + channel * state->plane + b * state->step,
                             state->kernels + kernel * state->plane + b * state->step, c > 0, state->y.n);
        }
        ops->fft_column_back(result, state->y.n, state->column_factors);
    }
}

/* What the pixels that were taken off make in the results of filter o. */
static void find_levels(const struct imc_plan *plan, int o, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int n = state->x.n, lanes = plan->desc.lanes;
    const double *sums = state->sums + (size_t)o * (size_t)plan->filter_c;
    for (int h = 0; h < 2; h++) {
        float *level = w->levels + (2 * (size_t)o + (size_t)h) * (size_t)n;
        for (int l = 0; l < lanes; l++) {
            double sum = 0;
            for (int c = 0; c < plan->filter_c; c++)
                sum += w->bases[(2 * (size_t)(plan_first_channel(plan, o) + c) + (size_t)h) * (size_t)n + (size_t)l] * sums[c];
            level[l] = (float)sum;
        }
        repeat(level, lanes, state->x.keep * lanes);
    }
}

/* `pixels` results from one part of a row of the inverse transform. */
static void keep_results(const struct imc_plan *plan, const struct fft_work *w, int h, const float *level, int pixels, float *out)
{
    int lanes = plan->desc.lanes, stride = plan->desc.x.stride;
    const float *part = w->row + h * LANES;
    if (stride == 1) {
        rowops()->fft_store(out, part, level, pixels * lanes);
        return;
    }
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < lanes; l++)
            out[x * lanes + l] = part[place((size_t)x * (size_t)stride * (size_t)lanes + (size_t)l)] + level[l];
}

/* Row y of the outputs of both tiles, from row i of the results: back to samples, finished and stored. */
static void finish_row(const struct imc_plan *plan, const struct target *target, int y, int i, int x, const int pixels[2],
                       const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int keep = state->x.keep, filters = plan->desc.filters;
    for (int o = 0; o < filters; o++) {
        const float *result = w->results + (size_t)o * state->plane + (size_t)i * BLOCK;
        rowops()->fft_row_back(w->row, result, state->step, state->x.n, state->row_factors, state->turns);
        for (int h = 0; h < 2 && pixels[h]; h++) {
            size_t own = ((size_t)h * (size_t)filters + (size_t)o) * (size_t)state->x.n;
            const float *level = w->levels + (2 * (size_t)o + (size_t)h) * (size_t)state->x.n;
            float *room = epilogue_room(plan, target, y, x + h * keep, o, w->samples + own);
            keep_results(plan, w, h, level, pixels[h], room);
            w->responses[h * filters + o] = room;
        }
    }
    for (int h = 0; h < 2 && pixels[h]; h++)
        epilogue_span(plan, target, y, x + h * keep, pixels[h], w->responses + h * filters);
}

/* The pair of tiles whose outputs begin at row tile_y and pixel x; of its rows, y0..y1-1 are stored. */
static void run_pair(const struct imc_plan *plan, const struct rows *in, int tile_y, int x, int y0, int y1,
                     const struct target *target, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int keep = state->x.keep, stride = plan->desc.x.stride, pixels[2];
    struct pair pair = {.position = {x * stride, (x + keep) * stride}};
    plan_input_rows(plan, tile_y, tile_y + 1, &pair.v, &pair.v_end);
    for (int c = 0; c < plan->desc.in_c; c++)
        load_rows(plan, in, &pair, c, w);
    for (int b = 0; b < state->blocks; b++)
        convolve_column(plan, b, w);
    for (int o = 0; o < plan->desc.filters; o++)
        find_levels(plan, o, w);
    for (int h = 0; h < 2; h++) {
        int left = plan->out_w - x - h * keep;
        pixels[h] = left < 0 ? 0 : left < keep ? left : keep;
    }
    for (int y = y0; y < y1; y++)
        finish_row(plan, target, y, (y - tile_y) * plan->desc.y.stride, x, pixels, w);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct fft_state *state = plan->state;
    struct fft_work w = carve(plan, work);
    struct target cached = *target; /* spans of a tile are too short to go past the caches: their ends share lines */
    cached.stream = false;
    for (int tile_y = y0 / plan->grain * plan->grain; tile_y < y1; tile_y += plan->grain) {
        int from = tile_y > y0 ? tile_y : y0, to = tile_y + plan->grain < y1 ? tile_y + plan->grain : y1;
        for (int x = 0; x < plan->out_w; x += 2 * state->x.keep)
            run_pair(plan, in, tile_y, x, from, to, &cached, &w);
    }
}

const struct executor executor_fft = {
    .name = "fft",
    .mode = IMC_MODE_FFT,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
