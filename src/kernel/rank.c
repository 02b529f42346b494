/* rank.c: is a kernel a sum of a few separable ones? A pass with a column and a row costs kh + kw products a pixel instead of
 * kh*kw.
 *
 * Three steps, all in double:
 *   1. Cross approximation with full pivoting (Gaussian elimination that stops early): subtract from the taps A the cross
 *      u v^T = A[:,q] A[p,:] / A[p][q] through the largest one that is left, again and again. A kernel of rank r is used up
 *      after r crosses, so a 255x255 kernel of low rank costs a few sweeps over its taps, and a full one is given up early.
 *   2. The crosses are turned into a singular value decomposition: Gram-Schmidt makes the rows v orthonormal, then one-sided
 *      Jacobi rotations (Hestenes 1958) make the columns orthogonal. The first r terms are then the best r terms.
 *   3. The terms are taken one by one until the taps that are dropped are small enough, which is looked at directly.
 * Taps that are exact products, such as integers of rank 1, are found before that and are factored without rounding. */
#include "kernel/rank.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    SPARE_CROSSES = 8, /* crosses beyond max_rank: they are not the best ones, so it may take a few more of them */
    EXTRA_CROSSES = 4, /* crosses after the tolerance was met, which gather most of what rounding to float left */
    SWEEPS_MAX = 40,   /* Jacobi needs about 8 */
    INTEGER_BITS = 40  /* size of the integers in the exact case */
};

static const double TOLERANCE = 0x1p-22;

struct factors {
    const float *taps;
    int kh, kw;
    int cap, terms; /* room for crosses, crosses in use */
    double whole;   /* sum of |taps| */
    double *left;   /* [kh][kw] what the crosses so far leave */
    double *u, *v;  /* [cap][kh], [cap][kw] */
};

struct pivot {
    int i, j;
    double sum; /* of the absolute values */
};

/* left -= u v^T (u NULL: nothing is subtracted); returns the largest entry's place and the sum of absolute values. */
static struct pivot subtract(double *left, int kh, int kw, const double *u, const double *v)
{
    struct pivot found = {0, 0, 0};
    double largest = -1;
    for (int i = 0; i < kh; i++) {
        double *row = left + (size_t)i * kw, sum = 0;
        for (int j = 0; u && j < kw; j++)
            row[j] -= u[i] * v[j];
        for (int j = 0; j < kw; j++) {
            double size = fabs(row[j]);
            sum += size;
            if (size > largest) {
                largest = size;
                found.i = i;
                found.j = j;
            }
        }
        found.sum += sum;
    }
    return found;
}

/* Step 1. Stops when nothing is left, EXTRA_CROSSES after the tolerance was met, or when the room is used up. Returns what is
 * left. */
static double take_crosses(struct factors *f)
{
    struct pivot pivot = subtract(f->left, f->kh, f->kw, NULL, NULL);
    f->whole = pivot.sum;
    int stop = f->cap;
    for (f->terms = 0; f->terms < stop && pivot.sum > 0;) {
        double *u = f->u + (size_t)f->terms * f->kh, *v = f->v + (size_t)f->terms * f->kw;
        const double *row = f->left + (size_t)pivot.i * f->kw;
        double peak = row[pivot.j];
        for (int i = 0; i < f->kh; i++)
            u[i] = f->left[(size_t)i * f->kw + pivot.j];
        for (int j = 0; j < f->kw; j++)
            v[j] = row[j] / peak;
        f->terms++;
        bool met = pivot.sum <= f->whole * TOLERANCE;
        pivot = subtract(f->left, f->kh, f->kw, u, v);
        if (!met && pivot.sum <= f->whole * TOLERANCE && stop > f->terms + EXTRA_CROSSES)
            stop = f->terms + EXTRA_CROSSES;
    }
    return pivot.sum;
}

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* y += a*x */
static void add_scaled(double *y, double a, const double *x, int n)
{
    for (int i = 0; i < n; i++)
        y[i] += a * x[i];
}

/* Makes the v orthonormal and keeps sum u v^T: what v[b] loses along v[a], u[a] gains. Twice, for what rounding left over. */
static void orthonormalise_rows(struct factors *f)
{
    for (int b = 0; b < f->terms; b++) {
        double *ub = f->u + (size_t)b * f->kh, *vb = f->v + (size_t)b * f->kw;
        for (int turn = 0; turn < 2; turn++) {
            for (int a = 0; a < b; a++) {
                const double *va = f->v + (size_t)a * f->kw;
                double part = dot(va, vb, f->kw);
                add_scaled(vb, -part, va, f->kw);
                add_scaled(f->u + (size_t)a * f->kh, part, ub, f->kh);
            }
        }
        double norm = sqrt(dot(vb, vb, f->kw));
        for (int j = 0; j < f->kw; j++)
            vb[j] /= norm; /* not 0: v[b] is 1 in its pivot's column, where every later v is 0 */
        for (int i = 0; i < f->kh; i++)
            ub[i] *= norm;
    }
}

