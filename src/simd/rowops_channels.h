/* rowops_channels.h: the part of rowops_c.c for networks: matrix products, and pixels whose channels lie side by side, forward and
 * backward. Compiled once for each level.
 */
#ifndef ROWOPS_CHANNELS_H
#define ROWOPS_CHANNELS_H

#include "simd/rowops_taps.h"

#include <string.h>

/* A vector of channels; levels of the tree of sums. */
enum { CHANNELS = 8, TREE_LEVELS = 31 };

/* Group number g joins the tree: see product_f32. `sum` is overwritten. */
static void tree_add(float tree[][BLOCK], int g, float *sum, int n)
{
    int level = 0;
    for (; g >> level & 1; level++)
        for (int k = 0; k < n; k++)
            sum[k] = tree[level][k] + sum[k];
    memcpy(tree[level], sum, (size_t)n * sizeof *sum);
}

/* The total of `groups` groups, the smallest sums first. */
static void tree_total(float tree[][BLOCK], int groups, float *total, int n)
{
    memset(total, 0, (size_t)n * sizeof *total);
    for (int level = 0, some = 0; groups >> level; level++)
        if (groups >> level & 1) {
            for (int k = 0; k < n; k++)
                total[k] = some ? tree[level][k] + total[k] : tree[level][k];
            some = 1;
        }
}

static void product_block(float *out, const float *taps, const float *in, ptrdiff_t in_step, int count, int n, int group)
{
    float tree[TREE_LEVELS][BLOCK], total[BLOCK];
    int groups = 0;
    for (int t = 0; t < count; groups++) {
        float sum[BLOCK] = {0};
        for (int end = group < count - t ? t + group : count; t < end; t++)
            for (int k = 0; k < n; k++)
                sum[k] = fmaf(taps[t], in[t * in_step + k], sum[k]);
        tree_add(tree, groups, sum, n);
    }
    tree_total(tree, groups, total, n);
    for (int k = 0; k < n; k++)
        out[k] = total[k] + 0.0f;
}

__attribute__((unused)) static void product_f32(float *out, ptrdiff_t out_step, const float *taps, ptrdiff_t taps_step,
                                                const float *in, ptrdiff_t in_step, int count, int filters, int n, int group)
{
    for (int f = 0; f < filters; f++)
        for (int x = 0; x < n; x += BLOCK)
            product_block(out + f * out_step + x, taps + f * taps_step, in + x, in_step, count, n - x < BLOCK ? n - x : BLOCK,
                          group);
}

static void transpose_f32(float *restrict out, ptrdiff_t out_step, const float *restrict in, ptrdiff_t in_step, int rows, int n)
{
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < n; x++)
            out[x * out_step + y] = in[y * in_step + x];
}

__attribute__((unused)) static void channels_f32(float *out, ptrdiff_t out_step, const float *const *in, ptrdiff_t in_step,
                                                 const struct channel_taps *taps, int n)
{
    for (int x = 0; x < n; x++, out += out_step) {
        float total[BLOCK] = {0};
        for (int t = 0; t < taps->count;) {
            float sum[BLOCK] = {0};
            for (int end = taps->group < taps->count - t ? t + taps->group : taps->count; t < end; t++)
                for (int o = 0; o < taps->outs; o++)
                    sum[o] = fmaf(taps->weights[(ptrdiff_t)t * taps->outs + o], in[t][x * in_step], sum[o]);
            for (int o = 0; o < taps->outs; o++)
                total[o] += sum[o];
        }
        for (int o = 0; taps->bias && o < taps->outs; o++) {
            total[o] = fmaf(total[o], taps->gain, taps->bias[o]);
            total[o] = !taps->relu || total[o] > 0 ? total[o] : 0;
        }
        memcpy(out, total, (size_t)taps->outs * sizeof *out);
    }
}

static void wino_in_tile(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t at, ptrdiff_t step, int channels)
{
    const float *a = rows[0] + at, *b = rows[1] + at, *c = rows[2] + at, *d = rows[3] + at;
    for (int k = 0; k < channels; k++) {
        float t[4][4];
        for (int j = 0; j < 4; j++) {
            ptrdiff_t x = j * step + k;
            t[0][j] = a[x] - c[x];
            t[1][j] = b[x] + c[x];
            t[2][j] = c[x] - b[x];
            t[3][j] = b[x] - d[x];
        }
        for (int i = 0; i < 4; i++) {
            float *to = v + 4 * i * plane + k;
            to[0] = t[i][0] - t[i][2];
            to[plane] = t[i][1] + t[i][2];
            to[2 * plane] = t[i][2] - t[i][1];
            to[3 * plane] = t[i][1] - t[i][3];
        }
    }
}

