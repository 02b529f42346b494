/* exec_separable.c: a kernel of rank r is a sum of r columns times rows, so r pairs of passes do (LoG has rank 2).
 *
 * Cost an output: r * (kh + kw) multiply-adds a channel instead of kh * kw; half of that where the kernel mirrors, since so do its
 * factors, and taplist.c folds them. In the vertical pass, which comes first, one load serves up to four rows of outputs; in the
 * horizontal one each multiply-add has a load or a shift of its own, which makes it 1.3 to 1.7 times as dear, unless it is folded.
 *
 * Caches: a block of rows of outputs goes through both passes before the next begins. A strip of them is as wide as L2 allows:
 * there are the rows under it and the temporary rows, one for each term. Narrower tiles, which would keep the rows under a group
 * of taps in L1, cost more in short calls than they save (the row op that folds has tiles within a call). What strips have in
 * common, kw - 1 samples of each temporary row, is computed twice.
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
    STRIP_FLOATS = 208 << 10, /* what a strip has in L2 */
    STRIP_LEAST = 960,        /* output samples of a strip, more where kernels are wide */
    STRIP_UNIT = 96,          /* samples that the row op makes at once; whole lines of the cache */
    TERMS_MAX = 8             /* passes of one kernel that are tried */
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
    int strip;           /* output pixels of a strip; all where the stride splits rows into phases */
    size_t row_samples;  /* of a temporary row */
};

struct separable_work {
    float **responses;   /* [PASS_ROWS][filters] */
    const void **at;     /* the rows under a block */
    const float **under; /* [longest] */
    float *samples;      /* [PASS_ROWS][filters][strip] */
    float *block;        /* [PASS_ROWS][terms][row_samples] */
};

/* ---- accepting ---- */

/* Do the passes take fewer multiply-adds an output than every tap would? */
static bool cheaper(const struct imc_plan *plan)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    return plan->rank * (kh + kw) < kh * kw;
}

/* What one tap of a pass costs, half of them in each direction, and what a pair of passes costs besides (measured: fft_tile.h). */
static const double TAP_COST = 0.14, TERM_COST = 1.3;

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
    double passes = plan->filter_c * plan->rank * (TAP_COST * (kh + kw) + TERM_COST);
    if (plan->desc.mode == IMC_MODE_AUTO && passes >= COST_DIRECT_TAP * plan->filter_c * kh * kw) {
        snprintf(reason, size, "rank %d: passes of %d+%d taps cost no less than %dx%d in one", plan->rank, kh, kw, kh, kw);
        return false;
    }
    if (plan->desc.mode == IMC_MODE_AUTO && !plan->wide && fft_tile_choose(plan, &tile_y, &tile_x) < passes) {
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

/* Is a channel's kernel the same upside down (down), or from right to left? */
static bool mirrors(const struct imc_plan *plan, int o, int c, bool down)
{
    const float *taps = plan_taps(plan, o, c);
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++)
            if (taps[i * kw + j] != taps[down ? (kh - 1 - i) * kw + j : i * kw + kw - 1 - j])
                return false;
    return true;
}

/* The factors of a kernel that mirrors do so too, but for roundings. */
static void make_mirror(float *factor, int n)
{
    for (int i = 0; i < n / 2; i++)
        factor[i] = factor[n - 1 - i] = (float)(((double)factor[i] + factor[n - 1 - i]) / 2);
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
        bool down = mirrors(plan, o, c, true), across = mirrors(plan, o, c, false);
        for (int r = 0; r < rank; r++, terms++) {
            channel[terms] = c;
            if (down)
                make_mirror(columns + (size_t)terms * (size_t)kh, kh);
            if (across)
                make_mirror(rows + (size_t)terms * (size_t)kw, kw);
        }
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
    taplist_end(list, 1, plan->desc.y.kernel);
}

static void make_row(struct taplist *list, const struct imc_plan *plan, const float *taps, int terms)
{
    const struct separable_state *state = plan->state;
    int kw = plan->desc.x.kernel;
    for (int t = 0; t < terms; t++)
        for (int j = 0; j < kw; j++)
            taplist_add(list, taps[(ptrdiff_t)t * kw + j],
                        (ptrdiff_t)t * (ptrdiff_t)state->row_samples + plan_sample(plan, j * plan->desc.x.dilation));
    taplist_end(list, terms, kw);
    if (plan->desc.x.dilation > 1)
        list->mirrored = 0;
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

static int choose_strip(const struct imc_plan *plan)
{
    int64_t terms = plan->filter_c * (plan->rank > 0 ? plan->rank : 1), wide = (int64_t)8 * plan->extent_x;
    int64_t rows = plan->extent_y + (int64_t)PASS_ROWS * (plan->desc.y.stride + plan->desc.filters * (1 + terms));
    int64_t samples = STRIP_FLOATS / rows > STRIP_LEAST ? STRIP_FLOATS / rows / STRIP_UNIT * STRIP_UNIT : STRIP_LEAST;
    int64_t strip = samples / plan->desc.lanes > wide ? samples / plan->desc.lanes : wide;
    return plan->phases > 1 || strip > plan->out_w ? plan->out_w : (int)strip;
}

/* Samples of a padded row under `pixels` outputs. */
static int strip_samples(const struct imc_plan *plan, int pixels)
{
    int places = plan->phases > 1 ? plan->phases * plan->phase_w : pixels + plan->extent_x - 1;
    return places * plan->desc.lanes;
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
    state->strip = choose_strip(plan);
    state->row_samples = size_align((size_t)strip_samples(plan, state->strip) * sizeof(float)) / sizeof(float);
    return make_lists(plan, state, &arena, columns, rows, channel) ? IMC_OK : fail_memory(error, "separable passes");
}

static size_t response_samples(const struct imc_plan *plan)
{
    const struct separable_state *state = plan->state;
    return size_align((size_t)state->strip * (size_t)plan->desc.lanes * sizeof(float)) / sizeof(float);
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(float *));
}

