/* test_builtin.c: every fixed kernel against taps written here by hand, and the list of names. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    return bank;
}

static const struct {
    const char *name;
    int side;
    float taps[25];
} fixed[] = {
    {"sobel-x", 3, {-1, 0, 1, -2, 0, 2, -1, 0, 1}},
    {"sobel-y", 3, {-1, -2, -1, 0, 0, 0, 1, 2, 1}},
    {"sobel-45", 3, {-2, -1, 0, -1, 0, 1, 0, 1, 2}},
    {"sobel-135", 3, {0, -1, -2, 1, 0, -1, 2, 1, 0}},
    {"prewitt-x", 3, {-1, 0, 1, -1, 0, 1, -1, 0, 1}},
    {"prewitt-y", 3, {-1, -1, -1, 0, 0, 0, 1, 1, 1}},
    {"prewitt-45", 3, {-1, -1, 0, -1, 0, 1, 0, 1, 1}},
    {"prewitt-135", 3, {0, -1, -1, 1, 0, -1, 1, 1, 0}},
    {"scharr-x", 3, {-3, 0, 3, -10, 0, 10, -3, 0, 3}},
    {"scharr-y", 3, {-3, -10, -3, 0, 0, 0, 3, 10, 3}},
    {"roberts-x", 2, {-1, 0, 0, 1}},
    {"roberts-y", 2, {0, -1, 1, 0}},
    {"laplacian4", 3, {0, 1, 0, 1, -4, 1, 0, 1, 0}},
    {"laplacian8", 3, {1, 1, 1, 1, -8, 1, 1, 1, 1}},
    {"log-5", 5, {0, 0, 1, 0, 0, 0, 1, 2, 1, 0, 1, 2, -16, 2, 1, 0, 1, 2, 1, 0, 0, 0, 1, 0, 0}},
    {"identity", 1, {1}},
    {"sharpen", 3, {0, -1, 0, -1, 5, -1, 0, -1, 0}},
    {"emboss", 3, {-1, -1, 0, -1, 0, 1, 0, 1, 1}},
    {"kirsch-n", 3, {5, 5, 5, -3, 0, -3, -3, -3, -3}},
    {"kirsch-ne", 3, {-3, 5, 5, -3, 0, 5, -3, -3, -3}},
    {"kirsch-e", 3, {-3, -3, 5, -3, 0, 5, -3, -3, 5}},
    {"kirsch-se", 3, {-3, -3, -3, -3, 0, 5, -3, 5, 5}},
    {"kirsch-s", 3, {-3, -3, -3, -3, 0, -3, 5, 5, 5}},
    {"kirsch-sw", 3, {-3, -3, -3, 5, 0, -3, 5, 5, -3}},
    {"kirsch-w", 3, {5, -3, -3, 5, 0, -3, 5, -3, -3}},
    {"kirsch-nw", 3, {5, 5, -3, 5, 0, -3, -3, -3, -3}},
};
enum { FIXED = sizeof fixed / sizeof *fixed };

START_TEST(test_taps)
{
    for (int i = 0; i < FIXED; i++) {
        struct imc_bank *bank = parse(fixed[i].name);
        int side = fixed[i].side;
        ck_assert_msg(bank->filters == 1 && bank->in_c == 1 && bank->kh == side && bank->kw == side, "%s", fixed[i].name);
        for (int t = 0; t < side * side; t++)
            ck_assert_msg(bank->weights[t] == fixed[i].taps[t], "%s: tap %d is %g", fixed[i].name, t, (double)bank->weights[t]);
        ck_assert_int_eq(bank->anchor_y, (side - 1) / 2);
        ck_assert_int_eq(bank->combine, IMC_COMBINE_NONE);
        ck_assert_int_eq(bank->map, strcmp(fixed[i].name, "emboss") == 0 ? IMC_MAP_OFFSET : IMC_MAP_AUTO);
        ck_assert_str_eq(bank->names[0], fixed[i].name);
        ck_assert_str_eq(bank->label, fixed[i].name);
        ck_assert_float_eq(bank->scale, 1);
        ck_assert_float_eq(bank->offset, 0);
        imc_bank_free(bank);
    }
}
END_TEST

/* A bank holds the kernels of that name, in order. */
START_TEST(test_banks)
{
    static const struct {
        const char *name;
        enum imc_combine combine;
        int filters;
        const char *names[8];
    } banks[] = {
        {"sobel", IMC_COMBINE_MAGNITUDE, 2, {"sobel-x", "sobel-y"}},
        {"prewitt", IMC_COMBINE_MAGNITUDE, 2, {"prewitt-x", "prewitt-y"}},
        {"scharr", IMC_COMBINE_MAGNITUDE, 2, {"scharr-x", "scharr-y"}},
        {"roberts", IMC_COMBINE_MAGNITUDE, 2, {"roberts-x", "roberts-y"}},
        {"kirsch",
         IMC_COMBINE_MAX,
         8,
         {"kirsch-n", "kirsch-ne", "kirsch-e", "kirsch-se", "kirsch-s", "kirsch-sw", "kirsch-w", "kirsch-nw"}},
    };
    for (size_t i = 0; i < sizeof banks / sizeof *banks; i++) {
        struct imc_bank *bank = parse(banks[i].name);
        ck_assert_int_eq(bank->filters, banks[i].filters);
        ck_assert_int_eq(bank->combine, banks[i].combine);
        for (int f = 0; f < bank->filters; f++) {
            struct imc_bank *single = parse(banks[i].names[f]);
            ck_assert_str_eq(bank->names[f], banks[i].names[f]);
            ck_assert_mem_eq(bank->weights + f * bank->kh * bank->kw, single->weights,
                             (size_t)(bank->kh * bank->kw) * sizeof(float));
            imc_bank_free(single);
        }
        imc_bank_free(bank);
    }
}
END_TEST

