/* rowops_net.h: the part of rowops_c.c on the layers and optimisers of networks. Compiled once for each level. */
#ifndef ROWOPS_NET_H
#define ROWOPS_NET_H

#include "simd/rowops.h"

#include <math.h>

__attribute__((unused)) static void unit_u8(float *restrict out, const uint8_t *restrict in, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)in[x] / 255;
}

static void relu_back_f32(float *restrict d, const float *restrict out, int n)
{
    for (int x = 0; x < n; x++)
        d[x] = out[x] > 0 ? d[x] : 0;
}

/* The largest of a window, and where it stands. */
static float window_max(const float *in, const struct rowop_pool *pool, uint8_t *which)
{
    float best = in[0];
    *which = 0;
    for (int k = 1; k < pool->kh * pool->kw; k++) {
        float value = in[k / pool->kw * pool->row + k % pool->kw * pool->column];
        *which = value > best ? (uint8_t)k : *which;
        best = value > best ? value : best;
    }
    return pool->relu && !(best > 0) ? 0 : best;
}

__attribute__((unused)) static void max_pool_f32(float *out, uint8_t *which, const float *in, const struct rowop_pool *pool,
                                                 int windows, int channels)
{
    for (int w = 0; w < windows; w++, in += pool->apart, out += channels)
        for (int c = 0; c < channels; c++) {
            uint8_t place;
            out[c] = window_max(in + c, pool, &place);
            if (which)
                which[w * channels + c] = place;
        }
}

__attribute__((unused)) static void max_unpool_f32(float *d_in, const uint8_t *which, const float *d_out,
                                                   const struct rowop_pool *pool, int windows, int channels)
{
    for (int w = 0; w < windows; w++, d_in += pool->apart, which += channels, d_out += channels)
        for (int k = 0; k < pool->kh * pool->kw; k++) {
            float *to = d_in + k / pool->kw * pool->row + k % pool->kw * pool->column;
            for (int c = 0; c < channels; c++)
                to[c] = (pool->alone ? 0 : to[c]) + (which[c] == k ? d_out[c] : 0);
        }
}

static void adam_f32(float *restrict p, const float *restrict gradient, float *restrict mean, float *restrict square,
                     const struct rowop_adam *adam, size_t n)
{
    const struct rowop_adam a = *adam;
    float fresh1 = 1 - a.beta1, fresh2 = 1 - a.beta2;
    for (size_t i = 0; i < n; i++) {
        float g = fmaf(a.coupled, p[i], gradient[i]);
        mean[i] = fmaf(a.beta1, mean[i], fresh1 * g);
        square[i] = fmaf(a.beta2, square[i], fresh2 * g * g);
        p[i] = fmaf(-a.rate, mean[i] / (sqrtf(square[i]) + a.epsilon), p[i] * a.shrink);
    }
}

static void sgd_f32(float *restrict p, const float *restrict gradient, float *restrict velocity, float rate, float momentum,
                    float coupled, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        velocity[i] = fmaf(momentum, velocity[i], fmaf(coupled, p[i], gradient[i]));
        p[i] = fmaf(-rate, velocity[i], p[i]);
    }
}

#endif
