/* exec_fft.c: large kernels by overlap-save tiles on FFTW, never the whole image.
 *
 * A tile of n_y x n_x padded samples gives the n - extent + 1 stride-1 results in each axis that the circular wrap does not reach; of those,
 * every stride-th is kept. Correlation is a product with the conjugate: out = IFFT(FFT(in) * conj(FFT(kernel))). Dilation is a kernel with
 * zeros between its taps. Spectra of input channels are summed before the inverse transform. Cost a tile: about 2.5 n log2(n) flops
 * (n = n_y*n_x) for each channel and each filter, plus 4n for each pair; an output costs that divided by the results kept.
 *
 * Each tile is shifted by its first sample before the transform, and that sample times the sum of the taps is added to the results: rounding errors
 * then scale with the contrast of the tile, and a flat picture gives exactly what its taps' sum says.
 *
 * Tiles lie on a grid anchored at output (0, 0), so cutting the work into jobs changes no sample. FFTW plans are made with FFTW_ESTIMATE
 * (no timing: the same machine repeats itself), behind a mutex because FFTW's planner is not reentrant.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "conv/fft_tile.h"
#include "simd/rowops.h"

#include <stdio.h>

#ifdef IMGCONV_NO_FFTW

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    (void)plan;
    snprintf(reason, size, "this imgconv was built without FFTW");
    return false;
}

const struct executor executor_fft = {.name = "fft", .mode = IMC_MODE_FFT, .accepts = accepts};

#else

#include <fftw3.h>
#include <pthread.h>
#include <string.h>

struct fft_state {
    struct fft_tile y, x; /* one axis each */
    size_t reals, bins;   /* n_y*n_x, and n_y*(n_x/2 + 1) complex */
    fftwf_plan forward, inverse;
    fftwf_complex *kernels; /* [filters][filter_c][bins], conjugated, divided by n_y*n_x */
    double *sums;           /* [filters][filter_c], of the taps */
};

struct fft_work {
    float *tile;            /* [reals] */
    fftwf_complex *spectra; /* [in_c][bins] */
    fftwf_complex *product; /* [bins] */
    float *results;         /* [filters][lanes][reals] */
    float **responses;      /* [filters] */
    float *base;            /* [in_c], what was taken off the tile */
    float *level;           /* [filters][lanes], what that makes in the results */
    float *samples;         /* [filters][keep*lanes] */
};

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

/* ---- accepting ---- */

/* What one tap of the direct executor costs in the units of tile_cost. */
static const double TAP_COST = 1.0;

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_desc *desc = &plan->desc;
    if (plan->extent_y > FFT_LENGTH_MAX || plan->extent_x > FFT_LENGTH_MAX || (int64_t)plan->extent_y * plan->extent_x > 1 << 26) {
        snprintf(reason, size, "a kernel that spans %dx%d is too large for a tile", plan->extent_y, plan->extent_x);
        return false;
    }
    if (desc->mode == IMC_MODE_FFT)
        return true;
    struct fft_tile y, x;
    double direct = TAP_COST * plan->filter_c * desc->y.kernel * desc->x.kernel, fft = fft_tile_choose(plan, &y, &x);
    if (fft >= direct) {
        snprintf(reason, size, "%.0f operations an output in tiles of %dx%d, direct %.0f", fft, y.n, x.n, direct);
        return false;
    }
    return true;
}

/* ---- preparing ---- */

static size_t reals_bytes(const struct fft_state *state)
{
    return size_align(state->reals * sizeof(float));
}

static size_t bins_bytes(const struct fft_state *state)
{
    return size_align(state->bins * sizeof(fftwf_complex));
}

static size_t pointer_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)plan->desc.filters * sizeof(float *));
}

static size_t base_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)plan->desc.in_c * sizeof(float));
}

static size_t level_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)plan->desc.filters * (size_t)plan->desc.lanes * sizeof(float));
}

static size_t span_bytes(const struct imc_plan *plan)
{
    const struct fft_state *state = plan->state;
    return size_align((size_t)state->x.keep * (size_t)plan->desc.lanes * sizeof(float));
}

static bool size_work(struct imc_plan *plan)
{
    const struct fft_state *state = plan->state;
    size_t filters = (size_t)plan->desc.filters, results, spectra, spans;
    return size_mul(filters * (size_t)plan->desc.lanes, reals_bytes(state), &results) &&
           size_mul((size_t)plan->desc.in_c + 1, bins_bytes(state), &spectra) && size_mul(filters, span_bytes(plan), &spans) &&
           size_add(results, spectra, &plan->work_bytes) && size_add(plan->work_bytes, spans, &plan->work_bytes) &&
           size_add(plan->work_bytes, reals_bytes(state) + pointer_bytes(plan) + base_bytes(plan) + level_bytes(plan),
                    &plan->work_bytes);
}

