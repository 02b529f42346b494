/* exec_direct.c: every tap, as written. Accepts everything; last in the table.
 *
 * Cost an output: filter_c * kh * kw fused multiply-adds. The order is that of design law 1: from +0, taps in order c, i, j, in
 * groups (correlate.c says why), then the bias in the epilogue.
 *
 * Where a kernel has no zeros, its rows lie side by side and its groups are few, the row op makes four rows of outputs at once, so
 * that one load serves up to four multiply-adds; it takes bytes as they are, and where responses are the results it rounds them to
 * bytes, or stores them past the caches, as they leave the registers. All others are lists of the taps that are not zero, a load
 * each.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/correlate.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

enum {
    CHUNK = 1920,    /* samples of a row that are finished while in L1 */
    CHUNK_LEAST = 96 /* and where the responses of many filters share it */
};

/* The taps of a plan without the zeros: those of filter o are first[o] .. first[o+1]-1. */
struct tap {
    int row, column; /* c*kh + i, and j */
};

struct direct_state {
    int grid_rows;     /* rows of taps of a group on a grid; 0: lists */
    ptrdiff_t *offset; /* [kw], where the taps of a row stand */
    int *first;
    float *taps;
    struct tap *places;
    int longest; /* list of one filter */
};

/* Scratch: responses [ROWOP_ROWS][filters][chunk], pointers to them and to the samples under a filter's taps, and what correlate
 * wants. */
struct direct_work {
    float **responses;
    const void **under;
    void *scratch;
    float *samples;
};

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    (void)plan, (void)reason, (void)size;
    return true;
}

static int chunk_pixels(const struct imc_plan *plan)
{
    int samples = CHUNK / plan->desc.filters, pixels;
    pixels = (samples > CHUNK_LEAST ? samples : CHUNK_LEAST) / plan->desc.lanes;
    return pixels < 1 ? 1 : plan->out_w < pixels ? plan->out_w : pixels;
}

static size_t chunk_bytes(const struct imc_plan *plan)
{
    return size_align((size_t)chunk_pixels(plan) * (size_t)plan->desc.lanes * sizeof(float));
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(float *));
}

/* Lists the taps that are not zero; a filter of zeros alone keeps its first tap. */
static void list_taps(struct imc_plan *plan, struct direct_state *state)
{
    int rows = plan->filter_c * plan->desc.y.kernel, kw = plan->desc.x.kernel, count = 0;
    for (int o = 0; o < plan->desc.filters; o++) {
        const float *taps = plan_taps(plan, o, 0);
        state->first[o] = count;
        for (int r = 0; r < rows; r++)
            for (int j = 0; j < kw; j++) {
                float tap = taps[(ptrdiff_t)r * kw + j];
                bool last = r == rows - 1 && j == kw - 1 && count == state->first[o];
                if (tap == 0 && !last)
                    continue;
                state->taps[count] = tap;
                state->places[count++] = (struct tap){r, j};
            }
        if (count - state->first[o] > state->longest)
            state->longest = count - state->first[o];
    }
    state->first[plan->desc.filters] = count;
}

/* The rows that `taps` rows of taps without dilation read for as many rows of outputs as a row op makes at once. */
static int grid_reach(const struct imc_plan *plan, int taps)
{
    int rows = plan->out_h < ROWOP_ROWS ? plan->out_h : ROWOP_ROWS;
    return taps + (rows - 1) * plan->desc.y.stride;
}

