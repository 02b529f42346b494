/* exec_separable.c: a kernel of rank r is a sum of r columns times rows, so r pairs of passes do (LoG has rank 2).
 *
 * Cost an output: r * (kh + kw) multiply-adds a channel instead of kh * kw. The vertical pass comes first: it needs row pointers, no
 * ring, and one load serves four rows of outputs. It runs over a block of output rows in tiles of columns that stay in L1 under all
 * taps (a row of a 4K picture times 61 taps would not), into a block of temporary rows in L2; the horizontal pass then reads those,
 * a load for each multiply-add, all terms of a filter in one list of taps.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "conv/fft_tile.h"
#include "conv/taplist.h"
#include "kernel/rank.h"
#include "simd/rowops.h"

#include <stdio.h>

enum {
    CHUNK = 960,     /* output samples that the horizontal pass finishes while in L1 */
    BLOCK_ROWS = 16, /* output rows of a block, fewer where their temporary rows would not fit L2 */
    BLOCK_BYTES = 768 << 10,
    TILE_FLOATS = 8 << 10, /* the vertical pass's share of L1 */
    TILE_LEAST = 96,
    TERMS_MAX = 8, /* passes of one kernel that are tried */
    ONE_PASS = 9   /* taps up to which one pass is faster than two (measured) */
};

/* One column of a kernel's sum, on one channel. */
struct term {
    int channel; /* within the filter's group */
    struct taplist column;
};

struct separable_state {
    int terms;           /* of all filters */
    int *first;          /* [filters + 1]: the terms of filter o */
    struct term *term;   /* [terms] */
    struct taplist *row; /* [filters]: all terms of a filter in one list, from its first temporary row on */
    int longest;         /* list */
    int block_rows;
    size_t row_samples; /* of a temporary row */
};

struct separable_work {
    float **responses;   /* [ROWOP_ROWS][filters] */
    const float **at;    /* the rows under ROWOP_ROWS outputs */
    const float **under; /* [longest] */
    float *samples;      /* [ROWOP_ROWS][filters][chunk] */
    float *block;        /* [block_rows][terms][row_samples] */
};

/* ---- accepting ---- */

/* Do the passes take fewer multiply-adds an output than every tap would? */
static bool cheaper(const struct imc_plan *plan)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    return plan->rank * (kh + kw) < kh * kw;
}

/* What one tap of a pass costs in the units of fft_tile_choose, tenths of a nanosecond (measured; folded and plain taps alike). */
static const double TAP_COST = 0.44;

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    struct fft_tile tile_y, tile_x;
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    if (plan->rank > TERMS_MAX) {
        snprintf(reason, size, "rank %d%s: more than %d pairs of passes", plan->rank, plan->rank == RANK_MAX ? " or more" : "",
                 TERMS_MAX);
        return false;
    }
    if (plan->wide && plan->rank > 1) {
        snprintf(reason, size, "rank %d: the factors would not be integers, whose sums must be exact", plan->rank);
        return false;
    }
    if (plan->rank > 1 && !cheaper(plan)) {
        snprintf(reason, size, "rank %d: %d passes of %d+%d taps cost no less than %dx%d", plan->rank, plan->rank, kh, kw, kh, kw);
        return false;
    }
    if (plan->desc.mode == IMC_MODE_AUTO && (!cheaper(plan) || kh * kw <= ONE_PASS)) {
        snprintf(reason, size, "%dx%d: two passes cost no less than one", kh, kw);
        return false;
    }
    double passes = TAP_COST * plan->filter_c * plan->rank * (kh + kw);
    if (plan->desc.mode == IMC_MODE_AUTO && plan->rank > 1 && fft_version() && fft_tile_choose(plan, &tile_y, &tile_x) < passes) {
        snprintf(reason, size, "rank %d: %d passes of %d+%d taps cost more than tiles of an FFT", plan->rank, plan->rank, kh, kw);
        return false;
    }
    return true;
}

