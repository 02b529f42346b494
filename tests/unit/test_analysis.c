/* test_analysis.c: the figures of a filter against their definitions in double (sums over taps with libm's exponential, brute
 * searches) on random filters, and the sentences of filters that everybody knows. */
#include "support/testing.h"

#include <imgconv/analysis.h>

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double PI = 3.14159265358979323846;

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static struct imc_analysis analyse(const struct imc_bank *bank, int filter)
{
    struct imc_analysis a;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_analyse(bank, filter, NULL, &a, &error) == IMC_OK, "%s", error.message);
    return a;
}

/* ---- random filters ---- */

/* Single taps, rows, columns and squares on 1 to 3 channels; whole numbers with zeros among them, or fractions; some are
 * derivatives, some symmetric. */
static struct imc_bank *random_bank(struct test_rng *rng)
{
    struct imc_bank *bank;
    int kh = test_random_int(rng, 0, 3) ? test_random_int(rng, 1, 9) : 1,
        kw = test_random_int(rng, 0, 3) ? test_random_int(rng, 1, 9) : 1;
    int channels = test_random_int(rng, 1, 3), plane = kh * kw;
    bool whole = test_random_int(rng, 0, 1);
    ck_assert_int_eq(imc_bank_create(2, channels, kh, kw, &bank, NULL), IMC_OK);
    for (int i = 0; i < 2 * channels * plane; i++)
        bank->weights[i] = whole ? (float)test_random_int(rng, -2, 2) : (float)(2 * test_random_unit(rng) - 1);
    int sign = test_random_int(rng, -1, 1); /* under a half turn; 0: none */
    float *taps = bank->weights + channels * plane;
    for (int i = 0; sign && i < channels * plane; i++) {
        int other = i / plane * plane + plane - 1 - i % plane;
        if (other >= i)
            taps[i] = (float)sign * taps[other];
        if (other == i && sign < 0)
            taps[i] = 0;
    }
    bank->anchor_y = test_random_int(rng, 0, kh - 1);
    bank->anchor_x = test_random_int(rng, 0, kw - 1);
    return bank;
}

/* The filter that is tested is the second: it does not lie at the beginning. */
enum { FILTER = 1 };

static double tap_at(const struct imc_bank *bank, int c, int i, int j)
{
    return (double)bank->weights[((FILTER * bank->in_c + c) * bank->kh + i) * bank->kw + j];
}

/* H_c, about the middle. */
static double complex response_of(const struct imc_bank *bank, int c, double fy, double fx)
{
    double complex sum = 0;
    for (int i = 0; i < bank->kh; i++)
        for (int j = 0; j < bank->kw; j++)
            sum += tap_at(bank, c, i, j) * cexp(2 * PI * I * (fy * (i - (bank->kh - 1) / 2.0) + fx * (j - (bank->kw - 1) / 2.0)));
    return sum;
}

static double gain_of(const struct imc_bank *bank, double fy, double fx)
{
    double power = 0;
    for (int c = 0; c < bank->in_c; c++)
        power += pow(cabs(response_of(bank, c, fy, fx)), 2);
    return sqrt(power);
}

static double gain_along(const struct imc_bank *bank, double f, double degrees)
{
    return gain_of(bank, f * sin(degrees * PI / 180), f * cos(degrees * PI / 180));
}

/* edge() by a fine rule. */
static double edge_of(const struct imc_bank *bank, double degrees)
{
    enum { POINTS = 2000 };
    double sum = 0;
    for (int c = 0; c < bank->in_c; c++) {
        double flat = creal(response_of(bank, c, 0, 0));
        for (int k = 0; k < POINTS; k++) {
            double f = (k + 0.5) / (2 * POINTS);
            double complex h = response_of(bank, c, f * sin(degrees * PI / 180), f * cos(degrees * PI / 180));
            sum += pow(cabs(h - flat) / (2 * sin(PI * f)), 2);
        }
    }
    return sqrt(sum / POINTS);
}

/* Comparisons are strict, and a filter may be all zero. */
static double allowed(double share, const struct imc_analysis *a)
{
    return share * a->abs_sum + 1e-30;
}

static void check_gains(const struct imc_bank *bank, const struct imc_analysis *a, struct test_rng *rng)
{
    double slack = allowed(1e-9, a), noise = 0, fy = 0, fx = 0;
    for (int c = 0; c < bank->in_c; c++)
        for (int i = 0; i < bank->kh * bank->kw; i++)
            noise += pow(tap_at(bank, c, 0, i), 2);
    ck_assert_double_eq_tol(a->noise_gain, sqrt(noise), slack);
    ck_assert_double_eq_tol(a->zero_gain, gain_of(bank, 0, 0), slack);
    if (a->peak_frequency > 0) {
        fy = a->peak_frequency * sin(a->peak_direction * PI / 180);
        fx = a->peak_frequency * cos(a->peak_direction * PI / 180);
    }
    ck_assert_double_eq_tol(a->peak_gain, gain_of(bank, fy, fx), allowed(1e-6, a));
    for (int n = 0; n < 200; n++) {
        fy = test_random_unit(rng) - 0.5;
        fx = test_random_unit(rng) - 0.5;
        double gain = gain_of(bank, fy, fx);
        ck_assert_double_eq_tol(imc_bank_gain(bank, FILTER, fy, fx), gain, slack);
        ck_assert_double_le(gain, a->peak_gain * (1 + 1e-6) + slack);
    }
}