static bool plan_transforms(struct fft_state *state, float *tile, fftwf_complex *spectrum)
{
    pthread_mutex_lock(&planner);
    state->forward = fftwf_plan_dft_r2c_2d(state->y.n, state->x.n, tile, spectrum, FFTW_ESTIMATE);
    state->inverse = fftwf_plan_dft_c2r_2d(state->y.n, state->x.n, spectrum, tile, FFTW_ESTIMATE);
    pthread_mutex_unlock(&planner);
    return state->forward && state->inverse;
}

static double sum_of(const float *taps, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += taps[i];
    return sum;
}

/* The spectrum of one kernel, conjugated and scaled. `tile` is scratch. */
static void transform_kernel(const struct imc_plan *plan, const float *taps, float *tile, fftwf_complex *spectrum)
{
    const struct fft_state *state = plan->state;
    const struct imc_conv_axis *y = &plan->desc.y, *x = &plan->desc.x;
    memset(tile, 0, state->reals * sizeof *tile);
    for (int i = 0; i < y->kernel; i++)
        for (int j = 0; j < x->kernel; j++)
            tile[(size_t)i * (size_t)y->dilation * (size_t)state->x.n + (size_t)j * (size_t)x->dilation] = *taps++;
    fftwf_execute_dft_r2c(state->forward, tile, spectrum);
    float scale = 1.0f / (float)state->reals;
    for (size_t k = 0; k < state->bins; k++) {
        spectrum[k][0] *= scale;
        spectrum[k][1] *= -scale;
    }
}

