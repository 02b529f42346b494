/* ref_net.c: see ref_net.h. */
#include "nn/ref_net.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUTS_MAX = 256 };

/* A value [c][h][w]. */
struct cube {
    int c, h, w;
    double *at;
};

static struct cube cube_make(int c, int h, int w)
{
    struct cube cube = {c, h, w, calloc((size_t)c * (size_t)h * (size_t)w, sizeof(double))};
    ck_assert_ptr_nonnull(cube.at);
    return cube;
}

static double *sample(const struct cube *cube, int c, int y, int x)
{
    return &cube->at[((size_t)c * (size_t)cube->h + (size_t)y) * (size_t)cube->w + (size_t)x];
}

static void conv_size(const struct arch_layer *l, int h, int w, int *out_h, int *out_w, int *top, int *left)
{
    int extent_y = l->dilation * (l->kh - 1), extent_x = l->dilation * (l->kw - 1);
    *top = l->padding < 0 ? extent_y / 2 : l->padding;
    *left = l->padding < 0 ? extent_x / 2 : l->padding;
    *out_h = (h + (l->padding < 0 ? extent_y : 2 * l->padding) - extent_y - 1) / l->stride_y + 1;
    *out_w = (w + (l->padding < 0 ? extent_x : 2 * l->padding) - extent_x - 1) / l->stride_x + 1;
}

static struct cube conv(const struct arch_layer *l, const struct cube *in, const double *weights, const double *biases)
{
    int out_h, out_w, top, left;
    conv_size(l, in->h, in->w, &out_h, &out_w, &top, &left);
    struct cube out = cube_make(l->units, out_h, out_w);
    for (int o = 0; o < l->units; o++)
        for (int y = 0; y < out_h; y++)
            for (int x = 0; x < out_w; x++) {
                double sum = biases[o];
                for (int c = 0; c < in->c; c++)
                    for (int i = 0; i < l->kh; i++)
                        for (int j = 0; j < l->kw; j++) {
                            int row = y * l->stride_y + i * l->dilation - top, column = x * l->stride_x + j * l->dilation - left;
                            if (row >= 0 && row < in->h && column >= 0 && column < in->w)
                                sum += weights[((o * in->c + c) * l->kh + i) * l->kw + j] * *sample(in, c, row, column);
                        }
                *sample(&out, o, y, x) = sum;
            }
    return out;
}

static struct cube dense(const struct arch_layer *l, const struct cube *in, const double *weights, const double *biases)
{
    int inputs = in->c * in->h * in->w;
    struct cube out = cube_make(l->units, 1, 1);
    for (int o = 0; o < l->units; o++) {
        out.at[o] = biases[o];
        for (int k = 0; k < inputs; k++)
            out.at[o] += weights[o * inputs + k] * in->at[k];
    }
    return out;
}

static void closer(double *near, double distance)
{
    *near = distance < *near ? distance : *near;
}

static struct cube relu(const struct cube *in, double *near)
{
    struct cube out = cube_make(in->c, in->h, in->w);
    for (int i = 0; i < in->c * in->h * in->w; i++) {
        closer(near, fabs(in->at[i]));
        out.at[i] = in->at[i] > 0 ? in->at[i] : 0;
    }
    return out;
}

static double largest_of(const struct cube *in, const struct arch_layer *l, int c, int y, int x, double *near)
{
    double largest = -INFINITY, second = -INFINITY;
    for (int i = 0; i < l->kh; i++)
        for (int j = 0; j < l->kw; j++) {
            double value = *sample(in, c, y * l->stride_y + i, x * l->stride_x + j);
            if (value > largest) {
                second = largest;
                largest = value;
            } else if (value > second) {
                second = value;
            }
        }
    if (largest > 0) /* equal zeros after a ReLU are no kink */
        closer(near, largest - second);
    return largest;
}

static double mean_of(const struct cube *in, const struct arch_layer *l, int c, int y, int x)
{
    double sum = 0;
    for (int i = 0; i < l->kh; i++)
        for (int j = 0; j < l->kw; j++)
            sum += *sample(in, c, y * l->stride_y + i, x * l->stride_x + j);
    return sum / (l->kh * l->kw);
}

