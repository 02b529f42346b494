/* exec_box.c: a kernel of equal taps (mean, box) on 8-bit samples by running sums: cost independent of its size.
 *
 * Down: each column's sum of kh samples is carried from row to row, one sample added and one dropped. Across: short windows are
 * added up from a row of such sums; longer ones run along 32 rows at once (src/simd/avx2_box.h), as a sum waits for itself, but not
 * for its neighbour's row. All sums are integers and exact. Then the tap: short windows by an integer factor where one gives every
 * sum the rounded product, long ones by a float multiplication.
 *
 * Instructions for 32 outputs with registers of 64 bytes: short, 6 down, 2 kw - 1 across, 5 to round and store; long, about 31 in
 * all. A job begins with kh - 1 rows to add up, so jobs are several kernels tall.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHORT = 7 /* windows up to here are added up */, ROWS_LEAST = 64, ROWS_MOST = 512 };
enum { LINE = 64, UNIT = 32, COLUMNS_LEAST = 512 /* samples that ROWOP_RUNS rows are advanced by */ };

struct box_state {
    bool is_short; /* window sums fit 16 bits, and are few enough to add up */
    struct rowop_mean mean;
    bool by_factor; /* mean serves */
    int advance;    /* samples that long windows are advanced by: whole units, whole pixels */
};

struct box_work {
    uint16_t *sums;      /* [span * lanes], of the columns */
    uint8_t *zeros;      /* [span * lanes] */
    uint8_t *unwanted;   /* [out_w * lanes], for rows below the job */
    uint8_t *tile;       /* [ROWOP_RUNS][tile_pitch]: a stretch of rows that do not go to the picture at once */
    float *responses;    /* [rows][out_w * lanes] */
    int16_t *columns;    /* [column_room][ROWOP_RUNS] */
    int32_t *totals;     /* [lanes][ROWOP_RUNS] */
    int x0, width, span; /* outputs x0 .. x0 + width - 1 are made from columns x0 .. x0 + span - 1; columns are counted from x0 */
};

/* Column sums fit 16 bits, and window sums the 24 bits of a float. */
static bool sums_fit(const struct imc_plan *plan)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel;
    return kh * 255 <= UINT16_MAX && (double)kh * kw * 255 < 0x1p24;
}

static bool taps_are_equal(const struct imc_plan *plan)
{
    const float *taps = plan_taps(plan, 0, 0);
    for (int i = 1; i < plan->desc.y.kernel * plan->desc.x.kernel; i++)
        if (taps[i] != taps[0])
            return false;
    return true;
}

static bool border_is_byte(const struct imc_conv_desc *desc)
{
    for (int l = 0; l < desc->lanes && desc->border == IMC_BORDER_CONSTANT; l++) {
        float value = desc->border_values[l];
        if (value != rintf(value) || value < 0 || value > 255)
            return false;
    }
    return true;
}

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_desc *desc = &plan->desc;
    if (desc->filters != 1 || desc->in_c != 1 || !taps_are_equal(plan)) {
        snprintf(reason, size, "the taps are not all equal");
        return false;
    }
    if (desc->in_type != IMC_U8 || !border_is_byte(desc) || !sums_fit(plan)) {
        snprintf(reason, size, "running sums are for 8-bit samples and sums below 2^24");
        return false;
    }
    if (desc->y.dilation != 1 || desc->x.dilation != 1 || desc->y.stride != 1 || desc->x.stride != 1) {
        snprintf(reason, size, "running sums are for stride and dilation 1");
        return false;
    }
    if (desc->mode == IMC_MODE_AUTO && desc->y.kernel * desc->x.kernel < 4) {
        snprintf(reason, size, "fewer than 4 taps");
        return false;
    }
    return true;
}

static float tap_of(const struct imc_plan *plan)
{
    return plan_taps(plan, 0, 0)[0];
}

/* A mean, stored as it is? */
static bool is_plain_mean(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    float tap = tap_of(plan);
    bool mean = tap > 0 && tap * (float)(desc->y.kernel * desc->x.kernel) <= 1.001f;
    bool as_it_is = desc->gain == 1 && desc->bias[0] == 0 && desc->scale == 1 && desc->offset == 0;
    return mean && as_it_is && desc->out_type == IMC_U8 && desc->out_max == 255;
}

/* Does the integer formula give every sum up to `most` its rounded product with the tap? */
static bool mean_is_exact(const struct rowop_mean *mean, int most)
{
    for (int sum = 0; sum <= most; sum++)
        if ((int)((uint32_t)(sum + mean->add) * mean->factor >> (16 + mean->shift)) != (int)rintf(mean->tap * (float)sum))
            return false;
    return true;
}

