/* example_dump.c: a filter out of a model file. The library saves it as a kernel file, prints the text that stands in there, and
 * finds the hand-made kernel that is nearest to it.
 *     cc example_dump.c $(pkg-config --cflags --libs imgconv)
 *     ./a.out KERNEL filter.kern     KERNEL such as model.safetensors:conv1:3; of several filters, as of model:digits, the first */
#include <imgconv/match.h>
#include <stdio.h>
#include <stdlib.h>

/* A .npy name instead would give an array; an older file of the name is replaced. */
static enum imc_status dump(const struct imc_bank *filter, const char *path, struct imc_error *error)
{
    char *text = imc_bank_to_text(filter);
    if (!text)
        return IMC_ERR_MEMORY;
    fputs(text, stdout);
    free(text);
    return imc_bank_save(filter, path, false, error);
}

static enum imc_status print_nearest(const struct imc_bank *filter, struct imc_error *error)
{
    struct imc_bank *kernels;
    struct imc_match nearest;
    int found = 0;
    enum imc_status status = imc_handmade_create(filter->kh, filter->kw, &kernels, error);
    if (status == IMC_OK)
        status = imc_bank_match(filter, 0, kernels, 1, &nearest, NULL, &found, error);
    if (found)
        printf("nearest: %s, score %.3f\n", kernels->names[nearest.kernel], nearest.score);
    imc_bank_free(kernels);
    return status;
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_bank *filter;
    if (argc != 3)
        return 2;
    enum imc_status status = imc_bank_parse(argv[1], NULL, &filter, &error);
    if (status == IMC_OK) {
        imc_bank_select(filter, 0);
        status = dump(filter, argv[2], &error);
    }
    if (status == IMC_OK)
        status = print_nearest(filter, &error);
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message[0] ? error.message : imc_status_text(status));
    imc_bank_free(filter);
    return status != IMC_OK;
}
