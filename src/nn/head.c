/* head.c: cross-entropy of the softmax, and the multi-class hinge loss (Crammer and Singer 2001 has one term for the worst class;
 * this is the sum over all classes of Weston and Watkins 1999, as the lecture notes of CS231n teach it). */
#include "nn/head.h"

#include "base/mathx.h"
#include "simd/rowops.h"

#include <string.h>

enum { CLASSES_MAX = 256 };

int head_best(const float *out, int classes)
{
    int best = 0;
    for (int c = 1; c < classes; c++)
        best = out[c] > out[best] ? c : best;
    return best;
}

/* e^(out - largest) and their sum; returns the largest. */
static double exponentials(const float *out, int classes, double *power, double *sum)
{
    float largest = out[head_best(out, classes)];
    rowops()->exp_f32(power, out, largest, classes);
    *sum = 0;
    for (int c = 0; c < classes; c++)
        *sum += power[c];
    return largest;
}

void head_confidences(const float *out, int classes, float *confidences)
{
    double power[CLASSES_MAX], sum;
    exponentials(out, classes, power, &sum);
    for (int c = 0; c < classes; c++)
        confidences[c] = (float)(power[c] / sum);
}

/* loss = -sum over c of t_c log p_c, with the target t = 1 - s + s/classes for the label and s/classes elsewhere; its gradient is
 * p - t. */
static double softmax_loss(const struct head *head, const float *out, int label, float *d_out, double share)
{
    double power[CLASSES_MAX], sum, loss = 0, rest = head->smoothing / head->classes;
    double largest = exponentials(out, head->classes, power, &sum), log_sum = largest + mathx_log(sum);
    for (int c = 0; c < head->classes; c++) {
        double target = rest + (c == label ? 1 - head->smoothing : 0);
        if (target > 0)
            loss -= target * (out[c] - log_sum);
        if (d_out)
            d_out[c] = (float)((power[c] / sum - target) * share);
    }
    return loss;
}

/* loss = sum over c != label of max(0, 1 + out_c - out_label). */
static double hinge_loss(const struct head *head, const float *out, int label, float *d_out, double share)
{
    double loss = 0;
    int wrong = 0;
    for (int c = 0; c < head->classes; c++) {
        double margin = c == label ? 0 : 1.0 + out[c] - out[label];
        if (margin > 0) {
            loss += margin;
            wrong++;
        }
        if (d_out)
            d_out[c] = margin > 0 ? (float)share : 0;
    }
    if (d_out)
        d_out[label] = (float)(-wrong * share);
    return loss;
}

void head_loss(const struct head *head, const float *out, int step, const uint8_t *labels, int images, float *d_out, double *loss,
               int *right)
{
    double share = 1.0 / images;
    for (int i = 0; i < images; i++, out += step) {
        float *d_row = d_out ? d_out + (ptrdiff_t)i * step : NULL;
        if (d_row)
            memset(d_row, 0, sizeof *d_row * (size_t)step);
        *loss += (head->kind == ARCH_SVM ? hinge_loss : softmax_loss)(head, out, labels[i], d_row, share);
        *right += head_best(out, head->classes) == labels[i];
    }
}
