/* exec_integer.c: small integer kernels on 8-bit samples, in 16-bit lanes from the picture's bytes to the output's: Sobel, Prewitt,
 * Scharr, Laplacian, Kirsch, sharpen, emboss ...
 *
 * Every sum is exact, so its samples are those of the float executors. Instructions for 64 outputs with registers of 64 bytes:
 * two taps take a load each and six more (zeros are left out); 2 to clip and store bytes, 4 to store 16-bit responses; a gradient
 * and its rounded magnitude 73 in all (src/simd/avx2_roots.h). At 4 instructions a cycle that is 10 cycles for a Laplacian and 19
 * for Sobel's magnitude, about what the bytes take on their way from and to memory, as each is read and written once. Banks that
 * are combined in other ways go by chunks that stay in L1.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/epilogue.h"
#include "simd/rowops.h"

#include <math.h>
#include <stdio.h>

enum {
    CHUNK = 1024,
    WEIGHT_MAX = 128, /* sum of |taps| of one filter: 128 * 255 still fits 16 bits */
    TAPS_MAX = 96     /* of one filter in mode auto: beyond, two float passes or an FFT are faster */
};

/* Where a tap lies: rows below the first row under the output, channels from the filter's first, samples from output 0 on. */
struct place {
    int row, channel;
    ptrdiff_t sample;
};

/* The taps of filter o that are not zero are first[o] .. first[o+1]-1, filled up to an even number. */
struct integer_state {
    int *first;
    struct place *places;
    int8_t *taps;
    int longest;
    bool plain;          /* responses become samples without a detour through float */
    int16_t gradient[2]; /* p and q where the bank is a pair [p q p] x [-1 0 1] for gradient_u8; else 0 0 */
};

struct integer_work {
    int16_t **responses; /* [filters] */
    const uint8_t **under;
    int16_t *samples;     /* [filters][chunk] */
    float **floats;       /* [filters], for an epilogue in float */
    float *float_samples; /* [filters][chunk] */
};

static size_t taps_of_filter(const struct imc_plan *plan)
{
    return (size_t)plan->filter_c * (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
}

/* Integer taps whose absolute values sum to at most WEIGHT_MAX? *count is the number that are not zero. */
static bool small_integers(const float *taps, size_t n, int *count)
{
    float sum = 0;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (taps[i] != rintf(taps[i]) || taps[i] == WEIGHT_MAX || (sum += fabsf(taps[i])) > WEIGHT_MAX)
            return false;
        *count += taps[i] != 0;
    }
    return true;
}

static bool accepts(const struct imc_plan *plan, char *reason, size_t size)
{
    if (!plan_takes_bytes(plan)) {
        snprintf(reason, size, "samples or border values are not 8-bit integers");
        return false;
    }
    for (int o = 0; o < plan->desc.filters; o++) {
        int count;
        if (!small_integers(plan_taps(plan, o, 0), taps_of_filter(plan), &count)) {
            snprintf(reason, size, "the taps are not integers whose absolute values sum to %d at most", WEIGHT_MAX);
            return false;
        }
        if (count > TAPS_MAX && plan->desc.mode == IMC_MODE_AUTO) {
            snprintf(reason, size, "%d taps: more than %d", count, TAPS_MAX);
            return false;
        }
    }
    return true;
}

/* Do the responses need nothing that integers cannot give? */
static bool plain_epilogue(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    bool linear =
        desc->gain == 1 && desc->scale == 1 && !desc->relu && desc->offset == rintf(desc->offset) && fabsf(desc->offset) <= 127;
    for (int o = 0; o < desc->filters; o++)
        linear = linear && desc->bias[o] == 0;
    bool one = desc->filters == 1 || desc->combine == IMC_COMBINE_NONE || desc->combine == IMC_COMBINE_ABS;
    bool pair = desc->combine == IMC_COMBINE_MAGNITUDE && desc->filters == 2 && desc->offset == 0 && desc->out_type == IMC_U8;
    bool joined = one || pair || desc->combine == IMC_COMBINE_MAX;
    bool whole = desc->out_type == IMC_U8 || (desc->out_type == IMC_S16 && desc->out_max == 32767);
    return linear && joined && whole && desc->out_max == rintf(desc->out_max);
}

