/* analyse.c: the figures of analysis.h, but for the largest gain (peak.c) and the words. */
#include "base/fail.h"
#include "base/mathx.h"
#include "base/memory.h"
#include "kernel/analysis_words.h"
#include "kernel/bank.h"
#include "kernel/frequency.h"
#include "kernel/peak.h"

#include <math.h>
#include <string.h>

enum { DIRECTIONS = 72, RAY_LEAST = 16, POINTS_OF_SIDE = 32 };

static const double PI = 3.14159265358979323846;
static const double SAME = 1e-6; /* of the largest tap: taps that are equal */

static struct planes planes_of(const struct imc_bank *bank, int filter)
{
    return (struct planes){bank->weights + (size_t)filter * bank_filter_taps(bank), bank->in_c, bank->kh, bank->kw};
}

static int longer_side(const struct planes *planes)
{
    return planes->kh > planes->kw ? planes->kh : planes->kw;
}

static double direction_of(int step)
{
    return 180.0 * step / DIRECTIONS;
}

static double power_along(const struct planes *planes, double f, double degrees, const double *sums)
{
    double angle = degrees * PI / 180;
    return frequency_power(planes, f * mathx_sin(angle), f * mathx_cos(angle), sums);
}

/* ---- taps ---- */

/* Of the taps' mirror image: along (left for right), down (up for down), or both (a half turn). */
static double tap_mirrored(const struct planes *planes, size_t at, bool along, bool down)
{
    size_t kw = (size_t)planes->kw, kh = (size_t)planes->kh;
    size_t x = at % kw, y = at / kw % kh, c = at / (kw * kh);
    return (double)planes->taps[(c * kh + (down ? kh - 1 - y : y)) * kw + (along ? kw - 1 - x : x)];
}

static size_t tap_count(const struct planes *planes)
{
    return (size_t)planes->channels * (size_t)planes->kh * (size_t)planes->kw;
}

static enum imc_symmetry symmetry_of(const struct planes *planes, bool along, bool down)
{
    double largest = 0, to_even = 0, to_odd = 0;
    for (size_t i = 0; i < tap_count(planes); i++) {
        double tap = (double)planes->taps[i], other = tap_mirrored(planes, i, along, down);
        largest = fmax(largest, fabs(tap));
        to_even = fmax(to_even, fabs(tap - other));
        to_odd = fmax(to_odd, fabs(tap + other));
    }
    if (to_even <= SAME * largest)
        return IMC_SYMMETRY_EVEN;
    return to_odd <= SAME * largest ? IMC_SYMMETRY_ODD : IMC_SYMMETRY_NONE;
}

static double odd_share(const struct planes *planes)
{
    double odd = 0, all = 0;
    for (size_t i = 0; i < tap_count(planes); i++) {
        double tap = (double)planes->taps[i], part = (tap - tap_mirrored(planes, i, true, true)) / 2;
        odd += part * part;
        all += tap * tap;
    }
    return all > 0 ? odd / all : 0;
}

static void sum_channels(const struct planes *planes, double *sums)
{
    size_t plane = (size_t)planes->kh * (size_t)planes->kw;
    memset(sums, 0, (size_t)planes->channels * sizeof *sums);
    for (size_t i = 0; i < tap_count(planes); i++)
        sums[i / plane] += (double)planes->taps[i];
}

/* ---- frequencies ---- */

/* 0 <= degrees < 180 */
static double direction_at(double fy, double fx)
{
    double degrees = atan2(fy, fx) * 180 / PI;
    degrees = degrees < 0 ? degrees + 180 : degrees;
    return degrees >= 180 ? degrees - 180 : degrees;
}

static enum imc_status find_peak(const struct planes *planes, struct imc_analysis *a, struct imc_error *error)
{
    struct peak best;
    enum imc_status status = peak_find(planes, &best, error);
    if (status)
        return status;
    a->peak_gain = sqrt(best.power);
    a->peak_frequency = hypot(best.fy, best.fx);
    if (a->peak_frequency < 1e-4) /* a smooth top is flat there */
        a->peak_frequency = 0;
    a->peak_direction = a->peak_frequency > 0 ? direction_at(best.fy, best.fx) : NAN;
    return IMC_OK;
}

/* ---- directions ---- */

/* Midpoints are exact at 0 and 90 degrees, where the integrand is a trigonometric polynomial. */
static double edge_along(const struct planes *planes, double degrees, const double *sums)
{
    int points = longer_side(planes) * 2;
    double sum = 0;
    points = points < RAY_LEAST ? RAY_LEAST : points;
    for (int k = 0; k < points; k++) {
        double f = (k + 0.5) / (2 * points), slope = 2 * mathx_sin(PI * f);
        sum += power_along(planes, f, degrees, sums) / (slope * slope);
    }
    return sqrt(sum / points);
}

static void find_directions(const struct planes *planes, const double *sums, struct imc_analysis *a)
{
    const int between = DIRECTIONS / IMC_ANALYSIS_DIRECTIONS;
    double slack = SAME * a->abs_sum;
    a->edge = 0;
    a->weakest_edge = INFINITY;
    a->direction = a->weakest = NAN;
    for (int step = 0; step < DIRECTIONS; step++) {
        double edge = edge_along(planes, direction_of(step), sums);
        if (step % between == 0)
            a->edges[step / between] = edge > slack ? edge : 0;
        if (edge > a->edge + slack) {
            a->edge = edge;
            a->direction = direction_of(step);
        }
        if (edge < a->weakest_edge - slack) {
            a->weakest_edge = edge;
            a->weakest = direction_of(step);
        }
    }
    a->weakest_edge = a->weakest_edge > slack ? a->weakest_edge : 0;
    if (isnan(a->direction))
        a->weakest = NAN;
}

