/* ref_conv.c: the float64 reference; see ref_conv.h.
 *
 * out[n][o][y][x] = sum over c,i,j of weights[o][c][i][j] * in[n][g(o)*C + c][y*stride_y + i*dilation_y - top][...], one loop here
 * for one letter there.
 */
#include "conformance/ref_conv.h"

#include <math.h>
#include <stdlib.h>

int ref_axis(const struct imc_conv_axis *axis, enum imc_padding padding, int in_size, int *before)
{
    int extent = axis->dilation * (axis->kernel - 1), after = 0;
    *before = 0;
    if (padding == IMC_PADDING_SAME) {
        *before = axis->anchor >= 0 ? axis->dilation * axis->anchor : extent / 2;
        after = extent - *before;
    } else if (padding == IMC_PADDING_FULL) {
        *before = after = extent;
    } else if (padding == IMC_PADDING_GIVEN) {
        *before = axis->before;
        after = axis->after;
    }
    int count = 0;
    for (int64_t last = (int64_t)extent - *before; last <= (int64_t)in_size - 1 + after; last += axis->stride)
        count++;
    return count;
}

int ref_border(enum imc_border border, int pos, int size)
{
    while (pos < 0 || pos >= size) {
        switch (border) {
        case IMC_BORDER_CONSTANT:
            return -1;
        case IMC_BORDER_REPLICATE:
            pos += pos < 0 ? 1 : -1;
            break;
        case IMC_BORDER_SYMMETRIC:
            pos = pos < 0 ? -1 - pos : 2 * size - 1 - pos;
            break;
        case IMC_BORDER_REFLECT101:
            if (size == 1)
                return 0;
            pos = pos < 0 ? -pos : 2 * size - 2 - pos;
            break;
        case IMC_BORDER_WRAP:
            pos += pos < 0 ? size : -size;
            break;
        }
    }
    return pos;
}

double ref_round(double value, enum imc_type type, double out_max)
{
    if (type == IMC_F32)
        return value;
    if (value < 0)
        return 0;
    if (value > out_max)
        return out_max;
    double low = floor(value), rest = value - low;
    if (rest == 0.5)
        return fmod(low, 2) == 0 ? low : low + 1;
    return rest < 0.5 ? low : low + 1;
}

struct spot {
    int n, y, x, lane; /* of the output */
    int top, left;
};

/* What lies outside for one lane. */
static double constant(const struct imc_conv_desc *desc, int lane)
{
    return (double)(desc->border_values ? desc->border_values[lane] : desc->border_value);
}

static double response(const struct imc_conv_desc *desc, const struct samples *in, int filter, struct spot at)
{
    int channels = desc->in_c / desc->groups, first = filter / (desc->filters / desc->groups) * channels;
    const float *tap = desc->weights + (ptrdiff_t)filter * channels * desc->y.kernel * desc->x.kernel;
    double sum = 0;
    for (int c = 0; c < channels; c++)
        for (int i = 0; i < desc->y.kernel; i++)
            for (int j = 0; j < desc->x.kernel; j++, tap++) {
                int y = ref_border(desc->border, at.y * desc->y.stride + i * desc->y.dilation - at.top, desc->in_h);
                int x = ref_border(desc->border, at.x * desc->x.stride + j * desc->x.dilation - at.left, desc->in_w);
                bool outside = y < 0 || x < 0;
                sum += (double)*tap * (outside ? constant(desc, at.lane) : *samples_at(in, at.n, first + c, y, x, at.lane));
            }
    double value = sum * (double)desc->gain + (desc->bias ? (double)desc->bias[filter] : 0);
    return desc->relu && value < 0 ? 0 : value;
}

/* Does the combination give one output for all filters? */
static bool joins(enum imc_combine combine)
{
    return combine == IMC_COMBINE_MAGNITUDE || combine == IMC_COMBINE_MAX || combine == IMC_COMBINE_SUM;
}

