/* example_compare.c: are learned filters like hand-made kernels? A layer is compared by the library; it prints the nearest kernels
 * with the level of chance, draws them all on one sheet, and writes a report.
 *     cc example_compare.c $(pkg-config --cflags --libs imgconv)
 *     ./a.out KERNEL PICTURE sheet.png report.html     KERNEL such as model.safetensors:conv1 */
#include <imgconv/compare.h>
#include <stdio.h>

static enum imc_status compare(const struct imc_bank *filters, const char *picture, struct imc_comparison **comparison,
                               struct imc_error *error)
{
    struct imc_compare_options options;
    imc_compare_options_default(&options);
    options.filters = filters;
    options.input = picture;
    return imc_compare(&options, comparison, error);
}

static void print(const struct imc_comparison *comparison)
{
    printf("chance: 95 %% of random filters score below %.3f\n", comparison->chance_95);
    for (int i = 0; i < comparison->count; i++) {
        const struct imc_compared *filter = &comparison->filters[i];
        printf("%s %s %.3f%s\n", filter->name, comparison->kernels->names[filter->match], filter->score,
               filter->above_chance ? " *" : "");
    }
    for (int i = 0; i < comparison->verdicts; i++)
        printf("%s\n", comparison->verdict[i]);
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_bank *filters = NULL;
    struct imc_comparison *comparison = NULL;
    if (argc != 5)
        return 2;
    const struct imc_report_options report = {.title = argv[1]};
    enum imc_status status = imc_bank_parse(argv[1], NULL, &filters, &error);
    if (status == IMC_OK)
        status = compare(filters, argv[2], &comparison, &error);
    if (status == IMC_OK) {
        print(comparison);
        status = imc_compare_sheet(comparison, argv[3], NULL, &error);
    }
    if (status == IMC_OK)
        status = imc_compare_report(comparison, &report, argv[4], &error);
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message);
    imc_comparison_free(comparison);
    imc_bank_free(filters);
    return status != IMC_OK;
}
