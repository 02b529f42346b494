/* test_match.c: the hand-made kernels of a size, and the cosine with them, against values worked out by hand and a search over
 * channel weights. */
#include "support/testing.h"

#include <imgconv/match.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static struct imc_bank *handmade(int kh, int kw)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_handmade_create(kh, kw, &bank, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(bank->kh, kh);
    ck_assert_int_eq(bank->kw, kw);
    ck_assert_int_eq(bank->in_c, 1);
    ck_assert_int_eq(bank->combine, IMC_COMBINE_NONE);
    return bank;
}

static int index_of(const struct imc_bank *bank, const char *name)
{
    for (int f = 0; f < bank->filters; f++)
        if (strcmp(bank->names[f], name) == 0)
            return f;
    return -1;
}

/* The name gives the taps: those of the size, or smaller ones with zeros around them, the anchor in its place. */
static void check_entry(const struct imc_bank *all, int k)
{
    struct imc_bank *one = parse(all->names[k]);
    const float *taps = all->weights + (size_t)k * (size_t)(all->kh * all->kw);
    int above = all->anchor_y - one->anchor_y, left = all->anchor_x - one->anchor_x;
    ck_assert_int_eq(one->filters, 1);
    for (int i = 0; i < all->kh; i++)
        for (int j = 0; j < all->kw; j++) {
            int y = i - above, x = j - left;
            bool inside = y >= 0 && x >= 0 && y < one->kh && x < one->kw;
            ck_assert_msg(taps[i * all->kw + j] == (inside ? one->weights[y * one->kw + x] : 0), "%s at %d,%d", all->names[k], i,
                          j);
        }
    imc_bank_free(one);
}

static double cosine(const float *a, const float *b, int taps)
{
    long double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < taps; i++) {
        ab += (long double)a[i] * b[i];
        aa += (long double)a[i] * a[i];
        bb += (long double)b[i] * b[i];
    }
    return (double)(ab / sqrtl(aa * bb));
}

START_TEST(test_entries)
{
    static const int sizes[][2] = {{1, 1}, {1, 3}, {2, 2}, {3, 3}, {4, 4}, {3, 5}, {5, 5}, {7, 7}, {11, 11}, {9, 2}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct imc_bank *all = handmade(sizes[s][0], sizes[s][1]);
        int taps = all->kh * all->kw;
        ck_assert_int_ge(all->filters, 1);
        for (int k = 0; k < all->filters; k++) {
            check_entry(all, k);
            ck_assert_double_gt(imc_bank_abs_sum(all, k), 0);
            for (int l = 0; l < k; l++)
                ck_assert_msg(fabs(cosine(all->weights + k * taps, all->weights + l * taps, taps)) < 1 - 9e-7, "%s is %s",
                              all->names[k], all->names[l]);
        }
        imc_bank_free(all);
    }
}
END_TEST