/* Rows under a block. */
static int block_reach(const struct imc_plan *plan)
{
    int rows = plan->out_h < PASS_ROWS ? plan->out_h : PASS_ROWS;
    return plan->extent_y + (rows - 1) * plan->desc.y.stride;
}

/* Bytes go through the row op alone, which is for columns without gaps. */
static bool takes_bytes(const struct imc_plan *plan, const struct separable_state *state)
{
    bool takes = !plan->wide && plan_takes_bytes(plan);
    for (int t = 0; t < state->terms; t++)
        takes = takes && state->term[t].column.dense;
    return takes;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    enum imc_status status = make_state(plan, error);
    if (status)
        return status;
    struct separable_state *state = plan->state;
    if (takes_bytes(plan, state))
        plan->row_type = IMC_U8;
    size_t responses = PASS_ROWS * (size_t)plan->desc.filters;
    plan->work_bytes = pointer_bytes((int)responses) + pointer_bytes(block_reach(plan)) + pointer_bytes(state->longest) +
                       responses * response_samples(plan) * sizeof(float) +
                       PASS_ROWS * (size_t)state->terms * state->row_samples * sizeof(float);
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
    w.responses = carve(&arena, (size_t)(PASS_ROWS * plan->desc.filters), sizeof *w.responses);
    w.at = carve(&arena, (size_t)block_reach(plan), sizeof *w.at);
    w.under = carve(&arena, (size_t)state->longest, sizeof *w.under);
    w.samples = carve(&arena, PASS_ROWS * (size_t)plan->desc.filters * response_samples(plan), sizeof *w.samples);
    w.block = (float *)arena.next;
    return w;
}

/* The temporary row of term t for row `line` of the block. */
static float *block_row(const struct separable_state *state, const struct separable_work *w, int line, int t)
{
    return w->block + ((size_t)line * (size_t)state->terms + (size_t)t) * state->row_samples;
}

/* A block of `rows` rows from y on, and in it the strip of `pixels` outputs from x on. */
struct part {
    int y, rows, x, pixels;
};

/* The vertical pass of term t of filter o. */
static void pass_down(const struct imc_plan *plan, const struct rows *in, const struct separable_work *w, const struct part *part,
                      int o, int t)
{
    const struct separable_state *state = plan->state;
    const struct taplist *list = &state->term[t].column;
    int stride = plan->desc.y.stride, channel = plan_first_channel(plan, o) + state->term[t].channel;
    bool bytes = plan->row_type == IMC_U8;
    size_t x = (size_t)plan_sample(plan, part->x * plan->desc.x.stride) * (bytes ? 1 : sizeof(float));
    float *out[PASS_ROWS];
    for (int k = 0; k < plan->extent_y + (part->rows - 1) * stride; k++)
        w->at[k] = (const char *)rows_at(plan, in, part->y * stride - plan->top + k, channel) + x;
    for (int r = 0; r < part->rows; r++)
        out[r] = block_row(state, w, r, t);
    taplist_down(list, out, part->rows, w->at, bytes, stride, strip_samples(plan, part->pixels), plan->wide, w->under);
}

/* The horizontal passes of all filters, and what follows them. */
static void pass_across(const struct imc_plan *plan, const struct separable_work *w, const struct part *part,
                        const struct target *target)
{
    const struct separable_state *state = plan->state;
    int filters = plan->desc.filters;
    bool stream = !plan->wide && epilogue_streams(plan, target);
    for (int o = 0; o < filters; o++) {
        const float *in[PASS_ROWS];
        float *out[PASS_ROWS], *own[PASS_ROWS];
        for (int r = 0; r < part->rows; r++) {
            own[r] = w->samples + ((size_t)r * (size_t)filters + (size_t)o) * response_samples(plan);
            w->responses[r * filters + o] = out[r] = stream ? epilogue_address(plan, target, part->y + r, part->x, o)
                                                            : epilogue_room(plan, target, part->y + r, part->x, o, own[r]);
            in[r] = block_row(state, w, r, state->first[o]);
        }
        taplist_across(&state->row[o], out, stream ? own : out, part->rows, in, part->pixels * plan->desc.lanes, stream, plan->wide,
                       w->under);
    }
    for (int r = 0; r < part->rows && !stream; r++)
        epilogue_span(plan, target, part->y + r, part->x, part->pixels, w->responses + (size_t)r * (size_t)filters);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct separable_state *state = plan->state;
    struct separable_work w = carve_work(plan, work);
    struct part part;
    for (part.x = 0; part.x < plan->out_w; part.x += part.pixels) {
        part.pixels = plan->out_w - part.x < state->strip ? plan->out_w - part.x : state->strip;
        for (part.y = y0; part.y < y1; part.y += part.rows) {
            part.rows = y1 - part.y < PASS_ROWS ? y1 - part.y : PASS_ROWS;
            for (int o = 0; o < plan->desc.filters; o++)
                for (int t = state->first[o]; t < state->first[o + 1]; t++)
                    pass_down(plan, in, &w, &part, o, t);
            pass_across(plan, &w, &part, target);
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
