/* cmd_compare.c: `imgconv compare`: the filters of a layer beside hand-made kernels, as tables, a sheet or a report. */
#include "cli/commands.h"
#include "cli/compare_print.h"
#include "cli/kernels_export.h"
#include "cli/message.h"
#include "cli/template.h"
#include "cli/words.h"

#include <imgconv/net.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define HAND_MADE "hand-made kernels"

enum { WITH_MAX = 64 };

struct compare_request {
    const char *model, *layer, *output, *data;
    const char *with[WITH_MAX];
    int with_count;
    int size, random, threads, seed;
    bool json, size_given;
};

#define AT(member) offsetof(struct compare_request, member)

static const struct number_range size_range = {2, IMC_COMPARE_KERNEL_MAX}, random_range = {100, 10000000}, threads_range = {0, 256},
                                 seed_range = {0, 1e9};

static bool set_with(const struct option_spec *spec, void *request, const char *value)
{
    struct compare_request *r = request;
    (void)spec;
    if (r->with_count == WITH_MAX)
        return refuse("--with: at most %d kernels", WITH_MAX);
    r->with[r->with_count++] = value;
    return true;
}

static bool set_size(const struct option_spec *spec, void *request, const char *value)
{
    ((struct compare_request *)request)->size_given = true;
    return option_set_int(spec, request, value);
}

const struct option_spec compare_table[] = {
    {"model", 'm', "MODEL", option_set_text, AT(model), NULL, "a model file, model:digits, or a bank: the filters to compare"},
    {"layer", 0, "TENSOR", option_set_text, AT(layer), NULL, "which layer of it; *the first with 1 or 3 channels"},
    {"with", 0, "KERNEL", set_with, 0, NULL, "one more hand-made kernel; may be repeated"},
    {"size", 0, "N", set_size, AT(size), &size_range, "without -m: the side of the kernels; *3"},
    {"output", 'o', "FILE", option_set_text, AT(output), NULL, "report.html, or a sheet: FILE.png, FILE.jpg ..."},
    {"data", 0, "DIR", option_set_text, AT(data), NULL, "for the report: test pictures, as imgconv eval reads them"},
    {"random", 0, "N", option_set_int, AT(random), &random_range, "random filters that the chance level is taken from; *10000"},
    {"seed", 0, "N", option_set_int, AT(seed), &seed_range, "of these; *1"},
    {"threads", 0, "N", option_set_int, AT(threads), &threads_range, "*0: all; they change no bit of the result"},
    {"json", 0, NULL, option_set_flag, AT(json), NULL, "the tables as JSON"},
    OPTION_HELP,
    {0},
};

/* What a run works on. */
struct run {
    const struct compare_request *request;
    const char *input;
    char *text; /* KERNEL of the filters; NULL without -m */
    struct imc_bank *filters, *with[WITH_MAX];
    struct imc_comparison *comparison;
    struct imc_net *net; /* that the filters are from, where they are; its test pictures, where there are some */
    struct imc_dataset *data;
};

static int fail_with(const struct imc_error *error)
{
    complain_error(NULL, error);
    return exit_code_of(error->status);
}

static int open_banks(struct run *run)
{
    const struct compare_request *request = run->request;
    int code = EXIT_DONE;
    if (request->model && asprintf(&run->text, request->layer ? "%s:%s" : "%s", request->model, request->layer) < 0) {
        run->text = NULL;
        complain("%s", imc_status_text(IMC_ERR_MEMORY));
        return EXIT_FAILED;
    }
    if (run->text && !(run->filters = kernel_open(run->text, &code)))
        return code;
    for (int i = 0; i < request->with_count; i++)
        if (!(run->with[i] = kernel_open(request->with[i], &code)))
            return code;
    return EXIT_DONE;
}

static int compare(struct run *run)
{
    const struct compare_request *request = run->request;
    struct imc_compare_options options;
    struct imc_error error = {0};
    imc_compare_options_default(&options);
    options.filters = run->filters;
    options.size = request->size;
    options.with = (const struct imc_bank *const *)run->with;
    options.with_count = request->with_count;
    options.input = run->input;
    options.random_count = request->random;
    options.seed = (uint64_t)request->seed;
    options.threads = request->threads;
    return imc_compare(&options, &run->comparison, &error) == IMC_OK ? EXIT_DONE : fail_with(&error);
}

static bool is_page(const char *output)
{
    const char *suffix = name_suffix(output);
    return strcasecmp(suffix, "html") == 0 || strcasecmp(suffix, "htm") == 0;
}

