/* fixed_taps.c: 16-bit taps for a kernel W[i][j] = u[i] v[j], and how far they can be off.
 *
 * Down: m = (sum of t[i] p[i] + start) >> shift, with t = A u rounded, p the bytes. m stands for (value - 127.5) * S, where
 * S = A / 2^shift <= 256, and is off by 1/2 at most. Across: the taps are cut into groups, and value = base + sum over groups of
 * scale * (sum of t[j] m[j]), with t = B v rounded and scale = 1 / (B S). A group's sums must fit 32 bits, which bounds B by
 * 65535 / (its share of the taps); so the more groups, the finer the taps, and each costs two instructions for 8 outputs. With
 * d[i][j] the tap that results less W[i][j], and the picture taken as 127.5 + q, |q| <= 127.5,
 *
 *     error <= 127.5 * sum |d[i][j]|  +  1/2 / S * sum of v's taps  +  roundings of the float sums
 *
 * for any picture. Scales need not be powers of two: among some hundred A, and some dozen B for each group, those are taken whose
 * taps are rounded least. The bound above is then computed from the taps themselves.
 */
#include "conv/fixed_taps.h"

#include <math.h>
#include <string.h>

enum {
    TAP_MAX = 32767,
    SCALE_MAX = 256,       /* S: 127.5 * 256 and a half still fit 16 bits */
    GROUP_SUM_MAX = 65535, /* of a group's taps: times 32768 they fit 32 bits */
    DOWN_SUM_MAX = 1 << 22,
    DOWN_TRIES = 256,
    ACROSS_TRIES = 64,
    HALF_MAX = (FIXED_PAIRS_MAX + 1) / 2
};

/* One kernel on its way to integers. */
struct search {
    const struct imc_plan *plan;
    int kh, kw, pairs, halves; /* pairs of taps across; pair j and its mirror image share a group: half min(j, pairs - 1 - j) */
    double u[FIXED_TAPS_MAX], v[FIXED_TAPS_MAX]; /* u sums to 1 */
    double down[FIXED_TAPS_MAX];                 /* u as the integers give it */
    double scale;                                /* S */
    int end[FIXED_GROUPS_MAX];                   /* halves of group g: end[g-1] .. end[g]-1 */
    /* For the first h halves in g groups: the least sum of taps / B, and where the last group begins. */
    double least[FIXED_GROUPS_MAX + 1][HALF_MAX + 1];
    int from[FIXED_GROUPS_MAX + 1][HALF_MAX + 1];
    struct {
        double sum, most; /* of the taps of pairs in these halves, the larger of both parities */
        int taps;
    } half[HALF_MAX];
};

static double nearest(double value)
{
    return (double)(int)(value + 0.5);
}

/* Row and column sums: for rank 1 these are the factors, but for what rounding left, which the bound takes in. */
static bool marginals(struct search *s)
{
    const float *taps = plan_taps(s->plan, 0, 0);
    double sum = 0;
    memset(s->u, 0, sizeof s->u);
    memset(s->v, 0, sizeof s->v);
    for (int i = 0; i < s->kh; i++)
        for (int j = 0; j < s->kw; j++) {
            double tap = taps[i * s->kw + j];
            s->u[i] += tap;
            s->v[j] += tap;
            sum += tap;
        }
    for (int i = 0; i < s->kh && sum > 0; i++)
        s->u[i] /= sum;
    return sum > 0;
}

/* ---- down ---- */

/* The sum of |A u rounded / A - u|. */
static double down_error(const struct search *s, double a)
{
    double error = 0;
    for (int i = 0; i < s->kh; i++)
        error += fabs(nearest(a * s->u[i]) - a * s->u[i]);
    return error / a;
}

static int shift_for(double a)
{
    int shift = 0;
    while (a > SCALE_MAX * (double)(1 << shift))
        shift++;
    return shift;
}

static void choose_down(struct search *s, struct fixed_taps *taps)
{
    double most = 0, best = INFINITY, chosen = 1;
    for (int i = 0; i < s->kh; i++)
        most = s->u[i] > most ? s->u[i] : most;
    double limit = TAP_MAX / most < DOWN_SUM_MAX ? TAP_MAX / most : DOWN_SUM_MAX;
    for (int try = 0; try < DOWN_TRIES; try++) {
        double a = limit * (1 - 0.5 * try / DOWN_TRIES);
        double error = 127.5 * down_error(s, a) + 0.5 / (a / (double)(1 << shift_for(a)));
        if (error < best) {
            best = error;
            chosen = a;
        }
    }
    double sum = 0;
    taps->shift = shift_for(chosen);
    taps->down_count = s->kh / 2 + 1;
    s->scale = chosen / (double)(1 << taps->shift);
    memset(taps->down, 0, sizeof taps->down);
    for (int i = 0; i < s->kh; i++) {
        double tap = nearest(chosen * s->u[i]);
        taps->down[i / 2].even[i % 2] = taps->down[(i + 1) / 2].odd[(i + 1) % 2] = (int16_t)tap;
        s->down[i] = tap / chosen;
        sum += tap;
    }
    for (int t = 0; t < taps->down_count; t++)
        taps->down[t].place = t;
    taps->start = (1 << taps->shift) / 2 - (int32_t)(127.5 * sum);
}

