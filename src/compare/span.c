/* span.c: least squares by orthonormal bases: the projection on a span needs no matrix to be solved. */
#include "compare/span.h"

#include "base/fail.h"
#include "base/memory.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* What is left of a unit vector within rounding of the span belongs to it: taps are floats. */
static const double NOTHING_NEW = 1e-5;

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Takes from `vector` what lies in the basis, twice, since once leaves rounding (Giraud, Langou, Rozloznik 2005). */
static double make_orthogonal(const struct span *span, double *vector)
{
    for (int pass = 0; pass < 2; pass++)
        for (int b = 0; b < span->rank; b++) {
            const double *basis = span->basis + (size_t)b * (size_t)span->taps;
            double along = dot(vector, basis, span->taps);
            for (int i = 0; i < span->taps; i++)
                vector[i] -= along * basis[i];
        }
    return sqrt(dot(vector, vector, span->taps));
}

enum imc_status span_make(const float *kernels, int count, int taps, int channels, struct span *span, struct imc_error *error)
{
    size_t size = (size_t)taps;
    *span = (struct span){.count = count, .taps = taps};
    span->unit = mem_alloc((size_t)count * size, sizeof *span->unit);
    span->basis = mem_alloc((size_t)(count + 1) * size, sizeof *span->basis);
    span->cosine = mem_alloc((size_t)count * (size_t)count, sizeof *span->cosine);
    span->along = mem_alloc((size_t)channels * (size_t)count, sizeof *span->along);
    if (!span->unit || !span->basis || !span->cosine || !span->along) {
        span_free(span);
        return fail_memory(error, "kernels to compare with");
    }
    for (int k = 0; k < count; k++) {
        double *unit = span->unit + (size_t)k * size, *next = span->basis + (size_t)span->rank * size;
        for (int i = 0; i < taps; i++)
            unit[i] = (double)kernels[(size_t)k * size + (size_t)i];
        double length = sqrt(dot(unit, unit, taps));
        for (int i = 0; i < taps; i++)
            unit[i] /= length;
        if (span->rank == taps)
            continue;
        memcpy(next, unit, size * sizeof *next);
        double left = make_orthogonal(span, next);
        for (int i = 0; i < taps; i++)
            next[i] /= left;
        span->rank += left > NOTHING_NEW;
    }
    for (int k = 0; k < count * count; k++)
        span->cosine[k] = dot(span->unit + (size_t)(k / count) * size, span->unit + (size_t)(k % count) * size, taps);
    return IMC_OK;
}

void span_free(struct span *span)
{
    mem_free(span->unit);
    mem_free(span->basis);
    mem_free(span->cosine);
    mem_free(span->along);
    *span = (struct span){0};
}

static double project(const float *filter, const double *vector, int taps)
{
    double sum = 0;
    for (int i = 0; i < taps; i++)
        sum += (double)filter[i] * vector[i];
    return sum;
}

static double energy(const float *filter, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)filter[i] * (double)filter[i];
    return sum;
}

static double residual_of(double explained, double whole)
{
    return whole > 0 ? sqrt(fmax(0, 1 - explained / whole)) : 0;
}

double span_residual(const struct span *span, const float *filter, int channels)
{
    double explained = 0;
    for (int c = 0; c < channels; c++)
        for (int b = 0; b < span->rank; b++) {
            double along =
                project(filter + (size_t)c * (size_t)span->taps, span->basis + (size_t)b * (size_t)span->taps, span->taps);
            explained += along * along;
        }
    return residual_of(explained, energy(filter, channels * span->taps));
}

/* The energy of a filter that lies in the plane of two unit vectors with cosine g: (d1^2 + d2^2 - 2 g d1 d2) / (1 - g^2), with d
 * what lies along each. */
static double explained_by(const struct span *span, int channels, int a, int b)
{
    double cosine = span->cosine[a * span->count + b], flat = 1 - cosine * cosine, sum = 0;
    for (int c = 0; c < channels; c++) {
        const double *along = span->along + (size_t)c * (size_t)span->count;
        double one = along[a], two = along[b];
        sum += flat > NOTHING_NEW ? (one * one + two * two - 2 * cosine * one * two) / flat : one * one;
    }
    return sum;
}

double span_pair(struct span *span, const float *filter, int channels, int skip, int pair[2])
{
    double most = -1;
    size_t count = (size_t)span->count, taps = (size_t)span->taps;
    for (size_t i = 0; i < (size_t)channels * count; i++)
        span->along[i] = project(filter + i / count * taps, span->unit + i % count * taps, span->taps);
    for (int a = 0; a < span->count; a++)
        for (int b = a + 1; b < span->count; b++) {
            double explained = a == skip || b == skip ? -1 : explained_by(span, channels, a, b);
            if (explained > most) {
                most = explained;
                pair[0] = a;
                pair[1] = b;
            }
        }
    return residual_of(most, energy(filter, channels * span->taps));
}
