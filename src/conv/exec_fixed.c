/* exec_fixed.c: separable kernels without negative taps on bytes, to bytes, in 16-bit fixed point: the Gaussian.
 *
 * A pair of neighbouring samples times a pair of taps is one vpmaddwd. Down, a pair is two rows interleaved; across, it is two
 * neighbouring pixels. The same loaded pairs serve two outputs, with taps (t0,t1)(t2,t3)... and (0,t0)(t1,t2)...: two rows down, an
 * even and an odd pixel across. So nothing is shuffled in the loops. Nothing is folded either: folded taps would halve the
 * multiplications, but add as many additions and take a bit from the intermediate.
 *
 * Cost of a register of outputs (16 with AVX-512, 8 with AVX2): 2 instructions for two taps in each pass, so kh + kw of them, half
 * of them multiplications, for which there are two pipes; 2.5 to round and pack the intermediate, 4 for the samples, 2 for each
 * further group of taps, about 3 to interleave rows. For 61 + 61 taps that is 4.4 ms of a 4K picture at 4 GHz by count, 7.2
 * measured: a load across lies on two lines of the cache, as a rule, and takes two slots. The vertical pass works on columns whose
 * rows stay in L1, the intermediate rows of a strip stay in L2.
 *
 * What is right: law 2 allows results within 1/128 of a tie to round either way; fixed_taps.c proves for each kernel that no value
 * is further off, or the executor refuses. 16-bit samples stay with the float executors: 16-bit lanes cannot hold an intermediate
 * that is finer than the samples.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "base/whole.h"
#include "conv/epilogue.h"
#include "conv/fixed_taps.h"
#include "simd/rowops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    TAPS_LEAST = 9,       /* in mode auto */
    STRIP_SAMPLES = 4096, /* output samples of a strip, about */
    BLOCK_ROWS = 32,
    TILE_BYTES = 48 << 10, /* interleaved rows of a tile, in L1 */
    VECTOR = 64,           /* samples that the vertical pass takes at once */
    TILE_UNIT = 3 * VECTOR /* samples: whole vectors, and whole pairs of pixels for 1 to 4 lanes */
};

struct fixed_state {
    struct fixed_taps taps;
    int strip; /* output pixels of a strip */
    int row;   /* samples of an intermediate row: all that taps of zero reach, too */
    int tile;  /* samples of a tile's row */
};

struct fixed_work {
    int16_t *tile;    /* [pairs of rows][tile pairs] */
    int16_t *block;   /* [BLOCK_ROWS][row] */
    uint8_t *samples; /* of a row of a strip, where they do not go side by side */
};

/* Output pixels x0..x1-1 of rows y0..y1-1. */
struct part {
    int y0, y1, x0, x1;
};

/* ---- accepting ---- */

/* Non-negative taps that sum to 1 at most, so that no value needs clipping. */
static bool is_mean(const struct imc_plan *plan)
{
    const float *taps = plan_taps(plan, 0, 0);
    double sum = 0;
    for (int i = 0; i < plan->desc.y.kernel * plan->desc.x.kernel; i++) {
        if (!(taps[i] >= 0))
            return false;
        sum += taps[i];
    }
    return sum > 0.5 && sum < 1.001;
}

/* Are responses the samples, but for rounding? */
static bool responses_are_samples(const struct imc_conv_desc *desc)
{
    bool linear = desc->gain == 1 && desc->bias[0] == 0 && desc->scale == 1 && desc->offset == 0;
    return linear && desc->out_type == IMC_U8 && desc->out_max == 255;
}

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    const struct imc_conv_desc *desc = &plan->desc;
    int kh = desc->y.kernel, kw = desc->x.kernel;
    const char *why = NULL;
    if (!plan_takes_bytes(plan) || !responses_are_samples(desc))
        why = "fixed point is for 8-bit samples that become 8-bit samples as they are";
    else if (desc->filters != 1 || desc->in_c != 1 || desc->lanes > 4)
        why = "fixed point is for one filter on up to 4 interleaved channels";
    else if (desc->y.dilation != 1 || desc->x.dilation != 1 || desc->y.stride != 1 || desc->x.stride != 1)
        why = "fixed point is for stride and dilation 1";
    else if (plan->rank != 1 || !is_mean(plan))
        why = "fixed point is for rank 1 and taps without a sign that sum to 1";
    else if (kh > FIXED_TAPS_MAX || kw > FIXED_TAPS_MAX || (desc->mode == IMC_MODE_AUTO && kh * kw < TAPS_LEAST))
        why = "too many or too few taps for fixed point";
    if (why) {
        snprintf(reason, size, "%s", why);
        return false;
    }
    struct fixed_taps taps;
    if (!fixed_taps_find(plan, &taps)) {
        snprintf(reason, size, "16-bit taps could be off by %.4f of a step, more than 1/128", taps.error);
        return false;
    }
    return true;
}

