/* test_kernparse.c: the KERNEL grammar, what it takes and what it says where it does not. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct imc_bank *parse(const char *text)
{
    struct imc_bank *bank;
    struct imc_error error = {0};
    ck_assert_msg(imc_bank_parse(text, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    ck_assert_str_eq(bank->label, text);
    return bank;
}

static void check_taps(const char *text, int filters, int kh, int kw, const float *taps)
{
    struct imc_bank *bank = parse(text);
    ck_assert_msg(bank->filters == filters && bank->kh == kh && bank->kw == kw, "%s: %d of %dx%d", text, bank->filters, bank->kh,
                  bank->kw);
    for (int i = 0; i < filters * kh * kw; i++)
        ck_assert_msg(bank->weights[i] == taps[i], "%s: tap %d is %g, not %g", text, i, (double)bank->weights[i], (double)taps[i]);
    imc_bank_free(bank);
}
#define TAPS(...) ((const float[]){__VA_ARGS__})

START_TEST(test_inline)
{
    check_taps("1,2,1;2,4,2;1,2,1", 1, 3, 3, TAPS(1, 2, 1, 2, 4, 2, 1, 2, 1));
    check_taps(" 1 2 1 ; 2,4, 2\t;1 ,2 1 ", 1, 3, 3, TAPS(1, 2, 1, 2, 4, 2, 1, 2, 1));
    check_taps("1/16,-2/3", 1, 1, 2, TAPS(0.0625f, (float)(-2 / 3.0)));
    check_taps(".5,-.5,+1e-3", 1, 1, 3, TAPS(0.5f, -0.5f, 1e-3f));
    check_taps("-1;0;1", 1, 3, 1, TAPS(-1, 0, 1));
    check_taps("2", 1, 1, 1, TAPS(2));
    check_taps("10.5", 1, 1, 1, TAPS(10.5f));
    check_taps("{1,2;3,4}", 1, 2, 2, TAPS(1, 2, 3, 4));
    struct imc_bank *bank = parse("1,2,1");
    ck_assert_str_eq(bank->names[0], "kernel");
    ck_assert(!bank->learned);
    imc_bank_free(bank);
    bank = parse("{1,2;3,4}:anchor=1,0");
    ck_assert_int_eq(bank->anchor_y, 1);
    ck_assert_int_eq(bank->anchor_x, 0);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_sized)
{
    check_taps("3x2: 1,2,3 4,5,6", 1, 2, 3, TAPS(1, 2, 3, 4, 5, 6)); /* width first */
    check_taps("2:1 2 3 4", 1, 2, 2, TAPS(1, 2, 3, 4));
    check_taps("3x1:nan,-,-2", 1, 1, 3, TAPS(0, 0, -2));
    struct imc_bank *bank = parse("3x2+2+1: 1,2,3,4,5,6");
    ck_assert_int_eq(bank->anchor_x, 2);
    ck_assert_int_eq(bank->anchor_y, 1);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_names)
{
    struct imc_bank *bank = parse("Gaussian:Sigma=1.5 , size=3x5,ANCHOR=0,4");
    ck_assert_int_eq(bank->kh, 3);
    ck_assert_int_eq(bank->kw, 5);
    ck_assert_int_eq(bank->anchor_y, 0);
    ck_assert_int_eq(bank->anchor_x, 4);
    ck_assert_str_eq(bank->names[0], "gaussian");
    imc_bank_free(bank);
    bank = parse("sobel:anchor=0,0");
    ck_assert_int_eq(bank->anchor_y, 0);
    imc_bank_free(bank);
    bank = parse(" sobel ");
    ck_assert_int_eq(bank->filters, 2);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_taps_functions)
{
    check_taps("neg({1,-2;0,4})", 1, 2, 2, TAPS(-1, 2, 0, -4));
    check_taps("flip({1,2;3,4;5,6})", 1, 3, 2, TAPS(6, 5, 4, 3, 2, 1));
    check_taps("rot45({1,2,3;4,5,6;7,8,9})", 1, 3, 3, TAPS(4, 1, 2, 7, 5, 3, 8, 9, 6));
    check_taps("rot45({7})", 1, 1, 1, TAPS(7));
    check_taps("neg(neg(flip({1,2})))", 1, 1, 2, TAPS(2, 1));
    struct imc_bank *five = parse("rot45({1,2,3,4,5;6,7,8,9,10;11,12,13,14,15;16,17,18,19,20;21,22,23,24,25})");
    static const float turned[] = {11, 6, 1, 2, 3, 16, 12, 7, 8, 4, 21, 17, 13, 9, 5, 22, 18, 19, 14, 10, 23, 24, 25, 20, 15};
    ck_assert_mem_eq(five->weights, turned, sizeof turned);
    imc_bank_free(five);
    struct imc_bank *flipped = parse("flip({1,2;3,4})"); /* the anchor turns too */
    ck_assert_int_eq(flipped->anchor_y, 1);
    ck_assert_int_eq(flipped->anchor_x, 1);
    imc_bank_free(flipped);
    struct imc_bank *sobel = parse("flip(sobel)"); /* a bank stays what it is */
    ck_assert_int_eq(sobel->combine, IMC_COMBINE_MAGNITUDE);
    ck_assert_float_eq(sobel->weights[0], 1);
    imc_bank_free(sobel);
    struct imc_bank *emboss = parse("neg(emboss)");
    ck_assert_int_eq(emboss->map, IMC_MAP_OFFSET);
    imc_bank_free(emboss);
}
END_TEST

