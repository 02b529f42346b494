/* exec_fft.c: large kernels by overlap-save tiles on FFTW, never the whole image.
 *
 * A tile of n_y x n_x padded samples gives the n - extent + 1 stride-1 results in each axis that the circular wrap does not reach;
 * of those, every stride-th is kept. Correlation is a product with the conjugate: out = IFFT(FFT(in) * conj(FFT(kernel))). Dilation
 * is a kernel with zeros between its taps. Spectra of input channels are summed before the inverse transform.
 *
 * Two neighbouring tiles of a row travel as the real and the imaginary part of one complex transform: as the kernel is real, they
 * come back apart, and FFTW's complex transforms take half the time of its real ones a sample. Cost a pair of tiles: about 5 n
 * log2(n) flops (n = n_y*n_x) for each channel and each filter, plus 8n for each of their products; an output costs that divided by
 * the results kept.
 *
 * Each tile is shifted by its first sample before the transform, and that sample times the sum of the taps is added to the results:
 * rounding errors then scale with the contrast of the tiles, and a flat picture gives exactly what its taps' sum says.
 *
 * Tiles lie on a grid anchored at output (0, 0), so cutting the work into jobs changes no sample. FFTW plans are made with
 * FFTW_ESTIMATE (no timing: the same machine repeats itself), behind a mutex because FFTW's planner is not reentrant.
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
    size_t bins;          /* n_y*n_x */
    fftwf_plan forward, inverse;
    fftwf_complex *kernels; /* [filters][filter_c][bins], conjugated, divided by n_y*n_x */
    double *sums;           /* [filters][filter_c], of the taps */
};

/* Scratch for a pair of tiles. */
struct fft_work {
    fftwf_complex *tile;    /* [bins] */
    fftwf_complex *spectra; /* [in_c][bins] */
    fftwf_complex *product; /* [bins] */
    fftwf_complex *results; /* [filters][lanes][bins] */
    float **responses;      /* [filters] */
    float *base;            /* [in_c][2], what was taken off the tiles */
    float *level;           /* [filters][lanes][2], what that makes in the results */
    float *samples;         /* [filters][keep*lanes] */
};

/* Where the tiles of a pair lie: virtual rows v .. v_end-1 that outputs need, and the padded position of each. The second may lie
 * beyond the row. */
struct pair {
    int v, v_end, position[2];
};

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

/* ---- accepting ---- */

/* What one tap of the direct executor costs in the units of fft_tile_choose (measured). */
static const double TAP_COST = 0.27;

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
        snprintf(reason, size, "tiles of %dx%d cost about %.1f ns an output, direct %.1f", y.n, x.n, fft / 10, direct / 10);
        return false;
    }
    return true;
}

/* ---- preparing ---- */

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
    return size_align((size_t)plan->desc.in_c * 2 * sizeof(float));
}

static size_t level_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)plan->desc.filters * (size_t)plan->desc.lanes * 2 * sizeof(float));
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
    return size_mul(filters * (size_t)plan->desc.lanes, bins_bytes(state), &results) &&
           size_mul((size_t)plan->desc.in_c + 2, bins_bytes(state), &spectra) && size_mul(filters, span_bytes(plan), &spans) &&
           size_add(results, spectra, &plan->work_bytes) && size_add(plan->work_bytes, spans, &plan->work_bytes) &&
           size_add(plan->work_bytes, pointer_bytes(plan) + base_bytes(plan) + level_bytes(plan), &plan->work_bytes);
}

