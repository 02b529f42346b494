/* analysis_words.c: every sentence follows from the figures by a rule that stands here. */
#include "kernel/analysis_words.h"

#include "kernel/bank.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAINS = IMC_ANALYSIS_DIRECTIONS, LIST_MAX = 100 };

static const double FLAT_NONE = 1e-3;  /* zero gain over the sum of absolute taps: a derivative */
static const double FLAT_LITTLE = 0.1; /* zero gain over the largest: nearly one */
static const double MOSTLY = 0.75;     /* of the energy: odd is edges, even is lines */
static const double ALIKE = 0.7;       /* weakest edge over the strongest: every direction */
static const double TOP = 0.95;        /* of the strongest: as strong */
static const double BLIND = 0.1;       /* of the strongest: not seen */
static const double NEAR = 11;         /* degrees: a main direction, half way to the next turn that has no name */

/* What lies across the directions 0, 45, 90 and 135. */
static const char *const mains[MAINS] = {"vertical", "/", "horizontal", "\\"};

static void say(struct imc_analysis *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct imc_analysis *a, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(a->sentence[a->sentences++], sizeof a->sentence[0], format, arguments);
    va_end(arguments);
}

/* "vertical edges", "edges across 22.5 degrees"; without things, after such words, "vertical ones", "those across 22.5 degrees". */
static const char *across(char out[LIST_MAX], double degrees, const char *things)
{
    double turns = degrees / 45, nearest = rint(turns);
    if (fabs(turns - nearest) * 45 <= NEAR)
        snprintf(out, LIST_MAX, "%s %s", mains[(int)nearest % MAINS], things ? things : "ones");
    else
        snprintf(out, LIST_MAX, "%s across %.4g degrees", things ? things : "those", degrees);
    return out;
}

/* "vertical", ", / ", " and horizontal": the next of a list whose last is `last`. */
static void append(char out[LIST_MAX], int direction, bool last)
{
    size_t length = strlen(out);
    snprintf(out + length, LIST_MAX - length, "%s%s", length == 0 ? "" : last ? " and " : ", ", mains[direction]);
}

/* The main directions in which edge() is lo..hi, or `degrees` where there are none. */
static const char *listed(char out[LIST_MAX], const struct imc_analysis *a, double lo, double hi, double degrees,
                          const char *things)
{
    int last = -1;
    *out = 0;
    for (int d = 0; d < MAINS; d++)
        last = a->edges[d] >= lo && a->edges[d] <= hi ? d : last;
    for (int d = 0; d <= last; d++)
        if (a->edges[d] >= lo && a->edges[d] <= hi)
            append(out, d, d == last);
    if (last < 0)
        return across(out, degrees, things);
    size_t length = strlen(out);
    snprintf(out + length, LIST_MAX - length, " %s", things ? things : "ones");
    return out;
}

static const char *strongest(char out[LIST_MAX], const struct imc_analysis *a, const char *things)
{
    return listed(out, a, TOP * a->edge, INFINITY, a->direction, things);
}

static const char *weakest(char out[LIST_MAX], const struct imc_analysis *a)
{
    return listed(out, a, 0, BLIND * a->edge, a->weakest, NULL);
}

static bool in_every_direction(const struct imc_analysis *a)
{
    return a->weakest_edge >= ALIKE * a->edge;
}

static bool is_flat_blind(const struct imc_analysis *a)
{
    return a->zero_gain <= FLAT_NONE * a->abs_sum;
}

/* What a derivative answers to. */
static const char *things_of(const struct imc_analysis *a)
{
    if (a->odd >= MOSTLY)
        return "edges";
    return a->odd <= 1 - MOSTLY ? "lines" : "edges and lines";
}

static void say_derivative(struct imc_analysis *a)
{
    const char *things = things_of(a), *flat = is_flat_blind(a) ? "blind to" : "nearly blind to";
    char most[LIST_MAX], least[LIST_MAX];
    double share = a->weakest_edge / a->edge;
    strongest(most, a, things);
    weakest(least, a);
    if (in_every_direction(a))
        say(a, "Answers to %s of every direction, %s flat areas.", things, flat);
    else if (share > BLIND)
        say(a, "Answers most to %s, least to %s (%.2f times as much); %s flat areas.", most, least, share, flat);
    else if (is_flat_blind(a))
        say(a, "Answers to %s, blind to %s and to flat areas.", most, least);
    else
        say(a, "Answers to %s, blind to %s, nearly blind to flat areas.", most, least);
}