START_TEST(test_who_is_there)
{
    static const struct {
        int side;
        const char *there, *not_there;
    } known[] = {
        {3, "sobel-x", "sobel-x:size=3"},
        {3, "mean", "emboss"}, /* emboss is prewitt-45 */
        {3, "rot45(scharr-x)", "log-5"},
        {3, "prewitt-135", "gabor:wavelength=8,theta=0,psi=0,size=3"},
        {3, "kirsch-nw", "gabor:theta=22.5,psi=0,size=3"},
        {4, "sobel-x", "sobel-x:size=4"},
        {5, "sobel-x:size=5", "sobel-x"},
        {5, "sobel-45", "sobel"},
        {5, "gaussian-dx:theta=45,size=5", "gaussian-dx"},
        {5, "gabor:theta=22.5,psi=90,size=5", "mean"},
        {5, "log-5", "kirsch"},
        {7, "sobel-y:size=7", "sobel-y"},
        {7, "gabor:wavelength=8,theta=45,psi=0,size=7", "gaussian"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct imc_bank *all = handmade(known[i].side, known[i].side);
        ck_assert_msg(index_of(all, known[i].there) >= 0, "no %s at size %d", known[i].there, known[i].side);
        ck_assert_msg(index_of(all, known[i].not_there) < 0, "%s at size %d", known[i].not_there, known[i].side);
        imc_bank_free(all);
    }
}
END_TEST

static struct imc_match best(const struct imc_bank *bank, const struct imc_bank *all, double *weights)
{
    struct imc_match match;
    int found;
    ck_assert_int_eq(imc_bank_match(bank, 0, all, 1, &match, weights, &found, NULL), IMC_OK);
    ck_assert_int_eq(found, 1);
    return match;
}

/* Sobel.Prewitt = 8, |Sobel|^2 = 12, |Prewitt|^2 = 6. */
START_TEST(test_by_hand)
{
    static const struct {
        const char *filter, *kernel;
        double score, sign;
    } known[] = {
        {"sobel-x", "prewitt-x", 8 / 8.48528137423857, 1},
        {"neg(sobel-x)", "prewitt-x", 8 / 8.48528137423857, -1},
        {"sobel-x", "sobel-y", 0, 0},
        {"sobel-x", "sobel-45", 8 / 12.0, 1}, /* (2+0 + 2+2 + 0+2) / 12 */
        {"laplacian4", "laplacian8", 36 / 37.9473319220206, 1},
        {"laplacian8", "mean", 0, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct imc_bank *a = parse(known[i].filter), *b = parse(known[i].kernel);
        double weight;
        struct imc_match match = best(a, b, &weight);
        ck_assert_msg(fabs(match.score - known[i].score) < 1e-7, "%s and %s: %.9f", known[i].filter, known[i].kernel, match.score);
        if (known[i].score > 0)
            ck_assert_double_eq(weight, known[i].sign);
        imc_bank_free(a);
        imc_bank_free(b);
    }
}
END_TEST

static struct imc_bank *random_bank(struct test_rng *rng, int in_c, int kh, int kw)
{
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_create(2, in_c, kh, kw, &bank, NULL), IMC_OK);
    for (int i = 0; i < 2 * in_c * kh * kw; i++)
        bank->weights[i] = (float)(2 * test_random_unit(rng) - 1);
    return bank;
}

/* The cosine of a filter and a kernel spread over its channels. */
static double spread_cosine(const float *filter, const float *kernel, const double *weights, int in_c, int plane)
{
    float spread[4 * 49];
    for (int c = 0; c < in_c; c++)
        for (int i = 0; i < plane; i++)
            spread[c * plane + i] = (float)(weights[c] * kernel[i]);
    return cosine(filter, spread, in_c * plane);
}

/* No weights do better than those that are returned, and they do as well as the score says. */
START_TEST(test_channels)
{
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(20); n > 0; n--) {
        int side = test_random_int(&rng, 2, 7), in_c = test_random_int(&rng, 1, 4), plane = side * side, found;
        struct imc_bank *all = handmade(side, side), *bank = random_bank(&rng, in_c, side, side);
        struct imc_match matches[200];
        double weights[200 * 4];
        ck_assert_int_eq(imc_bank_match(bank, 1, all, 200, matches, weights, &found, NULL), IMC_OK);
        ck_assert_int_eq(found, all->filters);
        const float *filter = bank->weights + in_c * plane;
        for (int m = 0; m < found; m++) {
            const float *kernel = all->weights + matches[m].kernel * plane;
            const double *own = weights + m * in_c;
            double length = 0, other[4];
            for (int c = 0; c < in_c; c++)
                length += own[c] * own[c];
            ck_assert_msg(fabs(length - 1) < 1e-12, "weights of length %g", length);
            ck_assert_double_lt(fabs(spread_cosine(filter, kernel, own, in_c, plane) - matches[m].score), 1e-6);
            for (int trial = 0; trial < 20; trial++) {
                for (int c = 0; c < in_c; c++)
                    other[c] = own[c] + 0.5 * (test_random_unit(&rng) - 0.5);
                ck_assert_double_le(spread_cosine(filter, kernel, other, in_c, plane), matches[m].score + 1e-6);
            }
            ck_assert(m == 0 || matches[m - 1].score >= matches[m].score);
        }
        struct imc_match three[3];
        ck_assert_int_eq(imc_bank_match(bank, 1, all, 3, three, NULL, &found, NULL), IMC_OK);
        for (int m = 0; m < found; m++) {
            ck_assert_int_eq(three[m].kernel, matches[m].kernel);
            ck_assert_double_eq(three[m].score, matches[m].score);
        }
        imc_bank_free(all);
        imc_bank_free(bank);
    }
}
END_TEST