/* ---- across ---- */

/* Tap k of the pair j under outputs of a parity; 0 beyond the kernel. */
static double tap_at(const struct search *s, int j, int odd, int k)
{
    int at = 2 * j + k - odd;
    return at >= 0 && at < s->kw ? s->v[at] : 0;
}

static void measure_halves(struct search *s)
{
    s->pairs = s->kw / 2 + 1;
    s->halves = (s->pairs + 1) / 2;
    memset(s->half, 0, sizeof s->half);
    for (int j = 0; j < s->pairs; j++) {
        int h = j < s->pairs - 1 - j ? j : s->pairs - 1 - j;
        double sum[2];
        for (int odd = 0; odd < 2; odd++) {
            double a = tap_at(s, j, odd, 0), b = tap_at(s, j, odd, 1);
            sum[odd] = a + b;
            s->half[h].most = fmax(s->half[h].most, fmax(a, b));
            s->half[h].taps += odd ? (a > 0) + (b > 0) : 0;
        }
        s->half[h].sum += fmax(sum[0], sum[1]);
    }
}

/* The largest B for taps of this sum, number and largest. */
static double finest(double sum, int taps, double most)
{
    return most > 0 ? fmin((GROUP_SUM_MAX - 0.5 * taps) / sum, (TAP_MAX - 0.5) / most) : 1;
}

/* The best last group of the first b halves, if `g` groups hold them. */
static void cut_last(struct search *s, int g, int b)
{
    double sum = 0, most = 0;
    s->least[g][b] = INFINITY;
    for (int a = b - 1, taps = 0; a >= 0; a--) {
        sum += s->half[a].sum;
        most = fmax(most, s->half[a].most);
        taps += s->half[a].taps;
        double error = s->least[g - 1][a] + taps / finest(sum, taps, most);
        if (error < s->least[g][b]) {
            s->least[g][b] = error;
            s->from[g][b] = a;
        }
    }
}

/* Cuts the halves into groups such that the sum of taps / B, the error of taps whose rounding is like chance, is least. */
static void cut(struct search *s, int groups)
{
    for (int b = 0; b <= s->halves; b++)
        s->least[0][b] = b == 0 ? 0 : INFINITY;
    for (int g = 1; g <= groups; g++)
        for (int b = 0; b <= s->halves; b++)
            cut_last(s, g, b);
}

static void choose_cut(struct search *s, int groups)
{
    for (int g = groups, b = s->halves; g > 0; g--) {
        s->end[g - 1] = b;
        b = s->from[g][b];
    }
}

/* The sum of |B v rounded / B - v| over one group, the larger of both parities. */
static double group_error(const struct search *s, const struct pair_tap *tap, int count, double scale)
{
    double error[2] = {0, 0};
    for (int t = 0; t < count; t++)
        for (int odd = 0; odd < 2; odd++)
            for (int k = 0; k < 2; k++) {
                double exact = scale * tap_at(s, tap[t].place, odd, k);
                error[odd] += fabs(nearest(exact) - exact);
            }
    return fmax(error[0], error[1]) / scale;
}

/* Pairs of halves a..b-1 at `tap`, with the best B; returns their number. */
static int choose_group(const struct search *s, int a, int b, struct pair_tap *tap, float *scale)
{
    int count = 0;
    for (int j = 0; j < s->pairs; j++) {
        int h = j < s->pairs - 1 - j ? j : s->pairs - 1 - j;
        if (h >= a && h < b)
            tap[count++] = (struct pair_tap){.place = j};
    }
    double sum = 0, most = 0;
    int taps = 0;
    for (int h = a; h < b; h++) {
        sum += s->half[h].sum;
        most = fmax(most, s->half[h].most);
        taps += s->half[h].taps;
    }
    double limit = finest(sum, taps, most), best = INFINITY, chosen = limit;
    for (int try = 0; try < ACROSS_TRIES; try++) {
        double scaled = limit * (1 - 0.4 * try / ACROSS_TRIES), error = group_error(s, tap, count, scaled);
        if (error < best) {
            best = error;
            chosen = scaled;
        }
    }
    for (int t = 0; t < count; t++)
        for (int k = 0; k < 2; k++) {
            tap[t].even[k] = (int16_t)nearest(chosen * tap_at(s, tap[t].place, 0, k));
            tap[t].odd[k] = (int16_t)nearest(chosen * tap_at(s, tap[t].place, 1, k));
        }
    *scale = (float)(1 / (chosen * s->scale));
    return count;
}