static enum imc_symmetry symmetry_of(const struct imc_bank *bank, bool along, bool down)
{
    bool even = true, odd = true;
    for (int c = 0; c < bank->in_c; c++)
        for (int i = 0; i < bank->kh; i++)
            for (int j = 0; j < bank->kw; j++) {
                double other = tap_at(bank, c, down ? bank->kh - 1 - i : i, along ? bank->kw - 1 - j : j);
                even &= tap_at(bank, c, i, j) == other;
                odd &= tap_at(bank, c, i, j) == -other;
            }
    return even ? IMC_SYMMETRY_EVEN : odd ? IMC_SYMMETRY_ODD : IMC_SYMMETRY_NONE;
}

static void check_symmetry(const struct imc_bank *bank, const struct imc_analysis *a)
{
    double odd = 0, all = 0;
    for (int c = 0; c < bank->in_c; c++)
        for (int i = 0; i < bank->kh; i++)
            for (int j = 0; j < bank->kw; j++) {
                odd += pow(tap_at(bank, c, i, j) - tap_at(bank, c, bank->kh - 1 - i, bank->kw - 1 - j), 2) / 4;
                all += pow(tap_at(bank, c, i, j), 2);
            }
    ck_assert_double_eq_tol(a->odd, all > 0 ? odd / all : 0, 1e-12);
    ck_assert_int_eq(a->left_right, symmetry_of(bank, true, false));
    ck_assert_int_eq(a->up_down, symmetry_of(bank, false, true));
    ck_assert_int_eq(a->half_turn, symmetry_of(bank, true, true));
}

static void check_directions(const struct imc_bank *bank, const struct imc_analysis *a)
{
    double most = 0, least = INFINITY;
    for (int step = 0; step < 72; step += 6) {
        double edge = edge_of(bank, 2.5 * step);
        most = fmax(most, edge);
        least = fmin(least, edge);
        if (step % 18 == 0)
            ck_assert_double_eq_tol(a->edges[step / 18], edge, allowed(0.01, a));
    }
    ck_assert_double_ge(a->edge, most - allowed(0.01, a));
    ck_assert_double_le(a->weakest_edge, least + allowed(0.01, a));
    if (isnan(a->direction)) {
        ck_assert_double_lt(most, allowed(1e-5, a));
        return;
    }
    ck_assert_double_eq_tol(a->edge, edge_of(bank, a->direction), allowed(0.01, a));
    ck_assert_double_eq_tol(a->weakest_edge, edge_of(bank, a->weakest), allowed(0.01, a));
}

/* Exact along rows and columns, where a side is odd: what differs from the step itself, pixel by pixel. */
static void check_steps(const struct imc_bank *bank, const struct imc_analysis *a)
{
    for (int down = 0; down < 2; down++) {
        int side = down ? bank->kh : bank->kw;
        double square = 0, total[10] = {0}, got[10];
        for (int c = 0; c < bank->in_c; c++) {
            double flat = creal(response_of(bank, c, 0, 0));
            for (int x = 0; x <= side; x++) {
                double response = 0; /* to a step that begins at pixel `side` of a row, at pixel x */
                for (int j = 0; j < side; j++)
                    for (int other = 0; x + j >= side && other < (down ? bank->kw : bank->kh); other++)
                        response += down ? tap_at(bank, c, j, other) : tap_at(bank, c, other, j);
                total[x] += response;
                square += pow(response - (x + (side - 1) / 2 >= side ? flat : 0), 2);
            }
        }
        imc_bank_step_response(bank, FILTER, down, got);
        for (int x = 0; x <= side; x++)
            ck_assert_double_eq_tol(got[x], total[x], 1e-12 * (1 + a->abs_sum));
        if (side % 2 == 1)
            ck_assert_double_eq_tol(a->edges[down ? 2 : 0], sqrt(square), allowed(1e-6, a) + 1e-12);
    }
}