/* "FOLDER/mnist" where it lies beside the model; the caller frees. */
static char *data_beside(const char *model)
{
    const char *slash = strrchr(model, '/');
    char *path = NULL;
    if (asprintf(&path, "%.*smnist", (int)(slash ? slash + 1 - model : 0), model) < 0)
        return NULL;
    if (access(path, R_OK) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

/* The network of "model.safetensors:conv1" or "model:digits:conv1[3]": as long as there is no such file, what stands
 * behind the last colon or bracket is no part of its name. That is cut off `model`. */
static enum imc_status load_network(char *model, struct imc_net **net, struct imc_error *error)
{
    enum imc_status status = imc_net_load(model, net, error);
    char *colon = strrchr(model, ':'), *bracket = strrchr(model, '[');
    char *end = !colon || (bracket && bracket > colon) ? bracket : colon;
    if ((status != IMC_ERR_IO && status != IMC_ERR_ARGUMENT) || !end)
        return status;
    *end = 0;
    return load_network(model, net, error);
}

/* The network that the filters are from, if it is one of ours, and test pictures: those that were named must be there. */
static int open_network(struct run *run, char *model)
{
    const char *data = run->request->data;
    struct imc_error error = {0};
    enum imc_status status = IMC_OK;
    if (load_network(model, &run->net, &error) != IMC_OK)
        return data ? fail_with(&error) : EXIT_DONE;
    char *beside = data ? NULL : data_beside(model);
    if (data)
        status = imc_dataset_open(data, IMC_DATASET_TEST, &run->data, &error);
    else if (beside)
        imc_dataset_open(beside, IMC_DATASET_TEST, &run->data, NULL); /* nobody asked for it */
    free(beside);
    return status == IMC_OK ? EXIT_DONE : fail_with(&error);
}

static int write_report(struct run *run)
{
    const struct compare_request *request = run->request;
    struct imc_error error = {0};
    char *model = run->text ? strdup(run->text) : NULL;
    int code = model ? open_network(run, model) : EXIT_DONE;
    free(model);
    struct imc_report_options options = {.title = run->text ? run->text : HAND_MADE, .net = run->net, .data = run->data};
    if (code == EXIT_DONE && imc_compare_report(run->comparison, &options, request->output, &error) != IMC_OK)
        return fail_with(&error);
    return code;
}

static int write_output(struct run *run)
{
    struct imc_error error = {0};
    if (is_page(run->request->output))
        return write_report(run);
    if (imc_compare_sheet(run->comparison, run->request->output, NULL, &error) != IMC_OK)
        return fail_with(&error);
    return EXIT_DONE;
}

static int run_all(struct run *run)
{
    const struct compare_request *request = run->request;
    int code = open_banks(run);
    const char *title = run->text ? run->text : HAND_MADE;
    if (code == EXIT_DONE)
        code = compare(run);
    if (code == EXIT_DONE && request->output)
        code = write_output(run);
    if (code == EXIT_DONE && request->json)
        compare_print_json(run->comparison, title);
    else if (code == EXIT_DONE && !request->output)
        compare_print(run->comparison, title);
    return code;
}

/* Would a word that stands as INPUT be one after -m? */
static bool is_model(const char *word)
{
    return strncmp(word, "model:", 6) == 0 || strcasecmp(name_suffix(word), "safetensors") == 0;
}

static bool check_request(const struct compare_request *request, int operands, char **argv)
{
    if (operands > 1)
        return refuse("compare takes one INPUT, not '%s' too", argv[1]);
    if (operands && is_model(argv[0]))
        return refuse("INPUT is a picture, and '%s' a model: give it with -m", argv[0]);
    if (request->layer && !request->model)
        return refuse("--layer names a layer of a model: give that with -m MODEL");
    if (request->size_given && request->model)
        return refuse("--size is for hand-made kernels among themselves; those of a model have its filters' size");
    if (request->data && !(request->model && request->output && is_page(request->output)))
        return refuse("--data is for the report on a network: give -m MODEL and -o report.html with it");
    if (request->output && strcmp(request->output, "-") == 0 && request->json)
        return refuse("-o - and --json both want standard output: name a file with -o");
    return !request->output || is_page(request->output) ||
           name_check_result(request->output, IMC_FORMAT_AUTO, "; or .html, a report");
}

int cmd_compare(int argc, char **argv)
{
    struct compare_request request = {.size = 3, .random = 10000, .seed = 1};
    int operands;
    enum options_result result = options_parse(compare_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("compare") : EXIT_USAGE;
    if (!check_request(&request, operands, argv))
        return EXIT_USAGE;
    struct run run = {.request = &request, .input = operands ? argv[0] : NULL};
    int code = run_all(&run);
    imc_comparison_free(run.comparison);
    imc_net_free(run.net);
    imc_dataset_free(run.data);
    imc_bank_free(run.filters);
    for (int i = 0; i < request.with_count; i++)
        imc_bank_free(run.with[i]);
    free(run.text);
    return finish_stdout(code);
}
