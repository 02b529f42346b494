/* example_net.c: a small network, trained and evaluated by the library. It saves the network and draws how its training went.
 *     cc example_net.c $(pkg-config --cflags --libs imgconv)
 *     ./a.out DATA ARCH model.safetensors curves.svg     DATA as in imgconv-train(1), ARCH such as conv8x3,relu,pool2,dense10 */
#include <imgconv/net.h>
#include <imgconv/plot.h>
#include <stdio.h>

static bool tell(void *context, const struct imc_train_progress *progress)
{
    (void)context;
    if (progress->epoch_ended)
        printf("epoch %d: loss %.4f, accuracy %.4f\n", progress->epoch, progress->result.loss, progress->result.accuracy);
    return true; /* go on */
}

static enum imc_status train(const struct imc_dataset *data, char **argv, struct imc_net **net, struct imc_error *error)
{
    struct imc_train_options options;
    enum imc_status status = imc_train_options_recipe("fast", &options, error);
    options.arch = argv[2];
    options.epochs = 3;
    options.path = argv[3];
    return status == IMC_OK ? imc_train(&options, data, tell, NULL, net, error) : status;
}

static enum imc_status judge(const struct imc_net *net, const struct imc_dataset *data, const char *curves, struct imc_error *error)
{
    struct imc_net_info info;
    struct imc_evaluation test;
    enum imc_status status = imc_net_evaluate(net, data, IMC_DATASET_TEST, 0, &test, NULL, error);
    if (status != IMC_OK)
        return status;
    imc_net_get_info(net, &info);
    printf("%zu parameters, %d of %d right\n", info.parameters, test.right, test.count);
    return imc_plot_history(info.history, info.epochs, curves, error);
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_dataset *data = NULL;
    struct imc_net *net = NULL;
    if (argc != 5)
        return 2;
    enum imc_status status = imc_dataset_open(argv[1], IMC_DATASET_BOTH, &data, &error);
    if (status == IMC_OK)
        status = train(data, argv, &net, &error);
    if (status == IMC_OK)
        status = judge(net, data, argv[4], &error);
    if (status != IMC_OK)
        fprintf(stderr, "%s\n", error.message);
    imc_net_free(net);
    imc_dataset_free(data);
    return status != IMC_OK;
}