/* Eight turns are none, on rings of any size. */
START_TEST(test_eight_turns)
{
    for (int side = 3; side <= 9; side += 2) {
        char text[1000], whole[1200];
        int length = 0;
        for (int i = 0; i < side * side; i++)
            length += snprintf(text + length, sizeof text - (size_t)length, "%s%d", i == 0 ? "" : i % side ? "," : ";", i * i % 31);
        snprintf(whole, sizeof whole, "rot45(rot45(rot45(rot45(rot45(rot45(rot45(rot45({%s}))))))))", text);
        struct imc_bank *bank = parse(whole), *plain = parse(text);
        ck_assert_mem_eq(bank->weights, plain->weights, (size_t)(side * side) * sizeof(float));
        imc_bank_free(bank);
        imc_bank_free(plain);
    }
}
END_TEST

START_TEST(test_combinations)
{
    static const struct {
        const char *text;
        enum imc_combine combine;
        int filters;
    } good[] = {
        {"mag(sobel-x,sobel-y)", IMC_COMBINE_MAGNITUDE, 2},
        {"MAG( sobel-x , sobel-y )", IMC_COMBINE_MAGNITUDE, 2},
        {"max(sobel-x,neg(sobel-x),{1,0,-1})", IMC_COMBINE_MAX, 3},
        {"sum(mean)", IMC_COMBINE_SUM, 1},
        {"abs(log)", IMC_COMBINE_ABS, 1},
        {"abs(abs(log))", IMC_COMBINE_ABS, 1},
        {"mag(sobel,laplacian4)", IMC_COMBINE_MAGNITUDE, 3},
        {"mag(mag(sobel-x),mag(sobel-y,sobel-45),sobel)", IMC_COMBINE_MAGNITUDE, 5},
        {"max(kirsch,{1})", IMC_COMBINE_MAX, 9},
        {"neg(max(sobel-x,sobel-y))", IMC_COMBINE_MAX, 2},
        {"mag(gaussian:sigma=2,size=5,anchor=1,1,sobel-x)", IMC_COMBINE_MAGNITUDE, 2},
        {"mag(gaussian,sigma=2,sobel-x)", IMC_COMBINE_MAGNITUDE, 2},
        {"mag({sobel-x},{gaussian:size=3,sigma=1})", IMC_COMBINE_MAGNITUDE, 2},
        {"mag({1,2}:anchor=0,1,sobel-x)", IMC_COMBINE_MAGNITUDE, 2},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct imc_bank *bank = parse(good[i].text);
        ck_assert_msg(bank->combine == good[i].combine && bank->filters == good[i].filters, "%s: %d filters", good[i].text,
                      bank->filters);
        imc_bank_free(bank);
    }
}
END_TEST