/* The first crossing, to a hundred-thousandth of a cycle. */
static double half_frequency(const struct planes *planes, const struct imc_analysis *a)
{
    double half = a->zero_gain * a->zero_gain / 4, low = 0, high = 0;
    int points = longer_side(planes) * POINTS_OF_SIDE;
    if (a->zero_gain <= 1e-3 * a->abs_sum)
        return NAN;
    for (int k = 1; k <= points && !(high > 0); k++) {
        if (power_along(planes, 0.5 * k / points, a->direction, NULL) <= half)
            high = 0.5 * k / points;
        else
            low = 0.5 * k / points;
    }
    while (high - low > 1e-5) {
        double middle = (low + high) / 2;
        if (power_along(planes, middle, a->direction, NULL) <= half)
            high = middle;
        else
            low = middle;
    }
    return high > 0 ? high : NAN;
}

/* ---- all of it ---- */

static enum imc_status check(const struct imc_bank *bank, int filter, struct imc_error *error)
{
    if (filter < 0 || filter >= bank->filters)
        return fail(error, IMC_ERR_ARGUMENT, "no filter %d; the bank has %d, counted from 0", filter, bank->filters);
    if (bank->kh > IMC_ANALYSIS_SIDE_MAX || bank->kw > IMC_ANALYSIS_SIDE_MAX)
        return fail(error, IMC_ERR_LIMIT, "%s: a kernel of %dx%d taps is not analysed: at most %d a side", bank->label, bank->kh,
                    bank->kw, IMC_ANALYSIS_SIDE_MAX);
    return IMC_OK;
}

static enum imc_status find_matches(const struct imc_bank *bank, int filter, const struct imc_bank *kernels, struct imc_analysis *a,
                                    struct imc_error *error)
{
    double *weights = mem_alloc((size_t)IMC_ANALYSIS_MATCHES * (size_t)bank->in_c, sizeof *weights);
    if (!weights)
        return fail_memory(error, "an analysis");
    enum imc_status status = imc_bank_match(bank, filter, kernels, IMC_ANALYSIS_MATCHES, a->match, weights, &a->matches, error);
    for (int m = 0; !status && m < a->matches; m++)
        a->cosine[m] = a->match[m].score * (bank->in_c == 1 && weights[m] < 0 ? -1 : 1);
    mem_free(weights);
    return status;
}

static void find_tap_figures(const struct imc_bank *bank, int filter, const struct planes *planes, struct imc_analysis *a)
{
    a->sum = imc_bank_sum(bank, filter);
    a->abs_sum = imc_bank_abs_sum(bank, filter);
    a->zero_gain = sqrt(frequency_power(planes, 0, 0, NULL));
    a->noise_gain = sqrt(taps_inner(planes->taps, planes->taps, bank_filter_taps(bank)));
    a->rank = imc_bank_rank(bank, filter);
    a->left_right = symmetry_of(planes, true, false);
    a->up_down = symmetry_of(planes, false, true);
    a->half_turn = symmetry_of(planes, true, true);
    a->odd = odd_share(planes);
}

static enum imc_status find_figures(const struct imc_bank *bank, int filter, struct imc_analysis *a, struct imc_error *error)
{
    const struct planes planes = planes_of(bank, filter);
    find_tap_figures(bank, filter, &planes, a);
    double *sums = mem_alloc((size_t)bank->in_c, sizeof *sums);
    if (!sums || a->rank < 0) {
        mem_free(sums);
        return fail_memory(error, "an analysis");
    }
    sum_channels(&planes, sums);
    find_directions(&planes, sums, a);
    a->half_frequency = isnan(a->direction) ? NAN : half_frequency(&planes, a);
    mem_free(sums);
    return find_peak(&planes, a, error);
}

enum imc_status imc_bank_analyse(const struct imc_bank *bank, int filter, const struct imc_bank *kernels,
                                 struct imc_analysis *analysis, struct imc_error *error)
{
    *analysis = (struct imc_analysis){0};
    enum imc_status status = check(bank, filter, error);
    if (!status)
        status = find_figures(bank, filter, analysis, error);
    if (!status && kernels)
        status = find_matches(bank, filter, kernels, analysis, error);
    if (!status)
        analysis_words(bank, filter, analysis);
    return status;
}

double imc_bank_gain(const struct imc_bank *bank, int filter, double fy, double fx)
{
    const struct planes planes = planes_of(bank, filter);
    return longer_side(&planes) > IMC_ANALYSIS_SIDE_MAX ? NAN : sqrt(frequency_power(&planes, fy, fx, NULL));
}

struct imc_gain_range imc_bank_gain_range(const struct imc_bank *bank, int filter, double f)
{
    struct imc_gain_range range = {0, INFINITY, 0};
    for (int step = 0; step < DIRECTIONS; step++) {
        double angle = direction_of(step) * PI / 180;
        double gain = imc_bank_gain(bank, filter, f * mathx_sin(angle), f * mathx_cos(angle));
        range.mean += gain / DIRECTIONS;
        range.least = fmin(range.least, gain);
        range.most = fmax(range.most, gain);
    }
    return range;
}
