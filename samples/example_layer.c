/* example_layer.c: a layer of a network on a picture, by the library. It prints what the model file holds, draws the layer's
 * filters and their responses, and writes the layer's weights into a file of their own.
 *     cc example_layer.c $(pkg-config --cflags --libs imgconv)
 *     ./a.out MODEL.safetensors TENSOR PICTURE filters.png responses.png layer.safetensors */
#include <imgconv/imgconv.h>
#include <stdio.h>

static void print_tensors(const struct imc_tensors *model)
{
    for (int i = 0; i < imc_tensors_count(model); i++) {
        const struct imc_tensor_info *info = imc_tensors_info(model, i);
        printf("%s %s %llu\n", info->name, info->dtype, (unsigned long long)info->count);
    }
}

static enum imc_status save_layer(const struct imc_bank *bank, const char *path, struct imc_error *error)
{
    const struct imc_tensor weights = {
        "layer.weight", 4, {(uint64_t)bank->filters, (uint64_t)bank->in_c, (uint64_t)bank->kh, (uint64_t)bank->kw}, bank->weights};
    const struct imc_tensor_note note = {"from", bank->label};
    char hash[IMC_HASH_TEXT_MAX];
    enum imc_status status = imc_tensors_save(path, false, &weights, 1, &note, 1, error);
    if (status == IMC_OK && imc_tensors_save_hash(&weights, 1, hash, error) == IMC_OK)
        printf("%s\n", hash);
    return status;
}

static enum imc_status draw(const struct imc_bank *bank, char **argv, struct imc_error *error)
{
    struct imc_filter_options options;
    imc_filter_options_default(&options);
    options.stages = &bank;
    options.stage_count = 1;
    options.map = IMC_MAP_FIT;
    enum imc_status status = imc_sheet_kernels(&bank, 1, IMC_SHEET_OWN, argv[4], NULL, error);
    return status == IMC_OK ? imc_sheet_responses(&options, argv[3], argv[5], NULL, error) : status;
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_tensors *model = NULL;
    struct imc_bank *bank = NULL;
    char kernel[1000];
    if (argc != 7)
        return 2;
    snprintf(kernel, sizeof kernel, "%s:%s", argv[1], argv[2]);
    enum imc_status status = imc_tensors_open(argv[1], &model, &error);
    if (status == IMC_OK) {
        print_tensors(model);
        status = imc_bank_parse(kernel, NULL, &bank, &error);
    }
    if (status == IMC_OK)
        status = draw(bank, argv, &error);
    if (status == IMC_OK)
        status = save_layer(bank, argv[6], &error);
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message);
    imc_bank_free(bank);
    imc_tensors_close(model);
    return status != IMC_OK;
}