/* Each hand-made kernel finds itself, whatever its sign and factor, and on any channels. */
START_TEST(test_itself)
{
    struct imc_bank *all = handmade(5, 5);
    for (int k = 0; k < all->filters; k++) {
        struct imc_bank *bank;
        double weights[3];
        ck_assert_int_eq(imc_bank_create(1, 3, 5, 5, &bank, NULL), IMC_OK);
        for (int i = 0; i < 25; i++) {
            bank->weights[i] = -3 * all->weights[k * 25 + i];
            bank->weights[50 + i] = 4 * all->weights[k * 25 + i];
        }
        struct imc_match match = best(bank, all, weights);
        ck_assert_msg(match.kernel == k, "%s found %s", all->names[k], all->names[match.kernel]);
        ck_assert_double_gt(match.score, 1 - 1e-12);
        ck_assert_double_le(match.score, 1);
        ck_assert_double_lt(fabs(weights[0] + 0.6) + fabs(weights[1]) + fabs(weights[2] - 0.8), 1e-6); /* taps are floats */
        imc_bank_free(bank);
    }
    imc_bank_free(all);
}
END_TEST

START_TEST(test_errors)
{
    struct imc_bank *all = handmade(3, 3), *five = parse("log-5"), *zero, *rgb;
    struct imc_match match;
    struct imc_error error = {0};
    double weight = 7;
    int found;
    ck_assert_int_eq(imc_bank_match(five, 0, all, 1, &match, NULL, &found, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "a filter of 5x5 taps is matched with kernels of that size, not 3x3"));
    ck_assert_int_eq(imc_bank_match(all, all->filters, all, 1, &match, NULL, &found, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_bank_match(all, -1, all, 1, &match, NULL, &found, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_bank_match(all, 0, all, 0, &match, NULL, &found, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(imc_bank_create(1, 3, 3, 3, &rgb, NULL), IMC_OK);
    ck_assert_int_eq(imc_bank_match(all, 0, rgb, 1, &match, NULL, &found, NULL), IMC_ERR_ARGUMENT);
    ck_assert_int_eq(found, 0);
    ck_assert_int_eq(imc_bank_create(1, 1, 3, 3, &zero, NULL), IMC_OK);
    match = best(zero, all, &weight);
    ck_assert_double_eq(match.score, 0);
    ck_assert_double_eq(weight, 0);
    ck_assert_int_eq(match.kernel, 0);
    imc_bank_free(zero);
    imc_bank_free(rgb);
    imc_bank_free(five);
    imc_bank_free(all);
    ck_assert_int_eq(imc_handmade_create(0, 3, &all, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(all);
    ck_assert_int_eq(imc_handmade_create(4095, 4095, &all, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_null(all);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("match");
    TCase *tcase = tcase_create("match");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_entries);
    tcase_add_test(tcase, test_who_is_there);
    tcase_add_test(tcase, test_by_hand);
    tcase_add_test(tcase, test_channels);
    tcase_add_test(tcase, test_itself);
    tcase_add_test(tcase, test_errors);
    suite_add_tcase(suite, tcase);
    return suite;
}
