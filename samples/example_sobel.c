/* example_sobel.c: a picture's edges, by the library. cc example_sobel.c $(pkg-config --cflags --libs imgconv) */
#include <imgconv/imgconv.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_bank *sobel = NULL;
    if (argc != 3)
        return 2;
    enum imc_status status = imc_bank_parse("sobel", NULL, &sobel, &error);
    if (status == IMC_OK) {
        struct imc_filter_options options;
        imc_filter_options_default(&options);
        options.stages = (const struct imc_bank *const *)&sobel;
        options.stage_count = 1;
        status = imc_filter_file(&options, argv[1], argv[2], NULL, &error);
    }
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message);
    imc_bank_free(sobel);
    return status != IMC_OK;
}