static void rotate(double *a, double *b, int n, double c, double s)
{
    for (int i = 0; i < n; i++) {
        double x = a[i], y = b[i];
        a[i] = c * x - s * y;
        b[i] = s * x + c * y;
    }
}

/* Turns the pair of terms a, b so that their columns are orthogonal; false if they were already. */
static bool make_orthogonal(struct factors *f, int a, int b)
{
    double *ua = f->u + (size_t)a * f->kh, *ub = f->u + (size_t)b * f->kh;
    double aa = dot(ua, ua, f->kh), bb = dot(ub, ub, f->kh), ab = dot(ua, ub, f->kh);
    if (fabs(ab) <= 1e-15 * sqrt(aa) * sqrt(bb))
        return false;
    double zeta = (bb - aa) / (2 * ab);
    double t = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
    double c = 1 / sqrt(1 + t * t), s = c * t;
    rotate(ua, ub, f->kh, c, s);
    rotate(f->v + (size_t)a * f->kw, f->v + (size_t)b * f->kw, f->kw, c, s);
    return true;
}

static void swap_rows(double *a, double *b, int n)
{
    for (int i = 0; i < n; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Step 2: afterwards the u are orthogonal, longest first, and the v orthonormal. */
static void decompose(struct factors *f)
{
    orthonormalise_rows(f);
    bool turned = true;
    for (int sweep = 0; turned && sweep < SWEEPS_MAX; sweep++) {
        turned = false;
        for (int a = 0; a < f->terms; a++)
            for (int b = a + 1; b < f->terms; b++)
                turned |= make_orthogonal(f, a, b);
    }
    for (int a = 0; a < f->terms; a++) {
        int best = a;
        double longest = -1;
        for (int b = a; b < f->terms; b++) {
            const double *u = f->u + (size_t)b * f->kh;
            double length = dot(u, u, f->kh);
            if (length > longest) {
                longest = length;
                best = b;
            }
        }
        if (best != a) {
            swap_rows(f->u + (size_t)a * f->kh, f->u + (size_t)best * f->kh, f->kh);
            swap_rows(f->v + (size_t)a * f->kw, f->v + (size_t)best * f->kw, f->kw);
        }
    }
}

static void copy_taps(struct factors *f)
{
    for (size_t i = 0, n = (size_t)f->kh * f->kw; i < n; i++)
        f->left[i] = f->taps[i];
}

/* Step 3: the fewest terms, or max_rank + 1. */
static int count_terms(struct factors *f, int max_rank)
{
    copy_taps(f);
    for (int r = 0; r < f->terms && r < max_rank; r++) {
        struct pivot rest = subtract(f->left, f->kh, f->kw, f->u + (size_t)r * f->kh, f->v + (size_t)r * f->kw);
        if (rest.sum <= f->whole * TOLERANCE)
            return r + 1;
    }
    return max_rank + 1;
}

/* Stores r terms as floats. Column and row share the singular value, so that neither leaves the range of a float. The rows are
 * fitted once more to the rounded columns (one step of least squares: the columns are as good as orthogonal), which takes their
 * error back. */
static void store(struct factors *f, int r, float *columns, float *rows)
{
    copy_taps(f);
    for (int k = 0; k < r; k++) {
        double *u = f->u + (size_t)k * f->kh, *v = f->v + (size_t)k * f->kw;
        double root = sqrt(sqrt(dot(u, u, f->kh)));
        for (int i = 0; i < f->kh; i++)
            u[i] = columns[(size_t)k * f->kh + i] = (float)(u[i] / root);
        for (int j = 0; j < f->kw; j++)
            v[j] *= root;
        subtract(f->left, f->kh, f->kw, u, v);
    }
    for (int k = 0; k < r; k++) {
        const double *u = f->u + (size_t)k * f->kh;
        double *v = f->v + (size_t)k * f->kw, length = dot(u, u, f->kh);
        for (int i = 0; i < f->kh; i++)
            add_scaled(v, u[i] / length, f->left + (size_t)i * f->kw, f->kw);
        for (int j = 0; j < f->kw; j++)
            rows[(size_t)k * f->kw + j] = (float)v[j];
    }
}

/* The general case. */
static int factor_svd(struct factors *f, int max_rank, float *columns, float *rows)
{
    copy_taps(f);
    if (take_crosses(f) > f->whole * TOLERANCE)
        return max_rank + 1;
    decompose(f);
    int r = count_terms(f, max_rank);
    if (r <= max_rank && columns && rows)
        store(f, r, columns, rows);
    return r;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* The exponent of the lowest bit set in a value that is not 0: value = odd * 2^e. */
static int lowest_bit(float value)
{
    int e;
    int64_t mantissa = (int64_t)ldexp(frexp((double)value, &e), 24); /* a float has 24 bits */
    e -= 24;
    while (mantissa % 2 == 0) {
        mantissa /= 2;
        e++;
    }
    return e;
}

/* taps = integers * 2^*exponent with |integers| < 2^INTEGER_BITS; false where that cannot be. */
static bool to_integers(const float *taps, size_t n, int64_t *integers, int *exponent)
{
    int low = INT32_MAX;
    for (size_t i = 0; i < n; i++)
        if (taps[i] != 0) {
            int e = lowest_bit(taps[i]);
            low = e < low ? e : low;
        }
    for (size_t i = 0; i < n; i++) {
        double value = ldexp((double)taps[i], -low);
        if (fabs(value) >= ldexp(1, INTEGER_BITS))
            return false;
        integers[i] = (int64_t)value;
    }
    *exponent = low;
    return true;
}

static bool fits_float(int64_t value, float *out)
{
    *out = (float)value;
    return (int64_t)*out == value;
}

/* Writes integers = column * row, the row without a common divisor, which makes the column integer too (Gauss's lemma). False if
 * they are not such a product, or where a factor is no float. */
static bool split_integers(const int64_t *integers, int kh, int kw, float *column, float *row)
{
    size_t n = (size_t)kh * kw, first = 0;
    while (first < n && integers[first] == 0)
        first++;
    const int64_t *model = integers + first / kw * kw; /* the first row that is not zero */
    int peak = (int)(first % kw);
    int64_t divisor = 0;
    for (int j = 0; j < kw; j++)
        divisor = common_divisor(divisor, model[j]);
    if (model[peak] < 0)
        divisor = -divisor; /* the row's first tap is positive, whatever the sign of the kernel */
    for (int j = 0; j < kw; j++)
        if (!fits_float(model[j] / divisor, &row[j]))
            return false;
    for (int i = 0; i < kh; i++) {
        const int64_t *line = integers + (size_t)i * kw;
        int64_t factor = line[peak] / (model[peak] / divisor), product;
        if (!fits_float(factor, &column[i]))
            return false;
        for (int j = 0; j < kw; j++)
            if (__builtin_mul_overflow(factor, model[j] / divisor, &product) || product != line[j])
                return false;
    }
    return true;
}

/* The exact case: the power of two that all taps share goes to the column, so 1/9 everywhere is ones times 1/9. Integer taps stay
 * integers, for then the power is not below 1. */
static enum imc_status factor_exact(const float *taps, int kh, int kw, bool *done, float *columns, float *rows)
{
    size_t n = (size_t)kh * kw;
    int64_t *integers = mem_alloc(n, sizeof *integers);
    float *factors = mem_alloc((size_t)kh + kw, sizeof *factors);
    int exponent;
    *done =
        integers && factors && to_integers(taps, n, integers, &exponent) && split_integers(integers, kh, kw, factors, factors + kh);
    for (int i = 0; *done && i < kh; i++) {
        float scaled = ldexpf(factors[i], exponent);
        *done = ldexpf(scaled, -exponent) == factors[i];
        factors[i] = scaled;
    }
    if (*done && columns && rows) {
        memcpy(columns, factors, (size_t)kh * sizeof *columns);
        memcpy(rows, factors + kh, (size_t)kw * sizeof *rows);
    }
    enum imc_status status = integers && factors ? IMC_OK : IMC_ERR_MEMORY;
    mem_free(integers);
    mem_free(factors);
    return status;
}

/* Sum of |taps|: 0 for a zero kernel, not finite where a tap is not. */
static double abs_sum(const float *taps, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs((double)taps[i]);
    return sum;
}

enum imc_status rank_factor(const float *taps, int kh, int kw, int max_rank, int *rank, float *columns, float *rows)
{
    double whole = abs_sum(taps, (size_t)kh * kw);
    *rank = whole == 0 ? 0 : max_rank + 1;
    if (whole == 0 || max_rank < 1 || !isfinite(whole))
        return IMC_OK;
    *rank = 1;
    bool done = false;
    enum imc_status status = factor_exact(taps, kh, kw, &done, columns, rows);
    if (status || done)
        return status;
    int side = kh < kw ? kh : kw;
    int cap = side < max_rank + SPARE_CROSSES ? side : max_rank + SPARE_CROSSES;
    struct factors f = {.taps = taps, .kh = kh, .kw = kw, .cap = cap};
    f.left = mem_alloc((size_t)kh * kw, sizeof *f.left);
    f.u = mem_alloc((size_t)cap * kh, sizeof *f.u);
    f.v = mem_alloc((size_t)cap * kw, sizeof *f.v);
    bool room = f.left && f.u && f.v;
    if (room)
        *rank = factor_svd(&f, max_rank, columns, rows);
    mem_free(f.left);
    mem_free(f.u);
    mem_free(f.v);
    return room ? IMC_OK : IMC_ERR_MEMORY;
}