static void check_same_taps(const char *a, const char *b)
{
    struct imc_bank *x = parse(a), *y = parse(b);
    ck_assert_int_eq(x->kh * x->kw, y->kh * y->kw);
    for (int i = 0; i < x->kh * x->kw; i++)
        ck_assert_msg(x->weights[i] == y->weights[i], "%s and %s differ at tap %d", a, b, i);
    imc_bank_free(x);
    imc_bank_free(y);
}

/* The diagonal kernels are turns of the straight ones: no other kernels go by their names. */
START_TEST(test_turns)
{
    check_same_taps("sobel-45", "rot45(sobel-x)");
    check_same_taps("sobel-y", "rot45(rot45(sobel-x))");
    check_same_taps("sobel-135", "rot45(rot45(rot45(sobel-x)))");
    check_same_taps("prewitt-45", "rot45(prewitt-x)");
    check_same_taps("prewitt-y", "rot45(prewitt-45)");
    check_same_taps("prewitt-135", "rot45(prewitt-y)");
    static const char *const compass[] = {"kirsch-n", "kirsch-ne", "kirsch-e", "kirsch-se",
                                          "kirsch-s", "kirsch-sw", "kirsch-w", "kirsch-nw"};
    for (int i = 0; i < 8; i++) {
        char text[40];
        snprintf(text, sizeof text, "rot45(%s)", compass[i]);
        check_same_taps(compass[(i + 1) % 8], text);
    }
}
END_TEST

START_TEST(test_letter_case)
{
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", list[i].name);
        for (size_t c = 0; name[c]; c++)
            name[c] = (char)(c % 2 ? name[c] : toupper((unsigned char)name[c]));
        check_same_taps(list[i].name, name);
    }
}
END_TEST

/* Each name once, with what it answers to, each group in one piece and in order. */
START_TEST(test_list)
{
    static const char *const groups[] = {"smoothing", "first derivative", "second derivative", "other"};
    int count, group = 0;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    ck_assert_int_eq(count, FIXED + 5 + 9); /* kernels, banks, generators */
    for (int i = 0; i < count; i++) {
        while (group < 4 && strcmp(list[i].group, groups[group]) != 0)
            group++;
        ck_assert_msg(group < 4, "%s stands in group '%s'", list[i].name, list[i].group);
        ck_assert_msg(strlen(list[i].answers) > 10, "%s says nothing", list[i].name);
        ck_assert_ptr_nonnull(list[i].params);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(list[i].name, list[j].name);
    }
    ck_assert_ptr_eq(imc_kernel_list(&count), list);
}
END_TEST

static int index_of(const char *name)
{
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    for (int i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return i;
    ck_abort_msg("%s is not in the list", name);
    return -1;
}

START_TEST(test_list_order)
{
    int sobel = index_of("sobel");
    ck_assert_int_eq(index_of("sobel-x"), sobel + 1);
    ck_assert_int_eq(index_of("sobel-y"), sobel + 2);
    ck_assert_int_eq(index_of("sobel-45"), sobel + 3);
    ck_assert_int_eq(index_of("sobel-135"), sobel + 4);
    int count;
    ck_assert_str_eq(imc_kernel_list(&count)[index_of("mean")].params, "size=3");
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("builtin");
    TCase *tcase = tcase_create("builtin");
    tcase_add_test(tcase, test_taps);
    tcase_add_test(tcase, test_banks);
    tcase_add_test(tcase, test_turns);
    tcase_add_test(tcase, test_letter_case);
    tcase_add_test(tcase, test_list);
    tcase_add_test(tcase, test_list_order);
    suite_add_tcase(suite, tcase);
    return suite;
}
