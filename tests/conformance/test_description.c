/* test_description.c: the contract around a plan: output sizes, the border rule, the choice of executor, and what is refused. */
#include "conformance/ref_conv.h"
#include "support/testing.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Sizes worked out by hand. Rows named torch are torch.nn.Conv2d's and Conv2d(padding='same')'s own numbers. */
static const struct size_case {
    const char *name;
    int n;
    struct imc_conv_axis axis;
    enum imc_padding padding;
    int out, before, after;
} size_cases[] = {
    {"same keeps the size", 5, {3, 1, 1, -1, 0, 0}, IMC_PADDING_SAME, 5, 1, 1},
    {"torch: even kernel, the odd pixel goes after", 5, {4, 1, 1, -1, 0, 0}, IMC_PADDING_SAME, 5, 1, 2},
    {"torch: dilation 3 of an even kernel, E = 3", 7, {2, 1, 3, -1, 0, 0}, IMC_PADDING_SAME, 7, 1, 2},
    {"torch: dilation 2 of 4 taps, E = 6", 9, {4, 1, 2, -1, 0, 0}, IMC_PADDING_SAME, 9, 3, 3},
    {"anchor 0 adds nothing before", 5, {3, 1, 1, 0, 0, 0}, IMC_PADDING_SAME, 5, 0, 2},
    {"anchor 2 of 4 with dilation 2", 9, {4, 1, 2, 2, 0, 0}, IMC_PADDING_SAME, 9, 4, 2},
    {"same, stride 2, odd side", 5, {3, 2, 1, -1, 0, 0}, IMC_PADDING_SAME, 3, 1, 1},
    {"same, stride 2, even side", 6, {3, 2, 1, -1, 0, 0}, IMC_PADDING_SAME, 3, 1, 1},
    {"torch: ResNet's first layer", 224, {7, 2, 1, -1, 3, 3}, IMC_PADDING_GIVEN, 112, 3, 3},
    {"torch: kernel 3 stride 2 pad 1 on 112", 112, {3, 2, 1, -1, 1, 1}, IMC_PADDING_GIVEN, 56, 1, 1},
    {"torch: AlexNet's first layer", 224, {11, 4, 1, -1, 2, 2}, IMC_PADDING_GIVEN, 55, 2, 2},
    {"torch: dilation 2, pad 1, stride 2 on 8", 8, {3, 2, 2, -1, 1, 1}, IMC_PADDING_GIVEN, 3, 1, 1},
    {"valid", 28, {5, 1, 1, -1, 0, 0}, IMC_PADDING_VALID, 24, 0, 0},
    {"valid with stride drops the rest", 8, {3, 2, 1, -1, 0, 0}, IMC_PADDING_VALID, 3, 0, 0},
    {"valid ignores the anchor", 8, {3, 2, 1, 2, 0, 0}, IMC_PADDING_VALID, 3, 0, 0},
    {"valid, kernel as large as the image", 5, {5, 4, 1, -1, 0, 0}, IMC_PADDING_VALID, 1, 0, 0},
    {"valid, dilation fills the image", 9, {3, 1, 4, -1, 0, 0}, IMC_PADDING_VALID, 1, 0, 0},
    {"full", 5, {3, 1, 1, -1, 0, 0}, IMC_PADDING_FULL, 7, 2, 2},
    {"full with dilation and stride", 5, {3, 2, 2, -1, 0, 0}, IMC_PADDING_FULL, 5, 4, 4},
    {"full, one pixel", 1, {4, 1, 1, -1, 0, 0}, IMC_PADDING_FULL, 4, 3, 3},
    {"negative padding crops", 9, {1, 1, 1, -1, -2, -3}, IMC_PADDING_GIVEN, 4, -2, -3},
    {"cropping one side, padding the other", 9, {3, 2, 1, -1, -2, 4}, IMC_PADDING_GIVEN, 5, -2, 4},
    {"one pixel, kernel 9, same", 1, {9, 1, 1, -1, 0, 0}, IMC_PADDING_SAME, 1, 4, 4},
    {"a stride beyond the image", 9, {3, INT_MAX / 2, 1, -1, 0, 0}, IMC_PADDING_SAME, 1, 1, 1},
};