static struct cube pool(const struct arch_layer *l, const struct cube *in, double *near)
{
    struct cube out = cube_make(in->c, (in->h - l->kh) / l->stride_y + 1, (in->w - l->kw) / l->stride_x + 1);
    for (int c = 0; c < out.c; c++)
        for (int y = 0; y < out.h; y++)
            for (int x = 0; x < out.w; x++)
                *sample(&out, c, y, x) = l->kind == ARCH_MAX_POOL ? largest_of(in, l, c, y, x, near) : mean_of(in, l, c, y, x);
    return out;
}

static void add_tensors(struct ref_net *net, int weights, int biases)
{
    int count[2] = {weights, biases};
    for (int i = 0; i < 2; i++) {
        net->count[net->tensors] = count[i];
        net->tensor[net->tensors] = calloc((size_t)count[i], sizeof(double));
        ck_assert_ptr_nonnull(net->tensor[net->tensors]);
        net->tensors++;
    }
}

void ref_net_make(struct ref_net *net, const char *arch, int height, int width)
{
    int c = 1, h = height, w = width, ignored;
    memset(net, 0, sizeof *net);
    ck_assert_int_eq(arch_parse(arch, &net->arch, NULL), IMC_OK);
    net->height = height;
    net->width = width;
    for (int i = 0; i < net->arch.layers; i++) {
        const struct arch_layer *l = &net->arch.layer[i];
        if (l->kind == ARCH_CONV) {
            add_tensors(net, l->units * c * l->kh * l->kw, l->units);
            conv_size(l, h, w, &h, &w, &ignored, &ignored);
            c = l->units;
        } else if (l->kind == ARCH_DENSE) {
            add_tensors(net, l->units * c * h * w, l->units);
            c = l->units;
            h = w = 1;
        } else if (l->kind == ARCH_MAX_POOL || l->kind == ARCH_MEAN_POOL) {
            h = (h - l->kh) / l->stride_y + 1;
            w = (w - l->kw) / l->stride_x + 1;
        }
    }
}

void ref_net_free(struct ref_net *net)
{
    for (int i = 0; i < net->tensors; i++)
        free(net->tensor[i]);
}

int ref_net_outputs(const struct ref_net *net, const double *picture, double *outputs, double *near)
{
    struct cube at = cube_make(1, net->height, net->width);
    int tensor = 0;
    double unused = INFINITY, *kink = near ? near : &unused;
    memcpy(at.at, picture, sizeof *picture * (size_t)net->height * (size_t)net->width);
    for (int i = 0; i < net->arch.layers; i++) {
        const struct arch_layer *l = &net->arch.layer[i];
        struct cube next;
        if (l->kind == ARCH_CONV || l->kind == ARCH_DENSE) {
            next = (l->kind == ARCH_CONV ? conv : dense)(l, &at, net->tensor[tensor], net->tensor[tensor + 1]);
            tensor += 2;
        } else if (l->kind == ARCH_RELU) {
            next = relu(&at, kink);
        } else if (l->kind == ARCH_DROPOUT) {
            continue;
        } else {
            next = pool(l, &at, kink);
        }
        free(at.at);
        at = next;
    }
    int count = at.c;
    ck_assert_int_le(count, OUTPUTS_MAX);
    memcpy(outputs, at.at, sizeof *outputs * (size_t)count);
    free(at.at);
    return count;
}

static double softmax_loss(const struct ref_net *net, const double *out, int classes, int label)
{
    double sum = 0, loss = 0;
    for (int c = 0; c < classes; c++)
        sum += exp(out[c]);
    for (int c = 0; c < classes; c++) {
        double target = net->smoothing / classes + (c == label ? 1 - net->smoothing : 0);
        loss -= target * (out[c] - log(sum));
    }
    return loss;
}

static double hinge_loss(const double *out, int classes, int label, double *near)
{
    double loss = 0;
    for (int c = 0; c < classes; c++)
        if (c != label) {
            double margin = 1 + out[c] - out[label];
            loss += margin > 0 ? margin : 0;
            if (near)
                closer(near, fabs(margin));
        }
    return loss;
}

double ref_net_loss(const struct ref_net *net, const double *pictures, const uint8_t *labels, int images, double *near)
{
    double out[OUTPUTS_MAX], loss = 0;
    if (near)
        *near = INFINITY;
    for (int i = 0; i < images; i++) {
        int classes = ref_net_outputs(net, pictures + (size_t)i * (size_t)(net->height * net->width), out, near);
        loss += net->arch.head == ARCH_SVM ? hinge_loss(out, classes, labels[i], near) : softmax_loss(net, out, classes, labels[i]);
    }
    return loss / images;
}