/* Are the taps `sign` times a difference along columns (dx) or rows, smoothed across by p q p? */
static bool is_derivative(const float *taps, float p, float q, bool columns, float sign)
{
    const float smooth[] = {p, q, p};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            float tap = columns ? (float)(j - 1) * smooth[i] : (float)(i - 1) * smooth[j];
            if (taps[i * 3 + j] != sign * tap)
                return false;
        }
    return true;
}

/* Sobel, Prewitt, Scharr and their like, whose square does not ask for order and sign. */
static void find_gradient(const struct imc_plan *plan, struct integer_state *state)
{
    const struct imc_conv_desc *desc = &plan->desc;
    if (!state->plain || desc->combine != IMC_COMBINE_MAGNITUDE || desc->filters != 2 || desc->in_c != 1 || desc->x.stride != 1 ||
        desc->y.kernel != 3 || desc->x.kernel != 3)
        return;
    const float *taps[] = {plan_taps(plan, 0, 0), plan_taps(plan, 1, 0)};
    for (int first = 0; first < 2; first++) {
        float p = taps[first][2], q = taps[first][5]; /* of dx */
        bool dx = is_derivative(taps[first], p, q, true, 1);
        if (dx && (is_derivative(taps[!first], p, q, false, 1) || is_derivative(taps[!first], p, q, false, -1))) {
            state->gradient[0] = (int16_t)p;
            state->gradient[1] = (int16_t)q;
        }
    }
}

static void list_taps(struct imc_plan *plan, struct integer_state *state)
{
    int kh = plan->desc.y.kernel, rows = plan->filter_c * kh, kw = plan->desc.x.kernel, count = 0;
    for (int o = 0; o < plan->desc.filters; o++) {
        const float *taps = plan_taps(plan, o, 0);
        state->first[o] = count;
        for (int r = 0; r < rows; r++)
            for (int j = 0; j < kw; j++)
                if (taps[r * kw + j] != 0) {
                    state->taps[count] = (int8_t)taps[r * kw + j];
                    state->places[count++] =
                        (struct place){r % kh * plan->desc.y.dilation, r / kh, plan_sample(plan, j * plan->desc.x.dilation)};
                }
        if (count % 2)
            state->places[count++] = (struct place){0}; /* times 0 */
        state->longest = count - state->first[o] > state->longest ? count - state->first[o] : state->longest;
    }
    state->first[plan->desc.filters] = count;
}

static int chunk_pixels(const struct imc_plan *plan)
{
    return plan->out_w < CHUNK ? plan->out_w : CHUNK;
}

static size_t chunk_samples(const struct imc_plan *plan)
{
    return size_align((size_t)chunk_pixels(plan) * (size_t)plan->desc.lanes * sizeof(int16_t)) / sizeof(int16_t);
}

static size_t pointer_bytes(int count)
{
    return size_align((size_t)count * sizeof(void *));
}

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t filters = (size_t)plan->desc.filters, taps = filters * (taps_of_filter(plan) + 1);
    size_t head = size_align(sizeof(struct integer_state)) + size_align((filters + 1) * sizeof(int));
    char *memory = mem_zalloc(1, head + taps * (sizeof(struct place) + 1));
    if (!memory)
        return fail_memory(error, "a list of taps");
    struct integer_state *state = plan->state = memory;
    state->first = (int *)(memory + size_align(sizeof *state));
    state->places = (struct place *)(memory + head);
    state->taps = (int8_t *)(state->places + taps);
    state->plain = plain_epilogue(plan);
    plan->row_type = IMC_U8;
    plan_split_phases(plan);
    list_taps(plan, state);
    find_gradient(plan, state);
    plan->work_bytes = 2 * pointer_bytes(plan->desc.filters) + pointer_bytes(state->longest) +
                       filters * chunk_samples(plan) * (sizeof(int16_t) + sizeof(float));
    return IMC_OK;
}