START_TEST(sizes_are_those_worked_out_by_hand)
{
    for (size_t i = 0; i < sizeof size_cases / sizeof *size_cases; i++) {
        const struct size_case *c = &size_cases[i];
        int out = -1, before = -1, after = -1;
        struct imc_error error = {0};
        enum imc_status status = imc_conv_axis_resolve(&c->axis, c->padding, c->n, &out, &before, &after, &error);
        ck_assert_msg(status == IMC_OK, "%s: %s", c->name, error.message);
        ck_assert_msg(out == c->out && before == c->before && after == c->after,
                      "%s: got %d padded %d,%d, expected %d padded %d,%d", c->name, out, before, after, c->out, c->before,
                      c->after);
    }
}
END_TEST

START_TEST(sizes_agree_with_counting)
{
    for (int n = 1; n <= 9; n++)
        for (int k = 1; k <= 6; k++)
            for (int s = 1; s <= 4; s++)
                for (int d = 1; d <= 3; d++)
                    for (int p = IMC_PADDING_SAME; p <= IMC_PADDING_GIVEN; p++) {
                        struct imc_conv_axis axis = {k, s, d, -1, n - 4, 2 - n};
                        int out = 0, before = 0, after, want_before, want = ref_axis(&axis, (enum imc_padding)p, n, &want_before);
                        enum imc_status status = imc_conv_axis_resolve(&axis, (enum imc_padding)p, n, &out, &before, &after, NULL);
                        ck_assert_int_eq(status, want < 1 ? IMC_ERR_ARGUMENT : IMC_OK);
                        if (status == IMC_OK)
                            ck_assert_msg(out == want && before == want_before, "n %d k %d s %d d %d padding %d", n, k, s, d, p);
                    }
}
END_TEST

START_TEST(axes_without_an_output_are_refused)
{
    static const struct {
        int n;
        struct imc_conv_axis axis;
        enum imc_padding padding;
    } bad[] = {
        {4, {5, 1, 1, -1, 0, 0}, IMC_PADDING_VALID},
        {4, {3, 1, 2, -1, 0, 0}, IMC_PADDING_VALID},
        {4, {1, 1, 1, -1, -2, -2}, IMC_PADDING_GIVEN},
        {4, {1, 3, 1, -1, -5, 0}, IMC_PADDING_GIVEN},
        {0, {1, 1, 1, -1, 0, 0}, IMC_PADDING_SAME},
        {-3, {1, 1, 1, -1, 0, 0}, IMC_PADDING_SAME},
        {4, {0, 1, 1, -1, 0, 0}, IMC_PADDING_SAME},
        {4, {3, 0, 1, -1, 0, 0}, IMC_PADDING_SAME},
        {4, {3, 1, 0, -1, 0, 0}, IMC_PADDING_SAME},
        {4, {3, -1, 1, -1, 0, 0}, IMC_PADDING_SAME},
        {4, {3, 1, 1, 3, 0, 0}, IMC_PADDING_SAME},
        {4, {3, 1, 1, -2, 0, 0}, IMC_PADDING_SAME},
        {INT_MAX, {3, 1, 1, -1, INT_MAX, INT_MAX}, IMC_PADDING_GIVEN},
        {4, {1, 1, 1, -1, INT_MIN, INT_MIN}, IMC_PADDING_GIVEN},
        {4, {INT_MAX, 1, INT_MAX, -1, 0, 0}, IMC_PADDING_FULL},
        {4, {3, 1, INT_MAX, -1, 0, 0}, IMC_PADDING_SAME},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int out, before, after;
        struct imc_error error = {0};
        enum imc_status status = imc_conv_axis_resolve(&bad[i].axis, bad[i].padding, bad[i].n, &out, &before, &after, &error);
        ck_assert_msg(status == IMC_ERR_ARGUMENT && error.status == status && error.message[0],
                      "axis %zu: status %d, message \"%s\"", i, (int)status, error.message);
    }
}
END_TEST

