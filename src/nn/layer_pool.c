/* layer_pool.c: the largest, or the mean, of each window of a picture; windows may overlap, and none reaches outside. */
#include "base/fail.h"
#include "nn/layer.h"
#include "simd/rowops.h"

#include <string.h>

static enum imc_status shape(struct layer *layer, int padding[4], struct imc_error *error)
{
    (void)padding;
    const struct arch_layer *spec = &layer->spec;
    int h = (layer->in.h - spec->kh) / spec->stride_y + 1, w = (layer->in.w - spec->kw) / spec->stride_x + 1;
    if (layer->in.h < spec->kh || layer->in.w < spec->kw)
        return fail(error, IMC_ERR_ARGUMENT, "a window of %dx%d is larger than the picture it is to pool, %dx%d", spec->kh,
                    spec->kw, layer->in.h, layer->in.w);
    layer->out = layout_of(h, w, layer->in.c);
    return IMC_OK;
}

/* The samples of window (y, x) begin here. */
static size_t window_at(const struct layer *layer, int y, int x)
{
    return layout_pixel(&layer->in, y * layer->spec.stride_y, x * layer->spec.stride_x);
}

static void clear_picture(const struct layout *at, float *block)
{
    memset(block, 0, layout_floats(at) * sizeof *block);
}

/* ---- the largest ---- */

/* Has a window more samples than the row ops can number? */
static bool is_large(const struct layer *layer)
{
    return layer->spec.kh * layer->spec.kw > 256;
}

static enum imc_status max_prepare(struct layer *layer, struct imc_error *error)
{
    (void)error;
    size_t place = is_large(layer) ? sizeof(uint16_t) : sizeof(uint8_t);
    layer->kept_bytes = (size_t)layer->out.h * (size_t)layer->out.w * (size_t)layer->out.step * place;
    return IMC_OK;
}

static ptrdiff_t sample_at(const struct layer *layer, int k)
{
    return ((ptrdiff_t)(k / layer->spec.kw) * layer->in.columns + k % layer->spec.kw) * layer->in.step;
}

/* One large window, by plain loops: such a layer has few of them. */
static void large_max(const struct layer *layer, const float *in, float *out, uint16_t *kept, bool relu)
{
    int step = layer->in.step;
    memcpy(out, in, (size_t)step * sizeof *out);
    if (kept)
        memset(kept, 0, (size_t)step * sizeof *kept);
    for (int k = 1; k < layer->spec.kh * layer->spec.kw; k++) {
        const float *sample = in + sample_at(layer, k);
        for (int c = 0; c < step; c++) {
            if (!(sample[c] > out[c]))
                continue;
            out[c] = sample[c];
            if (kept)
                kept[c] = (uint16_t)k;
        }
    }
    for (int c = 0; c < step; c++)
        out[c] = relu && !(out[c] > 0) ? 0 : out[c];
}

static void large_forward(const struct layer *layer, const struct image_pass *p)
{
    uint16_t *kept = p->kept;
    for (int y = 0; y < layer->out.h; y++)
        for (int x = 0; x < layer->out.w; x++) {
            large_max(layer, p->in + window_at(layer, y, x), p->out + layout_pixel(&layer->out, y, x), kept, p->relu);
            kept = kept ? kept + layer->out.step : NULL;
        }
}

static void large_backward(const struct layer *layer, const struct image_pass *p)
{
    const uint16_t *kept = p->kept;
    clear_picture(&layer->in, p->d_in);
    for (int y = 0; y < layer->out.h; y++)
        for (int x = 0; x < layer->out.w; x++, kept += layer->out.step) {
            const float *d_out = p->d_out + layout_pixel(&layer->out, y, x);
            float *d_in = p->d_in + window_at(layer, y, x);
            for (int c = 0; c < layer->out.step; c++)
                d_in[sample_at(layer, kept[c]) + c] += d_out[c];
        }
}

