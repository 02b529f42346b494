/* example_analysis.c: what does a kernel do? The library tells it in figures and in words, finds the hand-made kernels that are
 * nearest to it, prints its responses to a step, and draws all that.
 *     cc example_analysis.c $(pkg-config --cflags --libs imgconv)
 *     ./a.out KERNEL plot.svg     KERNEL such as sobel-x, gaussian:sigma=2, model.safetensors:conv1:3 */
#include <imgconv/analysis.h>
#include <imgconv/plot.h>
#include <stdio.h>

static void print(const struct imc_analysis *analysis, const struct imc_bank *kernels)
{
    printf("gain %g at frequency 0, %g at %g cycles per pixel\n", analysis->zero_gain, analysis->peak_gain,
           analysis->peak_frequency);
    for (int m = 0; m < analysis->matches; m++)
        printf("like %s: %.3f\n", kernels->names[analysis->match[m].kernel], analysis->cosine[m]);
    for (int s = 0; s < analysis->sentences; s++)
        printf("%s\n", analysis->sentence[s]);
}

static void print_step(const struct imc_bank *bank)
{
    double response[IMC_ANALYSIS_SIDE_MAX + 1];
    imc_bank_step_response(bank, 0, false, response);
    printf("step:");
    for (int i = 0; i <= bank->kw; i++)
        printf(" %g", response[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_analysis analysis;
    struct imc_bank *bank = NULL, *kernels = NULL;
    if (argc != 3)
        return 2;
    enum imc_status status = imc_bank_parse(argv[1], NULL, &bank, &error);
    if (status == IMC_OK)
        status = imc_handmade_create(bank->kh, bank->kw, &kernels, &error);
    if (status == IMC_OK)
        status = imc_bank_analyse(bank, 0, kernels, &analysis, &error);
    if (status == IMC_OK) {
        print(&analysis, kernels);
        print_step(bank);
        status = imc_plot_kernel(bank, argv[2], &error);
    }
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message);
    imc_bank_free(kernels);
    imc_bank_free(bank);
    return status != IMC_OK;
}
