/* stage.c: see stage.h. Rows are pulled strictly forwards and each is converted once; which of them a band needs is the plan's and
 * the border's affair. */
#include "filter/stage.h"

#include "base/fail.h"
#include "base/memory.h"

static enum imc_type type_in(const struct stage *stage)
{
    return stage->plan->desc.in_type;
}

/* Samples of a pixel in the rows of the source. */
static int samples_in(const struct stage *stage)
{
    return stage->index ? recipe_samples_out(stage->recipe, stage->index - 1) : recipe_samples_in(stage->recipe);
}

static size_t row_bytes(const struct stage *stage)
{
    return (size_t)stage->plan->desc.in_w * (size_t)samples_in(stage) * imc_type_size(type_in(stage));
}

static enum imc_status refill(struct stage *stage, struct imc_error *error)
{
    int left = stage->plan->desc.in_h - stage->batch_end, count = left < stage->batch_rows ? left : stage->batch_rows;
    stage->batch_first = stage->batch_end;
    stage->batch_end += count;
    return stage->source->pull(stage->source, stage->batch, count, error);
}

/* Converts picture rows into the window up to and including row `last`. */
static enum imc_status advance(struct stage *stage, int last, struct imc_error *error)
{
    int samples = samples_in(stage);
    bool planes = stage->plan->desc.in_c > 1 && samples >= 3; /* a gray pixel stands for R, G and B alike */
    for (; stage->next_in <= last; stage->next_in++) {
        if (stage->next_in == stage->batch_end) {
            enum imc_status status = refill(stage, error);
            if (status)
                return status;
        }
        const char *row = stage->batch + (size_t)(stage->next_in - stage->batch_first) * row_bytes(stage);
        window_put(&stage->window, stage->next_in, row, samples, planes ? 1 : 0);
    }
    return IMC_OK;
}

/* Where in its input an output pixel lies: the pixel that the kernel's anchor covers. */
static int anchor_offset(const struct imc_plan *plan, const struct imc_conv_axis *axis, int before)
{
    int anchor = axis->anchor >= 0 ? axis->anchor : (axis->kernel - 1) / 2;
    return plan->desc.padding == IMC_PADDING_SAME ? before : axis->dilation * anchor;
}

/* Overwrites the filtered alpha lane of rows y0..y1-1 by the alpha that came in. */
static void copy_alpha(const struct stage *stage, const struct rows *in, float *out, int y0, int y1)
{
    const struct imc_plan *plan = stage->plan;
    const struct imc_conv_axis *axis_y = &plan->desc.y, *axis_x = &plan->desc.x;
    int lanes = plan->desc.lanes, dx = anchor_offset(plan, axis_x, plan->left), dy = anchor_offset(plan, axis_y, plan->top);
    for (int y = y0; y < y1; y++) {
        const void *row = rows_at(plan, in, y * axis_y->stride - plan->top + dy, 0);
        for (int x = 0; x < plan->out_w; x++, out += lanes) {
            ptrdiff_t at = plan_sample(plan, x * axis_x->stride + dx) + lanes - 1;
            out[lanes - 1] = plan->row_type == IMC_U8 ? ((const uint8_t *)row)[at] : ((const float *)row)[at];
        }
    }
}

static enum imc_status pull(struct feed *feed, void *rows, int count, struct imc_error *error)
{
    struct stage *stage = (struct stage *)feed;
    const struct imc_plan *plan = stage->plan;
    int y0 = stage->next_out, y1 = y0 + count, v0, v1;
    plan_input_rows(plan, y0, y1, &v0, &v1);
    enum imc_status status = advance(stage, window_last_row(plan, v0, v1), error);
    if (status)
        return status;
    struct rows in = window_rows(&stage->window, v0, v1);
    int samples = recipe_samples_out(stage->recipe, stage->index);
    struct imc_view view = {rows, plan->desc.out_type, samples, (ptrdiff_t)samples * plan->out_w, plan->desc.lanes, 0};
    struct target target = {view, y0, &stage->stats, false};
    jobs_run(plan, &in, y0, y1, &target, stage->pool, stage->work);
    if (stage->recipe->layout.copy_alpha)
        copy_alpha(stage, &in, rows, y0, y1);
    stage->next_out = y1;
    return IMC_OK;
}

enum imc_status stage_init(struct stage *stage, const struct recipe *recipe, int index, struct feed *source, int band_rows,
                           int batch_rows, struct pool *pool, struct imc_error *error)
{
    const struct imc_plan *plan = recipe->plans[index];
    *stage = (struct stage){.feed.pull = pull, .recipe = recipe, .index = index, .plan = plan, .source = source, .pool = pool};
    stage->batch_rows = batch_rows < plan->desc.in_h ? batch_rows : plan->desc.in_h;
    imc_stats_reset(&stage->stats);
    stage->window_memory = mem_alloc(1, window_bytes(plan, band_rows));
    stage->work = mem_alloc((size_t)pool_size(pool), size_align(plan->work_bytes));
    stage->batch = mem_alloc((size_t)stage->batch_rows, row_bytes(stage));
    if (!stage->window_memory || !stage->work || !stage->batch) {
        stage_free(stage);
        return fail_memory(error, "the rows under a kernel");
    }
    window_init(&stage->window, plan, band_rows, stage->window_memory);
    return IMC_OK;
}

void stage_free(struct stage *stage)
{
    mem_free(stage->window_memory);
    mem_free(stage->work);
    mem_free(stage->batch);
    stage->window_memory = stage->work = stage->batch = NULL;
}