/* ---- preparing ---- */

static int even_up(int pixels)
{
    return pixels + pixels % 2;
}

/* Output pixels of a strip, an even number: the strips are of one size, nearly. */
static int strip_pixels(const struct imc_plan *plan)
{
    int64_t samples = (int64_t)plan->out_w * plan->desc.lanes;
    int strips = (int)((samples + STRIP_SAMPLES - 1) / STRIP_SAMPLES);
    return even_up((plan->out_w + strips - 1) / strips);
}

static int whole_vectors(int samples)
{
    return (samples + VECTOR - 1) / VECTOR * VECTOR;
}

/* Pairs of rows under a block of output rows. */
static int row_pairs(const struct imc_plan *plan, int rows)
{
    return (rows + 1) / 2 + plan->desc.y.kernel / 2;
}

static int tile_samples(const struct imc_plan *plan)
{
    int fit = TILE_BYTES / (row_pairs(plan, BLOCK_ROWS) * (int)(2 * sizeof(int16_t)));
    return fit < TILE_UNIT ? TILE_UNIT : fit / TILE_UNIT * TILE_UNIT;
}

/* The parts of struct fixed_work in their order. */
static void part_bytes(const struct imc_plan *plan, size_t part[3])
{
    const struct fixed_state *state = plan->state;
    part[0] = size_align((size_t)row_pairs(plan, BLOCK_ROWS) * (size_t)state->tile * 2 * sizeof(int16_t));
    part[1] = size_align((size_t)state->row * sizeof(int16_t) * BLOCK_ROWS);
    part[2] = size_align((size_t)state->strip * (size_t)plan->desc.lanes);
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    struct fixed_state *state = plan->state = mem_alloc(1, sizeof *state);
    if (!state)
        return fail_memory(error, "taps in fixed point");
    fixed_taps_find(plan, &state->taps);
    state->strip = strip_pixels(plan);
    state->row = whole_vectors((state->strip + even_up(plan->desc.x.kernel + 1)) * plan->desc.lanes);
    state->tile = tile_samples(plan);
    plan->row_type = IMC_U8;
    plan->job_rows = BLOCK_ROWS;
    size_t part[3];
    part_bytes(plan, part);
    plan->work_bytes = part[0] + part[1] + part[2];
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

/* ---- running ---- */

static struct fixed_work carve(const struct imc_plan *plan, void *memory)
{
    size_t part[3];
    part_bytes(plan, part);
    char *next = memory;
    return (struct fixed_work){(int16_t *)next, (int16_t *)(next + part[0]), (uint8_t *)(next + part[0] + part[1])};
}

static int16_t *block_row(const struct imc_plan *plan, const struct fixed_work *w, int line)
{
    const struct fixed_state *state = plan->state;
    return w->block + (ptrdiff_t)line * state->row;
}

/* Pixels x..x+pixels-1 of all rows under a block, as pairs of rows. Beyond the last row, which only taps of zero reach, stands the
 * last once more. */
static void interleave(const struct imc_plan *plan, const struct rows *in, const struct fixed_work *w, const struct part *part,
                       int x, int pixels)
{
    int first = part->y0 - plan->top, last = part->y1 - 1 - plan->top + plan->desc.y.kernel - 1;
    const struct fixed_state *state = plan->state;
    int pairs = row_pairs(plan, part->y1 - part->y0), lanes = plan->desc.lanes, step = 2 * state->tile;
    for (int p = 0; p < pairs; p++) {
        const uint8_t *a = rows_at(plan, in, int_min(first + 2 * p, last), 0);
        const uint8_t *b = rows_at(plan, in, int_min(first + 2 * p + 1, last), 0);
        rowops()->pairs_u8(w->tile + (ptrdiff_t)p * step, a + (ptrdiff_t)x * lanes, b + (ptrdiff_t)x * lanes, lanes, pixels);
    }
}

/* The vertical pass of one part, tile by tile, by whole vectors: what they make beyond the part is zeroed. */
static void pass_down(const struct imc_plan *plan, const struct rows *in, const struct fixed_work *w, const struct part *part)
{
    const struct fixed_state *state = plan->state;
    const struct fixed_taps *taps = &state->taps;
    int lanes = plan->desc.lanes, tile = state->tile / lanes, rows = part->y1 - part->y0;
    int span = part->x1 - part->x0 + plan->desc.x.kernel - 1;
    for (int x = 0; x < span; x += tile) {
        int pixels = int_min(tile, span - x), n = whole_vectors(even_up(pixels) * lanes);
        interleave(plan, in, w, part, part->x0 + x, pixels);
        for (int line = 0; line < rows; line += 2)
            rowops()->pairs_down(block_row(plan, w, line) + x * lanes, block_row(plan, w, line + 1) + x * lanes,
                                 w->tile + (ptrdiff_t)line * state->tile, state->tile, taps->down, taps->down_count, taps->start,
                                 taps->shift, n);
    }
    int end = even_up(span) * lanes;
    for (int line = 0; line < rows; line++)
        memset(block_row(plan, w, line) + end, 0, (size_t)(state->row - end) * sizeof(int16_t));
}

/* Samples that lie side by side, to where they belong. */
static void scatter(const struct imc_plan *plan, const struct target *target, uint8_t *out, const uint8_t *in, int pixels)
{
    for (int x = 0; x < pixels; x++)
        for (int l = 0; l < plan->desc.lanes; l++)
            out[x * target->view.pixel_step + l] = in[x * plan->desc.lanes + l];
}

/* The horizontal pass of one part. `first`: the first row of its job. */
static void pass_across(const struct imc_plan *plan, const struct rows *in, const struct fixed_work *w, const struct part *part,
                        int first, const struct target *target)
{
    const struct fixed_taps *taps = &((const struct fixed_state *)plan->state)->taps;
    int pixels = part->x1 - part->x0;
    bool packed = epilogue_is_packed(plan, target);
    float range[2] = {INFINITY, -INFINITY};
    for (int y = part->y0; y < part->y1; y++) {
        rows_fetch(plan, in, y - first, part->x0, part->x1);
        uint8_t *out = epilogue_address(plan, target, y, part->x0, 0);
        rowops()->pairs_across(packed ? out : w->samples, block_row(plan, w, y - part->y0), plan->desc.lanes, taps->across,
                               taps->group, taps->groups, taps->base, pixels, target->stats ? range : NULL,
                               packed && target->stream);
        if (!packed)
            scatter(plan, target, out, w->samples, pixels);
    }
    if (target->stats) {
        target->stats->lowest = fminf(target->stats->lowest, range[0]);
        target->stats->highest = fmaxf(target->stats->highest, range[1]);
    }
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    struct fixed_work w = carve(plan, work);
    const int strip = ((const struct fixed_state *)plan->state)->strip;
    for (int y = y0; y < y1; y += BLOCK_ROWS)
        for (int x = 0; x < plan->out_w; x += strip) {
            struct part part = {y, int_min(y + BLOCK_ROWS, y1), x, int_min(x + strip, plan->out_w)};
            pass_down(plan, in, &w, &part);
            pass_across(plan, in, &w, &part, y0, target);
        }
}

const struct executor executor_fixed = {
    .name = "fixed",
    .mode = IMC_MODE_SEPARABLE,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
