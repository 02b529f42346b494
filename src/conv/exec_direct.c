/* exec_direct.c: every tap, as written. Accepts everything; last in the table.
 *
 * Cost an output: filter_c * kh * kw fused multiply-adds (taps of zero are left out), one load each. The order is that of design
 * law 1: from +0, taps in order c, i, j, in groups (correlate.c says why), then the bias in the epilogue.
 */
#include "base/fail.h"
#include "base/memory.h"
#include "conv/correlate.h"
#include "conv/epilogue.h"

enum { CHUNK = 1024 /* pixels of a row that are finished while in L1 */ };

/* The taps of a plan without the zeros: those of filter o are first[o] .. first[o+1]-1. */
struct tap {
    int row, column; /* c*kh + i, and j */
};

struct direct_state {
    int *first;
    float *taps;
    struct tap *places;
    int longest; /* list of one filter */
};

/* Scratch: responses [filters][chunk], pointers to them and to the samples under a filter's taps, and what correlate wants. */
struct direct_work {
    float **responses;
    const float **under;
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
    return plan->out_w < CHUNK ? plan->out_w : CHUNK;
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

static enum imc_status prepare(struct imc_plan *plan, struct imc_error *error)
{
    size_t filters = (size_t)plan->desc.filters;
    size_t taps = filters * (size_t)plan->filter_c * (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
    size_t head = size_align(sizeof(struct direct_state)) + size_align((filters + 1) * sizeof(int));
    char *memory = mem_zalloc(1, head + taps * (sizeof(struct tap) + sizeof(float)));
    if (!memory)
        return fail_memory(error, "a list of taps");
    struct direct_state *state = plan->state = memory;
    state->first = (int *)(memory + size_align(sizeof *state));
    state->places = (struct tap *)(memory + head);
    state->taps = (float *)(state->places + taps);
    list_taps(plan, state);
    plan_split_phases(plan);
    plan->work_bytes = pointer_bytes(plan->desc.filters) + pointer_bytes(state->longest) +
                       correlate_bytes(state->longest, chunk_pixels(plan) * plan->desc.lanes) + filters * chunk_bytes(plan);
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
    w.under = (const float **)(next += pointer_bytes(plan->desc.filters));
    w.scratch = next += pointer_bytes(state->longest);
    w.samples = (float *)(next + correlate_bytes(state->longest, chunk_pixels(plan) * plan->desc.lanes));
    return w;
}

/* The samples under each tap of filter o for the output pixels of row y from x on. */
static void point_taps(const struct imc_plan *plan, const struct rows *in, int o, int y, int x, const float **under)
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

static void run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work)
{
    const struct direct_state *state = plan->state;
    struct direct_work w = carve(plan, work);
    int chunk = chunk_pixels(plan);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < plan->out_w; x += chunk) {
            int pixels = plan->out_w - x < chunk ? plan->out_w - x : chunk;
            for (int o = 0; o < plan->desc.filters; o++) {
                int first = state->first[o], count = state->first[o + 1] - first;
                w.responses[o] = epilogue_room(plan, target, y, x, o, w.samples + (size_t)o * chunk_bytes(plan) / sizeof(float));
                point_taps(plan, in, o, y, x, w.under);
                correlate(w.responses[o], w.under, state->taps + first, count, pixels * plan->desc.lanes, plan->wide, w.scratch);
            }
            epilogue_span(plan, target, y, x, pixels, w.responses);
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