static void release(struct imc_plan *plan)
{
    mem_free(plan->state);
}

static struct integer_work carve(const struct imc_plan *plan, void *memory)
{
    const struct integer_state *state = plan->state;
    size_t filters = (size_t)plan->desc.filters, samples = chunk_samples(plan);
    struct integer_work w;
    char *next = memory;
    w.responses = (int16_t **)next;
    w.floats = (float **)(next += pointer_bytes(plan->desc.filters));
    w.under = (const uint8_t **)(next += pointer_bytes(plan->desc.filters));
    w.samples = (int16_t *)(next += pointer_bytes(state->longest));
    w.float_samples = (float *)(next + filters * samples * sizeof(int16_t));
    for (size_t o = 0; o < filters; o++)
        w.floats[o] = w.float_samples + o * samples;
    return w;
}

/* Finds what lies under output x of row y, for the taps of filter o; returns their number. */
static int find_under(const struct imc_plan *plan, const struct rows *in, const struct integer_work *w, int o, int y, int x)
{
    const struct integer_state *state = plan->state;
    int v = y * plan->desc.y.stride - plan->top, channel = plan_first_channel(plan, o), first = state->first[o];
    int count = state->first[o + 1] - first;
    ptrdiff_t from = (ptrdiff_t)x * plan->pixel_step; /* rows are split into phases, so that outputs read neighbours */
    for (int t = 0; t < count; t++) {
        const struct place *place = &state->places[first + t];
        w->under[t] = (const uint8_t *)rows_at(plan, in, v + place->row, channel + place->channel) + place->sample + from;
    }
    return count;
}

/* Response of filter o for `pixels` outputs of row y from x on. */
static void respond(const struct imc_plan *plan, const struct rows *in, const struct integer_work *w, int o, int y, int x,
                    int pixels)
{
    const struct integer_state *state = plan->state;
    int count = find_under(plan, in, w, o, y, x);
    rowops()->taps_u8(w->responses[o], w->under, state->taps + state->first[o], count, pixels * plan->desc.lanes, false);
}

/* Responses to samples, all in integers. */
static void finish_plain(const struct imc_plan *plan, const struct integer_work *w, const struct target *target, int y, int x,
                         int pixels)
{
    const struct rowops *ops = rowops();
    const struct imc_conv_desc *desc = &plan->desc;
    int n = pixels * desc->lanes;
    if (desc->combine == IMC_COMBINE_MAGNITUDE && desc->filters == 2) {
        epilogue_magnitude(plan, target, y, x, pixels, w->responses[0], w->responses[1]);
        return;
    }
    bool absolute = desc->combine == IMC_COMBINE_ABS || (desc->combine == IMC_COMBINE_MAGNITUDE && desc->filters == 1);
    if (desc->combine == IMC_COMBINE_MAX && desc->filters > 1)
        ops->max_s16(w->responses[0], (const int16_t *const *)w->responses, desc->filters, n);
    for (int c = 0; c < plan->out_c; c++) {
        if (absolute)
            ops->shift_s16(w->responses[c], 0, 1, n);
        if (desc->offset != 0 || desc->take_abs)
            ops->shift_s16(w->responses[c], (int)desc->offset, desc->take_abs, n);
        epilogue_store_s16(plan, target, y, x, pixels, c, w->responses[c]);
    }
}

static void finish_float(const struct imc_plan *plan, const struct integer_work *w, const struct target *target, int y, int x,
                         int pixels)
{
    for (int o = 0; o < plan->desc.filters; o++)
        rowops()->widen_s16(w->floats[o], w->responses[o], pixels * plan->desc.lanes);
    epilogue_span(plan, target, y, x, pixels, w->floats);
}

/* Is each response an output of its own? */
static bool stays_apart(const struct imc_conv_desc *desc)
{
    return desc->filters == 1 || desc->combine == IMC_COMBINE_NONE || desc->combine == IMC_COMBINE_ABS;
}