START_TEST(borders_continue_periodically)
{
    for (int size = 1; size <= 7; size++)
        for (int pos = -50; pos <= 50; pos++) {
            for (int b = IMC_BORDER_CONSTANT; b <= IMC_BORDER_WRAP; b++)
                ck_assert_msg(imc_border_index((enum imc_border)b, pos, size) == ref_border((enum imc_border)b, pos, size),
                              "border %d, position %d of %d", b, pos, size);
            int doubled = size > 1 ? 2 * size - 2 : 1;
            ck_assert_int_eq(imc_border_index(IMC_BORDER_WRAP, pos, size), imc_border_index(IMC_BORDER_WRAP, pos + size, size));
            ck_assert_int_eq(imc_border_index(IMC_BORDER_SYMMETRIC, pos, size),
                             imc_border_index(IMC_BORDER_SYMMETRIC, pos + 2 * size, size));
            ck_assert_int_eq(imc_border_index(IMC_BORDER_REFLECT101, pos, size),
                             imc_border_index(IMC_BORDER_REFLECT101, pos - doubled, size));
        }
    /* the pictures of the header: aaa|abcd|ddd, cba|abcd|dcb, dcb|abcd|cba, bcd|abcd|abc */
    static const char *const shown[] = {"???abcd???", "aaaabcdddd", "cbaabcddcb", "dcbabcdcba", "bcdabcdabc"};
    for (int b = IMC_BORDER_CONSTANT; b <= IMC_BORDER_WRAP; b++)
        for (int pos = -3; pos < 7; pos++) {
            int index = imc_border_index((enum imc_border)b, pos, 4);
            ck_assert_int_eq(index < 0 ? '?' : "abcd"[index], shown[b][pos + 3]);
        }
    ck_assert_int_eq(imc_border_index(IMC_BORDER_WRAP, INT64_MIN, 7), (int)((INT64_MIN % 7 + 7) % 7));
    ck_assert_int_eq(imc_border_index(IMC_BORDER_REPLICATE, INT64_MAX, INT_MAX), INT_MAX - 1);
}
END_TEST

static const float ones[18] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static struct imc_conv_desc good_description(void)
{
    struct imc_conv_desc desc;
    imc_conv_desc_default(&desc);
    desc.in_h = 5;
    desc.in_w = 6;
    desc.y.kernel = desc.x.kernel = 3;
    desc.weights = ones;
    return desc;
}

static void assert_refused(const struct imc_conv_desc *desc, const char *what)
{
    struct imc_plan *plan = (struct imc_plan *)&plan; /* must be overwritten */
    struct imc_error error = {0};
    enum imc_status status = imc_plan_create(desc, &plan, &error);
    ck_assert_msg(status == IMC_ERR_ARGUMENT, "%s: status %d", what, (int)status);
    ck_assert_msg(!plan, "%s: a plan came with the refusal", what);
    ck_assert_msg(error.status == IMC_ERR_ARGUMENT && error.message[0], "%s: no message", what);
    ck_assert_msg(!strchr(error.message, '\n') && error.message[strlen(error.message) - 1] != '.', "%s: \"%s\"", what,
                  error.message);
    ck_assert_int_eq(imc_plan_create(desc, &plan, NULL), IMC_ERR_ARGUMENT);
}

