/* frequency.c: a wave is the product of one along the rows and one down the columns, so that its sines are computed once a row and
 * once a column, and not at each tap. */
#include "kernel/frequency.h"

#include "base/mathx.h"

void wave_make(struct wave *wave, double f, int count)
{
    const double turn = 2 * 3.14159265358979323846;
    for (int j = 0; j < count; j++) {
        double angle = turn * f * (j - (count - 1) / 2.0);
        wave->real[j] = mathx_cos(angle);
        wave->imaginary[j] = mathx_sin(angle);
    }
}

static const float *plane_of(const struct planes *planes, int channel)
{
    return planes->taps + (size_t)channel * (size_t)planes->kh * (size_t)planes->kw;
}

/* Each row's part of H, of one channel. */
static void sum_rows(const struct planes *planes, int channel, const struct wave *along, struct wave *rows)
{
    const float *taps = plane_of(planes, channel);
    for (int i = 0; i < planes->kh; i++, taps += planes->kw) {
        double real = 0, imaginary = 0;
        for (int j = 0; j < planes->kw; j++) {
            real += (double)taps[j] * along->real[j];
            imaginary += (double)taps[j] * along->imaginary[j];
        }
        rows->real[i] = real;
        rows->imaginary[i] = imaginary;
    }
}

/* |H - sum|^2 of the rows' parts. */
static double sum_down(const struct wave *rows, int kh, const struct wave *down, double sum)
{
    double real = -sum, imaginary = 0;
    for (int i = 0; i < kh; i++) {
        real += rows->real[i] * down->real[i] - rows->imaginary[i] * down->imaginary[i];
        imaginary += rows->real[i] * down->imaginary[i] + rows->imaginary[i] * down->real[i];
    }
    return real * real + imaginary * imaginary;
}

double frequency_power(const struct planes *planes, double fy, double fx, const double *sums)
{
    struct wave down, along, rows;
    double power = 0;
    wave_make(&down, fy, planes->kh);
    wave_make(&along, fx, planes->kw);
    for (int c = 0; c < planes->channels; c++) {
        sum_rows(planes, c, &along, &rows);
        power += sum_down(&rows, planes->kh, &down, sums ? sums[c] : 0);
    }
    return power;
}

void frequency_column(const struct planes *planes, const struct wave *down, int count, double fx, double *power)
{
    struct wave along, rows;
    wave_make(&along, fx, planes->kw);
    for (int k = 0; k < count; k++)
        power[k] = 0;
    for (int c = 0; c < planes->channels; c++) {
        sum_rows(planes, c, &along, &rows);
        for (int k = 0; k < count; k++)
            power[k] += sum_down(&rows, planes->kh, &down[k], 0);
    }
}