__attribute__((unused)) static void wino_in_f32(float *v, ptrdiff_t plane, const float *const *rows, ptrdiff_t step, int channels,
                                                int n)
{
    for (int x = 0; x < n; x++)
        wino_in_tile(v + (ptrdiff_t)x * channels, plane, rows, 2 * x * step, step, channels);
}

static void wino_out_tile(float *top, float *bottom, ptrdiff_t step, const float *m, ptrdiff_t plane, const float *bias, float gain,
                          int relu, int channels)
{
    for (int k = 0; k < channels; k++) {
        float s[2][4];
        for (int j = 0; j < 4; j++) {
            const float *from = m + j * plane + k;
            float m0 = from[0], m1 = from[4 * plane], m2 = from[8 * plane], m3 = from[12 * plane];
            s[0][j] = m0 + m1 + m2;
            s[1][j] = m1 - m2 - m3;
        }
        for (int i = 0; i < 2; i++) {
            float *to = (i ? bottom : top) + k;
            float left = fmaf(s[i][0] + s[i][1] + s[i][2], gain, bias[k]);
            float right = fmaf(s[i][1] - s[i][2] - s[i][3], gain, bias[k]);
            to[0] = !relu || left > 0 ? left : 0;
            to[step] = !relu || right > 0 ? right : 0;
        }
    }
}

__attribute__((unused)) static void wino_out_f32(float *const *rows, ptrdiff_t step, const float *m, ptrdiff_t plane,
                                                 const float *bias, float gain, int relu, int channels, int n)
{
    for (int x = 0; x < n; x++)
        wino_out_tile(rows[0] + 2 * x * step, rows[1] + 2 * x * step, step, m + (ptrdiff_t)x * channels, plane, bias, gain, relu,
                      channels);
}

__attribute__((unused)) static void nonzeros_f32(const struct nonzeros *list, const float *in, int channels, int pixels)
{
    int count = 0;
    for (int p = 0; p < pixels; p++, in += channels) {
        list->first[p] = count;
        for (int c = 0; c < channels; c++)
            if (in[c] != 0) {
                list->channel[count] = c;
                list->pixel[count] = p;
                list->value[count++] = in[c];
            }
    }
    list->first[pixels] = count;
}

enum { GRID_LANES = 16 /* the most of a tap_grid */ };

static inline ptrdiff_t tap_offset(const struct tap_grid *grid, int t)
{
    return t / grid->columns * grid->row_step + t % grid->columns * grid->column_step;
}

__attribute__((unused)) static void pull_f32(float *sums, const struct tap_grid *grid, const float *in, const ptrdiff_t *at,
                                             const float *value, int count)
{
    for (int t = 0; t < grid->rows * grid->columns; t++, sums += grid->lanes) {
        const float *under = in + tap_offset(grid, t);
        float sum[GRID_LANES] = {0};
        for (int e = 0; e < count; e++)
            for (int l = 0; l < grid->lanes; l++)
                sum[l] = fmaf(value[e], under[at[e] + l], sum[l]);
        for (int l = 0; l < grid->lanes; l++)
            sums[l] += sum[l];
    }
}

__attribute__((unused)) static void push_f32(float *out, ptrdiff_t step, const struct tap_grid *grid, const float *weights,
                                             ptrdiff_t weights_step, const struct nonzeros *list, int n)
{
    for (int x = 0; x < n; x++, out += step)
        for (int t = 0; t < grid->rows * grid->columns && list->first[x] < list->first[x + 1]; t++) {
            const float *weight = weights + t * grid->lanes;
            float sum[GRID_LANES] = {0}, *to = out + tap_offset(grid, t);
            for (int e = list->first[x]; e < list->first[x + 1]; e++)
                for (int l = 0; l < grid->lanes; l++)
                    sum[l] = fmaf(list->value[e], weight[list->channel[e] * weights_step + l], sum[l]);
            for (int l = 0; l < grid->lanes; l++)
                to[l] += sum[l];
        }
}

static bool all_zero(const float *values, int count)
{
    bool zero = true;
    for (int l = 0; l < count; l++)
        zero &= values[l] == 0;
    return zero;
}

__attribute__((unused)) static void outer_f32(float *sums, ptrdiff_t sums_step, float *bias, const struct tap_grid *grid,
                                              const float *in, ptrdiff_t step, const float *change, ptrdiff_t change_step, int n)
{
    for (int x = 0; x < n; x++, in += step, change += change_step) {
        if (all_zero(change, grid->lanes))
            continue;
        for (int t = 0; t < grid->rows * grid->columns; t++)
            for (int l = 0; l < grid->lanes; l++)
                sums[t * sums_step + l] = fmaf(in[tap_offset(grid, t)], change[l], sums[t * sums_step + l]);
        for (int l = 0; l < grid->lanes; l++)
            bias[l] += change[l];
    }
}

#endif
