/* test_tensorbank.c: layers of networks by the KERNEL grammar. */
#include "support/testing.h"

#include <imgconv/kernel.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char corpus[] = "tests/fuzz/corpus/safetensors/good-";

static enum imc_status parse(const char *kernel, struct imc_bank **bank, struct imc_error *error)
{
    char text[400];
    snprintf(text, sizeof text, "%s%s", corpus, kernel);
    return imc_bank_parse(text, NULL, bank, error);
}

START_TEST(test_found)
{
    static const struct {
        const char *kernel;
        int filters, in_c, kh;
        const char *name; /* of the first */
        float first;      /* tap */
        bool bias;
    } cases[] = {
        {"mixed.safetensors", 2, 1, 3, "conv1.0", -50, true},
        {"mixed.safetensors:1", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors:conv1", 2, 1, 3, "conv1.0", -50, true},
        {"mixed.safetensors:conv1.weight:1", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors:conv1[1]", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors:conv1:[1]", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors[1]", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors:conv1:1:anchor=0,0", 1, 1, 3, "conv1.1", 37 * 9 % 101 - 50, true},
        {"mixed.safetensors:conv2", 2, 2, 3, "conv2.0", -50, false},
        {"mixed.safetensors:deep", 1, 3, 5, "deep.0", -50, false},
        {"resnet-f16.safetensors", 64, 3, 7, "conv1.0", -50, false},
        {"bf16.safetensors:features.0:3", 1, 3, 3, "features.0.3", 37 * 81 % 101 - 50, true},
        {"64-channels.safetensors:layer", 1, 64, 1, "layer.0", -50, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_bank *bank;
        struct imc_error error = {IMC_OK, ""};
        ck_assert_msg(parse(cases[i].kernel, &bank, &error) == IMC_OK, "%s", error.message);
        ck_assert_int_eq(bank->filters, cases[i].filters);
        ck_assert_int_eq(bank->in_c, cases[i].in_c);
        ck_assert_int_eq(bank->kh, cases[i].kh);
        ck_assert_str_eq(bank->names[0], cases[i].name);
        ck_assert_float_eq(bank->weights[0], cases[i].first / 64);
        ck_assert_int_eq(bank->bias != NULL, cases[i].bias);
        ck_assert(bank->learned && imc_bank_is_derivative(bank));
        ck_assert_ptr_nonnull(strstr(bank->label, cases[i].kernel));
        imc_bank_free(bank);
    }
}
END_TEST

START_TEST(test_bias_follows_its_filter)
{
    struct imc_bank *bank;
    ck_assert_int_eq(parse("bf16.safetensors:2", &bank, NULL), IMC_OK);
    ck_assert_float_eq(bank->bias[0], (37 * 2 - 50) / 64.0f);
    imc_bank_free(bank);
    ck_assert_int_eq(imc_bank_parse("mag({tests/fuzz/corpus/safetensors/good-mixed.safetensors:1},sobel-x)", NULL, &bank, NULL),
                     IMC_OK);
    ck_assert_float_eq(bank->bias[0], (37 - 50) / 64.0f);
    ck_assert_float_eq(bank->bias[1], 0);
    imc_bank_free(bank);
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *kernel;
        enum imc_status status;
        const char *words;
    } cases[] = {
        {"mixed.safetensors:conf1", IMC_ERR_ARGUMENT, "no tensor 'conf1'; did you mean 'conv1.weight'?"},
        {"mixed.safetensors:nothing", IMC_ERR_ARGUMENT, "no tensor 'nothing'; 'imgconv info' lists them"},
        {"mixed.safetensors:conv1.bias", IMC_ERR_ARGUMENT, "'conv1.bias' has 1 dimension; filters have four"},
        {"mixed.safetensors:steps", IMC_ERR_ARGUMENT, "0 dimensions"},
        {"mixed.safetensors:conv1:2", IMC_ERR_ARGUMENT, "no filter 2; it has 2"},
        {"mixed.safetensors:conv1:sigma=2", IMC_ERR_ARGUMENT, "has no sigma"},
        {"mixed.safetensors:conv1:-1", IMC_ERR_ARGUMENT, "no tensor 'conv1:-1'; a filter of 'conv1' is conv1:I"},
        {"mixed.safetensors:conv1:0:1", IMC_ERR_ARGUMENT, "no tensor 'conv1:0'; a filter of 'conv1' is conv1:I"},
        {"mixed.safetensors:conv1.weight[1", IMC_ERR_ARGUMENT, "a filter of 'conv1.weight' is conv1.weight:I"},
        {"mixed.safetensors:nothing:-1", IMC_ERR_ARGUMENT, "no tensor 'nothing:-1'; 'imgconv info' lists them"},
        {"unpadded.safetensors", IMC_ERR_ARGUMENT, "no tensor of four dimensions"},
        {"64-channels.safetensors", IMC_ERR_ARGUMENT, "no tensor of four dimensions with 1 or 3 input channels"},
        {"nan.safetensors:c", IMC_ERR_FORMAT, "tensor 'c.weight': number 1 is not a number"},
        {"infinite.safetensors", IMC_ERR_FORMAT, "is infinite"},
        {"none.safetensors", IMC_ERR_IO, "No such file"},
        {"none.pth:conv1", IMC_ERR_UNSUPPORTED, "safetensors.torch.save_file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imc_bank *bank;
        struct imc_error error = {IMC_OK, ""};
        ck_assert_msg(parse(cases[i].kernel, &bank, &error) == cases[i].status, "%s: %s", cases[i].kernel, error.message);
        ck_assert_ptr_null(bank);
        ck_assert_msg(strstr(error.message, cases[i].words), "%s: '%s'", cases[i].words, error.message);
    }
}
END_TEST

START_TEST(test_named_models)
{
    struct imc_bank *bank;
    struct imc_error error = {IMC_OK, ""};
    ck_assert_int_eq(imc_bank_parse("model:nosuch", NULL, &bank, &error), IMC_ERR_IO);
    ck_assert_msg(strstr(error.message, "model:nosuch: no nosuch.safetensors in"), "%s", error.message);
    ck_assert_msg(strstr(error.message, "comes with model:digits and model:digits5"), "%s", error.message);
    ck_assert_int_eq(imc_bank_parse("model:../x", NULL, &bank, &error), IMC_ERR_IO);
    ck_assert_int_eq(imc_bank_parse("model:nosuch:conv1:3", NULL, &bank, &error), IMC_ERR_IO);
    ck_assert_int_eq(imc_bank_parse("mag({model:nosuch:3},sobel)", NULL, &bank, &error), IMC_ERR_IO);
    ck_assert_int_eq(imc_bank_parse("mag(model:nosuch:3,sobel)", NULL, &bank, &error), IMC_ERR_ARGUMENT);
    ck_assert_msg(strstr(error.message, "in braces"), "%s", error.message);
    ck_assert_int_eq(imc_bank_parse("model:", NULL, &bank, &error), IMC_ERR_ARGUMENT);
}
END_TEST

/* Written as an array and as text, and read again, a bank is the same. */
START_TEST(test_saved)
{
    static const char *const names[] = {"saved.npy", "saved.kern"};
    for (int i = 0; i < 2; i++) {
        char path[300];
        struct imc_bank *bank, *again;
        struct imc_error error;
        snprintf(path, sizeof path, "%s/%s", test_folder(), names[i]);
        ck_assert_int_eq(parse("bf16.safetensors", &bank, NULL), IMC_OK);
        bank->weights[5] = 0x1.abcdeep-3f;
        ck_assert_int_eq(imc_bank_save(bank, path, false, NULL), IMC_OK);
        ck_assert_msg(imc_bank_parse(path, NULL, &again, &error) == IMC_OK, "%s", error.message);
        ck_assert(again->learned && again->in_c == 3 && again->filters == 4 && again->kh == 3);
        ck_assert_mem_eq(again->weights, bank->weights, sizeof *bank->weights * 4 * 27);
        ck_assert_int_eq(again->bias != NULL, i == 1);
        if (again->bias) {
            ck_assert_mem_eq(again->bias, bank->bias, sizeof *bank->bias * 4);
            ck_assert_str_eq(again->names[2], "features.0.2");
        }
        imc_bank_free(bank);
        imc_bank_free(again);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("tensorbank");
    TCase *tests = tcase_create("tensorbank");
    tcase_add_test(tests, test_found);
    tcase_add_test(tests, test_bias_follows_its_filter);
    tcase_add_test(tests, test_refused);
    tcase_add_test(tests, test_named_models);
    tcase_add_test(tests, test_saved);
    suite_add_tcase(suite, tests);
    return suite;
}