#define REFUSED(change)                                                                                                            \
    do {                                                                                                                           \
        struct imc_conv_desc d = good_description();                                                                               \
        change;                                                                                                                    \
        assert_refused(&d, #change);                                                                                               \
    } while (0)

START_TEST(bad_descriptions_are_refused)
{
    static const float poor[9] = {1, 2, 3, 4, NAN, 6, 7, 8, 9}, endless[9] = {1, 2, 3, 4, 5, 6, 7, 8, -INFINITY};
    struct imc_plan *plan;
    struct imc_conv_desc good = good_description();
    ck_assert_int_eq(imc_plan_create(&good, &plan, NULL), IMC_OK);
    imc_plan_destroy(plan);
    imc_plan_destroy(NULL);
    imc_scratch_destroy(NULL);
    REFUSED(d.in_h = 0);
    REFUSED(d.in_w = -1);
    REFUSED(d.in_c = 0);
    REFUSED(d.filters = 0);
    REFUSED(d.lanes = 0);
    REFUSED(d.groups = 0);
    REFUSED(d.groups = -1);
    REFUSED((d.in_c = 3, d.filters = 2, d.groups = 2));
    REFUSED((d.in_c = 2, d.filters = 3, d.groups = 2));
    REFUSED(d.y.kernel = 0);
    REFUSED(d.x.kernel = -3);
    REFUSED(d.y.stride = 0);
    REFUSED(d.x.stride = 0);
    REFUSED(d.y.dilation = 0);
    REFUSED(d.x.dilation = -1);
    REFUSED(d.y.anchor = 3);
    REFUSED(d.x.anchor = -2);
    REFUSED(d.weights = NULL);
    REFUSED(d.weights = poor);
    REFUSED(d.weights = endless);
    REFUSED((d.padding = IMC_PADDING_VALID, d.in_h = 2));
    REFUSED((d.padding = IMC_PADDING_GIVEN, d.x.before = -4, d.x.after = 0));
    REFUSED((d.in_w = INT_MAX, d.lanes = INT_MAX));
    REFUSED((d.in_c = INT_MAX, d.filters = INT_MAX, d.y.kernel = INT_MAX, d.x.kernel = INT_MAX));
    REFUSED(d.mode = (enum imc_mode)9);
}
END_TEST

START_TEST(separable_mode_refuses_rank_two_and_says_why)
{
    static const float laplacian4[9] = {0, 1, 0, 1, -4, 1, 0, 1, 0};
    struct imc_conv_desc desc = good_description();
    struct imc_plan *plan;
    struct imc_error error = {0};
    desc.weights = laplacian4;
    desc.mode = IMC_MODE_SEPARABLE;
    ck_assert_int_eq(imc_plan_create(&desc, &plan, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(plan);
    ck_assert_msg(strstr(error.message, "separable") && strstr(error.message, "rank"), "\"%s\"", error.message);
    /* one filter of rank 2 among others of rank 1 refuses as well */
    float two[18];
    memcpy(two, ones, sizeof laplacian4);
    memcpy(two + 9, laplacian4, sizeof laplacian4);
    desc.filters = 2;
    desc.weights = two;
    ck_assert_int_eq(imc_plan_create(&desc, &plan, &error), IMC_ERR_ARGUMENT);
}
END_TEST

START_TEST(the_plan_tells_what_it_chose)
{
    struct imc_conv_desc desc = good_description();
    struct imc_plan *plan;
    struct imc_plan_info info;
    desc.filters = 2;
    desc.combine = IMC_COMBINE_MAGNITUDE;
    desc.y.stride = 2;
    for (int m = IMC_MODE_AUTO; m <= IMC_MODE_FFT; m++) {
        static const char *const names[] = {"", "direct", "separable", "fft"};
        desc.mode = (enum imc_mode)m;
        ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
        imc_plan_get_info(plan, &info);
        ck_assert_int_eq(info.out_h, 3);
        ck_assert_int_eq(info.out_w, 6);
        ck_assert_int_eq(info.out_c, 1);
        ck_assert_int_eq(info.rank, 1);
        ck_assert(info.top == 1 && info.bottom == 1 && info.left == 1 && info.right == 1);
        ck_assert_int_ge(info.refusals, 0);
        ck_assert_int_le(info.refusals, IMC_REFUSALS_MAX);
        for (int i = 0; i < info.refusals; i++)
            ck_assert_msg(info.refused[i].executor[0] && info.refused[i].reason[0], "refusal %d has no reason", i);
        if (m != IMC_MODE_AUTO)
            ck_assert_str_eq(info.executor, names[m]);
        imc_plan_destroy(plan);
    }
}
END_TEST

/* The plan has its own copies of weights, bias and border values. */
START_TEST(the_plan_keeps_no_pointer_of_the_caller)
{
    float taps[3] = {1, 2, 3}, bias[1] = {1}, outside[1] = {100}, in[1] = {10}, out[1] = {0};
    struct imc_conv_desc desc;
    struct imc_plan *plan;
    imc_conv_desc_default(&desc);
    desc.in_h = desc.in_w = 1;
    desc.x.kernel = 3;
    desc.weights = taps;
    desc.bias = bias;
    desc.border = IMC_BORDER_CONSTANT;
    desc.border_values = outside;
    ck_assert_int_eq(imc_plan_create(&desc, &plan, NULL), IMC_OK);
    taps[1] = bias[0] = outside[0] = -1000;
    memset(&desc, 0xff, sizeof desc);
    struct imc_view from = {in, IMC_F32, 1, 1, 1, 1}, to = {out, IMC_F32, 1, 1, 1, 1};
    ck_assert_int_eq(imc_plan_run_all(plan, &from, &to, 1, 1, NULL, NULL), IMC_OK);
    ck_assert_float_eq(out[0], 421); /* 1*100 + 2*10 + 3*100 + 1 */
    imc_plan_destroy(plan);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("description");
    TCase *tests = tcase_create("description");
    tcase_add_test(tests, sizes_are_those_worked_out_by_hand);
    tcase_add_test(tests, sizes_agree_with_counting);
    tcase_add_test(tests, axes_without_an_output_are_refused);
    tcase_add_test(tests, borders_continue_periodically);
    tcase_add_test(tests, bad_descriptions_are_refused);
    tcase_add_test(tests, separable_mode_refuses_rank_two_and_says_why);
    tcase_add_test(tests, the_plan_tells_what_it_chose);
    tcase_add_test(tests, the_plan_keeps_no_pointer_of_the_caller);
    suite_add_tcase(suite, tests);
    return suite;
}