/* "keeps flat areas", "multiplies flat areas by 0.9" */
static const char *flat_areas(const struct imc_analysis *a, char out[LIST_MAX])
{
    if (fabs(a->sum - 1) < 5e-4)
        snprintf(out, LIST_MAX, "keeps flat areas");
    else
        snprintf(out, LIST_MAX, "multiplies flat areas by %.3g", a->sum);
    return out;
}

static void say_smoothing(struct imc_analysis *a)
{
    char flat[LIST_MAX], half[LIST_MAX] = "halves no wave", most[LIST_MAX], least[LIST_MAX];
    if (!isnan(a->half_frequency))
        snprintf(half, sizeof half, "halves waves of %.3g pixels", 1 / a->half_frequency);
    flat_areas(a, flat);
    strongest(most, a, "edges");
    weakest(least, a);
    if (in_every_direction(a))
        say(a, "Smooths in every direction: %s, %s.", half, flat);
    else if (a->weakest_edge <= BLIND * a->edge)
        say(a, "Smooths %s, leaves %s as they are: %s, %s.", most, least, half, flat);
    else
        say(a, "Smooths %s most, %s least: %s, %s.", most, least, half, flat);
}

static void say_raising(struct imc_analysis *a)
{
    char flat[LIST_MAX], most[LIST_MAX];
    flat_areas(a, flat);
    *flat = (char)(*flat - 'a' + 'A');
    if (in_every_direction(a))
        say(a, "%s and %s detail of every direction, with a gain of up to %.3g.", flat,
            a->peak_gain >= 2 * a->zero_gain ? "raises" : "answers to", a->peak_gain);
    else
        say(a, "%s and answers most, with a gain of %.3g, to %s of %.3g pixels.", flat, a->peak_gain,
            across(most, a->peak_direction, "stripes"), 1 / a->peak_frequency);
}

/* The place of the only tap that is not 0; -1 if there are others. */
static long only_tap(const struct imc_bank *bank, int filter)
{
    const float *taps = bank->weights + (size_t)filter * bank_filter_taps(bank);
    long only = -1;
    for (size_t i = 0; i < bank_filter_taps(bank); i++)
        if (taps[i] != 0) {
            if (only >= 0)
                return -1;
            only = (long)i;
        }
    return bank->in_c == 1 ? only : -1;
}

static void say_copy(const struct imc_bank *bank, long tap, struct imc_analysis *a)
{
    int down = bank->anchor_y - (int)(tap / bank->kw), right = bank->anchor_x - (int)(tap % bank->kw);
    char factor[LIST_MAX] = "";
    if (a->sum != 1)
        snprintf(factor, sizeof factor, ", times %.6g", a->sum);
    if (down == 0 && right == 0)
        say(a, "Leaves the picture as it is%s.", factor);
    else
        say(a, "Moves the picture by %d rows and %d columns%s.", down, right, factor);
}

static void say_rank(const struct imc_bank *bank, struct imc_analysis *a)
{
    int passes = a->rank * (bank->kh + bank->kw), direct = bank->kh * bank->kw;
    if (bank->in_c > 1 || bank->kh == 1 || bank->kw == 1)
        return;
    if (a->rank == 1)
        say(a, "Separable: a column of %d and a row of %d taps give the same.", bank->kh, bank->kw);
    else if (passes < direct)
        say(a, "Not separable; %d separable passes give the same, with %d products a pixel for %d.", a->rank, passes, direct);
    else
        say(a, "Not separable: rank %d.", a->rank);
}

void analysis_words(const struct imc_bank *bank, int filter, struct imc_analysis *a)
{
    long tap = only_tap(bank, filter);
    a->sentences = 0;
    if (a->abs_sum == 0)
        say(a, "Gives 0 everywhere.");
    else if (tap >= 0)
        say_copy(bank, tap, a);
    else if (isnan(a->direction))
        say(a, bank->in_c > 1 ? "Mixes channels, each pixel by itself." : "Leaves the picture as it is, times %.6g.", a->sum);
    else if (is_flat_blind(a) || a->zero_gain < FLAT_LITTLE * a->peak_gain)
        say_derivative(a);
    else if (a->peak_frequency == 0)
        say_smoothing(a);
    else
        say_raising(a);
    if (a->abs_sum != 0 && tap < 0)
        say_rank(bank, a);
}