/* Changed taps do not keep the name of the old ones, neither in lists nor in files. */
START_TEST(test_names_tell_changes)
{
    static const struct {
        const char *text, *first, *last;
    } cases[] = {
        {"abs(neg(log))", "neg(log)", "neg(log)"},
        {"flip(roberts-x)", "flip(roberts-x)", "flip(roberts-x)"},
        {"mag(sobel-x,rot45(sobel-x))", "sobel-x", "rot45(sobel-x)"},
        {"neg(sobel)", "neg(sobel-x)", "neg(sobel-y)"},
        {"neg(flip({1,2}))", "neg(flip(kernel))", "neg(flip(kernel))"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_bank *bank = parse(cases[i].text);
        ck_assert_str_eq(bank->names[0], cases[i].first);
        ck_assert_str_eq(bank->names[bank->filters - 1], cases[i].last);
        char *text = imc_bank_to_text(bank);
        ck_assert_ptr_nonnull(text);
        ck_assert_msg(strstr(text, cases[i].first) && strstr(text, cases[i].last), "%s", text);
        free(text);
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_aligned)
{
    check_taps("mag({1,0,-1},{1;0;-1})", 2, 3, 3, TAPS(0, 0, 0, 1, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0));
    check_taps("sum({1,2;3,4},{5,6,7;8,9,10;11,12,13})", 2, 3, 3, TAPS(0, 0, 0, 0, 1, 2, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
    check_taps("max({1,2}:anchor=0,1,{3,4}:anchor=0,0)", 2, 1, 3, TAPS(1, 2, 0, 0, 3, 4));
    struct imc_bank *bank = parse("max({1,2}:anchor=0,1,{3,4}:anchor=0,0)");
    ck_assert_int_eq(bank->anchor_x, 1);
    ck_assert_str_eq(bank->names[1], "kernel");
    imc_bank_free(bank);
}
END_TEST

static const struct {
    const char *text;
    enum imc_status status;
    const char *fragment;
} wrong[] = {
    {"", IMC_ERR_ARGUMENT, "the kernel text is empty; try sobel"},
    {"  ", IMC_ERR_ARGUMENT, "the kernel text is empty"},
    {"sobl", IMC_ERR_ARGUMENT, "kernel 'sobl': no kernel is named sobl; did you mean sobel?"},
    {"LAPLACAIN4", IMC_ERR_ARGUMENT, "did you mean laplacian4?"},
    {"box", IMC_ERR_ARGUMENT, "imgconv calls it mean"},
    {"Average", IMC_ERR_ARGUMENT, "imgconv calls it mean"},
    {"gauss", IMC_ERR_ARGUMENT, "imgconv calls it gaussian"},
    {"laplace", IMC_ERR_ARGUMENT, "laplacian4 (centre -4) and laplacian8"},
    {"edge", IMC_ERR_ARGUMENT, "sobel answers to edges"},
    {"dog", IMC_ERR_ARGUMENT, "not built in"},
    {"derivative-of-gaussian", IMC_ERR_ARGUMENT, "imgconv has gaussian-dx"},
    {"median", IMC_ERR_ARGUMENT, "no convolution"},
    {"xyzzyplugh", IMC_ERR_ARGUMENT, "'imgconv kernels' lists the names, and a file's name has a . or / in it"},
    {"prewitt:size=3", IMC_ERR_ARGUMENT, "prewitt has no size; 'imgconv kernels' lists the parameters"},
    {"sobel:sigma=3", IMC_ERR_ARGUMENT, "sobel has no sigma; it has size=3"},
    {"gaussian:sgima=3", IMC_ERR_ARGUMENT, "column 10: no parameter is named sgima; there are size, sigma and anchor"},
    {"gaussian:", IMC_ERR_ARGUMENT, "column 10: a parameter is key=value"},
    {"gaussian:3", IMC_ERR_ARGUMENT, "a parameter is key=value"},
    {"gaussian:sigma=a", IMC_ERR_ARGUMENT, "column 16: sigma is a number, such as 1.5, or rows x columns"},
    {"gaussian:sigma=1,2,3", IMC_ERR_ARGUMENT, "sigma is a number"},
    {"gaussian:size=3,foo", IMC_ERR_ARGUMENT, "column 16: a key=value expected behind the comma"},
    {"gaussian,sigma=2", IMC_ERR_ARGUMENT, "a key=value expected behind the comma"},
    {"sobel:anchor=1", IMC_ERR_ARGUMENT, "anchor is a row and a column, such as 1,1, counted from 0"},
    {"sobel:anchor=3,0", IMC_ERR_ARGUMENT, "the anchor 3,0 lies outside the kernel of 3 rows and 3 columns"},
    {"sobel:anchor=-1,0", IMC_ERR_ARGUMENT, "the anchor -1,0 lies outside"},
    {"sobel prewitt", IMC_ERR_ARGUMENT, "column 7: the kernel ends before this"},
    {"sobel,prewitt", IMC_ERR_ARGUMENT, "several kernels are combined by mag(a,b)"},
    {"sobel)", IMC_ERR_ARGUMENT, "column 6: the kernel ends before this"},
    {"min(sobel-x)", IMC_ERR_ARGUMENT, "no such function; there are mag, max, sum, abs, neg, flip and rot45"},
    {"mag(min(sobel-x))", IMC_ERR_ARGUMENT, "column 5: no such function"},
    {"mag(", IMC_ERR_ARGUMENT, "column 5: a kernel's name, or taps or a file in braces, expected"},
    {"mag()", IMC_ERR_ARGUMENT, "column 5: a kernel's name"},
    {"mag(sobel,)", IMC_ERR_ARGUMENT, "column 11: a kernel's name"},
    {"mag(sobel", IMC_ERR_ARGUMENT, "column 4: this parenthesis is not closed"},
    {"mag(sobel))", IMC_ERR_ARGUMENT, "column 11: the kernel ends before this"},
    {"mag(sobel prewitt)", IMC_ERR_ARGUMENT, "column 11: a comma or a closing parenthesis expected"},
    {"mag(1,0,-1)", IMC_ERR_ARGUMENT, "taps stand in braces inside parentheses: {1,0,-1}"},
    {"mag(-1)", IMC_ERR_ARGUMENT, "taps stand in braces"},
    {"mag(edge.kern)", IMC_ERR_ARGUMENT, "file names stand in braces inside parentheses: {edge.kern}"},
    {"mag(./edge)", IMC_ERR_ARGUMENT, "file names stand in braces"},
    {"mag({1,2)", IMC_ERR_ARGUMENT, "column 5: this brace is not closed"},
    {"mag({})", IMC_ERR_ARGUMENT, "column 6: nothing stands here"},
    {"{mean:size=3}:size=5", IMC_ERR_ARGUMENT, "inside the braces or behind them, not both"},
    {"neg(sobel-x,sobel-y)", IMC_ERR_ARGUMENT, "neg takes one kernel; mag, max and sum take several"},
    {"abs(sobel-x,sobel-y)", IMC_ERR_ARGUMENT, "abs takes one kernel"},
    {"abs(sobel)", IMC_ERR_ARGUMENT, "abs cannot take what mag has combined; it takes kernels"},
    {"mag(max(sobel-x,sobel-y),mean)", IMC_ERR_ARGUMENT,
     "column 5: mag cannot take what max has combined; it takes kernels, and its own kind nested"},
    {"max(sobel)", IMC_ERR_ARGUMENT, "max cannot take what mag has combined"},
    {"sum(mean,abs(log))", IMC_ERR_ARGUMENT, "column 10: sum cannot take what abs has combined"},
    {"rot45(mean:size=3x5)", IMC_ERR_ARGUMENT, "rot45 turns odd squares about their centre, not a kernel of 3x5 taps"},
    {"rot45(roberts-x)", IMC_ERR_ARGUMENT, "2x2 taps"},
    {"rot45(sobel-x:anchor=0,0)", IMC_ERR_ARGUMENT, "anchor 0,0"},
    {"1,2;3", IMC_ERR_ARGUMENT, "column 5: 1 taps in row 2 but 2 in the first row"},
    {"1,2;", IMC_ERR_ARGUMENT, "column 5: row 2 has no taps"},
    {"1,,2", IMC_ERR_ARGUMENT, "column 3: ',' stands where a number should be"},
    {"1,a;3", IMC_ERR_ARGUMENT, "column 3: 'a' stands where a number should be"},
    {"-1 b", IMC_ERR_ARGUMENT, "column 4: 'b' stands where a number should be"},
    {"+a,1", IMC_ERR_ARGUMENT, "column 1: not a finite number"},
    {"1.5,a;3", IMC_ERR_ARGUMENT, "column 5: 'a' stands where a number should be"},
    {"1/9,a;3", IMC_ERR_ARGUMENT, "column 5: 'a' stands where a number should be"},
    {".5,a;3", IMC_ERR_ARGUMENT, "column 4: 'a' stands where a number should be"},
    {"mag({1,a},sobel)", IMC_ERR_ARGUMENT, "column 8: 'a' stands where a number should be"},
    {"3x3", IMC_ERR_ARGUMENT, "no kernel is named 3x3"},
    {"./1,a;3", IMC_ERR_IO, "./1,a;3: "}, /* a file after all */
    {"1,2,", IMC_ERR_ARGUMENT, "column 4: a number is missing behind the comma"},
    {"1/0", IMC_ERR_ARGUMENT, "column 3: division by zero"},
    {"1/", IMC_ERR_ARGUMENT, "column 3: a number is missing"},
    {"1e39", IMC_ERR_ARGUMENT, "the number is too large"},
    {"1e999", IMC_ERR_ARGUMENT, "not a finite number"},
    {"1-2", IMC_ERR_ARGUMENT, "column 2: '-' behind a number: taps are separated by blanks or commas"},
    {"3x3:1,2", IMC_ERR_ARGUMENT, "2 taps, but 3x3 (width x height) need 9"},
    {"0x3:1", IMC_ERR_ARGUMENT, "a width and height of 1 to 4095 expected before the colon"},
    {"5000x1:1", IMC_ERR_ARGUMENT, "a width and height of 1 to 4095"},
    {"3x1+3+0:1 2 3", IMC_ERR_ARGUMENT, "the origin +3+0 lies outside the kernel of 3x1 taps"},
    {"2x1:1,2;3,4", IMC_ERR_ARGUMENT, "one kernel only stands behind the size"},
    {"net.safetensors", IMC_ERR_IO, "net.safetensors: cannot open"},
    {"net.safetensors:conv1.weight:3", IMC_ERR_IO, "net.safetensors: cannot open"},
    {"net.pth", IMC_ERR_UNSUPPORTED, "net.pth: of model files safetensors are read"},
    {"./net.PT:0", IMC_ERR_UNSUPPORTED, "safetensors are read"},
    {"mag({net.onnx},sobel-x)", IMC_ERR_UNSUPPORTED, "net.onnx: of model files safetensors are read"},
    {"/nonexistent/edge.kern", IMC_ERR_IO, "/nonexistent/edge.kern: cannot open: No such file or directory"},
    {"/", IMC_ERR_IO, "/: is a folder, not a file"},
    {"\xc3\xa9", IMC_ERR_ARGUMENT, "column 1: a kernel's name, taps or a file expected"},
};

START_TEST(test_refused)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct imc_bank *bank = (struct imc_bank *)&bank;
        struct imc_error error = {0};
        enum imc_status status = imc_bank_parse(wrong[i].text, NULL, &bank, &error);
        ck_assert_msg(strstr(error.message, wrong[i].fragment) != NULL, "'%s' said: %s", wrong[i].text, error.message);
        ck_assert_msg(status == wrong[i].status && error.status == status, "'%s' gave status %d", wrong[i].text, (int)status);
        ck_assert_ptr_null(bank);
        ck_assert_int_eq(imc_bank_parse(wrong[i].text, NULL, &bank, NULL), status); /* without an error to fill */
    }
}
END_TEST

/* `before` n times, then `middle`, then `after` n times. */
static char *repeat(const char *before, const char *middle, const char *after, int n)
{
    char *text = malloc(strlen(middle) + (size_t)n * (strlen(before) + strlen(after)) + 1), *at = text;
    for (int i = 0; i < n; i++)
        at = stpcpy(at, before);
    at = stpcpy(at, middle);
    for (int i = 0; i < n; i++)
        at = stpcpy(at, after);
    return text;
}

START_TEST(test_limits)
{
    static const struct {
        const char *before, *middle, *after;
        int n;
        enum imc_status status;
        const char *fragment;
    } cases[] = {
        {"neg(", "sobel", ")", 16, IMC_OK, ""},
        {"neg(", "sobel", ")", 17, IMC_ERR_ARGUMENT, "functions nested deeper than 16"},
        {"neg(", "sobel", ")", 100000, IMC_ERR_ARGUMENT, "functions nested deeper than 16"},
        {"", "mag(mean", ",mean)", 1, IMC_OK, ""},
        {"", "mag({1}", ",{1}", 300, IMC_ERR_ARGUMENT, "more than 256 kernels and functions"},
        {"", "mag(mean:size=4095", ",mean:size=4095)", 1, IMC_ERR_LIMIT, "more than 16777216 taps in all"},
        {"", "mag(mean:size=4095x1,mean:size=1x4095)", "", 1, IMC_ERR_LIMIT, "too large"},
        {"", "1", ",1", 4094, IMC_OK, ""},
        {"", "1", ",1", 4095, IMC_ERR_LIMIT, "more than 4095 taps in a row"},
        {"", "1", ";1", 4095, IMC_ERR_LIMIT, "more than 4095 rows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = repeat(cases[i].before, cases[i].middle, cases[i].after, cases[i].n);
        struct imc_bank *bank;
        struct imc_error error = {0};
        enum imc_status status = imc_bank_parse(text, NULL, &bank, &error);
        ck_assert_msg(status == cases[i].status, "%zu: status %d: %s", i, (int)status, error.message);
        ck_assert_msg(strstr(error.message, cases[i].fragment) != NULL, "%zu: %s", i, error.message);
        imc_bank_free(bank);
        free(text);
    }
}
END_TEST

/* Random strings of the grammar's own pieces: no crash, and always either a bank or a sentence. */
START_TEST(test_random_pieces)
{
    static const char *const pieces[] = {
        "mag", "max(",  "sum(",     "abs(", "neg(", "rot45(", "flip(",   "(", ")",  ",",   ";", ":",   "{", "}",
        "=",   "sobel", "gaussian", "log",  "size", "sigma=", "anchor=", "1", "-2", "3x3", "/", "nan", " ", "1,2;3,4"};
    struct test_rng rng = {test_seed()};
    for (long n = test_cases(20000); n > 0; n--) {
        char text[256] = "";
        for (int k = test_random_int(&rng, 1, 14); k > 0; k--)
            strcat(text, pieces[test_random_int(&rng, 0, (int)(sizeof pieces / sizeof *pieces) - 1)]);
        struct imc_bank *bank;
        struct imc_error error = {0};
        enum imc_status status = imc_bank_parse(text, NULL, &bank, &error);
        ck_assert_msg((status == IMC_OK) == (bank != NULL), "%s", text);
        ck_assert_msg((status == IMC_OK) == (error.message[0] == 0), "%s: %s", text, error.message);
        imc_bank_free(bank);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("kernparse");
    TCase *tcase = tcase_create("kernparse");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_inline);
    tcase_add_test(tcase, test_sized);
    tcase_add_test(tcase, test_names);
    tcase_add_test(tcase, test_taps_functions);
    tcase_add_test(tcase, test_eight_turns);
    tcase_add_test(tcase, test_combinations);
    tcase_add_test(tcase, test_names_tell_changes);
    tcase_add_test(tcase, test_aligned);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_limits);
    tcase_add_test(tcase, test_random_pieces);
    suite_add_tcase(suite, tcase);
    return suite;
}