/* Is each sample of the input's block in one window? */
static bool covers_once(const struct layer *layer)
{
    const struct arch_layer *spec = &layer->spec;
    return spec->stride_y == spec->kh && spec->stride_x == spec->kw && layer->out.h * spec->kh == layer->in.rows &&
           layer->out.w * spec->kw == layer->in.columns;
}

static struct rowop_pool window_of(const struct layer *layer)
{
    ptrdiff_t step = layer->in.step;
    return (struct rowop_pool){.kh = layer->spec.kh,
                               .kw = layer->spec.kw,
                               .row = step * layer->in.columns,
                               .column = step,
                               .apart = step * layer->spec.stride_x,
                               .alone = covers_once(layer)};
}

/* Keeps which sample of each window is the largest, the first of equals, where backward will ask. */
static void max_forward(const struct layer *layer, const struct image_pass *p)
{
    struct rowop_pool pool = window_of(layer);
    int w = layer->out.w, step = layer->in.step;
    uint8_t *kept = p->kept;
    if (is_large(layer)) {
        large_forward(layer, p);
        return;
    }
    pool.relu = p->relu;
    for (int y = 0; y < layer->out.h; y++)
        rowops()->max_pool_f32(p->out + layout_pixel(&layer->out, y, 0), kept ? kept + (ptrdiff_t)y * w * step : NULL,
                               p->in + window_at(layer, y, 0), &pool, w, step);
}

/* Each gradient goes to the sample that was kept; to the others goes nothing. */
static void max_backward(const struct layer *layer, const struct image_pass *p)
{
    struct rowop_pool pool = window_of(layer);
    int w = layer->out.w, step = layer->in.step;
    const uint8_t *kept = p->kept;
    if (is_large(layer)) {
        large_backward(layer, p);
        return;
    }
    if (!pool.alone)
        clear_picture(&layer->in, p->d_in);
    for (int y = 0; y < layer->out.h; y++, kept += w * step)
        rowops()->max_unpool_f32(p->d_in + window_at(layer, y, 0), kept, p->d_out + layout_pixel(&layer->out, y, 0), &pool, w,
                                 step);
}

const struct layer_kind layer_max_pool = {
    .name = "pool",
    .applies_relu = true,
    .shape = shape,
    .prepare = max_prepare,
    .forward = max_forward,
    .backward = max_backward,
};

/* ---- the mean ---- */

static void mean_forward(const struct layer *layer, const struct image_pass *p)
{
    const struct arch_layer *spec = &layer->spec;
    int step = layer->in.step;
    float share = 1.0f / (float)(spec->kh * spec->kw);
    for (int y = 0; y < layer->out.h; y++)
        for (int x = 0; x < layer->out.w; x++) {
            float *out = p->out + layout_pixel(&layer->out, y, x);
            const float *in = p->in + window_at(layer, y, x);
            memset(out, 0, sizeof *out * (size_t)step);
            for (int i = 0; i < spec->kh; i++)
                for (int j = 0; j < spec->kw; j++)
                    for (int c = 0; c < step; c++)
                        out[c] += in[((ptrdiff_t)i * layer->in.columns + j) * step + c];
            for (int c = 0; c < step; c++)
                out[c] *= share;
        }
}

static void mean_backward(const struct layer *layer, const struct image_pass *p)
{
    const struct arch_layer *spec = &layer->spec;
    int step = layer->in.step;
    float share = 1.0f / (float)(spec->kh * spec->kw);
    clear_picture(&layer->in, p->d_in);
    for (int y = 0; y < layer->out.h; y++)
        for (int x = 0; x < layer->out.w; x++) {
            const float *d_out = p->d_out + layout_pixel(&layer->out, y, x);
            float *d_in = p->d_in + window_at(layer, y, x);
            for (int i = 0; i < spec->kh; i++)
                for (int j = 0; j < spec->kw; j++)
                    for (int c = 0; c < step; c++)
                        d_in[((ptrdiff_t)i * layer->in.columns + j) * step + c] += share * d_out[c];
        }
}

const struct layer_kind layer_mean_pool = {
    .name = "avgpool",
    .shape = shape,
    .forward = mean_forward,
    .backward = mean_backward,
};