static void choose_across(const struct search *s, int groups, struct fixed_taps *taps)
{
    int count = 0;
    taps->groups = groups;
    for (int g = 0; g < groups; g++) {
        struct pair_group *group = &taps->group[g];
        group->count = choose_group(s, g ? s->end[g - 1] : 0, s->end[g], taps->across + count, &group->scale);
        count += group->count;
    }
}

/* ---- the proof ---- */

/* v as integers and scales give it to outputs of one parity. */
static void effective(const struct search *s, const struct fixed_taps *taps, int odd, double *v)
{
    const struct pair_tap *tap = taps->across;
    for (int g = 0; g < taps->groups; g++)
        for (int t = 0; t < taps->group[g].count; t++, tap++)
            for (int k = 0; k < 2; k++) {
                int at = 2 * tap->place + k - odd;
                if (at >= 0 && at < s->kw)
                    v[at] = (odd ? tap->odd : tap->even)[k] * (double)taps->group[g].scale * s->scale;
            }
}

/* What a picture of 127.5 becomes without `base`: m, half a step of its rounding included, times the taps. */
static double flat_result(const struct search *s, const struct fixed_taps *taps, const double *v)
{
    double sum = 0, across = 0, unit = (double)(1 << taps->shift);
    for (int t = 0; t < taps->down_count; t++)
        sum += taps->down[t].even[0] + taps->down[t].even[1];
    for (int j = 0; j < s->kw; j++)
        across += v[j];
    return across / s->scale * (127.5 * sum + taps->start - (unit - 1) / 2) / unit;
}

static double proven_error(const struct search *s, struct fixed_taps *taps)
{
    const float *w = plan_taps(s->plan, 0, 0);
    double v[2][FIXED_TAPS_MAX], sum = 0, worst = 0, flat[2];
    for (int i = 0; i < s->kh * s->kw; i++)
        sum += w[i];
    for (int odd = 0; odd < 2; odd++) {
        effective(s, taps, odd, v[odd]);
        flat[odd] = flat_result(s, taps, v[odd]);
    }
    taps->base = (float)(127.5 * sum - (flat[0] + flat[1]) / 2);
    for (int odd = 0; odd < 2; odd++) {
        double apart = 0, across = 0;
        for (int i = 0; i < s->kh; i++)
            for (int j = 0; j < s->kw; j++)
                apart += fabs(s->down[i] * v[odd][j] - w[i * s->kw + j]);
        for (int j = 0; j < s->kw; j++)
            across += v[odd][j];
        double floats =
            (taps->groups + 2) * 0x1p-17; /* each sum is below 256 and rounded, and so are the groups' integers, together */
        worst = fmax(worst, 127.5 * apart + 0.5 * across / s->scale + fabs(flat[odd] + taps->base - 127.5 * sum) + floats);
    }
    return worst;
}

/* What can be hoped for from so many groups: roundings of a quarter on average, which the choice of B may halve. */
static double hope(const struct search *s, int groups)
{
    return 127.5 * 0.125 * s->least[groups][s->halves] + 0.5 / s->scale;
}

bool fixed_taps_find(const struct imc_plan *plan, struct fixed_taps *taps)
{
    struct search s = {.plan = plan, .kh = plan->desc.y.kernel, .kw = plan->desc.x.kernel};
    taps->error = INFINITY;
    if (!marginals(&s))
        return false;
    choose_down(&s, taps);
    measure_halves(&s);
    int most = s.halves < FIXED_GROUPS_MAX ? s.halves : FIXED_GROUPS_MAX;
    cut(&s, most);
    for (int groups = 1; groups <= most; groups++) {
        taps->error = hope(&s, groups);
        if (taps->error > FIXED_ERROR_MAX)
            continue;
        choose_cut(&s, groups);
        choose_across(&s, groups, taps);
        taps->error = proven_error(&s, taps);
        if (taps->error < FIXED_ERROR_MAX)
            return true;
    }
    return false;
}