/* The gain changes by at most 2 pi 6 |F| a cycle, and is looked at in steps of 1/(64 side): between two it may fall by 4 %. */
static void check_half(const struct imc_bank *bank, const struct imc_analysis *a)
{
    bool found = !isnan(a->half_frequency);
    if (a->zero_gain <= allowed(1e-3, a) || isnan(a->direction)) {
        ck_assert(!found);
        return;
    }
    double end = found ? a->half_frequency : 0.5;
    for (int k = 0; k < 50; k++)
        ck_assert_double_ge(gain_along(bank, end * k / 50, a->direction), a->zero_gain / 2 - allowed(0.04, a));
    if (found)
        ck_assert_double_eq_tol(gain_along(bank, end, a->direction), a->zero_gain / 2, allowed(1e-3, a));
}

START_TEST(figures_are_those_of_their_definitions)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(150); n > 0; n--) {
        struct imc_bank *bank = random_bank(&rng);
        struct imc_analysis a = analyse(bank, FILTER);
        ck_assert_double_eq(a.sum, imc_bank_sum(bank, FILTER));
        ck_assert_double_eq(a.abs_sum, imc_bank_abs_sum(bank, FILTER));
        ck_assert_int_eq(a.rank, imc_bank_rank(bank, FILTER));
        check_gains(bank, &a, &rng);
        check_symmetry(bank, &a);
        check_directions(bank, &a);
        check_steps(bank, &a);
        check_half(bank, &a);
        ck_assert_int_ge(a.sentences, 1);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(ranges_are_over_directions)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(50); n > 0; n--) {
        struct imc_bank *bank = random_bank(&rng);
        double f = test_random_unit(&rng) / 2, least = INFINITY, most = 0, sum = 0,
               slack = 1e-9 * imc_bank_abs_sum(bank, FILTER) + 1e-30;
        struct imc_gain_range range = imc_bank_gain_range(bank, FILTER, f);
        for (int step = 0; step < 72; step++) {
            double gain = gain_along(bank, f, 2.5 * step);
            sum += gain;
            least = fmin(least, gain);
            most = fmax(most, gain);
        }
        ck_assert_double_eq_tol(range.mean, sum / 72, slack);
        ck_assert_double_eq_tol(range.least, least, slack);
        ck_assert_double_eq_tol(range.most, most, slack);
        imc_bank_free(bank);
    }
}
END_TEST

/* A picture that is 0 but for one pixel, correlated tap by tap. */
START_TEST(a_point_gives_the_taps_turned)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(50); n > 0; n--) {
        struct imc_bank *bank = random_bank(&rng);
        double response[81];
        int point_y = bank->kh - 1 - bank->anchor_y, point_x = bank->kw - 1 - bank->anchor_x;
        imc_bank_impulse_response(bank, FILTER, response);
        for (int y = 0; y < bank->kh; y++)
            for (int x = 0; x < bank->kw; x++) {
                int i = point_y - y + bank->anchor_y, j = point_x - x + bank->anchor_x;
                double sum = 0;
                for (int c = 0; c < bank->in_c; c++)
                    sum += tap_at(bank, c, i, j);
                ck_assert_double_eq_tol(response[y * bank->kw + x], sum, 1e-12);
            }
        imc_bank_free(bank);
    }
}
END_TEST

/* ---- words ---- */

static const struct {
    const char *kernel, *sentence[IMC_ANALYSIS_SENTENCES];
} known[] = {
    {"sobel-x",
     {"Answers to vertical edges, blind to horizontal ones and to flat areas.",
      "Separable: a column of 3 and a row of 3 taps give the same."}},
    {"sobel-y", {"Answers to horizontal edges, blind to vertical ones and to flat areas."}},
    {"neg(sobel-y)", {"Answers to horizontal edges, blind to vertical ones and to flat areas."}},
    {"sobel-45", {"Answers to / edges, blind to \\ ones and to flat areas.", "Not separable: rank 2."}},
    {"sobel-135", {"Answers to \\ edges, blind to / ones and to flat areas."}},
    {"roberts-x", {"Answers to / edges, blind to \\ ones and to flat areas."}},
    {"gaussian-dxx", {"Answers to vertical lines, blind to horizontal ones and to flat areas."}},
    {"gaussian-dxy", {"Answers to / and \\ lines, blind to vertical and horizontal ones and to flat areas."}},
    {"gabor:theta=22.5", {"Answers to edges across 22.5 degrees, blind to horizontal and \\ ones and to flat areas."}},
    {"kirsch-ne",
     {"Answers most to \\ edges, least to / ones (0.24 times as much); blind to flat areas.", "Not separable: rank 3."}},
    {"laplacian4", {"Answers to lines of every direction, blind to flat areas."}},
    {"laplacian8", {"Answers to lines of every direction, blind to flat areas."}},
    {"log",
     {"Answers to lines of every direction, blind to flat areas.",
      "Not separable; 2 separable passes give the same, with 52 products a pixel for 169."}},
    {"gaussian:sigma=2",
     {"Smooths in every direction: halves waves of 10.7 pixels, keeps flat areas.",
      "Separable: a column of 17 and a row of 17 taps give the same."}},
    {"mean:size=1x5",
     {"Smooths vertical edges, leaves horizontal ones as they are: halves waves of 8.17 pixels, keeps flat areas."}},
    {"mean:size=3x9", {"Smooths vertical edges most, horizontal ones least: halves waves of 14.8 pixels, keeps flat areas."}},
    {"1,1,1;1,1,1;1,1,1", {"Smooths in every direction: halves waves of 4.77 pixels, multiplies flat areas by 9."}},
    {"sharpen", {"Keeps flat areas and raises detail of every direction, with a gain of up to 9."}},
    {"-1,3,-1", {"Keeps flat areas and answers most, with a gain of 5, to vertical stripes of 2 pixels."}},
    {"identity", {"Leaves the picture as it is."}},
    {"-2", {"Leaves the picture as it is, times -2."}},
    {"0,0,1", {"Moves the picture by 0 rows and -1 columns."}},
    {"0;0", {"Gives 0 everywhere."}},
};