/* Takes one more response into the combination. Magnitude collects squares; its root follows in the end. */
static double join(enum imc_combine combine, double so_far, double value, bool first)
{
    switch (combine) {
    case IMC_COMBINE_MAGNITUDE:
        return so_far + value * value;
    case IMC_COMBINE_MAX:
        return first || value > so_far ? value : so_far;
    case IMC_COMBINE_SUM:
        return so_far + value;
    case IMC_COMBINE_ABS:
        return fabs(value);
    case IMC_COMBINE_NONE:
        break;
    }
    return value;
}

static double output(const struct imc_conv_desc *desc, const struct samples *in, int channel, struct spot at)
{
    bool all = joins(desc->combine);
    double value = 0;
    for (int o = all ? 0 : channel; o <= (all ? desc->filters - 1 : channel); o++)
        value = join(desc->combine, value, response(desc, in, o, at), all ? o == 0 : true);
    if (desc->combine == IMC_COMBINE_MAGNITUDE)
        value = sqrt(value);
    value = value * (double)desc->scale + (double)desc->offset;
    return desc->take_abs ? fabs(value) : value;
}

static double largest_sample(const struct imc_conv_desc *desc, const struct samples *in)
{
    double largest = 0;
    for (int l = 0; l < desc->lanes && desc->border == IMC_BORDER_CONSTANT; l++)
        largest = fmax(largest, fabs(constant(desc, l)));
    for (size_t i = 0; i < samples_count(in); i++)
        largest = fmax(largest, fabs(in->value[i]));
    return largest;
}

/* S and the share of bias and offset, for each output channel. */
static void set_scales(const struct imc_conv_desc *desc, double largest, struct reference *reference)
{
    bool all = joins(desc->combine);
    int taps = desc->in_c / desc->groups * desc->y.kernel * desc->x.kernel;
    for (int o = 0; o < desc->filters; o++) {
        double sum = 0;
        for (int t = 0; t < taps; t++)
            sum += fabs((double)desc->weights[(ptrdiff_t)o * taps + t]);
        sum *= largest * fabs((double)desc->gain);
        double *scale = reference->scale + (all ? 0 : o), *added = reference->added + (all ? 0 : o);
        *scale = join(desc->combine, *scale, sum, all ? o == 0 : true);
        *added += desc->bias ? fabs((double)desc->bias[o]) : 0;
    }
    for (int c = 0; c < reference->out.c; c++) {
        if (desc->combine == IMC_COMBINE_MAGNITUDE)
            reference->scale[c] = sqrt(reference->scale[c]);
        reference->scale[c] *= fabs((double)desc->scale);
        reference->added[c] = reference->added[c] * fabs((double)desc->scale) + fabs((double)desc->offset);
    }
}

bool ref_conv(const struct imc_conv_desc *desc, const struct samples *in, struct reference *reference)
{
    struct spot at;
    int h = ref_axis(&desc->y, desc->padding, desc->in_h, &at.top);
    int w = ref_axis(&desc->x, desc->padding, desc->in_w, &at.left);
    if (h < 1 || w < 1)
        return false;
    int out_c = joins(desc->combine) ? 1 : desc->filters;
    reference->out = samples_make(in->n, out_c, h, w, desc->lanes);
    reference->scale = calloc((size_t)out_c, sizeof *reference->scale);
    reference->added = calloc((size_t)out_c, sizeof *reference->added);
    if (!reference->scale || !reference->added)
        abort();
    double *value = reference->out.value;
    for (at.n = 0; at.n < in->n; at.n++)
        for (int c = 0; c < out_c; c++)
            for (at.y = 0; at.y < h; at.y++)
                for (at.x = 0; at.x < w; at.x++)
                    for (at.lane = 0; at.lane < desc->lanes; at.lane++)
                        *value++ = output(desc, in, c, at);
    set_scales(desc, largest_sample(desc, in), reference);
    return true;
}

void ref_free(struct reference *reference)
{
    samples_free(&reference->out);
    free(reference->scale);
    free(reference->added);
}