/* ---- preparing ---- */

/* The lists of one plan, carved from one block of memory. */
struct arena {
    char *next;
};

static void *carve(struct arena *arena, size_t count, size_t size)
{
    void *memory = arena->next;
    arena->next += size_align(count * size);
    return memory;
}

static void carve_list(struct arena *arena, struct taplist *list, int n)
{
    list->taps = carve(arena, (size_t)n, sizeof *list->taps);
    list->place = carve(arena, (size_t)n, sizeof *list->place);
}

static size_t list_bytes(int n)
{
    return size_align((size_t)n * sizeof(float)) + size_align((size_t)n * sizeof(ptrdiff_t));
}

/* Factors of one filter's channels: columns[t][kh] and rows[t][kw]; returns the number of terms, or -1. */
static int factor(const struct imc_plan *plan, int o, float *columns, float *rows, int *channel)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel, terms = 0;
    for (int c = 0; c < plan->filter_c; c++) {
        int rank, limit = plan->rank > 0 ? plan->rank : 1;
        float *column = columns + (size_t)terms * (size_t)kh, *row = rows + (size_t)terms * (size_t)kw;
        if (rank_factor(plan_taps(plan, o, c), kh, kw, limit, &rank, column, row))
            return -1;
        for (int r = 0; r < rank; r++)
            channel[terms++] = c;
    }
    return terms;
}

/* A kernel of zeros keeps one term of zeros, so that there is something to run. */
static int at_least_one(const struct imc_plan *plan, int terms, float *columns, float *rows, int *channel)
{
    if (terms != 0)
        return terms;
    for (int i = 0; i < plan->desc.y.kernel; i++)
        columns[i] = 0;
    for (int j = 0; j < plan->desc.x.kernel; j++)
        rows[j] = 0;
    channel[0] = 0;
    return 1;
}

static void make_column(struct taplist *list, const struct imc_plan *plan, const float *taps)
{
    for (int i = 0; i < plan->desc.y.kernel; i++)
        taplist_add(list, taps[i], (ptrdiff_t)i * plan->desc.y.dilation);
    taplist_end(list);
}

static void make_row(struct taplist *list, const struct imc_plan *plan, const float *taps, int terms)
{
    const struct separable_state *state = plan->state;
    int kw = plan->desc.x.kernel;
    for (int t = 0; t < terms; t++)
        for (int j = 0; j < kw; j++)
            taplist_add(list, taps[(ptrdiff_t)t * kw + j],
                        (ptrdiff_t)t * (ptrdiff_t)state->row_samples + plan_sample(plan, j * plan->desc.x.dilation));
    taplist_end(list);
}

static bool make_lists(struct imc_plan *plan, struct separable_state *state, struct arena *arena, float *columns, float *rows,
                       int *channel)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    for (int o = 0; o < plan->desc.filters; o++) {
        int terms = at_least_one(plan, factor(plan, o, columns, rows, channel), columns, rows, channel);
        if (terms < 0)
            return false;
        state->first[o] = state->terms;
        for (int t = 0; t < terms; t++) {
            struct term *term = &state->term[state->terms++];
            term->channel = channel[t];
            carve_list(arena, &term->column, kh);
            make_column(&term->column, plan, columns + (size_t)t * (size_t)kh);
        }
        carve_list(arena, &state->row[o], terms * kw);
        make_row(&state->row[o], plan, rows, terms);
        state->longest = terms * kw > state->longest ? terms * kw : state->longest;
    }
    state->first[plan->desc.filters] = state->terms;
    return true;
}