START_TEST(known_kernels_are_told_in_words)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct imc_bank *bank = parse(known[i].kernel);
        struct imc_analysis a = analyse(bank, 0);
        for (int s = 0; s < IMC_ANALYSIS_SENTENCES && known[i].sentence[s]; s++) {
            ck_assert_int_gt(a.sentences, s);
            ck_assert_msg(strcmp(a.sentence[s], known[i].sentence[s]) == 0, "%s: %s", known[i].kernel, a.sentence[s]);
        }
        imc_bank_free(bank);
    }
}
END_TEST

/* Of a layer 1x1 nothing is smoothed and nothing found. */
START_TEST(channels_are_mixed)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(1, 3, 1, 1, &bank, NULL), IMC_OK);
    bank->weights[0] = 3;
    bank->weights[2] = -4;
    struct imc_analysis a = analyse(bank, 0);
    ck_assert_double_eq_tol(a.zero_gain, 5, 1e-12);
    ck_assert_double_eq(a.sum, -1);
    ck_assert_str_eq(a.sentence[0], "Mixes channels, each pixel by itself.");
    ck_assert_double_eq(a.peak_frequency, 0);
    ck_assert(isnan(a.direction) && isnan(a.weakest) && isnan(a.peak_direction) && isnan(a.half_frequency));
    imc_bank_free(bank);
}
END_TEST

START_TEST(the_nearest_kernels_have_signs)
{
    struct imc_bank *bank = parse("neg(sobel-x)"), *kernels;
    struct imc_analysis a;
    ck_assert_int_eq(imc_handmade_create(3, 3, &kernels, NULL), IMC_OK);
    ck_assert_int_eq(imc_bank_analyse(bank, 0, kernels, &a, NULL), IMC_OK);
    ck_assert_int_eq(a.matches, IMC_ANALYSIS_MATCHES);
    ck_assert_str_eq(kernels->names[a.match[0].kernel], "sobel-x");
    ck_assert_double_eq_tol(a.cosine[0], -1, 1e-7);
    ck_assert_double_eq_tol(a.match[0].score, 1, 1e-7);
    imc_bank_free(kernels);
    imc_bank_free(bank);
}
END_TEST

START_TEST(what_cannot_be_analysed_is_refused)
{
    struct imc_bank *bank = parse("mean:size=1x129"), *kernels;
    struct imc_analysis a;
    struct imc_error error;
    ck_assert_int_eq(imc_bank_analyse(bank, 0, NULL, &a, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "at most 128 a side"));
    ck_assert(isnan(imc_bank_gain(bank, 0, 0, 0)));
    imc_bank_free(bank);
    bank = parse("mean:size=128x1");
    ck_assert_int_eq(imc_bank_analyse(bank, 0, NULL, &a, &error), IMC_OK);
    ck_assert_int_eq(imc_bank_analyse(bank, 1, NULL, &a, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_bank_analyse(bank, -1, NULL, &a, &error), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_handmade_create(3, 3, &kernels, NULL), IMC_OK);
    ck_assert_int_eq(imc_bank_analyse(bank, 0, kernels, &a, &error), IMC_ERR_ARGUMENT);
    imc_bank_free(kernels);
    imc_bank_free(bank);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("analysis");
    TCase *tests = tcase_create("analysis");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, figures_are_those_of_their_definitions);
    tcase_add_test(tests, ranges_are_over_directions);
    tcase_add_test(tests, a_point_gives_the_taps_turned);
    tcase_add_test(tests, known_kernels_are_told_in_words);
    tcase_add_test(tests, channels_are_mixed);
    tcase_add_test(tests, the_nearest_kernels_have_signs);
    tcase_add_test(tests, what_cannot_be_analysed_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
