/* test_edgefinding.c: what is measured on a picture, found again by plain code in double; thinning and agreement on small maps. */
#include "support/picturefile.h"
#include "support/testing.h"

#include "compare/edgemap.h"

#include <imgconv/compare.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { W = 61, H = 47, PIXELS = W * H };

struct planes {
    double value[3][PIXELS];
};

/* Soft blobs and a slope, with noise, so that no two strengths are alike. */
static void draw(struct test_rng *rng, unsigned char *rgb)
{
    double blob[6][4];
    for (int b = 0; b < 6; b++)
        for (int i = 0; i < 4; i++)
            blob[b][i] = test_random_unit(rng);
    for (int i = 0; i < PIXELS * 3; i++) {
        int x = i / 3 % W, y = i / 3 / W;
        double value = 20 + x;
        for (int b = 0; b < 6; b++) {
            double far = hypot(x - blob[b][0] * W, y - blob[b][1] * H) - 4 - 8 * blob[b][2];
            value += 100 * (blob[b][3] - 0.3) / (1 + exp(far * (0.7 + i % 3)));
        }
        rgb[i] = (unsigned char)fmin(255, fmax(0, value + 4 * test_random_unit(rng)));
    }
}

static void luma_of(const struct planes *p, double *luma)
{
    for (int i = 0; i < PIXELS; i++)
        luma[i] = 0.299 * p->value[0][i] + 0.587 * p->value[1][i] + 0.114 * p->value[2][i];
}