/* Tries every shift; a tie that goes to an even number downwards (windows of even size) has no such formula. */
static bool find_mean(const struct imc_plan *plan, struct rowop_mean *mean)
{
    int most = plan->desc.y.kernel * plan->desc.x.kernel * 255;
    float half = 0.5f / tap_of(plan);
    if ((float)most + half >= UINT16_MAX)
        return false;
    for (int shift = 0; shift < 16; shift++) {
        float factor = ceilf(ldexpf(tap_of(plan), 16 + shift));
        *mean = (struct rowop_mean){tap_of(plan), (uint16_t)half, (uint16_t)factor, shift};
        if (factor <= UINT16_MAX && mean_is_exact(mean, most))
            return true;
    }
    return false;
}

static size_t span_samples(const struct imc_plan *plan)
{
    return (size_t)plan->span_w * (size_t)plan->desc.lanes;
}

static size_t out_samples(const struct imc_plan *plan)
{
    return (size_t)plan->out_w * (size_t)plan->desc.lanes;
}

/* Column sums that long windows hold: one pixel before the window, the window, what was advanced, and outputs that wait for a whole
 * unit. */
static size_t column_room(const struct imc_plan *plan)
{
    const struct box_state *state = plan->state;
    size_t lanes = (size_t)plan->desc.lanes;
    return ((size_t)plan->desc.x.kernel + 1 + UNIT) * lanes + (size_t)state->advance;
}

/* From row to row of the tile: whole lines of the cache, an odd number of them. */
static ptrdiff_t tile_pitch(const struct imc_plan *plan)
{
    const struct box_state *state = plan->state;
    return (ptrdiff_t)size_align((size_t)state->advance + UNIT * (size_t)plan->desc.lanes) | LINE;
}

enum { PARTS = 7 };

/* The parts of struct box_work in their order. */
static void part_bytes(const struct imc_plan *plan, size_t part[PARTS])
{
    const struct box_state *state = plan->state;
    bool is_short = state->is_short;
    part[0] = size_align(span_samples(plan) * sizeof(uint16_t));
    part[1] = is_short ? 0 : size_align(span_samples(plan));
    part[2] = is_short ? 0 : size_align(out_samples(plan));
    part[3] = is_short ? 0 : ROWOP_RUNS * (size_t)tile_pitch(plan);
    part[4] = size_align(out_samples(plan) * sizeof(float)) * (is_short ? 1 : ROWOP_RUNS);
    part[5] = is_short ? 0 : size_align(column_room(plan) * ROWOP_RUNS * sizeof(int16_t));
    part[6] = size_align((size_t)plan->desc.lanes * ROWOP_RUNS * sizeof(int32_t));
}