static bool plan_transforms(struct fft_state *state, fftwf_complex *tile, fftwf_complex *spectrum)
{
    pthread_mutex_lock(&planner);
    state->forward = fftwf_plan_dft_2d(state->y.n, state->x.n, tile, spectrum, FFTW_FORWARD, FFTW_ESTIMATE);
    state->inverse = fftwf_plan_dft_2d(state->y.n, state->x.n, spectrum, tile, FFTW_BACKWARD, FFTW_ESTIMATE);
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
static void transform_kernel(const struct imc_plan *plan, const float *taps, fftwf_complex *tile, fftwf_complex *spectrum)
{
    const struct fft_state *state = plan->state;
    const struct imc_conv_axis *y = &plan->desc.y, *x = &plan->desc.x;
    memset(tile, 0, state->bins * sizeof *tile);
    for (int i = 0; i < y->kernel; i++)
        for (int j = 0; j < x->kernel; j++)
            tile[(size_t)i * (size_t)y->dilation * (size_t)state->x.n + (size_t)j * (size_t)x->dilation][0] = *taps++;
    fftwf_execute_dft(state->forward, tile, spectrum);
    float scale = 1.0f / (float)state->bins;
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
    fftwf_complex *tile = mem_alloc(1, bins_bytes(state));
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
    state->bins = (size_t)state->y.n * (size_t)state->x.n;
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
    w.tile = (fftwf_complex *)next;
    w.spectra = (fftwf_complex *)(next += bins_bytes(state));
    w.product = (fftwf_complex *)(next += (size_t)plan->desc.in_c * bins_bytes(state));
    w.results = (fftwf_complex *)(next += bins_bytes(state));
    w.responses = (float **)(next += filters * (size_t)plan->desc.lanes * bins_bytes(state));
    w.base = (float *)(next += pointer_bytes(plan));
    w.level = (float *)(next += base_bytes(plan));
    w.samples = (float *)(next + level_bytes(plan));
    return w;
}

/* How many samples of a tile's row lie within the padded row. */
static int samples_within(const struct imc_plan *plan, int position)
{
    const struct fft_state *state = plan->state;
    int left = plan->span_w - position;
    return left < 0 ? 0 : left < state->x.n ? left : state->x.n;
}

/* Loads lane l of channel c of both tiles, each less its first sample, which goes to base; zeros beyond those that any output
 * needs. */
static void load_pair(const struct imc_plan *plan, const struct rows *in, const struct pair *pair, int c, int l,
                      fftwf_complex *tile, float base[2])
{
    const struct fft_state *state = plan->state;
    int lanes = plan->desc.lanes, have[2] = {samples_within(plan, pair->position[0]), samples_within(plan, pair->position[1])};
    const float *first = rows_at(plan, in, pair->v, c);
    for (int h = 0; h < 2; h++)
        base[h] = have[h] ? first[(ptrdiff_t)pair->position[h] * lanes + l] : 0;
    for (int i = 0; i < state->y.n; i++, tile += state->x.n) {
        memset(tile + have[1], 0, sizeof *tile * (size_t)(state->x.n - have[1]));
        if (pair->v + i >= pair->v_end) {
            memset(tile, 0, sizeof *tile * (size_t)have[1]);
            continue;
        }
        const float *row = (const float *)rows_at(plan, in, pair->v + i, c) + l;
        const float *a = row + (ptrdiff_t)pair->position[0] * lanes, *b = row + (ptrdiff_t)pair->position[1] * lanes;
        rowops()->pair_f32(tile[0], a, b, lanes, base, have[1]);
        for (int j = have[1]; j < have[0]; j++)
            tile[j][0] = a[(ptrdiff_t)j * lanes] - base[0];
    }
}

/* Transforms one lane of a pair: all channels forward, all filters back into results[o][lane]. */
static void convolve_lane(const struct imc_plan *plan, const struct rows *in, const struct pair *pair, int l,
                          const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    size_t bins = bins_bytes(state) / sizeof(fftwf_complex);
    for (int c = 0; c < plan->desc.in_c; c++) {
        load_pair(plan, in, pair, c, l, w->tile, w->base + 2 * c);
        fftwf_execute_dft(state->forward, w->tile, w->spectra + (size_t)c * bins);
    }
    for (int o = 0; o < plan->desc.filters; o++) {
        int first = plan_first_channel(plan, o);
        const double *sums = state->sums + (size_t)o * (size_t)plan->filter_c;
        fftwf_complex *kernel = state->kernels + (size_t)o * (size_t)plan->filter_c * bins;
        fftwf_complex *spectra = w->spectra + (size_t)first * bins;
        double level[2] = {0, 0};
        for (int c = 0; c < plan->filter_c; c++) {
            rowops()->complex_mul(w->product[0], spectra[(size_t)c * bins], kernel[(size_t)c * bins], c > 0, state->bins);
            for (int h = 0; h < 2; h++)
                level[h] += w->base[2 * (first + c) + h] * sums[c];
        }
        size_t place = (size_t)o * (size_t)plan->desc.lanes + (size_t)l;
        w->level[2 * place] = (float)level[0];
        w->level[2 * place + 1] = (float)level[1];
        fftwf_execute_dft(state->inverse, w->product, w->results + place * bins);
    }
}

/* Row `i` of the outputs of tile h of the pair, lanes interleaved, every stride-th result, into responses. */
static void gather_row(const struct imc_plan *plan, const struct fft_work *w, int h, int i, int pixels)
{
    const struct fft_state *state = plan->state;
    size_t bins = bins_bytes(state) / sizeof(fftwf_complex), floats = span_bytes(plan) / sizeof(float);
    int lanes = plan->desc.lanes, stride = plan->desc.x.stride;
    size_t line = (size_t)i * (size_t)plan->desc.y.stride * (size_t)state->x.n;
    for (int o = 0; o < plan->desc.filters; o++) {
        w->responses[o] = w->samples + (size_t)o * floats;
        for (int l = 0; l < lanes; l++) {
            size_t place = (size_t)o * (size_t)lanes + (size_t)l;
            const float *result = w->results[place * bins + line] + h;
            float level = w->level[2 * place + (size_t)h];
            if (lanes == 1)
                rowops()->offset_f32(w->responses[o], result, 2 * (ptrdiff_t)stride, level, pixels);
            else
                for (int x = 0; x < pixels; x++)
                    w->responses[o][x * lanes + l] = result[2 * (ptrdiff_t)x * stride] + level;
        }
    }
}

/* The pair of tiles whose outputs begin at row tile_y and pixel x; of its rows, y0..y1-1 are stored. */
static void run_pair(const struct imc_plan *plan, const struct rows *in, int tile_y, int x, int y0, int y1,
                     const struct target *target, const struct fft_work *w)
{
    const struct fft_state *state = plan->state;
    int keep = state->x.keep, stride = plan->desc.x.stride;
    struct pair pair = {.position = {x * stride, (x + keep) * stride}};
    plan_input_rows(plan, tile_y, tile_y + 1, &pair.v, &pair.v_end);
    for (int l = 0; l < plan->desc.lanes; l++)
        convolve_lane(plan, in, &pair, l, w);
    for (int h = 0; h < 2 && x < plan->out_w; h++, x += keep) {
        int pixels = plan->out_w - x < keep ? plan->out_w - x : keep;
        for (int y = y0; y < y1; y++) {
            gather_row(plan, w, h, y - tile_y, pixels);
            epilogue_span(plan, target, y, x, pixels, w->responses);
        }
    }
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct fft_state *state = plan->state;
    struct fft_work w = carve(plan, work);
    for (int tile_y = y0 / plan->grain * plan->grain; tile_y < y1; tile_y += plan->grain) {
        int from = tile_y > y0 ? tile_y : y0, to = tile_y + plan->grain < y1 ? tile_y + plan->grain : y1;
        for (int x = 0; x < plan->out_w; x += 2 * state->x.keep)
            run_pair(plan, in, tile_y, x, from, to, target, &w);
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