static enum imc_status make_state(struct imc_plan *plan, struct imc_error *error)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    size_t filters = (size_t)plan->desc.filters, most = (size_t)plan->filter_c * (size_t)(plan->rank > 0 ? plan->rank : 1);
    size_t terms = filters * most;
    size_t bytes = size_align(sizeof(struct separable_state)) + size_align((filters + 1) * sizeof(int)) +
                   size_align(terms * sizeof(struct term)) + size_align(filters * sizeof(struct taplist)) + terms * list_bytes(kh) +
                   filters * list_bytes((int)most * kw) + size_align(most * (size_t)kh * sizeof(float)) +
                   size_align(most * (size_t)kw * sizeof(float)) + size_align((most + 1) * sizeof(int));
    struct arena arena = {mem_zalloc(1, bytes)};
    if (!arena.next)
        return fail_memory(error, "separable passes");
    struct separable_state *state = plan->state = carve(&arena, 1, sizeof *state);
    state->first = carve(&arena, filters + 1, sizeof *state->first);
    state->term = carve(&arena, terms, sizeof *state->term);
    state->row = carve(&arena, filters, sizeof *state->row);
    float *columns = carve(&arena, most * (size_t)kh, sizeof *columns), *rows = carve(&arena, most * (size_t)kw, sizeof *rows);
    int *channel = carve(&arena, most + 1, sizeof *channel);
    state->longest = kh;
    plan_split_phases(plan);
    state->row_samples =
        size_align((size_t)plan->phases * (size_t)plan->phase_w * (size_t)plan->desc.lanes * sizeof(float)) / sizeof(float);
    return make_lists(plan, state, &arena, columns, rows, channel) ? IMC_OK : fail_memory(error, "separable passes");
}

static int chunk_pixels(const struct imc_plan *plan)
{
    int pixels = CHUNK / plan->desc.lanes;
    return pixels < 1 ? 1 : plan->out_w < pixels ? plan->out_w : pixels;
}

static size_t chunk_samples(const struct imc_plan *plan)
{
    return size_align((size_t)chunk_pixels(plan) * (size_t)plan->desc.lanes * sizeof(float)) / sizeof(float);
}

/* Samples of a tile of the vertical pass: all rows under a block of outputs fit the share of L1. */
static int tile_samples(const struct imc_plan *plan)
{
    const struct separable_state *state = plan->state;
    int rows = plan->extent_y + (state->block_rows - 1) * plan->desc.y.stride, tile = TILE_FLOATS / rows / 32 * 32;
    return tile < TILE_LEAST ? TILE_LEAST : tile > CHUNK ? CHUNK : tile;
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(float *));
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    enum imc_status status = make_state(plan, error);
    if (status)
        return status;
    struct separable_state *state = plan->state;
    size_t row_bytes = state->row_samples * (size_t)state->terms * sizeof(float);
    size_t rows = BLOCK_BYTES / row_bytes / ROWOP_ROWS * ROWOP_ROWS;
    state->block_rows = rows < 1 ? 1 : rows > BLOCK_ROWS ? BLOCK_ROWS : (int)rows;
    if (state->block_rows > plan->out_h)
        state->block_rows = plan->out_h;
    plan->work_bytes = pointer_bytes(ROWOP_ROWS * plan->desc.filters) + pointer_bytes(plan_reach(plan, plan->extent_y)) +
                       pointer_bytes(state->longest) +
                       ROWOP_ROWS * (size_t)plan->desc.filters * chunk_samples(plan) * sizeof(float) +
                       (size_t)state->block_rows * row_bytes;
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

/* ---- running ---- */

static struct separable_work carve_work(const struct imc_plan *plan, void *memory)
{
    const struct separable_state *state = plan->state;
    struct arena arena = {memory};
    struct separable_work w;
    w.responses = carve(&arena, (size_t)(ROWOP_ROWS * plan->desc.filters), sizeof *w.responses);
    w.at = carve(&arena, (size_t)plan_reach(plan, plan->extent_y), sizeof *w.at);
    w.under = carve(&arena, (size_t)state->longest, sizeof *w.under);
    w.samples = carve(&arena, ROWOP_ROWS * (size_t)plan->desc.filters * chunk_samples(plan), sizeof *w.samples);
    w.block = (float *)arena.next;
    return w;
}