static bool transform_kernels(struct imc_plan *plan)
{
    struct fft_state *state = plan->state;
    size_t kernels = (size_t)plan->desc.filters * (size_t)plan->filter_c, stride = bins_bytes(state) / sizeof(fftwf_complex);
    size_t taps = (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
    state->kernels = mem_alloc(kernels, bins_bytes(state));
    state->sums = mem_alloc(kernels, sizeof *state->sums);
    float *tile = mem_alloc(1, reals_bytes(state));
    bool ready = state->kernels && state->sums && tile && plan_transforms(state, tile, state->kernels);
    for (int o = 0; ready && o < plan->desc.filters; o++)
        for (int c = 0; c < plan->filter_c; c++) {
            size_t index = (size_t)o * (size_t)plan->filter_c + (size_t)c;
            transform_kernel(plan, plan_taps(plan, o, c), tile, state->kernels + index * stride);
            state->sums[index] = sum_of(plan_taps(plan, o, c), taps);
        }
    mem_free(tile);
    return ready;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    struct fft_state *state = mem_zalloc(1, sizeof *state);
    if (!state)
        return fail_memory(error, "an FFT plan");
    plan->state = state;
    fft_tile_choose(plan, &state->y, &state->x);
    state->reals = (size_t)state->y.n * (size_t)state->x.n;
    state->bins = (size_t)state->y.n * (size_t)(state->x.n / 2 + 1);
    plan->grain = state->y.keep;
    return size_work(plan) && transform_kernels(plan) ? IMC_OK : fail_memory(error, "the tiles of an FFT plan");
}

static void release(struct imc_plan *plan)
{
    struct fft_state *state = plan->state;
    if (!state)
        return;
    pthread_mutex_lock(&planner);
    if (state->forward)
        fftwf_destroy_plan(state->forward);
    if (state->inverse)
        fftwf_destroy_plan(state->inverse);
    pthread_mutex_unlock(&planner);
    mem_free(state->kernels);
    mem_free(state->sums);
    mem_free(state);
}

/* ---- running ---- */

static struct fft_work carve(const struct imc_plan *plan, void *work)
{
    const struct fft_state *state = plan->state;
    size_t filters = (size_t)plan->desc.filters;
    struct fft_work w;
    char *next = work;
    w.tile = (float *)next;
    w.spectra = (fftwf_complex *)(next += reals_bytes(state));
    w.product = (fftwf_complex *)(next += (size_t)plan->desc.in_c * bins_bytes(state));
    w.results = (float *)(next += bins_bytes(state));
    w.responses = (float **)(next += filters * (size_t)plan->desc.lanes * reals_bytes(state));
    w.base = (float *)(next += pointer_bytes(plan));
    w.level = (float *)(next += base_bytes(plan));
    w.samples = (float *)(next + level_bytes(plan));
    return w;
}

/* Loads lane l of channel c: the padded samples from virtual row v, padded position p on, less the first of them, which is returned; zeros
 * beyond those that any output needs. */
static float load_tile(const struct imc_plan *plan, const struct rows *in, int v, int v_end, int p, int c, int l, float *tile)
{
    const struct fft_state *state = plan->state;
    float base = ((const float *)rows_at(plan, in, v, c))[(ptrdiff_t)p * plan->desc.lanes + l];
    int lanes = plan->desc.lanes, have_x = plan->span_w - p < state->x.n ? plan->span_w - p : state->x.n;
    for (int i = 0; i < state->y.n; i++, tile += state->x.n) {
        int have = v + i < v_end ? have_x : 0;
        if (have) {
            const float *row = (const float *)rows_at(plan, in, v + i, c) + (ptrdiff_t)p * lanes + l;
            rowops()->offset_f32(tile, row, lanes, -base, have);
        }
        memset(tile + have, 0, sizeof *tile * (size_t)(state->x.n - have));
    }
    return base;
}

/* Transforms one lane of a tile: all channels forward, all filters back into results[o][lane]. */
static void convolve_lane(const struct imc_plan *plan, const struct rows *in, int v, int v_end, int p, int l,
                          const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    size_t bins = bins_bytes(state) / sizeof(fftwf_complex), reals = reals_bytes(state) / sizeof(float);
    for (int c = 0; c < plan->desc.in_c; c++) {
        w->base[c] = load_tile(plan, in, v, v_end, p, c, l, w->tile);
        fftwf_execute_dft_r2c(state->forward, w->tile, w->spectra + (size_t)c * bins);
    }
    for (int o = 0; o < plan->desc.filters; o++) {
        fftwf_complex *kernel = state->kernels + (size_t)o * (size_t)plan->filter_c * bins;
        fftwf_complex *spectra = w->spectra + (size_t)plan_first_channel(plan, o) * bins;
        double level = 0;
        for (int c = 0; c < plan->filter_c; c++) {
            rowops()->complex_mul(w->product[0], spectra[(size_t)c * bins], kernel[(size_t)c * bins], c > 0, state->bins);
            level += w->base[plan_first_channel(plan, o) + c] * state->sums[(size_t)o * (size_t)plan->filter_c + (size_t)c];
        }
        w->level[o * plan->desc.lanes + l] = (float)level;
        float *result = w->results + ((size_t)o * (size_t)plan->desc.lanes + (size_t)l) * reals;
        fftwf_execute_dft_c2r(state->inverse, w->product, result);
    }
}

/* Row `i` of the tile's outputs, lanes interleaved, every stride-th result, into responses. */
static void gather_row(const struct imc_plan *plan, const struct fft_work *w, int i, int pixels)
{
    const struct fft_state *state = plan->state;
    size_t reals = reals_bytes(state) / sizeof(float), floats = span_bytes(plan) / sizeof(float);
    int lanes = plan->desc.lanes, stride = plan->desc.x.stride;
    for (int o = 0; o < plan->desc.filters; o++) {
        w->responses[o] = w->samples + (size_t)o * floats;
        for (int l = 0; l < lanes; l++) {
            const float *result = w->results + ((size_t)o * (size_t)lanes + (size_t)l) * reals;
            float level = w->level[o * lanes + l];
            result += (size_t)i * (size_t)plan->desc.y.stride * (size_t)state->x.n;
            if (lanes == 1)
                rowops()->offset_f32(w->responses[o], result, stride, level, pixels);
            else
                for (int x = 0; x < pixels; x++)
                    w->responses[o][x * lanes + l] = result[(ptrdiff_t)x * stride] + level;
        }
    }
}

static void run_tile(const struct imc_plan *plan, const struct rows *in, int tile_y, int x, int y0, int y1,
                     const struct target *target, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int v, v_end, pixels = plan->out_w - x < state->x.keep ? plan->out_w - x : state->x.keep;
    plan_input_rows(plan, tile_y, tile_y + 1, &v, &v_end);
    for (int l = 0; l < plan->desc.lanes; l++)
        convolve_lane(plan, in, v, v_end, x * plan->desc.x.stride, l, w);
    for (int y = y0; y < y1; y++) {
        gather_row(plan, w, y - tile_y, pixels);
        epilogue_span(plan, target, y, x, pixels, w->responses);
    }
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct fft_state *state = plan->state;
    struct fft_work w = carve(plan, work);
    for (int tile_y = y0 / plan->grain * plan->grain; tile_y < y1; tile_y += plan->grain) {
        int from = tile_y > y0 ? tile_y : y0, to = tile_y + plan->grain < y1 ? tile_y + plan->grain : y1;
        for (int x = 0; x < plan->out_w; x += state->x.keep)
            run_tile(plan, in, tile_y, x, from, to, target, &w);
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

#endif

const char *fft_version(void)
{
#ifdef IMGCONV_NO_FFTW
    return NULL;
#else
    return fftwf_version;
#endif
}
