/* energy.c: see energy.h. */
#include "compare/energy.h"

#include <math.h>

/* Sums over the taps of a channel. The polynomials are products of those of the rows and of the columns. */
struct moments {
    double total, odd, sum;
    double gx, gy;     /* coefficients of order 1 */
    double xx, xy, yy; /* of order 2 */
};

/* The three polynomials on n points, at position i. */
static void polynomials(int n, int i, double p[3])
{
    double x = i - (n - 1) / 2.0, mean = ((double)n * n - 1) / 12;               /* of x^2 */
    double spread = (double)n * ((double)n * n - 1) * ((double)n * n - 4) / 180; /* sum of (x^2 - mean)^2 */
    p[0] = 1 / sqrt(n);
    p[1] = n > 1 ? x / sqrt(n * mean) : 0;
    p[2] = n > 2 ? (x * x - mean) / sqrt(spread) : 0;
}

static struct moments moments_of(const float *taps, int kh, int kw)
{
    struct moments m = {0};
    int count = kh * kw;
    for (int i = 0; i < count; i++) {
        double tap = (double)taps[i], odd = (tap - (double)taps[count - 1 - i]) / 2, px[3], py[3];
        polynomials(kw, i % kw, px);
        polynomials(kh, i / kw, py);
        m.total += tap * tap;
        m.odd += odd * odd;
        m.sum += tap * px[0] * py[0];
        m.gx += tap * px[1] * py[0];
        m.gy += tap * px[0] * py[1];
        m.xx += tap * px[2] * py[0];
        m.xy += tap * px[1] * py[1];
        m.yy += tap * px[0] * py[2];
    }
    return m;
}

void energy_of(const float *taps, int channels, int kh, int kw, struct energy *energy)
{
    double gxx = 0, gxy = 0, gyy = 0;
    *energy = (struct energy){.angle = NAN};
    for (int c = 0; c < channels; c++) {
        struct moments m = moments_of(taps + (size_t)c * (size_t)kh * (size_t)kw, kh, kw);
        energy->total += m.total;
        energy->edge += m.odd;
        energy->average += m.sum * m.sum;
        energy->order[1] += m.gx * m.gx + m.gy * m.gy;
        energy->order[2] += m.xx * m.xx + m.xy * m.xy + m.yy * m.yy;
        gxx += m.gx * m.gx;
        gxy += m.gx * m.gy;
        gyy += m.gy * m.gy;
    }
    if (energy->total == 0)
        return;
    energy->edge /= energy->total;
    energy->average /= energy->total;
    energy->line = fmax(0, 1 - energy->edge - energy->average);
    energy->order[0] = energy->average;
    energy->order[1] /= energy->total;
    energy->order[2] /= energy->total;
    energy->order[3] = fmax(0, 1 - energy->order[0] - energy->order[1] - energy->order[2]);
    if (gxx + gyy > 1e-12 * energy->total) {
        double degrees = atan2(2 * gxy, gxx - gyy) * (90 / 3.14159265358979323846);
        energy->angle = degrees < 0 ? degrees + 180 : degrees;
    }
}