/* The temporary row of term t for row `line` of the block. */
static float *block_row(const struct separable_state *state, const struct separable_work *w, int line, int t)
{
    return w->block + ((size_t)line * (size_t)state->terms + (size_t)t) * state->row_samples;
}

/* The vertical pass of one term for output rows y .. y+rows-1, over samples x..x+count-1 of the padded row. */
static void pass_down(const struct imc_plan *plan, const struct rows *in, const struct separable_work *w, int o, int t, int y,
                      int rows, int line, int x, int count)
{
    const struct separable_state *state = plan->state;
    int stride = plan->desc.y.stride, v = y * stride - plan->top;
    int channel = plan_first_channel(plan, o) + state->term[t].channel;
    float *out[ROWOP_ROWS];
    for (int r = 0; r < rows; r++)
        out[r] = block_row(state, w, line + r, t) + x;
    for (int k = 0; k < plan->extent_y + (rows - 1) * stride; k++)
        w->at[k] = (const float *)rows_at(plan, in, v + k, channel) + x;
    taplist_down(&state->term[t].column, out, rows, w->at, stride, count, plan->wide, w->under);
}

/* All vertical passes of a block of rows, tile by tile. */
static void pass_block_down(const struct imc_plan *plan, const struct rows *in, const struct separable_work *w, int y0, int y1)
{
    const struct separable_state *state = plan->state;
    int samples = plan->phases * plan->phase_w * plan->desc.lanes, tile = tile_samples(plan);
    for (int x = 0; x < samples; x += tile) {
        int count = samples - x < tile ? samples - x : tile;
        for (int y = y0, rows; y < y1; y += rows) {
            rows = y1 - y < ROWOP_ROWS ? y1 - y : ROWOP_ROWS;
            for (int o = 0; o < plan->desc.filters; o++)
                for (int t = state->first[o]; t < state->first[o + 1]; t++)
                    pass_down(plan, in, w, o, t, y, rows, y - y0, x, count);
        }
    }
}

/* The horizontal passes of rows y .. y+rows-1, which are the block's from `line` on, over `pixels` outputs from x on. */
static void pass_across(const struct imc_plan *plan, const struct separable_work *w, int y, int rows, int line, int x, int pixels,
                        const struct target *target)
{
    const struct separable_state *state = plan->state;
    int filters = plan->desc.filters;
    for (int o = 0; o < filters; o++) {
        const float *in[ROWOP_ROWS];
        float *out[ROWOP_ROWS];
        for (int r = 0; r < rows; r++) {
            float *own = w->samples + ((size_t)r * (size_t)filters + (size_t)o) * chunk_samples(plan);
            w->responses[r * filters + o] = out[r] = epilogue_room(plan, target, y + r, x, o, own);
            in[r] = block_row(state, w, line + r, state->first[o]) + plan_sample(plan, x * plan->desc.x.stride);
        }
        taplist_across(&state->row[o], out, rows, in, pixels * plan->desc.lanes, plan->wide, w->under);
    }
    for (int r = 0; r < rows; r++)
        epilogue_span(plan, target, y + r, x, pixels, w->responses + (size_t)r * (size_t)filters);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct separable_state *state = plan->state;
    struct separable_work w = carve_work(plan, work);
    int chunk = chunk_pixels(plan);
    for (int top = y0, end; top < y1; top = end) {
        end = top + state->block_rows < y1 ? top + state->block_rows : y1;
        pass_block_down(plan, in, &w, top, end);
        for (int y = top, rows; y < end; y += rows) {
            rows = end - y < ROWOP_ROWS ? end - y : ROWOP_ROWS;
            for (int x = 0, pixels; x < plan->out_w; x += pixels) {
                pixels = plan->out_w - x < chunk ? plan->out_w - x : chunk;
                pass_across(plan, &w, y, rows, y - top, x, pixels, target);
            }
        }
    }
}

const struct executor executor_separable = {
    .name = "separable",
    .mode = IMC_MODE_SEPARABLE,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