/* Need responses nothing but to be stored, clipped perhaps? */
static bool stores_responses(const struct imc_plan *plan)
{
    const struct imc_conv_desc *desc = &plan->desc;
    bool signs = desc->combine == IMC_COMBINE_NONE || (desc->filters == 1 && desc->combine == IMC_COMBINE_SUM);
    return stays_apart(desc) && signs && desc->offset == 0 && !desc->take_abs;
}

static void run_gradient(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target)
{
    const struct integer_state *state = plan->state;
    const struct imc_conv_desc *desc = &plan->desc;
    for (int y = y0; y < y1; y++) {
        const uint8_t *rows[3];
        rows_fetch(plan, in, y - y0, in->x0, in->x1);
        for (int i = 0; i < 3; i++)
            rows[i] = (const uint8_t *)rows_at(plan, in, y * desc->y.stride - plan->top + i * desc->y.dilation, 0) +
                      plan_sample(plan, in->x0);
        rowops()->gradient_u8(epilogue_address(plan, target, y, in->x0, 0), rows, (ptrdiff_t)desc->x.dilation * desc->lanes,
                              state->gradient, (int)desc->out_max, (in->x1 - in->x0) * desc->lanes, target->stats, target->stream);
    }
}

/* Whole rows from the picture's bytes to the output's samples. */
static void run_stores(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target,
                       const struct integer_work *w)
{
    const struct integer_state *state = plan->state;
    const struct rowops *ops = rowops();
    int n = (in->x1 - in->x0) * plan->desc.lanes;
    for (int y = y0; y < y1; y++) {
        rows_fetch(plan, in, y - y0, in->x0, in->x1);
        for (int o = 0; o < plan->desc.filters; o++) {
            int count = find_under(plan, in, w, o, y, in->x0);
            const int8_t *taps = state->taps + state->first[o];
            void *out = epilogue_address(plan, target, y, in->x0, o);
            if (plan->desc.out_type == IMC_U8) {
                ops->clipped_taps_u8(out, w->under, taps, count, (int)plan->desc.out_max, n, target->stats, target->stream);
                continue;
            }
            ops->taps_u8(out, w->under, taps, count, n, target->stream && !target->stats);
            if (target->stats)
                ops->range_s16(out, n, target->stats);
        }
    }
}

/* The other ways go by chunks, which stay in L1 from step to step. */
static void run_chunks(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target,
                       struct integer_work *w, bool plain)
{
    int chunk = chunk_pixels(plan);
    bool in_place = plain && plan->desc.out_type == IMC_S16 && stays_apart(&plan->desc);
    for (int y = y0; y < y1; y++)
        for (int x = in->x0, pixels; x < in->x1; x += pixels) {
            pixels = in->x1 - x < chunk ? in->x1 - x : chunk;
            rows_fetch(plan, in, y - y0, x, x + pixels);
            for (int o = 0; o < plan->desc.filters; o++) {
                w->responses[o] = in_place ? epilogue_address(plan, target, y, x, o) : w->samples + (size_t)o * chunk_samples(plan);
                respond(plan, in, w, o, y, x, pixels);
            }
            (plain ? finish_plain : finish_float)(plan, w, target, y, x, pixels);
        }
}

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct integer_state *state = plan->state;
    struct integer_work w = carve(plan, work);
    bool plain = state->plain && epilogue_is_packed(plan, target);
    if (plain && (state->gradient[0] || state->gradient[1]))
        run_gradient(plan, in, y0, y1, target);
    else if (plain && stores_responses(plan))
        run_stores(plan, in, y0, y1, target, &w);
    else
        run_chunks(plan, in, y0, y1, target, &w, plain);
}

const struct executor executor_integer = {
    .name = "integer",
    .mode = IMC_MODE_DIRECT,
    .accepts = accepts,
    .prepare = prepare,
    .release = release,
    .run = run,
};