/* Rows of taps of a group, if the taps can be taken as a grid. */
static int choose_grid(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    size_t taps = (size_t)desc->filters * (size_t)plan->filter_c * (size_t)desc->y.kernel * (size_t)desc->x.kernel;
    if (plan->wide || desc->y.dilation > 1)
        return 0;
    for (size_t t = 0; t < taps; t++)
        if (desc->weights[t] == 0)
            return 0; /* 0 times infinity is not nothing */
    return correlate_rows(plan->filter_c, desc->y.kernel, desc->x.kernel);
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t filters = (size_t)plan->desc.filters, kw = (size_t)plan->desc.x.kernel;
    size_t taps = filters * (size_t)plan->filter_c * (size_t)plan->desc.y.kernel * kw;
    size_t head = size_align(sizeof(struct direct_state)), first = size_align((filters + 1) * sizeof(int));
    size_t offsets = size_align(kw * sizeof(ptrdiff_t));
    char *memory = mem_zalloc(1, head + first + offsets + taps * (sizeof(struct tap) + sizeof(float)));
    if (!memory)
        return fail_memory(error, "a list of taps");
    struct direct_state *state = plan->state = memory;
    state->first = (int *)(memory += head);
    state->offset = (ptrdiff_t *)(memory += first);
    state->places = (struct tap *)(memory + offsets);
    state->taps = (float *)(state->places + taps);
    list_taps(plan, state);
    plan_split_phases(plan);
    for (int j = 0; j < plan->desc.x.kernel; j++)
        state->offset[j] = plan_sample(plan, j * plan->desc.x.dilation);
    state->grid_rows = choose_grid(plan);
    if (state->grid_rows && plan_takes_bytes(plan))
        plan->row_type = IMC_U8;
    int pointers = state->grid_rows ? grid_reach(plan, state->grid_rows) : state->longest;
    plan->work_bytes = pointer_bytes(ROWOP_ROWS * plan->desc.filters) + pointer_bytes(pointers) +
                       correlate_bytes(state->longest, chunk_pixels(plan) * plan->desc.lanes) +
                       ROWOP_ROWS * filters * chunk_bytes(plan);
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct direct_work carve(const struct imc_plan *plan, void *work)
{
    const struct direct_state *state = plan->state;
    struct direct_work w;
    char *next = work;
    w.responses = (float **)next;
    w.under = (const void **)(next += pointer_bytes(ROWOP_ROWS * plan->desc.filters));
    w.scratch = next += pointer_bytes(state->grid_rows ? grid_reach(plan, state->grid_rows) : state->longest);
    w.samples = (float *)(next + correlate_bytes(state->longest, chunk_pixels(plan) * plan->desc.lanes));
    return w;
}

/* The samples under each tap of filter o for the output pixels of row y from x on. */
static void point_taps(const struct imc_plan *plan, const struct rows *in, int o, int y, int x, const void **under)
{
    const struct direct_state *state = plan->state;
    const struct imc_conv_desc *desc = &plan->desc;
    int v = y * desc->y.stride - plan->top, channel = plan_first_channel(plan, o), kh = desc->y.kernel;
    for (int t = state->first[o]; t < state->first[o + 1]; t++) {
        struct tap place = state->places[t];
        const float *row = rows_at(plan, in, v + place.row % kh * desc->y.dilation, channel + place.row / kh);
        *under++ = row + plan_sample(plan, x * desc->x.stride + place.column * desc->x.dilation);
    }
}

/* A span of `pixels` outputs from x on, in rows y .. y+rows-1: out[r] is filter o's in row y+r. */
struct span {
    int y, rows, x, pixels;
    const struct rowop_ahead *ahead;
};

static void run_list(const struct imc_plan *plan, const struct rows *in, const struct direct_work *w, struct span span, int o,
                     float *const *out)
{
    const struct direct_state *state = plan->state;
    int first = state->first[o], count = state->first[o + 1] - first;
    for (int r = 0; r < span.rows; r++) {
        point_taps(plan, in, o, span.y + r, span.x, w->under);
        correlate(out[r], (const float *const *)w->under, state->taps + first, count, span.pixels * plan->desc.lanes, plan->wide,
                  w->scratch);
    }
}

/* Where a grid's results go: sums of all groups of taps but the last stay in `sums`, which may be `out`; finished ones go to out,
 * as they are or past the caches, or rounded to bytes. */
struct grid_out {
    float *out[ROWOP_ROWS], *sums[ROWOP_ROWS];
    uint8_t *bytes[ROWOP_ROWS];
    bool round, stream;
};

/* One group of taps of a grid. */
static void run_group(const struct imc_plan *plan, const struct direct_work *w, const struct rowop_grid *grid, int rows, int n,
                      bool last, const struct grid_out *to)
{
    const struct rowops *ops = rowops();
    float *const *out = last ? to->out : to->sums;
    if (plan->row_type == IMC_F32)
        ops->grid_f32(out, rows, (const float *const *)w->under, grid, n);
    else
        ops->grid_u8(out, last && to->round ? to->bytes : NULL, plan->desc.out_max, rows, (const uint8_t *const *)w->under, grid,
                     n);
}

/* What will be wanted next, in step with a span: as many rows as it adds, behind those of the spans above. */
static struct rowop_ahead look_ahead(const struct imc_plan *plan, const struct rows *in, struct span span, int y0)
{
    struct rowop_ahead ahead = in->coming;
    int stride = plan->desc.y.stride, above = (span.y - y0) * stride;
    ahead.rows = ahead.rows < above + span.rows * stride ? ahead.rows - above : span.rows * stride;
    ahead.bytes *= plan->desc.x.stride;
    ahead.row += ahead.rows > 0 ? above * ahead.step + (ptrdiff_t)span.x * ahead.bytes : 0;
    ahead.bytes /= plan->desc.lanes;
    return ahead;
}

static void run_grid(const struct imc_plan *plan, const struct rows *in, const struct direct_work *w, struct span span, int o,
                     const struct grid_out *to)
{
    const struct direct_state *state = plan->state;
    const struct imc_conv_desc *desc = &plan->desc;
    int kh = desc->y.kernel, kw = desc->x.kernel, v = span.y * desc->y.stride - plan->top, n = span.pixels * desc->lanes;
    ptrdiff_t x = plan_sample(plan, span.x * desc->x.stride) * (ptrdiff_t)imc_type_size(plan->row_type);
    struct rowop_grid grid = {.offset = state->offset, .kw = kw, .stride = desc->y.stride};
    for (int c = 0; c < plan->filter_c; c++)
        for (int i = 0; i < kh; i += state->grid_rows, grid.onto = to->sums) {
            bool last = c == plan->filter_c - 1 && i + state->grid_rows >= kh;
            grid.taps = plan_taps(plan, o, c) + (ptrdiff_t)i * kw;
            grid.ahead = o + c + i == 0 ? span.ahead : NULL;
            grid.kh = kh - i < state->grid_rows ? kh - i : state->grid_rows;
            grid.stream = to->stream && last;
            int reach = grid.kh + (span.rows - 1) * grid.stride;
            for (int k = 0; k < reach; k++)
                w->under[k] = (const char *)rows_at(plan, in, v + i + k, plan_first_channel(plan, o) + c) + x;
            run_group(plan, w, &grid, span.rows, n, last, to);
        }
}

/* Whether a span's results are finished by the row op. */
static bool finishes(const struct imc_plan *plan, const struct target *target, struct grid_out *to)
{
    const struct direct_state *state = plan->state;
    to->round = state->grid_rows && plan->row_type == IMC_U8 && epilogue_rounds(plan, target);
    bool floats = state->grid_rows && plan->row_type == IMC_F32 && epilogue_streams(plan, target);
    to->stream = floats || (to->round && target->stream);
    return to->round || floats;
}

static void run_span(const struct imc_plan *plan, const struct rows *in, const struct direct_work *w, struct span span,
                     const struct target *target)
{
    const struct direct_state *state = plan->state;
    int filters = plan->desc.filters;
    size_t room = chunk_bytes(plan) / sizeof(float);
    struct grid_out to;
    bool finished = finishes(plan, target, &to);
    for (int o = 0; o < filters; o++) {
        for (int r = 0; r < span.rows; r++) {
            float *own = w->samples + ((size_t)r * (size_t)filters + (size_t)o) * room;
            void *there = finished ? epilogue_address(plan, target, span.y + r, span.x, o) : NULL;
            to.sums[r] = finished ? own : epilogue_room(plan, target, span.y + r, span.x, o, own);
            to.out[r] = finished ? there : to.sums[r];
            to.bytes[r] = there;
            w->responses[r * filters + o] = to.out[r];
        }
        if (state->grid_rows)
            run_grid(plan, in, w, span, o, &to);
        else
            run_list(plan, in, w, span, o, to.out);
    }
    for (int r = 0; r < span.rows && !finished; r++)
        epilogue_span(plan, target, span.y + r, span.x, span.pixels, w->responses + (size_t)r * (size_t)filters);
}

/* Rows go in chunks that wait in L1 for what follows, or whole where nothing does: each call costs 200 cycles, and the start of new
 * streams of samples. */
static int choose_chunk(const struct imc_plan *plan, const struct target *target)
{
    const struct direct_state *state = plan->state;
    struct grid_out to;
    bool one_group = plan->filter_c == 1 && plan->desc.y.kernel <= state->grid_rows;
    return one_group && finishes(plan, target, &to) ? plan->out_w : chunk_pixels(plan);
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    struct direct_work w = carve(plan, work);
    int chunk = choose_chunk(plan, target);
    for (struct span s = {.y = y0}; s.y < y1; s.y += s.rows) {
        s.rows = y1 - s.y < ROWOP_ROWS ? y1 - s.y : ROWOP_ROWS;
        for (s.x = 0; s.x < plan->out_w; s.x += s.pixels) {
            s.pixels = plan->out_w - s.x < chunk ? plan->out_w - s.x : chunk;
            struct rowop_ahead ahead = look_ahead(plan, in, s, y0);
            s.ahead = ahead.rows > 0 ? &ahead : NULL;
            run_span(plan, in, &w, s, target);
        }
    }
}

const struct executor executor_direct = {
    .name = "direct",
    .mode = IMC_MODE_DIRECT,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