/* Long windows are advanced by their own width at least, so that moving what is left of the columns costs no more than filling. */
static int advance_of(const struct imc_plan *plan)
{
    int lanes = plan->desc.lanes, unit = UNIT * lanes, least = plan->desc.x.kernel * lanes;
    least = least > COLUMNS_LEAST ? least : COLUMNS_LEAST;
    return (least + unit - 1) / unit * unit;
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    int kh = plan->desc.y.kernel, kw = plan->desc.x.kernel, rows = 8 * kh;
    struct box_state *state = plan->state = mem_zalloc(1, sizeof *state);
    if (!state)
        return fail_memory(error, "a mean");
    state->is_short = kw <= SHORT && kh * kw * 255 <= UINT16_MAX;
    state->by_factor = state->is_short && is_plain_mean(plan) && find_mean(plan, &state->mean);
    state->advance = advance_of(plan);
    plan->row_type = IMC_U8;
    plan->job_rows = rows < ROWS_LEAST ? ROWS_LEAST : rows > ROWS_MOST ? ROWS_MOST : rows;
    size_t part[PARTS];
    part_bytes(plan, part);
    for (int i = 0; i < PARTS; i++)
        plan->work_bytes += part[i];
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct box_work carve(const struct imc_plan *plan, const struct rows *in, void *memory)
{
    int width = in->x1 - in->x0;
    struct box_work w = {.x0 = in->x0, .width = width, .span = width + plan->desc.x.kernel - 1};
    char *next = memory;
    size_t part[PARTS];
    part_bytes(plan, part);
    w.sums = (uint16_t *)next;
    w.zeros = (uint8_t *)(next += part[0]);
    w.unwanted = (uint8_t *)(next += part[1]);
    w.tile = (uint8_t *)(next += part[2]);
    w.responses = (float *)(next += part[3]);
    w.columns = (int16_t *)(next += part[4]);
    w.totals = (int32_t *)(next + part[5]);
    return w;
}

/* Column 0 of virtual row v. */
static const uint8_t *columns_at(const struct imc_plan *plan, const struct rows *in, const struct box_work *w, int v)
{
    return (const uint8_t *)rows_at(plan, in, v, 0) + (ptrdiff_t)w->x0 * plan->desc.lanes;
}

/* Sums under output row y0, but for the last of its rows: what the first slide adds. */
static void start_columns(const struct imc_plan *plan, const struct rows *in, const struct box_work *w, int y0)
{
    int n = w->span * plan->desc.lanes;
    memset(w->sums, 0, (size_t)n * sizeof *w->sums);
    for (int i = 0; i < plan->desc.y.kernel - 1; i++)
        rowops()->add_u8(w->sums, columns_at(plan, in, w, y0 - plan->top + i), n);
}

/* Column sums under output row y from those under the row before. */
static void slide_columns(const struct imc_plan *plan, const struct rows *in, const struct box_work *w, int y, bool first)
{
    int n = w->span * plan->desc.lanes, v = y - plan->top;
    const uint8_t *enters = columns_at(plan, in, w, v + plan->desc.y.kernel - 1);
    if (first)
        rowops()->add_u8(w->sums, enters, n);
    else
        rowops()->slide_u8(w->sums, enters, columns_at(plan, in, w, v - 1), n);
}

static void run_short(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target,
                      const struct box_work *w)
{
    const struct box_state *state = plan->state;
    int lanes = plan->desc.lanes, kw = plan->desc.x.kernel, n = w->width * lanes;
    bool bytes = state->by_factor && epilogue_is_packed(plan, target);
    for (int y = y0; y < y1; y++) {
        rows_fetch(plan, in, y - y0, w->x0, w->x0 + w->width);
        slide_columns(plan, in, w, y, y == y0);
        if (bytes) {
            rowops()->mean_u16(epilogue_address(plan, target, y, w->x0, 0), w->sums, kw, lanes, &state->mean, n, target->stats,
                               target->stream);
            continue;
        }
        float *room = epilogue_room(plan, target, y, w->x0, 0, w->responses);
        rowops()->box_u16(room, w->sums, kw, lanes, tap_of(plan), n);
        epilogue_span(plan, target, y, w->x0, w->width, &room);
    }
}

/* A block of ROWOP_RUNS output rows from y on, of which `rows` are wanted; `first` of its job. */
struct box_block {
    int y, rows;
    bool first;
    const uint8_t *enters[ROWOP_RUNS], *leaves[ROWOP_RUNS]; /* at column 0 */
    uint8_t *bytes[ROWOP_RUNS];                             /* where output x0 goes: into the picture ... */
    float *floats[ROWOP_RUNS];                              /* ... or to be finished */
    bool plain, staged;                                     /* bytes; they go by way of the tile */
};

/* Rows that nobody wants take in and let go nothing, and so repeat the last one. */
static void find_rows(const struct imc_plan *plan, const struct rows *in, const struct target *target, const struct box_work *w,
                      struct box_block *block)
{
    for (int r = 0; r < ROWOP_RUNS; r++) {
        int y = block->y + r, v = y - plan->top;
        bool wanted = r < block->rows;
        block->enters[r] = wanted ? columns_at(plan, in, w, v + plan->desc.y.kernel - 1) : w->zeros;
        block->leaves[r] = wanted && !(block->first && r == 0) ? columns_at(plan, in, w, v - 1) : w->zeros;
        block->bytes[r] = wanted && block->plain ? epilogue_address(plan, target, y, w->x0, 0) : w->unwanted;
        block->floats[r] = w->responses + (size_t)r * out_samples(plan);
    }
}

/* The totals before output 0: the first kw - 1 columns. The pixel before them counts as nothing. */
static void start_totals(const struct imc_plan *plan, const struct box_work *w)
{
    int lanes = plan->desc.lanes, n = lanes * ROWOP_RUNS;
    for (int i = 0; i < n; i++) {
        w->columns[i] = INT16_MIN;
        w->totals[i] = 0;
    }
    for (int x = 1; x < plan->desc.x.kernel; x++)
        for (int i = 0; i < n; i++)
            w->totals[i] += w->columns[(ptrdiff_t)x * n + i] - INT16_MIN;
}

/* Are rows of bytes so far apart that 32 of them use a few sets of an L1 cache (64 sets of lines, 8 to 12 lines each)? Of lines
 * that are written 16 bytes at a time, row after row, none would stay there until it is whole: measured, 2.5 times the time. */
static bool rows_share_sets(ptrdiff_t step)
{
    enum { HALF = 64 * LINE / 2 };
    return (step % HALF + HALF + LINE) % HALF <= 2 * LINE;
}

/* n samples of bytes by way of the tile, for the picture from sample `at` on. */
static void run_staged(const struct imc_plan *plan, const struct box_work *w, const struct box_block *block, ptrdiff_t at, int n,
                       struct imc_stats *stats)
{
    uint8_t *tile[ROWOP_RUNS];
    for (int r = 0; r < ROWOP_RUNS; r++)
        tile[r] = w->tile + r * tile_pitch(plan);
    rowops()->running_u8(tile, w->totals, w->columns, plan->desc.x.kernel, plan->desc.lanes, tap_of(plan), 0, n, stats);
    for (int r = 0; r < block->rows; r++)
        rowops()->copy_u8(block->bytes[r] + at, tile[r], 1, n);
}

/* Outputs x .. end - 1. */
static void run_across(const struct imc_plan *plan, const struct box_work *w, const struct box_block *block, int x, int end,
                       struct imc_stats *stats)
{
    int lanes = plan->desc.lanes, kw = plan->desc.x.kernel, n = (end - x) * lanes;
    ptrdiff_t at = (ptrdiff_t)x * lanes;
    if (block->staged)
        run_staged(plan, w, block, at, n, stats);
    else if (block->plain)
        rowops()->running_u8(block->bytes, w->totals, w->columns, kw, lanes, tap_of(plan), at, n, stats);
    else
        rowops()->running_f32(block->floats, w->totals, w->columns, kw, lanes, tap_of(plan), at, n);
}

/* A block from left to right: as many columns as an advance has, then the outputs that can be had. The buffer begins with the pixel
 * before the next output's window. */
static void run_block(const struct imc_plan *plan, const struct box_work *w, const struct box_block *block, struct imc_stats *stats)
{
    const struct box_state *state = plan->state;
    int lanes = plan->desc.lanes, kw = plan->desc.x.kernel, advance = state->advance / lanes, pixel = lanes * ROWOP_RUNS;
    for (int x = 0, filled = 0; x < w->width;) {
        int more = w->span - filled < advance ? w->span - filled : advance;
        rowops()->columns_u8(w->columns + (ptrdiff_t)(filled - x + 1) * pixel, w->sums + (ptrdiff_t)filled * lanes, block->enters,
                             block->leaves, (ptrdiff_t)filled * lanes, more * lanes);
        bool begins = filled < kw && filled + more >= kw;
        filled += more;
        if (begins)
            start_totals(plan, w);
        int ready = filled - kw + 1, end = filled == w->span ? w->width : ready > 0 ? ready / UNIT * UNIT : 0;
        if (end <= x)
            continue;
        run_across(plan, w, block, x, end, stats);
        memmove(w->columns, w->columns + (ptrdiff_t)(end - x) * pixel,
                (size_t)(filled - end + 1) * (size_t)pixel * sizeof *w->columns);
        x = end;
    }
}

static void run_long(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target,
                     const struct box_work *w)
{
    struct box_block block = {.y = y0, .plain = is_plain_mean(plan) && epilogue_is_packed(plan, target)};
    block.staged = block.plain && rows_share_sets(target->view.row_step);
    memset(w->zeros, 0, (size_t)w->span * (size_t)plan->desc.lanes);
    for (; block.y < y1; block.y += block.rows) {
        block.rows = y1 - block.y < ROWOP_RUNS ? y1 - block.y : ROWOP_RUNS;
        block.first = block.y == y0;
        find_rows(plan, in, target, w, &block);
        run_block(plan, w, &block, target->stats);
        for (int r = 0; r < block.rows && !block.plain; r++)
            epilogue_span(plan, target, block.y + r, w->x0, w->width, &block.floats[r]);
    }
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct box_state *state = plan->state;
    struct box_work w = carve(plan, in, work);
    if (w.width == 0)
        return;
    start_columns(plan, in, &w, y0);
    (state->is_short ? run_short : run_long)(plan, in, y0, y1, target, &w);
}

const struct executor executor_box = {
    .name = "box",
    .mode = IMC_MODE_SEPARABLE,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