static int inside(int at, int size)
{
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

static void respond(const double *plane, const float *taps, double weight, int kh, int kw, double *out)
{
    for (int i = 0; i < PIXELS; i++)
        for (int t = 0; t < kh * kw; t++) {
            int y = inside(i / W + t / kw - (kh - 1) / 2, H), x = inside(i % W + t % kw - (kw - 1) / 2, W);
            out[i] += weight * (double)taps[t] * plane[y * W + x];
        }
}

static double pearson(const double *a, const double *b)
{
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < PIXELS; i++) {
        ma += a[i] / PIXELS;
        mb += b[i] / PIXELS;
    }
    for (int i = 0; i < PIXELS; i++) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Thins along the angle of (gx, gy) rounded to 45 degrees, and keeps the `count` strongest. */
static void find_edges(const double *strength, const double *gx, const double *gy, size_t count, bool *edges, size_t *found)
{
    static double thin[PIXELS], sorted[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        int sector = (int)lrint(atan2(gy[i], gx[i]) / 0.7853981633974483 + 8) % 4, x = i % W, y = i / W;
        static const int dx[] = {1, 1, 0, -1}, dy[] = {0, 1, 1, 1};
        int side = sector == 3 ? -1 : 1; /* the library looks first at the left, or upper */
        double before = -1, after = -1;
        for (int s = -1; s <= 1; s += 2) {
            int nx = x + s * side * dx[sector], ny = y + s * side * dy[sector];
            if (nx >= 0 && ny >= 0 && nx < W && ny < H)
                *(s < 0 ? &before : &after) = strength[ny * W + nx];
        }
        thin[i] = strength[i] > before && strength[i] >= after ? strength[i] : 0;
    }
    memcpy(sorted, thin, sizeof sorted);
    qsort(sorted, PIXELS, sizeof *sorted, descending);
    *found = 0;
    for (int i = 0; i < PIXELS; i++) {
        edges[i] = thin[i] > 0 && thin[i] >= sorted[count - 1];
        *found += edges[i];
    }
}

static double share_near(const bool *these, const bool *those)
{
    double count = 0, near = 0;
    for (int i = 0; i < PIXELS; i++) {
        bool hit = false;
        for (int j = 0; j < PIXELS && these[i]; j++)
            hit = hit || (those[j] && abs(i % W - j % W) <= 1 && abs(i / W - j / W) <= 1);
        count += these[i];
        near += hit;
    }
    return near / count;
}

static void check_filter(const struct imc_comparison *c, const struct planes *p, const double *luma, const double *gx,
                         const double *gy, const bool *reference, size_t count, int f)
{
    static double own[PIXELS], match[PIXELS];
    static bool edges[PIXELS];
    const struct imc_compared *found = &c->filters[f];
    double mean = 0, largest = 0;
    size_t marked;
    memset(own, 0, sizeof own);
    memset(match, 0, sizeof match);
    for (int channel = 0; channel < c->channels; channel++) {
        const double *plane = c->channels == 1 ? luma : p->value[channel];
        respond(plane, c->bank->weights + (f * c->channels + channel) * c->kh * c->kw, 1, c->kh, c->kw, own);
        respond(plane, c->kernels->weights + found->match * c->kh * c->kw, found->weights[channel], c->kh, c->kw, match);
    }
    ck_assert_double_eq_tol(found->correlation, pearson(own, match), 1e-4);
    for (int i = 0; i < PIXELS; i++) {
        own[i] = fabs(own[i]);
        mean += own[i] / PIXELS;
        largest = fmax(largest, own[i]);
    }
    ck_assert_double_eq_tol(found->mean_response, mean, 1e-5 * (1 + mean));
    ck_assert_double_eq_tol(found->largest_response, largest, 1e-5 * (1 + largest));
    find_edges(own, gx, gy, count, edges, &marked);
    double precision = share_near(edges, reference), recall = share_near(reference, edges);
    /* A pixel or two may fall on the other side of a threshold in float. */
    ck_assert_double_eq_tol(found->precision, precision, 0.02);
    ck_assert_double_eq_tol(found->recall, recall, 0.02);
    if (precision + recall > 0)
        ck_assert_double_eq_tol(found->edge_f, 2 * found->precision * found->recall / (found->precision + found->recall), 1e-9);
}

START_TEST(figures_on_a_picture)
{
    static const char *const banks[] = {"model:digits", "model:digits5", "sobel", NULL};
    static const float x3[] = {-1, 0, 1, -2, 0, 2, -1, 0, 1}, y3[] = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
    static struct planes p;
    static double luma[PIXELS], gx[PIXELS], gy[PIXELS], strength[PIXELS];
    static unsigned char rgb[PIXELS * 3];
    static bool reference[PIXELS];
    struct test_rng rng = {test_seed()};
    struct imc_image_info info = picture_info(W, H, 3, IMC_U8);
    struct imc_compare_options options;
    struct imc_comparison *c;
    struct imc_bank *bank = NULL;
    struct imc_error error = {0};
    size_t count;
    char path[300];
    snprintf(path, sizeof path, "%s/photo.png", test_folder());
    draw(&rng, rgb);
    ck_assert_int_eq(picture_write(path, &info, NULL, rgb, NULL), IMC_OK);
    for (int i = 0; i < PIXELS * 3; i++)
        p.value[i % 3][i / 3] = rgb[i] / 255.0;
    luma_of(&p, luma);
    memset(gx, 0, sizeof gx);
    memset(gy, 0, sizeof gy);
    respond(luma, x3, 1, 3, 3, gx);
    respond(luma, y3, 1, 3, 3, gy);
    for (int i = 0; i < PIXELS; i++)
        strength[i] = hypot(gx[i], gy[i]);
    find_edges(strength, gx, gy, (size_t)ceil(IMC_COMPARE_EDGE_SHARE * PIXELS), reference, &count);
    if (banks[_i]) {
        ck_assert_int_eq(imc_bank_parse(banks[_i], NULL, &bank, &error), IMC_OK);
    } else { /* on three channels */
        ck_assert_int_eq(imc_bank_create(4, 3, 3, 3, &bank, NULL), IMC_OK);
        for (int i = 0; i < 4 * 27; i++)
            bank->weights[i] = (float)(test_random_unit(&rng) - 0.5);
    }
    imc_compare_options_default(&options);
    options.filters = bank;
    options.input = path;
    options.random_count = 100;
    ck_assert_msg(imc_compare(&options, &c, &error) == IMC_OK, "%s", error.message);
    for (int f = 0; f < c->count; f++)
        check_filter(c, &p, luma, gx, gy, reference, count, f);
    imc_comparison_free(c);
    imc_bank_free(bank);
}
END_TEST

/* Large pictures are made smaller by a whole factor, and it is told. */
START_TEST(large_pictures_are_made_smaller)
{
    enum { WIDE = 1700, HIGH = 11 };
    static unsigned char gray[WIDE * HIGH];
    struct imc_image_info info = picture_info(WIDE, HIGH, 1, IMC_U8);
    struct imc_compare_options options;
    struct imc_comparison *c;
    char path[300];
    snprintf(path, sizeof path, "%s/wide.png", test_folder());
    for (int i = 0; i < WIDE * HIGH; i++)
        gray[i] = (unsigned char)(i % WIDE % 7 * 30);
    ck_assert_int_eq(picture_write(path, &info, NULL, gray, NULL), IMC_OK);
    imc_compare_options_default(&options);
    options.input = path;
    options.random_count = 100;
    ck_assert_int_eq(imc_compare(&options, &c, NULL), IMC_OK);
    ck_assert_int_eq(c->width, 567);
    ck_assert_int_eq(c->height, 4);
    ck_assert_int_eq(c->file_width, WIDE);
    ck_assert_double_eq_tol((double)c->picture[0], (0 + 30 + 60) / 3.0 / 255, 1e-6);
    ck_assert_double_eq_tol((double)c->picture[3 * 567 + 566], (gray[1698] + gray[1699]) / 2.0 / 255, 1e-6);
    imc_comparison_free(c);
}
END_TEST

START_TEST(a_step_becomes_a_line)
{
    enum { SIDE = 7 };
    float strength[SIDE * SIDE], gx[SIDE * SIDE], gy[SIDE * SIDE] = {0}, thin[SIDE * SIDE];
    unsigned char marked[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
        strength[i] = i % SIDE == 3 || i % SIDE == 4 ? 1.0f + (float)(i / SIDE) : 0; /* a plateau of two pixels */
        gx[i] = 1;
    }
    edge_thin(strength, gx, gy, SIDE, SIDE, thin);
    for (int i = 0; i < SIDE * SIDE; i++)
        ck_assert_float_eq(thin[i], i % SIDE == 3 ? strength[i] : 0);
    ck_assert_uint_eq(edge_mark_strongest(thin, SIDE * SIDE, 3, marked), 3);
    ck_assert_int_eq(marked[4 * SIDE + 3] + marked[5 * SIDE + 3] + marked[6 * SIDE + 3], 3);
    ck_assert_uint_eq(edge_mark_strongest(thin, SIDE * SIDE, 30, marked), SIDE);
}
END_TEST

START_TEST(agreement_is_within_a_pixel)
{
    unsigned char a[16] = {0}, b[16] = {0};
    ck_assert_double_eq(edge_share_near(a, b, 4, 4), 0);
    a[5] = 1;
    b[10] = 1;
    ck_assert_double_eq(edge_share_near(a, b, 4, 4), 1);
    a[3] = 1;
    ck_assert_double_eq(edge_share_near(a, b, 4, 4), 0.5);
    ck_assert_double_eq(edge_share_near(b, a, 4, 4), 1);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("edge finding");
    TCase *tests = tcase_create("edge finding");
    tcase_add_loop_test(tests, figures_on_a_picture, 0, 4);
    tcase_add_test(tests, large_pictures_are_made_smaller);
    tcase_add_test(tests, a_step_becomes_a_line);
    tcase_add_test(tests, agreement_is_within_a_pixel);
    suite_add_tcase(suite, tests);
    return suite;
}
